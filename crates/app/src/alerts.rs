//! Alerts: raised in the transaction that found the trouble, together with the mails that tell
//! the administrators; read by people until they are mended.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::Role;
use domain::company::Company;
use domain::id::{AlertId, SavedReportId, SourceId, WebhookId};
use domain::{Mint, Timestamp};
use jiff::tz::TimeZone;
use store::alerts::{self, NewAlert};
use store::{StoreError, Tx, jobs, tenants, users};

pub use store::alerts::{Alert, AlertMail, Severity};

use crate::caller::Caller;
use crate::installation::App;
use crate::jobs::Work;
use crate::refusal::Refusal;

/// What an alert is about; each has one open alert at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    Connection(SourceId),
    /// A plan of this source that waits for a person.
    Review(SourceId),
    /// One of the Automated Device Enrollment tokens that a source tells of.
    AdeToken(SourceId, String),
    /// A saved report whose mail does not arrive.
    Report(SavedReportId),
    /// A webhook that was switched off.
    Webhook(WebhookId),
}

impl About {
    pub fn key(&self) -> String {
        match self {
            About::Connection(source) => format!("source:{source}"),
            About::Review(source) => format!("source:{source}:review"),
            About::AdeToken(source, token) => format!("source:{source}:ade:{token}"),
            About::Report(report) => format!("report:{report}"),
            About::Webhook(webhook) => format!("webhook:{webhook}"),
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        if let Some(report) = key.strip_prefix("report:") {
            return report.parse().ok().map(About::Report);
        }
        if let Some(webhook) = key.strip_prefix("webhook:") {
            return webhook.parse().ok().map(About::Webhook);
        }
        let rest = key.strip_prefix("source:")?;
        let (source, part) = rest.split_once(':').unwrap_or((rest, ""));
        let source = source.parse().ok()?;
        match part.split_once(':') {
            None if part.is_empty() => Some(About::Connection(source)),
            None if part == "review" => Some(About::Review(source)),
            Some(("ade", token)) => Some(About::AdeToken(source, token.to_owned())),
            _ => None,
        }
    }
}

/// What is said about it.
pub(crate) struct Words {
    pub severity: Severity,
    pub title: String,
    /// What is wrong; behind `; hint: ` what to do about it.
    pub detail: String,
    /// Where in the app it can be mended, below the tenant's address.
    pub link: String,
}

/// What raising needs besides the transaction.
#[derive(Clone)]
pub(crate) struct Bell {
    mint: Arc<Mint>,
    pub now: Timestamp,
    /// Whether this installation sends mail.
    mails: bool,
}

impl Bell {
    pub fn of(app: &App) -> Self {
        Bell { mint: app.mint.clone(), now: app.now(), mails: app.mail.is_some() }
    }

    /// A job of this installation.
    pub fn enqueue(&self, tx: &mut Tx<'_>, work: &Work) -> Result<(), StoreError> {
        let body = serde_json::to_value(work).expect("work is plain values");
        jobs::enqueue(tx, self.mint.id(self.now), &work.key(), &body, self.now)?;
        Ok(())
    }

    /// The same, at once even where it waits to be tried again.
    pub fn enqueue_now(&self, tx: &mut Tx<'_>, work: &Work) -> Result<(), StoreError> {
        self.enqueue(tx, work)?;
        jobs::hasten(tx, &work.key(), self.now)
    }

    /// Says it once, in the app and by mail; while it is open only the words are kept up to date.
    pub fn raise(&self, tx: &mut Tx<'_>, about: &About, words: Words) -> Result<(), StoreError> {
        let Words { severity, title, detail, link } = words;
        let id = self.mint.id(self.now);
        let new = NewAlert { id, key: about.key(), severity, title, detail, link: Some(link) };
        if !alerts::raise(tx, &new, self.now)? || !self.mails {
            return Ok(());
        }
        for user in users::administrators(tx)? {
            alerts::mail_to(tx, id, &user, self.now)?;
            self.enqueue(tx, &Work::MailAlert { alert: id, user: user.id })?;
        }
        Ok(())
    }

    pub fn mend(&self, tx: &mut Tx<'_>, about: &About) -> Result<(), StoreError> {
        alerts::mend(tx, &about.key(), self.now)?;
        Ok(())
    }

