//! The sheet that is signed at a handover, as PDF.

use app::handover;
use axum::extract::State;
use axum::response::Response;
use domain::id::noun;

use super::assets::named;
use super::bearer::{Bearer, Viewer};
use super::headers::{At, Which};
use super::problem::Answer;
use crate::download;
use crate::state::Web;

/// The handover sheet of an employee.
///
/// Role: viewer. All that they hold, with lines to sign, as PDF.
#[utoipa::path(get, path = "/api/v1/employees/{id}/handover", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    responses((status = 200, content((Vec<u8> = "application/pdf")))))]
pub async fn of_employee(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
) -> Answer<Response> {
    let sheet = handover::of_employee(&web.app, &caller, id).await?;
    Ok(download::pdf("handover.pdf", sheet))
}

/// The handover sheet of an asset.
///
/// Role: viewer. For the employee who has it, with lines to sign, as PDF.
#[utoipa::path(get, path = "/api/v1/assets/{id}/handover", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag")),
    responses((status = 200, content((Vec<u8> = "application/pdf"))),
        (status = 409, description = "No employee has it.")))]
pub async fn of_asset(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
) -> Answer<Response> {
    let id = named(&web, &caller, &which).await?.asset.id;
    let sheet = handover::of_asset(&web.app, &caller, id).await?;
    Ok(download::pdf("handover.pdf", sheet))
}
