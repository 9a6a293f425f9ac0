//! What a link narrowed a list to, each a chip that can be taken away.

use app::names::{Wanted, names};
use maud::{Markup, html};

use super::answers::Answers;
use super::visitor::Visitor;
use crate::components::Chip;
use crate::error::Refused;

/// Something that a list is narrowed by: its part of the address, and its words.
pub struct By {
    pub name: &'static str,
    pub field: &'static str,
    pub relation: &'static str,
}

impl By {
    pub const fn is(name: &'static str, field: &'static str) -> Self {
        By { name, field, relation: "is" }
    }
}

/// `path` is the list's.
pub async fn chips(
    visitor: &Visitor,
    asked: &Answers,
    path: &str,
    all: &[By],
) -> Result<Markup, Refused> {
    let given: Vec<_> = all.iter().filter_map(|by| Some((by, asked.some(by.name)?))).collect();
    let mut wanted = Wanted::default();
    for (_, id) in &given {
        wanted.id(id);
    }
    let names = names(&visitor.web.app, &visitor.caller, wanted).await?;
    let chips = given.iter().map(|(by, id)| {
        let without = asked.without(by.name).without("cursor").at(&visitor.to(path));
        let chip = Chip {
            field: by.field,
            relation: by.relation,
            value: names.called(id),
            change: None,
            without: &without,
            editor: None,
            open: false,
        };
        html! { (chip) }
    });
    Ok(html! { @for chip in chips { (chip) } })
}