    /// Nothing about this source is wrong any more, because nobody reads it any more.
    pub fn mend_all(&self, tx: &mut Tx<'_>, source: SourceId) -> Result<(), StoreError> {
        alerts::mend_with_parts(tx, &About::Connection(source).key(), self.now)?;
        Ok(())
    }
}

/// `27 November 2026, 14:05 UTC`, on the tenant's own clocks.
pub(crate) fn in_words(at: Timestamp, company: &Company) -> String {
    let zone = TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// The same, for what is told inside a transaction.
pub(crate) fn told_at(tx: &mut Tx<'_>, at: Timestamp) -> Result<String, StoreError> {
    Ok(in_words(at, &tenants::company(tx)?))
}

/// An alert, whom it was mailed to, and whether the reader has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub alert: Alert,
    pub mails: Vec<AlertMail>,
    pub seen: Option<Timestamp>,
}

impl Told {
    /// The home page says by itself that a run waits.
    pub fn is_of_a_held_run(&self) -> bool {
        matches!(About::parse(&self.alert.key), Some(About::Review(_)))
    }
}

/// The open ones, newest first.
pub async fn open(app: &App, caller: &Caller) -> Result<Vec<Told>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    app.store.read(caller.tenant, move |tx| told(tx, user, alerts::open)).await
}

/// Mended ones too, newest first, a page at a time; none that changed before `since`.
pub async fn all(
    app: &App,
    caller: &Caller,
    since: Option<Timestamp>,
    before: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Told>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    let read = move |tx: &mut Tx<'_>| alerts::list(tx, since, before, limit);
    app.store.read(caller.tenant, move |tx| told(tx, user, read)).await
}

/// How many there are, mended ones too.
pub async fn count(app: &App, caller: &Caller, since: Option<Timestamp>) -> Result<i64, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, move |tx| alerts::count(tx, since)).await?)
}

pub(crate) fn told(
    tx: &mut Tx<'_>,
    user: Option<domain::id::UserId>,
    read: impl FnOnce(&mut Tx<'_>) -> Result<Vec<Alert>, StoreError>,
) -> Result<Vec<Told>, Refusal> {
    let found = read(tx)?;
    let ids: Vec<_> = found.iter().map(|alert| alert.id).collect();
    let mut mails = alerts::mails_of(tx, &ids)?;
    let seen = match user {
        Some(user) => alerts::seen_by(tx, user)?,
        None => BTreeMap::default(),
    };
    let told = found.into_iter().map(|alert| Told {
        mails: mails.remove(&alert.id).unwrap_or_default(),
        seen: seen.get(&alert.id).copied(),
        alert,
    });
    Ok(told.collect())
}

/// It need not stand on every page of this user any more; it stays open until it is mended.
pub async fn seen(app: &App, caller: &Caller, id: AlertId) -> Result<(), Refusal> {
    caller.need(Role::Viewer)?;
    let (now, user) = (app.now(), caller.user_id());
    app.store.write(caller.tenant, move |tx| alerts::seen(tx, id, user, now)).await?;
    Ok(())
}

/// The worst that an administrator has not seen yet, newest first.
pub async fn urgent(app: &App, caller: &Caller) -> Result<Vec<Alert>, Refusal> {
    let who = caller.clone();
    let found = app.store.read(caller.tenant, move |tx| {
        let open = alerts::open(tx)?;
        Ok::<_, Refusal>(urgent_of(tx, &who, &open)?)
    });
    found.await
}

pub(crate) fn urgent_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    open: &[Alert],
) -> Result<Vec<Alert>, StoreError> {
    let bad: Vec<_> = open.iter().filter(|alert| alert.severity == Severity::Danger).collect();
    let Some(user) = caller.user_id().filter(|_| caller.role.may(Role::Administrator)) else {
        return Ok(Vec::new());
    };
    if bad.is_empty() {
        return Ok(Vec::new());
    }
    let seen = alerts::seen_by(tx, user)?;
    Ok(bad.into_iter().filter(|alert| !seen.contains_key(&alert.id)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_alert_is_about_reads_back_from_its_key() {
        let source = SourceId::new(7);
        for about in [
            About::Connection(source),
            About::Review(source),
            About::AdeToken(source, "00000000-0000:4000".into()),
            About::Webhook(WebhookId::new(7)),
        ] {
            assert_eq!(About::parse(&about.key()), Some(about));
        }
        for odd in ["", "source:", "source:x", "printer:7", "source:src_0000000000007:moon"] {
            assert_eq!(About::parse(odd), None, "{odd}");
        }
    }
}
