//! A saved report to one recipient: what it comes to in the mail itself, its rows attached.

use std::sync::Arc;

use domain::Timestamp;
use domain::access::Role;
use domain::company::{Company, Tenant};
use domain::id::SavedReportId;
use domain::mailing::{Attached, Recipient};
use store::{Tx, saved_reports, tenants};

use super::letter::{Attachment, Letter, escaped};
use super::{Mail, REFUSALS, Undelivered};
use crate::alerts::{About, Bell};
use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::jobs::Held;
use crate::refusal::Refusal;
use crate::reports::saved::SavedReport;
use crate::reports::shelf::{self, Asked};
use crate::reports::{self, Format, Summary, mailing};

/// After so many attempts, some two hours, it is given up.
const ATTEMPTS: u32 = 8;
/// Parts of a chart that the mail tells.
const TOLD: usize = 12;

/// Mails it, unless it, its schedule or its recipient went meanwhile.
pub(crate) async fn report(
    app: &App,
    held: &Arc<Held>,
    id: SavedReportId,
    to: Recipient,
    due: Option<Timestamp>,
) -> Result<(), Refusal> {
    let tenant = held.job.tenant;
    let found = app
        .store
        .read(tenant, move |tx| {
            let Some(found) = saved_reports::find(tx, id)? else { return Ok(None) };
            let Some(to) = mailing::address(tx, &to)?.filter(|_| mailing::wanted(&found, &to, due))
            else {
                return Ok(None);
            };
            let owner = mailing::owner(tx, &found)?;
            Ok::<_, Refusal>(Some((found, to, owner, tenants::company(tx)?)))
        })
        .await?;
    let place = app.store.system_read(move |tx| tenants::find(tx, tenant)).await?;
    let (Some((found, (user, name, email), owner, company)), Some(place)) = (found, place) else {
        return ended(app, held, id, Ended::Unwanted).await;
    };
    let Some(mail) = app.mail().cloned() else {
        let why = "this installation sends no mail any more; hint: set mail.url".to_owned();
        return ended(app, held, id, Ended::Dropped(found, why)).await;
    };
    // By the clock, and to whoever has no user, it goes out in its owner's name; else in that of who
    // gets it.
    let caller = match (due, owner, user) {
        (Some(_), Err(why), _) => return ended(app, held, id, Ended::Stopped(found, why)).await,
        (Some(_), Ok(owner), _) => owner,
        (None, _, Some(user)) => Caller::user(tenant, user, &name, Role::Viewer),
        (None, _, None) => Caller::user(tenant, found.owner, &found.owner_name, Role::Viewer),
    };
    let attempts = held.job.attempts;
    if attempts > ATTEMPTS {
        let why = "making it took too long or broke off; hint: narrow it with a filter".to_owned();
        return ended(app, held, id, Ended::Dropped(found, why)).await;
    }
    let made = made(app, &caller, &found, mail.most_bytes).await;
    let told = Told { report: &found, place: &place, company: &company, mail: &mail };
    let (mut letter, unread) = match made {
        Ok(made) => (told.letter(app.now(), made), None),
        // A filter may have come to mean nothing since it was saved; whoever waits for it is told.
        Err(refusal @ Refusal::Invalid { .. }) => {
            let why = refusal.to_string();
            (told.unread(&why), Some(why))
        }
        Err(refusal @ Refusal::NotFound { .. }) => {
            return ended(app, held, id, Ended::Dropped(found, refusal.to_string())).await;
        }
        Err(refusal) => return ended(app, held, id, Ended::Later(refusal.to_string())).await,
    };
    letter.to = (name, email.to_string());
    // The same in every attempt.
    let when = due.map_or_else(|| held.job.id.to_string(), |due| due.as_microsecond().to_string());
    letter.id = format!("{id}.{when}.{}", user.map_or_else(|| email.key(), |id| id.to_string()));
    letter.id = letter.id.replace('@', ".");
    let end = match mail.send(letter, app.now()).await {
        Ok(()) => unread.map_or(Ended::Taken, |why| Ended::Dropped(found, why)),
        Err(Undelivered { why, refused }) => {
            let enough = attempts >= ATTEMPTS || refused && attempts >= REFUSALS;
            if enough { Ended::Dropped(found, why) } else { Ended::Later(why) }
        }
    };
    ended(app, held, id, end).await
}

