//! The asset list: search, filters, sorting; its whole state stands in the address.

pub mod filters;

use app::assets::{Archived, AssetQuery, AssetRow, Count, Page};
use app::columns::{AssetColumn, ListColumn};
use app::listing::{Asked, Listing, look};
use app::reports::asset_list::AssetList;
use app::reports::{Cell, Format, RegisterColumn};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Role;
use domain::fields::AppliesTo;
use maud::{Markup, html};

use self::filters::Of;
use super::answers::{Answers, Wrong, part};
use super::ordered;
use super::visitor::{Visitor, few};
use super::{bulks, columns, labels, words};
use crate::components::{
    Button, Icon, Opens, PageHeader, Pager, Row, Table, copyable, empty, menu, menu_link,
    search_box_wanted,
};
use crate::download;
use crate::error::Refused;
use crate::layout::Room;

const ROWS: usize = 50;
/// Filtered lists are counted this far; people read "1,000+" as many.
const COUNTED: i64 = 1_000;

pub async fn page(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    if let Some(settled) = filters::settled(&asked) {
        return Ok(Redirect::to(&settled.at(&visitor.to("assets"))).into_response());
    }
    let wanted = Asked {
        filters: app::filters::asked(asked.pairs()),
        walk: ordered(&asked, AssetQuery::default()),
        columns: asked.some("columns").map(str::to_owned),
        most: COUNTED,
    };
    let listing = match look(&visitor.web.app, &visitor.caller, wanted).await {
        Ok(listing) => listing,
        Err(refusal) => return unread(&visitor, &asked, refusal).await,
    };
    let Listing { found, count, columns: chosen, cells, views, names } = listing;
    let chips = filters::chips(&visitor, &asked, "assets", &names, &Wrong::default()).await?;
    let passing = ["sort", "cursor", "edit", "columns", "view"];
    let narrowed = asked.pairs().any(|(name, _)| !passing.contains(&name));
    let inside = html! {
        (PageHeader::new("Assets").note(html! { (noted(count)) }).folded(folded(&visitor, &asked, count)).actions(actions(&visitor)))
        (super::unread::passed_over(&visitor, &asked, "assets", lost(&asked)))
        @if count.n == 0 && !narrowed { (none_yet(&visitor)) } @else {
            (super::views::tabs(&visitor, &asked, AppliesTo::Assets, &views))
            (toolbar(&visitor, &asked, &html! { (chips) (columns::menu(&visitor, &asked, &chosen)) }))
            (list(&visitor, &asked, &chosen.shown, found, cells, count))
        }
    };
    Ok(visitor.list_page(Room::Assets, "Assets", &inside).into_response())
}

/// Nothing is shown of a list that was asked for in words nobody understands; each filter says
/// what is wrong with it.
async fn unread(
    visitor: &Visitor,
    asked: &Answers,
    refusal: app::Refusal,
) -> Result<Response, Refused> {
    let wrong = filters::in_words(Of::Assets, visitor, Wrong::fields(refusal)?).await?;
    let names = filters::names(visitor, asked).await?;
    let chips = filters::chips(visitor, asked, "assets", &names, &wrong).await?;
    let all = html! { (Button::link(&visitor.to("assets"), "Show all assets")) };
    let hint = "Nothing is shown of a list that was asked for in words nobody understands.";
    let inside = html! {
        (PageHeader::new("Assets"))
        (super::unread::callout(visitor, asked, "assets", &wrong))
        (toolbar(visitor, asked, &chips))
        (empty(Icon::Filter, "Nothing to show", hint, &all))
    };
    let page = visitor.list_page(Room::Assets, "Assets", &inside);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The list as it stands on the screen, every page of it.
pub async fn csv(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Csv).await
}

pub async fn xlsx(visitor: Visitor, Query(asked): Query<Answers>) -> Result<Response, Refused> {
    file(&visitor, &asked, Format::Xlsx).await
}

async fn file(visitor: &Visitor, asked: &Answers, format: Format) -> Result<Response, Refused> {
    let assets = AssetQuery { cursor: None, ..wanted(visitor, asked).await? };
    let mut columns = columns::read(visitor, asked).await?.shown;
    let archived = AssetColumn::Register(RegisterColumn::ArchivedAt);
    if assets.archived != Archived::Without && !columns.contains(&archived) {
        // On the screen the mark beside the tag.
        columns.push(archived);
    }
    download::file(visitor, Box::new(AssetList { assets, columns }), format).await
}

