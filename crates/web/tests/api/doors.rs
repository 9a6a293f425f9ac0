//! Who may come in: signed out, too low a role, the other tenant; and what is no request at all.

use app::sign_in::Browser;
use axum::body::Body;
use axum::http::header;
use domain::access::Role;
use serde_json::json;

use crate::house::{ADMINISTRATOR, House, Said, Who};
use crate::openapi::{Operation, operations};

fn protected() -> Vec<Operation> {
    operations().into_iter().filter(|operation| operation.role.is_some()).collect()
}

#[tokio::test]
async fn without_a_token_everything_but_health_and_documents_is_refused() {
    let house = House::new().await;
    for operation in protected() {
        let path = operation.path.replace("{id}", "x");
        for token in [None, Some("Bearer stk_wrong"), Some("Basic cm9iaW46eA=="), Some("Bearer ")] {
            let mut request = house.request(Who::Nobody, &operation.method, &path);
            if let Some(token) = token {
                request = request.header(header::AUTHORIZATION, token);
            }
            let said = house.send(request.body(Body::from("{")).unwrap()).await;
            said.is_problem(401);
            assert!(said.headers[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
        }
    }
}

#[tokio::test]
async fn a_sessions_cookie_opens_no_door_here() {
    let house = House::new().await;
    let email = "robin.sample@example.com";
    let password = "a long enough password";
    let session =
        app::sign_in::sign_in(&house.app, email, password, Browser::default()).await.unwrap();
    let request = house
        .request(Who::Nobody, "GET", "/api/v1/assets")
        .header(header::COOKIE, format!("session={session}; __Host-session={session}"));
    house.send(request.body(Body::empty()).unwrap()).await.is_problem(401);
    let bearer = format!("Bearer {session}");
    let request =
        house.request(Who::Nobody, "GET", "/api/v1/assets").header(header::AUTHORIZATION, bearer);
    house.send(request.body(Body::empty()).unwrap()).await.is_problem(401);
}

#[tokio::test]
async fn the_role_is_checked_before_the_body_and_is_the_one_documented() {
    let house = House::new().await;
    for operation in protected() {
        let path = operation.path.replace("{id}", "x");
        for role in Role::ALL {
            let who = Who::Role(role);
            let request = house.request(who, &operation.method, &path);
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let said = house.send(request.body(Body::from("{")).unwrap()).await;
            let name = format!("{} {path} as {}", operation.method, role.as_str());
            if operation.role.is_some_and(|needed| !role.may(needed)) {
                assert_eq!(said.status, 403, "{name}: {}", said.text);
                said.is_problem(403);
            } else {
                assert!(![401, 403].contains(&said.status), "{name}: {}", said.text);
            }
        }
    }
}

#[tokio::test]
async fn an_id_of_another_kind_names_nothing() {
    let house = House::new().await;
    for path in [
        "/assets/x",
        "/assets/emp_0HZX4K9Q2M7RA",
        "/assets/tag:none",
        "/assets/tag:%00",
        "/employees/x",
        "/runs/run_1",
        "/sources/none",
    ] {
        house.get(path).await.is_problem(404);
    }
}

#[tokio::test]
async fn nothing_and_nonsense_are_answered_as_problems() {
    let house = House::new().await;
    for path in ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v1/assets/a/b/c", "/api/v2/x"]
    {
        let request = house.request(ADMINISTRATOR, "GET", path);
        house.send(request.body(Body::empty()).unwrap()).await.is_problem(404);
    }
    house.ask(ADMINISTRATOR, "PUT", "/assets", &json!({})).await.is_problem(405);
    let send = async |kind: &str, body: String| -> Said {
        let request = house.request(ADMINISTRATOR, "POST", "/api/v1/assets");
        let request = request.header(header::CONTENT_TYPE, kind);
        house.send(request.body(Body::from(body)).unwrap()).await
    };
    for broken in ["{", "[]", "7", "{\"tag\":}", "\u{0}"] {
        send("application/json", broken.into()).await.is_problem(400);
    }
    send("text/plain", "{}".into()).await.is_problem(415);
}

#[tokio::test]
async fn a_body_too_large_is_told_how_large_one_may_be_and_what_to_do() {
    let house = House::new().await;
    let send = async |key: Option<&str>, length: usize| -> Said {
        let mut request = house.request(ADMINISTRATOR, "POST", "/api/v1/assets");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.header(header::CONTENT_TYPE, "application/json");
        house.send(request.body(Body::from("x".repeat(length))).unwrap()).await
    };
    for (key, length, most) in
        [(None, 3_000_000, "2 MB"), (Some("a"), 3_000_000, "2 MB"), (Some("b"), 64 << 20, "34 MB")]
    {
        let said = send(key, length).await;
        said.is_problem(413);
        let detail = said.body["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("larger than {most}, the most that is read")), "{detail}");
        assert!(detail.contains("; hint: send it in several requests"), "{detail}");
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_says_how_to_write_it() {
    let house = House::new().await;
    let request = house.request(ADMINISTRATOR, "GET", "/api/v1/assets/%FF");
    let said = house.send(request.body(Body::empty()).unwrap()).await;
    said.is_problem(400);
    let detail = said.body["detail"].as_str().unwrap();
    assert!(detail.contains("percent-encoded, as UTF-8"), "{detail}");
}

#[tokio::test]
async fn health_needs_no_token() {
    let house = House::new().await;
    for (path, text) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let request = house.request(Who::Nobody, "GET", path).body(Body::empty()).unwrap();
        assert_eq!(house.send(request).await.expect(200).text, text);
    }
}
