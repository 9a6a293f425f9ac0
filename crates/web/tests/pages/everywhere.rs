//! Every route there is, by name: who may, and that nothing of one tenant leads into another.
//! The routes are read from the router and from the API's document, so that none is forgotten.

mod needed;
mod nonsense;
mod questions;
mod references;

use app::attachments;
use app::users::{self, NewUser};
use app::{Caller, sign_in, tenants, tokens};
use axum::body::Body;
use axum::http::{Request, header};
use domain::access::Role;
use domain::event::Subject;
use kandji::sim::{self, DeviceSpec, Misbehaviour, SimConfig, Trouble};
use serde_json::{Value, json};

use crate::house::{House, Said};

use self::needed::needed;

/// Stands in the name of everything the first tenant has.
const MARK: &str = "zanzibar";

/// A page of a tenant, below `/t/{slug}`, and whether it is shown and taken.
struct Route {
    path: String,
    get: bool,
    post: bool,
}

/// Read from the router itself.
fn rooms() -> Vec<Route> {
    let source = include_str!("../../src/router.rs");
    assert_eq!(source.matches(".nest(").count(), 1, "this list knows of one nest alone");
    let (doors, rooms) = source.split_once("fn rooms()").unwrap();
    assert_eq!(
        doors.matches(".route(\"").count(),
        8,
        "a door that opens without a tenant: is it meant?"
    );
    let routes: Vec<_> = rooms
        .split(".route(")
        .skip(1)
        .map(|part| {
            let (path, how) = part.trim_start()[1..].split_once('"').unwrap();
            let (get, post) = (how.contains("get("), how.contains("post("));
            assert!(get || post, "{path} answers neither GET nor POST");
            // A tenant's home has no slash at its end.
            let path = if path == "/" { "" } else { path };
            Route { path: path.to_owned(), get, post }
        })
        .collect();
    assert!(routes.len() > 50);
    routes
}

/// A tenant with one of everything, and people of every role; another with an administrator.
struct Town {
    house: House,
    /// In order of [`Role::ALL`].
    sessions: Vec<String>,
    /// Of the administrator of the other tenant, and a token of theirs.
    stranger: String,
    stranger_token: String,
    token: String,
    run: String,
}

impl Town {
    async fn new() -> Town {
        let house = House::new().await;
        let (app, caller) = (house.app.clone(), house.caller.clone());
        let mut sessions = Vec::new();
        for role in Role::ALL {
            sessions.push(session(&house, &caller, role).await);
        }
        let elsewhere = tenants::NewTenant { name: "Elsewhere".into(), ..Default::default() };
        let (elsewhere, _) = tenants::create(&app, &caller, elsewhere).await.unwrap();
        let elsewhere = Caller::system(elsewhere.id);
        let stranger = session(&house, &elsewhere, Role::Administrator).await;
        let token = async |caller: &Caller, name: &str| {
            tokens::create(&app, caller, name, Role::Administrator).await.unwrap().1
        };
        let stranger_token = token(&elsewhere, "the stranger's").await;
        let token = token(&caller, "zanzibar token").await;
        let mut town =
            Town { house, sessions, stranger, stranger_token, token, run: String::new() };
        town.run = town.fill().await;
        town
    }