fn list(
    visitor: &Visitor,
    asked: &Answers,
    columns: &[AssetColumn],
    found: Page<AssetRow>,
    cells: Vec<Vec<Cell>>,
    count: Count,
) -> Markup {
    let turn = |cursor: Option<app::assets::Cursor>| {
        cursor.map(|at| list_of(visitor, &asked.with("cursor", &at.to_string())))
    };
    let (newer, older) = (turn(found.previous), turn(found.next));
    let rows = found.items.iter().zip(&cells);
    let rows = rows.map(|(asset, cells)| row(visitor, columns, asset, cells)).collect::<Vec<_>>();
    let pager = Pager {
        shown: few(rows.len()),
        total: few(count.n),
        more: count.more,
        newer: newer.as_deref(),
        older: older.as_deref(),
    };
    html! {
        @if rows.is_empty() { (nothing_found(visitor, asked)) }
        @else { (bulks::bar(visitor, asked, count)) (table(visitor, asked, columns, rows)) (pager) }
    }
}

/// What the address asks for; a filter that cannot be read is refused, not passed over.
pub async fn wanted(visitor: &Visitor, asked: &Answers) -> Result<AssetQuery, Refused> {
    Ok(ordered(asked, filters::read(visitor, asked).await?))
}

fn ordered(asked: &Answers, filters: AssetQuery) -> AssetQuery {
    let sort = asked.get("sort");
    let word = sort.trim_start_matches('-');
    AssetQuery {
        q: asked.some("q").map(str::to_owned),
        sort: app::assets::sort(word).unwrap_or_default(),
        descending: sort.starts_with('-'),
        cursor: asked.get("cursor").parse().ok(),
        limit: ROWS,
        ..filters
    }
}

/// What is said of the order and the place in it, and is neither.
fn lost(asked: &Answers) -> impl Iterator<Item = (&str, &str)> {
    let sort = asked.some("sort");
    let sort = sort.filter(|text| app::assets::sort(text.trim_start_matches('-')).is_none());
    let cursor = asked.some("cursor");
    let cursor = cursor.filter(|text| text.parse::<app::assets::Cursor>().is_err());
    [("sort", sort), ("cursor", cursor)].into_iter().filter_map(|(name, text)| Some((name, text?)))
}

fn list_of(visitor: &Visitor, asked: &Answers) -> String {
    asked.without("edit").at(&visitor.to("assets"))
}

/// A menu of files that hold what is shown, however many pages it has.
pub fn downloads(visitor: &Visitor, asked: &Answers, path: &str) -> Markup {
    let asked = asked.without("edit").without("cursor");
    let at = |format: Format| asked.at(&visitor.to(&format!("{path}.{format}")));
    let items = html! {
        (menu_link(&at(Format::Xlsx), Some(Icon::FileSpreadsheet), "Excel workbook"))
        (menu_link(&at(Format::Csv), Some(Icon::Download), "CSV"))
    };
    menu(Opens::BelowEnd, "button", &html! { (Icon::Download) "Download" }, &items)
}

fn noted(count: Count) -> String {
    let more = if count.more { "+" } else { "" };
    format!("{}{more}", crate::components::chart::grouped(few(count.n)))
}

fn folded(visitor: &Visitor, asked: &Answers, count: Count) -> Markup {
    html! {
        @if count.n > 0 {
            (downloads(visitor, asked, "assets"))
            (Button::link(&labels::of_list(visitor, asked), "Labels").icon(Icon::Printer))
        }
        @if visitor.may(Role::Operator) {
            (Button::link(&visitor.to("bulks/new?action=check_out"), "Check out several").icon(Icon::ArrowRight))
            (Button::link(&visitor.to("bulks/new?action=check_in"), "Check in several").icon(Icon::ArrowLeft))
        }
    }
}

fn actions(visitor: &Visitor) -> Markup {
    html! {
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("assets/new"), "New asset").icon(Icon::Plus).primary().key('c'))
        }
    }
}

fn toolbar(visitor: &Visitor, asked: &Answers, chips: &Markup) -> Markup {
    let kept = asked.without("q").without("cursor").without("edit");
    let kept: Vec<_> = kept.pairs().collect();
    // An address that asks for a search and does not say yet for what wants one.
    let q = (asked.get("q"), asked.all("q").next() == Some(""));
    html! {
        div.toolbar {
            (search_box_wanted(&visitor.to("assets"), q, "Search assets", &kept, "#main"))
            (chips)
        }
    }
}

fn table(visitor: &Visitor, asked: &Answers, shown: &[AssetColumn], rows: Vec<Row>) -> Markup {
    let words = shown.iter().map(|column| (column.key(), column.column().label));
    let heads = ordered::heads(asked, &visitor.to("assets"), "tag", words);
    let columns: Vec<_> = heads
        .iter()
        .map(|head| {
            // What somebody chose is not known by its looks.
            let column = head.column().named(!AssetColumn::USUAL.contains(&head.word.as_str()));
            match head.word.as_str() {
                "tag" => column.title(),
                "status" => column.aside(),
                "location" => column.drop().flow(),
                "updated_at" | "created_at" => column.drop(),
                "cost" => column.num(),
                "notes" => column.wrap(),
                "name" | "product" | "custodian" | "manufacturer" | "category" | "supplier"
                | "department" => column.flow(),
                _ => column,
            }
        })
        .collect();
    let table = Table::new("Assets", &columns, rows);
    html! { (if visitor.may(Role::Operator) { table.picks_for(bulks::PICKS) } else { table }) }
}

