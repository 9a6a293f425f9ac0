//! What tests of access and sync stand on: tenants, users, sources and runs made in one line.

use domain::{
    Email, Mint, Timestamp,
    access::Role,
    company::{Company, Tenant},
    id::{RunId, SourceId, TenantId},
    person::User,
};
use reconcile::preset::Preset;

use crate::{
    Store, StoreError,
    runs::{self, NewRun, RunMode, Trigger},
    sources::{self, Capability, Health, HealthState, NewSource},
    tenants, users,
};

pub static MINT: Mint = Mint::new(1);

/// Seconds after the beginning of the story.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

pub fn tenant(store: &Store, slug: &str) -> TenantId {
    let tenant = Tenant { id: MINT.id(at(0)), name: slug.into(), slug: slug.into() };
    let (id, company) = (tenant.id, Company::named(slug));
    store
        .system_blocking(move |tx| tenants::create(tx, &tenant, &company, at(0), &MINT))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    id
}

pub fn user(store: &Store, tenant: TenantId, email: &str) -> User {
    let email = Email::parse(email).unwrap();
    let hash = format!("hash of {email}");
    let user = User { id: MINT.id(at(0)), email, name: "Robin".into(), role: Role::Administrator };
    let made = user.clone();
    store
        .system_blocking(move |tx| users::create(tx, tenant, &made, &hash, at(0)))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    user
}

pub fn new_source(name: &str) -> NewSource {
    NewSource {
        id: MINT.id(at(0)),
        name: name.into(),
        api_url: "https://acme.api.kandji.io".into(),
        token: vec![1, 2, 3],
        preset: Some("recommended".into()),
        rules: Preset::Recommended.rules(),
        health: Health {
            state: HealthState::Ok,
            detail: "connected".into(),
            checked_at: Some(at(0)),
        },
        capabilities: vec![Capability {
            permission: "device_list".into(),
            label: "Device list".into(),
            ok: true,
            needed_for: "everything".into(),
            detail: String::new(),
        }],
        next_run_at: Some(at(600)),
    }
}

pub fn source(store: &Store, tenant: TenantId, name: &str) -> SourceId {
    let source = new_source(name);
    let id = source.id;
    store
        .write_blocking(tenant, move |tx| sources::insert(tx, &source, at(0)))
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    id
}

pub fn new_run(source: SourceId) -> NewRun {
    NewRun {
        id: MINT.id(at(0)),
        source,
        mode: RunMode::Apply,
        trigger: Trigger::Schedule,
        requested_by: None,
    }
}

/// An open run, held by "here" until the sixtieth second.
pub fn run(store: &Store, tenant: TenantId, source: SourceId) -> RunId {
    store
        .write_blocking(tenant, move |tx| runs::open(tx, &new_run(source), at(0), "here", at(60)))
        .unwrap()
}