    /// One of everything; answers the id of a run.
    async fn fill(&self) -> String {
        for tag in ["ZANZIBAR-1", "ZANZIBAR-2"] {
            let asset = json!({"tag": tag, "name": "zanzibar laptop", "serial": "SYNZANZIBAR"});
            self.api(&self.token, "POST", "/api/v1/assets", &asset).await.is(201);
        }
        let employee = json!({"name": "Zanzibar Person", "email": "zanzibar@example.com"});
        self.api(&self.token, "POST", "/api/v1/employees", &employee).await.is(201);
        let plain = ["categories", "manufacturers", "suppliers", "departments"];
        for noun in plain.into_iter().chain(["locations", "products"]) {
            let new = json!({"name": format!("Zanzibar {noun}")});
            self.api(&self.token, "POST", &format!("/api/v1/{noun}"), &new).await.is(201);
        }
        let view = json!({"name": "Zanzibar view", "query": "q=zanzibar"});
        self.api(&self.token, "POST", "/api/v1/views", &view).await.is(201);
        let field = json!({"label": "Zanzibar field", "type": "text", "applies_to": "assets"});
        self.api(&self.token, "POST", "/api/v1/fields", &field).await.is(201);
        let kept = json!({"name": "Zanzibar report", "report": "status", "shared": true});
        self.api(&self.token, "POST", "/api/v1/reports/saved", &kept).await.is(201);
        let hook = json!({"name": "Zanzibar hook", "url": "https://zanzibar.example.com/"});
        self.api(&self.token, "POST", "/api/v1/webhooks", &hook).await.is(201);
        let bulk = json!({"action": "archive", "assets": ["tag:ZANZIBAR-1"]});
        self.api(&self.token, "POST", "/api/v1/bulks", &bulk).await.is(201);
        let import = Request::builder()
            .method("POST")
            .uri("/api/v1/imports?match=tag&name=zanzibar.csv")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from("Asset tag,Name\nZANZIBAR-9,Zanzibar\nZANZIBAR-1,x"));
        self.house.send(import.unwrap()).await.is(201);
        let kandji = sim::start(SimConfig { devices: 3, ..SimConfig::default() }).await.unwrap();
        let twice = Some("SYNZANZIBAR".to_owned());
        kandji.tenant.add_device(DeviceSpec { serial: twice, ..DeviceSpec::default() });
        let connect =
            json!({"name": "Zanzibar Kandji", "api_url": kandji.url(), "token": kandji.token()});
        let source = self.api(&self.token, "POST", "/api/v1/sources", &connect).await;
        let source = id(&source.is(201).json());
        let settings = format!("/api/v1/sources/{source}/settings");
        let at_once = json!({"first_run": "apply"});
        self.api(&self.token, "PATCH", &settings, &at_once).await.is(200);
        let run = self.ran(&source).await;
        // A second one that fails leaves an alert.
        kandji.tenant.misbehave(Trouble::on("*", Misbehaviour::Unauthorized));
        self.ran(&source).await;
        self.attachment().await;
        run
    }

    async fn ran(&self, source: &str) -> String {
        let runs = format!("/api/v1/sources/{source}/runs");
        let started = self.api(&self.token, "POST", &runs, &json!({"mode": "apply"})).await;
        let run = id(&started.is(202).json());
        self.house.ended(&format!("{}/{run}", self.house.at("runs"))).await;
        run
    }

    /// One there is of the kind that stands before the id in an address.
    async fn id_of(&self, noun: &str) -> String {
        match noun {
            "runs" => return self.run.clone(),
            "a" => return Box::pin(self.id_of("assets")).await,
            "saved" => return Box::pin(self.id_of("reports/saved")).await,
            "events" => {
                let asset = Box::pin(self.id_of("assets")).await;
                let history = format!("/api/v1/assets/{asset}/history");
                let told = self.api(&self.token, "GET", &history, &Value::Null).await;
                return id(&told.json()["items"][0]);
            }
            "attachments" => return Box::pin(self.attachment()).await,
            _ => {}
        }
        let list = format!("/api/v1/{noun}?limit=1");
        let mut found = self.api(&self.token, "GET", &list, &Value::Null).await;
        if found.status == 422 {
            let whole = format!("/api/v1/{noun}");
            found = self.api(&self.token, "GET", &whole, &Value::Null).await;
        }
        assert_eq!(found.status, 200, "no list of {noun}; say in `id_of` where one is found");
        let first = found.json()["items"][0].clone();
        assert!(first["id"].is_string(), "there is no {noun}; make one in `fill`");
        id(&first)
    }

    /// Of whichever asset the list of assets begins with.
    async fn attachment(&self) -> String {
        let asset = self.id_of("assets").await;
        let list = format!("/api/v1/assets/{asset}/attachments");
        let kept = self.api(&self.token, "GET", &list, &Value::Null).await.json();
        if kept["total"] != 0 {
            return id(&kept["items"][0]);
        }
        let (app, caller, asset) = (&self.house.app, &self.house.caller, asset.parse().unwrap());
        let content = b"%PDF-1.7 zanzibar".to_vec();
        let kept =
            attachments::add(app, caller, Subject::Asset(asset), "zanzibar.pdf", content).await;
        kept.unwrap().id.to_string()
    }

    /// The address with ids of the first tenant in it.
    async fn filled(&self, path: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for part in path.split('/') {
            let part = if part == "{report}" {
                "assets".to_owned()
            } else if part.starts_with('{') {
                self.id_of(parts.last().unwrap()).await
            } else {
                part.to_owned()
            };
            parts.push(part);
        }
        parts.join("/")
    }

    async fn api(&self, token: &str, method: &str, path: &str, body: &Value) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.house.send(request.body(body).unwrap()).await
    }

    /// All that the first tenant's lists hold, as the API tells it.
    async fn everything(&self) -> Vec<(String, Value)> {
        let mut told = Vec::new();
        for (_, path, _) in
            operations().iter().filter(|(method, path, _)| method == "GET" && !path.contains('{'))
        {
            let mut list = self.api(&self.token, "GET", path, &Value::Null).await.json();
            // A look at a page is written down for whoever looks, and for nobody else.
            for one in list["items"].as_array_mut().into_iter().flatten() {
                one.as_object_mut().map(|one| one.remove("last_used_at"));
            }
            told.push((path.clone(), list));
        }
        told
    }
}

