//! Levers for another process, below `/sim/`. They are the simulation's own and no part of
//! Kandji's API: POST /sim/step?n=, POST /sim/misbehave, POST /sim/behave, GET /sim/state.

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::tenant::{Tenant, lock};
use super::trouble::Trouble;

/// The most events of one request.
const MOST: usize = 10_000;

#[derive(Deserialize)]
struct Steps {
    n: Option<usize>,
}

pub(super) fn routes() -> Router<Tenant> {
    Router::new()
        .route("/step", post(step))
        .route("/misbehave", post(misbehave))
        .route("/behave", post(behave))
        .route("/state", get(state))
}

async fn step(State(tenant): State<Tenant>, Query(steps): Query<Steps>) -> Json<Value> {
    let count = steps.n.unwrap_or(1).min(MOST);
    let events: Vec<String> = (0..count).map(|_| tenant.step()).collect();
    Json(json!({ "events": events }))
}

async fn misbehave(State(tenant): State<Tenant>, Json(trouble): Json<Trouble>) -> Json<Value> {
    tenant.misbehave(trouble);
    state(State(tenant)).await
}

async fn behave(State(tenant): State<Tenant>) -> Json<Value> {
    tenant.behave();
    state(State(tenant)).await
}

async fn state(State(tenant): State<Tenant>) -> Json<Value> {
    let troubles = lock(&tenant.shared.troubles).clone();
    let tally = tenant.requests();
    let world = tenant.world();
    Json(json!({
        "now": world.now.to_string(),
        "devices": world.devices.len(),
        "users": world.users.len(),
        "awaiting": world.awaiting.len(),
        "troubles": troubles,
        "requests": { "total": tally.total, "counts": tally.counts, "refused": tally.refused },
    }))
}
