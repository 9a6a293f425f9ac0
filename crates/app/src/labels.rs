//! Labels for assets: which assets, on which sheet, with what on them; as PDF and as a picture.

use std::collections::BTreeSet;

use documents::pdf::{self, Cannot, Fonts, Label};
use domain::access::Role;
use domain::id::AssetId;
use domain::text::key;
use store::assets::AssetQuery;
use store::{assets, tenants};

pub use documents::pdf::{Bad, CodeKind, Own, SHEETS, Sheet};

use crate::assets::{AssetRow, Which, ids};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};

/// Labels in one PDF.
pub const MOST: usize = 2_000;
/// Labels that a refusal names.
const NAMED: usize = 5;

/// A line that may stand on a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    Tag,
    Name,
    Serial,
    Product,
    Company,
}

impl Words {
    /// In the order they stand on a label.
    pub const ALL: [Words; 5] =
        [Words::Tag, Words::Name, Words::Product, Words::Serial, Words::Company];

    pub const fn as_str(self) -> &'static str {
        match self {
            Words::Tag => "tag",
            Words::Name => "name",
            Words::Serial => "serial",
            Words::Product => "product",
            Words::Company => "company",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Words::ALL.into_iter().find(|words| words.as_str() == text)
    }
}

pub const fn code_word(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Qr => "qr",
        CodeKind::Code128 => "code128",
    }
}

pub fn parse_code(text: &str) -> Option<CodeKind> {
    [CodeKind::Qr, CodeKind::Code128].into_iter().find(|kind| code_word(*kind) == text)
}

/// The assets that get labels.
#[derive(Debug, Clone)]
pub enum Of {
    These(Vec<Which>),
    Found(Box<AssetQuery>),
}

/// How they are printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    pub sheet: Sheet,
    pub code: CodeKind,
    pub words: Vec<Words>,
    /// The first label of the first sheet that is free, from 1.
    pub start: usize,
}

impl Design {
    pub fn check(&self) -> Result<(), Refusal> {
        let labels = self.sheet.labels();
        if !(1..=labels).contains(&self.start) {
            let detail =
                format!("a sheet has the labels 1 to {labels}; hint: where does it begin?");
            return Err(Refusal::invalid("start", detail));
        }
        Ok(())
    }
}

/// A sheet by its key.
pub fn sheet(key: &str) -> Option<&'static Sheet> {
    SHEETS.iter().find(|sheet| sheet.key == key)
}

/// What will stand on the labels, in the order of the assets. `base_url` is where a scanned code
/// leads.
pub async fn labels(
    app: &App,
    caller: &Caller,
    of: Of,
    base_url: &str,
    words: Vec<Words>,
) -> Result<Vec<Label>, Refusal> {
    caller.need(Role::Viewer)?;
    let (ids, query) = match of {
        Of::These(which) if which.len() > MOST => return Err(too_many()),
        Of::These(which) => (ids(app, caller, which).await?, None),
        Of::Found(query) => (Vec::new(), Some(query)),
    };
    let base_url = base_url.to_owned();
    let made = app.store.read(caller.tenant, move |tx| {
        let company = tenants::company(tx)?.name;
        let rows = if let Some(query) = query {
            let query = AssetQuery { cursor: None, limit: MOST, ..*query };
            let page = assets::list::list(tx, &query)?;
            if page.next.is_some() {
                return Err(too_many());
            }
            page.items
        } else {
            let each = ids.into_iter().map(|id| {
                assets::list::row(tx, id)?.ok_or_else(|| Refusal::not_found("asset", id))
            });
            each.collect::<Result<_, Refusal>>()?
        };
        Ok(rows.iter().map(|row| label(row, &base_url, &words, &company)).collect())
    });
    made.await
}

/// Where a scanned code leads.
pub fn address(base_url: &str, id: AssetId) -> String {
    format!("{base_url}/a/{id}")
}

