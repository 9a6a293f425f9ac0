//! One set of tests for both databases.

use std::{fs, path::PathBuf, sync::LazyLock};

use crate::{DatabaseUrl, Store, seam::Settings};

/// A fresh database, removed with the value; PostgreSQL's goes with its cluster.
pub struct Fresh {
    pub url: DatabaseUrl,
    folder: Option<PathBuf>,
}

impl Fresh {
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("stockroom-{:016x}", fastrand::u64(..)));
        fs::create_dir(&folder).unwrap();
        Self { url: DatabaseUrl::Sqlite(folder.join("test.db")), folder: Some(folder) }
    }

    /// Already up to date: copying a database is faster than building it.
    fn postgres() -> Self {
        static BUILT: LazyLock<String> = LazyLock::new(|| {
            let url = testkit::postgres::database();
            drop(Store::open(&DatabaseUrl::Postgres(url.clone())).unwrap());
            url
        });
        let url = testkit::postgres::server().copy(&BUILT);
        Self { url: DatabaseUrl::Postgres(url), folder: None }
    }

    pub fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// Without any table.
    pub fn both_empty() -> [Self; 2] {
        let url = DatabaseUrl::Postgres(testkit::postgres::database());
        [Self::sqlite(), Self { url, folder: None }]
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            fs::remove_dir_all(folder).unwrap();
        }
    }
}

/// Runs a test's body on a fresh SQLite and a fresh PostgreSQL database.
pub fn on_both(body: impl Fn(Store)) {
    on_both_with(Settings::default(), body);
}

pub fn on_both_with(settings: Settings, body: impl Fn(Store)) {
    for fresh in Fresh::both() {
        eprintln!("on {:?}", fresh.url);
        body(Store::open_with(&fresh.url, settings).unwrap());
    }
}
