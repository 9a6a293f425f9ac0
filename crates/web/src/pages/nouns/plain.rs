//! Nouns that are a name and nothing more: categories, manufacturers, suppliers, departments.

use app::catalog::{self, Entry, Named};
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use domain::access::Role;
use domain::id::Id;
use maud::{Markup, html};

use super::{Face, Words, again, assets, at, form, heads, refused, saved};
use crate::components::{Field, Row};
use crate::error::Refused;
use crate::pages::answers::{Answers, Wrong};
use crate::pages::at::At;
use crate::pages::ordered::narrowed;
use crate::pages::overtaken;
use crate::pages::visitor::Visitor;

pub async fn list<K: Face + Named>(
    visitor: Visitor,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let all = catalog::entries::<K>(&visitor.web.app, &visitor.caller).await?;
    let heads = heads::<K>(&visitor, &asked, &[("name", "Name"), ("assets", "Assets")]);
    let columns = [heads[0].column().title(), heads[1].column().num().aside()];
    let rows = narrowed(&asked).of(all).into_iter().map(|entry| {
        Row::new(vec![
            html! { a href=(at(&visitor, entry.id)) { (entry.name) } },
            assets(&visitor, entry.id, entry.assets),
        ])
    });
    Ok(super::list::<K>(&visitor, &asked, &columns, rows.collect(), &html! {}, &html! {}))
}

pub async fn page<K: Face + Named>(
    visitor: Visitor,
    At(id): At<Id<K>>,
    Query(asked): Query<Answers>,
) -> Result<Markup, Refused> {
    let entry = catalog::entry(&visitor.web.app, &visitor.caller, id).await?;
    super::page(&visitor, &asked, id, &entry.name, &[], entry.assets).await
}

pub async fn new_form<K: Face + Named>(visitor: Visitor) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    Ok(view::<K>(&visitor, None, &Answers::default(), &Wrong::default()))
}

pub async fn create<K: Face + Named>(
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let name = answers.get("name");
    match catalog::create_entry::<K>(&visitor.web.app, &visitor.caller, name).await {
        Ok(id) => Ok(saved(&visitor, id, &format!("{name} was added."))),
        Err(refusal) => {
            let wrong = Wrong::form(refusal)?;
            Ok(again(&wrong, view::<K>(&visitor, None, &answers, &wrong)))
        }
    }
}

pub async fn edit_form<K: Face + Named>(
    visitor: Visitor,
    At(id): At<Id<K>>,
) -> Result<Markup, Refused> {
    visitor.caller.need(Role::Manager)?;
    let entry = catalog::entry(&visitor.web.app, &visitor.caller, id).await?;
    Ok(view(&visitor, Some((id, &entry.name)), &held(&entry), &Wrong::default()))
}

pub async fn save<K: Face + Named>(
    visitor: Visitor,
    At(id): At<Id<K>>,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let version = overtaken::version(&answers);
    match catalog::rename_entry(app, caller, id, version, answers.get("name")).await {
        Ok(()) => Ok(saved(&visitor, id, "Saved.")),
        Err(refusal) => {
            let entry = catalog::entry(app, caller, id).await?;
            let (answers, wrong) = refused(&visitor, id, &held(&entry), answers, refusal).await?;
            Ok(again(&wrong, view(&visitor, Some((id, &entry.name)), &answers, &wrong)))
        }
    }
}

fn held<K: Face>(entry: &Entry<K>) -> Answers {
    let version = entry.stamp.version.to_string();
    Answers::default().with("name", &entry.name).with("version", &version)
}

fn view<K: Face>(
    visitor: &Visitor,
    held: Option<(Id<K>, &str)>,
    answers: &Answers,
    wrong: &Wrong,
) -> Markup {
    let Words { one, .. } = K::WORDS;
    let hint = format!("Unique: names that differ only by case or spaces are one {one}");
    let field = Field::new("name", "Name").required().hint(&hint).error(wrong.at("name"));
    form(visitor, held, (answers, wrong), &field.text(answers.get("name")))
}
