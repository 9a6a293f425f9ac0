//! Amounts: decimal text outside, minor units of their currency inside.

/// Currencies whose minor unit is not a hundredth, ISO 4217.
const UNUSUAL: [(&str, u32); 23] = [
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("ISK", 0),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("PYG", 0),
    ("RWF", 0),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("IQD", 3),
    ("JOD", 3),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("TND", 3),
];

/// How many digits follow the point.
pub fn digits(currency: Option<&str>) -> u32 {
    let unusual = UNUSUAL.iter().find(|(code, _)| Some(*code) == currency);
    unusual.map_or(2, |(_, digits)| *digits)
}

/// The currencies with so many digits, where those are not two.
pub fn of_digits(digits: u32) -> impl Iterator<Item = &'static str> {
    UNUSUAL.iter().filter(move |(_, known)| *known == digits).map(|(code, _)| *code)
}

/// Which currencies an amount may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Currencies {
    One(String),
    /// All that have so many digits after the point.
    OfDigits(u32),
}

impl Currencies {
    pub fn hold(&self, currency: Option<&str>) -> bool {
        match self {
            Currencies::One(one) => currency.is_none_or(|currency| currency == one),
            Currencies::OfDigits(wanted) => digits(currency) == *wanted,
        }
    }

    pub fn digits(&self) -> u32 {
        match self {
            Currencies::One(one) => digits(Some(one)),
            Currencies::OfDigits(digits) => *digits,
        }
    }
}

/// How many digits after the point there are anywhere.
pub const DIGITS: [u32; 3] = [0, 2, 3];

/// The currencies that have not two digits after the point.
pub fn unusual() -> impl Iterator<Item = &'static str> {
    UNUSUAL.iter().map(|(code, _)| *code)
}

/// `49990` US cents are `499.90`.
pub fn text(minor: i64, currency: Option<&str>) -> String {
    let digits = digits(currency);
    if digits == 0 {
        return minor.to_string();
    }
    let unit = 10_u64.pow(digits);
    let (sign, amount) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    format!("{sign}{}.{:0width$}", amount / unit, amount % unit, width = digits as usize)
}

/// As people read it: `1,234.50 EUR`.
pub fn shown(minor: i64, currency: Option<&str>) -> String {
    let amount = grouped(&text(minor, currency));
    currency.map_or(amount.clone(), |code| format!("{amount} {code}"))
}

/// `1234.50` as `1,234.50`.
pub fn grouped(amount: &str) -> String {
    let (whole, part) = amount.split_once('.').map_or((amount, None), |(w, p)| (w, Some(p)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    part.map_or(grouped.clone(), |part| format!("{grouped}.{part}"))
}

/// The reverse of [`text`]; fewer digits after the point will do, more will not.
pub fn minor(text: &str, currency: Option<&str>) -> Option<i64> {
    let digits = digits(currency) as usize;
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) || part.len() > digits {
        return None;
    }
    format!("{whole}{part:0<digits$}").parse().ok()
}

/// Three capital letters, as ISO 4217 writes a currency.
pub fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_back_as_it_is_written() {
        for (minor_units, currency, written) in [
            (49_990, Some("USD"), "499.90"),
            (5, None, "0.05"),
            (1_200, Some("JPY"), "1200"),
            (1_234, Some("KWD"), "1.234"),
        ] {
            assert_eq!(text(minor_units, currency), written);
            assert_eq!(minor(written, currency), Some(minor_units));
        }
        assert_eq!(minor("12.5", Some("EUR")), Some(1_250));
        assert_eq!(minor("12", Some("EUR")), Some(1_200));
    }

    #[test]
    fn people_read_an_amount_in_groups_with_its_currency() {
        assert_eq!(shown(123_450, Some("EUR")), "1,234.50 EUR");
        assert_eq!(shown(-1_234_567, Some("JPY")), "-1,234,567 JPY");
        assert_eq!(shown(99_900, None), "999.00");
        assert_eq!(shown(-5, Some("EUR")), "-0.05 EUR");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for bad in ["", ".", ".5", "-1", "1.234", "1,5", "12 €", "99999999999999999999"] {
            assert_eq!(minor(bad, Some("EUR")), None, "{bad}");
        }
    }
}
