//! Which hosts may hear the API token: Kandji's and Iru's own, plus what the operator opened.
//! `ApiUrl::parse` accepts what people paste from the browser and mends it to the API address.

use std::fmt;

use url::Url;

/// The brands under which tenants answer, each with the regions it has.
const BRANDS: [&str; 2] = ["kandji.io", "iru.com"];

/// Names under the brands that are the vendor's own pages, never a tenant.
const NOT_TENANTS: [&str; 8] = ["api", "api-docs", "app", "docs", "eu", "status", "support", "www"];

/// The address of one tenant's API: `https://acme.api.kandji.io`, without a path.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ApiUrl {
    origin: Url,
}

/// Origins allowed beyond the vendor's own, as the operator wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExtraHosts {
    origins: Vec<Origin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    /// `None` stands for `*`: any port.
    port: Option<u16>,
}

/// Why an address cannot be the API of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("no API address given; hint: copy it from Kandji, under Access, API tokens")]
    Blank,
    #[error("\"{0}\" is not an https address; hint: write it like https://acme.api.kandji.io")]
    NotHttps(String),
    #[error(
        "\"{0}\" carries a user name; hint: paste only the address, the token goes in its own field"
    )]
    Credentials(String),
    #[error(
        "\"{0}\" names a port, which no Kandji or Iru address has; hint: write it like https://acme.api.kandji.io; another host is open only where the setting kandji.extra_hosts of this server names it"
    )]
    Port(String),
    #[error(
        "\"{0}\" is not a Kandji or Iru address; hint: it looks like acme.api.kandji.io, acme.api.eu.kandji.io or acme.api.iru.com; another host is open only where the setting kandji.extra_hosts of this server names it"
    )]
    Foreign(String),
    #[error(
        "\"{0}\" is one of the vendor's own pages, not a tenant; hint: put your organization's name in front, like acme.api.kandji.io"
    )]
    NotATenant(String),
    #[error(
        "\"{0}\" is not an origin; hint: write it like http://127.0.0.1:8090, or http://127.0.0.1:* for any port"
    )]
    BadExtra(String),
}

/// Whether a host is the vendor's own, a tenant's or any other.
pub fn is_vendors(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let below = |brand: &str| host.strip_suffix(brand).is_some_and(|name| name.ends_with('.'));
    BRANDS.iter().any(|brand| host == *brand || below(brand))
}

impl ApiUrl {
    /// Reads a pasted address (`acme`, `acme.kandji.io`, `https://acme.kandji.io/devices/`, …).
    /// The web console's host becomes the API's host; anything off the allow-list is refused.
    pub fn parse(text: &str, extra: &ExtraHosts) -> Result<ApiUrl, HostError> {
        let squeezed: String = text.split_whitespace().collect::<String>().to_ascii_lowercase();
        if squeezed.is_empty() {
            return Err(HostError::Blank);
        }
        if let Some(origin) = extra.opens(&squeezed) {
            return Ok(ApiUrl { origin });
        }
        let host = tenant_host(authority(&squeezed)?)?;
        let origin = Url::parse(&format!("https://{host}"))
            .map_err(|_| HostError::Foreign(shown(&squeezed)))?;
        Ok(ApiUrl { origin })
    }

    /// The host alone, for messages: `acme.api.kandji.io`, with the port where there is one.
    pub fn host(&self) -> String {
        let host = self.origin.host_str().unwrap_or_default();
        self.origin.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The whole address without a trailing slash, as it is stored.
    pub fn as_str(&self) -> &str {
        self.origin.as_str().trim_end_matches('/')
    }

    /// The address of an endpoint; each segment is escaped, so no id can leave the API's path.
    pub(crate) fn endpoint(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.origin.clone();
        url.path_segments_mut()
            .expect("http and https addresses have a path")
            .clear()
            .extend(["api", "v1"])
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.origin.scheme() == "https"
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiUrl({})", self.as_str())
    }
}

impl ExtraHosts {
    /// Nothing beyond the vendor's own hosts.
    pub fn none() -> ExtraHosts {
        ExtraHosts::default()
    }

