//! A guided set-up: what is done, what is next, what comes later.

use maud::{Markup, html};

use super::Icon;

/// Where one stands with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Done,
    Now,
    Later,
}

#[must_use]
#[derive(Debug)]
pub struct Step<'a> {
    stage: Stage,
    title: &'a str,
    body: Markup,
}

impl<'a> Step<'a> {
    pub const fn done(title: &'a str, body: Markup) -> Self {
        Self { stage: Stage::Done, title, body }
    }

    pub const fn now(title: &'a str, body: Markup) -> Self {
        Self { stage: Stage::Now, title, body }
    }

    pub const fn later(title: &'a str, body: Markup) -> Self {
        Self { stage: Stage::Later, title, body }
    }
}

pub fn steps(steps: &[Step<'_>]) -> Markup {
    html! {
        ol.steps {
            @for step in steps {
                @let (class, said) = match step.stage {
                    Stage::Done => ("step-done", "done: "),
                    Stage::Now => ("step-now", "now: "),
                    Stage::Later => ("step-later", "later: "),
                };
                li.step.(class) aria-current=[(step.stage == Stage::Now).then_some("step")] {
                    span.step-mark aria-hidden="true" { @if step.stage == Stage::Done { (Icon::Check) } }
                    h2 { span.spoken { (said) } (step.title) }
                    (step.body)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_present_step_is_marked() {
        let html =
            steps(&[Step::done("Name <it>", html! {}), Step::now("Test", html! { p { "…" } })])
                .into_string();
        assert_eq!(html.matches("aria-current=\"step\"").count(), 1);
        assert!(html.contains("Name &lt;it&gt;"));
    }
}
