//! An alert as it is kept: whatever it is shown by stands in it, so that reading one needs no definition.

use super::{Action, Course, Turn, Words, course};
use crate::calendar::Stretch;
use crate::graph::{CampusSettings, Definition, Rule, Severity};
use crate::name::{CampusCode, LoopCode, RoleCode, SystemCode};
use crate::time::{Instant, Span};

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The `rule` of the alert that a source is silent.
pub const SOURCE_SILENT: &str = "source_silent";

/// Of which order an alert is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The loop.
    pub code: LoopCode,
    /// The key of the instance.
    pub key: Arc<str>,
    /// The track's value; `None`: the order's own.
    pub track: Option<Arc<str>>,
    /// The round of the nodes that the rule names.
    pub round: u32,
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A rule that an order violates.
    Order(Subject),
    /// A system from which nothing comes.
    Source(SystemCode),
}

/// What is known of the rule behind an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// The rule's name.
    pub title: Words,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Whom it is escalated to, and how long after it was raised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<(Span, RoleCode)>,
}

impl Ground {
    /// What is known of a rule, with the lengths of a campus.
    #[must_use]
    pub fn of(rule: &Rule, settings: &CampusSettings) -> Self {
        // The language refuses working time here: a person is called by the clock.
        let escalate = rule.escalate.iter().filter_map(|(length, role)| match settings.stretch(*length)? {
            Stretch::Clock(span) => Some((span, role.clone())),
            Stretch::Work(_) => None,
        });
        Self {
            title: Words { zh: rule.name.clone(), en: Definition::english(rule.code.as_str()) },
            basis: rule.basis.clone(),
            escalate: escalate.collect(),
        }
    }
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// See [`super::id`].
    pub id: Arc<str>,
    /// Code of the rule, or [`SOURCE_SILENT`].
    pub rule: Arc<str>,
    /// The campus.
    pub campus: CampusCode,
    /// What it is about.
    pub about: About,
    /// How grave.
    pub severity: Severity,
    /// The rule.
    pub ground: Ground,
    /// Raised while its order was loaded as history: nobody was told.
    pub history: bool,
    /// When it was raised and cleared.
    pub turns: Vec<Turn>,
    /// What people did, in order.
    pub actions: Vec<Action>,
}

impl Record {
    /// `campus/loop/key` of its order.
    #[must_use]
    pub fn instance(&self) -> Option<String> {
        match &self.about {
            About::Order(s) => Some(format!("{}/{}/{}", self.campus, s.code, s.key)),
            About::Source(_) => None,
        }
    }

    /// The patient's department when it was last raised.
    #[must_use]
    pub fn dept(&self) -> Option<Arc<str>> {
        self.turns.iter().rev().find_map(|t| t.raised.as_ref())?.dept.clone()
    }

    /// Its course up to `now`. `None`: it was not raised by then.
    #[must_use]
    pub fn course(&self, now: Instant) -> Option<Course> {
        course(&self.ground.escalate, &self.turns, &self.actions, now)
    }
}
