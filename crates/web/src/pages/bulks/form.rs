//! What a bulk asks before it can be previewed: which fields get what, or who gets the things.

use app::Refusal;
use app::assets::AssetQuery;
use app::catalog::{self, Picks};
use app::refusal::FieldError;
use domain::Field as F;
use domain::access::Role;
use domain::fields::{AppliesTo, CustomField, Values};
use maud::{Markup, html};
use serde_json::Value;

use super::super::answers::{Answers, Wrong};
use super::super::asset::form::value;
use super::super::assets;
use super::super::checkouts::{offered, receiving, returning};
use super::super::nouns::locations;
use super::super::values;
use super::super::visitor::Visitor;
use super::super::words::{bare_label, choice, counted};
use super::{kept, scanned};
use crate::components::{Button, Callout, Field, PageHeader, Pick, Tone, search_box_wanted};
use crate::error::Refused;
use crate::layout::Room;

/// What is chosen, and what is typed; none of it is one asset's alone.
const CHOICES: [(&str, F); 6] = [
    ("status", F::Status),
    ("location", F::Location),
    ("department", F::Department),
    ("product", F::Product),
    ("category", F::Category),
    ("supplier", F::Supplier),
];
const TYPED: [(&str, F); 8] = [
    ("name", F::Name),
    ("purchased_on", F::PurchasedOn),
    ("cost", F::Cost),
    ("currency", F::Currency),
    ("order_number", F::OrderNumber),
    ("warranty_until", F::WarrantyUntil),
    ("due_on", F::DueOn),
    ("notes", F::Notes),
];

/// What the form gives and clears. What is left blank stays as each asset has it.
pub async fn given(visitor: &Visitor, answers: &Answers) -> Result<Vec<(F, Value)>, Refusal> {
    let mut set = Vec::new();
    for (name, field) in CHOICES.iter().chain(&TYPED) {
        if let Some(text) = answers.some(name) {
            let currency = answers.some("currency").unwrap_or(&visitor.company.currency);
            set.push((field.clone(), value(name, text, currency)?));
        }
    }
    let own = custom(visitor).await?;
    let currency = &visitor.company.currency;
    set.extend(values::given(&own, answers, &Values::new(), currency)?);
    for name in answers.all("clear") {
        let Ok(field) = name.parse::<F>() else { continue };
        if set.iter().any(|(given, _)| *given == field) {
            let detail = format!(
                "\"{}\" cannot be given a value and made blank at once; hint: choose one",
                bare_label(&field)
            );
            let errors = vec![FieldError { field: "clear".into(), detail }];
            return Err(Refusal::Invalid { errors });
        }
        set.push((field, Value::Null));
    }
    Ok(set)
}

/// Those that several assets may share a value of.
async fn custom(visitor: &Visitor) -> Result<Vec<CustomField>, Refusal> {
    let mut all = app::fields::of(&visitor.web.app, &visitor.caller, AppliesTo::Assets).await?;
    all.retain(|field| !field.unique);
    Ok(all)
}

/// How many the list finds; nothing where it cannot be read, which is said when it is sent.
async fn found(visitor: &Visitor, asked: &Answers) -> Option<u64> {
    let query = assets::wanted(visitor, &Answers::read(asked.get("list"))).await.ok()?;
    let query = AssetQuery { cursor: None, limit: 1, ..query };
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let (_, count) = app::assets::counted(app, caller, query, i64::from(u32::MAX)).await.ok()?;
    Some(count.n.unsigned_abs())
}

