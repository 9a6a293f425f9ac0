//! `sync` and `doctor`, on both databases, beside a running server.

use serde_json::Value;

use crate::house::{House, Kandji, Server};

#[test]
fn a_source_is_previewed_held_approved_and_then_in_step() {
    synced(None);
}

#[test]
fn the_same_over_postgresql() {
    synced(Some(&testkit::postgres::database()));
}

fn synced(database: Option<&str>) {
    let house = House::inhabited(database);
    let (server, kandji) = house.connected(12);

    let said = house.run(&["sync", "Kandji", "--preview"]).expect(3);
    assert!(said.out.contains("created           12"), "{}", said.out);
    assert!(said.err.contains("12 devices in 2 requests: previewed"), "{}", said.err);
    assert_eq!(server.api("GET", "/assets", &Value::Null, 200)["total"], 0);

    let held = house.run(&["sync", "Kandji", "--json"]).expect(3).json();
    assert_eq!(held["run"]["state"], "needs_review");
    assert_eq!(held["changes"].as_array().map(Vec::len), Some(12));
    approve(&server, held["run"]["id"].as_str().unwrap());
    assert_eq!(server.api("GET", "/assets", &Value::Null, 200)["total"], 12);

    let idle = house.run(&["sync", "kandji"]).expect(0);
    assert!(idle.out.contains("created            0"), "{}", idle.out);
    house.run(&["sync", "Kandji", "--preview"]).expect(0);

    examined(&house);
    drop(kandji);
    failing(&house);
}

fn approve(server: &Server, run: &str) {
    let run = server.api("POST", &format!("/runs/{run}/approval"), &Value::Null, 200);
    assert_eq!(run["state"], "applied");
}

fn examined(house: &House) {
    let said = house.run(&["doctor"]).expect(0);
    for line in
        ["settings   ", "database   answers", "mail       not set up", "source     Kandji: "]
    {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
}

/// Kandji is gone.
fn failing(house: &House) {
    house.run(&["sync", "nothing"]).refuses("no source \"nothing\"");
    house.run(&["sync", "Kandji", "--tenant", "nowhere"]).refuses("no tenant \"nowhere\"");
    let failed = house.run(&["sync", "Kandji", "--json"]).expect(1);
    assert_eq!(failed.json()["run"]["state"], "failed");
    assert!(failed.err.contains("cannot be reached"), "{}", failed.err);
    let said = house.run(&["doctor"]).expect(1);
    assert!(said.out.contains("cannot be reached"), "{}", said.out);
    assert!(said.err.contains("cannot be read"), "{}", said.err);
}

#[test]
fn a_doctor_who_finds_nothing_set_up_says_what_to_do() {
    let said = House::new().run(&["doctor"]).expect(0);
    assert!(said.out.contains("run: stockroom admin create"), "{}", said.out);
}

#[test]
fn a_mail_server_that_does_not_answer_fails_the_doctor() {
    let house = House::inhabited(None)
        .with("STOCKROOM_MAIL_URL", "smtp://127.0.0.1:1")
        .with("STOCKROOM_MAIL_FROM", "stockroom@example.com");
    let said = house.run(&["doctor"]).expect(1);
    assert!(said.err.contains("mail cannot be sent"), "{}", said.err);
}

#[test]
fn a_walk_reads_the_device_list_and_tells_it_in_json() {
    let house = House::new();
    let kandji = Kandji::start(&house, 7);
    let walk = ["kandji-walk", "--api-url", &kandji.url, "--token", &kandji.token];
    assert_eq!(house.run(&walk).expect(0).json()["devices"], 7);
    let walk = ["kandji-walk", "--api-url", &kandji.url, "--token", "another"];
    house.run(&walk).refuses("hint:");
    let walk = ["kandji-walk", "--api-url", "http://192.0.2.7", "--token", "another"];
    house.run(&walk).refuses("192.0.2.7");
}
