//! Straight-line depreciation, exact: amounts in minor units, time in whole months.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How long something is of use, and what it is still worth then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsefulLife {
    pub months: u32,
    /// Percent of the cost that is left at the end; at most 100.
    pub residual_percent: u32,
}

impl UsefulLife {
    pub const MOST_MONTHS: u32 = 1_200;
}

impl Default for UsefulLife {
    fn default() -> Self {
        UsefulLife { months: 36, residual_percent: 0 }
    }
}

/// What became of a cost by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    pub depreciated: i64,
    pub book_value: i64,
}

/// A cost that loses the same part of itself with each whole month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StraightLine {
    /// In minor units.
    pub cost: i64,
    pub bought_on: Date,
    pub life: UsefulLife,
}

impl StraightLine {
    /// What is left at the end, rounded half up.
    pub fn residual(&self) -> i64 {
        share(self.cost, self.life.residual_percent.min(100), 100)
    }

    /// At the end of the day. Before it was bought nothing is lost; once its life is over, no more.
    /// The sum so far is rounded, never a month's part, so that the parts add up to the whole.
    pub fn worth(&self, as_of: Date) -> Worth {
        let loss = self.cost - self.residual();
        let gone = whole_months(self.bought_on, as_of).min(self.life.months);
        let depreciated = if self.life.months == 0 && as_of >= self.bought_on {
            loss
        } else {
            share(loss, gone, self.life.months.max(1))
        };
        Worth { depreciated, book_value: self.cost - depreciated }
    }

    /// What is lost from the day after `from` to `until`, both days' ends.
    pub fn lost_between(&self, from: Date, until: Date) -> i64 {
        self.worth(until).depreciated - self.worth(from).depreciated
    }

    /// The day on which nothing more is lost.
    pub fn ends_on(&self) -> Date {
        self.bought_on.saturating_add(i64::from(self.life.months).months())
    }
}

/// How many months are over; the day of the last month counts where the month has no such day.
pub fn whole_months(from: Date, until: Date) -> u32 {
    if until <= from {
        return 0;
    }
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let between = months(until) - months(from);
    let due = from.day().min(until.days_in_month());
    let whole = if until.day() < due { between - 1 } else { between };
    u32::try_from(whole).unwrap_or(0)
}

/// `amount × part / of`, rounded half up; away from zero for what is owed.
fn share(amount: i64, part: u32, of: u32) -> i64 {
    let exact = i128::from(amount) * i128::from(part);
    let of = i128::from(of);
    let half = if exact < 0 { -of } else { of };
    i64::try_from((2 * exact + half) / (2 * of)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn bought(cost: i64, bought_on: Date, months: u32, residual_percent: u32) -> StraightLine {
        StraightLine { cost, bought_on, life: UsefulLife { months, residual_percent } }
    }

    #[test]
    fn each_whole_month_takes_an_equal_part() {
        let laptop = bought(360_000, date(2024, 1, 15), 36, 0);
        let worth = |day| laptop.worth(day).book_value;
        assert_eq!(worth(date(2023, 12, 31)), 360_000, "not yet bought");
        assert_eq!(worth(date(2024, 2, 14)), 360_000, "no month is over");
        assert_eq!(worth(date(2024, 2, 15)), 350_000);
        assert_eq!(worth(date(2025, 1, 15)), 240_000);
        assert_eq!(worth(date(2027, 1, 14)), 10_000);
        assert_eq!(laptop.ends_on(), date(2027, 1, 15));
        assert_eq!(worth(laptop.ends_on()), 0);
        assert_eq!(worth(date(2099, 1, 1)), 0);
    }

    #[test]
    fn the_residual_value_stays() {
        let phone = bought(99_995, date(2024, 1, 31), 24, 10);
        assert_eq!(phone.residual(), 10_000, "9,999.5 rounds up");
        assert_eq!(phone.worth(date(2026, 1, 31)).book_value, 10_000);
        let whole = bought(500, date(2024, 1, 1), 12, 100);
        assert_eq!(whole.worth(date(2030, 1, 1)), Worth { depreciated: 0, book_value: 500 });
        let at_once = bought(500, date(2024, 1, 1), 0, 0);
        assert_eq!(at_once.worth(date(2024, 1, 1)).book_value, 0);
        assert_eq!(at_once.worth(date(2023, 12, 31)).book_value, 500);
    }

    #[test]
    fn a_month_without_such_a_day_is_over_on_its_last() {
        assert_eq!(whole_months(date(2024, 1, 31), date(2024, 2, 28)), 0);
        assert_eq!(whole_months(date(2024, 1, 31), date(2024, 2, 29)), 1);
        assert_eq!(whole_months(date(2024, 1, 31), date(2024, 3, 30)), 1);
        assert_eq!(whole_months(date(2024, 1, 31), date(2024, 3, 31)), 2);
    }

    /// Dice without a crate for them.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            (self.0 >> 33) % most
        }
    }

    #[test]
    fn what_each_year_takes_adds_up_to_cost_less_residual() {
        let mut dice = Dice(7);
        for _ in 0..2_000 {
            let cost = i64::try_from(dice.below(100_000_000)).unwrap();
            let day = date(2015, 1, 1).saturating_add((dice.below(6_000).cast_signed()).days());
            let months = u32::try_from(dice.below(121)).unwrap();
            let percent = u32::try_from(dice.below(101)).unwrap();
            let line = bought(cost, day, months, percent);
            let end = |year: i16| date(year, 12, 31);
            let first = day.year();
            let last = line.ends_on().year();
            let years: Vec<i64> =
                (first..=last).map(|year| line.lost_between(end(year - 1), end(year))).collect();
            assert_eq!(years.iter().sum::<i64>(), cost - line.residual(), "{line:?}");
            assert!(years.iter().all(|lost| *lost >= 0), "{line:?}");
            let spread = months.max(1);
            let most = cost / i64::from(spread) + 2;
            let mut before = 0;
            for month in 0..=months {
                let on = day.saturating_add(i64::from(month).months());
                let worth = line.worth(on);
                assert_eq!(worth.depreciated + worth.book_value, cost);
                assert!(worth.depreciated - before <= most || months == 0, "{line:?} {on}");
                before = worth.depreciated;
            }
        }
    }

    #[test]
    fn the_greatest_amounts_do_not_overflow() {
        let line = bought(i64::MAX, date(2024, 1, 1), 1_200, 33);
        assert!(line.worth(date(2060, 1, 1)).book_value > 0);
    }
}
