//! When saved reports are mailed, and to whom. A time that has come is claimed once, across all
//! processes, in the transaction that queues the mails.

use domain::access::Role;
use domain::id::{SavedReportId, TenantId, TokenId, UserId};
use domain::mailing::{Every, Mailing, Recipient};
use domain::{Email, Timestamp};
use store::{StoreError, Tx, saved_reports, tenants, tokens, users};

use super::saved::{SavedReport, changeable};
use crate::alerts::{About, Bell, Words};
use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::jobs::Work;
use crate::refusal::{FieldError, Refusal};
use crate::versions;

/// Whose reports may be mailed by the clock; who loses it, theirs stop.
pub const OWNERS: Role = Role::Manager;

/// A recipient as people know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub recipient: Recipient,
    /// Nothing of a user who is gone.
    pub email: Option<Email>,
    pub name: Option<String>,
}

/// From now on it is mailed then and to them; `None` ends it. Refused unless the report is of the
/// version expected, where one is.
pub async fn schedule(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    version: Option<i64>,
    mailing: Option<Mailing>,
) -> Result<(), Refusal> {
    caller.need(OWNERS)?;
    changeable(app, caller, id).await?;
    if let Some(mailing) = &mailing {
        fits(app, mailing)?;
    }
    let (now, bell) = (app.now(), Bell::of(app));
    app.store
        .write(caller.tenant, move |tx| {
            let zone = company::zone(&tenants::company(tx)?);
            let found = saved_reports::hold(tx, id)?;
            let found = found.ok_or_else(|| Refusal::not_found("saved report", id))?;
            versions::expect(version, versions::report(&found))?;
            if let Some(mailing) = &mailing {
                if let Err(why) = owner(tx, &found)? {
                    let detail = format!("{why}; hint: save one like it yourself");
                    return Err(Refusal::conflict(detail));
                }
                let next = mailing.rhythm.next(now, &zone);
                saved_reports::schedule(tx, id, Some(mailing), next, now)?;
            } else {
                saved_reports::schedule(tx, id, None, None, now)?;
            }
            bell.mend(tx, &About::Report(id))?;
            Ok(())
        })
        .await
}

fn fits(app: &App, mailing: &Mailing) -> Result<(), Refusal> {
    sends_mail(app)?;
    let bad = |field: &str, detail: &str| FieldError { field: field.into(), detail: detail.into() };
    let mut errors = Vec::new();
    let hint = match mailing.rhythm.every {
        Every::Week { .. } => "1 for Monday to 7 for Sunday",
        Every::Day | Every::Month { .. } => "1 to 31",
    };
    if !mailing.rhythm.every.fits() {
        errors.push(bad("on", &format!("there is no such day; hint: {hint}")));
    }
    if mailing.rhythm.hour > 23 {
        errors.push(bad("hour", "there is no such hour; hint: 0 to 23"));
    }
    if errors.is_empty() { goes_to(&mailing.to) } else { Err(Refusal::Invalid { errors }) }
}

fn sends_mail(app: &App) -> Result<(), Refusal> {
    if app.mail.is_some() {
        return Ok(());
    }
    let detail = "this installation sends no mail; hint: set mail.url, see the operating guide";
    Err(Refusal::conflict(detail))
}

fn goes_to(recipients: &[Recipient]) -> Result<(), Refusal> {
    let (count, most) = (recipients.len(), Mailing::MOST_RECIPIENTS);
    if (1..=most).contains(&count) {
        return Ok(());
    }
    Err(Refusal::invalid("to", format!("it goes to {count} people; hint: 1 to {most}")))
}

/// Addresses as people write them: users by their own, each once.
pub async fn recipients(
    app: &App,
    caller: &Caller,
    addresses: &[String],
) -> Result<Vec<Recipient>, Refusal> {
    caller.need(Role::Viewer)?;
    let parsed = addresses.iter().map(|text| Email::parse(text).map_err(Refusal::text("to")));
    let emails = parsed.collect::<Result<Vec<Email>, Refusal>>()?;
    let tenant = caller.tenant;
    let users = app.store.system_read(move |tx| users::list(tx, tenant)).await?;
    let mut found = Vec::new();
    for email in emails {
        let user = users.iter().find(|user| user.email.key() == email.key());
        let recipient = user.map_or(Recipient::Email(email), |user| Recipient::User(user.id));
        if !found.contains(&recipient) {
            found.push(recipient);
        }
    }
    Ok(found)
}

/// Whom a schedule names.
pub async fn known(
    app: &App,
    caller: &Caller,
    recipients: &[Recipient],
) -> Result<Vec<Known>, Refusal> {
    caller.need(Role::Viewer)?;
    let tenant = caller.tenant;
    let users = app.store.system_read(move |tx| users::list(tx, tenant)).await?;
    let known = |recipient: &Recipient| match recipient {
        Recipient::Email(email) => {
            Known { recipient: recipient.clone(), email: Some(email.clone()), name: None }
        }
        Recipient::User(id) => {
            let user = users.iter().find(|user| user.id == *id);
            Known {
                recipient: recipient.clone(),
                email: user.map(|user| user.email.clone()),
                name: user.map(|user| user.name.clone()),
            }
        }
    };
    Ok(recipients.iter().map(known).collect())
}

