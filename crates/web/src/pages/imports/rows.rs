//! The rows of an import, in groups by what becomes of them: faults first, each with what to do.

use app::imports::{self, Import, KeptRow};
use app::names::{Names, Wanted, names_in_import};
use domain::event::FieldChange;
use domain::imports::{Counts, Fault, Intent, State, Verdict, people};
use domain::{Custodian, Field};
use maud::{Markup, html};

use crate::components::{
    Button, Change, Column, Icon, Panel, Planned, Row, Table, plan_group, views,
};
use crate::error::{Refused, sentences};
use crate::pages::answers::Answers;
use crate::pages::visitor::{Visitor, few};
use crate::pages::words::{self, Told, Whose, told};

/// Of each verdict on the first page, and on the page of one.
const FIRST: u32 = 20;
const PAGE: u32 = 100;

/// Rows that stand together. A row with a warning stands among those of its verdict as well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Of(Verdict),
    Warned,
}

impl Group {
    const fn count(self, counts: &Counts) -> u32 {
        match self {
            Group::Of(verdict) => counts.get(verdict),
            Group::Warned => counts.warned,
        }
    }

    /// As it stands in an address.
    const fn word(self) -> &'static str {
        match self {
            Group::Of(verdict) => verdict.as_str(),
            Group::Warned => "warned",
        }
    }
}

/// In the order people read them.
const ORDER: [(Group, &str, Icon); 6] = [
    (Group::Of(Verdict::Fault), "Faulty", Icon::CircleAlert),
    (Group::Warned, "With a warning", Icon::TriangleAlert),
    (Group::Of(Verdict::Stale), "Left alone", Icon::CirclePause),
    (Group::Of(Verdict::Change), "Change", Icon::Pencil),
    (Group::Of(Verdict::Create), "Create", Icon::Plus),
    (Group::Of(Verdict::Skip), "As they are", Icon::Check),
];

pub async fn groups(
    visitor: &Visitor,
    import: &Import,
    asked: &Answers,
) -> Result<Markup, Refused> {
    let only = ORDER.into_iter().map(|(group, ..)| group);
    let only = only.into_iter().find(|group| group.word() == asked.get("verdict"));
    let mut groups = Vec::new();
    for (group, title, icon) in ORDER {
        let total = group.count(&import.counts);
        if total > 0 && only.is_none_or(|only| only == group) {
            let alone = only.and(Some(asked));
            groups.push(shown(visitor, import, (group, title, icon), alone).await?);
        }
    }
    let there: Vec<_> = ORDER
        .into_iter()
        .filter(|(group, ..)| group.count(&import.counts) > 0)
        .map(|(group, title, _)| (page_of(visitor, import, group, None), title, group))
        .collect();
    let here = visitor.to(&format!("imports/{}", import.id));
    let mut filters = vec![(here.as_str(), "All rows", only.is_none())];
    filters.extend(
        there.iter().map(|(href, title, group)| (href.as_str(), *title, only == Some(*group))),
    );
    Ok(html! {
        @if filters.len() > 2 { div.row { (views("Rows shown", &filters)) } }
        @for group in groups { (group) }
    })
}

fn page_of(visitor: &Visitor, import: &Import, group: Group, after: Option<u32>) -> String {
    Answers::default()
        .with("verdict", group.word())
        .with("after", &after.map(|after| after.to_string()).unwrap_or_default())
        .at(&visitor.to(&format!("imports/{}", import.id)))
}

