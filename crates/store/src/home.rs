//! The counts of the home page. They are tallies kept with the rows, or read from an index alone,
//! and remembered as long as nothing was committed: a visit costs little, and is never wrong.

use domain::Timestamp;
use domain::catalog::Status;
use domain::id::ProductId;
use jiff::civil::Date;

use crate::seam::{Dialect, Query, Sql, StoreError, Tx, sql};
use crate::{conflicts, statuses, tallies};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Home {
    /// Unarchived assets by status, in the tenant's order.
    pub statuses: Vec<(Status, i64)>,
    /// The most common products, by their proper name; several makers' of one name are one.
    pub products: Vec<(String, Vec<ProductId>, i64)>,
    /// Linked assets by platform.
    pub platforms: Vec<(String, i64)>,
    /// The most common platform and version of the devices.
    pub os_versions: Vec<(String, String, i64)>,
    pub checked_out: i64,
    pub in_store: i64,
    /// Devices last seen since the caller's instants, each without those of the one before; then
    /// those seen longer ago, and those never seen.
    pub last_seen: [i64; 5],
    /// When devices were enrolled, in the caller's months, oldest first.
    pub enrolled: Vec<i64>,
    /// Leavers who still hold something, with how many things.
    pub leavers: Vec<(domain::id::EmployeeId, String, i64)>,
    /// How many things should be back by now.
    pub overdue: i64,
    pub open_conflicts: i64,
    pub waiting_for_review: i64,
}

/// How many of the most common are shown.
const TOP: i64 = 8;

/// `seen` are three instants, latest first. `months` are the beginnings of the months to count enrollments in, oldest first; `today` is the
/// company's.
pub fn home(
    tx: &mut Tx<'_>,
    today: Date,
    seen: [Timestamp; 3],
    months: &[Timestamp],
) -> Result<Home, StoreError> {
    Ok(Home {
        last_seen: tx.remembered("last seen", format!("{seen:?}"), |tx| last_seen(tx, seen))?,
        enrolled: tx.remembered("enrolled", format!("{months:?}"), |tx| enrolled(tx, months))?,
        overdue: tx.remembered("overdue", today.to_string(), |tx| overdue(tx, today))?,
        ..tx.remembered("home", String::new(), timeless)?
    })
}

/// All that does not move with the clock.
fn timeless(tx: &mut Tx<'_>) -> Result<Home, StoreError> {
    let statuses = statuses::list(tx)?.into_iter();
    let (total, checked_out) = tallies::assets(tx)?;
    Ok(Home {
        statuses: statuses.map(|row| (row.status, row.assets)).collect(),
        products: products(tx)?,
        platforms: tallies::platforms(tx)?,
        os_versions: tallies::os_versions(tx, TOP)?,
        checked_out,
        in_store: total - checked_out,
        leavers: leavers(tx)?,
        open_conflicts: conflicts::count_open(tx)?.into(),
        waiting_for_review: waiting_for_review(tx)?,
        ..Home::default()
    })
}

/// With the proper names; products of two makers that share a name are one.
fn products(tx: &mut Tx<'_>) -> Result<Vec<(String, Vec<ProductId>, i64)>, StoreError> {
    let tenant = tx.tenant();
    let mut named = Vec::new();
    for (key, assets) in tallies::products(tx, TOP)? {
        let known: Vec<(String, ProductId)> = tx.all(
            sql! {
                "SELECT name, id
                 FROM products
                 WHERE tenant_id = ", tenant, " AND name_key = ", &key, "
                 ORDER BY name, id"
            },
            |row| Ok((row.next()?, row.next()?)),
        )?;
        let name = known.first().map_or(key, |(name, _)| name.clone());
        named.push((name, known.into_iter().map(|(_, id)| id).collect(), assets));
    }
    Ok(named)
}

fn last_seen(tx: &mut Tx<'_>, seen: [Timestamp; 3]) -> Result<[i64; 5], StoreError> {
    let [week, month, quarter] = seen.map(|at| at.as_microsecond());
    let spans = [(week, i64::MAX), (month, week), (quarter, month), (i64::MIN, quarter)];
    let mut counts = counted(tx, "last_seen_at", &spans)?;
    let tenant = tx.tenant();
    counts.push(tx.one(
        sql! {
            "SELECT count(*) FROM devices WHERE tenant_id = ", tenant, " AND last_seen_at IS NULL"
        },
        |row| row.next(),
    )?);
    Ok(counts.try_into().expect("as many counts as spans, and one"))
}

fn enrolled(tx: &mut Tx<'_>, months: &[Timestamp]) -> Result<Vec<i64>, StoreError> {
    let starts: Vec<i64> = months.iter().map(|month| month.as_microsecond()).collect();
    let ends = starts.iter().skip(1).copied().chain([i64::MAX]);
    let spans: Vec<(i64, i64)> = starts.iter().copied().zip(ends).collect();
    counted(tx, "enrolled_at", &spans)
}

/// How many devices have the instant in `column` within each span, its end left out.
fn counted(
    tx: &mut Tx<'_>,
    column: &'static str,
    spans: &[(i64, i64)],
) -> Result<Vec<i64>, StoreError> {
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    for (position, (from, until)) in spans.iter().enumerate() {
        sql.text(if position == 0 { "SELECT (" } else { ", (" });
        sql! { sql =>
            "SELECT count(*)
             FROM devices
             WHERE tenant_id = ", tenant, " AND ",
            const column, " >= ", *from, " AND ", const column, " < ", *until, ")"
        };
    }
    tx.one(sql, |row| spans.iter().map(|_| row.next()).collect())
}

fn leavers(tx: &mut Tx<'_>) -> Result<Vec<(domain::id::EmployeeId, String, i64)>, StoreError> {
    let tenant = tx.tenant();
    let mut sql = sql! { "SELECT e.id, e.name, count(*) AS n FROM employees e" };
    if tx.dialect() == Dialect::Sqlite {
        // It would walk past everybody.
        sql.text(" INDEXED BY employees_leavers");
    }
    sql! { sql =>
        " JOIN assets a ON a.tenant_id = e.tenant_id
             AND a.custodian_kind = 'employee' AND a.custodian_id = e.id
         WHERE e.tenant_id = ", tenant, " AND e.leaver = TRUE
         GROUP BY e.id, e.name
         ORDER BY n DESC, e.name
         LIMIT 50"
    };
    tx.all(sql, |row| Ok((row.next()?, row.next()?, row.next()?)))
}

/// Archived ones too: whoever has one still has it.
fn overdue(tx: &mut Tx<'_>, today: Date) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*)
             FROM assets
             WHERE tenant_id = ", tenant, " AND due_on < ", today.to_string(), "
               AND custodian_id IS NOT NULL"
        },
        |row| row.next(),
    )
}

pub(crate) fn waiting_for_review(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let tenant = tx.tenant();
    tx.one(
        sql! {
            "SELECT count(*) FROM runs WHERE tenant_id = ", tenant, " AND state = 'needs_review'"
        },
        |row| row.next(),
    )
}
