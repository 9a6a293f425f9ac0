//! All that a tenant has, row by row, from one snapshot: for a document that is taken along. Secrets
//! are not read at all: no password, no token, no session, no address of a webhook.

mod besides;

use domain::Custodian;
use domain::id::{AssetId, EventId, SourceId};
use domain::{Id, Timestamp};
use reconcile::Rules;
use serde::Serialize;
use serde_json::json;

use crate::read::custodian;
use crate::seam::{Json, Query, Sql, StoreError, Tx, sql};
use crate::{
    assets, employees, events, fields, links, locations, products, statuses, useful_lives,
};

/// Whoever takes the rows.
pub trait Sink {
    /// From now on items are of this kind.
    fn part(&mut self, name: &'static str) -> Result<(), StoreError>;

    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), StoreError>;
}

/// What points comes after what it points at.
pub fn all(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    to.part("statuses")?;
    for row in statuses::list(tx)? {
        to.item(&row.status)?;
    }
    to.part("categories")?;
    categories(tx, to)?;
    for (part, table, prefix) in [
        ("manufacturers", "manufacturers", "mfr"),
        ("suppliers", "suppliers", "sup"),
        ("departments", "departments", "dep"),
    ] {
        to.part(part)?;
        plain(tx, to, table, prefix)?;
    }
    to.part("locations")?;
    for place in locations::list(tx)? {
        to.item(&place.location)?;
    }
    to.part("products")?;
    for product in products::all(tx)? {
        to.item(&product)?;
    }
    to.part("fields")?;
    for field in fields::list(tx)? {
        to.item(&field)?;
    }
    to.part("employees")?;
    for employee in employees::all(tx)? {
        to.item(&employee)?;
    }
    to.part("sources")?;
    sources(tx, to)?;
    to.part("assets")?;
    each_asset(tx, to)?;
    to.part("links")?;
    each_link(tx, to)?;
    to.part("custody")?;
    each_interval(tx, to)?;
    to.part("attachments")?;
    besides::files(tx, to)?;
    to.part("views")?;
    besides::views(tx, to)?;
    to.part("reports")?;
    besides::reports(tx, to)?;
    to.part("users")?;
    besides::users(tx, to)?;
    to.part("devices")?;
    besides::devices(tx, to)?;
    to.part("events")?;
    each_event(tx, to)
}

/// With how long what is in them is of use, where they say so themselves.
fn categories(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    for category in useful_lives::list(tx)? {
        let mut told = json!({ "id": category.id, "name": category.name });
        if let Some(life) = category.life {
            told["useful_life"] = json!(life);
        }
        to.item(&told)?;
    }
    Ok(())
}

/// Nouns that are a name and nothing more.
fn plain(
    tx: &mut Tx<'_>,
    to: &mut impl Sink,
    table: &'static str,
    prefix: &'static str,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut sql = Sql::default();
    sql.text("SELECT id, name FROM ");
    sql.text(table);
    sql! { sql => " WHERE tenant_id = ", tenant, " ORDER BY id" };
    tx.each(sql, |row| {
        let (id, name): (i64, String) = (row.next()?, row.next()?);
        to.item(&json!({ "id": shown(prefix, id), "name": name }))
    })
}

/// An id of a kind that is known by its prefix alone.
fn shown(prefix: &str, number: i64) -> String {
    let id = Id::<domain::id::noun::Category>::new(number).to_string();
    id.replacen("cat", prefix, 1)
}

/// Without their tokens: those are not even read.
fn sources(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT id, kind, name, api_url, enabled, preset, settings, created_at, updated_at
         FROM sources
         WHERE tenant_id = ", tenant, "
         ORDER BY id"
    };
    tx.each(sql, |row| {
        let id: SourceId = row.next()?;
        let (kind, name, api_url): (String, String, String) =
            (row.next()?, row.next()?, row.next()?);
        let (enabled, preset): (bool, Option<String>) = (row.next()?, row.next()?);
        let Json(rules) = row.next::<Json<Rules>>()?;
        let (created, updated): (Timestamp, Timestamp) = (row.next()?, row.next()?);
        to.item(&json!({
            "id": id, "kind": kind, "name": name, "api_url": api_url, "enabled": enabled,
            "preset": preset, "settings": rules, "created_at": created.to_string(),
            "updated_at": updated.to_string(),
        }))
    })
}

fn each_asset(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const assets::COLUMNS, "
         FROM assets a
         WHERE a.tenant_id = ", tenant, "
         ORDER BY a.id"
    };
    tx.each(sql, |row| to.item(&assets::read(row)?))
}

fn each_link(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const links::COLUMNS, ", l.source_id
         FROM links l
         WHERE l.tenant_id = ", tenant, "
         ORDER BY l.source_id, l.device_id"
    };
    tx.each(sql, |row| {
        let link = links::read(row)?;
        let source: SourceId = row.next()?;
        let mut told = serde_json::to_value(&link).unwrap_or_default();
        told["source"] = source.to_string().into();
        to.item(&told)
    })
}

