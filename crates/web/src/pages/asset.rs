//! One asset: who has it, what it is, what each source says of it, everything that happened.

mod custody;
mod ending;
pub(super) mod form;
mod holds;
mod merge;
mod past;
mod said;
mod serial;
pub mod sighting;

use app::assets::AssetRow;
use app::details::Said;
use app::names::{Names, Wanted};
use app::questions::ConflictRow;
use axum::extract::{Path, Query};
use domain::access::Role;
use domain::event::Subject;
use domain::fields::{AppliesTo, CustomField};
use domain::id::AssetId;
use domain::{Custodian, Field};
use jiff::civil::Date;
use maud::{Markup, html};
use reconcile::explain;

use super::answers::Answers;
use super::assets::{custodian, path};
use super::origin::Origins;
use super::visitor::Visitor;
use super::{files, history, labels, notes, values, words};
use crate::components::{
    Button, Callout, Icon, Opens, PageHeader, Panel, Tone, badge, copyable, day_of, facts, menu,
    menu_link, menu_post,
};
use crate::error::Refused;
use crate::layout::Room;

pub use custody::{SCANNED, check_in, check_out, checkin_form, checkout_form};
pub use ending::{archive, confirm_archive, confirm_delete, delete, unarchive};
pub use form::{create, edit_form, new_form, save};
pub use merge::{merge, merge_form};

/// Open questions looked through for those about one asset.
const QUESTIONS: u32 = 500;

/// What the page is made of.
struct Whole {
    row: AssetRow,
    origins: Origins,
    said: Vec<Said>,
    names: Names,
    /// What the tenant added to its assets.
    fields: Vec<CustomField>,
}

pub async fn page(
    visitor: Visitor,
    Path((_, which)): Path<(String, String)>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = app::assets::named(app, caller, &which).await?;
    let id = row.asset.id;
    let events = app::assets::origins(app, caller, id).await?;
    let origins = Origins { of: Subject::Asset(id), events };
    let said = app::details::of_asset(app, caller, id).await?;
    let cursor = asked.get("cursor").parse().ok();
    let events = app::assets::history(app, caller, id, cursor, history::SHOWN).await?;
    let mut wanted = Wanted::default();
    events.items.iter().for_each(|event| wanted.of_event(event));
    let names = app::names::names(app, caller, wanted).await?;
    let fields = app::fields::of(app, caller, AppliesTo::Assets).await?;
    let whole = Whole { row, origins, said, names, fields };
    let title = whole.row.asset.tag.to_string();
    let older = events.next.as_ref().map(|cursor| {
        Answers::default().with("cursor", &cursor.to_string()).at(&path(&visitor, &whole.row))
    });
    let has = holds::panel(&visitor, &whole.row).await?;
    let had = past::panel(&visitor, &whole.row, &asked).await?;
    let past =
        history::panel(&visitor, Subject::Asset(id), &events.items, older.as_deref(), &whole.names);
    let open = questions(&visitor, id).await?;
    let twins = serial::notice(&visitor, &whole.row).await?;
    let here = path(&visitor, &whole.row);
    let before = merge::before(&visitor, id).await?;
    let below = html! { (has) (had) (notes::panel(&visitor, &here)) (past) (before) };
    let kept = files::panel(&visitor, Subject::Asset(id), &path(&visitor, &whole.row)).await?;
    let above = html! { (asked_of(&visitor, &open)) (twins) };
    let beside = html! { (looks(&visitor, &whole.row).await?) (kept) };
    Ok(visitor.page(Room::Assets, &title, &view(&visitor, &whole, &above, &below, &beside)))
}

/// What is open about this asset and only a person can answer.
async fn questions(visitor: &Visitor, id: AssetId) -> Result<Vec<ConflictRow>, Refused> {
    if visitor.conflicts() == 0 {
        return Ok(Vec::new());
    }
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let open = app::questions::conflicts(app, caller, None, QUESTIONS).await?;
    Ok(open.into_iter().filter(|conflict| conflict.candidates.contains(&id)).collect())
}

