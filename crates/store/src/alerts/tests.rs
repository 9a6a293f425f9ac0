//! The promises of alerts, each held on both databases.

use super::*;
use crate::{
    stage::{MINT, at, tenant, user},
    testing::on_both,
};

fn failing(detail: &str) -> NewAlert {
    NewAlert {
        id: MINT.id(at(0)),
        key: "source failing".into(),
        severity: Severity::Danger,
        title: "Kandji does not answer".into(),
        detail: detail.into(),
        link: Some("/sources".into()),
    }
}

#[test]
fn an_open_alert_is_not_raised_twice_and_a_mended_one_anew() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        store
            .write_blocking(acme, |tx| {
                assert!(raise(tx, &failing("401"), at(1))?);
                assert!(!raise(tx, &failing("401"), at(2))?);
                assert!(!raise(tx, &failing("403"), at(3))?);
                let [alert] = &open(tx)?[..] else { panic!("one alert") };
                assert_eq!((alert.detail.as_str(), alert.raised_at), ("403", at(1)));
                assert_eq!(alert.severity, Severity::Danger);
                assert!(mend(tx, "source failing", at(4))?);
                assert!(!mend(tx, "source failing", at(5))?);
                assert_eq!(open(tx)?, []);
                assert!(raise(tx, &failing("500"), at(6))?);
                let all = list(tx, None, None, 9)?;
                let mended: Vec<_> = all.iter().map(|alert| alert.mended_at).collect();
                assert_eq!(mended, [None, Some(at(4))]);
                assert_eq!(list(tx, None, Some(all[0].id), 9)?, all[1..]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn an_alert_is_seen_for_the_first_time_once() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        store
            .write_blocking(acme, |tx| {
                let alert = failing("401");
                raise(tx, &alert, at(1))?;
                seen(tx, alert.id, None, at(2))?;
                seen(tx, alert.id, None, at(3))?;
                assert_eq!(open(tx)?[0].seen_at, Some(at(2)));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_alert_is_not_here_and_may_have_the_same_key() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        let alert = failing("401");
        let id = alert.id;
        store.write_blocking(acme, move |tx| raise(tx, &alert, at(1))).unwrap();
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(open(tx)?, []);
                assert!(!mend(tx, "source failing", at(2))?);
                assert_eq!(seen(tx, id, None, at(2)), Err(StoreError::NotFound));
                assert!(raise(tx, &failing("404"), at(3))?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let ours = store.read_blocking(acme, open);
        assert_eq!(ours.map(|open| open.len()), Ok::<_, StoreError>(1));
    });
}

#[test]
fn what_one_user_has_read_is_news_to_another_until_it_is_mended() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let robin = user(&store, acme, "robin@example.com").id;
        let casey = user(&store, acme, "casey@example.com").id;
        store
            .write_blocking(acme, move |tx| {
                let alert = failing("401");
                raise(tx, &alert, at(1))?;
                seen(tx, alert.id, Some(robin), at(2))?;
                seen(tx, alert.id, Some(robin), at(3))?;
                assert_eq!(seen_by(tx, robin)?, BTreeMap::from([(alert.id, at(2))]));
                assert_eq!(seen_by(tx, casey)?, BTreeMap::new());
                mend(tx, &alert.key, at(4))?;
                assert_eq!(seen_by(tx, robin)?, BTreeMap::new());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_thing_is_mended_with_its_parts_and_nothing_beside_it() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        store
            .write_blocking(acme, move |tx| {
                for key in ["source:1", "source:1:review", "source:1:ade:x", "source:12"] {
                    raise(tx, &NewAlert { key: key.into(), ..failing("401") }, at(1))?;
                }
                assert_eq!(mend_with_parts(tx, "source:1", at(2))?, 3);
                assert_eq!(find_open(tx, "source:1:review")?, None);
                assert!(find_open(tx, "source:12")?.is_some());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn whom_an_alert_is_mailed_to_is_remembered_with_what_became_of_it() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let users = ["a@example.com", "b@example.com", "c@example.com"];
        let [a, b, c] = users.map(|email| user(&store, acme, email));
        store
            .write_blocking(acme, move |tx| {
                let alert = failing("401").id;
                raise(tx, &NewAlert { id: alert, ..failing("401") }, at(1))?;
                for user in [&a, &b, &c] {
                    mail_to(tx, alert, user, at(1))?;
                }
                mailed(tx, alert, a.id, at(2))?;
                not_mailed(tx, alert, b.id, "no answer", at(62))?;
                given_up(tx, alert, c.id, "no such mailbox")?;
                let mails = mails_of(tx, &[alert])?.remove(&alert).unwrap_or_default();
                let told: Vec<_> = mails
                    .iter()
                    .map(|mail| (mail.email.as_str(), mail.attempts, mail.sent_at, mail.next_at))
                    .collect();
                assert_eq!(
                    told,
                    [
                        ("a@example.com", 1, Some(at(2)), None),
                        ("b@example.com", 1, None, Some(at(62))),
                        ("c@example.com", 1, None, None),
                    ]
                );
                assert_eq!(mails[1].error.as_deref(), Some("no answer"));
                assert_eq!(mails_of(tx, &[])?.len(), 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let globex = tenant(&store, "globex");
        store
            .write_blocking(globex, |tx| {
                let all = list(tx, None, None, 9)?;
                assert!(all.is_empty() && seen_by(tx, UserId::new(1))?.is_empty());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
