//! `stockroom export WHAT`: a report to standard output or a file, beside a running server or
//! without one.

use std::io::{IsTerminal, Write};

use app::Refusal;
use app::assets::{Archived, AssetQuery};
use app::reports::assets::AssetReport;
use app::reports::coverage::Coverage;
use app::reports::{self, Download, Format, Report};

use crate::Outcome;
use crate::arguments::{Export, FileFormat, What};
use crate::settings::Settings;

pub async fn export(settings: &Settings, export: Export) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    let caller = super::caller(&app, export.tenant.as_deref()).await?;
    if export.what == What::Everything {
        if export.format.is_some_and(|format| format != FileFormat::Json) {
            let detail = "everything is written as JSON alone; hint: leave --format out";
            return Err(Refusal::invalid("format", detail));
        }
        write(app::everything::everything(&app, &caller).await?, &export).await?;
        return Ok(Outcome::Done);
    }
    let format = match export.format.unwrap_or(FileFormat::Csv) {
        FileFormat::Csv => Format::Csv,
        FileFormat::Xlsx => Format::Xlsx,
        FileFormat::Json => Format::Json,
    };
    if format == Format::Xlsx && export.output.is_none() && std::io::stdout().is_terminal() {
        let detail = "a workbook is nothing to read on a terminal; hint: --output assets.xlsx";
        return Err(Refusal::invalid("output", detail));
    }
    let report: Box<dyn Report> = if export.what == What::Coverage {
        Box::new(Coverage::default())
    } else {
        let archived = if export.archived { Archived::Any } else { Archived::Without };
        let assets = AssetQuery { archived, ..AssetQuery::default() };
        Box::new(AssetReport { assets, details: Vec::new() })
    };
    let opened = reports::open(&app, &caller, report).await?;
    write(reports::download(&app, &caller, opened, format).await?, &export).await?;
    Ok(Outcome::Done)
}

async fn write(mut download: Download, export: &Export) -> Result<(), Refusal> {
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
