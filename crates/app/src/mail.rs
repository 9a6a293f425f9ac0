//! Mail: how this installation sends it, and one alert to one administrator.

mod letter;
pub(crate) mod report;

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::access::Role;
use domain::id::{AlertId, UserId};
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use store::{Tx, alerts, tenants, users};
use url::Url;

use crate::installation::App;
use crate::jobs::Held;
use crate::mail::letter::Letter;
use crate::refusal::Refusal;

/// Where mail is handed in, and as whom.
#[derive(Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Links in mails begin with this.
    base_url: String,
    /// Host and port, for people.
    server: String,
    /// What is larger is linked, not attached.
    most_bytes: usize,
}

/// For each step of the conversation with the server.
const PATIENCE: Duration = Duration::from_secs(20);
/// Many servers take no greater mail.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// A server that will not have a mail is asked this often; it may have been misconfigured.
const REFUSALS: u32 = 3;

impl Mail {
    /// `url` is `smtps://user:password@host` or `smtp://host:25`; `from` an address, perhaps
    /// with a name.
    pub fn new(url: &SecretString, from: &str, base_url: &str) -> Result<Self, Refusal> {
        let from: Mailbox = from.parse().map_err(|error| {
            let hint = "hint: write stockroom@example.com or Stockroom <stockroom@example.com>";
            Refusal::invalid("mail.from", format!("\"{from}\" is no address: {error}; {hint}"))
        })?;
        let url = explicit(url.expose_secret().trim())?;
        let bad = |error: smtp::Error| bad_url(&error.to_string());
        let host = url.host_str().unwrap_or_default();
        let server = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str());
        let transport = transport.map_err(bad)?.timeout(Some(PATIENCE)).build();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Ok(Mail { transport, from, base_url, server, most_bytes: MOST_BYTES })
    }

    /// With another limit for what is attached.
    #[must_use]
    pub fn attaching(self, most_bytes: usize) -> Self {
        Mail { most_bytes, ..self }
    }

    /// Connects, says who we are, and signs in where there is a password.
    pub async fn test(&self) -> Result<String, Refusal> {
        let answered = tokio::time::timeout(2 * PATIENCE, self.transport.test_connection()).await;
        match answered.map_err(|_| self.failed("no answer in time", false))? {
            Ok(true) => Ok(format!("\"{}\" takes mail from {}", self.server, self.from.email)),
            Ok(false) => Err(self.failed("it hung up", false)),
            Err(error) => Err(self.failed(&said(&error), error.is_permanent())),
        }
    }

    async fn send(&self, letter: Letter, now: Timestamp) -> Result<(), Undelivered> {
        let message = letter.message(self.from.clone(), now)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let refused = error.is_permanent();
                Err(Undelivered { why: self.failed(&said(&error), refused).to_string(), refused })
            }
        }
    }

    fn failed(&self, why: &str, refused: bool) -> Refusal {
        let hint = if refused {
            "hint: check user and password in mail.url, mail.from, and the address it goes to"
        } else {
            "hint: check host, port and tls in mail.url, and that this server may connect to it"
        };
        Refusal::Failed(format!(
            "the mail server \"{}\" did not take it ({why}); {hint}",
            self.server
        ))
    }
}

/// A mail that did not go out.
struct Undelivered {
    why: String,
    /// The server said that trying again is of no use.
    refused: bool,
}

impl From<Refusal> for Undelivered {
    fn from(refusal: Refusal) -> Self {
        Undelivered { why: refusal.to_string(), refused: true }
    }
}

/// An error with what lies beneath it; the transport says the one without the other.
fn said(error: &smtp::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        source = cause.source();
    }
    words
}

/// Says what `smtp://` leaves open: with a password the connection must be encrypted, without one
/// it is where the server can; `?tls=none` is how to have it plain.
fn explicit(text: &str) -> Result<Url, Refusal> {
    let mut url = Url::parse(text).map_err(|error| bad_url(&error.to_string()))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad_url("it names no host"));
    }
    if url.password().is_none() && !url.username().is_empty() {
        return Err(bad_url("it names a user without a password"));
    }
    let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, tls)| tls.into_owned());
    match (url.scheme(), tls.as_deref()) {
        ("smtps", None) | ("smtp", Some("required" | "opportunistic")) => {}
        ("smtp", None) if url.password().is_some() => url.set_query(Some("tls=required")),
        ("smtp", None) => {
            let port = url.port().unwrap_or(25);
            url.set_query(Some("tls=opportunistic"));
            url.set_port(Some(port)).map_err(|()| bad_url("it has no port"))?;
        }
        ("smtp", Some("none")) => url.set_query(None),
        ("smtp" | "smtps", Some(_)) => {
            return Err(bad_url(
                "tls is required, opportunistic or none, and smtps needs none of them",
            ));
        }
        (scheme, _) => return Err(bad_url(&format!("\"{scheme}\" is not a way to send mail"))),
    }
    Ok(url)
}

