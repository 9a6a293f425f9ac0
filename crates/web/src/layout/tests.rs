//! The frame: what every page around it must hold.

use super::*;

fn frame() -> Frame {
    Frame {
        tenant: "Acme & Sons".to_owned(),
        base: "/t/acme".to_owned(),
        other_tenants: vec![],
        user: "Maya Lindqvist".to_owned(),
        email: "maya@acme.example".to_owned(),
        room: Room::Assets,
        employed: true,
        waiting: Waiting { conflicts: 3, alerts: 0 },
        theme: Theme::Dark,
        banner: Some((Tone::Danger, html! { "Kandji refuses the token" })),
        flash: None,
    }
}

#[test]
fn a_page_says_where_it_stands() {
    let html = page(&frame(), "Assets <all>", &html! { h1 { "Assets" } }).into_string();
    assert!(html.contains("<title>Assets &lt;all&gt; · Acme &amp; Sons</title>"));
    assert!(html.contains("href=\"/t/acme/assets\" aria-current=\"page\""));
    assert_eq!(html.matches("aria-current").count(), 1);
    assert!(html.contains("Kandji refuses the token"));
}

#[test]
fn the_readers_theme_is_on_the_page_before_any_script() {
    assert!(
        page(&frame(), "x", &html! {})
            .into_string()
            .contains("<html lang=\"en\" data-theme=\"dark\">")
    );
    let system = Frame { theme: Theme::System, ..frame() };
    assert!(page(&system, "x", &html! {}).into_string().contains("<html lang=\"en\">"));
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    let html = list_page(&frame(), "Assets", &html! {}).into_string();
    for forbidden in ["style=", "<style", "onclick", "javascript:", "src=\"http", "href=\"http"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn signed_out_pages_have_no_sidebar() {
    let html = signed_out_page(Theme::System, "Sign in", "", false, &html! {}).into_string();
    assert!(!html.contains("sidebar"));
}

#[test]
fn an_unknown_theme_is_the_systems() {
    assert_eq!(Theme::parse("dark"), Theme::Dark);
    assert_eq!(Theme::parse("<x>"), Theme::System);
}
