//! Plans, kept before anything acts on them. Asset changes stand row by row, so that the page of a
//! run can leaf through ten thousand of them; what became of each device stands in `outcomes`.

pub mod outcomes;

use domain::id::RunId;
use reconcile::Plan;
use reconcile::plan::{AssetChange, Step};
use reconcile::survey::Note;

use crate::page::{Cursor, Page, limit};
use crate::seam::{Json, Query, StoreError, Tx, sql};

/// What a step does; a list of changes can ask for those with such a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    Create,
    Link,
    Relink,
    Edit,
    CheckIn,
    CheckOut,
    Archive,
}

impl StepKind {
    pub const fn of(step: &Step) -> Self {
        match step {
            Step::Create { .. } => Self::Create,
            Step::Link { .. } => Self::Link,
            Step::Relink { .. } => Self::Relink,
            Step::Edit { .. } => Self::Edit,
            Step::CheckIn { .. } => Self::CheckIn,
            Step::CheckOut { .. } => Self::CheckOut,
            Step::Archive { .. } => Self::Archive,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Link => "link",
            Self::Relink => "relink",
            Self::Edit => "edit",
            Self::CheckIn => "check_in",
            Self::CheckOut => "check_out",
            Self::Archive => "archive",
        }
    }
}

/// Keeps a plan and the survey's notes. A run that plans anew replaces its plan.
/// The devices of the plan go to [`outcomes::keep`].
pub fn keep(
    tx: &mut Tx<'_>,
    run: RunId,
    plan: &Plan,
    notes: &[Note],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for sql in [
        sql!("DELETE FROM plans WHERE tenant_id = ", tenant, " AND run_id = ", run),
        sql!("DELETE FROM plan_changes WHERE tenant_id = ", tenant, " AND run_id = ", run),
        sql!("DELETE FROM run_notes WHERE tenant_id = ", tenant, " AND run_id = ", run),
    ] {
        tx.exec(sql)?;
    }
    let body = Plan {
        catalog: plan.catalog.clone(),
        people: plan.people.clone(),
        assets: Vec::new(),
        links: plan.links.clone(),
        devices: Vec::new(),
        conflicts: plan.conflicts.clone(),
        doubts: plan.doubts.clone(),
    };
    tx.exec(sql!(
        "INSERT INTO plans (tenant_id, run_id, body)
         VALUES (", tenant, ", ", run, ", ", Json(&body), ")"
    ))?;
    let rows = plan.assets.iter().zip(0_i64..).map(|(change, position)| {
        [
            tenant.into(),
            run.into(),
            position.into(),
            kinds(change).into(),
            Json(change).into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO plan_changes (tenant_id, run_id, position, kinds, body) VALUES ",
        rows.collect(),
        "",
    )?;
    let rows = notes.iter().zip(0_i64..).map(|(note, position)| {
        [
            tenant.into(),
            run.into(),
            position.into(),
            (&note.about).into(),
            (&note.reason).into(),
        ]
    });
    tx.exec_many(
        "INSERT INTO run_notes (tenant_id, run_id, position, about, reason) VALUES ",
        rows.collect(),
        "",
    )?;
    Ok(())
}

/// `,create,check_out,`: each kind once.
fn kinds(change: &AssetChange) -> String {
    let mut kinds = String::from(",");
    for kind in change.steps.iter().map(|step| StepKind::of(step).as_str()) {
        if !kinds.contains(&format!(",{kind},")) {
            kinds.push_str(kind);
            kinds.push(',');
        }
    }
    kinds
}

/// The plan of a run as it was kept, but for its devices, which are left empty.
pub fn load(tx: &mut Tx<'_>, run: RunId) -> Result<Option<Plan>, StoreError> {
    let tenant = tx.tenant();
    let body = tx.find(
        sql!("SELECT body FROM plans WHERE tenant_id = ", tenant, " AND run_id = ", run),
        |row| row.next::<Json<Plan>>(),
    )?;
    let Some(Json(mut plan)) = body else { return Ok(None) };
    plan.assets = tx.all(
        sql!(
            "SELECT body
             FROM plan_changes
             WHERE tenant_id = ", tenant, " AND run_id = ", run, "
             ORDER BY position"
        ),
        |row| row.next::<Json<_>>().map(|Json(change)| change),
    )?;
    Ok(Some(plan))
}

/// The changes of a plan in their order, all or those with a step of one kind.
pub fn changes(
    tx: &mut Tx<'_>,
    run: RunId,
    kind: Option<StepKind>,
    cursor: Option<&Cursor>,
    rows: usize,
) -> Result<Page<AssetChange>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql!(
        "SELECT position, body FROM plan_changes WHERE tenant_id = ", tenant, " AND run_id = ", run
    );
    if let Some(kind) = kind {
        sql!(sql => " AND kinds LIKE ", format!("%,{},%", kind.as_str()));
    }
    Cursor::walk_ids(&mut sql, cursor, "position", false);
    limit(&mut sql, rows);
    let found: Vec<(i64, Json<AssetChange>)> = tx.all(sql, |row| Ok((row.next()?, row.next()?)))?;
    let page = Page::of(found, rows, cursor, |(position, _)| (0, *position));
    Ok(page.map(|(_, Json(change))| change))
}

/// What was odd in a run's survey.
pub fn notes(tx: &mut Tx<'_>, run: RunId) -> Result<Vec<Note>, StoreError> {
    let tenant = tx.tenant();
    tx.all(
        sql!(
            "SELECT about, reason
             FROM run_notes
             WHERE tenant_id = ", tenant, " AND run_id = ", run, "
             ORDER BY position"
        ),
        |row| Ok(Note { about: row.next()?, reason: row.next()? }),
    )
}
