//! `stockroom import assets FILE --match FIELD`: a table into the register, beside a running server
//! or without one.

use std::io::{Read, Write};
use std::path::Path;

use app::imports::{self, Brought, KeptRow};
use app::{App, Caller, Refusal};
use domain::fields::AppliesTo;
use domain::imports::{Intent, Mapping, Target, Verdict};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{Import, Table};
use crate::settings::Settings;

/// Rows shown of a plan; `--json` has them all.
const SHOWN: u32 = 200;

pub async fn import(settings: &Settings, import: Import) -> Result<Outcome, Refusal> {
    let (what, table) = match import {
        Import::Assets(table) => (AppliesTo::Assets, table),
        Import::Employees(table) => (AppliesTo::Employees, table),
    };
    let app = settings.open()?;
    let caller = super::caller(&app, table.tenant.as_deref()).await?;
    let (name, bytes) = read(&table.file)?;
    let bar = indicatif::ProgressBar::new_spinner();
    bar.set_message(format!("planning {name}"));
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    let brought = imports::bring(&app, &caller, Brought { what, name, bytes }).await?;
    let planned = match chosen(&table, brought.mapping.clone(), &brought.head) {
        Ok(mapping) => imports::plan(&app, &caller, brought.id, mapping).await,
        Err(refusal) => Err(refusal),
    };
    let mut import = match planned {
        Ok(planned) => planned,
        Err(refusal) => {
            imports::discard(&app, &caller, brought.id).await?;
            return Err(refusal);
        }
    };
    let idle = !import.counts.any();
    // A preview, and an import that would do nothing, leave nothing behind.
    let discards = table.preview || idle;
    if !discards {
        bar.set_message(format!("applying {}", import.name));
        import = imports::apply(&app, &caller, import.id, Some(import.version)).await?;
    }
    bar.finish_and_clear();
    // Read before it is discarded, printed after: whoever reads may stop at any line.
    let text = told(&app, &caller, &import, &table).await?;
    if discards {
        imports::discard(&app, &caller, import.id).await?;
    }
    print(&import, &table, &text)?;
    if idle && import.counts.fault > 0 {
        let detail = "every row that would do something is faulty; hint: see above, mend the file";
        return Err(Refusal::invalid("file", detail));
    }
    Ok(if table.preview && !idle { Outcome::Pending } else { Outcome::Done })
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Refusal> {
    let failed = |error: std::io::Error| Refusal::Failed(format!("{}: {error}", file.display()));
    let mut bytes = Vec::new();
    // One byte more than is taken tells that it is too much.
    let most = u64::try_from(imports::MOST_BYTES).unwrap_or(u64::MAX) + 1;
    if file == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(failed)?;
        return Ok(("standard input".into(), bytes));
    }
    let open = std::fs::File::open(file).map_err(failed)?;
    open.take(most).read_to_end(&mut bytes).map_err(failed)?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    Ok((name.into_owned(), bytes))
}

/// What was guessed, and what the command line says otherwise.
fn chosen(table: &Table, guessed: Mapping, head: &[String]) -> Result<Mapping, Refusal> {
    let mut mapping = Mapping {
        key: Target::read(&table.key),
        create: !table.known_only,
        make_catalog: table.make_missing,
        make_employees: table.make_employees,
        whole: table.all_or_nothing,
        day_first: table.day_first || guessed.day_first,
        ..guessed
    };
    for said in &table.columns {
        let Some((name, field)) = said.rsplit_once('=') else {
            let detail = format!("\"{said}\" is no column; hint: --column \"Room no=location\"");
            return Err(Refusal::invalid("column", detail));
        };
        let Some(at) = head.iter().position(|one| one.eq_ignore_ascii_case(name.trim())) else {
            let detail = format!("the file has no column \"{name}\"; hint: {}", head.join(", "));
            return Err(Refusal::invalid("column", detail));
        };
        let target = (!field.trim().is_empty()).then(|| Target::read(field));
        // Whatever was guessed to mean this does not any more.
        for column in &mut mapping.columns {
            if target.is_some() && *column == target {
                *column = None;
            }
        }
        mapping.columns[at] = target;
    }
    Ok(mapping)
}

