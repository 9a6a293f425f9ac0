//! The life of a connection: what breaks it, who is told, and how it mends itself. Mail goes to a
//! real SMTP server on the loopback, and what it took is read. Reports go the same way.

#[expect(dead_code, reason = "the tests of runs use the rest")]
#[path = "../company/mod.rs"]
mod company;
mod enrollment;
mod lasting;
mod mailed;
mod reports;
mod review;

use app::alerts::{self, Severity, Told};
use app::{Mail, jobs};
use domain::access::Role;
use domain::id::UserId;
use jiff::SignedDuration;
use kandji::sim::{Misbehaviour, Trouble};
use secrecy::SecretString;
use serde_json::json;
use store::DatabaseUrl;
use testkit::smtp::Smtp;

use company::Company;

const ROBIN: &str = "robin.sample@example.com";

/// Tries that Kandji puts off at once, so that a run over them takes no time.
fn busy() -> Trouble {
    Trouble::on("*", Misbehaviour::RateLimited { retry_after: Some("0".into()) })
}

fn refused() -> Trouble {
    Trouble::on("*", Misbehaviour::Unauthorized)
}

fn mail(smtp: &Smtp) -> Mail {
    let url = SecretString::from(smtp.url());
    let from = "Stockroom <stockroom@example.com>";
    Mail::new(&url, from, "https://stockroom.example.com/").unwrap()
}

/// A company whose installation sends its mail there.
async fn mailing(smtp: &Smtp, database: Option<DatabaseUrl>) -> Company {
    let mut company = Company::on(database, 3, &json!({})).await;
    company.app = company.app.clone().mailing(Some(mail(smtp)));
    company.applied().await;
    company
}

async fn open(company: &Company) -> Vec<Told> {
    alerts::open(&company.app, &company.caller).await.unwrap()
}

/// Does what is due now, after so many minutes.
async fn work_off(company: &Company, minutes: i64) -> usize {
    company.clock.advance(SignedDuration::from_mins(minutes));
    jobs::work_off(&company.app).await.unwrap()
}

fn postgres() -> DatabaseUrl {
    // Its blocking client cannot start on a thread that drives async work.
    std::thread::spawn(testkit::postgres::database).join().unwrap().parse().unwrap()
}

static MINT: domain::Mint = domain::Mint::new(900);

/// Someone else who signs in here.
fn user(company: &Company, email: &'static str, role: Role) -> UserId {
    let store = store::Store::open(&company.options.database).unwrap();
    let (tenant, now) = (company.caller.tenant, company.clock.now());
    let id = MINT.id(now);
    let user = domain::person::User {
        id,
        email: domain::Email::parse(email).unwrap(),
        name: "Casey Example".into(),
        role,
    };
    let create = move |tx: &mut store::SystemTx<'_>| {
        store::users::create(tx, tenant, &user, "no password", now)
    };
    store.system_blocking(create).unwrap_or_else(|error: store::StoreError| panic!("{error}"));
    id
}

/// About its connection; a simulated tenant has an enrollment token that has expired, too.
fn is_of_source(told: &Told) -> bool {
    told.alert.severity == Severity::Danger
}
