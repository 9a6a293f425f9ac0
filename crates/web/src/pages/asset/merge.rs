//! Two assets that are one thing become one: choose the other, see both side by side, say field by
//! field whose value stays.

use std::collections::BTreeMap;

use app::assets::merge::{self, Choice, Merge, Preview};
use app::assets::{self, Archived, AssetQuery, AssetRow};
use app::names::Wanted;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use domain::FieldChange;
use domain::access::Role;
use domain::id::AssetId;
use maud::{Markup, html};
use serde_json::Value;

use super::super::answers::{Answers, Wrong};
use super::super::assets::path;
use super::super::conflicts::ours;
use super::super::done::said;
use super::super::visitor::Visitor;
use super::super::words::{self, Whose};
use crate::components::{
    Button, Callout, Column, PageHeader, Row, Side, Table, Tone, badge, copyable, facts,
    search_box, sides,
};
use crate::error::{Refused, sentences};
use crate::layout::Room;

type Which = Path<(String, String)>;

/// Shown at once; the search brings the others.
const SHOWN: usize = 12;

pub async fn merge_form(
    visitor: Visitor,
    Path((_, which)): Which,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let row = assets::named(&visitor.web.app, &visitor.caller, &which).await?;
    match asked.get("into").parse::<AssetId>() {
        Ok(into) => both(&visitor, row.asset.id, into, &asked, &Wrong::default()).await,
        Err(_) => choose(&visitor, &row, &asked, &Wrong::default()).await,
    }
}

pub async fn merge(
    visitor: Visitor,
    Path((_, which)): Which,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    visitor.caller.need(Role::Manager)?;
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let row = assets::named(app, caller, &which).await?;
    let Ok(into) = answers.get("into").parse::<AssetId>() else {
        let wrong = Wrong::standing(Callout::new(Tone::Danger, "Choose the asset that stays"));
        let page = choose(&visitor, &row, &answers, &wrong).await?;
        return Ok((wrong.status(), page).into_response());
    };
    match merge::merge(app, caller, row.asset.id, into, wanted(&answers)).await {
        Ok(stays) => {
            let stays = assets::asset(app, caller, stays.id).await?;
            let (gone, tag) = (&row.asset.tag, &stays.asset.tag);
            let sentence = format!("{gone} was merged into {tag}.");
            Ok(said(&visitor.web, Tone::Success, &sentence, &path(&visitor, &stays)))
        }
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            let page = both(&visitor, row.asset.id, into, &answers, &wrong).await?;
            Ok((wrong.status(), page).into_response())
        }
    }
}

/// What the form says; a field is called as addresses call it.
fn wanted(answers: &Answers) -> Merge {
    let mut chosen = BTreeMap::new();
    for (name, side) in answers.pairs() {
        let field = name.strip_prefix("value.").and_then(|name| name.parse().ok());
        chosen.extend(field.map(|field| (field, side == "from")));
    }
    let version = |name: &str| answers.get(name).parse().ok();
    Merge { from_version: version("from_version"), into_version: version("into_version"), chosen }
}

/// Which one it is; first what has the same serial, else the same name.
async fn choose(
    visitor: &Visitor,
    row: &AssetRow,
    asked: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let asset = &row.asset;
    let (list, here) = (visitor.to("assets"), path(visitor, row));
    let likely = asset.serial.as_ref().map(domain::Serial::as_str).or(asset.name.as_deref());
    let words = if asked.has("q") { asked.get("q") } else { likely.unwrap_or_default() };
    let query = AssetQuery {
        q: Some(words.to_owned()).filter(|words| !words.is_empty()),
        archived: Archived::Any,
        limit: SHOWN + 1,
        ..AssetQuery::default()
    };
    let mut found = assets::list(&visitor.web.app, &visitor.caller, query).await?.items;
    found.retain(|other| other.asset.id != asset.id);
    found.truncate(SHOWN);
    let columns = [
        Column::new("Asset").title(),
        Column::new("Name"),
        Column::new("Serial"),
        Column::new("Product"),
        Column::new("Held by"),
        Column::new("").aside(),
    ];
    let rows = found.iter().map(|other| offered(visitor, &here, other)).collect();
    let title = format!("Merge {} into another asset", asset.tag);
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, "Assets"), (&here, asset.tag.as_str())])
            .lead(html! { "When one thing stands here twice. Choose the one that stays; nothing is merged before you have seen both." }))
        (wrong.callout())
        div.toolbar { (search_box(&format!("{here}/merge"), words, "Search assets", &[], "#offered")) }
        div id="offered" {
            @if found.is_empty() { p.quiet-text { "No other asset is found by that. Search for a tag, a serial or a name." } }
            @else { (Table::new("Assets it can be merged into", &columns, rows)) }
        }
    };
    Ok(visitor.page(Room::Assets, &title, &inside))
}

