//! The project's own chores: `cargo xtask setup | test | check | ci | bench`.

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
cargo xtask bench    the figures; --devices 10000,100000 chooses fleets";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let done = match arguments.first().map(String::as_str) {
        Some("setup") => setup::setup(),
        Some("test") => setup::setup().and_then(|()| test()),
        Some("check") => check::check(),
        Some("ci") => ci(),
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

/// Everything but the browser first: it is quicker and says more.
fn test() -> Result<(), String> {
    shell::run("cargo", &["test", "--workspace", "--exclude", "e2e"])?;
    shell::run("cargo", &["build", "--package", "cli"])?;
    shell::run("cargo", &["test", "--package", "e2e"])
}

fn ci() -> Result<(), String> {
    shell::run("cargo", &["fmt", "--all", "--check"])?;
    check::check()?;
    setup::setup()?;
    shell::run("cargo", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    test()
}
