//! Kandji values in custom fields: a property, the field it goes to, and whose word counts.

use app::details::{self, Target};
use maud::{Markup, html};

use super::choices::AUTHORITIES;
use super::form::Form;
use super::rows::{count, name};
use crate::components::{Button, Field, Icon, Pick};

impl Form<'_> {
    pub fn fields(&self) -> Markup {
        let groups = self.choices.groups();
        let authority = AUTHORITIES.map(|(word, label)| Pick::new(word, label));
        let here = format!("{}#part-fields", self.action);
        html! {
            div.form.form-wide {
                p.quiet-text { "Every detail stands on the asset's page anyway; map what you want to search and edit as a field of your own." }
                (self.fault("fields"))
                @for n in 0..count(self.answers, "fields") {
                    @let names = ["from", "to", "authority"].map(|part| name("fields", n, part));
                    @let remove = format!("remove:fields:{n}");
                    div.mapping {
                        (Field::new(&names[0], "Kandji's").select_grouped(&[Pick::new("", "–")], &groups, self.get(&names[0])))
                        (self.target(&names[1]))
                        (Field::new(&names[2], "which").select(&authority, self.get(&names[2])))
                        (Button::answer("deed", &remove, &format!("Remove mapping {}", n + 1)).icon(Icon::X).bare().quiet().leads_to(&here))
                    }
                    (self.doubt(self.get(&names[0]), self.get(&names[1])))
                }
                div.row { (Button::answer("deed", "add:fields", "Add a mapping").icon(Icon::Plus).leads_to(&here)) }
                (self.preset_says("fields"))
            }
        }
    }

    /// One of the tenant's fields; where it has none, the key of one to come.
    fn target(&self, name: &str) -> Markup {
        let own = self.get(name);
        let fields = &self.choices.fields;
        let field = Field::new(name, "goes to the field");
        if fields.is_empty() {
            return field.placeholder("memory").text(own);
        }
        let kinds: Vec<String> = fields
            .iter()
            .map(|field| format!("{} ({})", field.label, field.kind.replace('_', " ")))
            .collect();
        let missing = (!own.is_empty() && self.known(own).is_none()).then(|| Pick::new(own, own));
        let picks: Vec<_> = std::iter::once(Pick::new("", "–"))
            .chain(fields.iter().zip(&kinds).map(|(field, label)| Pick::new(&field.key, label)))
            .chain(missing)
            .collect();
        field.select(&picks, own)
    }

    fn known(&self, key: &str) -> Option<&Target> {
        self.choices.fields.iter().find(|field| field.key == key)
    }

    /// What keeps a mapping from filling anything.
    fn doubt(&self, property: &str, key: &str) -> Markup {
        let doubt = match self.known(key) {
            _ if property.is_empty() || key.is_empty() => None,
            None => Some(format!(
                "There is no custom field \u{201c}{key}\u{201d} yet; make it, or nobody sees what is filled in."
            )),
            Some(field) if !details::fits(property, &field.kind) => Some(format!(
                "{} holds no {}, so its values do not fit the field {}; choose another.",
                details::label(property),
                field.kind.replace('_', " "),
                field.label
            )),
            Some(_) => None,
        };
        html! { @if let Some(doubt) = doubt { p.error { (Icon::CircleAlert) (doubt) } } }
    }
}
