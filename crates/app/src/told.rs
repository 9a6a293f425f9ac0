//! What is settled about a tenant in the words of events: its users, tokens, webhooks, custom fields
//! and itself. No secret is among it, nor what an address may hide behind its host.

use domain::company::Company;
use domain::event::Subject;
use domain::fields::CustomField;
use domain::person::User;
use domain::{Actor, Cause, Deed, Field, Mint};
use serde_json::Value;
use store::nouns::{self, Told, own};
use store::tokens::Token;
use store::webhooks::Webhook;
use store::{StoreError, Tx};

/// Who does it and with what ids; handed into the transaction that does it.
pub struct Teller {
    pub deed: Deed,
    pub mint: std::sync::Arc<Mint>,
}

impl Teller {
    pub fn new(app: &crate::App, caller: &crate::Caller) -> Self {
        Teller { deed: caller.deed(app.now()), mint: app.mint.clone() }
    }

    /// For what no user does: the first minutes, and the command line.
    pub fn system(app: &crate::App) -> Self {
        let cause = Cause { kind: "command".into(), id: None };
        let deed = Deed { at: app.now(), actor: Actor::system(), cause };
        Teller { deed, mint: app.mint.clone() }
    }

    /// In the transaction of the change itself. A change of nothing is no event.
    pub fn tell(
        &self,
        tx: &mut Tx<'_>,
        subject: Subject,
        before: Option<Told>,
        after: Option<Told>,
    ) -> Result<(), StoreError> {
        nouns::settled(tx, &self.deed, &self.mint, subject, before, after)
    }

    /// That a secret was replaced, and nothing of either.
    pub fn tell_replaced(
        &self,
        tx: &mut Tx<'_>,
        subject: Subject,
        what: &str,
    ) -> Result<(), StoreError> {
        let (before, after) =
            (vec![(own(what), Value::Null)], vec![(own(what), "replaced".into())]);
        self.tell(tx, subject, Some(before), Some(after))
    }
}

pub fn user(user: &User) -> Told {
    vec![
        (Field::Name, user.name.as_str().into()),
        (own("email"), user.email.as_str().into()),
        (own("role"), user.role.as_str().into()),
    ]
}

pub fn token(token: &Token) -> Told {
    vec![(Field::Name, token.name.as_str().into()), (own("role"), token.role.as_str().into())]
}

/// An address of a receiver may be its key: only the host is told.
pub fn webhook(webhook: &Webhook) -> Told {
    let host = webhook.url.split('/').nth(2).unwrap_or_default();
    let actions: Vec<&str> = webhook.actions.iter().map(|action| action.as_str()).collect();
    vec![
        (Field::Name, webhook.name.as_str().into()),
        (own("host"), host.rsplit('@').next().into()),
        (own("subjects"), listed(&webhook.subjects)),
        (own("actions"), listed(&actions)),
        (own("enabled"), webhook.enabled.into()),
    ]
}

pub fn field(field: &CustomField) -> Told {
    let categories: Vec<String> = field.categories.iter().map(ToString::to_string).collect();
    vec![
        (Field::Name, field.label.as_str().into()),
        (own("key"), field.key.as_str().into()),
        (own("type"), field.kind.as_str().into()),
        (own("choices"), listed(field.kind.choices())),
        (own("applies_to"), field.applies_to.as_str().into()),
        (own("categories"), listed(&categories)),
        (own("required"), field.required.into()),
        (own("unique"), field.unique.into()),
        (own("indexed"), field.indexed.into()),
        (own("default"), field.default.clone().unwrap_or_default()),
    ]
}

pub fn company(company: &Company) -> Told {
    vec![
        (Field::Name, company.name.as_str().into()),
        (own("currency"), company.currency.as_str().into()),
        (own("time_zone"), company.time_zone.as_str().into()),
        (own("auto_location"), company.auto_location.into()),
        (own("auto_department"), company.auto_department.into()),
        (own("handover_terms"), blank(&company.handover_terms)),
        (own("useful_life_months"), company.useful_life.months.into()),
        (own("residual_percent"), company.useful_life.residual_percent.into()),
    ]
}

fn blank(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// None is blank.
fn listed<T: AsRef<str>>(all: &[T]) -> Value {
    if all.is_empty() {
        return Value::Null;
    }
    all.iter().map(|one| Value::from(one.as_ref())).collect()
}