async fn session(house: &House, caller: &Caller, role: Role) -> String {
    let new = NewUser {
        email: format!("{}@example.net", role.as_str()),
        name: "Casey".into(),
        role,
        password: None,
    };
    let (row, _) = users::create(&house.app, caller, new).await.unwrap();
    sign_in::open(&house.app, &row.user, caller.tenant, sign_in::Browser::default()).await.unwrap()
}

/// Method, path and whether it is for the installation's administrators.
fn operations() -> Vec<(String, String, bool)> {
    let document = serde_json::to_value(web::api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(|method| {
            (method.to_uppercase(), path.clone(), path.starts_with("/api/v1/tenants"))
        })
    });
    all.filter(|(_, path, _)| path.starts_with("/api/v1/")).collect()
}

/// Whether a thing of the tenant's is named; every tenant has the same reports.
fn names_a_thing(path: &str) -> bool {
    path.replace("{report}", "").contains('{')
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("{thing} has no id")).to_owned()
}

trait Json {
    fn json(&self) -> Value;
    fn gives_nothing_away(&self, asked: &str);
}

impl Json for Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    #[track_caller]
    fn gives_nothing_away(&self, asked: &str) {
        let text = self.text.to_lowercase();
        assert!(!text.contains(MARK), "{asked} tells of another tenant:\n{}", self.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_anywhere_without_signing_in() {
    let house = House::new().await;
    for route in rooms() {
        let at = format!("/t/example-company{}", route.path.replace(['{', '}'], ""));
        for (method, is) in [("GET", route.get), ("POST", route.post)] {
            if is {
                let said = house.ask("", method, &at, &[]).await;
                assert!(said.to().starts_with("/sign-in"), "{method} {at}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_asks_for_its_role_and_says_which() {
    let town = Town::new().await;
    // All that is amiss is told at once.
    let mut amiss = Vec::new();
    for route in rooms() {
        let at = town.filled(&route.path).await;
        let at = format!("/t/example-company{at}");
        let (sees, sends) = needed(&route.path);
        for role in Role::ALL {
            let session = &town.sessions[role as usize];
            for (method, is, needs) in [("GET", route.get, sees), ("POST", route.post, sends)] {
                let asked = format!("{method} {} as {}", route.path, role.as_str());
                if !is || (method == "POST" && role.may(needs)) {
                    continue;
                }
                let said = town.house.ask(session, method, &at, &[]).await;
                let words = format!("This needs the role {}", needs.as_str());
                let fits = if role.may(needs) {
                    said.status != 403 && said.status < 500
                } else {
                    said.status == 403 && said.text.contains(&words)
                };
                if !fits {
                    amiss.push(format!("{asked}: {}", said.status));
                }
            }
        }
    }
    assert!(amiss.is_empty(), "not as `needed` says:\n{}", amiss.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_leads_from_one_tenant_into_another() {
    let town = Town::new().await;
    let before = town.everything().await;
    for route in rooms() {
        let filled = town.filled(&route.path).await;
        for (method, is) in [("GET", route.get), ("POST", route.post)] {
            if !is {
                continue;
            }
            let asked = format!("{method} {}", route.path);
            // In the other's address nothing is there, whatever it would be.
            let at = format!("/t/example-company{filled}");
            let said = town.house.ask(&town.stranger, method, &at, &[]).await;
            assert_eq!(said.status, 404, "{asked}: {}", said.text);
            said.gives_nothing_away(&asked);
            // In their own, the other's ids name nothing, and lists hold what is theirs.
            let addressed = names_a_thing(&route.path);
            if method == "POST" && !addressed {
                continue;
            }
            let search = if addressed { "" } else { "?q=zan" };
            for query in ["", search] {
                let at = format!("/t/elsewhere{filled}{query}");
                let said = town.house.ask(&town.stranger, method, &at, &[]).await;
                let fits = match (method, addressed) {
                    _ if route.path.starts_with("/settings/tenants") => said.status == 403,
                    // Nothing was chosen to be printed.
                    _ if route.path == "/labels.pdf" => said.status == 422,
                    ("GET", true) => said.status == 404,
                    ("GET", false) => said.status == 200,
                    _ => [404, 422].contains(&said.status),
                };
                assert!(fits, "{asked}: {} {}", said.status, said.text);
                said.gives_nothing_away(&asked);
            }
        }
    }
    let label = format!("/a/{}", town.id_of("assets").await);
    town.house.ask(&town.stranger, "GET", &label, &[]).await.is(404).gives_nothing_away(&label);
    assert_eq!(town.everything().await, before, "nothing of the first tenant moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_of_the_api_leads_from_one_tenant_into_another() {
    let town = Town::new().await;
    let before = town.everything().await;
    let employee = town.id_of("employees").await;
    for (method, path, installation) in operations() {
        let asked = format!("{method} {path}");
        let addressed = names_a_thing(&path);
        if !addressed && method != "GET" {
            continue;
        }
        let filled = town.filled(path.trim_start_matches("/api/v1")).await;
        let body = match path.rsplit('/').next().unwrap() {
            "checkout" => json!({"to": {"kind": "employee", "id": employee}}),
            "runs" => json!({"mode": "preview"}),
            "settlement" => json!({"choice": "ignore"}),
            _ => json!({}),
        };
        let body = if method == "GET" || method == "DELETE" { Value::Null } else { body };
        let at = format!("/api/v1{filled}");
        let said = town.api(&town.stranger_token, &method, &at, &body).await;
        let fits = match method.as_str() {
            _ if installation => said.status == 403,
            "GET" if !addressed => said.status == 200,
            "GET" | "DELETE" => said.status == 404,
            _ => [404, 422].contains(&said.status),
        };
        assert!(fits, "{asked}: {} {}", said.status, said.text);
        // The one token they made themselves bears the mark as well.
        if path != "/api/v1/tokens" {
            said.gives_nothing_away(&asked);
        }
    }
    assert_eq!(town.everything().await, before, "nothing of the first tenant moved");
}
