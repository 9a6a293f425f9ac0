//! Currencies: how many digits of an amount stand after the point.

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
