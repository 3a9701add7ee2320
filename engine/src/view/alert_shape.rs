//! The shape of an alert as others see it: what `GET /api/v1/alerts/{id}` answers, and what pages are drawn from.
//!
//! Fields that are serialised are public and may not drift.

use crate::alert::AlertStatus;
use crate::graph::Severity;
use crate::time::Instant;
use crate::value::Person;
use serde::Serialize;

/// An alert, for whoever must act on it. Times are RFC 3339 in the campus's offset.
#[derive(Clone, Debug, Serialize)]
pub struct AlertView {
    /// Stable over rule, instance, track and round.
    pub id: String,
    /// Code of the rule, or `source_silent`.
    pub rule: String,
    /// Name of the rule.
    pub title: String,
    /// Code of the loop; null for an alert about a source.
    #[serde(rename = "loop")]
    pub loop_code: Option<String>,
    /// Id of the instance; null for an alert about a source.
    pub instance: Option<String>,
    /// The campus.
    pub campus: String,
    /// Value of the key of the instance.
    pub key: Option<String>,
    /// The patient's department when it was raised.
    pub dept: Option<String>,
    /// The silent system, of an alert about a source.
    pub system: Option<String>,
    /// The track's value; null for the order's own.
    pub track: Option<String>,
    /// The round of what it is about.
    pub round: u32,
    /// `low`, `medium`, `high`, `critical`.
    pub severity: &'static str,
    /// `open`, `acknowledged`, `verified`, `dismissed`, `closed`, `self_cleared`.
    pub status: &'static str,
    /// When it was last raised.
    pub raised_at: String,
    /// When the verdict had turned: the deadline that passed, or the occurrence that decided it.
    pub due_at: String,
    /// How many escalations there were since.
    pub level: u32,
    /// Whom it was escalated to since, the first first; nobody while its order was loaded as history.
    pub told: Vec<AlertTold>,
    /// What it says.
    pub message: String,
    /// Why it was raised.
    pub because: String,
    /// What the rule rests on.
    pub basis: Option<String>,
    /// What may be done about it now: `acknowledge`, `verify`, `dismiss`, `close`.
    pub actions: Vec<&'static str>,
    /// Everything that has happened to it, the first first.
    pub history: Vec<AlertStep>,
    /// Raised while its order was loaded as history: nobody was told.
    pub backfilled: bool,
    /// For pages: campus, department or silent system in words.
    #[serde(skip)]
    pub place: Vec<String>,
    /// The status itself.
    #[serde(skip)]
    pub state: AlertStatus,
    /// The severity itself.
    #[serde(skip)]
    pub grade: Severity,
    /// When it was raised.
    #[serde(skip)]
    pub raised: Instant,
    /// The same in words.
    #[serde(skip)]
    pub clock: String,
}

/// A role that is told of an alert, because nobody had taken it in time.
#[derive(Clone, Debug, Serialize)]
pub struct AlertTold {
    /// Code of the role.
    pub role: String,
    /// Its name.
    pub title: String,
    /// Since when.
    pub since: String,
    /// For pages: the same in words.
    #[serde(skip)]
    pub clock: String,
}

/// One step of an alert's history. What does not apply is null.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AlertStep {
    /// When.
    pub at: String,
    /// `raised`, `reopened`, `cleared`, `escalated`, `acknowledge`, `verify`, `dismiss`, `close`.
    pub event: &'static str,
    /// The same in words.
    pub text: String,
    /// What the alert said.
    pub message: Option<String>,
    /// Why.
    pub because: Option<String>,
    /// Who did it.
    pub by: Option<Person>,
    /// Whether who did it is proven, or only what the caller said.
    pub authenticated: Option<bool>,
    /// The role it was escalated to.
    pub role: Option<String>,
    /// Verified as a risk, or as none.
    pub risk: Option<bool>,
    /// Why it was dismissed.
    pub why: Option<String>,
    /// For pages: when, in words.
    #[serde(skip)]
    pub clock: String,
}
