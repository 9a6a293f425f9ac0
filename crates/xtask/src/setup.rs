//! What the tests need and cargo cannot bring: PostgreSQL, Chromium and its driver, npm packages.

use std::path::Path;

use crate::shell::{exists, root, run};

const POSTGRES: &str = "/usr/lib/postgresql";

pub fn setup() -> Result<(), String> {
    let mut missing = Vec::new();
    if !has_initdb() {
        missing.push("postgresql");
    }
    if !exists("chromium") {
        missing.push("chromium");
    }
    if !exists("chromedriver") {
        missing.push("chromium-driver");
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    if !exists("npm") {
        return Err("npm is missing; hint: install Node.js 20 or newer with npm".into());
    }
    npm("crates/web")?;
    npm("tests/e2e")
}

fn has_initdb() -> bool {
    let versions = std::fs::read_dir(POSTGRES).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.exists())
}

fn install(packages: &[&str]) -> Result<(), String> {
    if !exists("apt-get") {
        let list = packages.join(", ");
        return Err(format!("missing: {list}; hint: install them with your system's packages"));
    }
    let root = crate::shell::output("id", &["-u"])?.trim() == "0";
    let sudo: &[&str] = if root { &[] } else { &["sudo"] };
    let apt = |arguments: &[&str]| {
        let line =
            [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
        run(line[0], &line[1..])
    };
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())
}

/// Packages pinned by a lock file; only fetched where they are not there yet.
fn npm(folder: &str) -> Result<(), String> {
    let folder = root().join(folder);
    let pinned = folder.join("package-lock.json").exists();
    if !pinned || fresh(&folder) {
        return Ok(());
    }
    let folder = folder.to_string_lossy().into_owned();
    run("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", &folder])
}

/// Whether the packages on disk are the locked ones.
fn fresh(folder: &Path) -> bool {
    let time = |file: &str| folder.join(file).metadata().and_then(|meta| meta.modified()).ok();
    let installed = time("node_modules/.package-lock.json");
    installed.is_some() && installed >= time("package-lock.json")
}