/// What goes to standard output.
async fn told(
    app: &App,
    caller: &Caller,
    import: &imports::Import,
    table: &Table,
) -> Result<String, Refusal> {
    if table.json {
        let rows = imports::rows(app, caller, import.id, None, None, u32::MAX).await?;
        return Ok(format!("{:#}\n", document(import, table, &rows)));
    }
    let counts = &import.counts;
    let [create, change] =
        if table.preview { ["to create", "to change"] } else { ["created", "changed"] };
    let mut text = Vec::new();
    for (word, count) in [
        (create, counts.create),
        (change, counts.change),
        ("as they are", counts.skip),
        ("faulty", counts.fault),
        ("left alone", counts.stale),
        ("warned of", counts.warned),
    ] {
        if count > 0 || !["left alone", "warned of"].contains(&word) {
            text.push(format!("{word:<13}{count:>7}"));
        }
    }
    for (count, one, many) in import.new.counts() {
        text.push(format!("new: {count} {}", if count == 1 { one } else { many }));
    }
    for verdict in [Verdict::Fault, Verdict::Stale, Verdict::Change, Verdict::Create] {
        if !table.preview && matches!(verdict, Verdict::Change | Verdict::Create) {
            continue;
        }
        for kept in imports::rows(app, caller, import.id, Some(verdict), None, SHOWN).await? {
            text.extend(lines(&kept));
        }
    }
    if !table.preview {
        for kept in imports::warned(app, caller, import.id, None, SHOWN).await? {
            text.push(head(&kept));
            text.extend(warnings(&kept));
        }
    }
    Ok(text.join("\n") + "\n")
}

fn document(import: &imports::Import, table: &Table, rows: &[KeptRow]) -> Value {
    let new = import.new.counts().into_iter();
    let new: serde_json::Map<String, Value> =
        new.map(|(_, _, kind)| (kind.to_owned(), json!(import.new.names(kind)))).collect();
    json!({
        "id": if table.preview { Value::Null } else { json!(import.id) },
        "state": if table.preview { "previewed" } else { import.state.as_str() },
        "exporter": import.exporter.map(|exporter| exporter.as_str()),
        "columns": import.head,
        "mapping": import.mapping,
        "counts": import.counts,
        "new": new,
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn print(import: &imports::Import, table: &Table, text: &str) -> Result<(), Refusal> {
    if !table.json {
        if let Some(exporter) = import.exporter {
            eprintln!("this looks like an export of {exporter}");
        }
        for (name, target) in import.head.iter().zip(&import.mapping.columns) {
            let meaning = target.as_ref().map_or("left out".to_owned(), ToString::to_string);
            eprintln!("  {name} → {meaning}");
        }
    }
    let done = std::io::stdout().lock().write_all(text.as_bytes());
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            return Err(Refusal::Failed(format!("standard output: {error}")));
        }
        _ => {}
    }
    if !table.preview && import.counts.any() {
        eprintln!("to take it back: Imports → {} → Take back ({})", import.name, import.id);
    }
    Ok(())
}

fn row(kept: &KeptRow) -> Value {
    let mut row = serde_json::to_value(&kept.row).unwrap_or_default();
    row["verdict"] = kept.verdict.as_str().into();
    row
}

fn head(kept: &KeptRow) -> String {
    format!("\nline {} · {} · {}", kept.row.line, kept.row.key, kept.verdict.as_str())
}

/// What is odd about a row and is done all the same.
fn warnings(kept: &KeptRow) -> impl Iterator<Item = String> {
    kept.row.warnings.iter().map(|warning| {
        let column = warning.column.as_deref().unwrap_or("the row");
        format!("  warning: {column}: {}", warning.detail)
    })
}

fn lines(kept: &KeptRow) -> Vec<String> {
    let mut text = vec![head(kept)];
    let changes = match &kept.row.intent {
        Intent::Fault { faults } => {
            for fault in faults {
                let column = fault.column.as_deref().unwrap_or("the row");
                text.push(format!("  {column}: {}", fault.detail));
            }
            Vec::new()
        }
        Intent::ChangeAsset { steps, .. } => {
            steps.iter().flat_map(|step| step.changes.clone()).collect()
        }
        Intent::ChangeEmployee { before, after } => {
            domain::imports::people::changes(Some(before), after)
        }
        _ => Vec::new(),
    };
    for change in changes {
        let (before, after) = (plain(&change.before), plain(&change.after));
        text.push(format!("  {}: {before} → {after}", change.field));
    }
    text.extend(warnings(kept));
    text
}

fn plain(value: &Value) -> String {
    reconcile::explain::plain(value)
}
