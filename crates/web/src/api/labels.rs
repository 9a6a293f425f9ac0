//! Labels as PDF.

use std::collections::BTreeSet;

use app::Refusal;
use app::assets::Which;
use app::labels::{self, Design, Of, Own, Words};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::assets::AssetListQuery;
use super::bearer::{Bearer, Viewer};
use super::problem::Answer;
use super::reading::{Asked, Body};
use crate::download;
use crate::state::Web;

const MISSING: HeaderName = HeaderName::from_static("letters-missing");

/// What is printed, and on what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelOrder {
    /// Up to 2,000 ids; or `tag:` and the asset tag. Without it the assets that the query names.
    assets: Option<Vec<String>>,
    /// A sheet by its key: `avery-5160`, `avery-l7160`, `dymo-30252`, `brother-dk-11209`, …. Without
    /// it `avery-5160`.
    #[schema(example = "avery-5160")]
    sheet: Option<String>,
    /// A sheet of one's own, in millimeters, instead.
    own: Option<OwnSheet>,
    /// `qr`, which opens the asset, or `code128`, which is the asset tag. Without it `qr`.
    #[schema(example = "qr")]
    code: Option<String>,
    /// Of `tag`, `name`, `product`, `serial` and `company`. Without it tag, name and serial.
    lines: Option<Vec<String>>,
    /// The first free label of the first sheet, from 1.
    #[schema(minimum = 1)]
    start: Option<usize>,
}

/// A sheet as it is measured, in millimeters; opposite margins are the same.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnSheet {
    page_width: f32,
    page_height: f32,
    #[serde(default)]
    margin_x: f32,
    #[serde(default)]
    margin_y: f32,
    columns: usize,
    rows: usize,
    #[serde(default)]
    gap_x: f32,
    #[serde(default)]
    gap_y: f32,
}

/// Print labels.
///
/// Role: viewer. Sheets of labels as PDF, in the order given; at most 2,000 labels. Without `assets`
/// in the body those of the list with the same query. A question mark is printed for each letter that
/// no font here has; the header `Letters-Missing` says which those are.
#[utoipa::path(post, path = "/api/v1/labels", tag = "assets", params(AssetListQuery),
    request_body = LabelOrder,
    responses((status = 200, content((Vec<u8> = "application/pdf")),
        headers(("Letters-Missing" = String,
            description = "Only where some are: `U+4EAC U+90FD`")))))]
pub async fn print(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(list): Asked<AssetListQuery>,
    Body(order): Body<LabelOrder>,
) -> Answer<Response> {
    let design = design(&order)?;
    let of = match order.assets {
        Some(which) => Of::These(which.iter().map(|one| Which::read(one)).collect()),
        None => Of::Found(Box::new(list.query(&web, &caller).await?)),
    };
    let words = design.words.clone();
    let labels = labels::labels(&web.app, &caller, of, &web.base_url, words).await?;
    let printed = labels::print(&web.app, design, labels).await?;
    let mut answer = download::pdf("labels.pdf", printed.pdf);
    if !printed.missing.is_empty() {
        answer.headers_mut().insert(MISSING, named(&printed.missing));
    }
    Ok(answer)
}

/// Letters as every header can hold them.
fn named(letters: &BTreeSet<char>) -> HeaderValue {
    let each = letters.iter().map(|letter| format!("U+{:04X}", u32::from(*letter)));
    let all = each.collect::<Vec<_>>().join(" ");
    HeaderValue::from_str(&all).expect("digits and blanks")
}

fn design(order: &LabelOrder) -> Result<Design, Refusal> {
    let sheet = match (&order.own, order.sheet.as_deref().unwrap_or("avery-5160")) {
        (Some(own), _) => own
            .measured()
            .sheet()
            .map_err(|bad| Refusal::invalid("own", format!("\"{}\": {}", bad.field, bad.why)))?,
        (None, key) => labels::sheet(key).cloned().ok_or_else(|| {
            let known: Vec<_> = labels::SHEETS.iter().map(|sheet| &*sheet.key).collect();
            Refusal::invalid("sheet", format!("no sheet \"{key}\"; hint: {}", known.join(", ")))
        })?,
    };
    let code = order.code.as_deref().unwrap_or("qr");
    let code = labels::parse_code(code).ok_or_else(|| {
        Refusal::invalid("code", format!("no code \"{code}\"; hint: qr or code128"))
    })?;
    let words = match &order.lines {
        None => vec![Words::Tag, Words::Name, Words::Serial],
        Some(lines) => lines.iter().map(|line| words(line)).collect::<Result<_, _>>()?,
    };
    let design = Design { sheet, code, words, start: order.start.unwrap_or(1) };
    design.check()?;
    Ok(design)
}

fn words(line: &str) -> Result<Words, Refusal> {
    Words::parse(line).ok_or_else(|| {
        let known = Words::ALL.map(Words::as_str).join(", ");
        Refusal::invalid("lines", format!("no line \"{line}\"; hint: {known}"))
    })
}

impl OwnSheet {
    const fn measured(&self) -> Own {
        Own {
            page_width: self.page_width,
            page_height: self.page_height,
            margin_x: self.margin_x,
            margin_y: self.margin_y,
            columns: self.columns,
            rows: self.rows,
            gap_x: self.gap_x,
            gap_y: self.gap_y,
        }
    }
}