async fn shown(
    visitor: &Visitor,
    import: &Import,
    (group, title, icon): (Group, &str, Icon),
    alone: Option<&Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let limit = if alone.is_some() { PAGE } else { FIRST };
    let after: Option<u32> = alone.and_then(|asked| asked.get("after").parse().ok());
    let mut found = match group {
        Group::Of(verdict) => {
            imports::rows(app, caller, import.id, Some(verdict), after, limit + 1).await?
        }
        Group::Warned => imports::warned(app, caller, import.id, after, limit + 1).await?,
    };
    let further = found.len() > limit as usize;
    found.truncate(limit as usize);
    if found.is_empty() {
        let gone = "These rows are no longer kept; each history still tells what happened.";
        return Ok(html! { p.quiet-text { (gone) } });
    }
    let last = found.last().map(|kept| kept.position);
    let inside = match group {
        Group::Of(Verdict::Fault) => faults(import, &found),
        Group::Warned => warned(visitor, import, &found),
        Group::Of(Verdict::Skip) => skipped(visitor, import, &found),
        Group::Of(verdict) => {
            let mut wanted = Wanted::default();
            let changes: Vec<Vec<FieldChange>> =
                found.iter().map(|kept| changes(&kept.row.intent)).collect();
            for (kept, moved) in found.iter().zip(&changes) {
                wanted.changes(moved, whose(&kept.row.intent));
            }
            let names = names_in_import(app, caller, import, wanted).await?;
            planned(visitor, import, (verdict, title, icon), &found, &changes, &names)
        }
    };
    let next = further.then(|| page_of(visitor, import, group, last.filter(|_| alone.is_some())));
    Ok(html! {
        (inside)
        @if let Some(next) = &next {
            div.row { (Button::link(next, if alone.is_some() { "Next" } else { "Show all of them" }).icon(Icon::ArrowRight)) }
        }
    })
}

/// A line a fault, so that somebody can go through the file with it.
fn faults(import: &Import, found: &[KeptRow]) -> Markup {
    let key = |kept: &KeptRow| {
        html! { (if kept.row.key.is_empty() { "no key" } else { &kept.row.key }) }
    };
    let mut rows = Vec::new();
    for kept in found {
        let Intent::Fault { faults } = &kept.row.intent else { continue };
        rows.extend(faults.iter().map(|fault| line(&key(kept), kept, fault)));
    }
    let columns = columns("What is wrong, and what to do");
    let title = format!("Faulty rows ({})", import.counts.fault);
    let done = matches!(import.state, State::Applied | State::Undone);
    let note = if done { "Nothing was done with them" } else { "They are left out" };
    let aside = html! { span.quiet-text { (note) } };
    html! {
        (Panel::new(&title).aside(aside).edge_to_edge(html! { (Table::new("Faulty rows", &columns, rows)) }))
    }
}

/// The same of what is odd and done all the same.
fn warned(visitor: &Visitor, import: &Import, found: &[KeptRow]) -> Markup {
    let stands = import.state == State::Applied;
    let mut rows = Vec::new();
    for kept in found {
        let about = about(visitor, kept, stands);
        rows.extend(kept.row.warnings.iter().map(|warning| line(&about, kept, warning)));
    }
    let columns = columns("What is odd, and what to do");
    let title = format!("Rows with a warning ({})", import.counts.warned);
    let done = matches!(import.state, State::Applied | State::Undone);
    let note = if done { "They were done all the same" } else { "They are done all the same" };
    let aside = html! { span.quiet-text { (note) } };
    html! {
        (Panel::new(&title).aside(aside).edge_to_edge(html! { (Table::new("Rows with a warning", &columns, rows)) }))
    }
}

fn columns(told: &str) -> [Column<'_>; 4] {
    [
        Column::new("Row").title(),
        Column::new("Line").aside(),
        Column::new("Column"),
        Column::new(told).wrap(),
    ]
}

fn line(row: &Markup, kept: &KeptRow, fault: &Fault) -> Row {
    Row::new(vec![
        html! { (row) },
        html! { "Line " (kept.row.line) },
        html! { (fault.column.as_deref().unwrap_or("The row")) },
        html! { (sentences(&fault.detail)) },
    ])
}

fn skipped(visitor: &Visitor, import: &Import, found: &[KeptRow]) -> Markup {
    let columns =
        [Column::new("Row").title(), Column::new("Line").aside(), Column::new("Why").wrap()];
    let rows = found.iter().map(|kept| {
        let (link, why) = match &kept.row.intent {
            Intent::SkipAsset { id, tag } => {
                (Some((format!("assets/{id}"), tag)), "All of it is so already.")
            }
            Intent::SkipEmployee { id, name } => {
                (Some((format!("employees/{id}"), name)), "All of it is so already.")
            }
            _ => (None, "Nothing is known by this key, and no new ones were asked for."),
        };
        let row = html! {
            @match &link {
                Some((path, name)) => a href=(visitor.to(path)) { (name) },
                None => (kept.row.key),
            }
        };
        Row::new(vec![row, html! { "Line " (kept.row.line) }, html! { (why) }])
    });
    let title = format!("As they are ({})", import.counts.skip);
    html! {
        (Panel::new(&title).edge_to_edge(html! { (Table::new("As they are", &columns, rows.collect())) }))
    }
}

