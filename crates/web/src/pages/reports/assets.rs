//! The Asset Report's page: the filters of the asset list, and which further details to show.

use app::reports::assets::AssetReport;
use app::reports::{FURTHER, Report};
use maud::{Markup, html};

use super::super::answers::{Answers, Wrong};
use super::super::assets::{filters, wanted};
use super::super::visitor::Visitor;
use super::Shelved;
use crate::components::{Button, Chip, Field, Icon, Pick, search_box};
use crate::error::Refused;

pub const SHELVED: Shelved = Shelved {
    word: "assets",
    title: "Asset Report",
    about: "Every asset with all its columns and its Kandji details.",
    icon: Icon::FileSpreadsheet,
    small: &[
        "tag",
        "status",
        "name",
        "serial",
        "custodian",
        "kandji.platform",
        "kandji.os_version",
    ],
    made: |visitor, asked| Box::pin(made(visitor, asked)),
    above: |visitor, asked| Box::pin(above(visitor, asked)),
};

const PATH: &str = "reports/assets";

async fn made(visitor: &Visitor, asked: &Answers) -> Result<Box<dyn Report>, Refused> {
    let assets = wanted(visitor, asked).await?;
    Ok(Box::new(AssetReport::of(assets, details(asked))?))
}

/// Several answers, or one with commas as in the API.
fn details(asked: &Answers) -> Vec<String> {
    let named = asked.all("details").flat_map(|some| some.split(','));
    named.filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

async fn above(visitor: &Visitor, asked: &Answers) -> Result<Markup, Refused> {
    let chips = filters::chips(visitor, asked, PATH, &Wrong::default()).await?;
    let kept = asked.without("q").without("cursor").without("edit");
    let kept: Vec<_> = kept.pairs().collect();
    Ok(html! {
        div.toolbar {
            (search_box(&visitor.to(PATH), asked.get("q"), "Search assets", &kept, "#main"))
            (chips)
            (picker(visitor, asked))
        }
    })
}

fn picker(visitor: &Visitor, asked: &Answers) -> Markup {
    let chosen = details(asked);
    let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
    let kept = asked.without("details").without("cursor").without("edit");
    let picks = FURTHER.map(|(label, key)| Pick::new(key, label));
    let editor = html! {
        @for (name, value) in kept.pairs() { input type="hidden" name=(name) value=(value); }
        (Field::new("details", "Details beside the eleven").checks(&picks, &chosen))
        (Button::submit("Show").primary())
    };
    let value = match chosen.len() {
        0 => "the eleven".to_owned(),
        more => format!("the eleven and {more} more"),
    };
    let without = kept.at(&visitor.to(PATH));
    let (field, relation, editor) = ("Kandji details", "are", Some(editor));
    html! { (Chip { field, relation, value: &value, without: &without, change: None, editor, open: false }) }
}
