//! The log: sentences with fields on standard error, never a secret.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Settings};

pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_from_env("STOCKROOM_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,tower_http=warn"));
    let terminal = std::io::stderr().is_terminal();
    let fallback = if terminal { LogFormat::Text } else { LogFormat::Json };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format.unwrap_or(fallback) {
        LogFormat::Text => log.with_target(false).with_ansi(terminal).init(),
        LogFormat::Json => log.json().init(),
    }
}
