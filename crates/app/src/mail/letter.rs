//! What a mail says: plain text for an administrator, who may read it on a phone at night.

use std::time::SystemTime;

use domain::Timestamp;
use domain::company::{Company, Tenant};
use domain::person::User;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{self, Mailbox, MultiPart, SinglePart};
use store::alerts::Alert;

use crate::alerts::{About, in_words};
use crate::refusal::Refusal;

#[derive(Default)]
pub(super) struct Letter {
    /// Name, where it is known, and address.
    pub to: (String, String),
    pub subject: String,
    pub text: String,
    /// The same for those who see no plain text.
    pub html: Option<String>,
    pub file: Option<Attachment>,
    /// The same in every attempt, so that one that arrives twice is known to be one.
    pub id: String,
}

pub(super) struct Attachment {
    pub name: String,
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

impl Letter {
    pub fn of_alert(
        alert: &Alert,
        tenant: &Tenant,
        company: &Company,
        user: &User,
        base_url: &str,
    ) -> Letter {
        let home = format!("{base_url}/t/{}", tenant.slug);
        let link = alert.link.as_deref().unwrap_or("alerts");
        let (what, how) = alert.detail.split_once("; hint: ").unwrap_or((&alert.detail, ""));
        let how = if how.is_empty() { "Open this page:" } else { how };
        let since = in_words(alert.raised_at, company);
        let text = format!(
            "Hello {},\n\n{}, since {since}.\n\nWhat is wrong\n{}\n\nHow to mend it\n{}\n\
             {home}/{link}\n\nWhat still works\n{}\n\nYou get this because you administer {} in \
             Stockroom. It is sent once.\nEverything that is open: {home}/alerts\n",
            user.name,
            alert.title,
            wrapped(what),
            wrapped(how),
            wrapped(unharmed(&alert.key)),
            company.name,
        );
        Letter {
            to: (user.name.clone(), user.email.to_string()),
            subject: format!("{}: {}", company.name, alert.title),
            text,
            id: format!("{}.{}", alert.id, user.id),
            ..Letter::default()
        }
    }

    pub fn message(self, from: Mailbox, now: Timestamp) -> Result<Message, Refusal> {
        let failed = |error: String| {
            let hint = "hint: check the address under Settings";
            Refusal::Failed(format!("\"{}\" cannot be written to: {error}; {hint}", self.to.1))
        };
        let address = self.to.1.parse().map_err(|error| failed(format!("{error}")))?;
        let name = Some(self.to.0.clone()).filter(|name| !name.is_empty());
        let to = Mailbox::new(name, address);
        let id = format!("<{}@{}>", self.id, from.email.domain());
        let message = Message::builder()
            .from(from)
            .to(to)
            .subject(self.subject.clone())
            .date(SystemTime::from(now))
            .message_id(Some(id));
        let built = match (&self.html, self.file) {
            (None, _) => message.header(ContentType::TEXT_PLAIN).body(self.text.clone()),
            (Some(html), file) => {
                let words = MultiPart::alternative_plain_html(self.text.clone(), html.clone());
                message.multipart(match file {
                    Some(file) => MultiPart::mixed().multipart(words).singlepart(file.part()),
                    None => words,
                })
            }
        };
        let mut message = built.map_err(|error| failed(error.to_string()))?;
        // RFC 3834: no holiday replies to this.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".into()));
        Ok(message)
    }
}

impl Attachment {
    fn part(self) -> SinglePart {
        let kind = ContentType::parse(self.kind).unwrap_or(ContentType::TEXT_PLAIN);
        message::Attachment::new(self.name).body(self.bytes, kind)
    }
}

/// A text inside HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// What an alert of this kind leaves as it was.
fn unharmed(key: &str) -> &'static str {
    match About::parse(key) {
        Some(About::Connection(_)) => {
            "The register keeps its last state: nothing is lost, and everyone can go on working with \
             it. Only news from this source waits. Stockroom goes on trying, and catches up by \
             itself once the source can be read again."
        }
        Some(About::Review(_)) => {
            "Nothing of this plan was done, and nothing happens before somebody decides. The \
             register keeps its last state. Later runs make the plan anew from what they see then."
        }
        Some(About::AdeToken(..)) => {
            "Devices that are enrolled stay so, and are synced as before. Without a valid token \
             Apple no longer tells Kandji of newly bought devices."
        }
        Some(About::Report(_)) => {
            "The report itself opens as before, and the register is as it was."
        }
        Some(About::Webhook(_)) => {
            "Nothing is lost: what happens meanwhile waits, and is sent in order once the webhook \
             is enabled again."
        }
        None => "The register keeps its last state: nothing is lost.",
    }
}

/// Our error texts, `this is wrong; that too`, as sentences in lines that any program shows whole.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for part in text.split("; ").map(|part| part.strip_prefix("hint: ").unwrap_or(part)) {
        let mut chars = part.chars();
        let first = chars.next().map(|first| first.to_uppercase().to_string());
        let end = if part.ends_with(['.', '!', '?', ':']) { "" } else { "." };
        let sentence = format!("{}{}{end}", first.unwrap_or_default(), chars.as_str());
        for word in sentence.split_whitespace() {
            let line = lines.last_mut().expect("begun with one");
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines.join("\n")
}

const WIDTH: usize = 76;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_texts_become_sentences_in_short_lines() {
        let text = "the token is wrong; look under \"Access\" and paste it anew, it is a single \
                    line of text without any blanks";
        let lines = wrapped(text);
        assert!(lines.starts_with("The token is wrong. Look under \"Access\""), "{lines}");
        assert!(lines.ends_with("blanks."), "{lines}");
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH), "{lines}");
        assert_eq!(lines.lines().count(), 2);
    }
}
