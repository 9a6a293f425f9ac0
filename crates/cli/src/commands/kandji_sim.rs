//! `stockroom kandji-sim`: the simulated Kandji tenant alone, for trying and measuring.

use std::time::Duration;

use app::{Clock, Refusal};
use kandji::sim::{self, SimConfig, Tenant};

use crate::Outcome;
use crate::arguments::KandjiSim;

pub async fn kandji_sim(options: KandjiSim) -> Result<Outcome, Refusal> {
    if !options.listen.ip().is_loopback() {
        let detail = "the simulated tenant has no secrets to keep; hint: listen on 127.0.0.1";
        return Err(Refusal::invalid("listen", detail));
    }
    let clock = Clock::system();
    let config = SimConfig {
        devices: options.devices,
        people: options.people,
        assigned: options.assigned,
        seed: options.seed,
        now: clock.now(),
        dated: sim::Dated::ByMachine,
        ..SimConfig::default()
    };
    let tenant = Tenant::new(config);
    let running = sim::serve(tenant.clone(), options.listen).await.map_err(|error| {
        Refusal::Failed(format!("cannot listen on {}: {error}", options.listen))
    })?;
    say!("{} {}", running.url(), running.token());
    if options.lives > 0.0 {
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(Duration::from_secs_f64(options.lives));
            loop {
                interval.tick().await;
                tenant.set_now(clock.now());
                let what = tenant.step();
                tracing::info!("{what}");
            }
        });
    }
    running.forever().await;
    Ok(Outcome::Done)
}
