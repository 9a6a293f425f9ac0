//! Everything a tenant has, as one JSON document of one moment: what somebody takes along who leaves,
//! and what an auditor asks for. It is written from one snapshot into a temporary file, row by row,
//! so that its length takes no memory and a slow reader holds nothing up.

use std::io::{self, Write};

use domain::Timestamp;
use domain::access::Role;
use domain::company::slug;
use serde::Serialize;
use serde_json::json;
use store::everything::{Sink, all};
use store::{StoreError, tenants};

use crate::caller::Caller;
use crate::company;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::reports::{Download, broken, written};

/// Rises when a reader of older documents would misread a newer one.
const FORMAT: u32 = 1;

/// `example-company-2026-11-27.json`
pub async fn everything(app: &App, caller: &Caller) -> Result<Download, Refusal> {
    caller.need(Role::Administrator)?;
    let company = company::company(app, caller).await?;
    let now = app.now();
    let today = company::day(&company, now);
    let name = slug(&company.name);
    let name = if name.is_empty() { "stockroom" } else { &name };
    let name = format!("{name}-{today}.json");
    written(app, caller, name, "application/json", move |tx, to| {
        let mut document = Document { to, parts: 0, items: 0, broken: None };
        let company = tenants::company(tx)?;
        let done = document.head(now, &company).and_then(|()| all(tx, &mut document));
        let done = done.and_then(|()| document.end());
        match (done, document.broken) {
            (_, Some(error)) => Err(broken(error)),
            (done, None) => Ok(done?),
        }
    })
    .await
}

/// The document as far as it is written.
struct Document<'w> {
    to: &'w mut dyn Write,
    parts: usize,
    items: usize,
    /// Why it could not be written on.
    broken: Option<io::Error>,
}

impl Document<'_> {
    fn head<C: Serialize>(&mut self, at: Timestamp, company: &C) -> Result<(), StoreError> {
        let about = json!({
            "format": FORMAT,
            "made_by": format!("Stockroom {}", env!("CARGO_PKG_VERSION")),
            "made_at": at.to_string(),
        });
        self.text("{\n\"about\":")?;
        self.value(&about)?;
        self.text(",\n\"company\":")?;
        self.value(company)
    }

    fn end(&mut self) -> Result<(), StoreError> {
        self.close()?;
        self.text("\n}\n")
    }

    fn close(&mut self) -> Result<(), StoreError> {
        match (self.parts, self.items) {
            (0, _) => Ok(()),
            (_, 0) => self.text("]"),
            _ => self.text("\n]"),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), StoreError> {
        let done = self.to.write_all(text.as_bytes());
        self.keep(done)
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), StoreError> {
        let done = serde_json::to_writer(&mut self.to, value).map_err(io::Error::from);
        self.keep(done)
    }

    fn keep(&mut self, done: io::Result<()>) -> Result<(), StoreError> {
        done.map_err(|error| {
            self.broken = Some(error);
            StoreError::Corrupt("the document could not be written".into())
        })
    }
}

impl Sink for Document<'_> {
    fn part(&mut self, name: &'static str) -> Result<(), StoreError> {
        self.close()?;
        self.parts += 1;
        self.items = 0;
        self.text(",\n\"")?;
        self.text(name)?;
        self.text("\":[")
    }

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), StoreError> {
        self.text(if self.items == 0 { "\n" } else { ",\n" })?;
        self.items += 1;
        self.value(item)
    }
}
