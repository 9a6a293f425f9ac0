//! The columns of a list: which are shown and in what order, and the menu to choose them. What
//! somebody chose last is what they see where the address names none.

use app::columns::{self as c, Columns, ListColumn};
use axum::Form;
use axum::response::Response;
use maud::{Markup, html};

use super::answers::Answers;
use super::done::done;
use super::visitor::Visitor;
use crate::components::{Button, Icon};
use crate::error::Refused;

/// What the address names, else what the visitor chose last, else the usual.
pub async fn read<C: ListColumn>(
    visitor: &Visitor,
    asked: &Answers,
) -> Result<Columns<C>, Refused> {
    let named = asked.some("columns").map(str::to_owned);
    Ok(c::choices(&visitor.web.app, &visitor.caller, named).await?)
}

/// `POST /columns/assets`: remembers the choice and leads back to the list that shows it.
pub async fn save<C: ListColumn>(
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Refused> {
    let (app, caller) = (&visitor.web.app, &visitor.caller);
    let at = visitor.to(C::LIST.as_str());
    let list = Answers::read(answers.get("back"));
    let list = list.without("columns").without("cursor").without("edit");
    if answers.ticked("usual") {
        c::remember::<C>(app, caller, None).await?;
        return Ok(done(&list.at(&at)));
    }
    let offered = c::choices::<C>(app, caller, None).await?.offered;
    let chosen = answers.all("column").chain(answers.some("add"));
    let mut keys: Vec<String> =
        Columns::chosen(&offered, chosen).iter().map(ListColumn::key).collect();
    let moved = moved(&mut keys, answers.get("move"));
    let keys = keys.join(",");
    c::remember::<C>(app, caller, Some(keys.clone())).await?;
    let list = list.with("columns", &keys);
    let list = if moved { list.with("edit", "columns") } else { list };
    Ok(done(&list.at(&at)))
}

/// `up:serial`, `down:serial`.
fn moved(keys: &mut [String], wish: &str) -> bool {
    let Some((way, key)) = wish.split_once(':') else { return false };
    let Some(at) = keys.iter().position(|known| known == key) else { return true };
    let to = if way == "up" { at.checked_sub(1) } else { Some(at + 1) };
    if let Some(to) = to.filter(|to| *to < keys.len()) {
        keys.swap(at, to);
    }
    true
}

/// Open where the address says so; else a link there, because the list of columns is long.
pub fn menu<C: ListColumn>(visitor: &Visitor, asked: &Answers, columns: &Columns<C>) -> Markup {
    let path = C::LIST.as_str();
    let face = html! { (Icon::Layers) "Columns" };
    if asked.get("edit") != "columns" {
        let open = asked.without("cursor").with("edit", "columns").at(&visitor.to(path));
        return html! { a.button.button-quiet href=(open) { (face) } };
    }
    let list = asked.without("edit").without("cursor").without("columns");
    let back = list.at("");
    let last = columns.shown.len().saturating_sub(1);
    let rest = columns.offered.iter().filter(|column| !columns.shown.contains(column));
    html! {
        details.menu open {
            summary.button.button-quiet { (face) }
            form.menu-panel.menu-form method="post" action=(visitor.to(&format!("columns/{path}"))) {
                input type="hidden" name="back" value=(back.trim_start_matches('?'));
                ol.column-order {
                    @for (position, column) in columns.shown.iter().enumerate() {
                        li {
                            (ticked(column))
                            @for (way, arrow, at_end) in
                                [("up", "↑", position == 0), ("down", "↓", position == last)] {
                                @if !at_end {
                                    button name="move" value={ (way) ":" (column.key()) }
                                        aria-label={ "Move " (column.column().label) " " (way) } { (arrow) }
                                }
                            }
                        }
                    }
                }
                div.column-add {
                    select.input name="add" aria-label="Add a column" {
                        option value="" { "Add a column" }
                        @for column in rest {
                            option value=(column.key()) { (column.column().label) }
                        }
                    }
                    (Button::answer("move", "add:", "Add"))
                }
                div.form-actions {
                    (Button::submit("Show").primary())
                    (Button::answer("usual", "on", "As usual"))
                }
            }
        }
    }
}

/// Unticked it goes.
fn ticked<C: ListColumn>(column: &C) -> Markup {
    let (key, label) = (column.key(), column.column().label);
    let always = *column == C::TITLE;
    html! {
        label.check {
            input type="checkbox" name="column" value=(key) checked disabled[always];
            span { (label) }
        }
        // What is greyed out is not sent, but keeps its place.
        @if always { input type="hidden" name="column" value=(key); }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_moves_one_place_and_no_further() {
        let order = |wish: &str| {
            let mut keys = ["tag", "name", "serial"].map(str::to_owned);
            moved(&mut keys, wish);
            keys.join(",")
        };
        assert_eq!(order("up:serial"), "tag,serial,name");
        assert_eq!(order("down:tag"), "name,tag,serial");
        assert_eq!(order("up:tag"), "tag,name,serial");
        assert_eq!(order("down:serial"), "tag,name,serial");
        assert_eq!(order("up:gone"), "tag,name,serial");
    }
}
