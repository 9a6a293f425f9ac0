//! Reverse proxies whose word counts: where a request comes from when it comes through them.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks that proxies of ours stand in; none by default.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// From `10.0.0.0/8`, `2001:db8::/32`, or a single address.
    pub fn parse(networks: &[String]) -> Result<Self, String> {
        let one = |text: &String| {
            let alone = || text.parse::<IpAddr>().ok().map(IpNet::from);
            text.parse::<IpNet>().ok().or_else(alone).ok_or_else(|| {
                format!("\"{text}\" is no network; hint: write it like 10.0.0.0/8 or 127.0.0.1")
            })
        };
        networks.iter().map(one).collect::<Result<_, _>>().map(Proxies)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who stands behind the proxies: the last address in the list that is none of ours, since
    /// each proxy adds who it was asked by, and only ours are believed. `None` where they do not
    /// say, or say something odd.
    pub fn behind(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .map(|line| line.to_str().ok())
            .collect::<Option<_>>()?;
        for said in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let address = address(said.trim())?;
            if !self.trust(address) {
                return Some(address);
            }
        }
        None
    }
}

/// With or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.parse::<IpAddr>().ok();
    let address = alone.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Proxies {
        Proxies::parse(&["10.0.0.0/8".into(), "127.0.0.1".into()]).unwrap()
    }

    #[track_caller]
    fn check(lines: &[&str], expect: Option<&str>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        assert_eq!(ours().behind(&headers), expect.map(|address| address.parse().unwrap()));
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_is_the_one() {
        check(&["192.0.2.7"], Some("192.0.2.7"));
        check(&["192.0.2.7, 10.1.2.3"], Some("192.0.2.7"));
        check(&["192.0.2.7:4711"], Some("192.0.2.7"));
        check(&["[2001:db8::7]:4711"], Some("2001:db8::7"));
    }

    #[test]
    fn what_a_stranger_wrote_before_is_not_believed() {
        check(&["198.51.100.1, 192.0.2.7"], Some("192.0.2.7"));
        check(&["10.9.9.9, 192.0.2.7, 10.1.2.3"], Some("192.0.2.7"));
        check(&["198.51.100.1", "192.0.2.7"], Some("192.0.2.7"));
    }

    #[test]
    fn nothing_and_nonsense_name_nobody() {
        check(&[], None);
        check(&["10.1.2.3"], None);
        check(&["192.0.2.7, unknown"], None);
        check(&[""], None);
    }

    #[test]
    fn a_proxy_is_known_in_its_ipv6_clothes_too() {
        assert!(ours().trust("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!ours().trust("192.0.2.7".parse().unwrap()));
        assert!(Proxies::parse(&["everywhere".into()]).unwrap_err().contains("hint:"));
    }
}
