//! A spreadsheet on its way in: brought, mapped, planned, applied and taken back in a browser; the
//! same from the command line; and what is left when the program dies in the middle of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::house::{House, PASSWORD, free_port};
use crate::http::{ask, send};
use crate::program::{GLANCE, Program, run, stockroom};

const SNIPE_IT: &str = "ID,Asset Name,Asset Tag,Model,Category,Manufacturer,Serial,Purchase Date,\
    Purchase Cost,Location,Status,Checked Out To,BYOD\n\
    17,Robin's Mac,SN-1,MacBook Air,Laptop,Apple,SYN0001,2026-04-01,\"1,299.00\",Berlin,Ready,Kim New,0\n\
    18,,SN-2,MacBook Air,Laptop,Apple,SYN0002,someday,free,Berlin,Ready,,0\n";

#[tokio::test]
async fn a_spreadsheet_is_brought_read_applied_and_taken_back() {
    let house = House::new();
    let folder = Folder::new();
    let file = folder.path("snipe.csv");
    std::fs::write(&file, SNIPE_IT).unwrap();
    let browser = house.signed_in().await;

    browser.open_page(&house.page("assets")).await;
    browser.press("Import a spreadsheet").await;
    browser.heading("Imports").await;
    browser.see("imports").await;
    let chooser = browser.field("File").await;
    chooser.send_keys(&file.to_string_lossy()).await.expect("a file can be chosen");
    browser.press("Read the file").await;
    browser.reads("This looks like an export of Snipe-IT").await;
    browser.see("import-mapping").await;
    browser.press("See the plan").await;
    browser.reads("There is nothing that could be applied").await;
    browser.see("import-faults").await;
    browser.press("Make what is missing").await;
    browser.reads("1 to create").await;
    browser.see("import-plan").await;
    browser.press("Apply 1 row").await;
    browser.reads("Applied 1 row.").await;
    browser.see("import-applied").await;
    browser.press("Take back").await;
    browser.heading("Take this import back?").await;
    browser.see("import-undo").await;
    browser.press("Take this import back").await;
    browser.reads("1 asset stands as before the import.").await;
    browser.open_page(&house.page("imports")).await;
    browser.see("imports-so-far").await;
    browser.close().await;
}

fn set_up(folder: &Folder) {
    let mut admin = stockroom();
    admin.arg("--data-dir").arg(folder.path("data"));
    admin.args(["admin", "create", "--email", "robin@example.com", "--password-stdin"]);
    run(&mut admin, &format!("{PASSWORD}\n"));
}

fn import(folder: &Folder, file: &str, more: &[&str]) -> std::process::Command {
    let mut command = stockroom();
    command.arg("--data-dir").arg(folder.path("data"));
    command.args(["import", "assets"]).arg(folder.path(file)).args(["--match", "tag"]).args(more);
    command
}

#[test]
fn the_command_line_previews_imports_and_exports_everything() {
    let folder = Folder::new();
    set_up(&folder);
    std::fs::write(folder.path("snipe.csv"), SNIPE_IT).unwrap();
    let all = ["--make-missing", "--make-employees"];
    let code = |more: &[&str]| {
        let more: Vec<&str> = all.iter().chain(more).copied().collect();
        let done = import(&folder, "snipe.csv", &more).output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (status, said) = code(&["--preview"]);
    assert_eq!(status, Some(3), "{said}");
    assert!(said.starts_with("to create          1\n"), "{said}");
    assert!(said.contains("Purchase Date: \"someday\" is no date; hint: "), "{said}");
    let (status, said) = code(&["--preview", "--json"]);
    let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, plan["counts"]["create"].as_u64()), (Some(3), Some(1)));
    assert_eq!(code(&[]).0, Some(0));
    // Nothing is left to do but what is faulty, and a script should hear of that.
    assert_eq!(code(&[]).0, Some(1));

    let mut export = stockroom();
    export.arg("--data-dir").arg(folder.path("data")).args(["export", "everything"]);
    let document: serde_json::Value = serde_json::from_str(&run(&mut export, "")).unwrap();
    assert_eq!(document["assets"].as_array().unwrap().len(), 1);
    assert_eq!(document["custody"].as_array().unwrap().len(), 1);
}

/// A server over the folder, and its address.
fn serve(folder: &Folder) -> (Program, String) {
    let port = free_port();
    let mut command = stockroom();
    command.arg("--data-dir").arg(folder.path("data"));
    command.args(["--listen", &format!("127.0.0.1:{port}"), "serve"]);
    let server = Program::start("stockroom serve", &mut command);
    let url = format!("http://127.0.0.1:{port}");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !send("GET", &format!("{url}/readyz"), None, None).is_ok_and(|(is, _)| is == 200) {
        assert!(Instant::now() < deadline, "stockroom serve does not answer");
        std::thread::sleep(GLANCE);
    }
    (server, url)
}

/// A table as the body of a request; answers what was made of it.
fn bring(url: &str, token: &str, table: &str) -> Value {
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = table.len();
    write!(
        stream,
        "POST /api/v1/imports?match=tag HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: text/csv\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{table}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 201"), "{answer}");
    serde_json::from_str(body).unwrap()
}

#[test]
fn a_program_killed_in_the_middle_of_an_import_leaves_nothing_half_done() {
    let folder = Folder::new();
    set_up(&folder);
    let mut token = stockroom();
    token.arg("--data-dir").arg(folder.path("data"));
    token.args(["token", "create", "--name", "test", "--role", "administrator"]);
    let token = run(&mut token, "");
    let rows: Vec<String> = (0..20_000).map(|n| format!("K-{n},Laptop {n}")).collect();
    let (mut server, url) = serve(&folder);
    let import = bring(&url, &token, &format!("Tag,Name\n{}", rows.join("\n")));
    let at = format!("{url}/api/v1/imports/{}", import["id"].as_str().unwrap());
    std::thread::scope(|scope| {
        // Nobody will answer this one.
        scope.spawn(|| drop(send("POST", &format!("{at}/application"), Some(&token), None)));
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let now = ask("GET", &at, Some(&token), None);
            assert_eq!(now["state"], "planned", "it was done before it could be killed");
            if now["progress"]["done"].as_u64().is_some_and(|done| done > 0) {
                break;
            }
            assert!(Instant::now() < deadline, "it is being applied");
        }
        server.kill();
    });

    let (_server, url) = serve(&folder);
    let at = format!("{url}/api/v1/imports/{}", import["id"].as_str().unwrap());
    assert_eq!(ask("GET", &at, Some(&token), None), import, "as if nothing had been");
    let assets = format!("{url}/api/v1/assets?limit=1");
    assert_eq!(ask("GET", &assets, Some(&token), None)["total"], 0);
    let applied = ask("POST", &format!("{at}/application"), Some(&token), None);
    assert_eq!(
        (&applied["state"], &applied["counts"]["create"]),
        (&json!("applied"), &json!(20_000))
    );
    assert_eq!(ask("GET", &assets, Some(&token), None)["total"], 20_000);
}
