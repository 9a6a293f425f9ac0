//! Which asset a device is: rules in order, moved up and down by buttons.

use maud::{Markup, html};
use reconcile::rules::{OnMatch, OnNoMatch};

use super::choices::{self, MATCH_RULES, PERSON_RULES};
use super::form::Form;
use super::rows::{count, name};
use crate::components::{Button, Field, Icon, Pick};

impl Form<'_> {
    pub fn identity(&self) -> Markup {
        let on_match =
            [("adopt", OnMatch::Adopt), ("review", OnMatch::Review), ("skip", OnMatch::Skip)]
                .map(|(word, on)| Pick::new(word, choices::on_match(on)));
        let on_none = [
            ("create", OnNoMatch::Create),
            ("review", OnNoMatch::Review),
            ("skip", OnNoMatch::Skip),
        ]
        .map(|(word, on)| Pick::new(word, choices::on_no_match(on)));
        let conflict = [Pick::new("ask", "Ask me"), Pick::new("first", "The first one counts")];
        let rules = self.rules();
        let picks: Vec<_> = rules.iter().map(|(rule, words)| Pick::new(rule, words)).collect();
        html! {
            div.form {
                (self.ordered("match", "A device is known by", &picks))
                (self.fault("match"))
                (self.preset_says("match"))
                (self.field("match_conflict", "When two of these name different assets").radios(&conflict, self.get("match_conflict")))
                (self.preset_says("match_conflict"))
                (self.field("on_match", "When it is an asset that is not linked yet").radios(&on_match, self.get("on_match")))
                (self.preset_says("on_match"))
                (self.field("on_no_match", "When it is none").radios(&on_none, self.get("on_no_match")))
                (self.preset_says("on_no_match"))
            }
        }
    }

    /// The fixed rules, one for each custom field, and those in use for fields nobody made yet.
    fn rules(&self) -> Vec<(String, String)> {
        let mut rules: Vec<(String, String)> =
            MATCH_RULES.map(|(rule, words)| (rule.to_owned(), words.to_owned())).into();
        rules.extend(self.choices.fields.iter().map(|field| {
            let rule = format!("device_id=field:{}", field.key);
            (rule, format!("Its device id is in the field {}", field.label))
        }));
        for n in 0..count(self.answers, "match") {
            let own = self.get(&name("match", n, ""));
            if !own.is_empty() && !rules.iter().any(|(rule, _)| rule == own) {
                let key = own.rsplit(':').next().unwrap_or(own);
                rules.push((own.to_owned(), format!("Its device id is in the field {key}")));
            }
        }
        rules
    }

    pub fn person_picks() -> Vec<Pick<'static>> {
        PERSON_RULES.iter().map(|(rule, words)| Pick::new(rule, words)).collect()
    }

    /// Tried from the top; each row can move, go, or be joined by another.
    pub fn ordered(&self, list: &str, title: &str, picks: &[Pick<'_>]) -> Markup {
        let rows = count(self.answers, list);
        let here = format!("{}#part-{list}", self.action);
        let picks: Vec<_> =
            std::iter::once(Pick::new("", "–")).chain(picks.iter().copied()).collect();
        html! {
            fieldset.field {
                legend { (title) }
                ol.ordered {
                    @for n in 0..rows {
                        @let own = name(list, n, "");
                        @let label = if n == 0 { "First by".to_owned() } else { format!("Else by ({})", n + 1) };
                        @let deeds = ["up", "down", "remove"].map(|deed| format!("{deed}:{list}:{n}"));
                        li {
                            (Field::new(&own, &label).select(&picks, self.get(&own)))
                            div.ordered-deeds {
                                @if n > 0 { (Button::answer("deed", &deeds[0], &format!("Move rule {} up", n + 1)).icon(Icon::ChevronUp).bare().quiet().leads_to(&here)) }
                                @if n + 1 < rows { (Button::answer("deed", &deeds[1], &format!("Move rule {} down", n + 1)).icon(Icon::ChevronDown).bare().quiet().leads_to(&here)) }
                                (Button::answer("deed", &deeds[2], &format!("Remove rule {}", n + 1)).icon(Icon::X).bare().quiet().leads_to(&here))
                            }
                        }
                    }
                }
                div.row { (Button::answer("deed", &format!("add:{list}"), "Add a rule").icon(Icon::Plus).leads_to(&here)) }
            }
        }
    }
}
