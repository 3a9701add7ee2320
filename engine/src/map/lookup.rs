//! Joined tables: rows found by key, and as of a time, in memory.

use super::pick::{Path, Scope};
use super::stamp::FOREVER;
use super::{Fault, Mapping, Pick, Stamp, Tree};
use crate::time::{Instant, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is kept of a joined table: which columns are its key, and from when to when a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSpec {
    /// Position in [`Mapping::tables`].
    pub table: usize,
    /// The key columns.
    pub columns: Vec<Arc<str>>,
    /// The columns that say when a row holds.
    pub as_of: Option<AsOf>,
}

/// From when to when a row holds: `[from, to)`; an empty `to` is for ever, an empty `from` since ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// Column.
    pub from: Arc<str>,
    /// Column.
    pub to: Option<Arc<str>>,
    /// How both are written.
    pub stamp: Stamp,
}

/// Rows of another table that belong to a row.
#[derive(Clone, Debug)]
pub struct Join {
    /// Position in [`Mapping::indexes`].
    pub index: usize,
    /// Values of the key columns, in their order.
    pub on: Vec<Pick>,
    /// The moment at which the row must hold.
    pub at: Option<(Path, Stamp)>,
}

#[derive(Clone, Debug)]
struct Held {
    from: Instant,
    to: Instant,
    row: Arc<Tree>,
}

/// The joined tables, indexed. Fill it with [`Lookup::add`], then [`Lookup::seal`] it.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    indexes: Vec<BTreeMap<Vec<Box<str>>, Vec<Held>>>,
}

impl Lookup {
    /// An empty one for a mapping.
    #[must_use]
    pub fn new(mapping: &Mapping) -> Self {
        Self { indexes: mapping.indexes.iter().map(|_| BTreeMap::new()).collect() }
    }

    /// Takes in a row of the table at this position. A row without its key is of no use to anybody and left out.
    ///
    /// # Errors
    /// A row whose times cannot be read is not taken.
    pub fn add(&mut self, mapping: &Mapping, table: usize, row: Tree) -> Result<(), Fault> {
        let row = Arc::new(row);
        for (spec, index) in mapping.indexes.iter().zip(&mut self.indexes) {
            if spec.table != table {
                continue;
            }
            let key: Option<Vec<Box<str>>> =
                spec.columns.iter().map(|c| cell(&row, c).map(Box::from)).collect();
            let Some(key) = key else {
                continue;
            };
            let (from, to) = match &spec.as_of {
                None => (Instant(i64::MIN), FOREVER),
                Some(as_of) => (
                    edge(&row, &as_of.from, &as_of.stamp, &mapping.zone)?.unwrap_or(Instant(i64::MIN)),
                    match &as_of.to {
                        None => FOREVER,
                        Some(to) => edge(&row, to, &as_of.stamp, &mapping.zone)?.unwrap_or(FOREVER),
                    },
                ),
            };
            index.entry(key).or_default().push(Held { from, to, row: Arc::clone(&row) });
        }
        Ok(())
    }

    /// Puts rows in the order of their times; equal ones stay as they came.
    pub fn seal(&mut self) {
        for rows in self.indexes.iter_mut().flat_map(BTreeMap::values_mut) {
            rows.sort_by_key(|h| h.from);
        }
    }

    /// The row that a join leads to: without a time the first, with one the last that had begun and holds.
    pub(super) fn find(&self, join: &Join, scope: &Scope<'_>) -> Result<Option<&Tree>, Fault> {
        let Some(index) = self.indexes.get(join.index) else {
            return Ok(None);
        };
        let mut key: Vec<Box<str>> = Vec::with_capacity(join.on.len());
        for pick in &join.on {
            match pick.text(scope)? {
                Some(text) => key.push(text.into_boxed_str()),
                None => return Ok(None),
            }
        }
        let Some(rows) = index.get(&key) else {
            return Ok(None);
        };
        let held = match &join.at {
            None => rows.first(),
            Some((path, stamp)) => {
                let Some(text) = path.text(scope)? else {
                    return Ok(None);
                };
                let at = stamp.read(text, &scope.mapping.zone).ok_or_else(|| bad_time(&path.shown, text))?.at;
                let begun = rows.partition_point(|h| h.from <= at);
                rows.iter().take(begun).rev().find(|h| at < h.to)
            }
        };
        Ok(held.map(|h| h.row.as_ref()))
    }
}

fn cell<'a>(row: &'a Tree, column: &Arc<str>) -> Option<&'a str> {
    row.at(std::slice::from_ref(column)).and_then(Tree::text)
}

fn edge(row: &Tree, column: &Arc<str>, stamp: &Stamp, zone: &Zone) -> Result<Option<Instant>, Fault> {
    cell(row, column)
        .map(|text| stamp.read(text, zone).map(|m| m.at).ok_or_else(|| bad_time(column, text)))
        .transpose()
}

pub(super) fn bad_time(at: &str, text: &str) -> Fault {
    let text: String = text.chars().take(80).collect();
    Fault {
        code: "bad_time",
        at: at.to_owned(),
        zh: format!("“{at}”不是时间：{text:?}"),
        en: format!("`{at}` is no time: {text:?}"),
    }
}
