//! What pages are built from. A component is a function or a small struct that renders itself;
//! it knows nothing of the app, and its style stands in assets/css/components under the same name.

pub mod avatar;
pub mod button;
pub mod callout;
pub mod change;
pub mod chart;
pub mod confirm;
pub mod faults;
pub mod field;
pub mod filters;
pub mod flash;
pub mod icon;
pub mod menu;
pub mod moment;
pub mod needs;
pub mod page_header;
pub mod pager;
pub mod panel;
pub mod permission;
pub mod plan;
pub mod progress;
pub mod serial;
pub mod stat;
pub mod status;
pub mod steps;
pub mod table;
pub mod timeline;
pub mod tone;

pub use avatar::person;
pub use button::Button;
pub use callout::Callout;
pub use change::{Change, changes};
pub use chart::{Slice, bars, columns, donut};
pub use confirm::Confirm;
pub use faults::summed_up;
pub use field::{Field, Pick, checkbox};
pub use filters::{
    Chip, FieldToFilter, add_filter, fields_to_filter, pick_to_filter, search_box,
    search_box_wanted, views,
};
pub use flash::{Offer, flash};
pub use icon::{Icon, icon};
pub use menu::{Opens, menu, menu_link, menu_post};
pub use moment::{Now, day_of};
pub use needs::{Need, needs};
pub use page_header::PageHeader;
pub use pager::{Pager, turner};
pub use panel::{Panel, facts, facts_wide, fold};
pub use permission::{Permission, permissions};
pub use plan::{Planned, Side, plan_group, sides, tally};
pub use progress::{Progress, live};
pub use serial::{copyable, snippet};
pub use stat::{figure, stat};
pub use status::{StatusKind, StatusLabel, badge, count, status};
pub use steps::{Step, steps};
pub use table::{Column, Row, Sorted, Table, empty};
pub use timeline::{Entry, timeline};
pub use tone::Tone;
