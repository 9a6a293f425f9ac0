//! What a person settles of a webhook: its name, where it leads, what it hears of.

use app::versions;
use app::webhooks::{NewWebhook, Webhook};
use domain::Action;
use domain::event::Subject;
use maud::{Markup, html};

use crate::components::{Button, Field, Pick};
use crate::pages::answers::{Answers, Wrong};
use crate::pages::overtaken;
use crate::pages::visitor::Visitor;
use crate::pages::words::titled;

pub fn read(answers: &Answers) -> NewWebhook {
    NewWebhook {
        name: answers.get("name").to_owned(),
        url: answers.get("url").to_owned(),
        secret: answers.some("secret").map(Into::into),
        subjects: answers.all("subjects").map(str::to_owned).collect(),
        actions: answers.all("actions").filter_map(Action::parse).collect(),
    }
}

pub fn new(visitor: &Visitor, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        form.form method="post" action=(visitor.to("settings/webhooks")) {
            (wrong.callout())
            (fields(answers, wrong))
            (Field::new("secret", "Secret").hint("Leave it blank and one is made; it begins with whsec_").autocomplete("off").error(wrong.at("secret")).text(answers.get("secret")))
            div.form-actions { (Button::submit("Add webhook").primary()) }
        }
    }
}

pub fn edit(action: &str, answers: &Answers, wrong: &Wrong) -> Markup {
    html! {
        form.form method="post" action=(action) {
            (wrong.callout())
            (overtaken::hidden(answers))
            (fields(answers, wrong))
            (Field::new("secret", "New secret").hint("Leave it blank to keep the one it has").autocomplete("off").error(wrong.at("secret")).text(answers.get("secret")))
            div.form-actions { (Button::submit("Save").primary()) }
        }
    }
}

fn fields(answers: &Answers, wrong: &Wrong) -> Markup {
    let kinds = Subject::KINDS.map(|kind| (kind, titled(kind)));
    let kinds = kinds.each_ref().map(|(kind, label)| Pick::new(kind, label));
    let actions = Action::ALL.map(|action| (action.as_str(), titled(action.as_str())));
    let actions = actions.each_ref().map(|(action, label)| Pick::new(action, label));
    let ticked = |name: &'static str| answers.all(name).collect::<Vec<_>>();
    html! {
        (Field::new("name", "Name").hint("Who listens there, such as Ticket desk").required().error(wrong.at("name")).text(answers.get("name")))
        (Field::new("url", "Address").hint("HTTPS, reachable from the internet").placeholder("https://hooks.example.com/stockroom").required().error(wrong.at("url")).text(answers.get("url")))
        (Field::new("subjects", "What it hears of").hint("Tick none for everything").error(wrong.at("subjects")).checks(&kinds, &ticked("subjects")))
        (Field::new("actions", "What must have happened").hint("Tick none for everything that happens").error(wrong.at("actions")).checks(&actions, &ticked("actions")))
    }
}

/// What the form holds when nobody has changed it yet.
pub fn answers(webhook: &Webhook) -> Answers {
    let mut held = Answers::default().with("name", &webhook.name).with("url", &webhook.url);
    for kind in &webhook.subjects {
        held = held.and("subjects", kind);
    }
    for action in &webhook.actions {
        held = held.and("actions", action.as_str());
    }
    if webhook.subjects.is_empty() {
        held = held.with("subjects", "");
    }
    if webhook.actions.is_empty() {
        held = held.with("actions", "");
    }
    held.with("version", &versions::webhook(webhook).to_string())
}

/// `Assets, employees: created` in a few words.
pub fn hears(webhook: &Webhook) -> String {
    let kinds: Vec<String> = webhook.subjects.iter().map(|kind| titled(kind)).collect();
    let actions: Vec<String> =
        webhook.actions.iter().map(|action| action.as_str().replace('_', " ")).collect();
    match (kinds.is_empty(), actions.is_empty()) {
        (true, true) => "Everything".to_owned(),
        (false, true) => kinds.join(", "),
        (true, false) => format!("Anything {}", actions.join(", ")),
        (false, false) => format!("{}: {}", kinds.join(", "), actions.join(", ")),
    }
}
