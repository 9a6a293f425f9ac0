//! One process of the installation: the app, its threads and its listening socket, as
//! `stockroom serve` has them. It can be killed, and another started over the same database.

use std::net::SocketAddr;
use std::path::Path;

use app::secrets::Keys;
use app::{App, Clock, Mail, Options};
use kandji::ExtraHosts;
use store::DatabaseUrl;
use tokio::runtime::{Builder, Runtime};
use web::Web;

pub struct Process {
    pub app: App,
    pub address: SocketAddr,
    /// Everything the process does runs here, and ends with it.
    runtime: Option<Runtime>,
}

impl Process {
    /// Opens the database in this folder and serves it on a free port of this machine.
    pub async fn start(folder: &Path, clock: &Clock, mail: Option<Mail>) -> Process {
        let options = Options {
            database: DatabaseUrl::Sqlite(folder.join("stockroom.db")),
            keys: Keys::new([7; 32]),
            clock: clock.clone(),
            extra_hosts: ExtraHosts::parse(&["http://127.0.0.1:*"]).expect("it is an origin"),
            requests_per_second: None,
        };
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("threads are to be had");
        let started = runtime.spawn(async move {
            let app = App::open(options).expect("the database opens").mailing(mail);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a port of this machine is free");
            let address = listener.local_addr().expect("it is bound");
            let base_url = format!("http://{address}");
            let router = web::router(Web {
                app: app.clone(),
                base_url,
                secure: false,
                demo: None,
                proxies: web::Proxies::default(),
            });
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            tokio::spawn(async move { axum::serve(listener, service).await });
            (app, address)
        });
        let (app, address) = started.await.expect("the process starts");
        Process { app, address, runtime: Some(runtime) }
    }

    /// Starts what runs by itself: the schedule, and what must be done soon.
    pub fn work_in_background(&self) {
        let runtime = self.runtime.as_ref().expect("it runs until it is dropped");
        runtime.spawn(app::sync::background(self.app.clone(), None));
        runtime.spawn(app::jobs::background(self.app.clone()));
    }

    /// Killed, whatever it was doing: its tasks end where they stand, nothing is tidied up. What
    /// was on its way into the database has arrived or been given up when this returns.
    pub async fn kill(mut self) {
        let runtime = self.runtime.take().expect("it runs until it is dropped");
        let ended = move || {
            runtime.shutdown_timeout(std::time::Duration::from_secs(10));
            drop(self);
        };
        tokio::task::spawn_blocking(ended).await.expect("nothing of it panics in dying");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A folder in memory where the system has one, since commits wait for a disk.
pub fn memory_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("there is room for a database")
}
