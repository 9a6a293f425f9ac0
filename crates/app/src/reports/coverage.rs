//! Coverage: where the register and the sources do not cover each other. Five findings, each with
//! the rows it speaks of and why.

mod serials;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use domain::id::{AssetId, EmployeeId, SourceId};
use domain::{Custodian, Email};
use kandji::panel;
use kandji::wire::{Assigned, DeviceUser};
use reconcile::explain;
use store::assets::{AssetQuery, AssetRow};
use store::reports::{Custody, Said, Unlinked};
use store::{Tx, assets, reports};

use super::{
    Cell, Chart, Column, Figure, Link, Part, RegisterColumn, Report, Rows, Shape, Summary, Table,
    cursor, failed, place, shown,
};
use crate::refusal::Refusal;

/// A way in which the two sides do not cover each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    NotHere,
    NotInKandji,
    CustodianDiffers,
    NoSerial,
    SerialTwice,
}

impl Gap {
    pub const ALL: [Gap; 5] =
        [Gap::NotHere, Gap::NotInKandji, Gap::CustodianDiffers, Gap::NoSerial, Gap::SerialTwice];

    /// The word in addresses, the label, and what it means.
    pub const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Gap::NotHere => ("not_here", "In Kandji, not here", "devices without an asset"),
            Gap::NotInKandji => {
                ("not_in_kandji", "Here, not in Kandji", "assets that no source lists")
            }
            Gap::CustodianDiffers => {
                ("custodian_differs", "Custodian differs", "not the user in Kandji")
            }
            Gap::NoSerial => ("no_serial", "Serial missing", "assets without a serial"),
            Gap::SerialTwice => ("serial_twice", "Serial twice", "assets that share a serial"),
        }
    }
}

impl FromStr for Gap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Gap::ALL.into_iter().find(|gap| gap.words().0 == text);
        found.ok_or_else(|| {
            let known = Gap::ALL.map(|gap| gap.words().0).join(", ");
            format!("no finding \"{text}\"; hint: {known}")
        })
    }
}

/// One finding, or all of them one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Coverage {
    pub gap: Option<Gap>,
}

struct CoverageTable {
    gaps: Vec<Gap>,
    columns: Vec<Column>,
    sources: BTreeMap<SourceId, String>,
}

/// What is looked at in one transaction where only some of it is a finding.
const LOOKED_AT: usize = 1_000;

/// What a row says of a device: keys of its row in Kandji.
const DEVICE: [&str; 7] = [
    "device_name",
    "model",
    "platform",
    "last_check_in",
    "user.name",
    "user.email",
    "serial_number",
];

const REGISTER: [RegisterColumn; 7] = [
    RegisterColumn::Tag,
    RegisterColumn::Name,
    RegisterColumn::Serial,
    RegisterColumn::Product,
    RegisterColumn::Status,
    RegisterColumn::Custodian,
    RegisterColumn::Location,
];
const SERIAL: usize = 2;

impl Report for Coverage {
    fn title(&self) -> &'static str {
        "Coverage"
    }

    fn open(&self, tx: &mut Tx<'_>) -> Result<Arc<dyn Table>, Refusal> {
        let mut columns =
            vec![Column::new("finding", "Finding", 20), Column::new("why", "Why", 48)];
        columns.extend(REGISTER.map(RegisterColumn::column));
        columns.extend([
            Column::new("kandji.source", "Source", 16),
            Column::new("kandji.device_id", "Device ID", 36),
            Column::new("kandji.device_name", "Device Name", 24),
            Column::new("kandji.model", "Model", 24),
            Column::new("kandji.platform", "Platform", 12),
            Column::new("kandji.last_check_in", "Last Checkin", 19),
            Column::new("kandji.user.name", "Kandji User", 24),
            Column::new("kandji.user.email", "Kandji User Email", 32),
        ]);
        Ok(Arc::new(CoverageTable {
            gaps: self.gap.map_or_else(|| Gap::ALL.into(), |gap| vec![gap]),
            columns,
            sources: reports::sources(tx)?.into_iter().collect(),
        }))
    }

    fn summary(&self, tx: &mut Tx<'_>) -> Result<Summary, Refusal> {
        let figures = figures(tx)?;
        let part = |figure: &Figure| {
            Part::new(figure.label.clone(), figure.count).link(figure.link.clone())
        };
        let parts: Vec<Part> = figures.iter().map(part).collect();
        let any = parts.iter().any(|part| part.value > 0);
        let chart = Chart { title: "Findings".into(), shape: Shape::Bars, parts };
        Ok(Summary {
            figures,
            charts: any.then_some(chart).into_iter().collect(),
            ..Summary::default()
        })
    }
}