fn asked_of(visitor: &Visitor, open: &[ConflictRow]) -> Markup {
    html! {
        @for conflict in open {
            (Callout::new(Tone::Info, "A question about this asset is open")
                .body(html! { (explain::sentence(&conflict.reason)) })
                .action(html! { (Button::link(&visitor.to(&format!("conflicts/{}", conflict.id)), "Answer it")) }))
        }
    }
}

/// What its product looks like.
async fn looks(visitor: &Visitor, row: &AssetRow) -> Result<Markup, Refused> {
    match row.asset.product.zip(row.product.as_deref()) {
        Some((product, name)) => files::picture(visitor, product, name).await,
        None => Ok(html! {}),
    }
}

fn view(visitor: &Visitor, whole: &Whole, above: &Markup, past: &Markup, kept: &Markup) -> Markup {
    let (row, asset) = (&whole.row, &whole.row.asset);
    let trail = [(&*visitor.to("assets"), "Assets")];
    let note = html! {
        (text(asset.name.as_deref()))
        @if asset.archived_at.is_some() { " " (badge(None, "archived")) }
    };
    let lead = html! {
        (row.product.as_deref().unwrap_or("No product"))
        @if let Some(serial) = &asset.serial { " · " (copyable(serial.as_str())) }
    };
    html! {
        (PageHeader::new(asset.tag.as_str()).under(&trail).note(note).lead(lead).actions(actions(visitor, row)))
        (above)
        div.with-aside.aside-first {
            div.stack { (custody_panel(visitor, whole)) (about(visitor, whole)) (purchase(visitor, whole)) (kept) }
            div.stack { (said::panels(visitor, &whole.said)) (past) }
        }
    }
}

fn actions(visitor: &Visitor, row: &AssetRow) -> Markup {
    let here = path(visitor, row);
    let archived = row.asset.archived_at.is_some();
    html! {
        @if visitor.may(Role::Manager) {
            (menu(Opens::BelowEnd, "button", &html! { "More" (Icon::ChevronDown) }, &html! {
                @if archived {
                    (menu_post(&format!("{here}/unarchive"), Icon::RotateCcw, "Bring back"))
                } @else {
                    (menu_link(&format!("{here}/archive"), Some(Icon::Archive), "Archive"))
                }
                (menu_link(&format!("{here}/merge"), Some(Icon::GitMerge), "Merge into another asset…"))
                (menu_link(&format!("{here}/delete"), Some(Icon::Trash2), "Delete"))
            }))
            (Button::link(&format!("{here}/edit"), "Edit").icon(Icon::Pencil).key('e'))
        }
        (Button::link(&labels::of_one(visitor, row), "Label").icon(Icon::Printer))
        @if visitor.may(Role::Operator) {
            @if row.asset.custodian.is_some() {
                (Button::link(&format!("{here}/checkin"), "Check in").icon(Icon::ArrowLeft).primary().key('i'))
            } @else if !archived {
                (Button::link(&format!("{here}/checkout"), "Check out").icon(Icon::ArrowRight).primary().key('o'))
            }
        }
    }
}

fn custody_panel(visitor: &Visitor, whole: &Whole) -> Markup {
    let (row, asset) = (&whole.row, &whole.row.asset);
    let since = whole.origins.events.get(&Field::Custodian).filter(|_| asset.custodian.is_some());
    let rows = [
        ("Held by", set(visitor, whole, &Field::Custodian, custodian(visitor, row))),
        ("Since", html! { @if let Some(event) = since { (visitor.now.ago(event.at)) } }),
        (
            "Due back",
            set(visitor, whole, &Field::DueOn, optional(asset.due_on.map(|day| due(visitor, day)))),
        ),
        ("Status", set(visitor, whole, &Field::Status, words::status_of(&row.status))),
        ("Location", set(visitor, whole, &Field::Location, text(row.location.as_deref()))),
        ("Department", set(visitor, whole, &Field::Department, text(row.department.as_deref()))),
    ];
    let sheet = format!("{}/handover.pdf", path(visitor, row));
    let held = matches!(asset.custodian, Some(Custodian::Employee(_)));
    let aside = html! {
        span.row {
            @if visitor.may(Role::Operator) { a href={ (path(visitor, row)) "/sighting" } { "Seen here" } }
            @if held { a href=(sheet) { "Handover sheet" } }
        }
    };
    html! { (Panel::new("Custody").aside(aside).body(facts(&rows))) }
}

