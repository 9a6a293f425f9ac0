//! Labels to print: which assets, on which sheet, with what on them, and how that will look.

mod asked;

use app::Refusal;
use app::assets::{AssetRow, Which};
use app::labels::{self, Preview};
use app::names::{Wanted, names};
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use maud::{Markup, PreEscaped, html};

use self::asked::{Asked, REMEMBERED};
use super::answers::{Answers, Wrong};
use super::visitor::Visitor;
use super::words::counted;
use crate::components::{Button, Callout, Field, Icon, PageHeader, Panel, Pick, Tone, empty};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;
use crate::security::cookie;

/// How long a browser remembers the sheet it printed last.
const YEAR: i64 = 365 * 24 * 60 * 60;

pub async fn page(
    visitor: Visitor,
    jar: CookieJar,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    let asked = selected(&visitor, asked).await?;
    let asked = Asked::read(asked, &jar, &visitor.company);
    let (preview, wrong) = match previewed(&visitor, &asked).await {
        Ok(preview) => (preview, Wrong::default()),
        Err(refusal) => (None, Wrong::fields(refusal)?),
    };
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, view(&visitor, &asked, preview.as_ref(), &wrong)).into_response())
}

/// The label of one asset.
pub fn of_one(visitor: &Visitor, row: &AssetRow) -> String {
    let which = which(row.asset.tag.as_str(), &row.asset.id.to_string()).to_owned();
    Answers::default().with("assets", &which).at(&visitor.to("labels"))
}

/// The labels of all that a list finds.
pub fn of_list(visitor: &Visitor, list: &Answers) -> String {
    whole(list).at(&visitor.to("labels"))
}

/// An asset by its tag, unless that would be read as several or as an id.
fn which<'a>(tag: &'a str, id: &'a str) -> &'a str {
    let plain = !tag.contains(['\n', ',', ';']) && Which::read(tag) == Which::Tag(tag.to_owned());
    if plain { tag } else { id }
}

/// The list's columns are not those of a sheet.
fn whole(list: &Answers) -> Answers {
    list.without("edit").without("cursor").without("columns").with("list", "on")
}

/// What was ticked in the list, as this page asks for it.
async fn selected(visitor: &Visitor, asked: Answers) -> Result<Answers, Refused> {
    if asked.ticked("everything") {
        return Ok(whole(&Answers::read(asked.get("list"))));
    }
    let mut wanted = Wanted::default();
    asked.all("pick").for_each(|id| wanted.id(id));
    let names = names(&visitor.web.app, &visitor.caller, wanted).await?;
    let tags = asked.all("pick").filter_map(|id| Some(which(names.get(id)?, id)));
    let tags: Vec<_> = tags.collect();
    Ok(if tags.is_empty() { asked } else { Answers::default().with("assets", &tags.join("\n")) })
}

async fn previewed(visitor: &Visitor, asked: &Asked) -> Result<Option<Preview>, Refusal> {
    let design = asked.design()?;
    let Some(of) = asked.of(visitor).await? else { return Ok(None) };
    let (app, base_url) = (&visitor.web.app, &visitor.web.base_url);
    let labels = labels::labels(app, &visitor.caller, of, base_url, design.words.clone()).await?;
    if labels.is_empty() {
        return Ok(None);
    }
    labels::preview(app, design, labels).await.map(Some)
}

