//! `sync` and `doctor`, on both databases, beside a running server.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::house::{House, Kandji, PASSWORD, Server};
use crate::keeping;

#[test]
fn a_source_is_previewed_held_approved_and_then_in_step() {
    synced(&House::inhabited(None));
}

#[test]
fn the_same_over_postgresql_which_is_migrated_alike_and_kept_by_its_own_tools() {
    let url = testkit::postgres::database();
    keeping::migrated(&House::new().with("STOCKROOM_DATABASE_URL", &url));
    let house = House::inhabited(Some(&url));
    synced(&house);
    keeping::left_to_others(&house);
}

fn synced(house: &House) {
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

    examined(house);
    drop(kandji);
    failing(house);
}

fn approve(server: &Server, run: &str) {
    let run = server.api("POST", &format!("/runs/{run}/approval"), &Value::Null, 200);
    assert_eq!(run["state"], "applied");
}

fn examined(house: &House) {
    house.run(&["doctor", "--tenant", "nowhere"]).fails("no tenant \"nowhere\"");
    let said = house.run(&["doctor"]).expect(0);
    assert!(said.out.contains(" UTC, as in Kandji"), "{}", said.out);
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
    assert!(said.err.contains("one source cannot be read; hint: see above"), "{}", said.err);
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
fn the_doctor_asks_the_sources_of_every_tenant_and_passes_over_those_switched_off() {
    let house = House::inhabited(None);
    let (mut server, kandji) = house.connected(1);
    let who = json!({"email": "casey@example.com", "password": PASSWORD});
    let tenant = json!({"name": "Acme EU", "slug": "acme-eu", "administrator": who});
    server.api("POST", "/tenants", &tenant, 201);
    let create = ["token", "create", "--name", "x", "--role", "administrator"];
    let there = [&create[..], &["--tenant", "acme-eu"]].concat();
    let token = house.run(&there).expect(0).out.trim().to_owned();
    let here = std::mem::replace(&mut server.token, token);
    let source = json!({"name": "Kandji EU", "api_url": kandji.url, "token": kandji.token});
    let id = server.api("POST", "/sources", &source, 201)["id"].as_str().unwrap().to_owned();

    let said = house.run(&["doctor"]).expect(0).out;
    assert!(said.contains("my-company: Kandji: connected"), "{said}");
    assert!(said.contains("acme-eu: Kandji EU: connected"), "{said}");
    let said = house.run(&["doctor", "--tenant", "acme-eu"]).expect(0).out;
    assert!(said.contains("source     Kandji EU: connected"), "{said}");
    assert!(!said.contains("Kandji: "), "{said}");
    drop(kandji);
    house.run(&["doctor"]).fails("2 sources cannot be read");
    server.api("POST", &format!("/sources/{id}/disable"), &Value::Null, 200);
    server.token = here;
    house.run(&["doctor"]).fails("one source cannot be read");
    let said = house.run(&["doctor", "--tenant", "acme-eu"]).expect(0).out;
    assert!(said.contains("Kandji EU: switched off") && said.contains("compare it"), "{said}");
}

#[test]
fn a_clock_that_kandji_does_not_share_fails_the_doctor() {
    let house = House::inhabited(None);
    let server = Server { token: house.token("administrator"), ..house.serve() };
    let url = kandji_of_another_day();
    let source = json!({"name": "Kandji", "api_url": url, "token": "any"});
    server.api("POST", "/sources", &source, 201);
    let said = house.run(&["doctor"]).fails("the clock is wrong; hint: see above");
    assert!(said.out.contains("seconds ahead of Kandji's; hint: let the machine"), "{}", said.out);
}

/// An empty tenant whose server says that it is 2020.
fn kandji_of_another_day() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // What is asked does not matter; that it was read does.
            let _ = stream.read(&mut [0; 8_192]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ndate: Wed, 01 Jan 2020 08:00:00 GMT\r\n\
                  content-type: application/json\r\ncontent-length: 2\r\n\
                  connection: close\r\n\r\n[]",
            );
        }
    });
    format!("http://{address}")
}

#[test]
fn a_token_that_the_key_does_not_open_fails_the_doctor_who_goes_on() {
    let house = House::inhabited(None);
    let (_server, _kandji) = house.connected(1);
    let house = house.with("STOCKROOM_SECRET_KEY", "another passphrase, long enough");
    let said = house.run(&["doctor"]).fails("one source cannot be read");
    assert!(said.out.contains("cannot be decrypted") && said.out.contains("clock "), "{said:?}");
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
