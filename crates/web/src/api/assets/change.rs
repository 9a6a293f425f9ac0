//! What may be written to an asset: left out stays, `null` clears.

use std::collections::BTreeMap;

use app::{Caller, Refusal, company};
use domain::id::{CategoryId, DepartmentId, LocationId, ProductId, StatusId, SupplierId};
use domain::{Asset, AssetTag, Field, Serial};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::money;
use crate::api::inner::given_within;
use crate::api::problem::{BadField, Problem};
use crate::api::written::{Given, Text, blank_is_null, given, given_day};
use crate::state::Web;

/// The fields of an asset that people write; references as ids.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetChange {
    /// Printable, up to 200 characters, unique in the tenant; required for a new asset.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, example = "MBP-0042")]
    tag: Given<AssetTag>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    name: Given<Text>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    serial: Given<Serial>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "prd_0HZX4K9Q2M7RA")]
    product: Given<ProductId>,
    /// `null` leaves the product's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    category: Given<CategoryId>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String)]
    status: Given<StatusId>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    location: Given<LocationId>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    department: Given<DepartmentId>,
    #[serde(default, deserialize_with = "given_within")]
    #[schema(value_type = Option<PurchaseChange>)]
    purchase: Given<PurchaseChange>,
    #[serde(default, deserialize_with = "given_day")]
    #[schema(value_type = Option<String>, format = Date)]
    warranty_until: Given<Date>,
    /// When the custodian should give it back; only of an asset that someone has.
    #[serde(default, deserialize_with = "given_day")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Given<Date>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    notes: Given<Text>,
    /// Custom fields by key, merged; `null` clears one.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    fields: Given<BTreeMap<String, Value>>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurchaseChange {
    #[serde(default, deserialize_with = "given_day")]
    #[schema(value_type = Option<String>, format = Date)]
    on: Given<Date>,
    /// A decimal number, as text.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "499.90")]
    cost: Given<Amount>,
    /// Three letters; the company's where there is a cost and none is given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "USD")]
    currency: Given<Currency>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    order: Given<Text>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    supplier: Given<SupplierId>,
}

impl AssetChange {
    /// The currency a cost is read in: the one given, else the asset's, else the company's.
    pub async fn currency_of(
        &self,
        web: &Web,
        caller: &Caller,
        held: Option<&Asset>,
    ) -> Result<String, Refusal> {
        let given = self.purchase.iter().flatten().find_map(|purchase| purchase.currency.as_ref());
        if let Some(Some(Currency(given))) = given {
            return Ok(given.clone());
        }
        match held.and_then(|asset| asset.currency.clone()) {
            Some(currency) => Ok(currency),
            None => Ok(company::company(&web.app, caller).await?.currency),
        }
    }

    /// As a new asset: its tag, and the rest.
    pub fn creation(mut self, currency: &str) -> Result<(AssetTag, Vec<(Field, Value)>), Problem> {
        let tag = self.tag.take().flatten();
        let tag = tag.ok_or_else(|| Problem::field("tag", "\"tag\" is missing"))?;
        if self.status == Some(None) {
            self.status = None;
        }
        Ok((tag, self.fields(None, currency)?))
    }

    pub fn fields(
        self,
        held: Option<&Asset>,
        currency: &str,
    ) -> Result<Vec<(Field, Value)>, Problem> {
        let mut written = Written::default();
        written.put(Field::Tag, self.tag);
        written.put(Field::Name, blank_is_null(self.name));
        written.put(Field::Serial, self.serial);
        written.put(Field::Product, self.product);
        written.put(Field::Category, self.category);
        written.put(Field::Status, self.status);
        written.put(Field::Location, self.location);
        written.put(Field::Department, self.department);
        written.put(Field::WarrantyUntil, self.warranty_until);
        written.put(Field::DueOn, self.due_on);
        written.put(Field::Notes, blank_is_null(self.notes));
        if let Some(purchase) = self.purchase {
            written.purchase(purchase.unwrap_or_else(PurchaseChange::cleared), held, currency);
        }
        if let Some(fields) = self.fields {
            written.custom(fields, held);
        }
        if written.errors.is_empty() {
            Ok(written.fields)
        } else {
            Err(Problem::fields(written.errors))
        }
    }
}

