//! `stockroom sync SOURCE`: one run, beside a running server or without one.

use std::sync::Arc;

use app::runs::{self, Mode, Run, State};
use app::sync::Progress;
use app::{App, Caller, Refusal, sources};
use reconcile::explain;
use reconcile::plan::{AssetChange, Edit, Step};

use crate::Outcome;
use crate::arguments::Sync;
use crate::settings::Settings;

/// Changes shown of a preview; the run page has them all.
const SHOWN: u32 = 200;

pub async fn sync(settings: &Settings, sync: Sync) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    let caller = super::caller(&app, sync.tenant.as_deref()).await?;
    let source = sources::named(&app, &caller, &sync.source).await?;
    let mode = if sync.preview { Mode::Preview } else { Mode::Apply };
    let bar = indicatif::ProgressBar::new_spinner();
    let shown = (bar.clone(), source.name.clone());
    let watch = |progress| drop(tokio::spawn(show(shown.0, shown.1, progress)));
    let run = app::sync::run_watched(&app, &caller, source.id, mode, watch).await;
    bar.finish_and_clear();
    let run = run?;
    if sync.json {
        let changes = runs::changes(&app, &caller, run.id, None, None, u32::MAX).await?;
        let changes: Vec<_> = changes.into_iter().map(|kept| kept.change).collect();
        let document = serde_json::json!({"run": summary(&run), "changes": changes});
        say!("{document:#}");
    } else {
        print(&app, &caller, &run).await?;
    }
    outcome(&run)
}

/// Tells how far the run read, until the bar is done with.
async fn show(bar: indicatif::ProgressBar, name: String, progress: Arc<Progress>) {
    let mut interval = tokio::time::interval(std::time::Duration::from_millis(120));
    while !bar.is_finished() {
        interval.tick().await;
        bar.set_message(so_far(&name, &progress));
        bar.tick();
    }
}

fn so_far(name: &str, progress: &Progress) -> String {
    let read = progress.so_far();
    match read.pages {
        0 => format!("reading {name}"),
        1 => format!("{name}: 1 page, {} devices read", read.devices),
        pages => format!("{name}: {pages} pages, {} devices read", read.devices),
    }
}

fn outcome(run: &Run) -> Result<Outcome, Refusal> {
    let c = run.counts;
    let changes = c.created + c.updated + c.linked + c.checked_out + c.checked_in;
    match run.state {
        State::Failed => {
            Err(Refusal::Failed(run.error.clone().unwrap_or_else(|| "the run failed".into())))
        }
        State::NeedsReview => Ok(Outcome::Pending),
        State::Previewed if changes > 0 => Ok(Outcome::Pending),
        _ => Ok(Outcome::Done),
    }
}

fn summary(run: &Run) -> serde_json::Value {
    serde_json::json!({
        "id": run.id,
        "state": run.state.as_str(),
        "devices": run.devices,
        "requests": run.requests,
        "left_this_hour": run.left_this_hour,
        "changes": run.counts,
        "conflicts": run.conflicts,
        "skipped": run.skipped,
        "notes": run.notes,
        "error": run.error,
    })
}

async fn print(app: &App, caller: &Caller, run: &Run) -> Result<(), Refusal> {
    let c = run.counts;
    eprintln!("{} devices in {} requests: {}", run.devices, run.requests, run.state.as_str());
    say!("created      {:>7}", c.created);
    say!("updated      {:>7}", c.updated);
    say!("linked       {:>7}", c.linked);
    say!("checked out  {:>7}", c.checked_out);
    say!("checked in   {:>7}", c.checked_in);
    say!("conflicts    {:>7}", run.conflicts);
    say!("skipped      {:>7}", run.skipped);
    if !matches!(run.state, State::Previewed | State::NeedsReview) {
        return Ok(());
    }
    for doubt in runs::doubts(app, caller, run.id).await? {
        say!("\n! {doubt}");
    }
    for kept in runs::changes(app, caller, run.id, None, None, SHOWN).await? {
        say!("\n{}", kept.change.tag);
        for line in lines(&kept.change) {
            say!("  {line}");
        }
    }
    Ok(())
}

fn lines(change: &AssetChange) -> Vec<String> {
    change.steps.iter().flat_map(step_lines).collect()
}

fn step_lines(step: &Step) -> Vec<String> {
    let (verb, reason) = match step {
        Step::Create { reason, .. } => ("create", reason),
        Step::Link { reason } => ("link", reason),
        Step::Relink { reason, .. } => ("relink", reason),
        Step::CheckIn { reason, .. } => ("check in", reason),
        Step::CheckOut { reason, .. } => ("check out", reason),
        Step::Archive { reason } => ("archive", reason),
        Step::Edit { edits } => return edits.iter().map(edit_line).collect(),
    };
    vec![format!("{verb} · {}", explain::sentence(reason))]
}

fn edit_line(edit: &Edit) -> String {
    let (before, after) = (explain::plain(&edit.before), explain::plain(&edit.after));
    format!("{}: {before} → {after} · {}", edit.field, explain::sentence(&edit.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_so_far_is_told_in_pages_and_devices() {
        let progress = Progress::default();
        assert_eq!(so_far("Kandji", &progress), "reading Kandji");
        progress.set(1, 300);
        assert_eq!(so_far("Kandji", &progress), "Kandji: 1 page, 300 devices read");
        progress.set(12, 3_512);
        assert_eq!(so_far("Kandji", &progress), "Kandji: 12 pages, 3512 devices read");
    }
}