fn each_interval(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT asset_id, custodian_kind, custodian_id, from_at, until_at, out_event, in_event
         FROM custody
         WHERE tenant_id = ", tenant, "
         ORDER BY out_event"
    };
    tx.each(sql, |row| {
        let asset: AssetId = row.next()?;
        let who: Option<Custodian> = custodian(row)?;
        let (from, until): (Timestamp, Option<Timestamp>) = (row.next()?, row.next()?);
        let (out, back): (EventId, Option<EventId>) = (row.next()?, row.next()?);
        to.item(&json!({
            "asset": asset, "custodian": who, "from_at": from.to_string(),
            "until_at": until.map(|at| at.to_string()), "out_event": out, "in_event": back,
        }))
    })
}

fn each_event(tx: &mut Tx<'_>, to: &mut impl Sink) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = sql! {
        "SELECT ", const events::COLUMNS, " FROM events WHERE tenant_id = ", tenant, " ORDER BY id"
    };
    tx.each(sql, |row| to.item(&events::read(row)?))
}

#[cfg(test)]
mod tests {
    use domain::attachment::{Attachment, FileKind, FileName};
    use domain::depreciation::UsefulLife;
    use domain::event::Subject;
    use domain::id::{AttachmentId, noun};
    use domain::{Action, NewAsset};
    use reconcile::survey::DeviceId;
    use serde_json::Value;

    use super::*;
    use crate::devices::{self, DeviceSaid};
    use crate::stage::{self, MINT, at};
    use crate::tests::mentions;
    use crate::tests::world::{World, deed, held_by, in_a_world, link, unexpected};
    use crate::{attachments, catalog, ledger, saved_reports, views};

    /// Keeps all of it.
    #[derive(Default)]
    struct Kept(Vec<(&'static str, Vec<Value>)>);

    impl Sink for Kept {
        fn part(&mut self, name: &'static str) -> Result<(), StoreError> {
            self.0.push((name, Vec::new()));
            Ok(())
        }

        fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), StoreError> {
            let item = serde_json::to_value(item).unwrap();
            self.0.last_mut().expect("a part has begun").1.push(item);
            Ok(())
        }
    }

    /// What people keep beside the register, and what a source said.
    fn besides(world: &World, asset: AssetId) {
        let (tenant, source) = (world.tenant, world.source);
        let owner = stage::user(&world.store, tenant, "robin@example.com").id;
        let file = Attachment {
            id: AttachmentId::new(7),
            subject: Subject::Asset(asset),
            name: FileName::of("invoice.pdf", FileKind::Pdf),
            kind: FileKind::Pdf,
            size: 17,
            added_at: at(2),
            added_by: "Robin".into(),
        };
        let device = DeviceSaid {
            device_id: DeviceId::new("device-1"),
            hash: 1,
            platform: "Mac".into(),
            os_version: "15".into(),
            last_seen_at: None,
            enrolled_at: None,
            raw: r#"{"os":"15"}"#.into(),
            words: String::new(),
        };
        world.write(move |tx| {
            attachments::insert(tx, &file, b"bytes of the file".to_vec())?;
            views::create(tx, &mentions::view(owner, "held=no"))?;
            saved_reports::create(tx, &mentions::report(owner, "held", "no"))?;
            let phones = MINT.id(at(0));
            catalog::create::<noun::Category>(tx, &deed(2), &MINT, phones, "Phones")?;
            let life = UsefulLife { months: 36, residual_percent: 10 };
            useful_lives::save(tx, &deed(2), &MINT, phones, Some(life))?;
            devices::save(tx, source, &[device], at(3))
        });
    }

    #[test]
    fn everything_is_of_one_tenant_and_holds_no_token() {
        in_a_world(|world| {
            let (robin, asset) = (world.employee("Robin"), world.asset("A-1"));
            world.change(deed(2), asset.id, Action::CheckedOut, &[held_by(robin.id)]);
            world.product("MacBook Air");
            world.location("Berlin");
            let (source, linked) = (world.source, link(asset.id, "device-1"));
            world.write(move |tx| links::save(tx, source, &[&linked]));
            besides(world, asset.id);
            let other = stage::tenant(&world.store, "globex");
            let theirs = world.store.write_blocking(other, move |tx| {
                let status = statuses::default(tx)?;
                let tag = domain::AssetTag::parse("GLOBEX-1").unwrap();
                let new = NewAsset::plain(MINT.id(at(0)), tag, status);
                ledger::create(tx, &deed(1), &MINT, new, &[], None)
            });
            theirs.unwrap_or_else(unexpected);
            let Kept(told) = world.read(|tx| {
                let mut kept = Kept::default();
                all(tx, &mut kept)?;
                Ok(kept)
            });
            let count = |part: &str| told.iter().find(|(name, _)| *name == part).unwrap().1.len();
            assert_eq!(told.len(), 19);
            for part in [
                "products",
                "locations",
                "employees",
                "sources",
                "assets",
                "links",
                "custody",
                "attachments",
                "views",
                "reports",
                "users",
                "devices",
            ] {
                assert_eq!(count(part), 1, "{part}");
            }
            assert_eq!(told[1].1[0]["useful_life"]["months"], 36);
            assert!(count("events") >= 4 && count("statuses") > 0);
            let text =
                serde_json::to_string(&told.into_iter().map(|(_, all)| all).collect::<Vec<_>>());
            let text = text.unwrap();
            assert!(!text.contains("GLOBEX") && !text.contains("\"token\""), "{text}");
            assert!(text.contains("device-1") && text.contains(r#"{"os":"15"}"#));
            assert!(!text.contains("bytes of the file"), "{text}");
        });
    }
}
