//! Users, on both databases.

use std::sync::Barrier;

use super::*;
use crate::{
    Store, employees,
    stage::{MINT, at, tenant, user},
    testing::on_both,
};

fn ask<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut SystemTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.system_blocking(work).unwrap_or_else(|error: StoreError| panic!("{error}"))
}

#[test]
fn an_address_is_found_however_it_is_spelled_and_is_one_users_in_its_tenant() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        let robin = user(&store, acme, "Robin@Example.com");
        let mut twin = robin.clone();
        twin.id = UserId::new(77);
        twin.email = Email::parse("robin@example.com").unwrap();
        let again = twin.clone();
        let taken = store.system_blocking(move |tx| create(tx, acme, &again, "x", at(0)));
        assert!(taken.is_err_and(|error: StoreError| error.is_conflict("users_email")));

        let spelled = Email::parse("robin@example.COM").unwrap();
        let found = ask(&store, move |tx| {
            create(tx, globex, &twin, "another", at(0))?;
            by_email(tx, &spelled)
        });
        let found: Vec<_> =
            found.iter().map(|found| (found.tenant, found.password_hash.as_str())).collect();
        assert_eq!(found, [(acme, "hash of Robin@Example.com"), (globex, "another")]);
        assert_eq!(ask(&store, count), 2);
    });
}

#[test]
fn another_tenants_user_is_not_here() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        let robin = user(&store, acme, "robin@example.com");
        let id = robin.id;
        ask(&store, move |tx| {
            let gone = Err(StoreError::NotFound);
            assert_eq!(find(tx, globex, id)?, None);
            assert_eq!(list(tx, globex)?, []);
            assert_eq!(set_password(tx, globex, id, "stolen"), gone);
            assert_eq!(save(&mut tx.inside(globex), &robin), gone);
            assert_eq!(delete(tx, globex, id), gone);
            assert_eq!(list(tx, acme)?, [robin]);
            Ok(())
        });
        let elsewhere = store.read_blocking(globex, move |tx| {
            assert_eq!(employee(tx, id)?, None);
            rows(tx, Some(id), at(1))
        });
        assert_eq!(elsewhere, Ok::<_, StoreError>(vec![]));
        let linked = store.write_blocking(globex, move |tx| link(tx, id, None));
        assert_eq!(linked, Err(StoreError::NotFound));
    });
}

#[test]
fn a_user_is_renamed_given_an_address_and_a_role_and_removed() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        user(&store, acme, "casey@example.com");
        let robin = user(&store, acme, "robin@example.com");
        let id = robin.id;
        let taken = User { email: Email::parse("Casey@example.com").unwrap(), ..robin };
        let taken = store.system_blocking(move |tx| save(&mut tx.inside(acme), &taken));
        assert!(taken.is_err_and(|error: StoreError| error.is_conflict("users_email")));
        ask(&store, move |tx| {
            let email = Email::parse("Robin.B@example.com").unwrap();
            let saved = User { id, email, name: "Robin B.".into(), role: Role::Viewer };
            save(&mut tx.inside(acme), &saved)?;
            assert_eq!(find(tx, acme, id)?.as_ref(), Some(&saved));
            let found = by_email(tx, &Email::parse("robin.b@example.com").unwrap())?;
            assert_eq!(found.len(), 1);
            delete(tx, acme, id)?;
            assert_eq!(find(tx, acme, id)?, None);
            Ok(())
        });
    });
}

#[test]
fn the_last_administrator_stays_one() {
    on_both(|store| {
        let (acme, globex) = (tenant(&store, "acme"), tenant(&store, "globex"));
        let robin = user(&store, acme, "robin@example.com");
        // Whoever administers another tenant does not count.
        user(&store, globex, "casey@example.com");
        let last = Err(StoreError::Conflict(LAST_ADMINISTRATOR.into()));
        ask(&store, move |tx| {
            let manager = User { role: Role::Manager, ..robin.clone() };
            assert_eq!(save(&mut tx.inside(acme), &manager), last);
            assert_eq!(delete(tx, acme, robin.id), last);
            save(&mut tx.inside(acme), &User { name: "Robin B.".into(), ..robin })
        });
    });
}

#[test]
fn of_two_administrators_who_step_down_at_once_one_stays() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        for round in 0..20 {
            let pair = ["robin", "casey"]
                .map(|name| user(&store, acme, &format!("{name}-{round}@example.com")));
            let together = Barrier::new(2);
            let step_down = |user: User, leaves: bool| {
                let (store, together) = (store.clone(), &together);
                move || {
                    together.wait();
                    store.system_blocking(move |tx| {
                        if leaves {
                            return delete(tx, acme, user.id);
                        }
                        let inside = &mut tx.inside(acme);
                        tenants::hold(inside)?;
                        save(inside, &User { role: Role::Viewer, ..user })
                    })
                }
            };
            let done = std::thread::scope(|scope| {
                let [first, second] = pair;
                let first = scope.spawn(step_down(first, true));
                let second = scope.spawn(step_down(second, false));
                [first.join().unwrap(), second.join().unwrap()]
            });
            let refused = done.iter().filter(|done| done.is_err()).count();
            assert_eq!(refused, 1, "round {round}: {done:?}");
            let left = ask(&store, move |tx| list(tx, acme));
            let left: Vec<_> =
                left.into_iter().filter(|user| user.role == Role::Administrator).collect();
            assert_eq!(left.len(), 1, "round {round}");
            // The one who stayed makes room for the next pair.
            let stayed = left[0].id;
            let heir = user(&store, acme, &format!("heir-{round}@example.com")).id;
            ask(&store, move |tx| delete(tx, acme, stayed));
            ask(&store, move |tx| {
                tx.exec(sql! { "DELETE FROM users WHERE tenant_id = ", acme, " AND id = ", heir })
            });
        }
    });
}

#[test]
fn a_user_is_the_employee_with_the_same_e_mail_unless_another_was_chosen() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let id = user(&store, acme, "robin@example.com").id;
        let hire = |name: &str, email: &str| {
            let hired = domain::person::Employee {
                email: Some(Email::parse(email).unwrap()),
                ..domain::person::Employee::named(MINT.id(at(0)), name)
            };
            let (deed, made) = (crate::tests::world::deed(1), hired.id);
            store
                .write_blocking(acme, move |tx| employees::create(tx, &deed, &MINT, &hired, None))
                .unwrap_or_else(|error: StoreError| panic!("{error}"));
            made
        };
        let is = |store: &Store| store.read_blocking(acme, move |tx| employee(tx, id));
        let choose = |chosen| store.write_blocking(acme, move |tx| link(tx, id, chosen));
        assert_eq!(is(&store), Ok::<_, StoreError>(None));
        let same = hire("Robin", "ROBIN@example.com");
        let other = hire("Robin's other self", "r.other@example.com");
        assert_eq!(is(&store), Ok(Some(same)));
        choose(Some(other)).unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(is(&store), Ok(Some(other)));
        let listed = store.read_blocking(acme, move |tx| rows(tx, None, at(1)));
        let listed = listed.unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(listed[0].employee, Some((other, "Robin's other self".into())));
        choose(Some(EmployeeId::new(404))).unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(is(&store), Ok(Some(same)), "one who is gone counts for nothing");
    });
}
