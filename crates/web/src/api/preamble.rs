//! What the OpenAPI document says once for all operations: who we are, who may, how we say no.

use std::collections::BTreeMap;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{Components, Object, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{BadField, Problem};
use super::webhooks::WebhookBody;

const ABOUT: &str = "JSON over HTTP. Every request carries `Authorization: Bearer <token>`; a token \
                     belongs to one tenant and one role. Times are RFC 3339 UTC. Errors are RFC 9457 \
                     problems.\n\n\
                     **Filters** of assets stand in the query string under the field's name, and all \
                     of them hold: `status=sta_…&warranty_until=next-90-days`. Ids and words take \
                     several with commas; any filter may be repeated, and then any of its values \
                     will do. `!` before a value turns it around: `status=!sta_…` is every other \
                     one. `none` asks for blanks, `!none` for what is not blank. A text is compared \
                     whole and without case, `~part` finds it anywhere; in quotation marks it means \
                     itself. A day is `2026-01-31`, `today`, `30-days-ago` or `in-2-weeks`, a range \
                     `2026-01-01..2026-03-31`, `<today`, `>=2026-01-01`, `last-30-days` or \
                     `next-3-months`; days are the company's. Numbers and amounts have ranges too: \
                     `100..500`, `>99.90 EUR`. A filter that cannot be read is a 422 with a hint.";

const TAGS: [(&str, &str); 19] = [
    ("assets", "The things we track, and who has them."),
    ("bulks", "One change to many assets: previewed, applied, taken back."),
    ("employees", "People who can hold assets."),
    (
        "catalog",
        "Products, categories, manufacturers, suppliers, statuses, locations, departments.",
    ),
    ("fields", "What a tenant added to its assets and its people."),
    ("views", "Lists of assets kept under a name."),
    ("sources", "Configured connections, Kandji's among them."),
    ("runs", "Attempts to sync a source: previewed, applied, held, taken back."),
    ("imports", "Tables that people bring: mapped, planned row by row, applied, taken back."),
    ("conflicts", "Questions only a person can answer."),
    ("alerts", "What a person should know until it is mended."),
    ("events", "What happened, each event once, to be followed from wherever one stopped."),
    ("webhooks", "Events sent to an address as they happen, signed."),
    ("reports", "Tables over the register and its sources, as JSON, CSV and workbooks."),
    ("company", "The tenant's own details."),
    ("tokens", "Keys to this API."),
    ("users", "People who sign in; a user is not an employee."),
    ("tenants", "Organizations whose records stand alone."),
    ("operations", "For load balancers and readers; no token needed."),
];

const ERRORS: [(&str, &str); 10] = [
    ("400", "The body or the query cannot be read."),
    ("401", "No token, or one that is not known."),
    ("403", "The token's role is too low."),
    ("404", "Not here; what belongs to another tenant is not here either."),
    ("409", "It is not in a state for that."),
    ("412", "It changed meanwhile."),
    ("413", "The body is larger than what is taken at once."),
    ("415", "The body is not JSON."),
    ("422", "Fields that cannot be taken, each named."),
    ("503", "Busy; try again in a moment."),
];

/// The document before any route is in it.
pub fn preamble() -> OpenApi {
    let mut info = Info::new("Stockroom API", "1");
    info.description = Some(ABOUT.into());
    let tags =
        TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new().info(info).tags(Some(tags)).build()
}

/// Adds what follows from an operation's shape: the token it needs and the errors it can answer.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_with(Components::new);
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("token", scheme);
    for (name, schema) in [
        (Problem::name(), Problem::schema()),
        (BadField::name(), BadField::schema()),
        (WebhookBody::name(), WebhookBody::schema()),
    ] {
        components.schemas.insert(name.into(), schema);
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(operation_id(method, path));
            if path.starts_with("/api/v1/") {
                if method == "post" {
                    operation.parameters.get_or_insert_default().push(RefOr::T(key()));
                }
                complete_one(operation);
            }
            describe(&mut operation.responses.responses);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [("get", get), ("post", post), ("put", put), ("patch", patch), ("delete", delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Every POST takes one.
fn key() -> Parameter {
    let about = "Makes the request safe to repeat for a day: sent again with the same key it is \
                 not done again, and is answered as the first time. Only what was done is \
                 remembered.";
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .schema(Some(Object::with_type(Type::String)))
        .description(Some(about))
        .build()
}

/// `post_assets_id_checkout`
fn operation_id(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1").replace(['{', '}'], "");
    format!("{method}{}", path.replace(['/', '.'], "_"))
}

fn complete_one(operation: &mut Operation) {
    let none: [&str; 0] = [];
    operation.security = Some(vec![SecurityRequirement::new("token", none)]);
    let parameters = operation.parameters.iter().flatten();
    let has = |place: ParameterIn| {
        let mut parameters = parameters.clone();
        parameters.any(|one| matches!(one, RefOr::T(one) if one.parameter_in == place))
    };
    let addressed = has(ParameterIn::Path);
    let asked = has(ParameterIn::Query) || has(ParameterIn::Header);
    let sent = operation.request_body.is_some();
    let responses = &mut operation.responses.responses;
    for (status, description) in ERRORS {
        let answers = match status {
            "400" | "422" => sent || asked,
            "404" => addressed,
            "409" | "412" | "413" => responses.contains_key(status),
            "415" => sent,
            _ => true,
        };
        if answers {
            add(responses, status, description);
        }
    }
}

/// An error the operation describes itself keeps its words.
fn add(responses: &mut BTreeMap<String, RefOr<Response>>, status: &str, description: &str) {
    let own = match responses.get(status) {
        Some(RefOr::T(own)) => own.description.clone(),
        _ => description.to_owned(),
    };
    let shape = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        ResponseBuilder::new().description(own).content("application/problem+json", shape);
    responses.insert(status.to_owned(), RefOr::T(response.build()));
}

/// Every response has words; those that made something say where it is.
fn describe(responses: &mut BTreeMap<String, RefOr<Response>>) {
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            let words = if status == "201" { "Made." } else { "Done." };
            words.clone_into(&mut response.description);
        }
        if ["201", "202"].contains(&status.as_str()) {
            let header = HeaderBuilder::new().schema(Some(Object::with_type(Type::String)));
            let header = header.description(Some("Its address.")).build();
            response.headers.insert("Location".into(), RefOr::T(header));
        }
    }
}
