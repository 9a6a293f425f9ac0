//! The Asset Report as a file: how long the whole of it takes over HTTP, and what it adds to the
//! server's memory above resting.

use std::time::Instant;

use super::figures::Figures;
use super::http::Http;
use super::installation::Installation;

/// Each file is asked for so often.
const REPEATS: usize = 3;

pub fn exports(here: &Installation, devices: usize, figures: &mut Figures) -> Result<(), String> {
    for (format, most) in [("xlsx", 6.0), ("csv", 2.0)] {
        let (mut seconds, mut above) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let resting = here.resident_mb()?;
            here.forget_peak()?;
            seconds.push(one(here, format)?);
            above.push((here.peak_mb()? - resting).max(0.0));
        }
        let what = format!("asset report of {devices} as {format}");
        // The bars are set for 100,000 assets.
        let most = if devices == 100_000 { most } else { f64::INFINITY };
        figures.at_most(&what, "s", &seconds, most);
        figures.at_most(&format!("{what}: memory above resting"), "MB", &above, 150.0);
    }
    Ok(())
}

fn one(here: &Installation, format: &str) -> Result<f64, String> {
    let mut http = Http::to(here.address, &format!("Authorization: Bearer {}\r\n", here.token))?;
    let begun = Instant::now();
    let answer = http.get(&format!("/api/v1/reports/assets?format={format}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if answer.status != 200 {
        return Err(format!("{format}: {} {}", answer.status, answer.body));
    }
    Ok(seconds)
}
