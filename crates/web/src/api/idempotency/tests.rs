//! What becomes of a key when the database is too busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use app::setup::{self, First};
use app::{App, Caller, Clock, Options, Refusal, tokens};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use domain::access::Role;
use store::DatabaseUrl;
use tower::ServiceExt;

use super::*;

#[tokio::test]
async fn what_the_database_was_too_busy_for_may_be_sent_again_under_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        database: DatabaseUrl::Sqlite(folder.path().join("test.db")),
        keys: app::secrets::Keys::new([7; 32]),
        clock: Clock::fixed("2026-11-22T23:30:00Z".parse().unwrap()),
        extra_hosts: kandji::ExtraHosts::default(),
        requests_per_second: None,
    })
    .unwrap();
    let first = First {
        company: "Example Company".into(),
        name: "Robin Sample".into(),
        email: "robin.sample@example.com".into(),
        password: "a long enough password".into(),
    };
    let (user, tenant) = setup::first(&app, first).await.unwrap();
    let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
    let token = tokens::create(&app, &caller, "script", Role::Manager).await.unwrap().1;
    let web = Web {
        app,
        base_url: "http://127.0.0.1:8080".into(),
        secure: false,
        proxies: crate::Proxies::default(),
        demo: None,
    };
    for (path, again) in [("/assets", StatusCode::CREATED), ("/bulks", StatusCode::CONFLICT)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let answer = async move || match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Problem::from(Refusal::Busy("busy; hint: again".into())).into_response(),
            _ => StatusCode::CREATED.into_response(),
        };
        let router = Router::new()
            .route(path, post(answer))
            .layer(from_fn_with_state(web.clone(), once))
            .with_state(web.clone());
        let ask = async || {
            let request = Request::post(path)
                .header(HEADER, path.trim_matches('/'))
                .header(header::AUTHORIZATION, format!("Bearer {token}"));
            let request = request.body(Body::from(path)).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!(ask().await, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(ask().await, again, "{path}");
    }
}
