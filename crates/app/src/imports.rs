//! Imports: a table is brought, its columns are given a meaning, every row is planned, and the plan
//! is done in one transaction or taken back as a whole.

mod apply;
mod undo;
mod working;

use documents::sheet::{self, Unread};
use domain::Timestamp;
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::ImportId;
use domain::imports::guess::{Guess, guess};
use domain::imports::{self as core, Counts, Line, Mapping, New, Plan, PlannedRow, State, Verdict};
use store::{StoreError, Tx, fields, imports};

pub use documents::sheet::{MOST_BYTES, MOST_ROWS};
pub use store::imports::{Import, KeptRow};
pub use store::{Cursor, Page};

pub use self::apply::apply;
pub use self::undo::{Undone, undo};
pub use self::working::{Progress, Stage, Working, begun, progress, trouble};
use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};

/// Imports whose plans stay to be looked at; imports themselves stay for good.
const PLANS_KEPT: u32 = 50;

/// A file as somebody brings it.
#[derive(Debug, Clone)]
pub struct Brought {
    pub what: AppliesTo,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a file and guesses what its columns mean; nothing is planned yet.
pub async fn bring(app: &App, caller: &Caller, brought: Brought) -> Result<Import, Refusal> {
    caller.need(Role::Manager)?;
    let Brought { what, name, bytes } = brought;
    let sheet = off_the_threads(move || sheet::read(&bytes)).await?.map_err(unread)?;
    let head = sheet.head;
    let rows = sheet.rows.into_iter().map(|row| Line { line: row.line, cells: row.cells });
    let rows: Vec<Line> = rows.collect();
    let (id, by, at) = (app.id(), caller.actor.name.clone(), app.now());
    let name = plain_name(&name);
    let made = app.store.write(caller.tenant, move |tx| {
        let Guess { exporter, mapping } = guess(what, &head, &rows, &fields::of(tx, what)?);
        let import = Import {
            id,
            what,
            name,
            state: State::Uploaded,
            exporter,
            head,
            lines: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            mapping,
            counts: Counts::default(),
            new: New::default(),
            version: 1,
            brought_by: by,
            brought_at: at,
            applied_by: None,
            applied_at: None,
            undone_by: None,
            undone_at: None,
        };
        imports::create(tx, &import, &rows)?;
        imports::tidy(tx, PLANS_KEPT)?;
        Ok::<_, StoreError>(import)
    });
    Ok(made.await?)
}

fn unread(unread: Unread) -> Refusal {
    if unread == Unread::Large {
        return Refusal::TooLarge(unread.to_string());
    }
    Refusal::invalid("file", unread)
}

/// Without folders, and not for ever long.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    if name.is_empty() { "table".into() } else { name }
}

/// What takes the processor for a while runs beside the threads that answer.
async fn off_the_threads<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Refusal::Failed("a bug stopped this; hint: the log says more".into()))
}

pub async fn import(app: &App, caller: &Caller, id: ImportId) -> Result<Import, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| imports::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("import", id))
}

/// Newest first.
pub async fn list(
    app: &App,
    caller: &Caller,
    since: Option<Timestamp>,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<Page<Import>, Refusal> {
    caller.need(Role::Viewer)?;
    let found = move |tx: &mut Tx<'_>| imports::list(tx, since, cursor.as_ref(), limit);
    Ok(app.store.read(caller.tenant, found).await?)
}

/// How many there are.
pub async fn count(app: &App, caller: &Caller, since: Option<Timestamp>) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| imports::count(tx, since)).await?)
}

/// A page of the plan; `after` is the last one's position.
pub async fn rows(
    app: &App,
    caller: &Caller,
    id: ImportId,
    verdict: Option<Verdict>,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptRow>, Refusal> {
    import(app, caller, id).await?;
    let found =
        app.store.read(caller.tenant, move |tx| imports::rows(tx, id, verdict, after, limit));
    Ok(found.await?)
}

/// A page of those rows that carry a warning; `after` is the last one's position.
pub async fn warned(
    app: &App,
    caller: &Caller,
    id: ImportId,
    after: Option<u32>,
    limit: u32,
) -> Result<Vec<KeptRow>, Refusal> {
    import(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| imports::warned(tx, id, after, limit)).await?)
}

