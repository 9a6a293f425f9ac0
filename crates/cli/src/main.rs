//! The binary `stockroom`: arguments and settings in, use cases called, words and exit codes out.

#[macro_use]
mod say;

mod arguments;
mod commands;
mod logging;
mod memory;
mod settings;

use std::process::ExitCode;
use std::time::Duration;

use app::Refusal;
use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::settings::Settings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command ends: done, or done with something a script should notice.
pub enum Outcome {
    Done,
    /// A preview that would change something, or a plan held for review.
    Pending,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::Serve | Command::Demo(_)) {
        memory::give_back_soon();
    }
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else installs a provider");
    // Threads that planned a large fleet do not stay: the allocator keeps what a living one freed.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(Duration::from_millis(100))
        .build()
        .expect("the system gives us threads");
    let ended = runtime.block_on(run(arguments));
    // A thread that still waits for somebody does not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Pending) => ExitCode::from(3),
        Err(refusal) => {
            eprintln!("stockroom: {refusal}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<Outcome, Refusal> {
    let settings = Settings::load(&arguments)?;
    logging::start(&settings);
    outlive_limits();
    match arguments.command {
        Command::Serve => commands::serve::serve(&settings).await,
        Command::Demo(demo) => commands::demo::demo(settings, &demo).await,
        Command::Admin(admin) => commands::admin::admin(&settings, admin).await,
        Command::Token(token) => commands::token::token(&settings, token).await,
        Command::Sync(sync) => commands::sync::sync(&settings, sync).await,
        Command::Doctor(doctor) => commands::doctor::doctor(&settings, doctor).await,
        Command::Import(import) => commands::import::import(&settings, import).await,
        Command::Export(export) => commands::export::export(&settings, export).await,
        Command::Backup(backup) => commands::backup::backup(&settings, &backup),
        Command::Restore(restore) => commands::restore::restore(&settings, &restore),
        Command::Migrate => commands::migrate::migrate(&settings),
        Command::KandjiWalk(walk) => commands::kandji_walk::kandji_walk(&settings, walk).await,
        Command::KandjiSim(sim) => commands::kandji_sim::kandji_sim(sim).await,
    }
}

/// A file that may not grow any further (`ulimit -f`) ends a program that does not listen, without a
/// word. Whoever listens is told by the write that failed, and says so.
#[cfg(target_os = "linux")]
fn outlive_limits() {
    use tokio::signal::unix::{SignalKind, signal};
    const FILE_TOO_LARGE: i32 = 25;
    // Once listened to, it ends nothing any more.
    if let Err(error) = signal(SignalKind::from_raw(FILE_TOO_LARGE)) {
        tracing::warn!(%error, "a limit on the size of files would end this program without a word");
    }
}

#[cfg(not(target_os = "linux"))]
fn outlive_limits() {}
