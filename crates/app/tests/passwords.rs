//! A password that was forgotten, replaced from the command line.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::sign_in::{self, Browser};
use app::tenants::{self, FirstAdministrator, NewTenant};
use app::{App, Refusal, setup};
use company::Company;
use serde_json::json;
use store::DatabaseUrl;

const EMAIL: &str = "robin.sample@example.com";
const OLD: &str = "a long enough password";

async fn signed_in(app: &App, password: &str) -> Option<String> {
    sign_in::sign_in(app, EMAIL, password, Browser::default()).await.ok()
}

/// The tenants that a session opens, by their slugs.
async fn opened(app: &App, session: &str) -> Vec<String> {
    let Some(signed) = sign_in::session(app, session, None).await.unwrap() else {
        return Vec::new();
    };
    let all = std::iter::once(&signed.tenant).chain(&signed.others);
    let mut slugs: Vec<_> = all.map(|tenant| tenant.slug.clone()).collect();
    slugs.sort();
    slugs
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_reset_in_one_tenant_or_wherever_they_sign_in_and_sessions_end_there() {
    let postgres = tokio::task::spawn_blocking(testkit::postgres::database).await.unwrap();
    for database in [None, Some(DatabaseUrl::Postgres(postgres))] {
        let company = Company::on(database, 0, &json!({})).await;
        let (app, caller) = (&company.app, &company.caller);
        let who = FirstAdministrator { email: EMAIL.into(), ..FirstAdministrator::default() };
        let new = NewTenant { name: "Acme".into(), slug: String::new(), administrator: Some(who) };
        tenants::create(app, caller, new).await.unwrap();
        let session = signed_in(app, OLD).await.unwrap();
        assert_eq!(opened(app, &session).await, ["acme", "example-company"]);

        let one = "one password for Acme";
        setup::reset_password(app, Some("acme".into()), EMAIL, one).await.unwrap();
        assert_eq!(opened(app, &session).await, ["example-company"]);
        let there = signed_in(app, one).await.unwrap();
        assert_eq!(opened(app, &there).await, ["acme"]);

        let all = "one password for all of them";
        setup::reset_password(app, None, "Robin.Sample@example.com", all).await.unwrap();
        assert!(opened(app, &session).await.is_empty() && opened(app, &there).await.is_empty());
        assert!(signed_in(app, OLD).await.is_none() && signed_in(app, one).await.is_none());
        let session = signed_in(app, all).await.unwrap();
        assert_eq!(opened(app, &session).await, ["acme", "example-company"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guessed_too_often_is_told_how_long_it_really_takes() {
    let company = Company::with(0).await;
    for _ in 0..8 {
        assert!(signed_in(&company.app, "wrong").await.is_none());
        company.clock.advance(jiff::SignedDuration::from_secs(30));
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        let refused = sign_in::sign_in(&company.app, EMAIL, OLD, Browser::default()).await;
        told.push(refused.unwrap_err());
        company.clock.advance(jiff::SignedDuration::from_mins(5));
    }
    let minutes = [12, 7, 2].map(|minutes| Refusal::Throttled { minutes });
    assert_eq!(told, minutes, "the first of eight guesses was four minutes ago");
    assert!(signed_in(&company.app, OLD).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_cannot_be_says_why_and_changes_nothing() {
    let company = Company::with(0).await;
    let app = &company.app;
    let reset = async |tenant: Option<&str>, email: &str, password: &str| {
        setup::reset_password(app, tenant.map(str::to_owned), email, password).await
    };
    let missing = reset(None, "casey@example.com", OLD).await;
    assert_eq!(missing, Err(Refusal::not_found("user", "casey@example.com")));
    let nowhere = reset(Some("nowhere"), EMAIL, OLD).await;
    assert_eq!(nowhere, Err(Refusal::not_found("tenant", "nowhere")));
    assert!(matches!(reset(None, EMAIL, "short").await, Err(Refusal::Invalid { .. })));
    assert!(matches!(reset(None, "no address", OLD).await, Err(Refusal::Invalid { .. })));
    assert!(signed_in(app, OLD).await.is_some());
}
