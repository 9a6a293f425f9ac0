//! The way around: every room of the tenant, how much waits there, and who is signed in.

use maud::{Markup, html};

use super::{Frame, Theme, mark};
use crate::components::{Icon, Opens, count, menu, menu_link, menu_post, person};

/// An entry of the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Home,
    Mine,
    Assets,
    Employees,
    Conflicts,
    Alerts,
    Activity,
    Reports,
    Sources,
    Imports,
    Products,
    Categories,
    Manufacturers,
    Suppliers,
    Locations,
    Departments,
    Statuses,
    Settings,
    /// What is one's own; no entry, the menu at the foot leads there.
    Account,
}

const DAILY: [Room; 8] = [
    Room::Home,
    Room::Mine,
    Room::Assets,
    Room::Employees,
    Room::Conflicts,
    Room::Alerts,
    Room::Activity,
    Room::Reports,
];
const BRING_IN: [Room; 2] = [Room::Sources, Room::Imports];
const CATALOG: [Room; 7] = [
    Room::Products,
    Room::Categories,
    Room::Manufacturers,
    Room::Suppliers,
    Room::Locations,
    Room::Departments,
    Room::Statuses,
];

impl Room {
    const fn face(self) -> (Icon, &'static str, &'static str) {
        match self {
            Self::Home => (Icon::House, "Home", ""),
            Self::Mine => (Icon::User, "My things", "mine"),
            Self::Assets => (Icon::Laptop, "Assets", "assets"),
            Self::Employees => (Icon::Users, "Employees", "employees"),
            Self::Conflicts => (Icon::GitMerge, "Conflicts", "conflicts"),
            Self::Alerts => (Icon::Bell, "Alerts", "alerts"),
            Self::Activity => (Icon::History, "Activity", "activity"),
            Self::Reports => (Icon::ChartColumn, "Reports", "reports"),
            Self::Sources => (Icon::Plug, "Sources", "sources"),
            Self::Imports => (Icon::FileSpreadsheet, "Imports", "imports"),
            Self::Products => (Icon::Package, "Products", "products"),
            Self::Categories => (Icon::Shapes, "Categories", "categories"),
            Self::Manufacturers => (Icon::Factory, "Manufacturers", "manufacturers"),
            Self::Suppliers => (Icon::Truck, "Suppliers", "suppliers"),
            Self::Locations => (Icon::MapPin, "Locations", "locations"),
            Self::Departments => (Icon::Building2, "Departments", "departments"),
            Self::Statuses => (Icon::Tag, "Statuses", "statuses"),
            Self::Settings => (Icon::Settings, "Settings", "settings"),
            Self::Account => (Icon::User, "Your account", "account"),
        }
    }
}

/// In the page's grid on a wide screen, a popover on a phone: `popover` needs no script.
pub(super) fn sidebar(frame: &Frame) -> Markup {
    html! {
        aside.sidebar id="sidebar" popover aria-label="Sidebar" {
            div.brand {
                (mark())
                (tenants(frame))
                a.button.button-quiet.button-bare href=(frame.to("assets?q=")) title="Search assets" data-search-link {
                    (Icon::Search) span.spoken { "Search assets" }
                }
            }
            nav.nav aria-label="Main" {
                (group(frame, None, &DAILY))
                (group(frame, Some("Bring in"), &BRING_IN))
                (group(frame, Some("Catalog"), &CATALOG))
                (group(frame, None, &[Room::Settings]))
            }
            (account(frame))
        }
    }
}

fn group(frame: &Frame, title: Option<&str>, rooms: &[Room]) -> Markup {
    html! {
        div {
            @if let Some(title) = title { h2 { (title) } }
            ul { @for room in rooms.iter().filter(|room| frame.employed || **room != Room::Mine) { li { (entry(frame, *room)) } } }
        }
    }
}

fn entry(frame: &Frame, room: Room) -> Markup {
    let (icon, label, path) = room.face();
    let href = if path.is_empty() { frame.base.clone() } else { frame.to(path) };
    let waiting = match room {
        Room::Conflicts => frame.waiting.conflicts,
        Room::Alerts => frame.waiting.alerts,
        _ => 0,
    };
    html! {
        a href=(href) aria-current=[(room == frame.room).then_some("page")] {
            (icon) (label) (count(waiting))
        }
    }
}

fn tenants(frame: &Frame) -> Markup {
    if frame.other_tenants.is_empty() {
        return html! { a.tenant-name href=(frame.base) { (frame.tenant) } };
    }
    let face = html! { span { (frame.tenant) } (Icon::ChevronsUpDown) };
    menu(
        Opens::Below,
        "tenant-name",
        &face,
        &html! {
            @for (href, name) in &frame.other_tenants { (menu_link(href, None, name)) }
        },
    )
}

fn account(frame: &Frame) -> Markup {
    menu(
        Opens::Above,
        "nav-row",
        &person(&frame.user),
        &html! {
            div.menu-head { strong { (frame.user) } div.quiet-text { (frame.email) } }
            @if !frame.employed { (menu_link(&frame.to("mine"), Some(Icon::Laptop), "My things")) }
            (menu_link(&frame.to("account"), Some(Icon::User), "Your account"))
            (theme_choice(frame.theme))
            button.menu-item type="button" data-help hidden { (Icon::CircleHelp) "Keyboard" kbd { "?" } }
            (menu_post("/sign-out", Icon::LogOut, "Sign out"))
        },
    )
}

fn theme_choice(chosen: Theme) -> Markup {
    let themes = [(Theme::System, "System"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
    html! {
        form.menu-form method="post" action="/theme" data-themes {
            div.segmented role="group" aria-label="Theme" {
                @for (theme, label) in themes {
                    button name="theme" value=(theme.name()) aria-pressed=(theme == chosen) { (label) }
                }
            }
        }
    }
}