/// How long the list of each finding is.
fn figures(tx: &mut Tx<'_>) -> Result<Vec<Figure>, Refusal> {
    let mut counted = |gap: Gap| {
        Ok::<i64, Refusal>(match gap {
            Gap::NotHere => tx.remembered("not here", String::new(), reports::count_unlinked)?,
            Gap::NotInKandji | Gap::NoSerial => assets::counts::total(tx, &narrowed(gap))?,
            Gap::CustodianDiffers => {
                tx.remembered("custodian differs", String::new(), count_differing)?
            }
            Gap::SerialTwice => assets::serials::shared(tx)?.iter().map(|(_, count)| count).sum(),
        })
    };
    Gap::ALL
        .into_iter()
        .map(|gap| {
            let (key, label, note) = gap.words();
            let link = Link::Here("gap", key.to_owned());
            Ok(Figure::new(key, label, note, counted(gap)?).link(link))
        })
        .collect()
}

fn narrowed(gap: Gap) -> AssetQuery {
    AssetQuery {
        linked: (gap == Gap::NotInKandji).then_some(false),
        serial: (gap == Gap::NoSerial).then_some(false),
        ..AssetQuery::default()
    }
}

fn count_differing(tx: &mut Tx<'_>) -> Result<i64, Refusal> {
    let (mut count, mut after) = (0, None);
    loop {
        let looked_at = reports::custody(tx, after, some(LOOKED_AT))?;
        let people = People::of(tx, &looked_at)?;
        let found = looked_at.iter().filter(|custody| people.differ(custody).is_some()).count();
        count += i64::try_from(found).unwrap_or(i64::MAX);
        match looked_at.last() {
            Some(last) if looked_at.len() == LOOKED_AT => after = Some((last.asset, last.source)),
            _ => return Ok(count),
        }
    }
}

