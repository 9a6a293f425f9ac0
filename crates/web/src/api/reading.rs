//! Reading what a request brings: every field that is wrong is named, unknown ones included.
//! Each field is tried alone; one that may be left out is one that takes `null`.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess};
use serde::de::{Error, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::inner;
use super::problem::{BadField, Problem};

/// Parameters that say nothing where they are empty. Any other would narrow a list to everything.
const MAY_BE_EMPTY: [&str; 6] = ["q", "limit", "cursor", "after", "sort", "format"];
/// The longest JSON that is read.
const LONGEST: usize = 2 << 20;

/// A JSON body. None at all counts as `{}`.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read(&object(request).await?).map(Body).map_err(Problem::fields)
    }
}

/// A JSON object as it came, for what is merged key by key.
pub struct Patch(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Patch {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        object(request).await.map(Patch)
    }
}

/// The parameters after the question mark; those that may be empty count as absent then.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&given(&parts.uri, known_fields::<T>())?).map(Asked).map_err(Problem::fields)
    }
}

/// Parameters of two kinds: those that `A` knows by name are its own, the rest are for `B`.
pub struct AskedBoth<A, B>(pub A, pub B);

impl<S, A, B> FromRequestParts<S> for AskedBoth<A, B>
where
    S: Send + Sync,
    A: DeserializeOwned,
    B: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let own = known_fields::<A>();
        let (own, rest): (Vec<_>, Vec<_>) = given(&parts.uri, known_fields::<B>())?
            .into_iter()
            .partition(|(name, _)| own.contains(&name.as_str()));
        match (read(&own.into_iter().collect()), read(&rest.into_iter().collect())) {
            (Ok(own), Ok(rest)) => Ok(AskedBoth(own, rest)),
            (own, rest) => {
                let errors = own.err().into_iter().chain(rest.err()).flatten();
                Err(Problem::fields(errors.collect()))
            }
        }
    }
}

/// The same from a text, as it would stand after the question mark.
pub fn asked<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let uri: Uri = format!("/?{}", text.trim_start_matches('?'))
        .parse()
        .map_err(|error| bad_request(format!("\"{text}\" is no query: {error}")))?;
    read(&given(&uri, known_fields::<T>())?).map_err(Problem::fields)
}

fn given(uri: &Uri, known: &[&str]) -> Result<Map<String, Value>, Problem> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|error| bad_request(error.body_text()))?;
    let (empty, pairs): (Vec<_>, Vec<_>) =
        pairs.0.into_iter().partition(|(_, value)| value.trim().is_empty());
    let hollow = empty.into_iter().filter(|(name, _)| !MAY_BE_EMPTY.contains(&name.as_str()));
    let errors: Vec<BadField> = hollow.map(|(name, _)| names_nothing(name)).collect();
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let mut given: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        // `fields.memory=a&fields.memory=b` is one parameter with a list for each field.
        let of = name
            .split_once('.')
            .filter(|(all, _)| ["fields", "kandji"].contains(all) && known.contains(all));
        if let Some((all, key)) = of {
            let all = given.entry(all).or_insert_with(|| Value::Object(Map::new()));
            match &mut all[key] {
                Value::Array(values) => values.push(value.into()),
                slot => *slot = Value::Array(vec![value.into()]),
            }
            continue;
        }
        match given.get_mut(&name) {
            None => drop(given.insert(name, value.into())),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(once) => *once = Value::Array(vec![once.take(), value.into()]),
        }
    }
    Ok(given)
}

fn names_nothing(name: String) -> BadField {
    let hint = "leave it out, or write none for those without";
    BadField { detail: format!("{name}= names nothing; hint: {hint}"), field: name }
}

async fn object(request: Request) -> Result<Map<String, Value>, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if let Some(kind) = kind.filter(|kind| !kind.contains("json")) {
        let detail = format!("\"{kind}\" is not read here; hint: send application/json");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let bytes = whole(request, LONGEST).await?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(bad_request("the body is no JSON object; hint: it begins with {")),
        Err(error) => Err(bad_request(format!("the body is no JSON: {error}"))),
    }
}

/// A body as it came, or why it is not read.
pub async fn whole(mut request: Request, most: usize) -> Result<Bytes, Problem> {
    DefaultBodyLimit::max(most).apply(&mut request);
    Bytes::from_request(request, &()).await.map_err(|error| {
        let detail = match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => format!(
                "the body is larger than {} MB, the most that is read here; hint: send it in \
                 several requests, with a part of it each",
                most >> 20
            ),
            _ => "the body did not arrive whole; hint: send it again".to_owned(),
        };
        Problem::new(error.status(), detail)
    })
}

fn bad_request(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, detail)
}

