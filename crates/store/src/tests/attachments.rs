//! Files kept with assets: there or gone together with the asset, and nobody else's.

use domain::attachment::{Attachment, FileKind, FileName};
use domain::event::Subject;
use domain::{Action, Field};
use serde_json::json;

use super::world::{deed, in_a_world, unexpected};
use crate::stage::{self, MINT, at};
use crate::{StoreError, attachments, employees, events, ledger, nouns, products};

fn file(subject: Subject, name: &str, content: &[u8]) -> Attachment {
    Attachment {
        id: MINT.id(at(1)),
        subject,
        name: FileName::of(name, FileKind::Pdf),
        kind: FileKind::Pdf,
        size: i64::try_from(content.len()).unwrap(),
        added_at: at(1),
        added_by: "Robin".into(),
    }
}

#[test]
fn a_file_is_kept_byte_for_byte_and_goes_with_its_asset() {
    in_a_world(|world| {
        let (asset, other) = (world.asset("A-1").id, world.asset("A-2").id);
        // Every byte there is, and more than a page of any database.
        let content: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let of = Subject::Asset(asset);
        let (kept, small) =
            (file(of, "a.pdf", &content), file(Subject::Asset(other), "b.pdf", b"x"));
        let (one, two, bytes) = (kept.clone(), small.clone(), content.clone());
        world.write(move |tx| {
            attachments::insert(tx, &one, bytes)?;
            attachments::insert(tx, &two, b"x".to_vec())
        });
        let (id, small) = (kept.id, small.id);
        assert_eq!(world.read(move |tx| attachments::of(tx, of)), std::slice::from_ref(&kept));
        assert_eq!(world.read(move |tx| attachments::find(tx, id)), Some(kept));
        assert_eq!(world.read(move |tx| attachments::content(tx, id)), Some(content));
        assert_eq!(world.read(attachments::total), 3_000_001);

        let elsewhere = stage::tenant(&world.store, "globex");
        let told = world.store.write_blocking(elsewhere, move |tx| {
            assert_eq!(attachments::find(tx, id)?, None);
            assert_eq!(attachments::content(tx, id)?, None);
            assert!(attachments::of(tx, of)?.is_empty());
            assert!(!attachments::delete(tx, id)?);
            assert_eq!(attachments::total(tx)?, 0);
            // Another tenant's asset is no asset of theirs.
            attachments::insert(tx, &file(of, "c.pdf", b"x"), b"x".to_vec())
        });
        assert_eq!(told, Err(StoreError::Referenced));

        world.write(move |tx| ledger::delete(tx, &deed(2), &MINT, asset, None, None));
        assert_eq!(world.read(move |tx| attachments::content(tx, id)), None);
        assert_eq!(world.read(attachments::total), 1);
        assert!(world.write(move |tx| attachments::delete(tx, small)));
        assert_eq!(world.read(move |tx| attachments::content(tx, small)), None);
        assert!(!world.write(move |tx| attachments::delete(tx, small)));
    });
}

#[test]
fn an_employees_file_moves_with_a_merge_and_goes_with_them() {
    in_a_world(|world| {
        let [robin, casey] = ["Robin", "Casey"].map(|name| world.employee(name).id);
        let [from, into] = [robin, casey].map(Subject::Employee);
        let kept = file(from, "agreement.pdf", b"x");
        let (made, id) = (kept.clone(), kept.id);
        world.write(move |tx| attachments::insert(tx, &made, b"x".to_vec()));
        assert_eq!(world.read(move |tx| attachments::of(tx, from)), [kept]);
        let other = Subject::Supplier(MINT.id(at(1)));
        let refused =
            world.try_write(move |tx| attachments::insert(tx, &file(other, "a", b"x"), vec![1]));
        assert_eq!(refused, Err(StoreError::NotFound));
        while !world.write(move |tx| ledger::merge(tx, &deed(2), &MINT, from, into)) {}
        let all = world.read(move |tx| attachments::of(tx, into));
        assert_eq!((all.len(), all[0].id, all[0].subject), (1, id, into));
        world.write(move |tx| employees::delete(tx, &deed(3), &MINT, casey, None));
        assert_eq!(world.read(move |tx| attachments::content(tx, id)), None);
        assert_eq!(world.read(attachments::total), 0);
    });
}

#[test]
fn a_products_file_moves_with_a_merge_and_goes_with_it() {
    in_a_world(|world| {
        let [from, into] = ["MacBook", "MacBook Air"].map(|name| world.product(name));
        let [from, into] = [from, into].map(Subject::Product);
        let kept = file(from, "front.png", b"x");
        let (made, id) = (kept.clone(), kept.id);
        world.write(move |tx| attachments::insert(tx, &made, b"x".to_vec()));
        assert_eq!(world.read(move |tx| attachments::of(tx, from)), [kept]);
        while !world.write(move |tx| ledger::merge(tx, &deed(2), &MINT, from, into)) {}
        let all = world.read(move |tx| attachments::of(tx, into));
        assert_eq!((all.len(), all[0].id, all[0].subject), (1, id, into));
        let Subject::Product(stays) = into else { unreachable!("it is a product") };
        world.write(move |tx| products::delete(tx, &deed(3), &MINT, stays));
        assert_eq!(world.read(move |tx| attachments::content(tx, id)), None);
        assert_eq!(world.read(attachments::total), 0);
    });
}

#[test]
fn sightings_and_notes_are_events_even_where_nothing_moves() {
    in_a_world(|world| {
        let (asset, place) = (world.asset("A-1").id, world.location("Store"));
        let moved = [(Field::Location, json!(place.to_string()))];
        world.change(deed(2), asset, Action::Seen, &moved);
        let seen = world.change(deed(3), asset, Action::Seen, &moved);
        assert_eq!((seen.version, seen.location), (3, Some(place)));
        let events = world.events(asset);
        assert_eq!((events[1].changes.len(), events[2].changes.len()), (1, 0));
        world.write(move |tx| {
            let note = Some("The hinge is loose.\nTo be mended.".to_owned());
            ledger::change(tx, &deed(4), &MINT, asset, None, Action::Noted, &[], note).map(drop)
        });
        let asked = move |action| {
            move |tx: &mut crate::Tx<'_>| {
                events::of_action(tx, Subject::Asset(asset), action, None, 1)
            }
        };
        let last = world.read(asked(Action::Seen));
        assert_eq!((last.items[0].id, last.next.is_some()), (events[2].id, true));
        assert_eq!(
            world.read(asked(Action::Noted)).items[0].note.as_deref(),
            Some("The hinge is loose.\nTo be mended.")
        );
        let robin = Subject::Employee(world.employee("Robin Roe").id);
        world.write(move |tx| {
            nouns::tell(tx, &deed(5), &MINT, robin, Action::Noted, "Works from home.".into())
        });
        let told = world.store.read_blocking(world.tenant, move |tx| {
            events::of_action(tx, robin, Action::Noted, None, 5)
        });
        assert_eq!(told.unwrap_or_else(unexpected).items.len(), 1);
    });
}