    /// Reads origins such as `http://127.0.0.1:8090`, or `http://127.0.0.1:*` for any port.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<ExtraHosts, HostError> {
        let origins =
            texts.iter().map(|text| Origin::parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(ExtraHosts { origins })
    }

    /// Whether the operator opened where this address leads.
    pub fn covers(&self, url: &Url) -> bool {
        self.origins.iter().any(|origin| origin.covers(url))
    }

    fn opens(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok()?;
        let clean = url.username().is_empty() && url.password().is_none();
        if !clean || !self.origins.iter().any(|origin| origin.covers(&url)) {
            return None;
        }
        // Only the origin is kept, whatever path was pasted behind it.
        Url::parse(&url.origin().ascii_serialization()).ok()
    }
}

impl Origin {
    fn parse(text: &str) -> Result<Origin, HostError> {
        let bad = || HostError::BadExtra(shown(text));
        let text = text.trim().to_ascii_lowercase();
        let (text, any_port) = match text.strip_suffix(":*") {
            Some(rest) => (rest.to_owned(), true),
            None => (text, false),
        };
        let url = Url::parse(&text).map_err(|_| bad())?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.username().is_empty()
            && url.host_str().is_some_and(|host| !host.contains('*'));
        if !matches!(url.scheme(), "http" | "https") || !bare {
            return Err(bad());
        }
        Ok(Origin {
            scheme: url.scheme().to_owned(),
            host: url.host_str().ok_or_else(bad)?.to_owned(),
            port: if any_port { None } else { url.port_or_known_default() },
        })
    }

    fn covers(&self, url: &Url) -> bool {
        url.scheme() == self.scheme
            && url.host_str() == Some(&self.host)
            && (self.port.is_none() || url.port_or_known_default() == self.port)
    }
}

/// The host of a pasted address: scheme, path, query and a default port are cut away.
fn authority(text: &str) -> Result<&str, HostError> {
    let rest = match text.split_once("://") {
        // A pasted http address is meant as the tenant's; it is only ever used over https.
        Some(("https" | "http", rest)) => rest,
        Some(_) => return Err(HostError::NotHttps(shown(text))),
        None => text,
    };
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(HostError::Credentials(shown(host)));
    }
    let host = host.strip_suffix(":443").unwrap_or(host);
    if host.contains(':') {
        return Err(HostError::Port(shown(host)));
    }
    Ok(host.trim_end_matches('.'))
}

/// The API host meant by a host of the tenant: the bare name, the web console or the API itself.
fn tenant_host(host: &str) -> Result<String, HostError> {
    if is_label(host) {
        return tenant(host, "", BRANDS[0], host);
    }
    for brand in BRANDS {
        if host == brand {
            return Err(HostError::NotATenant(shown(host)));
        }
        let Some(front) = host.strip_suffix(brand).and_then(|rest| rest.strip_suffix('.')) else {
            continue;
        };
        return match front.split('.').collect::<Vec<_>>()[..] {
            [name] | [name, "api"] => tenant(name, "", brand, host),
            [name, "eu"] | [name, "api", "eu"] => tenant(name, "eu.", brand, host),
            _ => Err(HostError::Foreign(shown(host))),
        };
    }
    Err(HostError::Foreign(shown(host)))
}

fn tenant(name: &str, region: &str, brand: &str, host: &str) -> Result<String, HostError> {
    if !is_label(name) {
        return Err(HostError::Foreign(shown(host)));
    }
    if NOT_TENANTS.contains(&name) {
        return Err(HostError::NotATenant(shown(host)));
    }
    Ok(format!("{name}.api.{region}{brand}"))
}

/// One label of a host name: letters, digits and inner hyphens, at most 63.
fn is_label(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(|&byte| plain(byte) || byte == b'-')
        && plain(bytes[0])
        && plain(bytes[bytes.len() - 1])
}

/// What was pasted, cut so that a message stays a sentence.
fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
