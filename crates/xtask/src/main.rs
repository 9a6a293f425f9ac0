//! The project's own chores: `cargo xtask setup | test | check | ci | behaviours | fortnights | bench`.

mod behaviours;
mod bench;
mod check;
mod setup;
mod shell;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask setup    installs what the tests need: PostgreSQL and Chromium from Debian packages
cargo xtask test     installs that if it is missing, then runs every test
cargo xtask check    the architecture: arrows, sizes, words, invariants and their tests
cargo xtask ci       formatting, lints, the architecture, every test
cargo xtask behaviours   runs every test, then writes docs/behaviours.md; --from FILE reads the
                         output of a run that was made
cargo xtask fortnights   seeded fortnights; --seeds 1000 how many, --first 17 where they begin
cargo xtask bench    the figures; --devices 10000,100000 chooses fleets, --database-url postgres://…
                     an empty database for one of them instead of SQLite";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let done = match arguments.first().map(String::as_str) {
        Some("setup") => setup::setup(),
        Some("test") => setup::setup().and_then(|()| proven()),
        Some("check") => check::check(),
        Some("ci") => ci(),
        Some("behaviours") => behaviours::behaviours(rest),
        Some("fortnights") => fortnights(rest),
        Some("bench") => bench::bench(rest),
        _ => Err(HELP.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Everything but the browser first: it is quicker and says more. Answers what the tests told.
pub fn test() -> Result<String, String> {
    let told = shell::told("cargo", &["test", "--workspace", "--exclude", "e2e"])?;
    shell::run("cargo", &["build", "--package", "cli"])?;
    Ok(told + &shell::told("cargo", &["test", "--package", "e2e"])?)
}

/// Every test, and those of the behaviours among them.
fn proven() -> Result<(), String> {
    behaviours::passed(&test()?)
}

/// More fortnights than every test run tells.
fn fortnights(arguments: &[String]) -> Result<(), String> {
    let asked = |name: &str, default: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        let value = at.and_then(|at| arguments.get(at + 1));
        value.map_or(default, String::as_str).to_owned()
    };
    let (count, first) = (asked("--seeds", "1000"), asked("--first", "0"));
    if count.parse::<u64>().is_err() || first.parse::<u64>().is_err() {
        return Err("usage: cargo xtask fortnights [--seeds 1000] [--first 0]".into());
    }
    let seeds = [format!("FORTNIGHTS={count}"), format!("FIRST={first}")];
    let cargo = ["cargo", "test", "--package", "behaviours", "--test", "fortnights"];
    let all = seeds.iter().map(String::as_str).chain(cargo).chain(["--", "--nocapture"]);
    shell::run("env", &all.collect::<Vec<_>>())
}

fn ci() -> Result<(), String> {
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    check::check()?;
    setup::setup()?;
    shell::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    proven()
}