/// One to the caller, now, whatever its schedule says.
pub async fn send_now(app: &App, caller: &Caller, id: SavedReportId) -> Result<(), Refusal> {
    super::saved::saved(app, caller, id).await?;
    let Some(user) = caller.user_id() else {
        let detail = "there is nobody to send it to; hint: sign in as a person";
        return Err(Refusal::conflict(detail));
    };
    sends_mail(app)?;
    sent(app, caller, id, vec![Recipient::User(user)]).await
}

/// One to each of these, now; without any, to those of its schedule.
pub async fn send(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    to: Option<Vec<Recipient>>,
) -> Result<(), Refusal> {
    caller.need(OWNERS)?;
    let found = super::saved::saved(app, caller, id).await?;
    sends_mail(app)?;
    let to = match (to, found.mailing) {
        (Some(to), _) => to,
        (None, Some(mailing)) => mailing.to,
        (None, None) => {
            let detail = "it has no schedule that says to whom; hint: e-mail addresses in \"to\"";
            return Err(Refusal::invalid("to", detail));
        }
    };
    goes_to(&to)?;
    sent(app, caller, id, to).await
}

async fn sent(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    to: Vec<Recipient>,
) -> Result<(), Refusal> {
    let bell = Bell::of(app);
    app.store
        .write(caller.tenant, move |tx| {
            for to in to {
                bell.enqueue(tx, &Work::MailReport { report: id, to, due: None })?;
            }
            Ok(())
        })
        .await
}

/// Queues what is due; answers how many reports that were.
pub async fn start_due(app: &App) -> Result<usize, Refusal> {
    let now = app.now();
    let due = app.store.system_read(move |tx| saved_reports::due(tx, now)).await?;
    let mut started = 0;
    for (tenant, id) in due {
        started += usize::from(start_one(app, tenant, id, now).await?);
    }
    Ok(started)
}

async fn start_one(
    app: &App,
    tenant: TenantId,
    id: SavedReportId,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let bell = Bell::of(app);
    app.store
        .write(tenant, move |tx| {
            let Some(found) = saved_reports::find(tx, id)? else { return Ok(false) };
            let (Some(due), Some(mailing)) = (found.next_at, found.mailing.clone()) else {
                return Ok(false);
            };
            let zone = company::zone(&tenants::company(tx)?);
            // Another process may have been quicker; what was missed meanwhile is mailed once.
            if due > now || !saved_reports::claim(tx, id, due, mailing.rhythm.next(now, &zone))? {
                return Ok(false);
            }
            if let Err(why) = owner(tx, &found)? {
                stop(tx, &bell, &found, &why)?;
                return Ok(false);
            }
            for to in mailing.to {
                bell.enqueue(tx, &Work::MailReport { report: id, to, due: Some(due) })?;
            }
            Ok(true)
        })
        .await
}

/// Whose it is, a person or a program, if they may still have it mailed, else why not.
pub(crate) fn owner(
    tx: &mut Tx<'_>,
    report: &SavedReport,
) -> Result<Result<Caller, String>, Refusal> {
    let name = &report.owner_name;
    let tenant = tx.tenant();
    let user = users::here(tx, report.owner)?
        .map(|user| Caller::user(tenant, user.id, &user.name, user.role));
    let owner = match user {
        Some(user) => Some(user),
        None => tokens::here(tx, TokenId::new(report.owner.number()))?
            .map(|token| Caller::token(tenant, token.id, &token.name, token.role)),
    };
    Ok(match owner {
        None => Err(format!("{name}, whose report it is, is no user and no token here any more")),
        Some(owner) if !owner.role.may(OWNERS) => {
            Err(format!("{name}, whose report it is, is not a {}", OWNERS.as_str()))
        }
        Some(owner) => Ok(owner),
    })
}

/// It is mailed no more, and people are told why.
pub(crate) fn stop(
    tx: &mut Tx<'_>,
    bell: &Bell,
    report: &SavedReport,
    why: &str,
) -> Result<(), StoreError> {
    saved_reports::stop(tx, report.id, why)?;
    let hint = "save it under your own name and set when it is mailed";
    tell(tx, bell, report, "is mailed no more", &format!("{why}; hint: {hint}"))
}

/// An alert about the report, until a mail of it goes out or its schedule is set anew.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    bell: &Bell,
    report: &SavedReport,
    what: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let words = Words {
        severity: store::alerts::Severity::Warning,
        title: format!("The report \"{}\" {what}", report.name),
        detail: detail.to_owned(),
        link: format!("reports/saved/{}", report.id),
    };
    bell.raise(tx, &About::Report(report.id), words)
}

/// Whether a mail that was queued is still wanted.
pub(crate) fn wanted(report: &SavedReport, to: &Recipient, due: Option<Timestamp>) -> bool {
    due.is_none() || report.mailing.as_ref().is_some_and(|mailing| mailing.to.contains(to))
}

/// Where a mail goes: name and address. `None`: the user is gone.
pub(crate) fn address(
    tx: &mut Tx<'_>,
    to: &Recipient,
) -> Result<Option<(Option<UserId>, String, Email)>, Refusal> {
    Ok(match to {
        Recipient::Email(email) => Some((None, String::new(), email.clone())),
        Recipient::User(id) => {
            users::here(tx, *id)?.map(|user| (Some(*id), user.name.clone(), user.email))
        }
    })
}
