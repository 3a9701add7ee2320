//! Alerts: when a violated rule is raised, held back, cleared by late data, and what people and the clock then make of it.
//!
//! Two layers. *Turns* (raised, cleared) follow from the definition, the facts with their arrivals, and what is known of the
//! sending systems: an alert exists iff at some moment the events that had arrived by then gave the violation. [`replay`]
//! finds them from the beginning, [`advance`] goes on from where it last stood; both give the same. The *course* of an alert
//! ([`course`]) puts what people did and the escalations between its turns. `engine/SEMANTICS.md` §11 says what holds.

mod advance;
mod course;
mod judge;
mod pulse;
mod record;
mod replay;
mod round;
mod seal;
mod silence;
mod sources;
mod stage;

pub use advance::{Advanced, Known, Standing, Tracks, advance};
pub use course::{Act, Action, AlertStatus, Course, Deed, Refusal, Step, course};
pub use pulse::Pulse;
pub use record::{About, Ground, Record, SOURCE_SILENT, Subject};
pub use replay::{Replayed, Timed, replay};
pub use seal::{Seal, mark};
pub use silence::silence;
pub use sources::{Pulses, Sources};
pub use stage::{Unread, judged, rest};

use crate::facts::TrackId;
use crate::graph::NodeIx;
use crate::time::Instant;
use crate::words::Lang;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A sentence in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Words {
    /// The sentence in `lang`.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// What raised an alert, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// When the verdict turned: the deadline that passed, else the occurrence that decided it.
    pub due: Instant,
    /// What the alert says.
    pub message: Words,
    /// The patient's department then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dept: Option<Arc<str>>,
}

/// One turn of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When.
    pub at: Instant,
    /// Raised, with its cause; `None`: cleared, because the facts give the violation no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<Cause>,
    /// Why the verdict was what it was then.
    pub because: Words,
}

impl Turn {
    /// Cleared because the events that it rested on do not count any more.
    #[must_use]
    pub fn withdrawn(at: Instant) -> Self {
        let (zh, en) = ("有关消息已被撤回".to_owned(), "the events it rested on were taken back".to_owned());
        Self { at, raised: None, because: Words { zh, en } }
    }
}

/// A turn, and the alert that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The track on which the rule is judged.
    pub track: TrackId,
    /// Index into `Definition::rules`.
    pub rule: u16,
    /// The round of the nodes that the rule names.
    pub round: u32,
    /// What happened to it.
    pub turn: Turn,
}

/// What is remembered of one rule in one round of a track, while it is violated or its alert is up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Index into `Definition::rules`.
    #[serde(rename = "r")]
    rule: u16,
    /// The round.
    #[serde(rename = "n")]
    round: u32,
    /// Since when the rule is violated without a break; `None`: it is not judged in this round any more.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    since: Option<Instant>,
    /// When the verdict turned.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    due: Option<Instant>,
    /// The node whose absence is the violation: what its systems may still send is waited for.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    awaits: Option<NodeIx>,
    /// When it was raised; `None`: it is not.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    up: Option<Instant>,
    /// When it is raised or escalates next, as far as is known.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    next: Option<Instant>,
}

/// What is remembered of the rules of one track; empty for nearly all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackAlerts(Vec<Watch>);

impl TrackAlerts {
    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When something here can change without an event.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.0.iter().filter_map(|w| w.next).min()
    }

    /// Whether an alert is held back by a silent system: only an event of that system ends that.
    #[must_use]
    pub fn held(&self) -> bool {
        self.0.iter().any(|w| w.since.is_some() && w.up.is_none() && w.next.is_none())
    }
}

/// The id of an alert: 24 hex digits, the same for the same rule, instance, track and round.
#[must_use]
pub fn id(instance: &str, rule: &str, track: Option<&str>, round: u32) -> String {
    let text = serde_json::json!([instance, rule, track, round]).to_string();
    Sha256::digest(text.as_bytes()).iter().take(12).map(|b| format!("{b:02x}")).collect()
}
