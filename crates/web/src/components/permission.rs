//! What a source's token may do: each permission, what it is for, whether it was granted.

use maud::{Markup, html};

use super::{Column, Icon, Row, Table};

#[derive(Debug, Clone, Copy)]
pub struct Permission<'a> {
    pub label: &'a str,
    pub needed_for: &'a str,
    pub ok: bool,
    /// Without it nothing works; without the others, less does.
    pub indispensable: bool,
}

pub fn permissions(permissions: &[Permission<'_>]) -> Markup {
    let columns = [
        Column::new("Permission").title(),
        Column::new("What it is for").wrap(),
        Column::new("Test").aside(),
    ];
    let rows = permissions.iter().map(|permission| {
        Row::new(vec![
            html! { (permission.label) },
            html! { (capital(permission.needed_for)) },
            mark(*permission),
        ])
    });
    html! { (Table::new("Permissions of the token", &columns, rows.collect())) }
}

/// The column is read as a sentence of its own.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn mark(permission: Permission<'_>) -> Markup {
    html! {
        @if permission.ok {
            span.badge.tone-success { (Icon::Check) "Granted" }
        } @else if permission.indispensable {
            span.badge.tone-danger { (Icon::X) "Missing, required" }
        } @else {
            span.badge.tone-warning { (Icon::X) "Missing" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_with_its_purpose() {
        let list = Permission {
            label: "Device list",
            needed_for: "every sync <all>",
            ok: false,
            indispensable: true,
        };
        let html = permissions(&[list]).into_string();
        assert!(html.contains("Device list") && html.contains("Every sync &lt;all&gt;"));
        assert!(html.contains("Missing, required"));
    }
}
