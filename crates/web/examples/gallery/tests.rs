use super::*;
use maud::Markup;
use web::assets::{HTMX, MARK, SCRIPT, STYLESHEET};

fn every_page() -> Vec<(&'static str, Markup)> {
    let theme = Theme::System;
    vec![
        ("gallery", pieces::page(theme)),
        ("home", home::page(theme)),
        ("assets", assets::page(theme)),
        ("no assets", assets::none(theme)),
        ("asset", asset::page(theme)),
        ("source", source::page(theme)),
        ("guide", source::guide(theme)),
        ("run", run::page(theme)),
        ("conflict", conflict::page(theme)),
        ("sign in", signed_out::sign_in(theme)),
        ("first run", signed_out::first_run(theme)),
    ]
}

#[test]
fn no_page_asks_for_what_the_policy_forbids() {
    for (name, page) in every_page() {
        let html = page.into_string();
        for forbidden in [" style=", "<style", " onclick=", "javascript:", "src=\"http"] {
            assert!(!html.contains(forbidden), "{name} holds {forbidden}");
        }
    }
}

#[test]
fn every_page_has_one_title_and_closed_ids() {
    for (name, page) in every_page() {
        let html = page.into_string();
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        let mut ids: Vec<_> =
            html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name} names something twice");
    }
}

#[test]
fn a_first_page_stays_under_105_kilobytes_before_compression() {
    let fixed: usize = [STYLESHEET, SCRIPT, HTMX, MARK].iter().map(|file| file.body.len()).sum();
    for (name, page) in every_page() {
        let whole = fixed + page.into_string().len();
        // A list of fifty rows has a bar of its own; every component at once is no page of ours.
        let other = matches!(name, "assets" | "gallery");
        assert!(other || whole < 105_000, "{name}: {whole} bytes");
    }
}

#[test]
fn a_row_of_the_asset_list_costs_about_a_kilobyte() {
    let bytes = assets::page(Theme::System).into_string().len();
    assert!(bytes < 60_000, "{bytes} bytes for 50 rows, before compression");
}
