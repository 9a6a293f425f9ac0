//! Who may see each page and send its form.

use domain::access::Role::{self, Administrator, Manager, Operator, Viewer};

/// The least role that sees a page and that sends its form; unless it is said here, viewers see
/// and managers send.
pub fn needed(path: &str) -> (Role, Role) {
    match path {
        "/columns/assets"
        | "/columns/employees"
        | "/views/new"
        | "/account/password"
        | "/account/sessions"
        | "/alerts/{id}/seen"
        | "/reports/saved/new"
        | "/reports/saved/{id}/mail" => (Viewer, Viewer),
        "/settings" | "/settings/fields" => (Viewer, Administrator),
        "/assets/{asset}/checkout" | "/assets/{asset}/checkin" | "/bulks/new" => {
            (Operator, Operator)
        }
        "/assets/{asset}/sighting"
        | "/assets/{asset}/notes"
        | "/assets/{asset}/attachments"
        | "/employees/{id}/notes"
        | "/employees/{id}/attachments"
        | "/products/{id}/attachments"
        | "/bulks"
        | "/events/{id}/undo" => (Viewer, Operator),
        "/views/{id}"
        | "/reports/saved/{id}/schedule"
        | "/activity.csv"
        | "/activity.xlsx"
        | "/assets/new"
        | "/employees/new"
        | "/employees/{id}/fields"
        | "/runs/{id}/undo"
        | "/imports/{id}/mapping"
        | "/imports/{id}/undo"
        | "/assets/{asset}/edit"
        | "/assets/{asset}/archive"
        | "/assets/{asset}/delete" => (Manager, Manager),
        "/sources/{id}/runs" | "/settings/fields.csv" | "/settings/fields.xlsx" => {
            (Viewer, Manager)
        }
        "/sources/new"
        | "/sources/{id}/test"
        | "/sources/{id}/enable"
        | "/sources/{id}/disable"
        | "/sources/{id}/delete"
        | "/sources/{id}/connection"
        | "/sources/{id}/fields"
        | "/sources/{id}/name"
        | "/sources/{id}/settings" => (Administrator, Administrator),
        path if path.starts_with("/settings/") => (Administrator, Administrator),
        // Nouns, whatever they are.
        path if ["/new", "/edit", "/merge", "/delete"].iter().any(|end| path.ends_with(end)) => {
            (Manager, Manager)
        }
        _ => (Viewer, Manager),
    }
}
