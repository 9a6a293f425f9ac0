//! Automated enrollment: the configurations as Kandji lists them, a rule for each that needs one,
//! and what becomes of devices that have not enrolled yet.

use app::enrollments::Integration;
use maud::{Markup, html};
use reconcile::rules::OnAwaiting;

use super::choices;
use super::form::Form;
use super::rows::{count, name};
use crate::components::{Button, Field, Icon, Pick};
use crate::error::sentences;
use crate::pages::words::counted;

const PARTS: [&str; 4] = ["ade_id", "location", "status", "apply"];
const A_DAY: i64 = 24 * 60 * 60;

impl Form<'_> {
    pub fn enrollment(&self) -> Markup {
        let apply =
            [Pick::new("on_create", "when the asset is new"), Pick::new("always", "at every run")];
        let awaiting = [("skip", OnAwaiting::Skip), ("create", OnAwaiting::Create)]
            .map(|(word, on)| Pick::new(word, choices::awaiting(on)));
        let here = format!("{}#part-ade_rules", self.action);
        let hint = "Filled in place when the device enrolls; until then they have the first status of kind pending, or their rule's. Needs the permission List ADE devices.";
        html! {
            div.form.form-wide {
                p.quiet-text { "A device that enrolled through one of these configurations gets this place and status." }
                (self.listed())
                (self.fault("ade_rules"))
                @for n in 0..count(self.answers, "ade_rules") {
                    @let names = PARTS.map(|part| name("ade_rules", n, part));
                    @let remove = format!("remove:ade_rules:{n}");
                    div.mapping {
                        (self.configuration(&names[0]))
                        (self.pick(&names[1], "Location", "As it is", &self.choices.locations))
                        (self.pick(&names[2], "Status", "As it is", &self.choices.statuses))
                        (Field::new(&names[3], "Set").select(&apply, self.get(&names[3])))
                        (Button::answer("deed", &remove, &format!("Remove ADE rule {}", n + 1)).icon(Icon::X).bare().quiet().leads_to(&here))
                    }
                }
                div.row { (Button::answer("deed", "add:ade_rules", "Add a rule").icon(Icon::Plus).leads_to(&here)) }
                (self.preset_says("ade_rules"))
                (self.field("awaiting", "Devices that have not enrolled yet").hint(hint).radios(&awaiting, self.get("awaiting")))
                (self.preset_says("awaiting"))
            }
        }
    }

    /// The configurations with how they are; or why there is no list.
    fn listed(&self) -> Markup {
        html! {
            @match self.integrations {
                Err(why) => { p.quiet-text { "The configurations cannot be listed now: " (sentences(why)) } }
                Ok(all) if all.is_empty() => { p.quiet-text { "Kandji has no enrollment configuration." } }
                Ok(all) => {
                    ul.list.small {
                        @for one in all {
                            li { strong { (one.name) } ", " (one.organization) ": " (self.how(one)) }
                        }
                    }
                }
            }
        }
    }

    /// `32 devices, expires in 190 days`.
    fn how(&self, one: &Integration) -> String {
        let devices = one.devices.and_then(|devices| u64::try_from(devices).ok());
        let devices = devices.map(|devices| counted(devices, "device", "devices"));
        let expiry = one.expires_at.map(|at| {
            let days = at.duration_since(self.now).as_secs() / A_DAY;
            let amount = counted(days.unsigned_abs(), "day", "days");
            if days < 0 { format!("expired {amount} ago") } else { format!("expires in {amount}") }
        });
        let broken = one.broken.as_ref().map(|why| format!("does not work ({why})"));
        devices.into_iter().chain(expiry).chain(broken).collect::<Vec<_>>().join(", ")
    }

    /// By name where there is a list; else, and for one that is not on it, by id.
    fn configuration(&self, name: &str) -> Markup {
        let own = self.get(name);
        let field = Field::new(name, "Configuration");
        let Ok(all) = self.integrations else { return field.text(own) };
        let labels: Vec<String> =
            all.iter().map(|one| format!("{} ({})", one.name, self.how(one))).collect();
        let listed = all.iter().any(|one| one.id.eq_ignore_ascii_case(own));
        let gone = format!("{own} (not listed now)");
        let picks: Vec<_> = std::iter::once(Pick::new("", "–"))
            .chain(all.iter().zip(&labels).map(|(one, label)| {
                let value = if one.id.eq_ignore_ascii_case(own) { own } else { &one.id };
                Pick::new(value, label)
            }))
            .chain((!listed && !own.is_empty()).then(|| Pick::new(own, &gone)))
            .collect();
        field.select(&picks, own)
    }
}