pub async fn view(visitor: &Visitor, asked: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let action = asked.get("action");
    let out = action == "check_out";
    let edit = action == "edit";
    if edit {
        visitor.caller.need(Role::Manager)?;
    }
    let scanned = scanned(asked);
    let amount = match (asked.ticked("everything"), scanned) {
        (true, _) => match found(visitor, asked).await {
            Some(all) => counted(all, "asset", "assets"),
            None => "all that the list finds".to_owned(),
        },
        (_, true) => "several".to_owned(),
        _ => counted(asked.all("pick").count() as u64, "asset", "assets"),
    };
    let title = match action {
        "check_out" => format!("Check out {amount}"),
        "check_in" => format!("Check in {amount}"),
        "edit" => format!("Edit {amount}"),
        _ => "Change many assets".to_owned(),
    };
    let list = visitor.to("assets");
    let back = Answers::read(asked.get("list")).at(&list);
    // The note is asked for where it is applied.
    let body = match action {
        "check_out" => receiving(visitor, &offered(visitor, None, asked).await?, asked, wrong),
        "check_in" => returning(visitor, asked, wrong).await?,
        "edit" => fields(visitor, asked, wrong).await?,
        _ => html! {},
    };
    let asks = ["check_out", "check_in", "edit"].contains(&action);
    let named = [&CHOICES[..], &TYPED[..]].concat();
    let own = custom(visitor).await?;
    let own: Vec<String> = own.iter().map(values::name).collect();
    let shown = named.iter().map(|(name, _)| *name).chain(own.iter().map(String::as_str));
    let typed = (scanned && asks).then_some("assets");
    let shown: Vec<&str> = shown.chain(["to", "due_on", "clear"]).chain(typed).collect();
    let lead = if edit {
        "What you leave blank stays as it is on each asset. You see what changes before it does."
    } else {
        "You see what changes before it does."
    };
    let inside = html! {
        (PageHeader::new(&title).under(&[(&back, "Assets")]).lead(html! { (lead) }))
        div.narrow.stack {
            (wrong.callout())
            @for fault in wrong.elsewhere(&shown) { (Callout::new(Tone::Danger, fault)) }
            @if out {
                @let typed = ["assets", "due_on"].map(|name| Some((name, asked.some(name)?)));
                @let kept: Vec<_> = kept(asked).into_iter().chain(typed.into_iter().flatten()).collect();
                div.toolbar { (search_box_wanted(&visitor.to("bulks/new"), (asked.get("q"), wrong.is_none() && !scanned), "Search people, places, assets", &kept, "#offered")) }
            }
            form.form method="post" action=(visitor.to("bulks")) {
                @for (name, value) in kept(asked) { input type="hidden" name=(name) value=(value); }
                @if scanned && asks {
                    (Field::new("assets", "Assets").required().hint("Asset tags, one a line or with commas; a scanner may type them").wanted(wrong.is_none()).error(wrong.at("assets")).long_text(asked.get("assets")))
                }
                (body)
                div.form-actions {
                    @if asks { (Button::submit("Preview").primary()) }
                    (Button::link(&back, "Cancel").quiet())
                }
            }
        }
    };
    Ok(visitor.page(Room::Assets, &title, &inside))
}

async fn fields(visitor: &Visitor, asked: &Answers, wrong: &Wrong) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let all = [
        catalog::picks(app, caller, Picks::Statuses).await?,
        locations::picks(visitor).await?,
        catalog::picks(app, caller, Picks::Departments).await?,
        catalog::picks(app, caller, Picks::Products).await?,
        catalog::picks(app, caller, Picks::Categories).await?,
        catalog::picks(app, caller, Picks::Suppliers).await?,
    ];
    let own = custom(visitor).await?;
    let named: Vec<(String, String)> = CHOICES
        .iter()
        .chain(&TYPED)
        .chain(&[("serial", F::Serial)])
        .filter(|(_, field)| *field != F::Status)
        .map(|(_, field)| (field.to_string(), bare_label(field)))
        .chain(own.iter().map(|field| (values::name(field), field.label.clone())))
        .collect();
    let clear: Vec<_> = named.iter().map(|(name, label)| Pick::new(name, label)).collect();
    let cleared: Vec<_> = asked.all("clear").collect();
    Ok(html! {
        @for ((name, field), picks) in CHOICES.iter().zip(all) {
            @let title = bare_label(field);
            (choice(Field::new(name, &title).error(wrong.at(name)), Some("Leave as it is"), picks, asked.get(name)))
        }
        @for (name, field) in &TYPED { (typed(visitor, name, field, asked, wrong)) }
        (values::inputs(&own, asked, wrong, values::Demanded::Never))
        details.panel.plan-group open[!cleared.is_empty()] {
            summary { "Make fields blank" }
            div.panel-body { (Field::new("clear", "Blank on every asset").error(wrong.at("clear")).checks(&clear, &cleared)) }
        }
    })
}

fn typed(visitor: &Visitor, name: &str, own: &F, asked: &Answers, wrong: &Wrong) -> Markup {
    let title = bare_label(own);
    let field = Field::new(name, &title).error(wrong.at(name));
    let now = asked.get(name);
    match own {
        F::PurchasedOn | F::WarrantyUntil => field.date(now),
        F::DueOn => field.hint("Only where somebody has it").date(now),
        F::Cost => field.placeholder("499.90").text(now),
        F::Currency => field.placeholder(&visitor.company.currency).text(now),
        F::Notes => field.long_text(now),
        _ => field.text(now),
    }
}