fn label(row: &AssetRow, base_url: &str, words: &[Words], company: &str) -> Label {
    let asset = &row.asset;
    let lines = words.iter().filter_map(|words| match words {
        Words::Tag => Some(asset.tag.to_string()),
        Words::Name => asset.name.clone(),
        Words::Serial => asset.serial.as_ref().map(|serial| serial.as_str().to_owned()),
        Words::Product => row.product.clone(),
        Words::Company => Some(company.to_owned()),
    });
    // Where two say the same, as tag and serial often do, it stands there once.
    let mut said = BTreeSet::new();
    let lines = lines.filter(|line| !line.is_empty() && said.insert(key(line))).collect();
    Label { address: address(base_url, asset.id), tag: asset.tag.to_string(), lines }
}

fn too_many() -> Refusal {
    let detail = "more than 2,000 labels are not printed at once; hint: narrow the list and print \
                  it in parts";
    Refusal::invalid("assets", detail)
}

/// Sheets of labels as PDF.
#[derive(Debug)]
pub struct Printed {
    pub pdf: Vec<u8>,
    /// Characters that no font here has; a question mark is printed for each.
    pub missing: BTreeSet<char>,
}

pub async fn print(app: &App, design: Design, labels: Vec<Label>) -> Result<Printed, Refusal> {
    design.check()?;
    if labels.is_empty() {
        return Err(Refusal::invalid(
            "assets",
            "no asset was chosen; hint: asset tags, one a line",
        ));
    }
    let fonts = app.fonts();
    on_a_thread(app, move || {
        let Design { sheet, code, start, .. } = &design;
        let pdf = pdf::labels(&fonts, sheet, *code, *start, &labels).map_err(cannot)?;
        Ok(Printed { pdf, missing: missing(&fonts, &labels) })
    })
    .await?
}

fn missing(fonts: &Fonts, labels: &[Label]) -> BTreeSet<char> {
    labels.iter().flat_map(|label| &label.lines).flat_map(|line| fonts.missing(line)).collect()
}

/// What a page shows before anything is printed.
#[derive(Debug)]
pub struct Preview {
    /// Of the first label, as SVG.
    pub label: String,
    /// Of the first sheet.
    pub sheet: String,
    /// Labels that a sheet has; one of a roll has one.
    pub a_sheet: usize,
    pub labels: usize,
    pub pages: usize,
    /// Characters that no font here has; a question mark is printed for each.
    pub missing: BTreeSet<char>,
}

pub async fn preview(app: &App, design: Design, labels: Vec<Label>) -> Result<Preview, Refusal> {
    design.check()?;
    let fonts = app.fonts();
    on_a_thread(app, move || {
        let Design { sheet, code, start, .. } = &design;
        let one = labels.first().map(|label| pdf::label_picture(&fonts, sheet, *code, label));
        let one = one.transpose().map_err(|reason| cannot(vec![reason]))?.unwrap_or_default();
        Ok(Preview {
            label: one,
            sheet: pdf::sheet_picture(&fonts, sheet, *code, *start, &labels).map_err(cannot)?,
            a_sheet: sheet.labels(),
            labels: labels.len(),
            pages: sheet.pages(labels.len(), *start),
            missing: missing(&fonts, &labels),
        })
    })
    .await?
}

/// Drawing takes a while, and nobody else should wait for it.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let slot = app.printing.clone().acquire_owned().await.expect("the semaphore is never closed");
    let work = move || {
        let _slot = slot;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a paper broke off");
        Refusal::Failed("a bug stopped this; hint: the log says more".into())
    })
}

/// Says of the first few why they cannot be printed.
fn cannot(reasons: Vec<Cannot>) -> Refusal {
    let more = reasons.len().saturating_sub(NAMED);
    let mut errors: Vec<FieldError> = reasons.into_iter().take(NAMED).map(why).collect();
    if more > 0 {
        let detail = format!("{more} more cannot be printed so");
        errors.push(FieldError { field: "code".into(), detail });
    }
    Refusal::Invalid { errors }
}

fn why(reason: Cannot) -> FieldError {
    let detail = match reason {
        Cannot::Letters(tag) => format!(
            "Code 128 has no letters for all of \"{tag}\"; hint: print a QR code, or change the tag"
        ),
        Cannot::TooLong(tag) => format!(
            "\"{tag}\" is too long for a Code 128 on this label; hint: print a QR code, or choose a \
             wider label"
        ),
        Cannot::TooSmall(tag) => format!(
            "the QR code of \"{tag}\" would be too small to scan; hint: choose a larger label"
        ),
    };
    FieldError { field: "code".into(), detail }
}
