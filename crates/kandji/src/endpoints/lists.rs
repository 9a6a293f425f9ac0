//! The lists that come in envelopes: ADE, users, blueprints and Prism's bulk tables.
//! Of the address of a next page only the query is used: its host may be the web console's.

use std::collections::BTreeSet;

use super::{BrokenOff, Deadline, Walk};
use crate::client::{Ask, Client};
use crate::fault::Fault;
use crate::permission::{Permission, PrismCategory};
use crate::wire::{
    AdeDevice, AdeIntegration, Blueprint, Envelope, Notes, Page, PrismRow, User, envelope,
};

type Query = Vec<(String, String)>;

/// The ADE tokens of the tenant, the broken ones too.
pub async fn ade_integrations(client: &Client) -> Result<Walk<AdeIntegration>, Fault> {
    let path = ["integrations", "apple", "ade"];
    let read =
        |page: Page, first, notes: &mut Notes| AdeIntegration::read_page(&page, first, notes);
    walk(client, Permission::ListIntegrations, &path, Vec::new(), by_next, read).await
}

/// Every device that Apple lists for any of the tokens, those awaiting enrollment included.
pub async fn ade_devices(client: &Client) -> Result<Walk<AdeDevice>, Fault> {
    let path = ["integrations", "apple", "ade", "devices"];
    let first = vec![pair("page", "1")];
    let read = |page: Page, first, notes: &mut Notes| AdeDevice::read_page(&page, first, notes);
    walk(client, Permission::ListAdeDevices, &path, first, by_number, read).await
}

/// The people of the tenant's directories, archived ones included.
pub async fn users(client: &Client) -> Result<Walk<User>, Fault> {
    let read = |page: Page, first, notes: &mut Notes| User::read_page(&page, first, notes);
    let first = vec![pair("limit", "300")];
    walk(client, Permission::ListUsers, &["users"], first, by_next, read).await
}

/// The blueprints' names.
pub async fn blueprints(client: &Client) -> Result<Walk<Blueprint>, Fault> {
    let read = |page: Page, first, notes: &mut Notes| Blueprint::read_page(&page, first, notes);
    let first = vec![pair("limit", "300")];
    walk(client, Permission::ListBlueprints, &["blueprints"], first, by_next, read).await
}

/// One of Prism's tables; a row per Apple device that reported.
pub async fn prism(client: &Client, category: PrismCategory) -> Result<Walk<PrismRow>, Fault> {
    let path = ["prism", category.path()];
    let first = vec![pair("limit", "300")];
    walk(client, Permission::Prism(category), &path, first, by_cursor, PrismRow::read_page).await
}

/// Asks page after page until `advance` knows no next one.
async fn walk<T>(
    client: &Client,
    permission: Permission,
    path: &[&str],
    first: Query,
    advance: fn(&Envelope, u32) -> Option<Query>,
    read: impl Fn(Page, usize, &mut Notes) -> Vec<T>,
) -> Result<Walk<T>, Fault> {
    let (mut rows, mut notes) = (Vec::new(), Notes::default());
    let (mut pages, mut received, mut broken_off) = (0, 0, None);
    let mut asked = BTreeSet::from([first.clone()]);
    let mut query = Some(first);
    let deadline = Deadline::of(client);
    while let Some(now) = query.take() {
        let asking = fetch(client, permission, path, &now);
        let answer = if pages == 0 { Some(asking.await) } else { deadline.within(asking).await };
        let Some(answer) = answer else {
            broken_off = Some(deadline.missed(pages));
            break;
        };
        let page = match answer {
            Ok(page) => page,
            Err(fault) if pages == 0 => return Err(fault),
            // A numbered page past the end is "not found".
            Err(Fault::NotFound { .. }) => break,
            Err(fault) => {
                broken_off = Some(BrokenOff::Fault { page: pages + 1, fault });
                break;
            }
        };
        pages += 1;
        let next = advance(&page, pages);
        let count = page.rows.len();
        rows.extend(read(page.rows, received, &mut notes));
        received += count;
        let Some(next) = next else { break };
        if pages >= client.limits().pages {
            broken_off = Some(BrokenOff::TooLong { pages });
        } else if asked.insert(next.clone()) {
            query = Some(next);
        } else {
            broken_off = Some(BrokenOff::Repeats { page: pages });
        }
    }
    Ok(Walk { rows, notes: notes.into_vec(), pages, repeated: 0, broken_off })
}

async fn fetch(
    client: &Client,
    permission: Permission,
    path: &[&str],
    query: &Query,
) -> Result<Envelope, Fault> {
    let query: Vec<(&str, &str)> = query.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let ask = Ask { permission, path, query: &query };
    let shown = ask.shown();
    client.get(&ask, |body| envelope(&body, &shown)).await
}

/// The query of `next`, and of it only what pages: an address from outside steers nothing else.
fn by_next(page: &Envelope, _pages: u32) -> Option<Query> {
    let next = page.next.as_deref()?;
    let (_, query) = next.split_once('?')?;
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let kept: Query = pairs
        .filter(|(key, _)| matches!(key.as_ref(), "cursor" | "page" | "offset" | "limit"))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    kept.iter().any(|(key, _)| key != "limit").then_some(kept)
}

/// The next number, as long as there is a next page and this one held anything.
fn by_number(page: &Envelope, pages: u32) -> Option<Query> {
    let more = page.next.is_some() && !page.rows.is_empty();
    more.then(|| vec![pair("page", &(pages + 1).to_string())])
}

/// The cursor, however short the page: a short page may have one, a full page may have none.
fn by_cursor(page: &Envelope, _pages: u32) -> Option<Query> {
    let cursor = page.cursor.as_deref()?;
    Some(vec![pair("limit", "300"), pair("cursor", cursor)])
}

fn pair(key: &str, value: &str) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
