//! A row for programs: an object with the columns' keys, in the columns' order.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column};

#[derive(Debug, Clone, Copy)]
pub struct JsonRow<'a> {
    pub columns: &'a [Column],
    pub cells: &'a [Cell],
}

/// Instants and amounts are text, sizes are bytes, what is blank is `null`.
struct JsonCell<'a>(&'a Cell);

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            map.serialize_entry(&column.key, &JsonCell(cell))?;
        }
        map.end()
    }
}

impl Serialize for JsonCell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Blank => to.serialize_none(),
            Cell::Text(text) => to.serialize_str(text),
            Cell::Whole(number) => to.serialize_i64(*number),
            Cell::Number(number) => to.serialize_f64(*number),
            Cell::Money { minor, digits } => to.serialize_str(&documents::amount(*minor, *digits)),
            Cell::Size(bytes) => to.serialize_u64(*bytes),
            Cell::YesNo(yes) => to.serialize_bool(*yes),
            Cell::Date(date) => to.collect_str(date),
            Cell::Moment(at) => to.collect_str(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_an_object_in_the_order_of_its_columns() {
        let columns = ["b", "a", "c"].map(|key| Column::new(key, key, 1));
        let cells = [Cell::Money { minor: 5, digits: 2 }, Cell::Blank, Cell::YesNo(true)];
        let row = JsonRow { columns: &columns, cells: &cells };
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(text, r#"{"b":"0.05","a":null,"c":true}"#);
    }
}
