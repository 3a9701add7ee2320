//! Orders as work: what each waits for, at whose hands, since when. For a department, a patient, a visit.

use super::{Choice, Linked};
use crate::chrome::Chrome;
use crate::timeline::{Sentence, Tag};
use serde::Serialize;

/// All departments.
#[derive(Clone, Debug, Serialize)]
pub struct Departments {
    /// Its frame.
    pub chrome: Chrome,
    /// One for each campus.
    pub campuses: Vec<CampusWork>,
}

/// The departments of a campus.
#[derive(Clone, Debug, Serialize)]
pub struct CampusWork {
    /// Its name.
    pub title: String,
    /// Its departments, the one with most open first.
    pub rows: Vec<DepartmentRow>,
}

/// A department in the list.
#[derive(Clone, Debug, Serialize)]
pub struct DepartmentRow {
    /// Its page.
    pub href: String,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its wards, each with a page of its own.
    pub wards: Vec<Linked>,
    /// Open orders.
    pub open: String,
    /// Interrupted ones among them; empty: none.
    pub interrupted: String,
    /// When the first of them opened; empty: nothing is open.
    pub oldest: String,
}

/// What is open for a department.
#[derive(Clone, Debug, Serialize)]
pub struct Department {
    /// Its frame.
    pub chrome: Chrome,
    /// Its name.
    pub title: String,
    /// What these orders are, and whether they are all.
    pub intro: String,
    /// The address without any filter.
    pub action: String,
    /// The campus that the address says.
    pub campus: String,
    /// The loops to choose from.
    pub loops: Vec<Choice>,
    /// The nodes to choose from.
    pub nodes: Vec<Choice>,
    /// The hands to choose from.
    pub hands: Vec<Choice>,
    /// Whether only what is overdue or broken is shown.
    pub late: bool,
    /// The address without filters, when any is set.
    pub clear: Option<String>,
    /// Where orders are stuck.
    pub places: Vec<Place>,
    /// The orders.
    pub work: Vec<Work>,
    /// What stands there when there is none.
    pub empty: String,
}

/// A node at which orders are stuck.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The page with only those.
    pub href: String,
    /// Name of the loop.
    pub of: String,
    /// Name of the node.
    pub title: String,
    /// How many orders wait there.
    pub n: usize,
    /// How many of them are overdue.
    pub overdue: usize,
    /// The longest wait; empty: unknown.
    pub longest: String,
}

/// All of a patient or of a visit.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Its frame.
    pub chrome: Chrome,
    /// Name of the patient.
    pub name: String,
    /// Sex, age, ward, bed, numbers.
    pub parts: Vec<String>,
    /// The visits of the patient, or the patient of the visit.
    pub links: Vec<Linked>,
    /// Where the patient is; of a patient, not of a visit.
    pub now: Option<Stay>,
    /// What is known of where the patient was, the last first.
    pub moves: Vec<MoveRow>,
    /// Of a visit: what is late or broken, what goes on, what has ended. Of a patient: the visits, the latest first.
    pub groups: Vec<Group>,
    /// Whether there are more than are shown.
    pub more: Option<String>,
}

/// Where a patient is.
#[derive(Clone, Debug, Serialize)]
pub struct Stay {
    /// In the hospital, discharged …
    pub state: String,
    /// Campus, department, ward, bed.
    pub place: Vec<String>,
    /// Since when and from where that is known.
    pub known: String,
}

/// One move of a patient.
#[derive(Clone, Debug, Serialize)]
pub struct MoveRow {
    /// When, for machines and for people.
    pub at: (String, String),
    /// What it was.
    pub what: String,
    /// Campus, department, ward, bed, as stated.
    pub place: Vec<String>,
    /// The visit.
    pub visit: Linked,
    /// The source, leading to the message.
    pub source: Linked,
}

/// Orders under a title.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The title.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
    /// How many of them need somebody, where the title does not say so.
    pub late: usize,
    /// The orders.
    pub work: Vec<Work>,
}

/// An order as work.
#[derive(Clone, Debug, Serialize)]
pub struct Work {
    /// Its timeline.
    pub href: String,
    /// Its key.
    pub key: String,
    /// Name of the loop.
    pub title: String,
    /// Name of the campus.
    pub campus: String,
    /// Its status.
    pub status: Tag,
    /// The patient, and where all of the patient is.
    pub patient: Linked,
    /// Ward and bed.
    pub place: String,
    /// The one sentence that matters.
    pub headline: Sentence,
    /// When it opened.
    pub opened: String,
    /// When it ended.
    pub closed: Option<String>,
    /// What it waits for; none when it has ended.
    pub owed: Option<OwedItem>,
    /// How many other nodes it waits for.
    pub others: usize,
}

/// What an order waits for.
#[derive(Clone, Debug, Serialize)]
pub struct OwedItem {
    /// The node.
    pub title: String,
    /// The track; empty: the order's own.
    pub track: String,
    /// Its status.
    pub status: Tag,
    /// Department or ward, and roles, at whose hands it is.
    pub hands: String,
    /// Since when.
    pub since: String,
    /// How long.
    pub waited: String,
    /// Standard duration.
    pub standard: String,
    /// Beyond the standard.
    pub over: String,
    /// The last moment in time.
    pub due: String,
}
