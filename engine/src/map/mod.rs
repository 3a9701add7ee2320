//! Messages become events: one interpreter for every source system, driven by data that `sources/*.yaml` states.
//!
//! Nothing here reads a file or knows a syntax. The caller turns CSV, HL7, XML or JSON into a [`Tree`], hands joined rows to a
//! [`Lookup`], and calls [`run`] for each driving row. What comes out are CloudEvents, rows that were left out on purpose with
//! the reason, and rows that could not be mapped with what is wrong: nothing is lost silently.

mod condition;
mod event;
mod lookup;
mod pick;
mod run;
mod stamp;
mod tree;

pub use condition::{Condition, Test};
pub use event::{Make, set_path};
pub use lookup::{AsOf, IndexSpec, Join, Lookup};
pub use pick::{Base, Path, Pick, Piece};
pub use run::{Mapped, Outcome, run};
pub use stamp::{Format, Stamp};
pub use tree::Tree;

use crate::name::{CampusCode, SystemCode};
use crate::time::{Precision, Span, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One `sources/*.yaml`, lowered.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The code of the source, for messages.
    pub name: Arc<str>,
    /// The system whose name its events bear unless a rule says another.
    pub system: SystemCode,
    /// The campus its events belong to; `None` when the hospital has one, or when a rule sets it.
    pub campus: Option<CampusCode>,
    /// The zone of times that state none.
    pub zone: Zone,
    /// How fine its times are unless a field says otherwise; `None`: as fine as the text shows.
    pub precision: Option<Precision>,
    /// How its times are written unless a field says otherwise.
    pub format: Format,
    /// Whether this is history: the virtual arrival of an event is its the later of `recorded_at` and its time, plus `shift`.
    pub backfill: bool,
    /// What is added to the virtual arrival.
    pub shift: Span,
    /// How long this source's events take to come, at most, in normal operation.
    pub lag: Span,
    /// In which order events leave.
    pub order: Order,
    /// What is read: files of rows.
    pub tables: Vec<Table>,
    /// Code tables of the source: value → named columns.
    pub codes: BTreeMap<Arc<str>, CodeTable>,
    /// What is done with each row, in the order of the text.
    pub rules: Vec<Rule>,
    /// The indexes that joins need; a join names one by position.
    pub indexes: Vec<IndexSpec>,
}

/// In which order the events of several files leave.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the files and rows come.
    Source,
    /// By virtual arrival; equal ones as the files and rows come.
    Arrival,
}

/// One table of a source: a set of files with the same columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name in the mapping.
    pub name: Arc<str>,
    /// File names that belong to it; `*` stands for any characters.
    pub file: Arc<str>,
    /// The columns that the mapping relies on.
    pub columns: Vec<Arc<str>>,
    /// What becomes of a row that no rule takes.
    pub rest: Rest,
}

/// What becomes of a row that no rule takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Left out, counted under this reason.
    Ignore(Arc<str>),
    /// A mistake: quarantined.
    Quarantine,
}

/// Values of the source and what they mean.
#[derive(Clone, Debug, Default)]
pub struct CodeTable {
    /// Value → column → meaning. A table with one meaning has the column `""`.
    pub rows: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Arc<str>>>,
    /// For values not listed; `None`: they are a mistake.
    pub default: Option<BTreeMap<Arc<str>, Arc<str>>>,
}

/// One rule: which rows, under which conditions, and what they become.
#[derive(Clone, Debug)]
pub struct Rule {
    /// For messages.
    pub name: Arc<str>,
    /// Position in [`Mapping::tables`].
    pub table: usize,
    /// Rows that it takes.
    pub when: Condition,
    /// Makes several out of one row.
    pub split: Option<Split>,
    /// Rows of other tables that belong to this one.
    pub joins: Vec<Join>,
    /// What becomes of them.
    pub then: Then,
}

/// What a rule does with a row.
#[derive(Clone, Debug)]
pub enum Then {
    /// One event.
    Event(Box<Make>),
    /// Nothing, counted under this reason.
    Ignore(Arc<str>),
}

/// One row holds several: each is mapped by itself, as the part `item`.
#[derive(Clone, Debug)]
pub struct Split {
    /// What is split: a list, or a text.
    pub path: Path,
    /// What stands between the parts of a text.
    pub by: Option<Arc<str>>,
}

/// What is wrong with a row, for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable code: `bad_time`, `missing`, `not_in_table`, `bad_number`, `bad_name`, `unmapped`.
    pub code: &'static str,
    /// The part of the message that is wrong, as the mapping names it; empty when it is the whole.
    pub at: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Mapping {
    /// Whether some rule runs over the rows of this table (position in [`Mapping::tables`]).
    #[must_use]
    pub fn drives(&self, table: usize) -> bool {
        self.rules.iter().any(|r| r.table == table)
    }

    /// Whether some rule joins this table.
    #[must_use]
    pub fn joins(&self, table: usize) -> bool {
        self.indexes.iter().any(|i| i.table == table)
    }
}

/// Whether a file name fits a pattern in which `*` stands for any characters.
#[must_use]
pub fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).any(|i| rest.get(i..).is_some_and(|r| fits(tail, r)))),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_file_names() {
        assert!(fits("poe.csv*", "poe.csv.gz"));
        assert!(!fits("poe.csv*", "poe_detail.csv.gz"));
        assert!(fits("*医嘱*.csv", "住院医嘱2026.csv"));
        assert!(fits("a", "a"));
        assert!(!fits("a*b", "a"));
    }
}
