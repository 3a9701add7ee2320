//! The timeline of an order as a page: instances, tracks, cards, rules.

mod card;
mod gauge;
mod instance;
mod rules;
mod status;
mod track;

pub use card::{Card, Fact, Finding, Occurrence, Who};
pub use gauge::Gauge;
pub use instance::{Count, Instance, Labelled, Link, Patient, Sentence, Toggle, instance};
pub(crate) use instance::{patient, person, sentence};
pub use rules::{Rule, Rules};
pub use status::{Tag, instance_tag, node_tag};
pub use track::{Aside, Bit, Place, Round, Track, Withdrawn};

use crate::chrome::Chrome;
use serde::Serialize;

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// Its frame.
    pub chrome: Chrome,
    /// The instances to choose from, when there are several.
    pub choices: Vec<Choice>,
    /// The instances shown.
    pub instances: Vec<Instance>,
}

/// One instance to choose.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Where it leads.
    pub href: String,
    /// Whether it alone is shown.
    pub here: bool,
    /// Name of the loop.
    pub title: String,
    /// Name of the campus.
    pub campus: String,
    /// Its key.
    pub key: String,
    /// Its status.
    pub status: Tag,
}
