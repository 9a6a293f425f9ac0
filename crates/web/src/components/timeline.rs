//! Everything that happened to one thing, by day, newest first.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{Change, Icon, Now, changes};

/// "Maya Lindqvist checked it out to Noah Okafor": `actor` and the rest of the sentence.
#[derive(Debug)]
pub struct Entry<'a> {
    pub at: Timestamp,
    pub icon: Icon,
    pub actor: Markup,
    pub sentence: Markup,
    pub changes: &'a [Change<'a>],
}

/// `entries` come newest first.
pub fn timeline(now: &Now, entries: &[Entry<'_>]) -> Markup {
    let days = entries.chunk_by(|one, next| now.date_of(one.at) == now.date_of(next.at));
    html! {
        div.timeline {
            @for day in days {
                @if let Some(first) = day.first() { h3 { (now.day(now.date_of(first.at))) } }
                ol { @for entry in day { (line(now, entry)) } }
            }
        }
    }
}

fn line(now: &Now, entry: &Entry<'_>) -> Markup {
    html! {
        li {
            span.timeline-icon { (entry.icon) }
            p { strong { (entry.actor) } " " (entry.sentence) }
            (now.clock_time(entry.at))
            @if !entry.changes.is_empty() { (changes(entry.changes)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn entry(at: &str) -> Entry<'static> {
        Entry {
            at: at.parse().unwrap(),
            icon: Icon::User,
            actor: html! { "Maya <L>" },
            sentence: html! { "did" },
            changes: &[],
        }
    }

    #[test]
    fn entries_stand_under_their_day() {
        let now = Now { at: "2025-11-21T13:00:00Z".parse().unwrap(), zone: TimeZone::UTC };
        let entries = [
            entry("2025-11-21T12:00:00Z"),
            entry("2025-11-21T09:00:00Z"),
            entry("2025-11-20T09:00:00Z"),
        ];
        let html = timeline(&now, &entries).into_string();
        assert_eq!(html.matches("<h3>").count(), 2);
        assert!(html.contains("<h3>Today</h3>") && html.contains("<h3>Yesterday</h3>"));
        assert!(html.contains("Maya &lt;L&gt;"));
    }
}