fn row(visitor: &Visitor, columns: &[AssetColumn], row: &AssetRow, cells: &[Cell]) -> Row {
    let cells = columns.iter().zip(cells).map(|(column, cell)| shown(visitor, column, row, cell));
    let shown = Row::new(cells.collect());
    if visitor.may(Role::Operator) {
        shown.pick(row.asset.id.to_string(), row.asset.tag.as_str())
    } else {
        shown
    }
}

fn shown(visitor: &Visitor, column: &AssetColumn, row: &AssetRow, cell: &Cell) -> Markup {
    let asset = &row.asset;
    match column {
        AssetColumn::Register(RegisterColumn::Tag) => html! {
            a href=(path(visitor, row)) { (asset.tag) }
            @if asset.archived_at.is_some() { " " (crate::components::badge(None, "archived")) }
        },
        AssetColumn::Register(RegisterColumn::Serial) => {
            asset.serial.as_ref().map_or_else(|| html! {}, |serial| copyable(serial.as_str()))
        }
        AssetColumn::Register(RegisterColumn::Custodian) => custodian(visitor, row),
        AssetColumn::Register(RegisterColumn::Status) => words::status_of(&row.status),
        AssetColumn::Register(RegisterColumn::UpdatedAt) => visitor.now.ago(asset.updated_at),
        AssetColumn::Register(RegisterColumn::CreatedAt) => visitor.now.ago(asset.created_at),
        AssetColumn::Custom(field) => {
            let value = asset.fields.get(field.key.as_str());
            value.map_or_else(|| html! {}, |value| super::values::value(field, value))
        }
        AssetColumn::Register(_) | AssetColumn::Kandji(..) => match cell {
            Cell::Moment(at) => visitor.now.ago(*at),
            cell => super::reports::cell(visitor, &column.column(), cell),
        },
    }
}

pub fn custodian(visitor: &Visitor, row: &AssetRow) -> Markup {
    let held = row.asset.custodian.zip(row.custodian.as_deref());
    html! { @if let Some((custodian, name)) = held { (words::custodian(visitor.home(), custodian, name)) } }
}

/// Where an asset's page stands: by its tag, as people write it, unless the tag means something else.
pub fn path(visitor: &Visitor, row: &AssetRow) -> String {
    let tag = row.asset.tag.as_str();
    let taken = ["ast_", "tag:"].iter().any(|prefix| tag.starts_with(prefix));
    let odd = taken || tag == "new" || tag.chars().all(|c| c == '.');
    let which = if odd { row.asset.id.to_string() } else { part(tag) };
    visitor.to(&format!("assets/{which}"))
}

/// The same where only the tag is known; a tag that means something else is looked up as one.
pub fn part_of(tag: &str) -> String {
    let odd = tag == "new" || tag.starts_with("ast_") || tag.starts_with("tag:");
    let odd = odd || tag.chars().all(|c| c == '.');
    format!("assets/{}{}", if odd { "tag:" } else { "" }, part(tag))
}

fn none_yet(visitor: &Visitor) -> Markup {
    let connect = html! {
        @if visitor.may(Role::Administrator) {
            (Button::link(&visitor.to("sources/new"), "Connect Kandji").icon(Icon::Plug).primary())
        }
        @if visitor.may(Role::Manager) {
            (Button::link(&visitor.to("imports"), "Import a spreadsheet").icon(Icon::FileSpreadsheet))
            (Button::link(&visitor.to("assets/new"), "Add one by hand").icon(Icon::Plus))
        }
    };
    let hint = "Connect Kandji and every device appears here within seconds, import a spreadsheet, or add what Kandji does not know by hand.";
    empty(Icon::Laptop, "No assets yet", hint, &connect)
}

fn nothing_found(visitor: &Visitor, asked: &Answers) -> Markup {
    let again = html! {
        (Button::link(&visitor.to("assets"), "Show all assets"))
        @if asked.get("archived").is_empty() {
            (Button::link(&list_of(visitor, &asked.without("cursor").with("archived", "any")), "Look among archived ones too"))
        }
    };
    let hint = "Every word you type must stand in the tag, name, serial, product, custodian, a custom field or what Kandji says of it.";
    empty(Icon::Search, "No asset fits", hint, &again)
}