fn about(visitor: &Visitor, whole: &Whole) -> Markup {
    let (row, asset) = (&whole.row, &whole.row.asset);
    let serial = asset.serial.as_ref().map(|serial| copyable(serial.as_str()));
    let leads = |room: &str, id: String, name: &str| {
        html! { a href=(visitor.to(&format!("{room}/{id}"))) { (name) } }
    };
    let product = asset.product.zip(row.product.as_ref());
    let product = product.map(|(id, name)| leads("products", id.to_string(), name));
    let category = row.category.as_ref();
    let category = category.map(|(id, name)| leads("categories", id.to_string(), name));
    let mut rows = vec![
        ("Asset tag", set(visitor, whole, &Field::Tag, text(Some(asset.tag.as_str())))),
        ("Name", set(visitor, whole, &Field::Name, text(asset.name.as_deref()))),
        ("Serial", set(visitor, whole, &Field::Serial, optional(serial))),
        ("Product", set(visitor, whole, &Field::Product, optional(product))),
        ("Category", set(visitor, whole, &Field::Category, optional(category))),
        ("Manufacturer", text(row.manufacturer.as_ref().map(|(_, name)| name.as_str()))),
    ];
    let of = row.category.as_ref().map(|(id, _)| *id);
    for field in &whole.fields {
        let value = asset.fields.get(field.key.as_str());
        if value.is_some() || field.is_of(of) {
            let named = Field::Custom(field.key.to_string());
            let shown = optional(value.map(|value| values::value(field, value)));
            rows.push((field.label.as_str(), set(visitor, whole, &named, shown)));
        }
    }
    rows.push(("Notes", set(visitor, whole, &Field::Notes, text(asset.notes.as_deref()))));
    html! { (Panel::new("About").body(facts(&rows))) }
}

fn purchase(visitor: &Visitor, whole: &Whole) -> Markup {
    let (row, asset) = (&whole.row, &whole.row.asset);
    let own = &visitor.company.currency;
    let currency = asset.currency.as_ref().unwrap_or(own);
    let cost = asset.cost.map(|cost| html! { (domain::money::shown(cost, Some(currency))) });
    let until = asset.warranty_until.map(|day| html! { "until " (day_of(day)) });
    let rows = [
        (
            "Bought",
            set(visitor, whole, &Field::PurchasedOn, optional(asset.purchased_on.map(day_of))),
        ),
        ("Cost", set(visitor, whole, &Field::Cost, optional(cost))),
        ("Order", set(visitor, whole, &Field::OrderNumber, text(asset.order_number.as_deref()))),
        ("Supplier", set(visitor, whole, &Field::Supplier, text(row.supplier.as_deref()))),
        ("Warranty", set(visitor, whole, &Field::WarrantyUntil, optional(until))),
    ];
    html! { (Panel::new("Purchase").body(facts(&rows))) }
}

fn set(visitor: &Visitor, whole: &Whole, field: &Field, shown: Markup) -> Markup {
    let own = whole.fields.iter().find(|own| *field == Field::Custom(own.key.to_string()));
    let label = own.map_or_else(|| words::bare_label(field), |own| own.label.clone());
    whole.origins.set(visitor, field, &label, shown)
}

/// A day something should be back, and whether it has passed.
pub fn due(visitor: &Visitor, day: Date) -> Markup {
    let late = day < visitor.now.date_of(visitor.now.at);
    html! { (day_of(day)) @if late { " " (badge(Some(Tone::Danger), "overdue")) } }
}

fn text(text: Option<&str>) -> Markup {
    html! { (text.unwrap_or_default()) }
}

fn optional(shown: Option<Markup>) -> Markup {
    shown.unwrap_or_else(|| html! {})
}
