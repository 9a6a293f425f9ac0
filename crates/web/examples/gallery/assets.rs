//! The asset list: fifty rows, filters, selection, pager.

use maud::{Markup, html};
use web::components::{
    Button, Chip, Column, Field, FieldToFilter, Icon, Opens, PageHeader, Pager, Pick, Row, Sorted,
    Table, copyable, empty, fields_to_filter, menu, menu_link, person, search_box, status,
};
use web::layout::{Room, Theme, list_page};

use crate::company::{Asset, assets, frame, now};

pub fn page(theme: Theme) -> Markup {
    let columns = [
        Column::new("Asset").sort("?sort=tag", Sorted::No).title(),
        Column::new("Name").sort("?sort=name", Sorted::No),
        Column::new("Serial"),
        Column::new("Product").sort("?sort=product", Sorted::No),
        Column::new("Custodian").sort("?sort=custodian", Sorted::No),
        Column::new("Status").sort("?sort=status", Sorted::No).aside(),
        Column::new("Location").drop(),
        Column::new("Last check-in").sort("?sort=seen", Sorted::Down).drop(),
        Column::new("Cost").sort("?sort=cost", Sorted::No).num().drop(),
    ];
    let rows = assets().iter().map(row).collect();
    let pager =
        Pager { shown: 50, total: 4_812, more: false, newer: None, older: Some("?cursor=b3M") };
    list_page(
        &frame(Room::Assets, theme),
        "Assets",
        &html! {
            (PageHeader::new("Assets").note(html! { "4,812" }).actions(actions()))
            (toolbar())
            (selection())
            (Table::new("Assets", &columns, rows).picks_for("bulk"))
            (pager)
        },
    )
}

pub fn none(theme: Theme) -> Markup {
    let connect = html! {
        (Button::link("/t/acme/sources/new", "Connect Kandji").icon(Icon::Plug).primary())
        (Button::link("/t/acme/import", "Import a spreadsheet").icon(Icon::Upload))
    };
    let hint = "Connect Kandji and every device appears here within seconds, or bring in the list you keep now.";
    list_page(
        &frame(Room::Assets, theme),
        "Assets",
        &html! {
            (PageHeader::new("Assets"))
            (empty(Icon::Laptop, "No assets yet", hint, &connect))
        },
    )
}

fn actions() -> Markup {
    html! {
        (menu(Opens::BelowEnd, "button", &html! { (Icon::Download) "Download" }, &html! {
            (menu_link("?format=csv", None, "CSV, as shown"))
            (menu_link("?format=xlsx", None, "Excel, as shown"))
        }))
        (Button::link("/t/acme/assets/new", "New asset").icon(Icon::Plus).primary().key('c'))
    }
}

fn toolbar() -> Markup {
    let editor = html! {
        (Field::new("status", "Status is").checks(
            &[Pick::new("1", "In use"), Pick::new("2", "In stock"), Pick::new("3", "Repair"), Pick::new("4", "Lost")],
            &["1", "2"],
        ))
        (Button::submit("Apply"))
    };
    let fields = [
        "Product",
        "Category",
        "Custodian",
        "Location",
        "Department",
        "OS version",
        "Blueprint",
        "Warranty ends",
    ];
    let fields = fields.map(|label| FieldToFilter { label, name: "product", group: None });
    html! {
        div.toolbar {
            (search_box("/t/acme/assets", "", "Search assets", &[], "#main"))
            (Chip { field: "Status", relation: "is not", value: "Archived", without: "?", change: None, editor: Some(editor), open: false })
            (Chip { field: "Platform", relation: "is", value: "Mac, iPhone", without: "?", change: None, editor: None, open: false })
            (fields_to_filter(&[], &fields))
            (menu(Opens::Below, "button button-quiet", &html! { (Icon::Layers) "Views" }, &html! {
                (menu_link("?view=1", None, "Leavers’ assets"))
                (menu_link("?view=2", None, "Not seen for 30 days"))
                (menu_link("?view=new", Some(Icon::Plus), "Save this view"))
            }))
        }
    }
}

fn selection() -> Markup {
    html! {
        form.selection id="bulk" method="get" action="/t/acme/assets/bulk" {
            span data-picked { "Selected" }
            (Button::answer("deed", "all", "Select all 4,812").quiet())
            (Button::answer("deed", "edit", "Edit"))
            (Button::answer("deed", "checkout", "Check out"))
            (Button::answer("deed", "checkin", "Check in"))
            (Button::answer("deed", "label", "Labels"))
            (Button::answer("deed", "archive", "Archive"))
        }
    }
}

fn row(asset: &Asset) -> Row {
    Row::new(vec![
        html! { a href={ "/t/acme/assets/" (asset.tag) } { (asset.tag) } },
        html! { (asset.name) },
        copyable(&asset.serial),
        html! { (asset.product) },
        html! { @if let Some(name) = asset.custodian { (person(name)) } },
        status(asset.status),
        html! { (asset.location) },
        now().ago(crate::company::minutes_ago(asset.seen_minutes_ago)),
        html! { (asset.cost) },
    ])
    .pick(&asset.tag, &asset.tag)
}
