//! People who sign in: to one tenant or several, and what they do about themselves.

use app::{sign_in, users};

use crate::house::{EMAIL, House, PASSWORD, Said};

const NEXT: &str = "another long password";

async fn enter(house: &House, password: &str) -> Said {
    house.ask("", "POST", "/sign-in", &[("email", EMAIL), ("password", password)]).await
}

fn cookie(said: &Said) -> String {
    let mut cookie = said.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap());
    let session = cookie.find_map(|one| one.strip_prefix("session=")).unwrap();
    session.split(';').next().unwrap().to_owned()
}

/// A further tenant, whose first administrator is the one of the first.
async fn further(house: &House, slug: &str) {
    let form = [("name", "Acme EU"), ("slug", slug), ("email", EMAIL)];
    house.post(&house.at("settings/tenants"), &form).await.to();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_tenant_opens_at_once_to_whoever_is_its_administrator() {
    let house = House::new().await;
    further(&house, "acme-eu").await;
    let page = house.get(&house.at("assets")).await;
    page.shows("href=\"/t/acme-eu\"");
    house.get("/t/acme-eu/assets").await.is(200).shows("No assets yet");
    house.get("/t/acme-eu/statuses").await.is(200).shows("Ready");
    house.get("/t/acme-eu/settings").await.is(200);
    house.get("/t/acme-eu/settings/tenants").await.is(403).shows("administrator of the first");
    // And to whoever signs in with the same password.
    let session = cookie(&enter(&house, PASSWORD).await);
    for slug in ["acme-eu", "example-company"] {
        house.ask(&session, "GET", &format!("/t/{slug}/assets"), &[]).await.is(200);
    }
    house
        .post(
            &house.at("settings/tenants"),
            &[("name", "B"), ("slug", "acme-eu"), ("email", EMAIL)],
        )
        .await
        .is(422)
        .shows("has the address");
    house
        .post(&house.at("settings/tenants"), &[("name", "B"), ("slug", "A B"), ("email", EMAIL)])
        .await
        .is(422)
        .shows("cannot stand in an address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_in_one_tenant_opens_nothing_in_another() {
    let house = House::new().await;
    further(&house, "acme-eu").await;
    let tenant = app::company::tenant(&house.app, "acme-eu").await.unwrap().unwrap();
    let there = app::Caller::system(tenant.id);
    let user = users::list(&house.app, &there).await.unwrap()[0].user.id;
    let told = users::reset_password(&house.app, &there, user, Some(NEXT.into())).await.unwrap();
    assert_eq!(told, None);
    house.get(&house.at("assets")).await.is(200);
    house.get("/t/acme-eu/assets").await.is(404);
    for (password, opens, stays) in
        [(NEXT, "acme-eu", "example-company"), (PASSWORD, "example-company", "acme-eu")]
    {
        let session = cookie(&enter(&house, password).await);
        house.ask(&session, "GET", &format!("/t/{opens}/assets"), &[]).await.is(200);
        house.ask(&session, "GET", &format!("/t/{stays}/assets"), &[]).await.is(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_leads_to_whichever_tenant_has_the_asset() {
    let house = House::new().await;
    further(&house, "acme-eu").await;
    house.post("/t/acme-eu/assets/new", &[("tag", "EU-1")]).await.to();
    let tenant = app::company::tenant(&house.app, "acme-eu").await.unwrap().unwrap();
    let there = app::Caller::system(tenant.id);
    let asset = app::assets::named(&house.app, &there, "EU-1").await.unwrap().asset.id;
    let to = house.get(&format!("/a/{asset}")).await.to();
    assert_eq!(to, format!("/t/acme-eu/assets/{asset}/sighting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_ones_password_asks_the_old_one_and_ends_the_other_sessions() {
    let house = House::new().await;
    let other = cookie(&enter(&house, PASSWORD).await);
    let path = house.at("account/password");
    let form = |old, new| [("old", old), ("new", new)];
    house.post(&path, &form("not the old one", NEXT)).await.is(422).shows("not your password");
    house.post(&path, &form(PASSWORD, "short")).await.is(422).shows("5 characters");
    let same = house.post(&path, &form(PASSWORD, PASSWORD)).await;
    same.is(422).shows("This is the password you have.").shows("id=\"new-error\"");
    house.ask(&other, "GET", &house.at("assets"), &[]).await.is(200);
    let done = house.post(&path, &form(PASSWORD, NEXT)).await;
    assert_eq!(done.to(), house.at("account"));
    let fresh = cookie(&done);
    assert_ne!(fresh, house.session);
    for ended in [&other, &house.session] {
        let said = house.ask(ended, "GET", &house.at("assets"), &[]).await;
        assert!(said.to().starts_with("/sign-in"));
    }
    house.ask(&fresh, "GET", &house.at("account"), &[]).await.is(200).shows("this one");
    enter(&house, PASSWORD).await.is(422);
    enter(&house, NEXT).await.to();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_password_cannot_be_guessed_from_an_open_session() {
    let house = House::new().await;
    let path = house.at("account/password");
    for _ in 0..8 {
        house.post(&path, &[("old", "guess"), ("new", NEXT)]).await.is(422);
    }
    house.post(&path, &[("old", PASSWORD), ("new", NEXT)]).await.is(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_anew_ends_the_session_the_browser_came_with() {
    let house = House::new().await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let fresh = cookie(&house.ask(&house.session, "POST", "/sign-in", &form).await);
    assert_ne!(fresh, house.session);
    assert!(house.get(&house.at("assets")).await.to().starts_with("/sign-in"));
    house.ask(&fresh, "GET", &house.at("assets"), &[]).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_elsewhere_keeps_this_session_alone() {
    let house = House::new().await;
    let other = cookie(&enter(&house, PASSWORD).await);
    let done = house.post(&house.at("account/sessions"), &[]).await;
    house.ask(&cookie(&done), "GET", &house.at("account"), &[]).await.is(200);
    assert!(house.ask(&other, "GET", &house.at("account"), &[]).await.to().starts_with("/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_let_in_gets_a_password_once_and_may_be_removed_but_the_last_administrator_not() {
    let house = House::new().await;
    let people = house.at("settings/users");
    let form = [("email", "kim@example.com"), ("name", "Kim"), ("role", "operator")];
    let made = house.post(&people, &form).await;
    made.is(200).shows("The password of Kim; it is shown only now");
    house.post(&people, &form).await.is(422).shows("with this e-mail already");
    let all = users::list(&house.app, &house.caller).await.unwrap();
    let id = |email: &str| {
        all.iter().find(|row| row.user.email.as_str() == email).unwrap().user.id.to_string()
    };
    let (kim, robin) = (id("kim@example.com"), id(EMAIL));
    let one = |id: &str, rest: &str| format!("{people}/{id}{rest}");
    house.get(&people).await.is(200).shows("Kim").shows("Operator");
    house.post(&one(&kim, ""), &[("name", "Kim B."), ("role", "manager")]).await.to();
    house
        .post(&one(&robin, ""), &[("name", "Robin"), ("role", "viewer")])
        .await
        .is(409)
        .shows("the last administrator");
    house.post(&one(&robin, "/delete"), &[]).await.is(409).shows("Make someone else");
    house.get(&one(&kim, "/delete")).await.is(200).shows("API tokens they made go on working");
    house.post(&one(&kim, "/delete"), &[]).await.to();
    house.get(&one(&kim, "")).await.is(404);
}

#[tokio::test]
async fn a_form_opened_before_a_role_was_taken_away_does_not_give_it_back() {
    let house = House::new().await;
    let people = house.at("settings/users");
    let form = [("email", "kim@example.com"), ("name", "Kim"), ("role", "administrator")];
    house.post(&people, &form).await.is(200);
    let all = users::list(&house.app, &house.caller).await.unwrap();
    let kim = all.iter().find(|row| row.user.email.as_str() == "kim@example.com").unwrap();
    let one = format!("{people}/{}", kim.user.id);
    let opened = house.get(&one).await.hidden("version");
    let send = async |role: &str, version: &str| {
        house.post(&one, &[("name", "Kim"), ("role", role), ("version", version)]).await
    };
    send("viewer", &opened).await.to();
    let refused = send("administrator", &opened).await;
    refused.is(409).shows("Someone was quicker").shows("Role");
    let is = users::user(&house.app, &house.caller, kim.user.id).await.unwrap().user.role;
    assert_eq!(is, domain::access::Role::Viewer);
    send("operator", &refused.hidden("version")).await.to();
    let is = users::user(&house.app, &house.caller, kim.user.id).await.unwrap().user.role;
    assert_eq!(is, domain::access::Role::Operator);
}

#[tokio::test(flavor = "multi_thread")]
async fn my_things_are_those_of_the_employee_with_my_e_mail_or_the_one_chosen() {
    let house = House::new().await;
    let mine = house.at("mine");
    house.get(&mine).await.is(200).shows("You are no employee here");
    let entry = format!("<a href=\"{mine}\"");
    assert!(!house.get(&house.at("assets")).await.text.contains(&entry));
    let hire = async |name: &str, email: &str| {
        let form = [("name", name), ("email", email)];
        let to = house.post(&house.at("employees/new"), &form).await.to();
        to.rsplit('/').next().unwrap().to_owned()
    };
    let robin = hire("Robin Sample", EMAIL).await;
    house.get(&mine).await.is(200).shows("You hold nothing");
    let product = house.post(&house.at("products/new"), &[("name", "Tablet X")]).await.to();
    let product = product.rsplit('/').next().unwrap();
    let new = [("tag", "MINE-1"), ("product", product)];
    house.post(&house.at("assets/new"), &new).await.to();
    let employee: domain::id::EmployeeId = robin.parse().unwrap();
    let to = domain::Custodian::Employee(employee);
    let due = Some("2026-01-02".parse().unwrap());
    let asset = app::assets::named(&house.app, &house.caller, "MINE-1").await.unwrap();
    let (app, caller) = (&house.app, &house.caller);
    app::custody::check_out(app, caller, asset.asset.id.into(), to, due, None).await.unwrap();
    house.get(&mine).await.shows("MINE-1").shows("2 Jan 2026").shows("overdue");
    house.get(&mine).await.shows("Product").shows("Tablet X");
    house.get(&house.at("assets")).await.shows(&entry);

    let other = hire("Robin's lab", "lab@example.com").await;
    let all = users::list(app, caller).await.unwrap();
    let me = all.iter().find(|row| row.user.email.as_str() == EMAIL).unwrap().user.id;
    let form = |employee| [("name", "Robin"), ("role", "administrator"), ("employee", employee)];
    let path = house.at(&format!("settings/users/{me}"));
    house.post(&path, &form("nobody@example.com")).await.is(422).shows("No employee");
    house.post(&path, &form("lab@example.com")).await.to();
    house.get(&mine).await.shows("You hold nothing");
    house.get(&path).await.shows(&format!("value=\"{other}\""));
    house.post(&path, &form("")).await.to();
    house.get(&mine).await.shows("MINE-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_knows_their_own_password_does_not_wipe_out_guesses_from_their_address() {
    let (app, _router, _folder) = House::empty();
    app::setup::first(&app, crate::house::first()).await.unwrap();
    let browser = || sign_in::Browser { address: "192.0.2.7".into(), agent: String::new() };
    for n in 0..80 {
        let email = format!("nobody-{n}@example.com");
        sign_in::sign_in(&app, &email, "guess", browser()).await.unwrap_err();
        if n == 70 {
            app.clock().advance(jiff::SignedDuration::from_secs(1));
            sign_in::sign_in(&app, EMAIL, PASSWORD, browser()).await.unwrap();
            app.clock().advance(jiff::SignedDuration::from_secs(1));
        }
    }
    let refused = sign_in::sign_in(&app, EMAIL, PASSWORD, browser()).await.unwrap_err();
    assert_eq!(refused, app::Refusal::Throttled { minutes: 15 });
    // From elsewhere the same person gets in.
    sign_in::sign_in(&app, EMAIL, PASSWORD, sign_in::Browser::default()).await.unwrap();
}

#[tokio::test]
async fn an_employees_page_tells_what_they_got_and_gave_back() {
    let house = House::new().await;
    let page = house.post(&house.at("employees/new"), &[("name", "Robin Reyes")]).await.to();
    let robin = page.rsplit('/').next().unwrap();
    house.asset("A-1").await;
    house.post(&house.at("assets/A-1/checkout"), &[("to", robin)]).await.to();
    house.post(&house.at("assets/A-1/checkin"), &[]).await.to();
    let told = house.get(&page).await;
    told.is(200).shows("in from Robin Reyes").shows("out to Robin Reyes").shows("added them");
    let (_, history) = told.text.split_once(">History<").unwrap();
    assert_eq!(history.matches(">A-1</a>").count(), 2, "each leads to the asset");
}

#[tokio::test]
async fn users_are_downloaded_by_administrators_and_custom_fields_by_all() {
    let house = House::new().await;
    let form = [("label", "Size of the lid"), ("type", "text"), ("applies_to", "assets")];
    house.post(&house.at("settings/fields"), &form).await.to();
    house.get(&house.at("settings/fields")).await.shows("settings/fields.csv");
    let file = house.ask(&house.viewer, "GET", &house.at("settings/fields.csv"), &[]).await;
    file.is(200).shows("Label,Key,Type").shows("Size of the lid,size_of_the_lid,text,assets");
    house.get(&house.at("settings/users")).await.shows("settings/users.xlsx");
    house.get(&house.at("settings/users.csv")).await.is(200).shows(EMAIL).shows("administrator");
    house.ask(&house.viewer, "GET", &house.at("settings/users.csv"), &[]).await.is(403);
}

#[tokio::test]
async fn a_form_that_others_stand_in_the_way_of_stays_as_it_was_typed() {
    let house = House::new().await;
    let all = users::list(&house.app, &house.caller).await.unwrap();
    let robin = all.iter().find(|row| row.user.email.as_str() == EMAIL).unwrap().user.id;
    let one = house.at(&format!("settings/users/{robin}"));
    let typed = [("name", "Robin Renamed"), ("role", "viewer")];
    let refused = house.post(&one, &typed).await;
    refused.is(409).shows("the last administrator").shows("value=\"Robin Renamed\"");
    refused.shows("That does not work now").shows("name=\"role\"");
}

#[tokio::test]
async fn each_value_of_an_employee_says_who_set_it_and_when() {
    let house = House::new().await;
    let form = [("name", "Casey Cole"), ("email", "casey@example.com")];
    let page = house.post(&house.at("employees/new"), &form).await.to();
    house.get(&page).await.is(200).lacks("Who set Title");
    let form = [
        ("name", "Casey Cole"),
        ("email", "casey@example.com"),
        ("title", "Lead"),
        ("version", "1"),
    ];
    house.post(&format!("{page}/edit"), &form).await.to();
    let shown = house.get(&page).await;
    for label in ["Name", "E-mail", "Title"] {
        shown.shows(&format!("aria-label=\"Who set {label}\""));
    }
    shown.shows("Set by Robin Sample on ").lacks("Who set Department");
    let id = page.rsplit('/').next().unwrap();
    let every = format!("activity?thing={id}&amp;field=fields.title");
    shown.shows(&house.at(&every));
    let all = house.get(&house.at(&every.replace("&amp;", "&"))).await;
    all.is(200).shows("Lead").lacks("casey@example.com");
}
