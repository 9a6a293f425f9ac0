//! What a list of assets may be asked for.

use std::collections::BTreeMap;

use app::assets::{self, AssetQuery, AssetSort, Condition, Cursor};
use app::reports::whole::Order;
use app::{Caller, filters};
use domain::Custodian;
use domain::fields::AppliesTo;
use domain::id::EmployeeId;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::listing::{Limit, Moment, by_field, parsed, repeated, yes_no};
use crate::api::problem::Problem;
use crate::api::written::day;
use crate::state::Web;

/// Each filter can be turned around with a `!` before it and asked for blanks with `none`; see
/// *Filters* above.
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
    /// `tag`, `name`, `serial`, `product`, `manufacturer`, `category`, `status`, `location`,
    /// `department`, `custodian`, `custodian_kind`, `due_on`, `purchased_on`, `cost`, `currency`,
    /// `order_number`, `supplier`, `warranty_until`, `notes`, `archived_at`, `created_at`,
    /// `updated_at`, `fields.key` of a custom field or `kandji.key`; a minus before it turns the order
    /// around. What is blank comes before everything else, turned around after it.
    sort: Option<String>,
    /// Every word, and every phrase in quotes, must stand in tag, name, serial, product, custodian, a
    /// custom field or what a
    /// source says of its device.
    q: Option<String>,
    /// Ids, several with commas.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    status: Vec<String>,
    /// Ids, several with commas, or `none`; its own category, else its product's.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    category: Vec<String>,
    /// Ids, several with commas, or `none`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    product: Vec<String>,
    /// Ids, several with commas, or `none`; the product's.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    manufacturer: Vec<String>,
    /// Ids, several with commas, or `none`; `in:loc_…` takes in what is below.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    location: Vec<String>,
    /// Ids, several with commas, or `none`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    department: Vec<String>,
    /// Ids, several with commas, or `none`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    supplier: Vec<String>,
    /// Ids of employees, locations or assets, several with commas; `~robin` for part of a name; `none`
    /// for nobody.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    custodian: Vec<String>,
    /// Whether anyone has it: `true` or `false`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    held: Vec<String>,
    /// A day or range of days, such as `<today` or `next-7-days`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    due_on: Vec<String>,
    /// A text: whole, or `~part`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    tag: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    name: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    serial: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    order_number: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    notes: Vec<String>,
    /// A day or range of days, such as `2026-01-01..2026-03-31`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    purchased_on: Vec<String>,
    /// An amount or range of amounts, such as `100..500` or `>999.90 USD`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    cost: Vec<String>,
    /// A text, such as `EUR`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    currency: Vec<String>,
    /// A day or range of days, such as `next-90-days`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    warranty_until: Vec<String>,
    /// `Mac`, `iPhone`, …; several with commas; `none` without a device.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    platform: Vec<String>,
    /// Whether a source lists a device for it: `true` or `false`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    linked: Vec<String>,
    /// `kandji.os_version=~15.`: what Kandji says of its device, as it is kept, by the property's key:
    /// a text, a day or range of days, or yes or no; several times for any of several.
    #[serde(default, deserialize_with = "by_field")]
    #[param(value_type = Option<String>, rename = "kandji.key")]
    kandji: BTreeMap<String, Vec<String>>,
    /// A day or range of days, by the company's time zone.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    created_at: Vec<String>,
    /// A day or range of days, by the company's time zone.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    updated_at: Vec<String>,
    /// `true` for archived ones alone, `any` for all; without it they are left out.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    archived: Vec<String>,
    /// `fields.memory=32 GB`: the value of a custom field, as its type is filtered; several times for
    /// any of several.
    #[serde(default, deserialize_with = "by_field")]
    #[param(value_type = Option<String>, rename = "fields.key")]
    fields: BTreeMap<String, Vec<String>>,
    /// The employee who has it.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    employee: Option<EmployeeId>,
    /// `true` for those that should be back by now, by the company's day; `false` does not narrow.
    #[serde(default, deserialize_with = "yes_no")]
    #[param(value_type = Option<bool>)]
    overdue: Option<bool>,
    /// Those that someone should give back before this day.
    #[serde(default, deserialize_with = "day")]
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// Those that changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
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
        let (sort, descending) = sort(web, caller, self.sort.as_deref().unwrap_or("tag")).await?;
        let (q, updated_since, cursor) = (self.q.clone(), self.updated_since, self.cursor.clone());
        let (employee, limit) = (self.employee, self.limit.unwrap_or_default().0);
        let mut filters = filters::read(&web.app, caller, self.filters()).await?;
        // Both may be asked for; then only what both mean is found.
        let asked = filters.custodian.filter(|_| employee.is_some());
        filters.conditions.extend(asked.map(Condition::held_by));
        let custodian = employee.map(Custodian::Employee).or(filters.custodian);
        Ok(AssetQuery {
            q,
            custodian,
            due_before,
            updated_since: updated_since.map(|moment| moment.0),
            sort,
            descending,
            cursor,
            limit,
            ..filters
        })
    }

    /// Whether it says anything of archived assets.
    pub fn speaks_of_archived(&self) -> bool {
        !self.archived.is_empty()
    }

    /// As `app::filters` knows them.
    fn filters(self) -> Vec<(String, Vec<String>)> {
        let own = self.fields.into_iter().map(|(key, texts)| (format!("fields.{key}"), texts));
        let asked = [
            ("status", self.status),
            ("category", self.category),
            ("product", self.product),
            ("manufacturer", self.manufacturer),
            ("location", self.location),
            ("department", self.department),
            ("supplier", self.supplier),
            ("custodian", self.custodian),
            ("held", self.held),
            ("due_on", self.due_on),
            ("tag", self.tag),
            ("name", self.name),
            ("serial", self.serial),
            ("order_number", self.order_number),
            ("notes", self.notes),
            ("purchased_on", self.purchased_on),
            ("cost", self.cost),
            ("currency", self.currency),
            ("warranty_until", self.warranty_until),
            ("platform", self.platform),
            ("linked", self.linked),
            ("created_at", self.created_at),
            ("updated_at", self.updated_at),
            ("archived", self.archived),
        ];
        let told = self.kandji.into_iter().map(|(key, texts)| (format!("kandji.{key}"), texts));
        let asked = asked.into_iter().map(|(name, texts)| (name.to_owned(), texts));
        asked.chain(own).chain(told).collect()
    }
}

