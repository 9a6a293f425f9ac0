//! A page of the asset list with all that stands around it, from one read: what people open most.

use domain::access::Role;
use domain::fields::AppliesTo;
use domain::filters::{listed, turned};
use store::assets::{AssetQuery, AssetRow};
use store::{Count, Page, assets, views};

use crate::assets::in_sight;
use crate::caller::Caller;
use crate::columns::assets::in_rows;
use crate::columns::{AssetColumn, Columns};
use crate::filters;
use crate::installation::App;
use crate::names::{self, Names, Wanted};
use crate::refusal::Refusal;
use crate::reports::Cell;
use crate::views::View;

/// What an address asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// By name, as `filters::asked` gives them.
    pub filters: Vec<(String, Vec<String>)>,
    /// Words, order, place and length of the page.
    pub walk: AssetQuery,
    /// Keys with commas; without any, what the caller chose last, else the usual ones.
    pub columns: Option<String>,
    /// A filtered list is counted this far.
    pub most: i64,
}

#[derive(Debug)]
pub struct Listing {
    pub found: Page<AssetRow>,
    pub count: Count,
    pub columns: Columns<AssetColumn>,
    /// Row by row, what stands in the columns that are shown.
    pub cells: Vec<Vec<Cell>>,
    /// The caller's own views and the shared ones.
    pub views: Vec<View>,
    /// Of what the filters name by id.
    pub names: Names,
}

/// Every filter that cannot be read is named in the refusal.
pub async fn look(app: &App, caller: &Caller, asked: Asked) -> Result<Listing, Refusal> {
    caller.need(Role::Viewer)?;
    let (user, now) = (caller.user_id(), app.now());
    let seen = app.store.read(caller.tenant, move |tx| {
        let wanted = wanted(&asked.filters);
        let query = AssetQuery {
            q: asked.walk.q,
            sort: asked.walk.sort,
            descending: asked.walk.descending,
            cursor: asked.walk.cursor,
            limit: asked.walk.limit,
            ..filters::in_read(tx, now, asked.filters)?
        };
        let (mut found, count) = assets::list::counted(tx, &query, asked.most)?;
        in_sight(tx, found.items.iter_mut())?;
        let columns = Columns::seen(tx, user, asked.columns)?;
        Ok::<_, Refusal>(Listing {
            cells: in_rows(tx, &columns.shown, &found.items)?,
            views: views::of(tx, AppliesTo::Assets, user)?,
            names: names::read(tx, &wanted)?,
            found,
            count,
            columns,
        })
    });
    seen.await
}

/// Names of what filters name by id.
pub async fn names_of(
    app: &App,
    caller: &Caller,
    filters: &[(String, Vec<String>)],
) -> Result<Names, Refusal> {
    names::names(app, caller, wanted(filters)).await
}

fn wanted(filters: &[(String, Vec<String>)]) -> Wanted {
    let mut wanted = Wanted::default();
    for part in filters.iter().flat_map(|(_, texts)| texts).flat_map(|text| listed(turned(text).1))
    {
        wanted.id(part.strip_prefix("in:").unwrap_or(part));
    }
    wanted
}
