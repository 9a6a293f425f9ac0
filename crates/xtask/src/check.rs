//! The architecture, checked: which room may use which, how long a file may be, which words are
//! ours, and that every invariant names a test that exists.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::behaviours;
use crate::shell::{output, root};

/// Which of our crates each crate may use; tests may use more.
const ARROWS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("reconcile", &["domain"]),
    ("kandji", &["domain", "reconcile"]),
    ("store", &["domain", "reconcile"]),
    ("documents", &["domain"]),
    ("app", &["documents", "domain", "reconcile", "kandji", "store"]),
    ("web", &["app", "domain", "reconcile"]),
    ("cli", &["app", "domain", "kandji", "reconcile", "store", "web"]),
    ("testkit", &["app", "cli", "domain", "kandji", "reconcile", "store", "web"]),
    ("xtask", &[]),
    ("e2e", &[]),
    ("behaviours", &["app", "domain", "kandji", "reconcile", "store", "testkit", "web"]),
];

/// Crates that may not touch the world, and what would let them.
const PURE: [(&str, &[&str]); 2] = [
    ("domain", &["jiff", "serde", "serde_json", "thiserror"]),
    ("reconcile", &["jiff", "serde", "serde_json"]),
];

const LONGEST: usize = 450;

/// Words that say nothing, in names of files and types.
const EMPTY_WORDS: [&str; 9] =
    ["utils", "helpers", "common", "manager", "processor", "dto", "impl", "misc", "service"];

pub fn check() -> Result<(), String> {
    let mut faults = Vec::new();
    arrows(&mut faults)?;
    for file in sources()? {
        let text = std::fs::read_to_string(root().join(&file)).map_err(|e| e.to_string())?;
        size(&file, &text, &mut faults);
        words(&file, &text, &mut faults);
        sql(&file, &text, &mut faults);
    }
    invariants(&mut faults)?;
    behaviours::check(&mut faults)?;
    if faults.is_empty() {
        eprintln!("· the architecture holds");
        return Ok(());
    }
    Err(format!("the architecture does not hold:\n  {}", faults.join("\n  ")))
}

fn arrows(faults: &mut Vec<String>) -> Result<(), String> {
    let metadata = output("cargo", &["metadata", "--no-deps", "--format-version", "1"])?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let allowed: BTreeMap<_, _> = ARROWS.into_iter().collect();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(may_use) = allowed.get(name) else {
            faults.push(format!("crate {name} has no place in the drawing of rooms"));
            continue;
        };
        let used = package["dependencies"].as_array().into_iter().flatten();
        let used = used.filter(|dependency| dependency["kind"].is_null());
        for used in used.filter_map(|dependency| dependency["name"].as_str()) {
            if allowed.contains_key(used) && !may_use.contains(&used) {
                faults.push(format!("{name} may not use {used}"));
            }
            let pure = PURE.iter().find(|(pure, _)| *pure == name);
            if pure.is_some_and(|(_, fine)| !fine.contains(&used) && !may_use.contains(&used)) {
                faults.push(format!("{name} is pure and may not use {used}"));
            }
        }
    }
    Ok(())
}

fn sources() -> Result<Vec<PathBuf>, String> {
    let listed =
        output("git", &["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"])?;
    let files = listed.lines().map(PathBuf::from);
    Ok(files.filter(|file| root().join(file).exists()).collect())
}

fn size(file: &Path, text: &str, faults: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{} has {lines} lines; {LONGEST} are too many", file.display()));
    }
    let header = text.lines().take_while(|line| line.starts_with("//!")).count();
    let library = file.components().any(|part| part.as_os_str() == "src");
    if library && header == 0 {
        faults.push(format!("{} does not open with what it is", file.display()));
    }
}

fn words(file: &Path, text: &str, faults: &mut Vec<String>) {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if stem.split('_').any(|word| EMPTY_WORDS.contains(&word)) {
        faults.push(format!("{} has a name that says nothing", file.display()));
    }
    for (number, line) in text.lines().enumerate() {
        if line.contains(&["#[", "allow("].concat()) {
            let place = format!("{}:{}", file.display(), number + 1);
            faults.push(format!("{place}: use #[expect(…, reason = …)]"));
        }
        if line.contains(&["#[", "ignore"].concat()) {
            faults.push(format!("{}:{}: a test is ignored", file.display(), number + 1));
        }
    }
}

/// Only the store speaks SQL.
fn sql(file: &Path, text: &str, faults: &mut Vec<String>) {
    let outside = !file.starts_with("crates/store") && !file.starts_with("crates/xtask");
    let testing = file.components().any(|part| part.as_os_str() == "tests")
        || file.starts_with("crates/testkit");
    if !outside || testing {
        return;
    }
    for (number, line) in text.lines().enumerate() {
        let speaks = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE SET "];
        if speaks.iter().any(|word| line.contains(word)) {
            faults.push(format!("{}:{}: SQL outside the store", file.display(), number + 1));
        }
    }
}

/// Each test that ARCHITECTURE.md names (`test_name` in the invariants' table) must exist.
fn invariants(faults: &mut Vec<String>) -> Result<(), String> {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md"))
        .map_err(|error| format!("ARCHITECTURE.md: {error}"))?;
    let mut tests = String::new();
    for file in sources()? {
        tests.push_str(&std::fs::read_to_string(root().join(file)).map_err(|e| e.to_string())?);
    }
    let section = page.split("## Invariants").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let named = section.split('`').skip(1).step_by(2);
    let mut count = 0;
    for name in named.filter(|name| name.matches('_').count() >= 2 && !name.contains([' ', ':'])) {
        count += 1;
        if !tests.contains(&format!("fn {name}(")) {
            faults.push(format!("ARCHITECTURE.md names the test {name}, which does not exist"));
        }
    }
    if count == 0 {
        faults.push("ARCHITECTURE.md names no tests under \"Invariants\"".into());
    }
    Ok(())
}
