//! `demo`, `kandji-sim`, and what is no command at all.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::house::{House, Running, Server, free_address, http, names};

#[test]
fn what_is_no_command_is_wrong_usage_and_tells_how_it_is_used() {
    let house = House::new();
    for wrong in [
        &[][..],
        &["fly"],
        &["sync"],
        &["sync", "Kandji", "--soon"],
        &["admin", "create"],
        &["token", "create", "--name", "x", "--role", "king"],
        &["import", "assets", "file.csv"],
        &["export", "nothing"],
        &["backup"],
        &["serve", "--listen", "everywhere"],
    ] {
        let said = house.run(wrong).expect(2);
        assert_eq!(said.out, "", "{wrong:?}");
        assert!(said.err.contains("Usage: ") || said.err.contains("--help"), "{}", said.err);
    }
    assert_eq!(names(&house.path("")), [""; 0], "nothing was made");
    let version = house.run(&["--version"]).expect(0).out;
    assert!(version.starts_with("stockroom "), "{version}");
    assert!(house.run(&["--help"]).expect(0).out.contains("Usage: stockroom"));
}

#[test]
fn a_demo_prints_a_sign_in_serves_and_leaves_nothing_behind() {
    let house = House::new();
    let temporary = house.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let house = house.with("TMPDIR", temporary.to_str().unwrap());
    let address = free_address();
    let listen = address.to_string();
    let mut command = house.command(&["demo", "--devices", "5", "--listen", &listen]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = Running(command.spawn().unwrap());
    // Held to the end: who talks to nobody stops.
    let mut out = BufReader::new(demo.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told: Vec<String> = out.by_ref().take(5).collect();
    assert!(told[2].ends_with(&format!("http://{address}")), "{told:?}");
    assert!(told[3].ends_with("demo@example.com") && told[4].contains("Password"), "{told:?}");
    assert_eq!(names(&temporary).len(), 1);
    let page = http(address, "GET", "/sign-in", "", &Value::Null).unwrap();
    assert_eq!(page.0, 200);
    assert_eq!(demo.terminate(), Some(0));
    assert_eq!(names(&temporary), [""; 0]);
}

#[test]
fn a_limit_on_the_size_of_files_fails_what_does_not_fit_and_ends_no_server() {
    let house = House::inhabited(None);
    let token = house.token("administrator");
    let server = Server { token, ..house.serve() };
    // What is written so far stays far below; from here on nothing grows beyond it.
    let id = server.child.0.id().to_string();
    let limit = ["--pid", &id, "--fsize=6000000"];
    assert!(Command::new("prlimit").args(limit).status().unwrap().success());
    let notes = "x".repeat(9_000);
    let (mut code, mut text) = (201, String::new());
    for number in 0..3_000 {
        let asset = json!({"tag": format!("SYN-{number}"), "notes": notes});
        (code, text) = server.ask("POST", "/api/v1/assets", &asset).unwrap();
        if code != 201 {
            break;
        }
    }
    assert_eq!(code, 500, "{text}");
    assert!(text.contains("hint:") && text.contains("nothing was changed"), "{text}");
    assert_eq!(server.ask("GET", "/readyz", &Value::Null).unwrap().0, 200);
}

#[test]
fn a_reader_who_stops_listening_does_not_stop_the_work() {
    let house = House::new();
    let mut command = house.command(&["migrate"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut migrating = command.spawn().unwrap();
    drop(migrating.stdout.take());
    let done = migrating.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && !told.contains("panicked"), "{told}");
    assert_eq!(house.run(&["migrate"]).expect(0).out, "", "all of it was done");
}

#[test]
fn an_address_that_is_taken_or_open_to_others_is_refused() {
    let house = House::inhabited(None);
    let server = house.serve();
    house
        .run(&["serve", "--listen", &server.address.to_string()])
        .refuses("choose one with --listen");
    house.run(&["kandji-sim", "--listen", "0.0.0.0:0"]).refuses("hint: listen on 127.0.0.1");
}
