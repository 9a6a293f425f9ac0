//! What goes wrong, how often it is tried, and what the person reads.

use std::time::Duration;

use kandji::endpoints::{devices, users};
use kandji::sim::{Misbehaviour, Running, SimConfig, Trouble, start};
use kandji::{ApiUrl, Client, ExtraHosts, Fault, Limits};
use secrecy::SecretString;

async fn tenant() -> Running {
    start(SimConfig { devices: 5, ..SimConfig::default() }).await.unwrap()
}

/// The fault of reading devices while `what` strikes, with the number of requests it took.
async fn fault_of(what: Misbehaviour) -> (Fault, u64) {
    let running = tenant().await;
    running.tenant.misbehave(Trouble::on("/devices", what));
    let client = running.client();
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert_eq!(running.tenant.requests().total, client.requests());
    (fault, client.requests())
}

fn body(status: u16, content_type: &str, body: &str) -> Misbehaviour {
    Misbehaviour::Body { status, content_type: content_type.to_owned(), body: body.to_owned() }
}

#[tokio::test]
async fn a_refused_token_or_a_missing_permission_is_not_tried_again() {
    let (fault, requests) = fault_of(Misbehaviour::Unauthorized).await;
    let why =
        "revoked or expired, it went with the administrator who made it, or it lacks \"Device";
    assert!(fault.to_string().contains(why), "{fault}");
    assert_eq!((requests, fault.is_transient()), (1, false));
    let (fault, requests) = fault_of(Misbehaviour::Forbidden).await;
    assert!(fault.to_string().contains("lacks the permission \"Device list\" (403); hint: tick"));
    assert_eq!((requests, fault.is_transient()), (1, false));
}

#[tokio::test]
async fn no_other_4xx_is_tried_again_but_408_and_429() {
    for (status, tries) in [(400, 1), (404, 1), (409, 1), (415, 1), (408, 5), (429, 5)] {
        let (fault, requests) = fault_of(Misbehaviour::Status { status }).await;
        assert_eq!((requests, fault.is_transient()), (tries, tries > 1), "{status}: {fault}");
    }
}

#[tokio::test]
async fn what_passes_by_itself_speaks_of_no_run_for_a_connection_is_tested_without_one() {
    let limited = || Misbehaviour::Status { status: 429 };
    for what in [Misbehaviour::Truncated, limited(), Misbehaviour::Status { status: 503 }] {
        let running = tenant().await;
        running.tenant.misbehave(Trouble::on("/devices", what));
        let tested = kandji::probe::test(&running.client()).await;
        assert!(tested.passing && tested.detail.contains("; hint: "), "{tested:?}");
        assert!(!tested.detail.contains("next run"), "{}", tested.detail);
    }
}

#[tokio::test]
async fn every_5xx_is_tried_five_times() {
    for status in [500, 502, 503, 504] {
        assert_eq!(fault_of(Misbehaviour::Status { status }).await, (Fault::Server { status }, 5));
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_with_and_without_retry_after() {
    for retry_after in
        [None, Some("0".to_owned()), Some("Tue, 01 Sep 2026 08:00:00 GMT".to_owned())]
    {
        let running = tenant().await;
        let what = Misbehaviour::RateLimited { retry_after };
        running.tenant.misbehave(Trouble::on("/devices", what).times(4));
        let client = running.client();
        let walk = devices(&client, &|_| ()).await.unwrap();
        assert_eq!((walk.rows.len(), client.requests()), (5, 6));
    }
}

#[tokio::test]
async fn a_spent_hour_is_named_and_not_knocked_at_again() {
    let config = SimConfig { devices: 5, hourly_requests: Some(0), ..SimConfig::default() };
    let running = start(config).await.unwrap();
    let client = running.client();
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(fault.to_string().contains("says 0 are left this hour"), "{fault}");
    assert_eq!((client.left_this_hour(), client.requests()), (Some(0), 1));
    let asked = Some(Duration::from_hours(1));
    assert_eq!(fault, Fault::RateLimited { asked, left_this_hour: Some(0) });
}

#[tokio::test]
async fn the_budget_is_remembered_while_all_is_well() {
    let running = tenant().await;
    let client = running.client();
    assert_eq!(client.left_this_hour(), None);
    devices(&client, &|_| ()).await.unwrap();
    assert_eq!(client.left_this_hour(), Some(9_998));
}

#[tokio::test]
async fn a_web_page_with_status_200_is_the_wrong_host() {
    let html = "<!doctype html><html></html>";
    for what in
        [Misbehaviour::Html, body(200, "application/json", html), body(200, "text/plain", "[]")]
    {
        let (fault, requests) = fault_of(what).await;
        assert!(fault.to_string().contains("answered with a web page"), "{fault}");
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn a_truncated_answer_is_asked_for_again() {
    let (fault, requests) = fault_of(Misbehaviour::Truncated).await;
    assert_eq!((fault.is_transient(), requests), (true, 5));
    assert!(fault.to_string().contains("/api/v1/devices broke off in the middle"), "{fault}");

    let running = tenant().await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Truncated).times(1));
    assert_eq!(devices(&running.client(), &|_| ()).await.unwrap().rows.len(), 5);
}

#[tokio::test]
async fn json_that_is_no_list_of_devices_is_not_read_as_no_devices() {
    for json in ["{}", "null", r#"{"results": []}"#, r#"{"detail": "x"}"#, "[1, }", "\"no\""] {
        let (fault, requests) = fault_of(body(200, "application/json", json)).await;
        assert!(matches!(fault, Fault::Unexpected { .. }), "{json}: {fault}");
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn redirects_are_never_followed_not_even_to_the_same_host() {
    let other = tenant().await;
    let running = tenant().await;
    for to in [other.url(), running.url() + "/api/v1/users"] {
        running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Redirect { to }).times(1));
        let fault = devices(&running.client(), &|_| ()).await.unwrap_err();
        assert!(matches!(fault, Fault::Redirected { .. }), "{fault}");
        assert!(fault.to_string().contains("redirects are never followed"), "{fault}");
    }
    assert_eq!(other.tenant.requests().total, 0);
    assert_eq!(running.tenant.requests().count("GET /users"), 0);
}

#[tokio::test]
async fn a_hung_connection_is_given_up() {
    let running = tenant().await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Hang));
    let quick = Limits { read_timeout: Duration::from_millis(20), tries: 2, ..Limits::unpaced() };
    let client = running.client_with(quick);
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::Timeout { .. }), "{fault}");
    assert_eq!(client.requests(), 2);
    running.shutdown().await;
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let running = tenant().await;
    running.tenant.misbehave(Trouble::on("/devices", Misbehaviour::Slow { milliseconds: 5 }));
    assert!(devices(&running.client(), &|_| ()).await.unwrap().is_complete());
}