pub async fn pdf(
    visitor: Visitor,
    jar: CookieJar,
    Query(asked): Query<Answers>,
) -> Result<Response, Refused> {
    let asked = Asked::read(asked, &jar, &visitor.company);
    match printed(&visitor, &asked).await {
        Ok(pdf) => {
            let kept = cookie(&visitor.web, REMEMBERED, &asked.remembered(), YEAR);
            Ok(([(header::SET_COOKIE, kept)], download::pdf("labels.pdf", pdf)).into_response())
        }
        Err(refusal) => {
            let page = view(&visitor, &asked, None, &Wrong::fields(refusal)?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn printed(visitor: &Visitor, asked: &Asked) -> Result<Vec<u8>, Refusal> {
    let (app, base_url) = (&visitor.web.app, &visitor.web.base_url);
    let design = asked.design()?;
    let labels = match asked.of(visitor).await? {
        Some(of) => {
            labels::labels(app, &visitor.caller, of, base_url, design.words.clone()).await?
        }
        None => Vec::new(),
    };
    labels::print(app, design, labels).await.map(|printed| printed.pdf)
}

fn view(visitor: &Visitor, asked: &Asked, preview: Option<&Preview>, wrong: &Wrong) -> Markup {
    let list = visitor.to("assets");
    let action = visitor.to("labels");
    let inside = html! {
        (PageHeader::new("Labels").under(&[(&list, "Assets")])
            .lead(html! { "A phone that sees the QR code opens the asset: check out, check in, seen here." }))
        div.labels {
            form.form action=(action) {
                @for fault in wrong.elsewhere(&["assets", "sheet", "code", "start", "page_width", "page_height", "margin_x", "margin_y", "columns", "rows", "gap_x", "gap_y"]) { (Callout::new(Tone::Danger, fault)) }
                (chosen(asked, wrong))
                (design(asked, wrong))
                div.form-actions {
                    (Button::submit("Download PDF").icon(Icon::Download).primary().leads_to(&visitor.to("labels.pdf")))
                    (Button::submit("Show preview"))
                }
            }
            (shown(preview, wrong))
        }
    };
    visitor.page(Room::Assets, "Labels", &inside)
}

/// Tags by hand, or the list that led here.
fn chosen(asked: &Asked, wrong: &Wrong) -> Markup {
    let field = Field::new("assets", "Assets").error(wrong.at("assets"));
    html! {
        @for (name, value) in asked.list() { input type="hidden" name=(name) value=(value); }
        @if asked.is_of_list() {
            (field.hint("All of the list you came from. Or name some: asset tags, one a line or with commas").long_text(asked.get("assets")))
        } @else {
            (field.hint("Asset tags, one a line or with commas; a scanner may type them").long_text(asked.get("assets")))
        }
    }
}

fn design(asked: &Asked, wrong: &Wrong) -> Markup {
    let codes = [Pick::new("qr", "QR code"), Pick::new("code128", "Code 128")];
    let words = labels::Words::ALL.map(|words| Pick::new(words.as_str(), asked::label(words)));
    let ticked = asked.words();
    let ticked: Vec<_> = ticked.iter().map(|words| words.as_str()).collect();
    let own = asked.get("sheet") == asked::OWN;
    let hint = "QR for phones; Code 128 holds the asset tag, for hand scanners";
    html! {
        (asked::sheets(Field::new("sheet", "Sheet").error(wrong.at("sheet")), asked.get("sheet")))
        details.fold-plain open[own] {
            summary { (Icon::ChevronRight) "A size of your own" span.count { "mm" } }
            (measures(asked, wrong))
        }
        (Field::new("code", "Code").hint(hint).error(wrong.at("code")).segmented(&codes, asked.get("code")))
        (Field::new("line", "On the label").checks(&words, &ticked))
        (Field::new("start", "Begin at label").hint("Of a sheet that was used in part: the first free one, counted from the top left, row by row").error(wrong.at("start")).number(asked.get("start")))
    }
}

fn measures(asked: &Asked, wrong: &Wrong) -> Markup {
    html! {
        div.measures {
            @for (name, label, _) in asked::MEASURES {
                (Field::new(name, label).error(wrong.at(name)).text(asked.get(name)))
            }
        }
    }
}

fn shown(preview: Option<&Preview>, wrong: &Wrong) -> Markup {
    let Some(preview) = preview else {
        if !wrong.is_none() {
            let hint = "Set right what is marked and press \"Show preview\".";
            return empty(Icon::Printer, "It cannot be printed so", hint, &html! {});
        }
        let hint = "Choose assets and press \"Show preview\".";
        return empty(Icon::Printer, "Nothing to show yet", hint, &html! {});
    };
    let labels = counted(preview.labels as u64, "label", "labels");
    let pages = counted(preview.pages as u64, "page", "pages");
    let missing: String = preview.missing.iter().take(40).collect();
    html! {
        div.stack {
            @if !missing.is_empty() {
                (Callout::new(Tone::Warning, "Some characters cannot be printed").body(html! {
                    "No font here has " span.mono { (missing) } ". A question mark is printed for each. Whoever runs Stockroom can add a font that has them."
                }))
            }
            (Panel::new("The first label").aside(html! { span.quiet-text { (labels) " on " (pages) } })
                .body(html! { div.label-picture { (PreEscaped(&preview.label)) } }))
            @if preview.a_sheet > 1 {
                (Panel::new("The first sheet").body(html! { div.label-picture { (PreEscaped(&preview.sheet)) } }))
            }
            p.quiet-text { "Print at 100 %, without \"fit to page\"." }
        }
    }
}
