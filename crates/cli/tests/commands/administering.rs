//! `admin` and `token`: people and programs let in without a browser.

use app::sign_in::{self, Browser};
use serde_json::Value;

use crate::house::{EMAIL, House, PASSWORD};

const NEW: &str = "another long password";

#[test]
fn an_administrator_is_made_with_the_database_and_the_first_tenant() {
    let house = House::new();
    let create = ["admin", "create", "--email", EMAIL, "--password-stdin"];
    let said = house.run_with(&create, PASSWORD).expect(0);
    assert_eq!(said.out, "", "talk goes to standard error");
    assert!(said.err.contains("robin.sample@example.com administers My company"), "{}", said.err);
    assert!(house.path("data/stockroom.db").exists() && house.path("data/secret.key").exists());
    house.run_with(&create, PASSWORD).refuses("hint:");
    let short = ["admin", "create", "--email", "casey@example.com", "--password-stdin"];
    house.run_with(&short, "short").refuses("hint: use 12 or more");
    let elsewhere = [&create[..], &["--tenant", "nowhere"]].concat();
    house.run_with(&elsewhere, PASSWORD).refuses("no tenant \"nowhere\"");
}

#[test]
fn a_forgotten_password_is_replaced_and_its_sessions_end() {
    let house = House::inhabited(None);
    let server = house.serve();
    let session = session(&house, PASSWORD).expect("the first password");
    assert!(opens(&house, &session));
    let reset = ["admin", "reset-password", "--email", EMAIL];
    // Without the flag it asks, and the answer is the same.
    let said = house.run_with(&reset, NEW).expect(0);
    assert!(said.err.contains("Password (it will be visible): "), "{}", said.err);
    assert!(said.err.contains("has a new password; their sessions have ended"), "{}", said.err);
    assert_eq!(said.out, "");
    assert!(!opens(&house, &session));
    assert!(self::session(&house, PASSWORD).is_none() && self::session(&house, NEW).is_some());
    let stranger = ["admin", "reset-password", "--email", "casey@example.com", "--password-stdin"];
    house.run_with(&stranger, NEW).refuses("no user \"casey@example.com\"");
    let short = [&reset[..], &["--password-stdin"]].concat();
    house.run_with(&short, "short").refuses("hint: use 12 or more");
    let elsewhere = [&short[..], &["--tenant", "nowhere"]].concat();
    house.run_with(&elsewhere, NEW).refuses("no tenant \"nowhere\"");
    assert_eq!(server.child.terminate(), Some(0), "a server that is asked to end is done");
}

#[test]
fn a_new_token_is_printed_alone_and_opens_what_its_role_may() {
    let house = House::new();
    let create = ["token", "create", "--name", "script", "--role", "viewer"];
    house.run(&create).refuses("hint: stockroom admin create");
    let house = House::inhabited(None);
    let said = house.run(&create).expect(0);
    let token = said.out.strip_suffix('\n').unwrap();
    assert!(token.starts_with("stk_") && !token.contains(char::is_whitespace), "{token}");
    let mut server = house.serve();
    server.token = token.to_owned();
    let assets = server.api("GET", "/assets", &Value::Null, 200);
    assert_eq!(assets["total"], 0);
    server.api("GET", "/tokens", &Value::Null, 403);
    house.run(&[&create[..], &["--tenant", "nowhere"]].concat()).refuses("no tenant");
    house.run(&["token", "create", "--name", "", "--role", "viewer"]).refuses("needs a name");
}

/// A new session of the administrator's, where this is the password.
fn session(house: &House, password: &str) -> Option<String> {
    inside(house, async |app| sign_in::sign_in(app, EMAIL, password, Browser::default()).await.ok())
}

fn opens(house: &House, session: &str) -> bool {
    inside(house, async |app| sign_in::session(app, session, None).await.unwrap().is_some())
}

/// The same database, opened beside whatever runs.
fn inside<T>(house: &House, work: impl AsyncFnOnce(&app::App) -> T) -> T {
    let options = app::Options {
        database: store::DatabaseUrl::Sqlite(house.path("data/stockroom.db")),
        keys: app::secrets::Keys::new([7; 32]),
        clock: app::Clock::system(),
        extra_hosts: kandji::ExtraHosts::none(),
        requests_per_second: None,
    };
    let app = app::App::open(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work(&app))
}