/// What a mail brings.
struct Made {
    title: &'static str,
    summary: Summary,
    /// Nothing where it is too large.
    file: Option<Attachment>,
}

async fn made(
    app: &App,
    caller: &Caller,
    saved: &SavedReport,
    most_bytes: usize,
) -> Result<Made, Refusal> {
    let report = shelf::named(&saved.report)?;
    let given = Asked(&saved.parameters).given(app, caller).await?;
    let opened = reports::open(app, caller, report.made(given)?).await?;
    let summary = opened.summary(app, caller).await?;
    let format = format_of(saved);
    let mut download = reports::download(app, caller, opened, format).await?;
    let (name, kind) = (download.name.clone(), download.kind);
    let mut bytes = Vec::new();
    while let Some(piece) = download.next().await {
        bytes.extend(piece?);
        if bytes.len() > most_bytes {
            return Ok(Made { title: report.title, summary, file: None });
        }
    }
    let file = Attachment { name, kind, bytes };
    Ok(Made { title: report.title, summary, file: Some(file) })
}

fn format_of(saved: &SavedReport) -> Format {
    match saved.mailing.as_ref().map(|mailing| mailing.format) {
        Some(Attached::Csv) => Format::Csv,
        Some(Attached::Xlsx) | None => Format::Xlsx,
    }
}

/// What a letter speaks of.
struct Told<'a> {
    report: &'a SavedReport,
    place: &'a Tenant,
    company: &'a Company,
    mail: &'a Mail,
}

impl Told<'_> {
    /// Instead of the report: why there is none, and where that is mended.
    fn unread(&self, why: &str) -> Letter {
        let (name, home) = (&self.report.name, &self.mail.base_url);
        let own = format!("{home}/t/{}/reports/saved/{}", self.place.slug, self.report.id);
        let text = format!(
            "{name} could not be made this time, because a filter of it cannot be read:\n\n  \
             {why}\n\nOpen it to drop or change that filter: {own}\n"
        );
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><body>\n<h2>{}</h2>\n<p>It could not be made this \
             time, because a filter of it cannot be read:</p>\n<p>{}</p>\n<p><a href=\"{}\">Open it \
             to drop or change that filter</a></p>\n</body></html>\n",
            escaped(name),
            escaped(why),
            escaped(&own),
        );
        let subject = format!("{}: {name} could not be made", self.company.name);
        Letter { subject, text, html: Some(html), ..Letter::default() }
    }

    fn letter(&self, now: Timestamp, made: Made) -> Letter {
        let Made { title, summary, file } = made;
        let (saved, home) = (self.report, format!("{}/t/{}", self.mail.base_url, self.place.slug));
        let query = query(&saved.parameters);
        let page = format!("{home}/reports/{}{query}", saved.report);
        let whole = format!("{home}/reports/{}.{}{query}", saved.report, format_of(saved).word());
        let own = format!("{home}/reports/saved/{}", saved.id);
        let day = now.to_zoned(company::zone(self.company)).strftime("%-d %B %Y").to_string();
        let company = &self.company.name;
        let rows = rows(&summary);
        let file_text = match &file {
            Some(file) => format!("Every row is in the attached {}.", file.name),
            None => "The file is too large for a mail; it is here instead:".to_owned(),
        };
        let link = if file.is_none() { format!("\n{whole}") } else { String::new() };
        let text = format!(
            "{}\n{title}, {company}, {day}\n\n{}{file_text}{link}\n\nOpen it: {page}\n\n\
             When this is mailed and to whom: {own}\n",
            saved.name,
            as_text(&rows),
        );
        let link = if file.is_none() {
            format!(" <a href=\"{0}\">{0}</a>", escaped(&whole))
        } else {
            String::new()
        };
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><body>\n<h2>{}</h2>\n<p>{title}, {}, {day}</p>\n\
             {}<p>{}{link}</p>\n<p><a href=\"{}\">Open it</a></p>\n\
             <p><small><a href=\"{}\">When this is mailed and to whom</a></small></p>\n\
             </body></html>\n",
            escaped(&saved.name),
            escaped(company),
            as_html(&rows),
            escaped(&file_text),
            escaped(&page),
            escaped(&own),
        );
        Letter {
            subject: format!("{company}: {}", saved.name),
            text,
            html: Some(html),
            file,
            ..Letter::default()
        }
    }
}

