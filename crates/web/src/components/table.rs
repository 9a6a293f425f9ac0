//! Rows and columns; on a phone each row becomes a short paragraph (assets/css/components/table.css).

use maud::{Markup, Render, html};

use super::Icon;

/// Which way a column is sorted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    No,
    Up,
    Down,
}

/// `Column::new("Updated").sort("?sort=-updated_at", Sorted::No).drop()`
#[must_use]
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    label: &'a str,
    sort: Option<(&'a str, Sorted)>,
    place: &'static str,
    cell: &'static str,
    named: bool,
}

impl<'a> Column<'a> {
    pub const fn new(label: &'a str) -> Self {
        Self { label, sort: None, place: "", cell: "", named: false }
    }

    /// `href` is the list sorted by this column, the other way round if it already is.
    pub const fn sort(self, href: &'a str, sorted: Sorted) -> Self {
        Self { sort: Some((href, sorted)), ..self }
    }

    /// What the row is called; a phone shows it first, on its own line.
    pub const fn title(self) -> Self {
        Self { place: "title", ..self }
    }

    /// A phone shows it at the end of the title's line.
    pub const fn aside(self) -> Self {
        Self { place: "aside", ..self }
    }

    /// A phone does without it.
    pub const fn drop(self) -> Self {
        Self { place: "drop", ..self }
    }

    /// Numbers: aligned at their last digit.
    pub const fn num(self) -> Self {
        Self { cell: "num", ..self }
    }

    /// Names: broken into two lines where the table would not fit.
    pub const fn flow(self) -> Self {
        Self { cell: "flow", ..self }
    }

    /// Sentences: broken into lines.
    pub const fn wrap(self) -> Self {
        Self { cell: "wrap", ..self }
    }

    /// A phone says before the value what it is.
    pub const fn named(self, named: bool) -> Self {
        Self { named, ..self }
    }

    fn class(&self) -> Option<String> {
        let names: Vec<_> =
            [self.place, self.cell].into_iter().filter(|name| !name.is_empty()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    fn head(&self) -> Markup {
        let sorted = self.sort.map_or(Sorted::No, |(_, sorted)| sorted);
        let (aria, arrow) = match sorted {
            Sorted::No => (None, None),
            Sorted::Up => (Some("ascending"), Some(Icon::ChevronUp)),
            Sorted::Down => (Some("descending"), Some(Icon::ChevronDown)),
        };
        html! {
            th class=[self.class()] scope="col" aria-sort=[aria] {
                @match self.sort {
                    Some((href, _)) => a.sort href=(href) { (self.label) @if let Some(arrow) = arrow { (arrow) } },
                    None => (self.label),
                }
            }
        }
    }
}

/// One row's cells, in the columns' order. An empty cell stays empty.
#[must_use]
#[derive(Debug)]
pub struct Row {
    cells: Vec<Markup>,
    pick: Option<(String, String)>,
}

impl Row {
    pub const fn new(cells: Vec<Markup>) -> Self {
        Self { cells, pick: None }
    }

    /// Makes the row selectable: the value its checkbox sends and what the row is called.
    pub fn pick(self, value: impl Into<String>, name: impl Into<String>) -> Self {
        Self { pick: Some((value.into(), name.into())), ..self }
    }
}

/// `Table::new("Assets", &columns, rows)`; in a list page it fills the window and scrolls by itself.
#[must_use]
#[derive(Debug)]
pub struct Table<'a> {
    label: &'a str,
    columns: &'a [Column<'a>],
    rows: Vec<Row>,
    form: Option<&'a str>,
}

impl<'a> Table<'a> {
    pub const fn new(label: &'a str, columns: &'a [Column<'a>], rows: Vec<Row>) -> Self {
        Self { label, columns, rows, form: None }
    }

    /// The form that the rows' checkboxes belong to.
    pub fn picks_for(self, form: &'a str) -> Self {
        Self { form: Some(form), ..self }
    }

    fn row(&self, row: &Row, classes: &[Option<String>]) -> Markup {
        html! {
            tr {
                @if let Some((value, name)) = &row.pick {
                    td.pick { input type="checkbox" name="pick" value=(value) form=[self.form] aria-label={ "Select " (name) }; }
                }
                @for ((class, column), cell) in classes.iter().zip(self.columns).zip(&row.cells) {
                    td class=[class] data-label=[column.named.then_some(column.label)] { (cell) }
                }
            }
        }
    }
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        let classes: Vec<_> = self.columns.iter().map(Column::class).collect();
        html! {
            div.table-box role="region" aria-label=(self.label) tabindex="0" {
                table.table data-rows {
                    thead {
                        tr {
                            @if self.form.is_some() {
                                th.pick scope="col" {
                                    span.spoken { "Select" }
                                    input type="checkbox" data-pick-all aria-label="Select all shown" hidden;
                                }
                            }
                            @for column in self.columns { (column.head()) }
                        }
                    }
                    tbody { @for row in &self.rows { (self.row(row, &classes)) } }
                }
            }
        }
    }
}

/// In place of a table without rows: why it is empty and what to do next.
pub fn empty(icon: Icon, title: &str, hint: &str, actions: &Markup) -> Markup {
    html! {
        div.empty { (icon) h2 { (title) } p { (hint) } div.row { (actions) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &Table<'_>, expect: &str) {
        let html = table.render().into_string();
        assert!(html.contains(expect), "{html}");
    }

    #[test]
    fn a_sorted_column_says_so_and_links_to_the_other_way() {
        let columns = [Column::new("Name").sort("?sort=-name", Sorted::Up)];
        check(
            &Table::new("Assets", &columns, vec![]),
            "aria-sort=\"ascending\"><a class=\"sort\" href=\"?sort=-name\">",
        );
    }

    #[test]
    fn cells_take_the_class_of_their_column() {
        let columns = [Column::new("Cost").num()];
        let rows = vec![Row::new(vec![html! { "499.90" }])];
        check(&Table::new("Assets", &columns, rows), "<td class=\"num\">499.90</td>");
    }

    #[test]
    fn a_row_can_be_picked_by_name() {
        let columns = [Column::new("Name")];
        let rows = vec![Row::new(vec![html! { "x" }]).pick("a1", "\"MBP\"")];
        check(
            &Table::new("Assets", &columns, rows).picks_for("bulk"),
            "form=\"bulk\" aria-label=\"Select &quot;MBP&quot;\"",
        );
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let html = empty(
            Icon::Package,
            "No assets yet",
            "Connect Kandji <or> import",
            &html! { a href="/x" { "Import" } },
        );
        assert!(html.into_string().contains("Connect Kandji &lt;or&gt; import"));
    }
}
