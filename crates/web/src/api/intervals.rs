//! Custody as it was: who had what from when until when.

use app::assets::Interval;
use serde::Serialize;
use utoipa::ToSchema;

use super::assets::CustodianShape;
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
