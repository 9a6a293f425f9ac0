//! What things are and what may happen to them: no IO, no clock, no dice.
//! Everything here is a value; parsing happens at the border and is never repeated.

pub mod access;
pub mod actor;
pub mod asset;
pub mod attachment;
pub mod catalog;
pub mod company;
pub mod custody;
pub mod depreciation;
pub mod event;
pub mod field;
pub mod fields;
pub mod filters;
pub mod id;
pub mod imports;
pub mod locations;
pub mod mailing;
pub mod money;
pub mod person;
pub mod text;

pub use actor::{Actor, Cause, Deed};
pub use asset::{Asset, NewAsset};
pub use custody::Custodian;
pub use event::{Action, Event, FieldChange, Subject};
pub use field::Field;
pub use id::{Id, Mint};
pub use jiff::Timestamp;
pub use text::{AssetTag, Email, Name, Serial};
