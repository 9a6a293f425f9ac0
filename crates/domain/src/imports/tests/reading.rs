//! Cells as people and programs write them.

use crate::imports::values::{amount, date, months, name_and_address, yes_no};

#[test]
fn a_day_is_read_however_it_is_written() {
    for text in [
        "2026-04-01",
        "2026-04-01 12:30:00",
        "2026-04-01T12:30:00Z",
        "2026/04/01",
        "01.04.2026",
        "1.4.26",
        "4/1/2026",
        "04/01/26",
        "Apr 1, 2026",
        "April 1st, 2026",
        "1 April 2026",
        "Wed Apr 01, 2026",
        "Wed Apr 01, 2026 12:00AM",
        "2026-04-01 12:00 AM",
        "1. Apr. 2026",
    ] {
        let read = date(text, false).map(|day| day.to_string());
        assert_eq!(read.as_deref(), Some("2026-04-01"), "{text}");
    }
    assert_eq!(date("01/04/2026", true).unwrap().to_string(), "2026-04-01");
    assert_eq!(date("31/04/2026", false), None);
    // There is no thirteenth month, whatever comes first.
    assert_eq!(date("13/04/2026", false).unwrap().to_string(), "2026-04-13");
    assert_eq!(date("04/13/2026", true).unwrap().to_string(), "2026-04-13");
    for odd in ["", "soon", "2026-13-01", "32.01.2026", "1/2", "1/2/3/4", "Apr 2026", "45000"] {
        assert_eq!(date(odd, false), None, "{odd}");
    }
}

#[test]
fn an_amount_is_read_with_either_kind_of_point() {
    for (text, minor, named) in [
        ("1,299.00", 129_900, None),
        ("1.299,00 €", 129_900, Some("EUR")),
        ("€ 1.299", 129_900, Some("EUR")),
        ("1299", 129_900, None),
        ("1299.5", 129_950, None),
        ("1 299,50", 129_950, None),
        ("1'299.50", 129_950, None),
        ("$1,299", 129_900, Some("USD")),
        ("USD 12.00", 1_200, Some("USD")),
        ("12.00 gbp", 1_200, Some("GBP")),
        ("1,234,567.89", 123_456_789, None),
        ("¥1200", 1_200, Some("JPY")),
        ("0", 0, None),
        (".5", 50, None),
        ("12.5000", 1_250, None),
    ] {
        let read = amount(text, "EUR");
        assert_eq!(read, Some((minor, named.map(str::to_owned))), "{text}");
    }
    assert_eq!(amount("$5", "CAD"), Some((500, Some("CAD".into()))));
    assert_eq!(amount("1.234", "KWD"), Some((1_234, None)));
    for odd in ["", "free", "-5", "1,2,3", "1.2.3,4", "12.345.6", "5 %", "12,345.678"] {
        assert_eq!(amount(odd, "EUR"), None, "{odd}");
    }
}

#[test]
fn the_length_of_a_warranty_may_name_its_unit() {
    assert_eq!(months("36"), Some(36));
    assert_eq!(months("36 months"), Some(36));
    assert_eq!(months("3 Years"), Some(36));
    for odd in ["", "long", "3 weeks", "-1", "99999"] {
        assert_eq!(months(odd), None, "{odd}");
    }
}

#[test]
fn yes_has_many_words_and_so_has_no() {
    assert!(["Yes", "true", "1", "x", "Ja"].iter().all(|text| yes_no(text) == Some(true)));
    assert!(["no", "FALSE", "0", "nein"].iter().all(|text| yes_no(text) == Some(false)));
    assert_eq!(yes_no("maybe"), None);
}

#[test]
fn a_person_may_be_written_with_their_address() {
    assert_eq!(name_and_address("Robin <r@example.com>"), ("Robin", Some("r@example.com")));
    assert_eq!(name_and_address("Robin (r@example.com)"), ("Robin", Some("r@example.com")));
    assert_eq!(name_and_address(" r@example.com "), ("", Some("r@example.com")));
    assert_eq!(name_and_address("Robin (IT)"), ("Robin (IT)", None));
}
