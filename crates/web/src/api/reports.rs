//! Reports, as JSON page by page, and whole as CSV and workbooks.

use std::collections::BTreeMap;

use app::Caller;
use app::reports::coverage::{Coverage, Gap};
use app::reports::shelf::{self, Given};
use app::reports::warranty::Within;
use app::reports::{self, Cell, Format, JsonRow, Opened, Summary};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use utoipa::{IntoParams, ToSchema};

use super::assets::AssetListQuery;
use super::bearer::{Bearer, Viewer};
use super::listing::{Limit, List, Paged, many, parsed};
use super::problem::{Answer, Problem};
use super::reading::{Asked, AskedBoth};
use super::written::day;
use crate::download;
use crate::state::Web;

/// A report there is.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportShape {
    /// The last part of its address.
    #[schema(example = "assets")]
    name: &'static str,
    #[schema(example = "Asset Report")]
    title: &'static str,
    about: &'static str,
}

/// A page of a report's rows.
#[derive(Debug, serde::Serialize, ToSchema)]
pub struct ReportPage {
    /// Objects with a key for each column, `null` where it is blank.
    #[schema(value_type = Vec<Object>)]
    items: Items,
    /// Give it back as `cursor` for the next page; `null` on the last.
    next: Option<String>,
    /// How many rows each finding has, where the report has findings; on the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    counts: Option<BTreeMap<String, i64>>,
    /// What the report comes to, where it adds up; on the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<SummaryShape>,
}

/// Figures and the parts of charts.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = ReportSummary)]
pub struct SummaryShape {
    figures: Vec<PartShape>,
    charts: Vec<ChartShape>,
    /// What the figures leave out.
    notes: Vec<String>,
}

#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = ReportChart)]
pub struct ChartShape {
    title: String,
    parts: Vec<PartShape>,
}

#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = ReportPart)]
pub struct PartShape {
    label: String,
    /// A count; where `amount` is given, minor units of its currency.
    value: i64,
    /// As people read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
}

impl SummaryShape {
    fn of(summary: Summary) -> Self {
        let figures = summary.figures.into_iter();
        let parts = |parts: Vec<reports::Part>| {
            let parts = parts.into_iter();
            parts.map(|part| PartShape { label: part.label, value: part.value, amount: part.shown })
        };
        SummaryShape {
            figures: figures
                .map(|one| PartShape { label: one.label, value: one.count, amount: one.shown })
                .collect(),
            charts: summary
                .charts
                .into_iter()
                .map(|chart| ChartShape { title: chart.title, parts: parts(chart.parts).collect() })
                .collect(),
            notes: summary.notes,
        }
    }
}

