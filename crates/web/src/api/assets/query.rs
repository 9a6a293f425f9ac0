//! What a list of assets may be asked for.

use std::collections::BTreeMap;

use app::Caller;
use app::assets::{Archived, AssetQuery, AssetSort, Cursor};
use app::fields::values;
use domain::Custodian;
use domain::id::{
    CategoryId, DepartmentId, EmployeeId, LocationId, ProductId, StatusId, SupplierId,
};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::listing::{Limit, Moment, by_field, many, parsed};
use crate::api::problem::Problem;
use crate::state::Web;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// `tag`, `name`, `serial`, `product`, `status`, `location`, `custodian`, `updated_at` or
    /// `created_at`; a minus before it turns the order around.
    sort: Option<String>,
    /// Every word must stand in tag, name, serial, product, custodian or a custom field.
    q: Option<String>,
    /// Several with commas.
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    status: Vec<StatusId>,
    /// Several with commas; its own, else its product's.
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    category: Vec<CategoryId>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    product: Option<ProductId>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    location: Option<LocationId>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    department: Option<DepartmentId>,
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    supplier: Option<SupplierId>,
    /// `true` for those that should be back by now, by the company's day; `false` does not narrow.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Those that someone should give back before this day.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// The employee who has it.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    employee: Option<EmployeeId>,
    /// Whether anyone has it.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    held: Option<bool>,
    /// `Mac`, `iPhone`, …; several with commas.
    #[serde(default, deserialize_with = "many")]
    #[param(value_type = Option<String>)]
    platform: Vec<String>,
    /// Whether a source lists a device for it.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<bool>)]
    linked: Option<bool>,
    /// `fields.memory=32 GB`: the value of a custom field; several times for any of several.
    #[serde(default, deserialize_with = "by_field")]
    #[param(value_type = Option<String>, rename = "fields.key")]
    fields: BTreeMap<String, Vec<String>>,
    /// `true` for those alone, `any` for all; without it they are left out.
    #[param(inline)]
    archived: Option<ArchivedToo>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum ArchivedToo {
    True,
    False,
    Any,
}

impl AssetListQuery {
    /// The day before which things should be back; overdue is what the company's day says.
    async fn due(&self, web: &Web, caller: &Caller) -> Result<Option<Date>, Problem> {
        if self.overdue != Some(true) {
            return Ok(self.due_before);
        }
        let company = app::company::company(&web.app, caller).await?;
        let today = app::company::today(&web.app, &company);
        Ok(Some(self.due_before.map_or(today, |day| day.min(today))))
    }

    pub async fn query(self, web: &Web, caller: &Caller) -> Result<AssetQuery, Problem> {
        let due_before = self.due(web, caller).await?;
        let asked: Vec<_> = self.fields.into_iter().collect();
        let fields = values::filters(&web.app, caller, &asked).await?;
        let (sort, descending) = sort(self.sort.as_deref().unwrap_or("tag"))?;
        Ok(AssetQuery {
            q: self.q,
            status: self.status,
            category: self.category,
            product: self.product,
            custodian: self.employee.map(Custodian::Employee),
            held: self.held,
            location: self.location,
            department: self.department,
            supplier: self.supplier,
            due_before,
            platform: self.platform,
            linked: self.linked,
            serial: None,
            priced: false,
            fields,
            archived: match self.archived {
                None | Some(ArchivedToo::False) => Archived::Without,
                Some(ArchivedToo::True) => Archived::Only,
                Some(ArchivedToo::Any) => Archived::Any,
            },
            updated_since: self.updated_since.map(|moment| moment.0),
            sort,
            descending,
            cursor: self.cursor,
            limit: self.limit.unwrap_or_default().0,
        })
    }
}

const SORTS: [(&str, AssetSort); 9] = [
    ("tag", AssetSort::Tag),
    ("name", AssetSort::Name),
    ("serial", AssetSort::Serial),
    ("product", AssetSort::Product),
    ("status", AssetSort::Status),
    ("location", AssetSort::Location),
    ("custodian", AssetSort::Custodian),
    ("updated_at", AssetSort::UpdatedAt),
    ("created_at", AssetSort::CreatedAt),
];

fn sort(text: &str) -> Result<(AssetSort, bool), Problem> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let found = SORTS.iter().find(|(known, _)| *known == name);
    let Some((_, sort)) = found else {
        let known = SORTS.map(|(name, _)| name).join(", ");
        return Err(Problem::field("sort", format!("no order \"{name}\"; hint: {known}")));
    };
    Ok((*sort, descending))
}
