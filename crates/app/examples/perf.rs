//! temporary
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;
use app::setup::{self, First};
use app::sources::{self, Connection};
use app::{App, Caller, Clock, Options};
use kandji::ExtraHosts;

use std::time::Instant;

#[tokio::main]
async fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let folder = std::path::PathBuf::from("/tmp/perfdb");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut child = std::process::Command::new("target/release/examples/simu")
        .arg(n.to_string())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let (url, tok) = line.trim().split_once(" ").unwrap();
    let (url, tok) = (url.to_owned(), tok.to_owned());
    let app = App::open(Options {
        database: store::DatabaseUrl::Sqlite(folder.join("a.db")),
        keys: app::secrets::Keys::new([7; 32]),
        clock: Clock::system(),
        extra_hosts: ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap(),
        requests_per_second: None,
        data_dir: folder.clone(),
    })
    .unwrap();
    let first = First {
        company: "E".into(),
        name: "R".into(),
        email: "r@example.com".into(),
        password: "a long enough password".into(),
    };
    let (user, tenant) = setup::first(&app, first).await.unwrap();
    let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
    let c = Connection { api_url: url.clone(), token: tok.clone().into() };
    let source =
        sources::create(&app, &caller, "Kandji", &c, reconcile::preset::Preset::Recommended)
            .await
            .unwrap();
    sources::save_settings(&app, &caller, source.id, &serde_json::json!({"first_run":"apply","employees":{"create":true},"assign":{"on_assign":true,"on_change":true,"on_removed":true}})).await.unwrap();
    for _ in 0..6 {
        let t = Instant::now();
        let run =
            app::sync::run_here(&app, &caller, source.id, app::runs::Mode::Apply).await.unwrap();
        println!("{:?} {:?} {:?} req {}", t.elapsed(), run.state, run.counts, run.requests);
    }
    let client = kandji::Client::new(
        kandji::ApiUrl::parse(&url, &ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap()).unwrap(),
        &tok.into(),
        kandji::Limits::unpaced(),
    )
    .unwrap();
    for _ in 0..3 {
        let t = Instant::now();
        let w = kandji::endpoints::devices(&client, &|_| {}).await.unwrap();
        println!("floor {:?} {}", t.elapsed(), w.rows.len());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
    child.kill().unwrap();
}
