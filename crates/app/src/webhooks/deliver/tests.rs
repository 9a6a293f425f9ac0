//! How long is waited, and how far one transaction goes.

use domain::company::{Company, Tenant};
use domain::id::TokenId;
use domain::{Action, Field};
use store::DatabaseUrl;

use super::*;
use crate::caller::Caller;
use crate::told::Teller;
use crate::{Clock, Options, secrets};

#[test]
fn what_fails_again_is_tried_less_and_less_often() {
    let seconds: Vec<_> = (1..10).map(|failures| wait(failures).as_secs()).collect();
    assert_eq!(seconds, [10, 60, 300, 900, 1_800, 3_600, 7_200, 7_200, 7_200]);
}

fn listener(id: WebhookId, now: Timestamp) -> Webhook {
    Webhook {
        id,
        name: "Desk".into(),
        url: "https://hooks.example.com/".into(),
        secret: vec![1],
        subjects: vec!["token".into()],
        actions: vec![Action::Deleted],
        enabled: true,
        position: 0,
        failures: 0,
        failing_since: None,
        error: None,
        delivered_at: None,
        created_by: "Robin".into(),
        created_at: now,
        updated_at: now,
    }
}

#[tokio::test]
async fn who_wants_to_hear_little_passes_over_the_feed_a_piece_a_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        database: DatabaseUrl::Sqlite(folder.path().join("test.db")),
        keys: secrets::Keys::new([7; 32]),
        clock: Clock::fixed("2026-11-22T23:30:00Z".parse().unwrap()),
        extra_hosts: kandji::ExtraHosts::default(),
        requests_per_second: None,
    })
    .unwrap();
    let (id, now, mint): (TenantId, _, _) = (app.id(), app.now(), app.mint.clone());
    let tenant = Tenant { id, name: "Acme".into(), slug: "acme".into() };
    let made = app
        .store
        .system(move |tx| store::tenants::create(tx, &tenant, &Company::named("Acme"), now, &mint));
    made.await.unwrap();
    let (teller, webhook) = (Teller::new(&app, &Caller::system(id)), app.id());
    let written = app.store.write(id, move |tx| {
        for n in 0..4_500 {
            let told = Some(vec![(Field::Name, n.into())]);
            teller.tell(tx, Subject::Token(TokenId::new(n)), None, told)?;
        }
        webhooks::create(tx, &listener(webhook, now))?;
        webhooks::set_position(tx, webhook, 0)
    });
    written.await.unwrap();
    for (over, stands) in [(true, 2_000), (true, 4_000), (false, 4_500)] {
        let delivery = app.id();
        let looked = app.store.write(id, move |tx| {
            let passed_over = match next(tx, webhook, delivery, now)? {
                Next::PassedOver => true,
                Next::Nothing => false,
                Next::Send(_) => unreachable!("nothing was deleted"),
            };
            let webhook = webhooks::find(tx, webhook)?.expect("it is there");
            Ok::<_, StoreError>((passed_over, webhook.position))
        });
        assert_eq!(looked.await, Ok((over, stands)));
    }
}