pub struct Items {
    report: Opened,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `json` answers a page, `csv` and `xlsx` a file with every row. Without it `json`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    format: Option<Format>,
    /// Kandji details beside the eleven, several with commas: `device_name`, `user.email`, ….
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    details: Vec<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Further {
    /// `json` answers a page, `csv` and `xlsx` a file with every row. Without it `json`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    format: Option<Format>,
    /// For `warranty`: `expired`, `30`, `60` or `90`; without it what ended and ends in 90 days.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    within: Option<Within>,
    /// For `value`: on which day; without it today.
    #[serde(default, deserialize_with = "day")]
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// `next` of the page before; said once, with the list's parameters.
    #[param(ignore)]
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CoverageQuery {
    /// `json` answers a page, `csv` and `xlsx` a file with every row. Without it `json`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    format: Option<Format>,
    /// `not_here`, `not_in_kandji`, `custodian_differs`, `no_serial` or `serial_twice`; without it
    /// all of them.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    gap: Option<Gap>,
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// List reports.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", params(Paged),
    responses((status = 200, body = List<ReportShape>)))]
pub async fn list(
    Bearer(_caller): Viewer,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<ReportShape>>> {
    let shape = |report: &shelf::Shelved| ReportShape {
        name: report.name,
        title: report.title,
        about: report.about,
    };
    let all = shelf::SHELF.iter().collect();
    Ok(Json(List::cut(all, &asked, |report| report.name.to_owned(), shape)?))
}

/// The Asset Report.
///
/// Role: viewer. Every asset with its columns of the register and its Kandji details, the eleven
/// first. Takes every filter and order of the list of assets.
#[utoipa::path(get, path = "/api/v1/reports/assets", tag = "reports",
    params(Wanted, AssetListQuery),
    responses((status = 200, content((ReportPage = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn assets(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    AskedBoth(wanted, list): AskedBoth<Wanted, AssetListQuery>,
) -> Answer<Response> {
    let assets = list.query(&web, &caller).await?;
    let given = Given { assets, details: wanted.details, ..Given::default() };
    answered(&web, &caller, "assets", given, wanted.format).await
}

/// Any other report.
///
/// Role: viewer. `status`, `products`, `categories`, `locations`, `departments`, `custodians`,
/// `os-versions` and `age` count assets; `value`, `warranty`, `overdue` and `leavers` list them.
/// `overdue` and `leavers` count archived assets too, unless `archived` says otherwise.
/// Each takes the filters of the list of assets; where a report has an order of its own, `sort`
/// changes nothing.
#[utoipa::path(get, path = "/api/v1/reports/{report}", tag = "reports",
    params(("report" = String, Path, description = "A name of `GET /api/v1/reports`"), Further,
        AssetListQuery),
    responses((status = 200, content((ReportPage = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn one(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Path(name): Path<String>,
    AskedBoth(further, list): AskedBoth<Further, AssetListQuery>,
) -> Answer<Response> {
    // A cursor of its own, which the list's would not read.
    let cursor = further.cursor.clone();
    let archived = list.speaks_of_archived();
    let assets = list.query(&web, &caller).await?;
    let (within, as_of) = (further.within, further.as_of);
    let given = Given { assets, archived, within, as_of, ..Given::default() };
    paged(&web, &caller, &name, given, further.format, cursor).await
}

async fn answered(
    web: &Web,
    caller: &Caller,
    name: &str,
    given: Given,
    format: Option<Format>,
) -> Answer<Response> {
    let at = given.assets.cursor.as_ref().map(ToString::to_string);
    paged(web, caller, name, given, format, at).await
}

async fn paged(
    web: &Web,
    caller: &Caller,
    name: &str,
    given: Given,
    format: Option<Format>,
    at: Option<String>,
) -> Answer<Response> {
    let report = shelf::find(name)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, shelf::unknown(name)))?;
    let company = app::company::company(&web.app, caller).await?;
    let (today, limit) = (app::company::today(&web.app, &company), given.assets.limit);
    let report = report.made(Given { today, ..given })?;
    let opened = reports::open(&web.app, caller, report).await?;
    if let Some(format @ (Format::Csv | Format::Xlsx)) = format {
        return Ok(download::answer(&web.app, caller, opened, format).await?);
    }
    let summary = match at {
        None => Some(opened.summary(&web.app, caller).await?),
        Some(_) => None,
    };
    let summary = summary.filter(|summary| *summary != Summary::default()).map(SummaryShape::of);
    let page = opened.page(&web.app, caller, at, limit).await?;
    let items = Items { report: opened, rows: page.items };
    Ok(Json(ReportPage { items, next: page.next, counts: None, summary }).into_response())
}

/// Coverage.
///
/// Role: viewer. Where register and sources do not cover each other: devices without an asset,
/// assets no source lists, custodians that differ from the user in Kandji, assets without a serial
/// or with one that another has.
#[utoipa::path(get, path = "/api/v1/reports/coverage", tag = "reports", params(CoverageQuery),
    responses((status = 200, content((ReportPage = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn coverage(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Asked(asked): Asked<CoverageQuery>,
) -> Answer<Response> {
    let report = Coverage { gap: asked.gap };
    let opened = reports::open(&web.app, &caller, Box::new(report)).await?;
    if let Some(format @ (Format::Csv | Format::Xlsx)) = asked.format {
        return Ok(download::answer(&web.app, &caller, opened, format).await?);
    }
    let Limit(limit) = asked.limit.unwrap_or_default();
    // Counting looks at every device, so it is done once for all pages.
    let counts = if asked.cursor.is_none() {
        let figures = opened.summary(&web.app, &caller).await?.figures;
        Some(figures.into_iter().map(|figure| (figure.key, figure.count)).collect())
    } else {
        None
    };
    let page = opened.page(&web.app, &caller, asked.cursor, limit).await?;
    let items = Items { report: opened, rows: page.items };
    Ok(Json(ReportPage { items, next: page.next, counts, summary: None }).into_response())
}

impl Serialize for Items {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.rows.len()))?;
        for cells in &self.rows {
            list.serialize_element(&JsonRow { columns: self.report.columns(), cells })?;
        }
        list.end()
    }
}

impl std::fmt::Debug for Items {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rows.fmt(f)
    }
}