/// Never with the address itself: it may hold a password.
fn bad_url(why: &str) -> Refusal {
    let hint = "hint: smtps://user:password@mail.example.com, or smtp://mail.example.com:25; \
                write @ : / in user or password as %40 %3A %2F";
    Refusal::invalid("mail.url", format!("mail.url cannot be used: {why}; {hint}"))
}

/// Mails an alert to one administrator, unless it was mended or they went meanwhile.
pub(crate) async fn alert(
    app: &App,
    held: &Arc<Held>,
    alert: AlertId,
    user: UserId,
) -> Result<(), Refusal> {
    let Some(mail) = &app.mail else {
        let hint = "hint: give every server of this installation the same settings";
        return Err(Refusal::Failed(format!("mail is not set up here; {hint}")));
    };
    let tenant = held.job.tenant;
    let (place, to) = app
        .store
        .system_read(move |tx| {
            Ok::<_, Refusal>((tenants::find(tx, tenant)?, users::find(tx, tenant, user)?))
        })
        .await?;
    let (found, company) = app
        .store
        .read(tenant, move |tx| Ok::<_, Refusal>((alerts::find(tx, alert)?, tenants::company(tx)?)))
        .await?;
    let to = to.filter(|user| user.role == Role::Administrator);
    let found = found.filter(|alert| alert.mended_at.is_none());
    let (Some(place), Some(to), Some(found)) = (place, to, found) else {
        let ended = Sent::Dropped("it was mended, or they went, before it could be sent".into());
        return write_end(app, held, alert, user, ended).await;
    };
    let letter = Letter::of_alert(&found, &place, &company, &to, &mail.base_url);
    let ended = match mail.send(letter, app.now()).await {
        Ok(()) => Sent::Taken,
        Err(error) if error.refused && held.job.attempts >= REFUSALS => Sent::Dropped(error.why),
        Err(error) => Sent::Later(error.why),
    };
    write_end(app, held, alert, user, ended).await
}

/// How an attempt ended.
enum Sent {
    Taken,
    Later(String),
    Dropped(String),
}

async fn write_end(
    app: &App,
    held: &Arc<Held>,
    alert: AlertId,
    user: UserId,
    ended: Sent,
) -> Result<(), Refusal> {
    let (held, now) = (held.clone(), app.now());
    let tenant = held.job.tenant;
    let write = move |tx: &mut Tx<'_>| match ended {
        Sent::Taken => held.finish(tx, |tx| alerts::mailed(tx, alert, user, now)),
        Sent::Dropped(why) => held.finish(tx, |tx| alerts::given_up(tx, alert, user, &why)),
        Sent::Later(why) => {
            tracing::warn!(error = %why, "a mail could not be sent and is tried again");
            held.again(tx, &why, |tx, next| alerts::not_mailed(tx, alert, user, &why, next))
        }
    };
    app.store.write(tenant, write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls_of(url: &str) -> (String, Option<u16>) {
        let url = explicit(url).unwrap();
        (url.query().unwrap_or("-").to_owned(), url.port())
    }

    #[test]
    fn a_password_is_never_sent_in_the_clear_unless_someone_insists() {
        assert_eq!(tls_of("smtp://u:p@mail.example.com"), ("tls=required".into(), None));
        assert_eq!(tls_of("smtp://u:p@mail.example.com:2525?tls=none"), ("-".into(), Some(2525)));
        assert_eq!(tls_of("smtps://u:p@mail.example.com"), ("-".into(), None));
    }

    #[test]
    fn a_relay_without_a_password_is_on_port_25_and_encrypts_where_it_can() {
        assert_eq!(tls_of("smtp://relay.internal"), ("tls=opportunistic".into(), Some(25)));
        assert_eq!(tls_of("smtp://relay.internal:26").1, Some(26));
    }

    #[test]
    fn an_address_that_cannot_work_says_why_and_never_shows_the_password() {
        for (url, why) in [
            ("mail.example.com", "relative URL"),
            ("https://u:geheim@mail.example.com", "\"https\" is not a way to send mail"),
            ("smtp://u:geheim@mail.example.com?tls=maybe", "tls is required"),
            ("smtp://only@mail.example.com", "without a password"),
            ("smtp:///x", "names no host"),
        ] {
            let refusal = explicit(url).unwrap_err().to_string();
            assert!(refusal.contains(why) && refusal.contains("; hint: "), "{url}: {refusal}");
            assert!(!refusal.contains("geheim"), "{refusal}");
        }
        let url = SecretString::from("smtp://relay.internal");
        let refusal = Mail::new(&url, "nobody", "http://x").err().unwrap().to_string();
        assert!(refusal.contains("\"nobody\" is no address"), "{refusal}");
    }
}
