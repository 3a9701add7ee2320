//! Lengths that hang on what was recorded: named windows and named durations, a row for each case.

use crate::catalogue::Named;
use crate::graph::{Length, NodeIx};
use crate::name::{FieldCode, TableCode};
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// Index of a table in [`crate::graph::Definition::lengths`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LengthsIx(pub u16);

/// A table of windows or of durations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    /// Its code.
    pub code: TableCode,
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The fields whose values choose the row.
    pub keys: Vec<FieldCode>,
    /// The first that fits is taken.
    pub rows: Vec<Row>,
    /// Where none fits, or a value that would tell is not known.
    pub default: Cell,
}

/// One row: for which values, and what holds for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// One for each of the keys; `None`: any value, also an unknown one.
    pub when: Vec<Option<Value>>,
    /// What holds then.
    #[serde(flatten)]
    pub cell: Cell,
}

/// A window around a planned time; a duration has its upper edge alone.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Lower edge of a window relative to the planned time; absent in a duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Length>,
    /// Upper edge of a window, or the duration.
    pub to: Length,
    /// How long after the window's end until it counts as overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Length>,
}

/// Where a node reads the row of its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed {
    /// The table.
    pub table: LengthsIx,
    /// Where each of its keys is recorded, this node itself included.
    pub keys: Vec<(NodeIx, FieldCode)>,
}

impl Lengths {
    /// Whether it holds windows; otherwise durations.
    #[must_use]
    pub const fn is_window(&self) -> bool {
        self.default.from.is_some()
    }

    /// The row for these values of its keys.
    #[must_use]
    pub fn cell(&self, values: &[Option<&Value>]) -> Cell {
        let fits = |row: &&Row| {
            let mut pairs = row.when.iter().zip(values.iter().chain(std::iter::repeat(&None)));
            pairs.all(|(wanted, is)| wanted.as_ref().is_none_or(|w| *is == Some(w)))
        };
        self.rows.iter().find(fits).map_or(self.default, |row| row.cell)
    }

    /// Every length in it.
    pub fn lengths(&self) -> impl Iterator<Item = Length> {
        let cells = self.rows.iter().map(|r| r.cell).chain([self.default]);
        cells.flat_map(|c| [c.from, Some(c.to), c.missed]).flatten()
    }
}
