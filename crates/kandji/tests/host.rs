//! Which addresses are taken for a tenant's API, and which are refused.

use kandji::{ApiUrl, ExtraHosts};

fn check(pasted: &str, expect: &str) {
    let read = ApiUrl::parse(pasted, &ExtraHosts::none());
    let shown = read.map_or_else(|error| error.to_string(), |api| api.to_string());
    assert!(shown.contains(expect), "{pasted:?} became {shown:?}, not {expect:?}");
}

#[test]
fn whatever_people_paste_becomes_the_api_address() {
    for pasted in [
        "acme",
        "ACME",
        " acme.kandji.io ",
        "acme.api.kandji.io",
        "Acme.API.Kandji.io",
        "https://acme.kandji.io/devices/",
        "https://acme.kandji.io/devices?x=1#top",
        "http://acme.api.kandji.io",
        "https://acme.api.kandji.io/api/v1/",
        "https://acme.api.kandji.io:443/api",
        "acme.api.kandji.io.",
        "acme .api.kandji.io",
    ] {
        check(pasted, "https://acme.api.kandji.io");
    }
    check("acme.eu.kandji.io", "https://acme.api.eu.kandji.io");
    check("https://acme.api.eu.kandji.io/", "https://acme.api.eu.kandji.io");
    check("acme.iru.com", "https://acme.api.iru.com");
    check("acme.api.eu.iru.com", "https://acme.api.eu.iru.com");
    check("a-1.kandji.io", "https://a-1.api.kandji.io");
}

#[test]
fn a_host_off_the_allow_list_never_hears_the_token() {
    for pasted in [
        "https://acme.api.kandji.io.evil.example",
        "https://evil.example/acme.api.kandji.io",
        "https://evil.example#.api.kandji.io",
        "acmekandji.io",
        "acme.clients.us-1.kandji.io",
        "acme.connect.iru.com",
        "a.b.api.kandji.io",
        "127.0.0.1",
        "http://127.0.0.1:8090",
        "localhost:8090",
        "acmé.kandji.io",
        "acme_1.kandji.io",
        "-acme.kandji.io",
        "https://",
    ] {
        let read = ApiUrl::parse(pasted, &ExtraHosts::none());
        assert!(read.is_err(), "{pasted:?} was taken for {read:?}");
    }
}

#[test]
fn an_address_that_cannot_be_one_says_what_to_do() {
    check("", "copy it from Kandji");
    check("ftp://acme.kandji.io", "not an https address");
    check("https://token@acme.kandji.io", "carries a user name");
    check("https://acme.api.kandji.io\\@evil.example", "https://acme.api.kandji.io");
    check("https://acme.kandji.io:8443", "names a port");
    check("http://127.0.0.1:8090", "the setting kandji.extra_hosts of this server");
    check("example.com", "is not a Kandji or Iru address");
    check("http://kandji.example.com", "the setting kandji.extra_hosts of this server");
    check("www.kandji.io", "one of the vendor's own pages");
    check("kandji.io", "one of the vendor's own pages");
    check("api.kandji.io", "one of the vendor's own pages");
}

#[test]
fn an_extra_origin_opens_exactly_itself() {
    let any = ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap();
    let one = ExtraHosts::parse(&["http://127.0.0.1:8090"]).unwrap();
    let read =
        |text: &str, extra: &ExtraHosts| ApiUrl::parse(text, extra).map(|api| api.to_string());
    assert_eq!(read("http://127.0.0.1:8091/api/v1", &any).unwrap(), "http://127.0.0.1:8091");
    assert_eq!(read("http://127.0.0.1:8090", &one).unwrap(), "http://127.0.0.1:8090");
    assert!(read("http://127.0.0.1:8091", &one).is_err());
    assert!(read("http://127.0.0.2:8090", &any).is_err());
    assert!(read("https://127.0.0.1:8090", &any).is_err());
    assert!(read("http://robin@127.0.0.1:8090", &any).is_err());
    assert_eq!(read("acme", &any).unwrap(), "https://acme.api.kandji.io");
}

#[test]
fn an_extra_origin_must_be_an_origin() {
    for text in ["127.0.0.1", "ftp://127.0.0.1", "http://127.0.0.1/path", "http://*:80", ""] {
        assert!(ExtraHosts::parse(&[text]).is_err(), "{text:?} passed for an origin");
    }
}
