//! A full disk: what does not fit is undone whole, what stands stays, and with space it goes on.

use std::ops::ControlFlow;

use super::world::{World, deed, text, unexpected, world};
use crate::seam::Settings;
use crate::stage::{MINT, at};
use crate::testing::Fresh;
use crate::{Store, StoreError, attachments, ledger};
use domain::attachment::{Attachment, FileKind, FileName};
use domain::event::Subject;
use domain::{Asset, Field};

/// A database that has room for its tables and little more.
const SMALL: u32 = 330;

fn on_a_small_disk(fresh: &Fresh) -> World {
    let settings = Settings { most_pages: Some(SMALL), ..Settings::default() };
    world(Store::open_with(&fresh.url, settings).unwrap())
}

/// Fifty assets with long notes, in one transaction.
fn fifty(world: &World, batch: usize) -> Result<Vec<Asset>, StoreError> {
    let new: Vec<_> = (0..50).map(|n| world.new_asset(&format!("B{batch}-{n}"))).collect();
    world.try_write(move |tx| {
        let notes = [text(Field::Notes, "long ".repeat(100))];
        let make = |new| ledger::create(tx, &deed(1), &MINT, new, &notes, None);
        new.into_iter().map(make).collect()
    })
}

/// Batches until one does not fit; answers how many did.
fn fill(world: &World) -> usize {
    let full = (0..1_000).try_for_each(|batch| match fifty(world, batch) {
        Ok(_) => ControlFlow::Continue(()),
        Err(StoreError::Full) => ControlFlow::Break(batch),
        Err(other) => unexpected(other),
    });
    full.break_value().expect("a small disk is full in the end")
}

fn assets(world: &World) -> i64 {
    world.read(|tx| crate::assets::list::count(tx, &crate::assets::AssetQuery::default(), 1)).n
}

#[test]
fn what_does_not_fit_on_the_disk_is_undone_whole_and_said() {
    let fresh = Fresh::sqlite();
    let world = on_a_small_disk(&fresh);
    let batches = fill(&world);
    assert!(batches > 0, "some fit");
    assert_eq!(assets(&world), i64::try_from(batches * 50).unwrap());
    let again = fifty(&world, batches).unwrap_err();
    let said = again.to_string();
    assert!(said.contains("disk") && said.contains("hint: free space"), "{said}");
}

#[test]
fn writes_that_share_a_commit_with_one_that_does_not_fit_are_told_so() {
    let fresh = Fresh::sqlite();
    let world = on_a_small_disk(&fresh);
    let batches = fill(&world);
    let before = assets(&world);
    // Eight at once, so that several share a transaction that is lost as a whole.
    let answers: Vec<_> = std::thread::scope(|scope| {
        let many: Vec<_> = (1..9)
            .map(|n| {
                scope.spawn({
                    let world = &world;
                    move || fifty(world, batches + n)
                })
            })
            .collect();
        many.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer == &Err(StoreError::Full)), "{answers:?}");
    assert_eq!(assets(&world), before);
}

#[test]
fn with_space_again_everything_goes_on_from_where_it_stood() {
    let fresh = Fresh::sqlite();
    let small = on_a_small_disk(&fresh);
    let batches = fill(&small);
    let (before, tenant, source) = (assets(&small), small.tenant, small.source);
    let status = small.status;
    drop(small);
    let large = World { store: Store::open(&fresh.url).unwrap(), tenant, source, status };
    assert_eq!(assets(&large), before);
    fifty(&large, batches).unwrap_or_else(unexpected);
    assert_eq!(assets(&large), before + 50);
}

#[test]
fn a_file_that_does_not_fit_is_not_kept_by_half() {
    let fresh = Fresh::sqlite();
    let world = on_a_small_disk(&fresh);
    let asset = world.asset("A-1").id;
    let file = |size: usize| Attachment {
        id: MINT.id(at(1)),
        subject: Subject::Asset(asset),
        name: FileName::of("invoice", FileKind::Pdf),
        kind: FileKind::Pdf,
        size: i64::try_from(size).unwrap(),
        added_at: at(1),
        added_by: "Robin".into(),
    };
    let keep = |size: usize| {
        let new = file(size);
        world.try_write(move |tx| attachments::insert(tx, &new, vec![7; size]))
    };
    assert_eq!(keep(4_000_000), Err(StoreError::Full));
    assert!(world.read(move |tx| attachments::of(tx, Subject::Asset(asset))).is_empty());
    assert_eq!(world.read(attachments::total), 0);
    assert_eq!(keep(20_000), Ok(()), "what fits is still kept");
}
