//! The company details: name, currency, time zone, and what follows an employee at checkout.

use app::{company, versions};
use axum::extract::State;
use axum::response::IntoResponse;
use domain::company::Company;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bearer::{Administrator, Bearer, Viewer};
use super::headers::{IfMatch, versioned};
use super::problem::Answer;
use super::reading::Body;
use super::written::put_there;
use crate::state::Web;

/// The company.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyDetails {
    name: String,
    /// At checkout the asset's location becomes the employee's.
    auto_location: bool,
    /// At checkout the asset's department becomes the employee's.
    auto_department: bool,
    #[schema(example = "USD")]
    currency: String,
    #[schema(example = "Europe/Prague")]
    time_zone: String,
    /// What people sign to on a handover sheet; blank for the usual sentence.
    handover_terms: String,
}

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyPatch {
    name: Option<String>,
    auto_location: Option<bool>,
    auto_department: Option<bool>,
    /// Three letters.
    currency: Option<String>,
    /// A name of the time zone database.
    time_zone: Option<String>,
    /// What people sign to on a handover sheet; blank for the usual sentence.
    handover_terms: Option<String>,
}

/// The company's details.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/company", tag = "company",
    responses((status = 200, body = CompanyDetails)))]
pub async fn get(State(web): State<Web>, Bearer(caller): Viewer) -> Answer<impl IntoResponse> {
    Ok(answer(company::company(&web.app, &caller).await?))
}

/// Change the company's details.
///
/// Role: administrator. Give `If-Match` to be sure that nobody changed them in between.
#[utoipa::path(patch, path = "/api/v1/company", tag = "company", request_body = CompanyPatch,
    params(("If-Match" = Option<String>, Header, description = "The `ETag` it was read with")),
    responses((status = 200, body = CompanyDetails), (status = 412, description = "Somebody was quicker.")))]
pub async fn change(
    State(web): State<Web>,
    Bearer(caller): Administrator,
    IfMatch(version): IfMatch,
    Body(patch): Body<CompanyPatch>,
) -> Answer<impl IntoResponse> {
    let change = move |mut held: Company| {
        put_there(&mut held.name, patch.name);
        put_there(&mut held.auto_location, patch.auto_location);
        put_there(&mut held.auto_department, patch.auto_department);
        put_there(&mut held.currency, patch.currency);
        put_there(&mut held.time_zone, patch.time_zone);
        put_there(&mut held.handover_terms, patch.handover_terms);
        held
    };
    Ok(answer(company::save(&web.app, &caller, version, change).await?))
}

fn answer(company: Company) -> impl IntoResponse {
    versioned(versions::company(&company), shape(company))
}

fn shape(company: Company) -> CompanyDetails {
    CompanyDetails {
        name: company.name,
        auto_location: company.auto_location,
        auto_department: company.auto_department,
        currency: company.currency,
        time_zone: company.time_zone,
        handover_terms: company.handover_terms,
    }
}
