//! Ranges of money: in the currency they name, else in whichever an amount is.

use domain::fields::amount;
use domain::filters::{BLANK, Bounds, End, Unread};
use domain::money::{self, Currencies};
use store::assets::conditions::{Range, Test};

use super::reading::{Trouble, in_order};

/// The currency in which amounts are read that name none: it has the most digits.
const FINEST: &str = "KWD";
const FINEST_DIGITS: u32 = 3;

/// A range in minor units, both ends included.
pub(super) type Priced = (Currencies, Option<i64>, Option<i64>);

pub(super) fn cost(text: &str) -> Result<Vec<Test>, Trouble> {
    if text == BLANK {
        return Ok(vec![Test::Cost(Range::Blank, Currencies::OfDigits(2))]);
    }
    let priced = amounts(text)?.into_iter();
    Ok(priced.map(|(of, from, until)| Test::Cost(Range::Between(from, until), of)).collect())
}

/// One range for the currency that is named; else one for all currencies of so many digits.
pub(super) fn amounts(text: &str) -> Result<Vec<Priced>, Trouble> {
    let odd = || Unread::new(text, "amount or range of amounts", "100..500, >99.90 EUR, none");
    let bounds = Bounds::read(text).ok_or_else(odd)?;
    let ends = [bounds.from, bounds.until];
    let named: Vec<_> = ends.iter().flatten().filter_map(|end| amount(end.text, None)).collect();
    let mut currencies = named.iter().filter_map(|amount| amount.split(' ').nth(1));
    let currency = currencies.next();
    if currency.is_some_and(|one| currencies.any(|other| other != one)) {
        return Err("both ends need one currency; hint: 100 EUR..500 EUR".into());
    }
    let usual = currency.unwrap_or(FINEST);
    let read = |end: Option<End<'_>>| -> Result<_, Unread> {
        let Some(end) = end else { return Ok(None) };
        let amount = amount(end.text, Some(usual)).ok_or_else(odd)?;
        let (amount, _) = amount.split_once(' ').ok_or_else(odd)?;
        Ok(Some((money::minor(amount, Some(usual)).ok_or_else(odd)?, end.with)))
    };
    let (from, until) = (read(bounds.from)?, read(bounds.until)?);
    in_order(from.map(|(at, _)| at), until.map(|(at, _)| at), text)?;
    let of = |currencies: Currencies, unit: i64| {
        let from = from.map(|(at, with)| if with { up(at, unit) } else { at / unit + 1 });
        let until = until.map(|(at, with)| if with { at / unit } else { up(at, unit) - 1 });
        (currencies, from, until)
    };
    Ok(match currency {
        Some(one) => vec![of(Currencies::One(one.to_owned()), 1)],
        None => money::DIGITS
            .map(|digits| of(Currencies::OfDigits(digits), 10_i64.pow(FINEST_DIGITS - digits)))
            .into(),
    })
}

/// The least whole number of units that is not below.
const fn up(at: i64, unit: i64) -> i64 {
    at / unit + (at % unit > 0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Priced> {
        let Ok(priced) = amounts(text) else { panic!("{text} was not read") };
        priced
    }

    #[test]
    fn an_amount_without_a_currency_is_compared_in_every_one() {
        let any = |digits| Currencies::OfDigits(digits);
        let expected = [
            (any(0), Some(1_000), Some(1_500)),
            (any(2), Some(99_951), Some(150_050)),
            (any(3), Some(999_501), Some(1_500_500)),
        ];
        let over = read(">999.50").into_iter().map(|(_, from, _)| from);
        let until = read("..1,500.50").into_iter().map(|(_, _, until)| until);
        let both = over.zip(until);
        assert_eq!(both.collect::<Vec<_>>(), expected.map(|(_, from, until)| (from, until)));
        assert_eq!(
            read("1").into_iter().map(|(of, ..)| of).collect::<Vec<_>>(),
            [0, 2, 3].map(any)
        );
        assert_eq!(read("<0.5")[0], (any(0), None, Some(0)));
    }

    #[test]
    fn a_named_currency_holds_for_both_ends() {
        let one = |code: &str| Currencies::One(code.into());
        assert_eq!(read(">1000 eur"), [(one("EUR"), Some(100_001), None)]);
        assert_eq!(read("1..2 USD"), [(one("USD"), Some(100), Some(200))]);
        assert_eq!(read("<=1200 JPY"), [(one("JPY"), None, Some(1_200))]);
        for odd in ["much", "1.5 JPY", "1 EUR..2 USD", "..", "10..5"] {
            assert!(amounts(odd).is_err(), "{odd}");
        }
    }
}