/// Some of the file's rows, to see what its columns hold; none once it was applied.
pub async fn samples(app: &App, caller: &Caller, id: ImportId) -> Result<Vec<Line>, Refusal> {
    import(app, caller, id).await?;
    Ok(app.store.read(caller.tenant, move |tx| imports::first_lines(tx, id)).await?)
}

/// The custom fields that columns may mean.
pub async fn fields_of(
    app: &App,
    caller: &Caller,
    what: AppliesTo,
) -> Result<Vec<CustomField>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| fields::of(tx, what)).await?)
}

/// Plans every row anew under this mapping. Nothing of the register changes.
pub async fn plan(
    app: &App,
    caller: &Caller,
    id: ImportId,
    mapping: Mapping,
) -> Result<Import, Refusal> {
    caller.need(Role::Manager)?;
    let found = import(app, caller, id).await?;
    if !matches!(found.state, State::Uploaded | State::Planned) {
        return Err(not_planned(&found));
    }
    let work = app.imports.begin(id, Stage::Planning, found.lines)?;
    let (asked, head, what) = (mapping.clone(), found.head.clone(), found.what);
    let at = app.now();
    let ground = app.store.read(caller.tenant, move |tx| ground(tx, (id, at), what, &head, &asked));
    let ground = ground.await?;
    let (mint, chosen) = (app.mint.clone(), mapping.clone());
    let (plan, work) = off_the_threads(move || {
        let head = &found.head;
        let plan = match &ground.known {
            Known::Assets(known) => {
                let told = |done| work.told(done);
                core::assets::plan(head, &ground.rows, &chosen, known, (&*mint, at), &told)
            }
            Known::People(known) => {
                core::people::plan(head, &ground.rows, &chosen, known, (&*mint, at))
            }
        };
        (plan, work)
    })
    .await?;
    let kept = app.store.write(caller.tenant, move |tx| keep(tx, id, &mapping, &plan)).await;
    drop(work);
    kept?;
    import(app, caller, id).await
}

fn keep(tx: &mut Tx<'_>, id: ImportId, mapping: &Mapping, plan: &Plan) -> Result<(), Refusal> {
    if imports::keep(tx, id, mapping, plan)? {
        return Ok(());
    }
    let found = imports::find(tx, id)?.ok_or_else(|| Refusal::not_found("import", id))?;
    Err(not_planned(&found))
}

/// What a plan is made from, of one moment.
struct Ground {
    rows: Vec<Line>,
    known: Known,
}

enum Known {
    Assets(Box<core::assets::Known>),
    People(Box<core::people::Known>),
}

fn ground(
    tx: &mut Tx<'_>,
    (id, now): (ImportId, Timestamp),
    what: AppliesTo,
    head: &[String],
    mapping: &Mapping,
) -> Result<Ground, Refusal> {
    let mistakes = mapping.mistakes(what, head, &fields::of(tx, what)?);
    if !mistakes.is_empty() {
        let errors = mistakes.into_iter();
        let errors = errors.map(|one| FieldError { field: one.part.into(), detail: one.detail });
        return Err(Refusal::Invalid { errors: errors.collect() });
    }
    let rows = imports::lines(tx, id)?;
    let known = match what {
        AppliesTo::Assets => {
            Known::Assets(Box::new(imports::known::of_assets(tx, &rows, mapping)?))
        }
        AppliesTo::Employees => {
            let today = company::day(&store::tenants::company(tx)?, now);
            Known::People(Box::new(imports::known::of_people(tx, today)?))
        }
    };
    Ok(Ground { rows, known })
}

/// Forgets a file that was not applied.
pub async fn discard(app: &App, caller: &Caller, id: ImportId) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let found = import(app, caller, id).await?;
    let gone = app.store.write(caller.tenant, move |tx| imports::discard(tx, id)).await?;
    if !gone {
        return Err(not_planned(&found));
    }
    app.imports.forget(id);
    Ok(())
}

fn not_planned(import: &Import) -> Refusal {
    let hint = match import.state {
        State::Uploaded => "say first what its columns mean",
        State::Planned => "load it again",
        State::Applied | State::Undone => "bring the file again",
    };
    Refusal::conflict(format!("this import is {}; hint: {hint}", import.state.as_str()))
}

/// Where in the file a row stands, as histories say it.
fn note(import: &Import, row: &PlannedRow) -> String {
    format!("Imported from line {} of {}.", row.line, import.name)
}
