//! `/metrics`: who may read it, what of, and in which form.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header;
use domain::access::Role;
use serde_json::json;

use crate::house::{ADMINISTRATOR, House, Said, Who};

/// Asked from `peer` for `host`, with further headers.
async fn asked(house: &House, who: Who, peer: &str, host: &str, more: &[(&str, &str)]) -> Said {
    let peer: SocketAddr = peer.parse().unwrap();
    let mut request = house.request(who, "GET", "/metrics").header(header::HOST, host);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    house.send(request.extension(ConnectInfo(peer)).body(Body::empty()).unwrap()).await
}

async fn here(house: &House) -> Said {
    asked(house, Who::Nobody, "127.0.0.1:4711", "127.0.0.1:8080", &[]).await
}

/// The value of a line.
#[track_caller]
fn value(said: &Said, line: &str) -> i64 {
    let found = said.text.lines().find_map(|one| one.strip_prefix(line)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("no {line}: {}", said.text)).parse().unwrap()
}

#[tokio::test]
async fn this_machine_reads_metrics_and_anybody_else_needs_a_token() {
    let house = House::new().await;
    here(&house).await.expect(200);
    for (peer, host) in [("[::1]:4711", "[::1]:8080"), ("[::ffff:127.0.0.1]:1", "localhost")] {
        asked(&house, Who::Nobody, peer, host, &[]).await.expect(200);
    }
    let elsewhere = "192.0.2.7:4711";
    asked(&house, Who::Nobody, elsewhere, "127.0.0.1:8080", &[]).await.is_problem(401);
    let wrong = [("authorization", "Bearer stk_wrong")];
    asked(&house, Who::Nobody, elsewhere, "127.0.0.1", &wrong).await.is_problem(401);
    asked(&house, Who::Nobody, "127.0.0.1:1", "127.0.0.1", &wrong).await.is_problem(401);
    for role in Role::ALL {
        asked(&house, Who::Role(role), elsewhere, "stockroom.example.com", &[]).await.expect(200);
    }
}

#[tokio::test]
async fn through_a_proxy_on_this_machine_nobody_is_taken_for_the_machine_itself() {
    let house = House::new().await;
    let me = "127.0.0.1:4711";
    for name in ["x-forwarded-for", "forwarded"] {
        let forwarded = [(name, "127.0.0.1")];
        asked(&house, Who::Nobody, me, "127.0.0.1:8080", &forwarded).await.is_problem(401);
    }
    for host in ["stockroom.example.com", "127.0.0.1.example.com", "localhost.example.com", "%"] {
        asked(&house, Who::Nobody, me, host, &[]).await.is_problem(401);
    }
    let proxies = web::Proxies::parse(&["10.0.0.0/8".into()]).unwrap();
    here(&house.behind(proxies, false)).await.is_problem(401);
    here(&house.behind(web::Proxies::default(), true)).await.is_problem(401);
}

#[tokio::test]
async fn a_token_sees_its_tenant_and_who_administers_the_installation_sees_all() {
    let house = House::new().await;
    let seen = async |who: Who| {
        let said = asked(&house, who, "192.0.2.7:1", "stockroom.example.com", &[]).await;
        let text = said.expect(200).text;
        ["example-company", "elsewhere"].map(|slug| text.contains(&format!("tenant=\"{slug}\"")))
    };
    for role in [Role::Viewer, Role::Operator, Role::Manager] {
        assert_eq!(seen(Who::Role(role)).await, [true, false]);
    }
    assert_eq!(seen(ADMINISTRATOR).await, [true, true]);
    assert_eq!(seen(Who::Stranger).await, [false, true], "an administrator, of another tenant");
    let text = here(&house).await.text;
    assert!(text.contains("tenant=\"example-company\"") && text.contains("tenant=\"elsewhere\""));
}

#[tokio::test]
async fn metrics_count_what_there_is_and_name_nobody() {
    let house = House::new().await;
    let (_kandji, source) = house.source(5).await;
    let held = house.run(&source, "apply").await;
    assert_eq!(held["state"], "needs_review");
    let tenant = "tenant=\"example-company\"";
    let of = format!("{{{tenant},source=\"{source}\"");
    let said = here(&house).await.expect(200);
    assert_eq!(value(&said, &format!("stockroom_runs_waiting_for_review{{{tenant}}}")), 1);
    assert_eq!(value(&said, &format!("stockroom_runs_last_day{of},outcome=\"needs_review\"}}")), 1);
    let success = format!("stockroom_source_last_success_timestamp_seconds{of}}}");
    assert!(!said.text.contains(&success), "nothing was applied yet");

    let run = held["id"].as_str().unwrap();
    house.post(&format!("/runs/{run}/approval"), json!(null)).await.expect(200);
    let said = here(&house).await.expect(200);
    assert_eq!(value(&said, &format!("stockroom_assets{{{tenant}}}")), 5);
    assert_eq!(value(&said, &format!("stockroom_runs_waiting_for_review{{{tenant}}}")), 0);
    assert_eq!(value(&said, &format!("stockroom_runs_last_day{of},outcome=\"applied\"}}")), 1);
    assert_eq!(value(&said, &format!("stockroom_runs_last_day{of},outcome=\"failed\"}}")), 0);
    assert_eq!(value(&said, &success), house.app.now().as_second());
    assert_eq!(value(&said, &format!("stockroom_source_enabled{of}}}")), 1);
    assert_eq!(value(&said, &format!("stockroom_source_health{of},state=\"ok\"}}")), 1);
    assert_eq!(value(&said, &format!("stockroom_source_health{of},state=\"failing\"}}")), 0);
    for name in ["assets_checked_out", "open_conflicts", "jobs_waiting"] {
        value(&said, &format!("stockroom_{name}{{{tenant}}}"));
    }
    value(&said, &format!("stockroom_open_alerts{{{tenant},severity=\"danger\"}}"));
    assert!(value(&said, "stockroom_database_bytes") > 50_000);
    let text = said.text.to_lowercase();
    for name in ["robin", "sample@", "kandji"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_the_class_of_their_answer() {
    let house = House::new().await;
    let counts = async || {
        let said = here(&house).await;
        ["2xx", "4xx", "5xx"]
            .map(|class| value(&said, &format!("stockroom_requests_total{{class=\"{class}\"}}")))
    };
    let [good, bad, broken] = counts().await;
    house.get("/assets").await.expect(200);
    house.get("/assets/x").await.expect(404);
    house.get("/assets/y").await.expect(404);
    assert_eq!(counts().await, [good + 2, bad + 2, broken], "with the page of metrics itself");
}

#[tokio::test]
async fn every_line_is_of_a_family_that_says_what_it_is() {
    let house = House::new().await;
    house.source(1).await;
    let said = here(&house).await;
    let kind = said.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    assert!(said.text.ends_with('\n'));
    let (mut help, mut family, mut seen) = ("", "", Vec::new());
    for line in said.text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, words) = rest.split_once(' ').unwrap();
            assert!(words.ends_with('.') && !seen.contains(&name), "{line}");
            help = name;
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(name == help && ["gauge", "counter"].contains(&kind), "{line}");
            assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
            family = name;
            seen.push(name);
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next(), Some(family), "{line}");
            assert!(name.contains('{') == name.ends_with('}') && value.parse::<f64>().is_ok());
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}
