//! Figures as they are printed: median, spread, what they must be, and whether they are.

use std::fmt;

#[derive(Default)]
pub struct Figures {
    rows: Vec<[String; 5]>,
}

impl Figures {
    /// A measured quantity; `most` may be infinite where only a ratio is asked for.
    pub fn at_most(&mut self, what: &str, unit: &str, values: &[f64], most: f64) {
        let middle = median(values);
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        let spread =
            if values.len() > 1 { format!("{low:.2} – {high:.2}") } else { String::new() };
        let (must, met) = if most.is_finite() {
            (format!("≤ {most} {unit}"), verdict(middle <= most))
        } else {
            (String::new(), String::new())
        };
        let row = [what.to_owned(), format!("{middle:.2} {unit}"), spread, must, met];
        eprintln!("  {}: {} {}", row[0], row[1], row[4]);
        self.rows.push(row);
    }

    /// One measured quantity that should be large.
    pub fn at_least(&mut self, what: &str, unit: &str, value: f64, least: f64) {
        let met = verdict(value >= least);
        let row = [
            what.to_owned(),
            format!("{value:.2} {unit}"),
            String::new(),
            format!("≥ {least} {unit}"),
            met,
        ];
        eprintln!("  {}: {} {}", row[0], row[1], row[4]);
        self.rows.push(row);
    }

    pub fn ratio(&mut self, what: &str, ratio: f64, most: f64) {
        self.at_most(what, "×", &[ratio], most);
    }
}

fn verdict(met: bool) -> String {
    if met { "met".into() } else { "MISSED".into() }
}

pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| What | Median | Spread | Must be | |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for [what, value, spread, must, met] in &self.rows {
            writeln!(f, "| {what} | {value} | {spread} | {must} | {met} |")?;
        }
        Ok(())
    }
}