/// Reads a struct, or says of every field why it cannot be read. What may be left out is an `Option`.
pub fn read<T: DeserializeOwned>(given: &Map<String, Value>) -> Result<T, Vec<BadField>> {
    let known = known_fields::<T>();
    let bad = |field: &str, detail: String| BadField { field: field.into(), detail };
    let unknown = given.keys().filter(|key| !known.contains(&key.as_str()));
    let hint = known.join(", ");
    let mut errors: Vec<BadField> =
        unknown.map(|key| bad(key, format!("no field \"{key}\"; hint: {hint}"))).collect();
    for field in known {
        let (value, there) =
            (given.get(*field).unwrap_or(&Value::Null), given.contains_key(*field));
        match fault::<T>(field, value).or_else(|| nul(value)) {
            Some(_) if !there => errors.push(bad(field, format!("\"{field}\" is missing"))),
            Some(fault) => errors.extend(inner::told(field, &plainly(&fault))),
            None => {}
        }
    }
    if errors.is_empty() {
        let whole = T::deserialize(Value::Object(given.clone()));
        return whole.map_err(|error| vec![bad("", error.to_string())]);
    }
    Err(errors)
}

/// The names of a struct's fields, as its reader asks for them.
fn known_fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    let asked = T::deserialize(Curious(&mut fields));
    debug_assert!(asked.is_err(), "the curious one never answers");
    fields
}

/// Why this field cannot hold this value, if it cannot.
fn fault<T: DeserializeOwned>(field: &str, value: &Value) -> Option<String> {
    let mut fault = None;
    let alone = T::deserialize(Alone { field: Some(field), value, fault: &mut fault });
    // Whatever else is missing is asked about in its own turn.
    drop(alone);
    fault
}

/// What serde says of words and keys, as people would say it.
fn plainly(fault: &str) -> String {
    let named: Vec<&str> = fault.split('`').skip(1).step_by(2).collect();
    let Some((given, known)) = named.split_first() else { return fault.to_owned() };
    let known = known.join(", ");
    if fault.starts_with("unknown variant ") {
        format!("\"{given}\" is none of the words it may be; hint: {known}")
    } else if fault.starts_with("unknown field ") {
        format!("no field \"{given}\"; hint: {known}")
    } else if fault.starts_with("missing field ") {
        format!("\"{given}\" is missing")
    } else {
        fault.to_owned()
    }
}

/// A character that PostgreSQL's text cannot hold.
fn nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| "it holds a NUL character".into()),
        Value::Array(values) => values.iter().find_map(nul),
        Value::Object(values) => {
            let key = |key: &String| nul(&Value::from(key.as_str()));
            values.iter().find_map(|(name, value)| key(name).or_else(|| nul(value)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Learns what a struct asks for, and gives it nothing.
struct Curious<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Curious<'_> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Error::custom("only asked"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A struct of one field; keeps what went wrong while that was read.
struct Alone<'a> {
    field: Option<&'a str>,
    value: &'a Value,
    fault: &'a mut Option<String>,
}

impl<'de> Deserializer<'de> for Alone<'_> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Alone<'_> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        let field = self.field.take();
        field.map(|field| seed.deserialize(field.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        let read = seed.deserialize(self.value.clone());
        read.inspect_err(|error| *self.fault = Some(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use domain::access::Role;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        tag: String,
        count: Option<u32>,
        role: Option<Role>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        on: String,
    }

    fn check(given: &Value, expect: &[(&str, &str)]) {
        let errors =
            read::<Sample>(given.as_object().unwrap()).map_or_else(|errors| errors, |_| vec![]);
        let got: Vec<_> =
            errors.iter().map(|bad| (bad.field.as_str(), bad.detail.as_str())).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn what_fits_is_read() {
        check(&json!({"name": "a", "tag": "b", "count": 3}), &[]);
        check(&json!({"name": "a", "tag": "b", "count": null}), &[]);
        check(&json!({"name": "a", "tag": "b"}), &[]);
    }

    #[test]
    fn what_is_no_word_or_key_is_said_with_those_there_are() {
        let words = "\"role\": \"god\" is none of the words it may be; \
                     hint: viewer, operator, manager, administrator";
        check(&json!({"name": "a", "tag": "b", "role": "god"}), &[("role", words)]);
        let key = "\"inner\": no field \"at\"; hint: on";
        check(&json!({"name": "a", "tag": "b", "inner": {"at": "x"}}), &[("inner", key)]);
        let missing = "\"inner\": \"on\" is missing";
        check(&json!({"name": "a", "tag": "b", "inner": {}}), &[("inner", missing)]);
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        check(
            &json!({"nmae": "a", "count": "three"}),
            &[
                ("nmae", "no field \"nmae\"; hint: name, tag, count, role, inner"),
                ("name", "\"name\" is missing"),
                ("tag", "\"tag\" is missing"),
                ("count", "\"count\": invalid type: string \"three\", expected u32"),
            ],
        );
    }
}
