//! Reports, as JSON page by page, and whole as CSV and workbooks.

use std::collections::BTreeMap;

use app::reports::assets::AssetReport;
use app::reports::coverage::{Coverage, Gap};
use app::reports::{self, Cell, Format, JsonRow, Opened};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use utoipa::{IntoParams, ToSchema};

use super::assets::AssetListQuery;
use super::bearer::{Bearer, Viewer};
use super::listing::{Limit, List, many, parsed};
use super::problem::Answer;
use super::reading::{Asked, AskedBoth};
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
    counts: Option<BTreeMap<&'static str, i64>>,
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
pub struct CoverageQuery {
    /// `json` answers a page, `csv` and `xlsx` a file with every row. Without it `json`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    format: Option<Format>,
    /// `not_here`, `not_in_kandji`, `custodian_differs` or `no_serial`; without it all of them.
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
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports",
    responses((status = 200, body = List<ReportShape>)))]
pub async fn list(Bearer(_caller): Viewer) -> Json<List<ReportShape>> {
    let shelf = crate::pages::reports::SHELF.iter();
    let items = shelf.map(|report| ReportShape {
        name: report.word,
        title: report.title,
        about: report.about,
    });
    Json(List::whole(items.collect()))
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
    let (at, limit) = (assets.cursor.as_ref().map(ToString::to_string), assets.limit);
    let report = AssetReport::of(assets, wanted.details)?;
    let opened = reports::open(&web.app, &caller, Box::new(report)).await?;
    if let Some(format @ (Format::Csv | Format::Xlsx)) = wanted.format {
        return Ok(download::answer(&web.app, &caller, opened, format).await?);
    }
    let page = opened.page(&web.app, &caller, at, limit).await?;
    let items = Items { report: opened, rows: page.items };
    Ok(Json(ReportPage { items, next: page.next, counts: None }).into_response())
}

/// Coverage.
///
/// Role: viewer. Where register and sources do not cover each other: devices without an asset,
/// assets no source lists, custodians that differ from the user in Kandji, assets without a serial.
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
        let figures = reports::figures(&web.app, &caller).await?;
        Some(figures.into_iter().map(|figure| (figure.key, figure.count)).collect())
    } else {
        None
    };
    let page = opened.page(&web.app, &caller, asked.cursor, limit).await?;
    let items = Items { report: opened, rows: page.items };
    Ok(Json(ReportPage { items, next: page.next, counts }).into_response())
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
