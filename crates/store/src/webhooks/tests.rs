//! Webhooks: what is settled, where each stands, and what was sent.

use domain::id::{EventId, WebhookId};
use domain::{Action, Timestamp};

use super::*;
use crate::stage::{MINT, at, tenant};
use crate::testing::on_both;

fn webhook(name: &str) -> Webhook {
    Webhook {
        id: MINT.id(at(0)),
        name: name.into(),
        url: "https://hooks.example.com/".into(),
        secret: vec![1, 2, 3],
        subjects: vec!["asset".into()],
        actions: vec![Action::Created],
        enabled: true,
        position: 3,
        failures: 0,
        failing_since: None,
        error: None,
        delivered_at: None,
        created_by: "Robin".into(),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn delivery(webhook: WebhookId, position: i64, now: Timestamp) -> Delivery {
    Delivery {
        id: MINT.id(now),
        webhook,
        test: false,
        state: DeliveryState::Open,
        events: vec![EventId::new(position)],
        position,
        attempts: 0,
        made_at: now,
        tried_at: None,
        next_at: None,
        status: None,
        duration_ms: None,
        excerpt: None,
        error: None,
    }
}

#[test]
fn a_webhook_is_settled_once_a_name_and_changed_by_its_own_tenant() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        let made = webhook("Ticket desk");
        let id = made.id;
        let again = webhook("ticket DESK");
        store
            .write_blocking(acme, {
                let made = made.clone();
                move |tx| create(tx, &made)
            })
            .unwrap();
        let taken = store.write_blocking(acme, move |tx| create(tx, &again));
        assert!(taken.is_err_and(|error: StoreError| error.is_conflict("webhooks_name")));
        assert_eq!(store.read_blocking(acme, list), Ok::<_, StoreError>(vec![made.clone()]));
        let changed = Webhook { url: "https://other.example.com/".into(), ..made };
        let theirs = changed.clone();
        let lost = store.write_blocking(globex, move |tx| {
            assert_eq!(find(tx, id)?, None);
            assert!(!delete(tx, id)?);
            assert!(deliveries(tx, id)?.is_empty());
            save(tx, &theirs, at(1))
        });
        assert_eq!(lost, Err(StoreError::NotFound));
        store
            .write_blocking(acme, {
                let changed = changed.clone();
                move |tx| save(tx, &changed, at(1))
            })
            .unwrap();
        let saved = store.read_blocking(acme, move |tx| find(tx, id)).unwrap();
        assert_eq!(saved, Some(Webhook { updated_at: at(1), ..changed }));
    });
}

#[test]
fn one_delivery_is_open_at_a_time_and_a_taken_one_moves_the_webhook_on() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let made = webhook("Ticket desk");
        let id = made.id;
        let told = store.write_blocking(acme, move |tx| {
            create(tx, &made)?;
            let first = delivery(id, 4, at(1));
            begin(tx, &first)?;
            let second = tx_attempt(tx, id);
            assert!(second.is_err_and(|error| error.is_conflict("deliveries_open")));
            let failed_try = Try { error: Some("no".into()), status: Some(500), ..Try::default() };
            record(tx, &first, DeliveryState::Open, &failed_try, at(2), Some(at(12)))?;
            assert_eq!(failed(tx, id, "no", at(2))?, (1, at(2)));
            assert_eq!(failed(tx, id, "no", at(12))?, (2, at(2)));
            let open = open_delivery(tx, id)?.unwrap();
            assert_eq!((open.attempts, open.next_at, open.status), (1, Some(at(12)), Some(500)));
            record(tx, &open, DeliveryState::Taken, &Try::default(), at(20), None)?;
            taken(tx, &open, at(20))?;
            assert_eq!(open_delivery(tx, id)?, None);
            find(tx, id)
        });
        let told = told.unwrap().unwrap();
        assert_eq!((told.position, told.failures, told.failing_since), (4, 0, None));
        assert_eq!((told.error, told.delivered_at), (None, Some(at(20))));
    });
}

fn tx_attempt(tx: &mut Tx<'_>, id: WebhookId) -> Result<(), StoreError> {
    tx.attempt(|tx| begin(tx, &delivery(id, 5, at(1))))
}

#[test]
fn only_the_last_hundred_deliveries_are_kept_and_all_go_with_their_webhook() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let made = webhook("Ticket desk");
        let id = made.id;
        store
            .write_blocking(acme, move |tx| {
                create(tx, &made)?;
                for n in 0..110 {
                    let one = delivery(id, n, at(n));
                    begin(tx, &one)?;
                    record(tx, &one, DeliveryState::Taken, &Try::default(), at(n), None)?;
                }
                let kept = deliveries(tx, id)?;
                assert_eq!((kept.len(), kept[0].position, kept[99].position), (100, 109, 10));
                assert!(delete(tx, id)?);
                assert!(deliveries(tx, id)?.is_empty());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
