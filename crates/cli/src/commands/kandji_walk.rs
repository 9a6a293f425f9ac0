//! `stockroom kandji-walk`: reads the device list and does nothing with it; how long a sync takes
//! at least, and whether this machine can reach Kandji at all.

use app::{Clock, Refusal};
use kandji::{ApiUrl, Client, ExtraHosts, Limits};
use secrecy::SecretString;

use crate::Outcome;
use crate::arguments::KandjiWalk;
use crate::settings::Settings;

pub async fn kandji_walk(settings: &Settings, walk: KandjiWalk) -> Result<Outcome, Refusal> {
    let extra = ExtraHosts::parse(&settings.extra_hosts)
        .map_err(|error| Refusal::invalid("kandji.extra_hosts", error))?;
    let api =
        ApiUrl::parse(&walk.api_url, &extra).map_err(|error| Refusal::invalid("api_url", error))?;
    let list_per_second = Some(settings.requests_per_second).filter(|ceiling| *ceiling > 0);
    let limits = Limits { list_per_second, ..Limits::default() };
    let failed = |fault: kandji::Fault| Refusal::Failed(fault.to_string());
    let client = Client::new(api, &SecretString::from(walk.token), limits).map_err(failed)?;
    let clock = Clock::system();
    let begun = clock.now();
    let seen = kandji::endpoints::devices(&client, &|_| {}).await.map_err(failed)?;
    let seconds = clock.now().duration_since(begun).as_secs_f64();
    let document = serde_json::json!({
        "seconds": seconds,
        "devices": seen.rows.len(),
        "pages": seen.pages,
        "requests": client.requests(),
        "complete": seen.is_complete(),
    });
    say!("{document}");
    Ok(Outcome::Done)
}
