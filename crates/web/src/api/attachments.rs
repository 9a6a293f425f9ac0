//! Files kept with assets, employees and products.

use app::Caller;
use app::attachments::{self, Attachment};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::event::Subject;
use domain::id::noun;
use serde::Serialize;
use utoipa::ToSchema;

use super::assets::named;
use super::bearer::{Bearer, Manager, Operator, Viewer};
use super::headers::{At, Which, location};
use super::listing::{List, Paged};
use super::problem::Answer;
use super::reading::Asked;
use crate::state::Web;
use crate::{download, upload};

/// A file kept with an asset, an employee or a product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentShape {
    #[schema(example = "att_0HZX4K9Q2M7RA")]
    id: String,
    /// The id of its asset, where it is kept with one.
    asset: Option<String>,
    /// The id of its employee, where it is kept with one.
    employee: Option<String>,
    /// The id of its product, where it is kept with one.
    product: Option<String>,
    #[schema(example = "invoice.pdf")]
    name: String,
    /// Told from what is in it.
    #[schema(example = "application/pdf")]
    media_type: &'static str,
    /// In bytes.
    size: i64,
    added_at: String,
    added_by: String,
}

/// A form with one file.
#[derive(Debug, ToSchema)]
pub struct NewAttachment {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "it only describes what is sent")]
    file: Vec<u8>,
}

impl AttachmentShape {
    fn of(kept: Attachment) -> Self {
        let id = kept.subject.id();
        let (asset, employee, product) = match kept.subject {
            Subject::Employee(_) => (None, Some(id), None),
            Subject::Product(_) => (None, None, Some(id)),
            _ => (Some(id), None, None),
        };
        AttachmentShape {
            id: kept.id.to_string(),
            asset,
            employee,
            product,
            name: kept.name.as_str().to_owned(),
            media_type: kept.kind.media_type(),
            size: kept.size,
            added_at: kept.added_at.to_string(),
            added_by: kept.added_by,
        }
    }
}

/// List an asset's attachments.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/assets/{id}/attachments", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag"), Paged),
    responses((status = 200, body = List<AttachmentShape>)))]
pub async fn list(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    Which(which): Which,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<AttachmentShape>>> {
    let asset = named(&web, &caller, &which).await?.asset.id;
    all(&web, &caller, Subject::Asset(asset), &asked).await
}

/// Attach a file to an asset.
///
/// Role: operator. PDF, pictures, text, CSV and Office documents without macros, up to the size that
/// this installation allows; what it is, its content says.
#[utoipa::path(post, path = "/api/v1/assets/{id}/attachments", tag = "assets",
    params(("id" = String, Path, description = "`ast_…` or `tag:` and the asset tag")),
    request_body(content = NewAttachment, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentShape)))]
pub async fn add(
    State(web): State<Web>,
    Bearer(caller): Operator,
    Which(which): Which,
    request: Request,
) -> Answer<impl IntoResponse> {
    let asset = named(&web, &caller, &which).await?.asset.id;
    kept(&web, &caller, Subject::Asset(asset), request).await
}

/// List an employee's attachments.
///
/// Role: viewer. Newest first.
#[utoipa::path(get, path = "/api/v1/employees/{id}/attachments", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`"), Paged),
    responses((status = 200, body = List<AttachmentShape>)))]
pub async fn of_employee(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Employee>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<AttachmentShape>>> {
    all(&web, &caller, Subject::Employee(id), &asked).await
}

/// Attach a file to an employee.
///
/// Role: operator. The same kinds of files as for assets.
#[utoipa::path(post, path = "/api/v1/employees/{id}/attachments", tag = "employees",
    params(("id" = String, Path, description = "`emp_…`")),
    request_body(content = NewAttachment, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentShape)))]
pub async fn add_to_employee(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Employee>,
    request: Request,
) -> Answer<impl IntoResponse> {
    app::people::employee(&web.app, &caller, id).await?;
    kept(&web, &caller, Subject::Employee(id), request).await
}

/// List a product's attachments.
///
/// Role: viewer. Newest first; the newest picture among them is what the product looks like.
#[utoipa::path(get, path = "/api/v1/products/{id}/attachments", tag = "catalog",
    params(("id" = String, Path, description = "`prd_…`"), Paged),
    responses((status = 200, body = List<AttachmentShape>)))]
pub async fn of_product(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Product>,
    Asked(asked): Asked<Paged>,
) -> Answer<Json<List<AttachmentShape>>> {
    all(&web, &caller, Subject::Product(id), &asked).await
}

/// Attach a file to a product.
///
/// Role: operator. The same kinds of files as for assets.
#[utoipa::path(post, path = "/api/v1/products/{id}/attachments", tag = "catalog",
    params(("id" = String, Path, description = "`prd_…`")),
    request_body(content = NewAttachment, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentShape)))]
pub async fn add_to_product(
    State(web): State<Web>,
    Bearer(caller): Operator,
    At(id): At<noun::Product>,
    request: Request,
) -> Answer<impl IntoResponse> {
    app::catalog::product(&web.app, &caller, id).await?;
    kept(&web, &caller, Subject::Product(id), request).await
}

async fn all(
    web: &Web,
    caller: &Caller,
    subject: Subject,
    asked: &Paged,
) -> Answer<Json<List<AttachmentShape>>> {
    let kept = attachments::of(&web.app, caller, subject).await?;
    let id = |kept: &Attachment| kept.id.to_string();
    Ok(Json(List::cut(kept, asked, id, AttachmentShape::of)?))
}

async fn kept(
    web: &Web,
    caller: &Caller,
    subject: Subject,
    request: Request,
) -> Answer<impl IntoResponse + use<>> {
    let sent = upload::file(request, web.app.limits()).await?;
    let kept = attachments::add(&web.app, caller, subject, &sent.name, sent.content).await?;
    let at = location("attachments", kept.id);
    Ok((StatusCode::CREATED, at, Json(AttachmentShape::of(kept))))
}

/// One attachment.
///
/// Role: viewer.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "assets",
    params(("id" = String, Path, description = "`att_…`")),
    responses((status = 200, body = AttachmentShape)))]
pub async fn get(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Attachment>,
) -> Answer<Json<AttachmentShape>> {
    let kept = attachments::attachment(&web.app, &caller, id).await?;
    Ok(Json(AttachmentShape::of(kept)))
}

/// What is in an attachment.
///
/// Role: viewer. As it was sent.
#[utoipa::path(get, path = "/api/v1/attachments/{id}/content", tag = "assets",
    params(("id" = String, Path, description = "`att_…`")),
    responses((status = 200, content((Vec<u8> = "application/octet-stream")))))]
pub async fn content(
    State(web): State<Web>,
    Bearer(caller): Viewer,
    At(id): At<noun::Attachment>,
) -> Answer<Response> {
    let (kept, content) = attachments::content(&web.app, &caller, id).await?;
    Ok(download::attachment(&kept, content, false))
}

/// Delete an attachment.
///
/// Role: manager. For good; the history of what it was kept with remembers its name.
#[utoipa::path(delete, path = "/api/v1/attachments/{id}", tag = "assets",
    params(("id" = String, Path, description = "`att_…`")),
    responses((status = 204)))]
pub async fn delete(
    State(web): State<Web>,
    Bearer(caller): Manager,
    At(id): At<noun::Attachment>,
) -> Answer<StatusCode> {
    attachments::remove(&web.app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
