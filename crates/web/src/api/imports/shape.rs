//! An import as it is answered.

use app::App;
use app::imports::{self, Import, Stage};
use domain::imports::{Counts, Exporter, Mapping};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::words;

/// A table that was brought, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportShape {
    #[schema(example = "imp_0HZX4K9Q2M7RA")]
    pub id: String,
    #[schema(schema_with = words::import_kinds)]
    pub what: &'static str,
    /// The file's name.
    pub name: String,
    #[schema(schema_with = words::import_states)]
    pub state: &'static str,
    /// The product that wrote the file, where its columns tell.
    #[schema(schema_with = words::exporters)]
    pub exporter: Option<&'static str>,
    /// The file's columns.
    pub head: Vec<String>,
    /// How many rows the file has.
    pub lines: u32,
    pub mapping: MappingShape,
    /// How many rows there are of each verdict; once applied, what was done.
    pub counts: ImportCounts,
    /// What it makes before any row that names it.
    pub new: Vec<Newcomers>,
    /// Rises with every plan; the `ETag`.
    pub version: i64,
    /// While it is being worked on.
    pub progress: Option<ImportProgress>,
    pub brought_by: String,
    pub brought_at: String,
    pub applied_by: Option<String>,
    pub applied_at: Option<String>,
    pub undone_by: Option<String>,
    pub undone_at: Option<String>,
}

/// What the columns mean, and how rows are planned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mapping)]
#[expect(clippy::struct_excessive_bools, reason = "boxes that a person ticks")]
pub struct MappingShape {
    /// One a column of the file; `null` leaves it out.
    columns: Vec<Option<String>>,
    /// By what a row is known.
    #[serde(rename = "match")]
    key: String,
    create: bool,
    make_catalog: bool,
    make_employees: bool,
    whole: bool,
    day_first: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportCounts {
    create: u32,
    change: u32,
    skip: u32,
    fault: u32,
    /// Left alone, because something changed between plan and application.
    stale: u32,
    /// Rows of any verdict that carry a warning.
    warned: u32,
}

/// Things of one kind, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Newcomers {
    #[schema(example = "categories")]
    kind: &'static str,
    names: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProgress {
    /// `planning`, `applying` or `taking_back`.
    stage: &'static str,
    done: u32,
    total: u32,
}

impl ImportShape {
    pub fn of(app: &App, import: Import) -> Self {
        let Counts { create, change, skip, fault, stale, warned } = import.counts;
        let new = import.new.counts().into_iter();
        let new = new.map(|(_, _, kind)| {
            let names = import.new.names(kind).into_iter().map(str::to_owned).collect();
            Newcomers { kind, names }
        });
        let progress = imports::progress(app, import.id).map(|progress| ImportProgress {
            stage: match progress.stage {
                Stage::Planning => "planning",
                Stage::Applying => "applying",
                Stage::TakingBack => "taking_back",
            },
            done: progress.done,
            total: progress.total,
        });
        ImportShape {
            id: import.id.to_string(),
            what: import.what.as_str(),
            state: import.state.as_str(),
            exporter: import.exporter.map(Exporter::as_str),
            lines: import.lines,
            counts: ImportCounts { create, change, skip, fault, stale, warned },
            new: new.collect(),
            version: import.version,
            progress,
            mapping: MappingShape::of(import.mapping),
            name: import.name,
            head: import.head,
            brought_by: import.brought_by,
            brought_at: import.brought_at.to_string(),
            applied_by: import.applied_by,
            applied_at: import.applied_at.map(|at| at.to_string()),
            undone_by: import.undone_by,
            undone_at: import.undone_at.map(|at| at.to_string()),
        }
    }
}

impl MappingShape {
    fn of(mapping: Mapping) -> Self {
        let columns = mapping.columns.into_iter();
        MappingShape {
            columns: columns.map(|column| column.map(|target| target.to_string())).collect(),
            key: mapping.key.to_string(),
            create: mapping.create,
            make_catalog: mapping.make_catalog,
            make_employees: mapping.make_employees,
            whole: mapping.whole,
            day_first: mapping.day_first,
        }
    }
}
