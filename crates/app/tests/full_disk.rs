//! A run on a disk that fills up: it says so, nothing is lost, and with space the next one succeeds.

#[expect(dead_code, reason = "the tests of runs use the rest")]
mod company;

use app::App;
use app::runs::State;
use company::Company;
use kandji::sim::DeviceSpec;
use reconcile::plan::Counts;
use store::runs::RunMode;
use store::{Settings, Store};

const NEW: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_a_full_disk_fails_with_a_hint_and_the_next_one_with_space_succeeds() {
    let company = Company::with(20).await;
    company.applied().await;
    let before = company.assets().await;
    for _ in 0..NEW {
        company.kandji.tenant.add_device(DeviceSpec::default());
    }
    // Room for what is there already: a limit below that is raised to it.
    let settings = Settings { most_pages: Some(1), ..Settings::default() };
    let store = Store::open_with(&company.options.database, settings).unwrap();
    let small = App::over(store, company.options.clone()).unwrap();
    let id = company.source.id;
    let run = app::sync::run_here(&small, &company.caller, id, RunMode::Apply).await.unwrap();
    let error = run.error.expect("a failed run says why");
    assert_eq!((run.state, run.counts), (State::Failed, Counts::default()), "{error}");
    assert!(error.starts_with("the disk of the database is full; hint: free space"), "{error}");
    assert_eq!(company.assets().await, before, "nothing is lost and nothing is half done");

    let run = company.applied().await;
    assert_eq!(run.counts.created, NEW as u64);
    assert_eq!(company.applied().await.counts, Counts::default());
}