/// A custom field there is not puts nothing in order, and nobody would know.
async fn sort(web: &Web, caller: &Caller, text: &str) -> Result<(AssetSort, bool), Problem> {
    let Order { word, descending } = Order::read(text);
    let found = assets::sort(&word);
    let found = match found {
        Some(AssetSort::Custom(key)) => {
            let all = app::fields::of(&web.app, caller, AppliesTo::Assets).await?;
            let known = all.iter().any(|field| field.key == key);
            known.then_some(AssetSort::Custom(key))
        }
        found => found,
    };
    let Some(sort) = found else {
        let hint = "the key of a column, such as tag, due_on, fields.memory or kandji.os_version";
        return Err(Problem::field("sort", format!("no order \"{word}\"; hint: {hint}")));
    };
    Ok((sort, descending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_there_is_can_be_asked_for() {
        let none: AssetListQuery = serde_json::from_str("{}").unwrap();
        let asked = none.filters();
        let mut asked: Vec<&str> = asked.iter().map(|(name, _)| name.as_str()).collect();
        let own = filters::facets().iter().map(|facet| facet.name);
        let mut known: Vec<&str> = own.filter(|name| !name.starts_with("kandji.")).collect();
        asked.sort_unstable();
        known.sort_unstable();
        assert_eq!(asked, known);
    }
}