fn offered(visitor: &Visitor, here: &str, other: &AssetRow) -> Row {
    let asset = &other.asset;
    let href = Answers::default().with("into", &asset.id.to_string()).at(&format!("{here}/merge"));
    Row::new(vec![
        html! {
            a href=(path(visitor, other)) { (asset.tag) }
            @if asset.archived_at.is_some() { " " (badge(None, "archived")) }
        },
        html! { (asset.name.as_deref().unwrap_or_default()) },
        asset.serial.as_ref().map_or_else(|| html! {}, |serial| copyable(serial.as_str())),
        html! { (other.product.as_deref().unwrap_or_default()) },
        html! { (other.custodian.as_deref().unwrap_or_default()) },
        html! { a href=(href) { "Compare" span.spoken { " with " (asset.tag) } } },
    ])
}

/// Both side by side, and what differs.
async fn both(
    visitor: &Visitor,
    from: AssetId,
    into: AssetId,
    answers: &Answers,
    wrong: &Wrong,
) -> Result<Markup, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let looked = merge::preview(app, caller, from, into).await?;
    let (gone, stays) = (looked.from.asset.tag.as_str(), looked.into.asset.tag.as_str());
    let (list, here) = (visitor.to("assets"), path(visitor, &looked.from));
    let title = format!("Merge {gone} into {stays}");
    let turned = Answers::default().with("into", &from.to_string());
    let turned = turned.at(&format!("{}/merge", path(visitor, &looked.into)));
    let one = |title, row: &AssetRow| Side {
        title,
        note: html! {
            a href=(path(visitor, row)) { (row.asset.tag) }
            @if row.asset.archived_at.is_some() { (badge(None, "archived")) }
        },
        facts: facts(&ours(visitor, row)),
    };
    let choices = choices(visitor, &looked, answers).await?;
    let inside = html! {
        (PageHeader::new(&title).under(&[(&list, "Assets"), (&here, gone)])
            .actions(html! { (Button::link(&turned, &format!("Keep {gone} instead"))) }))
        (wrong.callout())
        @for why in wrong.elsewhere(&[]) { (Callout::new(Tone::Danger, why)) }
        @for why in &looked.in_the_way { (Callout::new(Tone::Danger, "They cannot be merged as things are").body(html! { (sentences(why)) })) }
        (sides(&[one("Goes", &looked.from), one("Stays", &looked.into)]))
        (Callout::new(Tone::Warning, &format!("{gone} will be gone")).body(html! { (moves(&looked)) }))
        @if looked.in_the_way.is_empty() {
            form.stack method="post" action={ (here) "/merge" } {
                input type="hidden" name="into" value=(into);
                input type="hidden" name="from_version" value=(looked.from.asset.version);
                input type="hidden" name="into_version" value=(looked.into.asset.version);
                (choices)
                div.form-actions { (Button::submit("Merge").danger()) (Button::link(&here, "Cancel").quiet()) }
            }
        } @else {
            (choices)
            div.form-actions { (Button::link(&here, "Back")) }
        }
    };
    Ok(visitor.page(Room::Assets, &title, &inside))
}

/// What becomes of all that is no field, in sentences.
fn moves(looked: &Preview) -> String {
    let (gone, stays) = (&looked.from.asset.tag, &looked.into.asset.tag);
    let mut said = vec![format!(
        "Its devices, files, open questions and who had it when move to {stays}. Its own history \
         stays readable from there, and the tag {gone} finds {stays}."
    )];
    if let (Some(name), None) = (&looked.from.custodian, &looked.into.custodian) {
        said.push(format!("{stays} is then checked out to {name}."));
    }
    match looked.holds {
        0 => {}
        1 => said.push(format!("The asset that is checked out to {gone} moves too.")),
        more => {
            let more = words::counted(more, "asset", "assets");
            said.push(format!("{more} that are checked out to {gone} move too."));
        }
    }
    if looked.into.asset.archived_at.is_some() {
        said.push(format!("{stays} is archived, and stays so."));
    }
    said.push("There is no undo.".to_owned());
    said.join(" ")
}