#[tokio::test]
async fn nobody_at_the_address_is_a_network_fault_tried_again() {
    let running = tenant().await;
    let client = running.client();
    running.shutdown().await;
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::Network { .. }), "{fault}");
    assert_eq!(client.requests(), 5);
}

#[tokio::test]
async fn a_body_beyond_the_cap_is_not_read() {
    let running = tenant().await;
    let client = running.client_with(Limits { body_bytes: 100, ..Limits::unpaced() });
    let fault = devices(&client, &|_| ()).await.unwrap_err();
    assert!(matches!(fault, Fault::TooLarge { .. }), "{fault}");
}

#[tokio::test]
async fn an_error_body_of_any_shape_is_quoted_in_one_line() {
    for (json, said) in [
        (r#"{"error": "No such thing"}"#, ": \"No such thing\""),
        (r#"{"detail": "Not\nthis."}"#, ": \"Not this\""),
        (r#"{"dep_account": ["Enter a valid UUID."]}"#, ": \"Enter a valid UUID\""),
        (r#"["Device is not in lost mode."]"#, ": \"Device is not in lost mode\""),
        (r#""This device is already locked.""#, ": \"This device is already locked\""),
        ("<html>", ""),
    ] {
        let (fault, _) = fault_of(body(400, "application/json", json)).await;
        let expect =
            format!("Kandji did not accept the request for /api/v1/devices (400){said}; hint");
        assert!(fault.to_string().starts_with(&expect), "{fault}");
    }
}

#[tokio::test]
async fn the_token_never_shows_in_an_error_or_in_debug() {
    let running = tenant().await;
    let token = running.token().to_owned();
    let echo = format!(r#"{{"detail": "bad token {token} in Authorization"}}"#);
    let client = running.client();
    assert!(!format!("{client:?}").contains(&token));
    for (status, kind) in [(400, "application/json"), (401, "application/json"), (200, "text/html")]
    {
        running.tenant.misbehave(Trouble::on("/devices", body(status, kind, &echo)).times(1));
        let fault = devices(&client, &|_| ()).await.unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains(&token), "{fault:?}");
    }
}

#[test]
fn a_client_for_the_real_api_can_be_made_and_has_sent_nothing() {
    let api = ApiUrl::parse("acme", &ExtraHosts::none()).unwrap();
    let client = Client::new(api, &SecretString::from("token"), Limits::default()).unwrap();
    assert_eq!((client.requests(), client.limits().details_per_second()), (0, Some(10)));
}

#[test]
fn a_token_that_cannot_be_one_is_refused_before_anything_is_sent() {
    let api = ApiUrl::parse("acme", &ExtraHosts::none()).unwrap();
    for token in ["", "  \n", "one\ntwo", "one\r\nX-Other: two"] {
        let made = Client::new(api.clone(), &SecretString::from(token), Limits::default());
        assert_eq!(made.unwrap_err(), Fault::BadToken, "{token:?}");
    }
}

#[tokio::test]
async fn a_pasted_token_may_have_blanks_around_it() {
    let running = tenant().await;
    let loopback = ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap();
    let api = ApiUrl::parse(&running.url(), &loopback).unwrap();
    let token = SecretString::from(format!(" {}\n", running.token()));
    let client = Client::new(api, &token, Limits::unpaced()).unwrap();
    assert_eq!(devices(&client, &|_| ()).await.unwrap().rows.len(), 5);
}

#[tokio::test]
async fn at_most_five_requests_are_under_way_at_once() {
    let running = tenant().await;
    running.tenant.misbehave(Trouble::on("/users", Misbehaviour::Hang));
    let client = running.client();
    let asking: Vec<_> = (0..9)
        .map(|_| {
            tokio::spawn({
                let client = client.clone();
                async move { users(&client).await }
            })
        })
        .collect();
    // Five arrive and hang; were a sixth allowed out it would be counted before them being let go.
    while running.tenant.requests().total < 5 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!((running.tenant.requests().total, client.requests()), (5, 5));
    asking.iter().for_each(tokio::task::JoinHandle::abort);
}
