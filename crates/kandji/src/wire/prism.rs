//! A row of one of Prism's bulk tables: Apple devices only, its columns read on demand.

use serde_json::value::RawValue;

use super::fields::Fields;
use super::note::Notes;
use super::page::Page;

#[derive(Debug, Clone)]
pub struct PrismRow {
    pub device_id: String,
    pub raw: Box<RawValue>,
}

impl PrismRow {
    pub(crate) fn read_page(page: Page, first: usize, notes: &mut Notes) -> Vec<PrismRow> {
        let rows = page.into_iter().enumerate();
        rows.filter_map(|(at, raw)| {
            notes.turn_to(first + at);
            let device_id = match Fields::parse(raw.get()) {
                Ok(fields) => fields.id("device_id", notes)?,
                Err(reason) => {
                    notes.lost(reason.to_owned());
                    return None;
                }
            };
            Some(PrismRow { device_id, raw })
        })
        .collect()
    }
}
