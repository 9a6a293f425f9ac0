//! What holds for every page: who gets in, what its headers say, how heavy it is.

use axum::body::Body;
use axum::http::{Request, header};

use crate::house::House;

/// Pages of a tenant that need nothing else to exist; each opens for an administrator.
const PAGES: [&str; 47] = [
    "",
    "/welcome",
    "/assets",
    "/assets?q=mac&sort=-updated_at&edit=status&archived=any",
    "/assets/new",
    "/employees",
    "/employees?who=leavers",
    "/employees/new",
    "/employees?edit=columns&columns=name,holds",
    "/employees?department=dep_0000000000001&manager=emp_0000000000001",
    "/bulks/new?action=check_out",
    "/bulks/new?action=check_in",
    "/products",
    "/products/new",
    "/categories",
    "/categories/new",
    "/manufacturers",
    "/manufacturers/new",
    "/suppliers",
    "/suppliers/new",
    "/locations",
    "/locations/new",
    "/departments",
    "/departments/new",
    "/statuses",
    "/statuses/new",
    "/sources",
    "/sources/new",
    "/conflicts",
    "/alerts",
    "/settings",
    "/settings/tokens",
    "/settings/fields",
    "/assets?edit=warranty_until&warranty_until=!next-90-days&location=in:loc_0000000000001",
    "/assets?edit=filter",
    "/assets?edit=columns",
    "/assets?name=~a&name=!~b&cost=100..&kandji.last_check_in=%3C30-days-ago&custodian=none",
    "/settings/users",
    "/settings/tenants",
    "/account",
    "/mine",
    "/assets?held=no&platform=Mac&platform=iPad",
    "/reports",
    "/reports/assets?q=a&edit=status&details=user.email&details=tags",
    "/reports/coverage",
    "/reports/coverage?gap=no_serial",
    "/assets?due=week&supplier=sup_0000000000001",
];

#[tokio::test]
async fn every_page_opens_and_keeps_the_policy() {
    let house = House::new().await;
    house.asset("A-1").await;
    for page in PAGES {
        let said = house.get(&format!("/t/example-company{page}")).await;
        said.is(200);
        let policy = said.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{page}: {policy}");
        assert_eq!(said.header("x-content-type-options"), "nosniff");
        assert_eq!(said.header("cache-control"), "no-store");
        assert_eq!(said.text.matches("<h1").count(), 1, "{page}");
        for forbidden in [" style=", "<style", " onclick=", "javascript:", "src=\"http"] {
            assert!(!said.text.contains(forbidden), "{page} holds {forbidden}");
        }
        let files = [web::assets::STYLESHEET, web::assets::SCRIPT, web::assets::HTMX];
        let whole: usize = files.iter().map(|file| file.body.len()).sum::<usize>();
        let whole = whole + said.text.len();
        // A third of that as it is sent.
        assert!(whole < 107_000, "{page}: {whole} bytes before compression");
        ids_are_unique(page, &said.text);
    }
}

fn ids_are_unique(page: &str, html: &str) {
    let mut ids: Vec<_> =
        html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{page} names something twice");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let house = House::new().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://example.com")] {
        let request = Request::builder()
            .method("POST")
            .uri("/t/example-company/assets/new")
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, format!("session={}", house.session))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let said = house.send(request.body(Body::from("tag=A-1")).unwrap()).await;
        said.is(403).shows("This came from another site");
        assert!(said.header("content-security-policy").starts_with("default-src 'none'"));
    }
    house.get(&house.at("assets/A-1")).await.is(404);
}

#[tokio::test]
async fn what_is_not_there_says_so_in_words() {
    let house = House::new().await;
    for path in ["/nowhere", "/t/example-company/nowhere", "/t/example-company/runs/x"] {
        house.get(path).await.is(404).shows("There is nothing here");
    }
    let none = house.get(&house.at("assets/A-404")).await;
    none.is(404).shows("No asset &quot;A-404&quot;.").shows("aria-label=\"Main\"");
    let may_not = house.ask(&house.viewer, "GET", &house.at("assets/new"), &[]).await;
    may_not.is(403).shows("You may not do that").shows("aria-label=\"Main\"");
    for outside in ["/nowhere", "/t/elsewhere/assets"] {
        let outside = house.get(outside).await;
        assert!(!outside.is(404).text.contains("aria-label=\"Main\""));
    }
    house.ask(&house.session, "DELETE", "/sign-in", &[]).await.is(405).shows("no such page");
    let much = "x".repeat(300_000);
    house.post(&house.at("assets/new"), &[("tag", &much)]).await.is(413).shows("too much at once");
}
