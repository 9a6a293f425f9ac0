//! How hard we may knock: requests per second, tries, waits, sizes.
//! The pure half of politeness; `client` does the waiting.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Ceilings for one client. The defaults suit Kandji's 50 requests a second and 10,000 an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// List requests per second; details get a quarter of it. `None` is for simulated tenants.
    pub list_per_second: Option<u32>,
    /// Requests under way at once.
    pub in_flight: usize,
    /// Tries per request, the first one included.
    pub tries: u32,
    /// The first wait between tries; it doubles from there.
    pub backoff_first: Duration,
    /// The longest wait of our own making.
    pub backoff_longest: Duration,
    /// The longest wait we grant when the server names one.
    pub asked_longest: Duration,
    pub connect_timeout: Duration,
    /// Silence after which an answer is given up; the whole answer may take ten times as long.
    pub read_timeout: Duration,
    /// The largest body read, in bytes.
    pub body_bytes: usize,
    /// The most pages of one list.
    pub pages: u32,
    /// The longest walk through one list, however well each page of it comes.
    pub walk_longest: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            list_per_second: Some(40),
            in_flight: 5,
            tries: 5,
            backoff_first: Duration::from_secs(1),
            backoff_longest: Duration::from_secs(30),
            asked_longest: Duration::from_mins(1),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            body_bytes: 64 << 20,
            pages: 2_000,
            walk_longest: Duration::from_mins(30),
        }
    }
}

impl Limits {
    /// No pacing and next to no waiting: for a simulated tenant on this machine.
    pub fn unpaced() -> Limits {
        let blink = Duration::from_millis(1);
        Limits {
            list_per_second: None,
            backoff_first: blink,
            backoff_longest: blink,
            asked_longest: blink,
            ..Limits::default()
        }
    }

    /// Details requests per second: a quarter of the lists', at least one.
    pub fn details_per_second(&self) -> Option<u32> {
        self.list_per_second.map(|lists| (lists / 4).max(1))
    }

    /// The wait before try `tried + 1`. `asked` is what the server named; `roll` is in 0..1 and
    /// spreads our own waits over the upper half, so that many clients do not knock in step.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>, roll: f64) -> Duration {
        if let Some(asked) = asked {
            return asked.min(self.asked_longest);
        }
        let doubled = self.backoff_first.saturating_mul(1 << tried.saturating_sub(1).min(20));
        doubled.min(self.backoff_longest).mul_f64(0.5 + roll.clamp(0.0, 1.0) / 2.0)
    }
}

/// How long a 429 or 503 asks us to stay away: `Retry-After` in seconds or as a date (measured
/// against the answer's own `Date`, so our clock does not matter), else `RateLimit-Reset`.
pub(crate) fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(after) = text(RETRY_AFTER.as_str()) {
        if let Ok(seconds) = after.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = http_date(after)?;
        let now = told_time(headers)?;
        return Some(Duration::try_from(until.duration_since(now)).unwrap_or_default());
    }
    text("ratelimit-reset")?.parse().ok().map(Duration::from_secs)
}

/// The time at which an answer says it was given.
pub(crate) fn told_time(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    http_date(headers.get(DATE)?.to_str().ok()?.trim())
}

fn http_date(text: &str) -> Option<jiff::Timestamp> {
    rfc2822::parse(text).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&'static str, &str)]) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        asked_wait(&map).map(|wait| wait.as_secs())
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        assert_eq!(asked(&[("retry-after", "42")]), Some(42));
        let date = ("date", "Tue, 01 Sep 2026 08:00:00 GMT");
        assert_eq!(asked(&[("retry-after", "Tue, 01 Sep 2026 08:01:30 GMT"), date]), Some(90));
        assert_eq!(asked(&[("retry-after", "Tue, 01 Sep 2026 07:00:00 GMT"), date]), Some(0));
        assert_eq!(asked(&[("retry-after", "soon"), date]), None);
    }

    #[test]
    fn without_retry_after_the_rate_limit_reset_counts() {
        assert_eq!(asked(&[("ratelimit-reset", "7")]), Some(7));
        assert_eq!(asked(&[("retry-after", "3"), ("ratelimit-reset", "7")]), Some(3));
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn waits_double_up_to_half_a_minute_and_are_spread_over_their_upper_half() {
        let limits = Limits::default();
        let whole: Vec<u64> = (1..8).map(|tried| limits.wait(tried, None, 1.0).as_secs()).collect();
        assert_eq!(whole, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(limits.wait(3, None, 0.0), Duration::from_secs(2));
    }

    #[test]
    fn a_wait_the_server_asks_for_is_granted_up_to_a_minute() {
        let limits = Limits::default();
        assert_eq!(limits.wait(1, Some(Duration::from_secs(42)), 0.0), Duration::from_secs(42));
        assert_eq!(limits.wait(1, Some(Duration::from_hours(1)), 0.0), Duration::from_mins(1));
    }
}
