//! One question of a form: its label, what helps to answer it, what was wrong with the answer.

use maud::{Markup, html};

use super::Icon;

/// `Field::new("name", "Name").hint("as on the label").error(bad).text(&form.name)`
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: Option<&'a str>,
    error: Option<&'a str>,
    required: bool,
    autocomplete: Option<&'a str>,
    placeholder: Option<&'a str>,
    list: Option<&'a str>,
    wanted: bool,
    marked: bool,
}

/// One of the answers offered: the value sent and the words shown.
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Pick<'a> {
    pub value: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
}

impl<'a> Pick<'a> {
    pub const fn new(value: &'a str, label: &'a str) -> Self {
        Self { value, label, hint: None }
    }

    pub const fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl<'a> Field<'a> {
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        let (hint, error, autocomplete, placeholder) = (None, None, None, None);
        let (required, list, wanted, marked) = (false, None, false, false);
        Self { name, label, hint, error, required, autocomplete, placeholder, list, wanted, marked }
    }

    pub const fn hint(self, hint: &'a str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    pub const fn error(self, error: Option<&'a str>) -> Self {
        Self { error, ..self }
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn autocomplete(self, what: &'a str) -> Self {
        Self { autocomplete: Some(what), ..self }
    }

    pub const fn placeholder(self, example: &'a str) -> Self {
        Self { placeholder: Some(example), ..self }
    }

    /// The `datalist` with what is likely.
    pub const fn list(self, id: &'a str) -> Self {
        Self { list: Some(id), ..self }
    }

    /// Said to be required, also where the browser does not hold the form back for it.
    pub const fn marked(self, marked: bool) -> Self {
        Self { marked, ..self }
    }

    /// One types here at once when the page opens.
    pub const fn wanted(self, wanted: bool) -> Self {
        Self { wanted, ..self }
    }

    pub fn text(self, value: &str) -> Markup {
        self.input("text", value)
    }

    pub fn email(self, value: &str) -> Markup {
        self.input("email", value)
    }

    pub fn date(self, value: &str) -> Markup {
        self.input("date", value)
    }

    pub fn number(self, value: &str) -> Markup {
        self.input("number", value)
    }

    /// A password or token: never sent back to the browser, so it takes no value.
    pub fn secret(self) -> Markup {
        self.input("password", "")
    }

    /// A password as people type it; where the script runs they can look at what they typed.
    pub fn password(self) -> Markup {
        self.around(&html! {
            div.password {
                (self.bare("password", ""))
                button.button type="button" data-reveal=(self.name) aria-pressed="false" hidden {
                    "Show" span.spoken { " what stands in “" (self.label) "”" }
                }
            }
        })
    }

    /// A file to choose, or to drop where it stands. `accept` is what the chooser offers; of
    /// pictures alone, a phone offers its camera.
    pub fn file(self, accept: Option<&str>) -> Markup {
        let camera = accept.filter(|kinds| kinds.starts_with("image/"));
        self.around(&html! {
            input.input.file type="file" id=(self.name) name=(self.name) required[self.required]
                accept=[accept] capture=[camera.map(|_| "environment")]
                aria-invalid=[self.bad()] data-asked=[self.asked()] aria-describedby=[self.described_by()];
        })
    }

    fn input(self, kind: &str, value: &str) -> Markup {
        self.around(&self.bare(kind, value))
    }

    fn bare(&self, kind: &str, value: &str) -> Markup {
        html! {
            input.input type=(kind) id=(self.name) name=(self.name) value=[Some(value).filter(|value| !value.is_empty())]
                required[self.required] autocomplete=[self.autocomplete] placeholder=[self.placeholder] list=[self.list]
                autofocus[self.wanted] aria-invalid=[self.bad()] data-asked=[self.asked()] aria-describedby=[self.described_by()];
        }
    }

    pub fn long_text(self, value: &str) -> Markup {
        self.around(&html! {
            textarea.input id=(self.name) name=(self.name) rows="4" required[self.required] autofocus[self.wanted]
                placeholder=[self.placeholder] aria-invalid=[self.bad()] data-asked=[self.asked()]
                aria-describedby=[self.described_by()] { "\n" (value) }
        })
    }

    pub fn select(self, picks: &[Pick<'_>], chosen: &str) -> Markup {
        self.around(&html! {
            select.input id=(self.name) name=(self.name) required[self.required]
                aria-invalid=[self.bad()] data-asked=[self.asked()] aria-describedby=[self.described_by()] {
                @for pick in picks {
                    option value=(pick.value) selected[pick.value == chosen] { (pick.label) }
                }
            }
        })
    }

    /// Answers in named groups, below those that belong to none.
    pub fn select_grouped(
        self,
        first: &[Pick<'_>],
        groups: &[(String, Vec<Pick<'_>>)],
        chosen: &str,
    ) -> Markup {
        let option = |pick: &Pick<'_>| {
            html! { option value=(pick.value) selected[pick.value == chosen] { (pick.label) } }
        };
        self.around(&html! {
            select.input id=(self.name) name=(self.name) aria-invalid=[self.bad()] data-asked=[self.asked()]
                aria-describedby=[self.described_by()] {
                @for pick in first { (option(pick)) }
                @for (label, picks) in groups {
                    optgroup label=(label) { @for pick in picks { (option(pick)) } }
                }
            }
        })
    }

    /// All answers in sight, each with its own hint.
    pub fn radios(self, picks: &[Pick<'_>], chosen: &str) -> Markup {
        self.group(&html! {
            div.checks {
                @for pick in picks {
                    (check("radio", self.name, pick, pick.value == chosen))
                }
            }
        })
    }

    /// Several answers may be ticked.
    pub fn checks(self, picks: &[Pick<'_>], chosen: &[&str]) -> Markup {
        self.group(&html! {
            div.checks {
                @for pick in picks {
                    (check("checkbox", self.name, pick, chosen.contains(&pick.value)))
                }
            }
        })
    }

    /// Two to four short answers side by side.
    pub fn segmented(self, picks: &[Pick<'_>], chosen: &str) -> Markup {
        self.group(&html! {
            div.segmented {
                @for pick in picks {
                    label {
                        input type="radio" name=(self.name) value=(pick.value) checked[pick.value == chosen];
                        (pick.label)
                    }
                }
            }
        })
    }

    fn around(&self, control: &Markup) -> Markup {
        html! {
            div.field.demanded[self.marked] {
                label for=(self.name) { (self.label) }
                (control)
                (self.notes())
            }
        }
    }

    fn group(&self, controls: &Markup) -> Markup {
        html! {
            fieldset.field.demanded[self.marked] id=[self.error.map(|_| self.name)] tabindex=[self.error.map(|_| "-1")]
                aria-invalid=[self.bad()] data-asked=[self.asked()] aria-describedby=[self.described_by()] {
                legend { (self.label) }
                (controls)
                (self.notes())
            }
        }
    }

    fn notes(&self) -> Markup {
        html! {
            @if let Some(error) = self.error {
                p.error id={ (self.name) "-error" } { (Icon::CircleAlert) (error) }
            }
            @if let Some(hint) = self.hint {
                p.hint id={ (self.name) "-hint" } { (hint) }
            }
        }
    }

    fn bad(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    /// What a bad answer is called above the form.
    fn asked(&self) -> Option<&'a str> {
        self.error.map(|_| self.label)
    }

    fn described_by(&self) -> Option<String> {
        let error = self.error.map(|_| format!("{}-error", self.name));
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let ids: Vec<_> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One switch with its own sentence; sends `on` when ticked, nothing when not.
pub fn checkbox(name: &str, label: &str, hint: Option<&str>, ticked: bool) -> Markup {
    check("checkbox", name, &Pick { value: "on", label, hint }, ticked)
}

fn check(kind: &str, name: &str, pick: &Pick<'_>, ticked: bool) -> Markup {
    let id = format!("{name}-{}", pick.value);
    html! {
        div.check {
            input type=(kind) id=(id) name=(name) value=(pick.value) checked[ticked]
                aria-describedby=[pick.hint.map(|_| format!("{id}-hint"))];
            label for=(id) { (pick.label) }
            @if let Some(hint) = pick.hint { p.hint id={ (id) "-hint" } { (hint) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_tied_to_its_input() {
        let html = Field::new("tag", "Asset tag")
            .hint("unique")
            .error(Some("taken"))
            .text("MBP-1")
            .into_string();
        assert!(html.contains(
            "aria-invalid=\"true\" data-asked=\"Asset tag\" aria-describedby=\"tag-error tag-hint\""
        ));
        assert!(html.contains("id=\"tag-error\""));
    }

    #[test]
    fn values_are_escaped() {
        let html = Field::new("name", "Name").text("\"><script>").into_string();
        assert!(!html.contains("<script>"));
    }

    #[test]
    fn a_secret_is_never_sent_back() {
        assert!(!Field::new("token", "Token").secret().into_string().contains("value="));
        let password = Field::new("new", "New password").password().into_string();
        assert!(!password.contains("value="));
        assert!(password.contains("data-reveal=\"new\" aria-pressed=\"false\" hidden"));
    }

    #[test]
    fn the_chosen_answer_is_marked() {
        let picks = [Pick::new("a", "A"), Pick::new("b", "B")];
        let html = Field::new("x", "X").select(&picks, "b").into_string();
        assert!(html.contains("<option value=\"b\" selected>B</option>"));
    }
}
