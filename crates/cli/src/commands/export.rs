//! `stockroom export WHAT`: a report to standard output or a file, beside a running server or
//! without one.

use std::io::{IsTerminal, Write};

use app::assets::{Archived, AssetQuery};
use app::reports::assets::AssetReport;
use app::reports::coverage::Coverage;
use app::reports::{self, Format, Report};
use app::{App, Caller, Refusal};

use crate::Outcome;
use crate::arguments::{Export, FileFormat, What};
use crate::settings::Settings;

pub async fn export(settings: &Settings, export: Export) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    let caller = super::caller(&app, export.tenant.as_deref()).await?;
    let format = match export.format {
        FileFormat::Csv => Format::Csv,
        FileFormat::Xlsx => Format::Xlsx,
        FileFormat::Json => Format::Json,
    };
    if format == Format::Xlsx && export.output.is_none() && std::io::stdout().is_terminal() {
        let detail = "a workbook is nothing to read on a terminal; hint: --output assets.xlsx";
        return Err(Refusal::invalid("output", detail));
    }
    let report: Box<dyn Report> = match export.what {
        What::Coverage => Box::new(Coverage::default()),
        What::Assets => {
            let archived = if export.archived { Archived::Any } else { Archived::Without };
            let assets = AssetQuery { archived, ..AssetQuery::default() };
            Box::new(AssetReport { assets, details: Vec::new() })
        }
    };
    write(&app, &caller, report, format, &export).await?;
    Ok(Outcome::Done)
}

async fn write(
    app: &App,
    caller: &Caller,
    report: Box<dyn Report>,
    format: Format,
    export: &Export,
) -> Result<(), Refusal> {
    let opened = reports::open(app, caller, report).await?;
    let mut download = reports::download(app, caller, opened, format).await?;
    let failed = |error: std::io::Error| match &export.output {
        Some(file) => Refusal::Failed(format!("{}: {error}", file.display())),
        None => Refusal::Failed(format!("standard output: {error}")),
    };
    let mut to: Box<dyn Write + Send> = match &export.output {
        Some(file) => {
            let made = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
            Box::new(made.map_err(failed)?)
        }
        None => Box::new(std::io::stdout()),
    };
    while let Some(piece) = download.next().await {
        to.write_all(&piece?).map_err(failed)?;
    }
    to.flush().map_err(failed)
}
