//! Home: what needs someone, then how things stand.

use app::alerts::{self, Alert, Severity, Told};
use app::home::Home;
use app::runs::{self, Run};
use app::sources::{self, Source};
use domain::access::Role;
use jiff::ToSpan;
use maud::{Markup, html};

use super::answers::Answers;
use super::visitor::{Visitor, few};
use super::words::{self, counted};
use crate::components::{
    Button, Icon, Need, PageHeader, Panel, Slice, Tone, bars, columns, donut, empty, needs, stat,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

/// What the page is made of.
struct Whole {
    home: Home,
    alerts: Vec<Told>,
    held: Vec<Run>,
    sources: Vec<Source>,
}

pub async fn page(visitor: Visitor) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let whole = Whole {
        home: app::home::home(app, caller, &visitor.company).await?,
        alerts: alerts::open(app, caller).await?,
        held: runs::awaiting_review(app, caller).await?,
        sources: sources::list(app, caller).await?,
    };
    let assets: i64 = whole.home.statuses.iter().map(|(_, count)| count).sum();
    let inside = html! {
        (PageHeader::new(&greeting(&visitor)).lead(lead(&visitor, &whole.sources)))
        (waiting(&visitor, &whole))
        @if assets == 0 && whole.held.is_empty() { (nothing_yet(&visitor, &whole.sources)) } @else {
            (figures(&visitor, &whole.home, assets))
            (charts(&visitor, &whole.home))
        }
    };
    Ok(visitor.page(Room::Home, "Home", &inside))
}

fn greeting(visitor: &Visitor) -> String {
    let hour = visitor.now.at.to_zoned(visitor.now.zone.clone()).hour();
    let part = match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    };
    format!("{part}, {}", visitor.first_name())
}

fn lead(visitor: &Visitor, sources: &[Source]) -> Markup {
    let checked = sources.iter().filter_map(|source| source.health.checked_at).max();
    html! {
        @if sources.is_empty() { "No source is connected yet." }
        @else if let Some(at) = checked { "Kandji was last looked at " (visitor.now.ago(at)) "." }
    }
}

fn nothing_yet(visitor: &Visitor, sources: &[Source]) -> Markup {
    let connected = !sources.is_empty();
    let hint = if connected {
        "The first run brings every device. Look at its source to see how far it is."
    } else {
        "Connect Kandji and every device appears within seconds; or import a spreadsheet, or add what you have by hand."
    };
    let next = html! {
        @if connected { (Button::link(&visitor.to("sources"), "Go to sources").icon(Icon::Plug).primary()) }
        @else if visitor.may(Role::Administrator) {
            (Button::link(&visitor.to("sources/new"), "Connect Kandji").icon(Icon::Plug).primary())
        }
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("imports"), "Import a spreadsheet").icon(Icon::FileSpreadsheet))
            (Button::link(&visitor.to("assets/new"), "Add an asset").icon(Icon::Plus))
        }
    };
    empty(Icon::Laptop, "No assets yet", hint, &next)
}

/// What everybody may do about it.
const LOOK: &str = "Look";

/// One line that waits for somebody, owned, so that components can borrow it.
struct Line {
    tone: Tone,
    title: String,
    href: String,
    detail: Markup,
    action: &'static str,
}

fn waiting(visitor: &Visitor, whole: &Whole) -> Markup {
    let told = whole.alerts.iter().filter(|told| !told.is_of_a_held_run());
    let mut lines: Vec<Line> = told.map(|told| of_alert(visitor, &told.alert)).collect();
    lines.extend(whole.held.iter().map(|run| of_run(visitor, run)));
    lines.extend(of_conflicts(visitor, &whole.home));
    lines.extend(of_overdue(visitor, &whole.home));
    lines.extend(of_leavers(visitor, &whole.home));
    if lines.is_empty() {
        return html! {};
    }
    let list: Vec<Need<'_>> = lines
        .iter()
        .map(|line| Need {
            tone: line.tone,
            title: &line.title,
            href: &line.href,
            detail: line.detail.clone(),
            action: html! { (Button::link(&line.href, line.action)) },
        })
        .collect();
    let title = if visitor.may(Role::Operator) { "Needs you" } else { "Needs someone" };
    html! { (Panel::new(title).edge_to_edge(needs(&list))) }
}

