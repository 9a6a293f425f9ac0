//! What a person should know, newest first: the open alerts as their page lists them, or all.

use std::sync::Arc;

use domain::Timestamp;
use domain::id::AlertId;
use store::changes::{self, Changeable};
use store::{Tx, alerts as kept};

use super::{Cell, Column, Report, Rows, Table, behind, failed, place};
use crate::alerts::{Told, told};
use crate::refusal::Refusal;

#[derive(Debug, Clone, Copy, Default)]
pub struct AlertList {
    /// Those that were mended too.
    pub mended: bool,
    /// None that changed before.
    pub since: Option<Timestamp>,
}

struct AlertTable {
    asked: AlertList,
    columns: Vec<Column>,
}

impl Report for AlertList {
    fn title(&self) -> &'static str {
        "Alerts"
    }

    fn open(&self, _: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let columns = Column::all(&[
            ("title", "What", 36),
            ("severity", "Severity", 10),
            ("detail", "What is wrong", 60),
            ("hint", "How to mend it", 60),
            ("raised_at", "Since", 19),
            ("seen_at", "First seen", 19),
            ("mended_at", "Mended", 19),
            ("mailed_at", "First mailed", 19),
            ("mailed_to", "Mailed to", 32),
            ("id", "Alert ID", 18),
        ]);
        Ok(Arc::new(AlertTable { asked: *self, columns }))
    }
}

impl Table for AlertTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let (AlertList { mended, since }, mut next) = (self.asked, None);
        let found = if mended {
            let before = place(at, |at| at.parse::<AlertId>().ok())?;
            let most = u32::try_from(limit).unwrap_or(u32::MAX);
            let found = told(tx, None, |tx| kept::list(tx, since, before, most))?;
            next = behind(&found, limit, |told| told.alert.id.to_string());
            found
        } else {
            // Few are open at a time.
            let changed = since.map(|at| changes::since(tx, Changeable::Alerts, at));
            let changed = changed.transpose().map_err(failed)?;
            let mut found = told(tx, None, kept::open)?;
            let lately = |told: &Told| {
                changed.as_ref().is_none_or(|ids| ids.contains(&told.alert.id.number()))
            };
            found.retain(lately);
            found
        };
        Ok(Rows { items: found.into_iter().map(row).collect(), next, ..Rows::default() })
    }
}

fn row(told: Told) -> Vec<Cell> {
    let alert = told.alert;
    let (wrong, hint) = alert.detail.split_once("; hint: ").unwrap_or((&alert.detail, ""));
    let sent = told.mails.iter().filter(|mail| mail.sent_at.is_some());
    let to: Vec<&str> = sent.clone().map(|mail| mail.email.as_str()).collect();
    vec![
        Cell::Text(alert.title),
        Cell::Text(alert.severity.as_str().to_owned()),
        Cell::text(Some(wrong.to_owned())),
        Cell::text(Some(hint.to_owned())),
        Cell::Moment(alert.raised_at),
        Cell::moment(alert.seen_at),
        Cell::moment(alert.mended_at),
        Cell::moment(sent.filter_map(|mail| mail.sent_at).min()),
        Cell::text(Some(to.join(", "))),
        Cell::Text(alert.id.to_string()),
    ]
}
