//! How things are laid out for people: as names and values, and as tables.

use super::escape::escaped;
use comfy_table::{presets, Attribute, Cell, CellAlignment, ContentArrangement, Table};

/// How wide a table is where there is no terminal to ask.
const WIDTH: u16 = 100;

/// Names and values of one thing, in the order of interest.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    rows: Vec<(String, String)>,
}

impl Sheet {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value. Whatever a stranger wrote can be in it.
    #[must_use]
    pub fn row(mut self, name: &str, value: impl ToString) -> Self {
        self.rows.push((name.into(), value.to_string()));
        self
    }

    /// Adds a value, if there is one.
    #[must_use]
    pub fn row_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.row(name, value),
            None => self,
        }
    }

    /// The lines of it, values under each other.
    pub fn lines(&self) -> Vec<String> {
        let widths = self.rows.iter().map(|(name, _)| name.chars().count());
        let width = widths.max().unwrap_or(0) + 1;
        let line = |(name, value): &(String, String)| {
            let name = format!("{name}:");
            format!("{name:width$} {}", escaped(value))
        };
        self.rows.iter().map(line).collect()
    }
}

/// A table that fits the terminal. Columns whose names begin with `>` are aligned to the right.
pub struct Rows {
    table: Table,
    right: Vec<bool>,
}

impl Rows {
    pub fn new(columns: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        if table.width().is_none() {
            table.set_width(WIDTH);
        }
        let names = columns.iter().map(|name| {
            let cell = Cell::new(name.trim_start_matches('>').to_uppercase());
            cell.add_attribute(Attribute::Bold)
        });
        table.set_header(names);
        let right: Vec<_> = columns.iter().map(|name| name.starts_with('>')).collect();
        for (place, column) in table.column_iter_mut().enumerate() {
            // What stands first begins where other lines do.
            column.set_padding((0, 2));
            if right[place] {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self { table, right }
    }

    /// Adds a row. Whatever a stranger wrote can be in it.
    pub fn add(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.right.len());
        self.table.add_row(cells.iter().map(|cell| escaped(cell)));
    }

    pub fn is_empty(&self) -> bool {
        self.table.row_iter().next().is_none()
    }

    /// The lines of it. Styles only if they are wanted.
    pub fn lines(&mut self, styled: bool) -> Vec<String> {
        match styled {
            true => drop(self.table.enforce_styling()),
            false => drop(self.table.force_no_tty()),
        }
        self.table
            .lines()
            .map(|line| line.trim_end().to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_under_each_other_in_the_order_of_interest() {
        let sheet = Sheet::new()
            .row("title", "a\nb")
            .row("sum", "1 UNIT")
            .row_if("goal", None::<&str>)
            .row("sponsors", "none");
        assert_eq!(
            sheet.lines(),
            ["title:    a\\nb", "sum:      1 UNIT", "sponsors: none"]
        );
    }

    #[test]
    fn table_fits_and_shows_no_control_characters() {
        let mut rows = Rows::new(&["item", ">price"]);
        rows.add(vec!["\u{1b}[2J".into(), "0.5 UNIT".into()]);
        rows.add(vec!["x ".repeat(200), "12 UNIT".into()]);
        let lines = rows.lines(false);
        assert!(lines
            .iter()
            .all(|line| line.chars().count() <= usize::from(WIDTH)));
        assert!(lines.iter().all(|line| !line.chars().any(char::is_control)));
        assert!(lines[0].starts_with("ITEM"));
        assert!(lines[1].starts_with("\\u{1b}[2J"));
        assert!(lines[1].ends_with("0.5 UNIT"));
    }
}
