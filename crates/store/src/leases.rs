//! When a lease has ended: how long work lives without a sign of life from the process that does it.

use domain::Timestamp;
use jiff::SignedDuration;

use crate::seam::{Sql, sql};

/// No lease is given for nearly so long, so that one from beyond was given by a clock that was ahead,
/// and would outlive whoever held it by as much. Clocks of replicas differ by less.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// `(lease_until …)`: a condition on rows that are held, or were.
pub(crate) fn ended(now: Timestamp) -> Sql {
    sql! { "(lease_until < ", now, " OR lease_until > ", now + AHEAD, ")" }
}
