//! Amounts: decimal text outside, minor units of their currency inside.

pub use domain::money::digits;

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
    fn what_is_no_amount_is_refused() {
        for bad in ["", ".", ".5", "-1", "1.234", "1,5", "12 €", "99999999999999999999"] {
            assert_eq!(minor(bad, Some("EUR")), None, "{bad}");
        }
    }
}
