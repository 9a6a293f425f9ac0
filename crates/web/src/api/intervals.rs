//! Custody as it was: who had what from when until when.

use app::assets::Interval;
use serde::Serialize;
use utoipa::ToSchema;

use super::assets::CustodianShape;
use super::listing::{List, PagedSince};
use super::problem::Answer;
use super::shape::Named;

/// One time in one pair of hands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interval)]
pub struct IntervalShape {
    /// Its name is the asset tag. One that is gone is called as it was: `IT-0042 (deleted)`.
    asset: Named,
    /// One who is gone is called as they were: `Robin Roe (deleted)`.
    custodian: CustodianShape,
    from: String,
    /// `null`: still.
    until: Option<String>,
}

impl IntervalShape {
    pub fn of(interval: Interval, tag: String, custodian: String) -> Self {
        IntervalShape {
            asset: Named::of(interval.asset, tag),
            custodian: CustodianShape::of(interval.custodian, Some(custodian)),
            from: interval.from_at.to_string(),
            until: interval.until_at.map(|at| at.to_string()),
        }
    }
}

/// A page of them, each with a name; none that neither began nor ended since.
pub fn page(
    mut held: Vec<(Interval, String)>,
    asked: PagedSince,
    shape: impl FnMut((Interval, String)) -> IntervalShape,
) -> Answer<List<IntervalShape>> {
    held.retain(|(interval, _)| asked.takes(interval.until_at.unwrap_or(interval.from_at)));
    asked.cut(held, |(interval, _)| interval.out_event.to_string(), shape)
}