fn of_alert(visitor: &Visitor, alert: &Alert) -> Line {
    let tone = match alert.severity {
        Severity::Info => Tone::Info,
        Severity::Warning => Tone::Warning,
        Severity::Danger => Tone::Danger,
    };
    let link = alert.link.as_deref().unwrap_or("alerts");
    Line {
        tone,
        title: alert.title.clone(),
        href: visitor.to(link),
        detail: html! { (sentences(&alert.detail)) " Since " (visitor.now.ago(alert.raised_at)) "." },
        action: if visitor.may(Role::Administrator) { "Mend it" } else { LOOK },
    }
}

fn of_run(visitor: &Visitor, run: &Run) -> Line {
    let counts = &run.counts;
    let kinds = [
        (counts.created, "to create"),
        (counts.updated, "to update"),
        (counts.checked_out, "to check out"),
        (counts.checked_in, "to check in"),
    ];
    let told: Vec<_> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    Line {
        tone: Tone::Warning,
        title: "A run waits for your review".into(),
        href: visitor.to(&format!("runs/{}", run.id)),
        detail: html! { (told.join(", ")) @if !told.is_empty() { ". " } "Nothing happens before you approve it." },
        action: if visitor.may(Role::Manager) { "Review" } else { LOOK },
    }
}

fn of_conflicts(visitor: &Visitor, home: &Home) -> Option<Line> {
    let open = home.open_conflicts.unsigned_abs();
    (open > 0).then(|| Line {
        tone: Tone::Info,
        title: format!("{} to settle", counted(open, "conflict", "conflicts")),
        href: visitor.to("conflicts"),
        detail: html! { "Questions about devices that only a person can answer." },
        action: if visitor.may(Role::Manager) { "Settle" } else { LOOK },
    })
}

fn of_overdue(visitor: &Visitor, home: &Home) -> Option<Line> {
    let late = home.overdue.unsigned_abs();
    (late > 0).then(|| Line {
        tone: Tone::Warning,
        title: counted(late, "overdue return", "overdue returns"),
        href: visitor.to("assets?due_on=%3Ctoday&archived=any&sort=custodian"),
        detail: html! { "They should be back by now." },
        action: LOOK,
    })
}

fn of_leavers(visitor: &Visitor, home: &Home) -> Option<Line> {
    let (id, name, holds) = home.leavers.first()?;
    if let [_] = home.leavers.as_slice() {
        let what = counted(holds.unsigned_abs(), "asset", "assets");
        return Some(Line {
            tone: Tone::Warning,
            title: format!("{name} left and still holds {what}"),
            href: visitor.to(&format!("employees/{id}")),
            detail: html! { "Their page lists what to get back." },
            action: if visitor.may(Role::Operator) { "Get them back" } else { LOOK },
        });
    }
    let names: Vec<_> = home.leavers.iter().take(5).map(|(_, name, _)| name.as_str()).collect();
    Some(Line {
        tone: Tone::Warning,
        title: format!(
            "{} left and still hold something",
            counted(home.leavers.len() as u64, "person", "people")
        ),
        href: visitor.to("employees?who=leavers"),
        detail: html! { (names.join(", ")) @if home.leavers.len() > names.len() { " and others" } },
        action: if visitor.may(Role::Operator) { "Get it back" } else { LOOK },
    })
}

fn figures(visitor: &Visitor, home: &Home, assets: i64) -> Markup {
    let linked: i64 = home.platforms.iter().map(|(_, count)| count).sum();
    let share = (linked * 100).checked_div(assets).unwrap_or_default();
    html! {
        div.cards {
            (stat("Assets", few(assets), "not archived", &visitor.to("assets")))
            (stat("Checked out", few(home.checked_out), "to someone or somewhere", &visitor.to("assets?held=yes")))
            (stat("In store", few(home.in_store), "nobody has them", &visitor.to("assets?held=no")))
            (stat("In Kandji", few(linked), &format!("{share}% of all assets"), &visitor.to("sources")))
        }
    }
}