fn some(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Rows of one finding, and where its next ones begin.
type Step = (Vec<Vec<Cell>>, Option<String>);

impl Table for CoverageTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A place is the number of the finding and the place within it.
    fn page(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Rows, Refusal> {
        let at = place(at, |at| {
            let (number, within) = at.split_once('~')?;
            let number = number.parse().ok().filter(|number| *number < self.gaps.len())?;
            Some((number, Some(within).filter(|within| !within.is_empty())))
        })?;
        let (number, within): (usize, Option<&str>) = at.unwrap_or_default();
        let gap = self.gaps[number];
        let (items, next) = match gap {
            Gap::NotHere => self.not_here(tx, within, limit)?,
            Gap::NotInKandji | Gap::NoSerial => self.of_assets(tx, gap, within, limit)?,
            Gap::CustodianDiffers => self.custodian_differs(tx, within, limit)?,
            Gap::SerialTwice => self.serial_twice(tx, within, limit)?,
        };
        let further = || (number + 1 < self.gaps.len()).then(|| format!("{}~", number + 1));
        let next = next.map(|next| format!("{number}~{next}")).or_else(further);
        Ok(Rows { items, next, ..Rows::default() })
    }
}

impl CoverageTable {
    fn not_here(&self, tx: &mut Tx<'_>, at: Option<&str>, limit: usize) -> Result<Step, Refusal> {
        let at = place(at, |at| {
            let (source, device) = at.split_once(':')?;
            Some((SourceId::new(source.parse().ok()?), device.to_owned()))
        })?;
        let after = at.as_ref().map(|(source, device)| (*source, device.as_str()));
        let found = reports::unlinked(tx, after, some(limit))?;
        let next = found.last().filter(|_| found.len() == limit);
        let next = next.map(|last| format!("{}:{}", last.source.number(), last.device_id));
        let rows = found.iter().map(|device| {
            let why = Cell::Text(undecided(device));
            let said = Some((device.source, device.device_id.as_str(), Some(device.raw.as_str())));
            self.row(Gap::NotHere, why, None, said)
        });
        Ok((rows.collect(), next))
    }

    fn of_assets(
        &self,
        tx: &mut Tx<'_>,
        gap: Gap,
        at: Option<&str>,
        limit: usize,
    ) -> Result<Step, Refusal> {
        let query = AssetQuery { cursor: cursor(at)?, limit, ..narrowed(gap) };
        let page = assets::list::list(tx, &query).map_err(failed)?;
        let devices = devices(tx, page.items.iter().map(|row| row.asset.id))?;
        let rows = page.items.iter().map(|row| {
            let said = devices.get(&row.asset.id);
            let why = match (gap, said) {
                (Gap::NoSerial, _) => "The asset has no serial, so no rule can match it by one.",
                (_, None) => "No source has ever known it.",
                (_, Some(_)) => "Its source lists the device no more.",
            };
            self.row(gap, Cell::Text(why.into()), Some(row), said.map(parts))
        });
        Ok((rows.collect(), page.next.map(|next| next.to_string())))
    }

    fn custodian_differs(
        &self,
        tx: &mut Tx<'_>,
        at: Option<&str>,
        limit: usize,
    ) -> Result<Step, Refusal> {
        let after = place(at, |at| {
            let (asset, source) = at.split_once(':')?;
            let asset = AssetId::new(asset.parse().ok()?);
            Some((asset, SourceId::new(source.parse().ok()?)))
        })?;
        let looked_at = reports::custody(tx, after, some(LOOKED_AT))?;
        let people = People::of(tx, &looked_at)?;
        let differ = looked_at.iter().filter_map(|one| Some((one, people.differ(one)?)));
        let mut found: Vec<(&Custody, &str)> = differ.take(limit + 1).collect();
        let more = found.len() > limit;
        found.truncate(limit);
        let last = if more { found.last().map(|(one, _)| *one) } else { looked_at.last() };
        let last = last.filter(|_| more || looked_at.len() == LOOKED_AT);
        let next = last.map(|last| format!("{}:{}", last.asset.number(), last.source.number()));
        let ids = found.iter().map(|(one, _)| one.asset);
        let assets = assets::list::rows(tx, ids)?;
        let assets: BTreeMap<_, _> = assets.into_iter().map(|row| (row.asset.id, row)).collect();
        let rows = found.iter().map(|(one, why)| {
            let said = Some((one.source, "", Some(one.raw.as_str())));
            let why = Cell::Text((*why).to_owned());
            self.row(Gap::CustodianDiffers, why, assets.get(&one.asset), said)
        });
        Ok((rows.collect(), next))
    }

    fn row(
        &self,
        gap: Gap,
        why: Cell,
        asset: Option<&AssetRow>,
        said: Option<Parts<'_>>,
    ) -> Vec<Cell> {
        let mut cells = vec![Cell::Text(gap.words().1.to_owned()), why];
        let register = REGISTER.iter();
        cells.extend(register.map(|column| asset.map_or(Cell::Blank, |asset| column.cell(asset))));
        let Some((source, device, raw)) = said else {
            cells.resize(self.columns.len(), Cell::Blank);
            return cells;
        };
        let raw = raw.unwrap_or_default();
        let mut values = panel::values(raw, &DEVICE).into_iter().map(shown);
        let id = || panel::values(raw, &["device_id"]).pop().map_or(Cell::Blank, shown);
        cells.push(Cell::text(self.sources.get(&source).cloned()));
        cells.push(if device.is_empty() { id() } else { Cell::Text(device.to_owned()) });
        cells.extend(values.by_ref().take(DEVICE.len() - 1));
        if asset.is_none() {
            // Without an asset the serial is the one that Kandji knows.
            cells[2 + SERIAL] = values.next().unwrap_or_default();
        }
        cells
    }
}

/// A source, the id of its device where that is known, and the device's row.
type Parts<'a> = (SourceId, &'a str, Option<&'a str>);

fn parts(said: &Said) -> Parts<'_> {
    (said.source, said.device_id.as_str(), said.raw.as_deref())
}

