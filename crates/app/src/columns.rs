//! The columns of a list: which there are, which somebody chose, in their order. Those of each list
//! stand beside.

pub mod assets;
pub mod employees;

use domain::access::Role;
use domain::fields::{AppliesTo, CustomField};
use domain::id::UserId;
use store::{StoreError, Tx, fields, preferences};

pub use self::assets::AssetColumn;
pub use self::employees::{EmployeeColumn, PersonColumn};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::reports::Column;

/// A column of a list whose columns people choose.
pub trait ListColumn: Clone + PartialEq + Send + Sync + 'static {
    /// Whose list.
    const LIST: AppliesTo;
    /// What an untouched list shows, by key.
    const USUAL: &'static [&'static str];
    /// What a row is called; it is always shown.
    const TITLE: Self;

    /// Every column there is, in the order a menu shows them.
    fn offered(custom: Vec<CustomField>) -> Vec<Self>;

    /// In addresses: `serial`, `fields.memory`, `kandji.os_version`.
    fn key(&self) -> String;

    /// The head of the column, on the screen and in files.
    fn column(&self) -> Column;
}

/// Every column there is, and those that are shown.
#[derive(Debug)]
pub struct Columns<C> {
    pub offered: Vec<C>,
    pub shown: Vec<C>,
}

impl<C: ListColumn> Columns<C> {
    /// Those of these keys that there are, each once; what a row is called is always among them.
    pub fn chosen<'k>(offered: &[C], keys: impl IntoIterator<Item = &'k str>) -> Vec<C> {
        let known: Vec<String> = offered.iter().map(C::key).collect();
        let mut chosen: Vec<C> = Vec::new();
        for key in keys {
            let found = known.iter().position(|known| known == key).map(|at| &offered[at]);
            chosen.extend(found.filter(|column| !chosen.contains(column)).cloned());
        }
        if !chosen.contains(&C::TITLE) {
            chosen.insert(0, C::TITLE);
        }
        chosen
    }

    /// Shown are the keys named, else what this person chose last, else the usual ones.
    pub(crate) fn seen(
        tx: &mut Tx<'_>,
        user: Option<UserId>,
        named: Option<String>,
    ) -> Result<Self, StoreError> {
        let offered = C::offered(fields::of(tx, C::LIST)?);
        let named = match (named, user) {
            (None, Some(user)) => preferences::find(tx, user, &preference::<C>())?,
            (named, _) => named,
        };
        let shown = match &named {
            Some(named) => Self::chosen(&offered, named.split(',')),
            None => Self::chosen(&offered, C::USUAL.iter().copied()),
        };
        Ok(Columns { offered, shown })
    }
}

/// The keys named, else what the caller chose last, else the usual ones.
pub async fn choices<C: ListColumn>(
    app: &App,
    caller: &Caller,
    named: Option<String>,
) -> Result<Columns<C>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = caller.user_id();
    Ok(app.store.read(caller.tenant, move |tx| Columns::seen(tx, user, named)).await?)
}

/// `None` goes back to what is usual.
pub async fn remember<C: ListColumn>(
    app: &App,
    caller: &Caller,
    keys: Option<String>,
) -> Result<(), Refusal> {
    caller.need(Role::Viewer)?;
    let Some(user) = caller.user_id() else { return Ok(()) };
    let kept = app.store.write(caller.tenant, move |tx| match keys {
        Some(keys) => preferences::keep(tx, user, &preference::<C>(), &keys),
        None => preferences::forget(tx, user, &preference::<C>()),
    });
    Ok(kept.await?)
}

/// The name under which a choice is remembered.
fn preference<C: ListColumn>() -> String {
    format!("columns.{}", C::LIST.as_str())
}