fn planned(
    visitor: &Visitor,
    import: &Import,
    (verdict, title, icon): (Verdict, &str, Icon),
    found: &[KeptRow],
    changes: &[Vec<FieldChange>],
    names: &Names,
) -> Markup {
    let stands = import.state == State::Applied;
    let lines: Vec<String> = found.iter().map(|kept| format!("line {}", kept.row.line)).collect();
    let moved: Vec<Vec<Told>> = found
        .iter()
        .zip(changes)
        .map(|(kept, moved)| told(moved, whose(&kept.row.intent), names))
        .collect();
    let moved: Vec<Vec<Change<'_>>> =
        moved.iter().map(|moved| moved.iter().map(words::change).collect()).collect();
    let warnings: Vec<String> = found.iter().map(|kept| warnings(&kept.row.warnings)).collect();
    let planned: Vec<Planned<'_>> = found
        .iter()
        .zip(&lines)
        .zip(&moved)
        .zip(&warnings)
        .map(|(((kept, line), changes), warning)| Planned {
            asset: about(visitor, kept, stands),
            serial: line,
            changes,
            reason: match verdict {
                Verdict::Stale => "It changed after this was planned, so it was left as it is.",
                _ => warning,
            },
        })
        .collect();
    plan_group(title, icon, few(import.counts.get(verdict)), true, &planned)
}

fn warnings(all: &[Fault]) -> String {
    all.iter().map(|one| sentences(&one.detail)).collect::<Vec<_>>().join(" ")
}

/// What is only planned has no page yet.
fn about(visitor: &Visitor, kept: &KeptRow, stands: bool) -> Markup {
    let (path, name, is_there) = match &kept.row.intent {
        Intent::CreateAsset { asset, .. } => {
            let done = stands && kept.verdict == Verdict::Create;
            (format!("assets/{}", asset.id), asset.tag.to_string(), done)
        }
        Intent::ChangeAsset { id, tag, .. } | Intent::SkipAsset { id, tag } => {
            (format!("assets/{id}"), tag.clone(), true)
        }
        Intent::CreateEmployee { employee } => {
            let done = stands && kept.verdict == Verdict::Create;
            (format!("employees/{}", employee.id), employee.name.clone(), done)
        }
        Intent::ChangeEmployee { after, .. } => {
            (format!("employees/{}", after.id), after.name.clone(), true)
        }
        _ => (String::new(), kept.row.key.clone(), false),
    };
    html! { @if is_there { a href=(visitor.to(&path)) { (name) } } @else { strong { (name) } } }
}

const fn whose(intent: &Intent) -> Whose {
    match intent {
        Intent::CreateAsset { .. } => Whose::Asset(None),
        Intent::ChangeAsset { id, .. } => Whose::Asset(Some(*id)),
        Intent::CreateEmployee { .. } | Intent::ChangeEmployee { .. } => Whose::Employee,
        _ => Whose::Other,
    }
}

/// What a row sets; tag and name of something new stand beside it already.
fn changes(intent: &Intent) -> Vec<FieldChange> {
    match intent {
        Intent::CreateAsset { asset, .. } => {
            let mut all = asset.as_changes();
            all.retain(|change| change.field != Field::Tag);
            all
        }
        Intent::ChangeAsset { steps, .. } => {
            let all: Vec<_> = steps.iter().flat_map(|step| step.changes.iter().cloned()).collect();
            merged(all)
        }
        Intent::CreateEmployee { employee } => {
            let mut all = people::changes(None, employee);
            all.retain(|change| change.field != Field::Name);
            all
        }
        Intent::ChangeEmployee { before, after } => people::changes(Some(before), after),
        _ => Vec::new(),
    }
}

/// A change of hands is two steps and reads as one.
fn merged(all: Vec<FieldChange>) -> Vec<FieldChange> {
    let mut merged: Vec<FieldChange> = Vec::new();
    for change in all {
        let before = merged.iter_mut().find(|earlier| earlier.field == change.field);
        match before {
            Some(earlier) => earlier.after = change.after,
            None => merged.push(change),
        }
    }
    merged.retain(|change| change.before != change.after);
    let who = |value| serde_json::from_value::<Option<Custodian>>(value).ok().flatten();
    debug_assert!(merged.iter().all(|change| change.field != Field::Custodian
        || who(change.before.clone()) != who(change.after.clone())));
    merged
}