/// `?q=mac&status=…`
pub(crate) fn query(parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("?{}", query.finish())
}

/// Titles, and below each names with values.
type Block = (String, Vec<(String, String)>);

fn rows(summary: &Summary) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let shown = |shown: &Option<String>, value: i64| shown.clone().unwrap_or(value.to_string());
    if !summary.figures.is_empty() {
        let figures = summary.figures.iter();
        let lines = figures.map(|one| (one.label.clone(), shown(&one.shown, one.count)));
        blocks.push((String::new(), lines.collect()));
    }
    for chart in &summary.charts {
        let parts = chart.parts.iter().take(TOLD);
        let lines = parts.map(|part| (part.label.clone(), shown(&part.shown, part.value)));
        blocks.push((chart.title.clone(), lines.collect()));
    }
    blocks.extend(summary.notes.iter().map(|note| (note.clone(), Vec::new())));
    blocks
}

fn as_text(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (title, lines) in blocks {
        if !title.is_empty() {
            text.extend([title.as_str(), "\n"]);
        }
        let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in lines {
            let gap = " ".repeat(width - name.chars().count());
            text.extend(["  ", name, &gap, "  ", value, "\n"]);
        }
        text.push('\n');
    }
    text
}

fn as_html(blocks: &[Block]) -> String {
    let mut html = String::new();
    for (title, lines) in blocks {
        if lines.is_empty() {
            html.extend(["<p>", &escaped(title), "</p>\n"]);
            continue;
        }
        if !title.is_empty() {
            html.extend(["<h3>", &escaped(title), "</h3>\n"]);
        }
        html += "<table cellpadding=\"4\">\n";
        for (name, value) in lines {
            let (name, value) = (escaped(name), escaped(value));
            html.extend(["<tr><td>", &name, "</td><td align=\"right\">", &value, "</td></tr>\n"]);
        }
        html += "</table>\n";
    }
    html
}

/// How an attempt ended.
enum Ended {
    Taken,
    /// Nobody wants it any more.
    Unwanted,
    Later(String),
    Dropped(SavedReport, String),
    /// Its owner may not have it mailed any more.
    Stopped(SavedReport, String),
}

async fn ended(
    app: &App,
    held: &Arc<Held>,
    id: SavedReportId,
    ended: Ended,
) -> Result<(), Refusal> {
    let (held, now, bell) = (held.clone(), app.now(), Bell::of(app));
    let tenant = held.job.tenant;
    let write = move |tx: &mut Tx<'_>| match ended {
        Ended::Taken => held.finish(tx, |tx| {
            saved_reports::told(tx, id, Some(now), None)?;
            bell.mend(tx, &About::Report(id))
        }),
        Ended::Unwanted => held.finish(tx, |_| Ok(())),
        Ended::Later(why) => {
            tracing::warn!(error = %why, "a report could not be mailed and is tried again");
            held.again(tx, &why, |tx, _| saved_reports::told(tx, id, None, Some(&why)))
        }
        Ended::Dropped(found, why) => held.finish(tx, |tx| {
            saved_reports::told(tx, id, None, Some(&why))?;
            mailing::tell(tx, &bell, &found, "could not be mailed", &why)
        }),
        Ended::Stopped(found, why) => held.finish(tx, |tx| mailing::stop(tx, &bell, &found, &why)),
    };
    app.store.write(tenant, write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_lines_in_a_column_and_rows_of_a_table() {
        let block = |title: &str, lines: &[(&str, &str)]| -> Block {
            let lines = lines.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            (title.into(), lines.collect())
        };
        let blocks = [block("By <status>", &[("Ready", "194"), ("In repair", "3")])];
        assert_eq!(as_text(&blocks), "By <status>\n  Ready      194\n  In repair  3\n\n");
        assert!(as_html(&blocks).contains("<h3>By &lt;status&gt;</h3>"));
    }

    #[test]
    fn a_link_holds_what_the_report_is_asked_for() {
        assert_eq!(query(&[]), "");
        let asked = [("q".to_owned(), "mac & co".to_owned())];
        assert_eq!(query(&asked), "?q=mac+%26+co");
    }
}
