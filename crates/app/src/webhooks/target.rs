//! Where a webhook may send: to a public address, over HTTPS. Never to Kandji, never to what only
//! this server can reach. The names are resolved here and the connection is made to what was
//! looked at, so that nobody can answer otherwise a moment later.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use kandji::ExtraHosts;
use kandji::host::is_vendors;
use url::{Host, Url};

/// An address that may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub url: Url,
    /// The operator opened it; it may be on this machine, and without TLS.
    pub opened: bool,
}

const LONGEST: usize = 2_000;
const RESOLVING: Duration = Duration::from_secs(5);

impl Target {
    /// `sources` are the addresses of the tenant's sources.
    pub fn parse(text: &str, extra: &ExtraHosts, sources: &[String]) -> Result<Self, String> {
        let text = text.trim();
        let example = "hint: write it like https://hooks.example.com/stockroom";
        if text.len() > LONGEST {
            return Err(format!("the address is too long; hint: at most {LONGEST} characters"));
        }
        let mut url = Url::parse(text)
            .map_err(|error| format!("\"{text}\" is no address: {error}; {example}"))?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(format!("\"{text}\" is no web address; {example}"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let hint = "hint: leave them out, the signature proves who sends";
            return Err(format!("the address carries a user name or a password; {hint}"));
        }
        url.set_fragment(None);
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        if is_vendors(&host) || sources.iter().any(|source| is_of(source, &url)) {
            let hint = "hint: choose an address of your own";
            return Err(format!(
                "\"{host}\" is Kandji's, and nothing is ever written there; {hint}"
            ));
        }
        let opened = extra.covers(&url);
        if !opened && url.scheme() != "https" {
            return Err(format!("\"{text}\" is not encrypted; {example}"));
        }
        let target = Target { url, opened };
        match target.url.host() {
            Some(Host::Ipv4(ip)) => target.may(IpAddr::V4(ip))?,
            Some(Host::Ipv6(ip)) => target.may(IpAddr::V6(ip))?,
            Some(Host::Domain(_)) if !opened && is_this_machine(&host) => {
                return Err(inside(&host, "this server itself"));
            }
            Some(Host::Domain(_)) | None => {}
        }
        Ok(target)
    }

    fn may(&self, ip: IpAddr) -> Result<(), String> {
        if self.opened || is_public(ip) {
            return Ok(());
        }
        Err(inside(self.url.host_str().unwrap_or_default(), &format!("at {ip}")))
    }

    /// Every address it has, all of them public.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = self.url.port_or_known_default().unwrap_or(443);
        let looked_up = tokio::net::lookup_host((host.as_str(), port));
        let found = match tokio::time::timeout(RESOLVING, looked_up).await {
            Ok(Ok(found)) => found.collect::<Vec<_>>(),
            Ok(Err(error)) => {
                let hint = "hint: check how it is spelled";
                return Err(format!("\"{host}\" cannot be found: {error}; {hint}"));
            }
            Err(_) => return Err(format!("\"{host}\" could not be looked up in time")),
        };
        if found.is_empty() {
            return Err(format!("\"{host}\" has no address; hint: check how it is spelled"));
        }
        found.iter().try_for_each(|address| self.may(address.ip()))?;
        Ok(found)
    }

    /// A client that reaches this address and no other: what was looked up is what it connects to,
    /// no redirect is followed, no proxy is asked.
    pub async fn client(&self, patience: Duration) -> Result<reqwest::Client, String> {
        let addresses = self.addresses().await?;
        kandji::client::provide_tls();
        let https = self.url.scheme() == "https";
        let client = reqwest::Client::builder()
            .user_agent(concat!("stockroom/", env!("CARGO_PKG_VERSION")))
            .https_only(https)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .gzip(false)
            .resolve_to_addrs(self.url.host_str().unwrap_or_default(), &addresses)
            .connect_timeout(patience / 2)
            .timeout(patience);
        // Without TLS this machine's certificates need not be read.
        let client = if https { client } else { client.tls_certs_only([]) };
        client.build().map_err(|error| format!("no connection can be prepared: {error}"))
    }
}