impl PurchaseChange {
    fn cleared() -> Self {
        PurchaseChange {
            on: Some(None),
            cost: Some(None),
            currency: Some(None),
            order: Some(None),
            supplier: Some(None),
        }
    }
}

/// What cannot be taken, by the keys of the body.
pub fn as_written(refusal: Refusal) -> Refusal {
    let Refusal::Invalid { mut errors } = refusal else { return refusal };
    for error in &mut errors {
        let key = match error.field.as_str() {
            "purchased_on" => "purchase.on",
            "cost" => "purchase.cost",
            "currency" => "purchase.currency",
            "order_number" => "purchase.order",
            "supplier" => "purchase.supplier",
            _ => continue,
        };
        key.clone_into(&mut error.field);
    }
    Refusal::Invalid { errors }
}

/// What will be set, and what cannot be.
#[derive(Default)]
struct Written {
    fields: Vec<(Field, Value)>,
    errors: Vec<BadField>,
}

impl Written {
    fn put<T: Serialize>(&mut self, field: Field, given: Given<T>) {
        if let Some(value) = given {
            let value = serde_json::to_value(value).expect("plain values");
            self.fields.push((field, value));
        }
    }

    fn refuse(&mut self, field: &str, detail: String) {
        self.errors.push(BadField { field: field.into(), detail });
    }

    fn purchase(&mut self, purchase: PurchaseChange, held: Option<&Asset>, currency: &str) {
        let has_cost = matches!(purchase.cost, Some(Some(_)));
        let names_none = purchase.currency.as_ref().is_none_or(Option::is_none);
        let own = held.and_then(|asset| asset.currency.as_deref());
        let keeps_cost = purchase.cost.is_none() && held.is_some_and(|asset| asset.cost.is_some());
        if keeps_cost && money::digits(own) != money::digits(Some(currency)) {
            let detail = "its currency counts otherwise; hint: give the cost once more";
            self.refuse("purchase.cost", detail.into());
        }
        self.put(Field::PurchasedOn, purchase.on);
        match purchase.cost {
            None => {}
            Some(None) => self.fields.push((Field::Cost, Value::Null)),
            Some(Some(Amount(text))) => match money::minor(&text, Some(currency)) {
                Some(minor) => self.fields.push((Field::Cost, minor.into())),
                None => self.refuse(
                    "purchase.cost",
                    format!("\"{text}\" is no amount in {currency}; hint: \"499.90\""),
                ),
            },
        }
        if has_cost && names_none && own.is_none() {
            self.fields.push((Field::Currency, currency.into()));
        } else {
            self.put(Field::Currency, purchase.currency);
        }
        self.put(Field::OrderNumber, blank_is_null(purchase.order));
        self.put(Field::Supplier, purchase.supplier);
    }

    fn custom(&mut self, given: Option<BTreeMap<String, Value>>, held: Option<&Asset>) {
        let all = || held.into_iter().flat_map(|asset| asset.fields.keys().cloned());
        let given = given.unwrap_or_else(|| all().map(|key| (key, Value::Null)).collect());
        // Held against their definitions where they are written.
        self.fields.extend(given.into_iter().map(|(key, value)| (Field::Custom(key), value)));
    }
}

/// A decimal number as text: a number of JSON may have lost a cent on its way.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Value")]
struct Amount(String);

impl TryFrom<Value> for Amount {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(Amount(text)),
            other => Err(format!("{other} is no text; hint: write it in quotes, like \"499.90\"")),
        }
    }
}

/// Three capital letters, ISO 4217.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct Currency(String);

impl TryFrom<String> for Currency {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let text: String = text.chars().take(80).collect();
        let why = || format!("\"{text}\" is no currency; hint: three capital letters, like EUR");
        if fits { Ok(Currency(text)) } else { Err(why()) }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.0
    }
}