fn charts(visitor: &Visitor, home: &Home) -> Markup {
    let list =
        |name: &str, value: &str| Answers::default().with(name, value).at(&visitor.to("assets"));
    let statuses: Vec<_> = home
        .statuses
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| {
            (status.name.clone(), *count, list("status", &status.id.to_string()))
        })
        .collect();
    let colors = home.statuses.iter().filter(|(_, count)| *count > 0);
    let rings: Vec<_> = slices(&statuses)
        .into_iter()
        .zip(colors)
        .map(|(slice, (status, _))| slice.color(words::hex(&status.color)))
        .collect();
    let products = home.products.iter().map(|(name, ids, count)| {
        let of = ids.iter().fold(Answers::default(), |of, id| of.and("product", &id.to_string()));
        (name.clone(), *count, of.at(&visitor.to("assets")))
    });
    let products: Vec<_> = products.collect();
    let platforms: Vec<_> = home
        .platforms
        .iter()
        .map(|(name, count)| (name.clone(), *count, list("platform", name)))
        .collect();
    let versions: Vec<_> = home
        .os_versions
        .iter()
        .map(|(platform, version, count)| (format!("{platform} {version}"), *count, String::new()))
        .collect();
    let seen = last_seen(visitor, home);
    let enrolled = months(visitor, &home.enrolled);
    // The report that goes on where a chart ends.
    let all = |report: &str| {
        let href = visitor.to(&format!("reports/{report}"));
        html! { @if !report.is_empty() { a.quiet-text href=(href) aria-label={ "See all: " (report) } { "See all" } } }
    };
    html! {
        div.columns-2 {
            (Panel::new("By status").aside(all("status")).body(donut(&rings)))
            @if enrolled.iter().any(|(_, count, _)| *count > 0) {
                (Panel::new("Enrollments by month").body(columns(&slices(&enrolled))))
            }
        }
        div.columns-2 {
            @for (title, report, parts) in [("By product", "products", products), ("By OS Version", "os-versions", versions), ("By platform", "", platforms), ("Checked in to Kandji", "", seen)] {
                @if parts.iter().any(|(_, count, _)| *count > 0) {
                    (Panel::new(title).aside(all(report)).body(bars(&slices(&parts))))
                }
            }
        }
    }
}

/// By when devices were last seen; each span without those of the one before.
fn last_seen(visitor: &Visitor, home: &Home) -> Vec<Part> {
    let [week, month, quarter] = app::home::SEEN_WITHIN;
    let between = |near: i64, far: i64| {
        let days = format!("{far}-days-ago..{}-days-ago", near + 1);
        (format!("{} to {far} days ago", near + 1), days)
    };
    let spans = [
        (format!("Last {week} days"), format!("last-{week}-days")),
        between(week, month),
        between(month, quarter),
        ("Longer ago".to_owned(), format!("<{quarter}-days-ago")),
        ("Never".to_owned(), "none&linked=yes".to_owned()),
    ];
    let assets = visitor.to("assets");
    spans
        .into_iter()
        .zip(home.last_seen)
        .map(|((label, asked), count)| {
            (label, count, format!("{assets}?kandji.last_check_in={}", asked.replace('<', "%3C")))
        })
        .collect()
}

type Part = (String, i64, String);

fn slices(parts: &[Part]) -> Vec<Slice<'_>> {
    parts
        .iter()
        .map(|(label, count, href)| {
            let slice = Slice::new(label, few(*count));
            if href.is_empty() { slice } else { slice.link(href) }
        })
        .collect()
}

/// The last months by their short names, the present one's last.
fn months(visitor: &Visitor, counts: &[i64]) -> Vec<Part> {
    let first = visitor.now.at.to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
    let label = |back: usize| {
        let month = first.checked_sub(i64::try_from(back).unwrap_or_default().months());
        month.map(|day| day.strftime("%b").to_string()).unwrap_or_default()
    };
    let back = (0..counts.len()).rev();
    back.zip(counts).map(|(back, count)| (label(back), *count, String::new())).collect()
}
