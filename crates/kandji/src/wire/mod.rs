//! Kandji's JSON as sent, read row by row: an odd field costs that field, an odd row that row,
//! and nothing stops a walk but a page that is no JSON at all.

mod ade;
mod catalog;
mod device;
mod fields;
mod note;
mod page;
mod prism;
mod timestamp;
mod user;

pub use ade::{AdeDevice, AdeIntegration};
pub use catalog::{Blueprint, Licensing};
pub(crate) use device::user_of;
pub use device::{Assigned, DeviceRow, DeviceUser};
pub use fields::Fields;
pub use note::{Note, Notes};
pub use page::{Envelope, Page, device_page, envelope};
pub use prism::PrismRow;
pub use timestamp::timestamp;
pub use user::{Directory, User};