fn inside(host: &str, place: &str) -> String {
    let hint = "hint: whoever runs this server can open it with the setting webhooks.extra_hosts";
    format!("\"{host}\" is {place}, which is not a public address; {hint}")
}

/// Names that lead nowhere else, whoever looks them up.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// Whether the address leads to where a source is read from.
fn is_of(source: &str, url: &Url) -> bool {
    Url::parse(source).is_ok_and(|source| {
        source.host() == url.host() && source.port_or_known_default() == url.port_or_known_default()
    })
}

/// Whether anybody on the internet could be meant.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = a == 192 && b == 0 && c == 0;
    let relay = a == 192 && b == 88 && c == 99;
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 224
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_documentation()
        || shared
        || protocols
        || relay
        || benchmarks)
}

/// Only what is given out to the world; what wraps an older address is judged by that one.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let part = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match part {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x2002, high, low, ..] => inner(high, low),
        // Teredo, benchmarks, ORCHID; documentation.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [0x3fff, second, ..] => second >= 0x1000,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Target::parse(text, &ExtraHosts::none(), &[]).unwrap_err()
    }

    #[test]
    fn only_public_addresses_over_https_are_sent_to() {
        let target = Target::parse("https://hooks.example.com/x?y=1#z", &ExtraHosts::none(), &[]);
        assert_eq!(target.unwrap().url.as_str(), "https://hooks.example.com/x?y=1");
        for (text, why) in [
            ("http://hooks.example.com/x", "not encrypted"),
            ("ftp://hooks.example.com/x", "no web address"),
            ("hooks.example.com", "no address"),
            ("https://user:secret@hooks.example.com/x", "user name or a password"),
            ("https://127.0.0.1/x", "not a public address"),
            ("https://localhost/x", "not a public address"),
            ("https://Hooks.LocalHost./x", "not a public address"),
            ("https://2130706433/x", "not a public address"),
            ("https://0x7f.1/x", "not a public address"),
            ("https://10.1.2.3/x", "not a public address"),
            ("https://169.254.169.254/latest/meta-data", "not a public address"),
            ("https://[::1]/x", "not a public address"),
            ("https://[::ffff:10.0.0.1]/x", "not a public address"),
            ("https://[fd00:ec2::254]/x", "not a public address"),
            ("https://[64:ff9b::a9fe:a9fe]/x", "not a public address"),
        ] {
            assert!(refused(text).contains(why), "{text}: {}", refused(text));
            assert!(refused(text).contains("; hint: "), "{text}");
        }
        assert!(!refused("https://user:secret@hooks.example.com/x").contains("secret@"));
    }

    #[test]
    fn nothing_is_ever_sent_to_kandji_not_even_where_the_operator_opened_it() {
        let all = ExtraHosts::parse(&["https://acme.api.kandji.io", "http://127.0.0.1:*"]).unwrap();
        let sources = ["http://127.0.0.1:8090".to_owned()];
        for text in [
            "https://acme.api.kandji.io/api/v1/devices",
            "https://ACME.Api.Eu.Kandji.IO./x",
            "https://kandji.io/x",
            "https://acme.iru.com/x",
            "https://acme.api.iru.com:8443/x",
            "http://127.0.0.1:8090/hook",
        ] {
            let refused = Target::parse(text, &all, &sources).unwrap_err();
            assert!(refused.contains("is Kandji's"), "{text}: {refused}");
        }
        for other in ["https://notkandji.io/x", "https://kandji.io.example.com/x"] {
            assert!(Target::parse(other, &all, &sources).is_ok(), "{other}");
        }
        let beside = Target::parse("http://127.0.0.1:8091/hook", &all, &sources).unwrap();
        assert!(beside.opened);
    }

    #[test]
    fn addresses_that_are_not_the_worlds_are_known() {
        for inside in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::7f00:1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "100::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "93.184.216.34",
            "172.32.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_when_it_is_looked_up() {
        let url = Url::parse("https://localhost/x").unwrap();
        let target = Target { url, opened: false };
        let refused = target.client(Duration::from_secs(1)).await.unwrap_err();
        assert!(refused.contains("not a public address"), "{refused}");
    }
}
