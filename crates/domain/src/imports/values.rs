//! What people and other products write in a cell: dates, amounts, lengths of a warranty, yes and
//! no. Read as widely as can be done without guessing.

use jiff::civil::Date;

use crate::money;
use crate::text::key;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `2026-09-01`, with or without a time; `01.09.2026`; `9/1/2026` or `1/9/2026` as `day_first`
/// says; `Sep 1, 2026`; `1 September 2026`; `Tue Sep 01, 2026 12:00 AM`.
pub fn date(text: &str, day_first: bool) -> Option<Date> {
    let text = text.trim();
    if let Some((day, time)) = text.split_once('T')
        && time.starts_with(|c: char| c.is_ascii_digit())
    {
        return day.parse().ok();
    }
    let folded = text.to_ascii_lowercase();
    let words: Vec<&str> = folded
        .split([' ', ',', '\u{a0}'])
        .filter(|word| !word.is_empty() && !is_time(word) && !is_weekday(word))
        .collect();
    match words.as_slice() {
        [numbers] => numeric(numbers, day_first),
        [first, second, year] => {
            let (month, day) = match (month(first), month(second)) {
                (Some(month), _) => (month, *second),
                (None, Some(month)) => (month, *first),
                (None, None) => return None,
            };
            let day = day.trim_end_matches(['.', 's', 't', 'n', 'd', 'r', 'h']);
            Date::new(long_year(year)?, month, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

fn is_time(word: &str) -> bool {
    let word = word.trim_end_matches(['z', 'a', 'p', 'm']);
    word.is_empty()
        || word.contains(':') && word.bytes().all(|b| b.is_ascii_digit() || b":.+-".contains(&b))
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    DAYS.iter().any(|day| word.starts_with(day))
        && word.ends_with(|c: char| c.is_ascii_alphabetic())
}

fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    i8::try_from(at + 1).ok()
}

/// Three numbers with one separator between them.
fn numeric(text: &str, day_first: bool) -> Option<Date> {
    let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let plain = |part: &&&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !parts.iter().all(|part| plain(&part)) {
        return None;
    }
    if first.len() == 4 {
        return Date::new(first.parse().ok()?, second.parse().ok()?, third.parse().ok()?).ok();
    }
    let year = long_year(third)?;
    let (first, second): (i8, i8) = (first.parse().ok()?, second.parse().ok()?);
    // With points the day comes first wherever people write so, and there is no thirteenth month.
    let day_first = separator == '.' || (day_first && second <= 12) || first > 12;
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    Date::new(year, month, day).ok()
}

fn long_year(text: &str) -> Option<i16> {
    match text.len() {
        4 => text.parse().ok(),
        2 => text.parse::<i16>().ok().map(|year| if year < 70 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

/// Whether a column of dates shows that days come first: `31/12/2026` does, `12/31/2026` denies it.
pub fn says_day_first(text: &str) -> Option<bool> {
    let text = text.trim();
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = text.split(separator);
    let (first, second) = (parts.next()?, parts.next()?);
    if !matches!(separator, '/' | '-') || first.len() > 2 {
        return None;
    }
    let (first, second): (u8, u8) = (first.parse().ok()?, second.parse().ok()?);
    match (first > 12, second > 12) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// An amount in minor units, and the currency where the text names one. `usual` is what a bare
/// number is in, and whose sign `$` may be.
pub fn amount(text: &str, usual: &str) -> Option<(i64, Option<String>)> {
    let mut named = None;
    let mut number = String::new();
    let mut letters = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' | '.' | ',' | '-' => number.push(c),
            '€' => named = Some("EUR".to_owned()),
            '£' => named = Some("GBP".to_owned()),
            '$' => named = Some(dollars(usual).to_owned()),
            '¥' => named = Some(if usual == "CNY" { "CNY" } else { "JPY" }.to_owned()),
            '\'' | '’' => {}
            c if c.is_whitespace() => {}
            c if c.is_ascii_alphabetic() => letters.push(c.to_ascii_uppercase()),
            _ => return None,
        }
    }
    match letters.as_str() {
        "" => {}
        code if money::is_currency(code) => named = Some(letters),
        "US" | "A" | "C" | "CA" | "AU" | "NZ" if named.is_some() => {
            named = Some(if letters == "US" { "USD" } else { dollars(usual) }.to_owned());
        }
        _ => return None,
    }
    let currency = named.as_deref().unwrap_or(usual);
    let plain = plain_number(&number, money::digits(Some(currency)) as usize)?;
    Some((money::minor(&plain, Some(currency))?, named))
}

/// A dollar is the company's own where that is one.
fn dollars(usual: &str) -> &str {
    match usual {
        "AUD" | "CAD" | "HKD" | "MXN" | "NZD" | "SGD" | "TWD" => usual,
        _ => "USD",
    }
}

/// `1,299.00`, `1.299,00` and `1299` as `1299.00`: of two signs the last one is the point; of one,
/// it stands before fewer than three digits, or as many as the currency has.
fn plain_number(text: &str, digits: usize) -> Option<String> {
    let last = text.rfind(['.', ',']);
    let signs: Vec<char> = text.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let Some(last) = last else { return Some(text.to_owned()) };
    let sign = text[last..].chars().next()?;
    let behind = text.len() - last - 1;
    let twice = signs.iter().filter(|one| **one == sign).count() > 1;
    let both = signs.iter().any(|one| *one != sign);
    let grouped = twice || (!both && behind == 3 && digits != 3);
    let whole = if grouped { text } else { &text[..last] };
    if grouped && both && twice {
        return None;
    }
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let odd = |group: &&str| group.len() != 3;
    if groups.len() > 1 && (groups[0].is_empty() || groups.iter().skip(1).any(odd)) {
        return None;
    }
    let whole = groups.concat();
    if grouped {
        return Some(whole);
    }
    // `12.500` of euros is no amount to the cent; `12.50000`, as databases write it, is.
    let part = text[last + 1..].trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(format!("{whole}.{part}"))
}

/// `36`, `36 months`, `3 years`.
pub fn months(text: &str) -> Option<i32> {
    let folded = key(text);
    let at = folded.find(|c: char| !c.is_ascii_digit()).unwrap_or(folded.len());
    let (number, unit) = folded.split_at(at);
    let number: i32 = number.parse().ok().filter(|number| *number <= 1_200)?;
    match unit.trim().trim_end_matches(['s', '.']) {
        "" | "month" | "mo" | "m" | "monat" | "monate" | "mth" => Some(number),
        "year" | "yr" | "y" | "jahr" | "jahre" => number.checked_mul(12),
        _ => None,
    }
}

/// A day so many months later; the last of the month where it is shorter.
pub fn later(from: Date, months: i32) -> Option<Date> {
    from.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}

pub fn yes_no(text: &str) -> Option<bool> {
    match key(text).as_str() {
        "yes" | "true" | "y" | "1" | "x" | "on" | "ja" | "oui" | "si" | "sí" | "archived"
        | "left" => Some(true),
        "no" | "false" | "n" | "0" | "off" | "nein" | "non" | "active" | "-" => Some(false),
        _ => None,
    }
}

/// `Robin Sample <robin@example.com>` and `Robin Sample (robin@example.com)`: name and address.
pub fn name_and_address(text: &str) -> (&str, Option<&str>) {
    for (open, close) in [('<', '>'), ('(', ')')] {
        if let Some(inside) = text.trim().strip_suffix(close)
            && let Some((name, address)) = inside.rsplit_once(open)
            && address.contains('@')
        {
            return (name.trim(), Some(address.trim()));
        }
    }
    let text = text.trim();
    if text.contains('@') && !text.contains(char::is_whitespace) {
        return ("", Some(text));
    }
    (text, None)
}
