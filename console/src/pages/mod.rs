//! The models of the plain pages: what their templates may ask for.

mod alerts;
mod definition;
mod intake;
mod loops;
mod work;

pub use alerts::{Alert, Alerts, Can, Step, alert, alert_tag, severity_tag};
pub use definition::{
    Definition, Difference, EndingItem, EventOf, FieldOf, MeasureItem, NodeItem, ParamItem, ParamValue,
    RuleItem, TestItem, definition,
};
pub use intake::{Quarantine, QuarantineItem, QuarantineRow, Waiting, WaitingRow};
pub use loops::{LoopItem, Loops, loops};
pub use work::{
    CampusWork, Department, DepartmentRow, Departments, Group, MoveRow, OwedItem, Person, Place, Stay, Work,
};

use crate::chrome::Chrome;
use crate::timeline::{Sentence, Tag};
use serde::Serialize;

/// The start page.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// Its frame.
    pub chrome: Chrome,
    /// How many instances have each status.
    pub tiles: Vec<Tile>,
    /// What is open.
    pub open: List,
    /// What opened last.
    pub newest: List,
}

/// A number that leads to its rows.
#[derive(Clone, Debug, Serialize)]
pub struct Tile {
    /// Where it leads.
    pub href: String,
    /// The number.
    pub n: String,
    /// What it counts.
    pub title: String,
}

/// The list of orders.
#[derive(Clone, Debug, Serialize)]
pub struct Orders {
    /// Its frame.
    pub chrome: Chrome,
    /// What was searched for.
    pub q: String,
    /// The statuses to choose from.
    pub statuses: Vec<Choice>,
    /// The loops to choose from.
    pub loops: Vec<Choice>,
    /// The campuses to choose from.
    pub campuses: Vec<Choice>,
    /// Whether only what is overdue or broken is shown.
    pub late: bool,
    /// What the order of the rows is, and whether they are all; none: the newest first.
    pub note: Option<String>,
    /// Whether any filter is set.
    pub filtered: bool,
    /// The rows.
    pub list: List,
    /// The first page, when this is a later one.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// One entry of a choice.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Its value in the address.
    pub value: String,
    /// What it says.
    pub title: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A list of instances.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// Its rows.
    pub rows: Vec<Row>,
    /// What stands there when it has none.
    pub empty: String,
}

/// One instance in a list.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its timeline.
    pub href: String,
    /// Its key.
    pub key: String,
    /// What the key is: the name of the loop's key field.
    pub key_title: String,
    /// Name of the loop.
    pub title: String,
    /// Name of the campus.
    pub campus: String,
    /// Its status.
    pub status: Tag,
    /// The patient.
    pub patient: String,
    /// All loops of the patient, where the patient has a number.
    pub person: Option<String>,
    /// Ward and bed.
    pub place: Option<String>,
    /// The one sentence that matters.
    pub headline: Sentence,
    /// When it opened.
    pub opened: String,
    /// How long it has been open, or was.
    pub lasted: String,
}

/// The raw message behind a node.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Its frame.
    pub chrome: Chrome,
    /// What is known of it.
    pub facts: Vec<Linked>,
    /// Its text, once for each revision.
    pub versions: Vec<Version>,
}

/// One text of a message.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// Which.
    pub title: String,
    /// As it came.
    pub text: String,
}

/// A titled text that may lead somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Linked {
    /// Its title.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// A plain list, or an error said plainly.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    /// Its frame.
    pub chrome: Chrome,
    /// What it is about.
    pub intro: String,
    /// Titles of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there when it has none; empty: nothing.
    pub empty: String,
    /// The next page.
    pub next: Option<String>,
}

/// A cell that may lead somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// It stands on one line.
    pub whole: bool,
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, whole: false }
    }
    /// A text that leads somewhere.
    #[must_use]
    pub fn link(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), href: Some(href), whole: false }
    }
    /// A number, which no line breaks.
    #[must_use]
    pub fn number(number: impl std::fmt::Display) -> Self {
        Self { text: number.to_string(), href: None, whole: true }
    }
}