/// What a source says of each, of whichever there are several.
fn devices(
    tx: &mut Tx<'_>,
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<BTreeMap<AssetId, Said>, Refusal> {
    let mut devices: BTreeMap<AssetId, Said> = BTreeMap::new();
    for said in reports::said(tx, assets)? {
        devices.entry(said.asset).or_insert(said);
    }
    Ok(devices)
}

/// Why no asset stands for a device, in the words of the last run.
fn undecided(device: &Unlinked) -> String {
    let reasons = device.outcome.iter().flat_map(|outcome| &outcome.reasons);
    let told: Vec<String> = reasons.map(explain::sentence).collect();
    if told.is_empty() { "No run has decided about it yet.".to_owned() } else { told.join(" ") }
}

/// Who the users of some devices are here.
struct People {
    linked: BTreeMap<(SourceId, String), EmployeeId>,
    by_email: BTreeMap<String, EmployeeId>,
}

impl People {
    fn of(tx: &mut Tx<'_>, custody: &[Custody]) -> Result<Self, Refusal> {
        let users = custody.iter().filter_map(|one| match panel::user(&one.raw) {
            Assigned::To(user) => Some(user),
            Assigned::Nobody | Assigned::Unreadable => None,
        });
        let users: Vec<DeviceUser> = users.collect();
        let ids = users.iter().map(|user| user.id.clone()).filter(|id| !id.is_empty());
        let emails = users.iter().filter_map(email);
        Ok(People {
            linked: reports::linked_people(tx, ids)?,
            by_email: reports::people_by_email(tx, emails)?,
        })
    }

    /// Why the custodian is not whom the source names, if so. A user nobody can read proves
    /// nothing, and a place has things that Kandji gave to nobody.
    fn differ(&self, custody: &Custody) -> Option<&'static str> {
        let user = match panel::user(&custody.raw) {
            Assigned::Unreadable => return None,
            Assigned::Nobody => {
                let employee = matches!(custody.custodian, Some(Custodian::Employee(_)));
                return employee.then_some("Kandji gives it to nobody.");
            }
            Assigned::To(user) => user,
        };
        let linked = self.linked.get(&(custody.source, user.id.clone()));
        let known = linked.or_else(|| self.by_email.get(&email(&user)?)).copied();
        match (custody.custodian, known) {
            (Some(Custodian::Employee(holds)), Some(known)) if holds == known => None,
            (None, _) => Some("Kandji gives it to somebody, here nobody has it."),
            (Some(Custodian::Location(_)), _) => Some("Here it is checked out to a location."),
            (Some(Custodian::Asset(_)), _) => Some("Here it is checked out to another asset."),
            (Some(Custodian::Employee(_)), Some(_)) => Some("Here somebody else has it."),
            (Some(Custodian::Employee(_)), None) => {
                Some("Kandji gives it to somebody who is no employee here.")
            }
        }
    }
}

fn email(user: &DeviceUser) -> Option<String> {
    Email::parse(&user.email).ok().map(|email| email.key())
}