/// A row for each field in which they differ.
async fn choices(
    visitor: &Visitor,
    looked: &Preview,
    answers: &Answers,
) -> Result<Markup, Refused> {
    if looked.choices.is_empty() {
        return Ok(html! { p.quiet-text { "They differ in no field." } });
    }
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let whose = Whose::Asset(None);
    let steps = looked.choices.iter().map(|choice| FieldChange {
        field: choice.field.clone(),
        before: choice.from.clone(),
        after: choice.into.clone(),
    });
    let mut wanted = Wanted::default();
    wanted.changes(&steps.collect::<Vec<_>>(), whose);
    let names = app::names::names(app, caller, wanted).await?;
    let (gone, stays) = (looked.from.asset.tag.as_str(), looked.into.asset.tag.as_str());
    let columns = [
        Column::new("Which value stays").title(),
        Column::new(gone).wrap(),
        Column::new(stays).wrap(),
    ];
    let rows = looked.choices.iter().map(|choice| {
        let label = words::label(&choice.field, whose, &names);
        let told = |of: &AssetRow, value: &Value| {
            if value.is_null() {
                return "blank".to_owned();
            }
            let currency = of.asset.currency.as_deref();
            app::words::value(&choice.field, value, whose, currency, &names)
        };
        let (one, other) = (told(&looked.from, &choice.from), told(&looked.into, &choice.into));
        line(looked, choice, answers, &label, [(gone, one), (stays, other)])
    });
    Ok(html! { (Table::new("Which value stays", &columns, rows.collect())) })
}

fn line(
    looked: &Preview,
    choice: &Choice,
    answers: &Answers,
    label: &str,
    [(gone, one), (stays, other)]: [(&str, String); 2],
) -> Row {
    let name = format!("value.{}", choice.field);
    if let Some(source) = choice.follows {
        let source = looked.sources.get(&source.to_string());
        let source = source.map(String::as_str).unwrap_or_default();
        let mark = |on: bool| html! { @if on { " " (badge(None, &format!("follows {source}"))) } };
        return Row::new(vec![
            html! { (label) },
            html! { (one) (mark(choice.taken)) },
            html! { (other) (mark(!choice.taken)) },
        ]);
    }
    let taken = answers.some(&name).map_or(choice.taken, |side| side == "from");
    let pick = |side: &str, on: bool, tag: &str, value: &str| {
        let id = format!("{name}-{side}");
        let spoken = format!("{label}: {value}, from {tag}");
        html! {
            div.check {
                input type="radio" id=(id) name=(name) value=(side) checked[on] aria-label=(spoken);
                label for=(id) { (value) }
            }
        }
    };
    Row::new(vec![
        html! { (label) },
        pick("from", taken, gone, &one),
        pick("into", !taken, stays, &other),
    ])
}

/// Where the history of what was merged into it stands.
pub async fn before(visitor: &Visitor, id: AssetId) -> Result<Markup, Refused> {
    let gone = merge::merged_into(&visitor.web.app, &visitor.caller, id).await?;
    let at =
        |id: AssetId| Answers::default().with("thing", &id.to_string()).at(&visitor.to("activity"));
    Ok(html! {
        @if !gone.is_empty() {
            p.quiet-text {
                "Merged into it, with a history of its own: "
                @for (n, (id, tag)) in gone.iter().enumerate() {
                    @if n > 0 { ", " }
                    a href=(at(*id)) { (tag) }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use domain::Field;

    use super::*;

    #[test]
    fn a_form_says_of_each_field_whose_value_stays() {
        let answers = Answers::read("into=x&from_version=3&value.name=from&value.fields.a=into");
        let wanted = wanted(&answers);
        assert_eq!((wanted.from_version, wanted.into_version), (Some(3), None));
        let chosen: Vec<_> = wanted.chosen.into_iter().collect();
        assert_eq!(chosen, [(Field::Name, true), (Field::Custom("a".into()), false)]);
    }
}
