//! Downloads keep pace with whoever takes them, and say when they break off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::company::Company;
use domain::id::TenantId;
use store::{DatabaseUrl, Tx};

use super::super::{Report, Rows, Table};
use super::*;
use crate::{Clock, Options, secrets};

/// A table without an end, or one that fails at a page; it counts what is asked of it.
struct Counted {
    columns: Vec<Column>,
    asked: Arc<AtomicUsize>,
    pages: usize,
    fails: bool,
}

impl Table for Counted {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, _: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        assert_eq!(limit, ROWS, "a page is bounded");
        self.asked.fetch_add(1, Ordering::SeqCst);
        let number: usize = at.map_or(0, |at| at.parse().unwrap());
        if self.fails && number == self.pages {
            return Err(Refusal::Busy("busy; hint: again".into()));
        }
        let items = (0..limit).map(|_| vec![Cell::Text("x".repeat(100))]).collect();
        let next = (self.fails || number + 1 < self.pages).then(|| (number + 1).to_string());
        Ok(Rows { items, next, ..Rows::default() })
    }
}

/// Opened already.
struct Endless;

impl Report for Endless {
    fn title(&self) -> &'static str {
        "Asset Report"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        unreachable!("it is open")
    }
}

struct House {
    app: App,
    caller: Caller,
    _folder: tempfile::TempDir,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        database: DatabaseUrl::Sqlite(folder.path().join("test.db")),
        keys: secrets::Keys::new([7; 32]),
        clock: Clock::fixed("2026-11-22T23:30:00Z".parse().unwrap()),
        extra_hosts: kandji::ExtraHosts::default(),
        requests_per_second: None,
    })
    .unwrap();
    let id: TenantId = app.id();
    let (mint, now) = (app.mint.clone(), app.now());
    let tenant = domain::company::Tenant { id, name: "Acme".into(), slug: "acme".into() };
    let company = Company { time_zone: "Europe/Berlin".into(), ..Company::named("Acme") };
    let made = app
        .store
        .system_blocking(move |tx| store::tenants::create(tx, &tenant, &company, now, &mint));
    made.unwrap();
    House { app, caller: Caller::system(id), _folder: folder }
}

fn counted(pages: usize, fails: bool) -> (Opened, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let columns = vec![Column::new("x", "X", 10)];
    let table = Counted { columns, asked: Arc::clone(&asked), pages, fails };
    let report = Arc::new(Endless);
    (Opened { title: "Asset Report", report, table: Arc::new(table) }, asked)
}

async fn whole(download: &mut Download) -> Result<Vec<u8>, Refusal> {
    let mut all = Vec::new();
    while let Some(piece) = download.next().await {
        all.extend(piece?);
    }
    Ok(all)
}

#[tokio::test]
async fn a_download_reads_no_further_ahead_than_a_few_pages() {
    let house = house();
    let (report, asked) = counted(usize::MAX, false);
    let file = download(&house.app, &house.caller, report, Format::Csv).await;
    let mut file = file.unwrap();
    assert_eq!(file.name, "asset-report-2026-11-23.csv", "the day it is in the tenant's zone");
    let mut taken = 0;
    for _ in 0..200 {
        taken += file.next().await.unwrap().unwrap().len();
        // A page is some 102 KB of text. In flight: chunks, the page being written, those ahead.
        let most = (taken + (CHUNKS_AHEAD + 3) * 2 * CHUNK) / 102_000 + PAGES_AHEAD + 4;
        let asked = asked.load(Ordering::SeqCst);
        assert!(asked <= most, "{asked} pages were read for {taken} bytes");
    }
}

#[tokio::test]
async fn when_nobody_takes_the_file_any_more_nothing_more_is_read() {
    let house = house();
    let (report, asked) = counted(usize::MAX, false);
    let table = Arc::downgrade(&report.table);
    let file = download(&house.app, &house.caller, report, Format::Csv).await;
    drop(file);
    // The reader lets go of the table when it ends; an endless one that did not end would hang.
    while table.upgrade().is_some() {
        tokio::task::yield_now().await;
    }
    assert!(asked.load(Ordering::SeqCst) < 50);
}

#[tokio::test]
async fn every_row_arrives_in_every_format() {
    let house = house();
    for (format, lines) in [(Format::Csv, 3_001), (Format::Json, 3_002)] {
        let (report, asked) = counted(3, false);
        let mut file = download(&house.app, &house.caller, report, format).await.unwrap();
        let text = String::from_utf8(whole(&mut file).await.unwrap()).unwrap();
        assert_eq!(text.lines().count(), lines);
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }
    let (report, _) = counted(3, false);
    let mut file = download(&house.app, &house.caller, report, Format::Xlsx).await.unwrap();
    assert!(whole(&mut file).await.unwrap().starts_with(b"PK"));
}

#[tokio::test]
async fn what_breaks_before_the_first_piece_is_refused_and_later_ends_the_file_with_an_error() {
    let house = house();
    for format in Format::ALL {
        let (report, _) = counted(0, true);
        let refused = download(&house.app, &house.caller, report, format).await;
        assert!(matches!(refused, Err(Refusal::Busy(_))), "{format:?}");
    }
    let (report, _) = counted(20, true);
    let mut file = download(&house.app, &house.caller, report, Format::Csv).await.unwrap();
    assert!(matches!(whole(&mut file).await, Err(Refusal::Busy(_))));
    let (report, _) = counted(20, true);
    let refused = download(&house.app, &house.caller, report, Format::Xlsx).await;
    assert!(matches!(refused, Err(Refusal::Busy(_))), "a workbook is whole before it is sent");
}

#[tokio::test]
async fn who_takes_nothing_is_given_up_frees_their_place_and_the_file_is_not_taken_for_whole() {
    let house = house();
    let tenant = house.caller.tenant;
    let place = house.app.downloads.place(tenant).unwrap();
    let endless = |mut to: Chunks| {
        loop {
            to.write_all(&vec![b'x'; CHUNK]).map_err(broken)?;
        }
    };
    let begun = Download::begin("x".into(), "text/csv", place, Duration::ZERO, endless);
    let mut file = begun.await.unwrap();
    let others = |_| house.app.downloads.place(tenant).ok();
    while (0..8).filter_map(others).count() < 8 {
        tokio::task::yield_now().await;
    }
    let error = whole(&mut file).await.unwrap_err();
    assert!(error.to_string().contains("nobody takes it any more"), "{error}");
    assert!(file.next().await.is_none());
}
