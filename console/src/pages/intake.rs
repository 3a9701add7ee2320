//! What came in and is not where it belongs: waiting events, and quarantine with its form.

use super::{Cell, Linked};
use crate::chrome::Chrome;
use serde::Serialize;

/// Events that lead nowhere yet.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Its frame.
    pub chrome: Chrome,
    /// What it is about.
    pub intro: String,
    /// How many wait.
    pub total: String,
    /// By source, type and what they wait for.
    pub groups: Vec<WaitingRow>,
    /// The page without its filter, when one is set.
    pub clear: Option<String>,
    /// Titles of the columns.
    pub head: Vec<String>,
    /// The events.
    pub rows: Vec<Vec<Cell>>,
    /// What stands there when there is none.
    pub empty: String,
    /// The next page.
    pub next: Option<String>,
}

/// Events that are alike.
#[derive(Clone, Debug, Serialize)]
pub struct WaitingRow {
    /// Only those of the source.
    pub href: String,
    /// Their source.
    pub source: String,
    /// Name of their type.
    pub title: String,
    /// Their type.
    pub kind: String,
    /// What they wait for.
    pub waits: String,
    /// How many.
    pub n: String,
    /// When the first arrived.
    pub since: String,
}

/// Messages that could not be taken.
#[derive(Clone, Debug, Serialize)]
pub struct Quarantine {
    /// Its frame.
    pub chrome: Chrome,
    /// Whether it shows those that were dealt with.
    pub mended: bool,
    /// The page with the others.
    pub other: String,
    /// The messages.
    pub rows: Vec<QuarantineRow>,
    /// The next page.
    pub next: Option<String>,
}

/// One message in the list.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantineRow {
    /// Its page.
    pub href: String,
    /// When it last came.
    pub last: String,
    /// Why it was refused.
    pub why: String,
    /// Where in it.
    pub path: String,
    /// Its source; empty: unknown.
    pub source: String,
    /// Its id; empty: unknown.
    pub event: String,
    /// How often it came.
    pub times: String,
}

/// One message in quarantine.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantineItem {
    /// Its frame.
    pub chrome: Chrome,
    /// What became of the retry that led here.
    pub said: Option<String>,
    /// The tone of that.
    pub tone: &'static str,
    /// Why it was refused.
    pub why: String,
    /// The same for machines.
    pub code: String,
    /// The line of the mistake; empty: the message as a whole.
    pub place: String,
    /// The same as a JSON pointer.
    pub path: String,
    /// What is known of it.
    pub facts: Vec<Linked>,
    /// Where the form is sent; none: there is nothing to mend.
    pub action: Option<String>,
    /// Where the answer leads back to.
    pub back: &'static str,
    /// How many lines the field shows.
    pub lines: usize,
    /// The message, laid out.
    pub text: String,
    /// The message as it came.
    pub raw: String,
}
