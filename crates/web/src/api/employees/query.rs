//! What a list of employees may be asked for.

use std::collections::BTreeMap;

use app::Caller;
use app::filters::people;
use app::people::{Cursor, EmployeeQuery, EmployeeSort};
use app::reports::whole::Order;
use domain::fields::AppliesTo;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::listing::{Limit, Moment, by_field, parsed, repeated};
use crate::api::problem::Problem;
use crate::state::Web;

/// Each filter can be turned around with a `!` before it and asked for blanks with `none`; see
/// *Filters* above.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmployeeListQuery {
    /// 1 to 200, else 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// `name`, `email`, `title`, `department`, `location`, `manager`, `starts_on`, `ends_on`,
    /// `holds`, `leaver`, `created_at`, `updated_at` or `fields.key` of a custom field; a minus before
    /// it turns the order around. What is blank comes before everything else, turned around after it.
    sort: Option<String>,
    /// Every word, and every phrase in quotes, must stand in the name, the e-mail, the title or a
    /// custom field.
    q: Option<String>,
    /// Ids, several with commas, or `none`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    department: Vec<String>,
    /// Ids, several with commas, or `none`; `in:loc_…` takes in what is below.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    location: Vec<String>,
    /// Whom they report to: ids, several with commas; `~casey` for part of a name; `none`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    manager: Vec<String>,
    /// Whether they have left: `true` or `false`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    leaver: Vec<String>,
    /// Whether they hold something: `true` or `false`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    holding: Vec<String>,
    /// A day or range of days, such as `next-30-days`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    starts_on: Vec<String>,
    /// A day or range of days, such as `<today`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    ends_on: Vec<String>,
    /// A text: whole, or `~part`.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    name: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    email: Vec<String>,
    /// A text.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    title: Vec<String>,
    /// A day or range of days, by the company's time zone.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    created_at: Vec<String>,
    /// A day or range of days, by the company's time zone.
    #[serde(default, deserialize_with = "repeated")]
    #[param(value_type = Option<String>)]
    updated_at: Vec<String>,
    /// `fields.size=XL`: the value of a custom field, as its type is filtered; several times for any
    /// of several.
    #[serde(default, deserialize_with = "by_field")]
    #[param(value_type = Option<String>, rename = "fields.key")]
    fields: BTreeMap<String, Vec<String>>,
    /// Those who changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_since: Option<Moment>,
}

impl EmployeeListQuery {
    pub async fn query(self, web: &Web, caller: &Caller) -> Result<EmployeeQuery, Problem> {
        let (sort, descending) = sort(web, caller, self.sort.as_deref().unwrap_or("name")).await?;
        let query = EmployeeQuery {
            q: self.q.clone(),
            updated_since: self.updated_since.map(|moment| moment.0),
            sort,
            descending,
            cursor: self.cursor.clone(),
            limit: self.limit.unwrap_or_default().0,
            ..EmployeeQuery::default()
        };
        Ok(people::read(&web.app, caller, query, self.filters()).await?)
    }

    /// As `app::filters::people` knows them.
    fn filters(self) -> Vec<(String, Vec<String>)> {
        let own = self.fields.into_iter().map(|(key, texts)| (format!("fields.{key}"), texts));
        let asked = [
            ("department", self.department),
            ("location", self.location),
            ("manager", self.manager),
            ("leaver", self.leaver),
            ("holding", self.holding),
            ("starts_on", self.starts_on),
            ("ends_on", self.ends_on),
            ("name", self.name),
            ("email", self.email),
            ("title", self.title),
            ("created_at", self.created_at),
            ("updated_at", self.updated_at),
        ];
        asked.into_iter().map(|(name, texts)| (name.to_owned(), texts)).chain(own).collect()
    }
}

async fn sort(web: &Web, caller: &Caller, text: &str) -> Result<(EmployeeSort, bool), Problem> {
    let Order { word, descending } = Order::read(text);
    let found = app::people::sort(&word);
    let found = match found {
        Some(EmployeeSort::Custom(key)) => {
            let all = app::fields::of(&web.app, caller, AppliesTo::Employees).await?;
            let known = all.iter().any(|field| field.key == key);
            known.then_some(EmployeeSort::Custom(key))
        }
        found => found,
    };
    let Some(sort) = found else {
        let hint = "the key of a column, such as name, ends_on, holds or fields.size";
        return Err(Problem::field("sort", format!("no order \"{word}\"; hint: {hint}")));
    };
    Ok((sort, descending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_there_is_can_be_asked_for() {
        let none: EmployeeListQuery = serde_json::from_str("{}").unwrap();
        let asked = none.filters();
        let mut asked: Vec<&str> = asked.iter().map(|(name, _)| name.as_str()).collect();
        let mut known: Vec<&str> = people::FACETS.iter().map(|facet| facet.name).collect();
        asked.sort_unstable();
        known.sort_unstable();
        assert_eq!(asked, known);
    }
}
