//! The shape of an instance as others see it: what `GET /api/v1/instances/{id}` answers, and what pages are drawn from.
//!
//! Fields that are serialised are public and may not drift. Those marked `#[serde(skip)]` are texts in the reader's
//! language, for pages alone.

use super::alert_shape::AlertView;
use crate::facts::Patient;
use crate::state::{NodeStatus, Status, Verdict};
use crate::time::Instant;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One instance, whole. Times are RFC 3339 in the campus's offset; fields that end in `_s` are whole seconds.
#[derive(Clone, Debug, Serialize)]
pub struct InstanceView {
    /// `campus/loop/key`.
    pub id: String,
    /// Code of the loop.
    #[serde(rename = "loop")]
    pub loop_code: String,
    /// Name of the loop.
    pub title: String,
    /// Hash of the definition under which it runs.
    pub version: String,
    /// Code of the campus.
    pub campus: String,
    /// Value of the key field.
    pub key: String,
    /// Status word.
    pub status: &'static str,
    /// When it opened.
    pub opened_at: Option<String>,
    /// When it ended.
    pub closed_at: Option<String>,
    /// Since when nothing that arrives changes it any more (封存).
    pub sealed_at: Option<String>,
    /// What ended it from outside.
    pub ended_by: Option<EndedByView>,
    /// The patient as last stated.
    pub patient: Option<Patient>,
    /// The one sentence that matters now.
    pub headline: Headline,
    /// The order's own track first, then one for each execution, tube, bag.
    pub tracks: Vec<TrackView>,
    /// Every rule on every track where it is judged.
    pub rules: Vec<RuleView>,
    /// Its alerts, the open ones first. The fold does not know them: whoever keeps them puts them here.
    pub alerts: Vec<AlertView>,
    /// For pages.
    #[serde(skip)]
    pub text: InstanceText,
    /// The status itself.
    #[serde(skip)]
    pub state: Status,
}

/// Texts of an instance for pages.
#[derive(Clone, Debug, Default)]
pub struct InstanceText {
    /// Status in words.
    pub status: String,
    /// Name of the campus.
    pub campus: String,
    /// Name of the key field.
    pub key_title: String,
    /// When it opened, with its date.
    pub opened: Option<String>,
    /// When it ended.
    pub closed: Option<String>,
    /// How long it has been open, or was.
    pub lasted: Option<String>,
    /// Since when it is sealed, and how much came after, as a sentence.
    pub sealed: Option<String>,
    /// What ended it from outside, as a sentence.
    pub ended: Option<String>,
    /// Department or ward of the patient.
    pub ward: Option<String>,
    /// Age in years at the opening.
    pub age: Option<i32>,
}

/// What ended an order or a track from outside its flow.
#[derive(Clone, Debug, Serialize)]
pub struct EndedByView {
    /// `cancel`, `stop`, `supersede` or `excuse`.
    pub kind: &'static str,
    /// From when on.
    pub at: String,
    /// The cancel came after the point from which work is wasted.
    pub wasted: bool,
    /// Why, as the event says.
    pub reason: Option<String>,
    /// The order that replaces it.
    pub successor: Option<String>,
}

/// The one sentence that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Headline {
    /// The sentence.
    pub text: String,
    /// `bad`, `warn`, `next`, `good` or `over`.
    pub tone: &'static str,
    /// The track it is about; null for the order's own, or when it is about no node.
    pub track: Option<String>,
    /// The node it is about.
    pub node: Option<String>,
}

/// One track.
#[derive(Clone, Debug, Serialize)]
pub struct TrackView {
    /// The value that names it; null for the order's own.
    pub key: Option<String>,
    /// The field of that value.
    pub field: Option<String>,
    /// Status word.
    pub status: &'static str,
    /// When it ended.
    pub ended_at: Option<String>,
    /// What ended it from outside.
    pub ended_by: Option<EndedByView>,
    /// The track that took its place; null while none did.
    pub replaced_by: Option<String>,
    /// Its nodes in flow order, rounds one after the other.
    pub nodes: Vec<NodeView>,
    /// Events that were taken back or replaced by a revision: evidence without effect.
    pub withdrawn: Vec<Withdrawn>,
    /// For pages: title, status and end in words.
    #[serde(skip)]
    pub text: TrackText,
    /// The status itself.
    #[serde(skip)]
    pub state: Status,
}

/// Texts of a track for pages.
#[derive(Clone, Debug, Default)]
pub struct TrackText {
    /// Title of its field (`血袋号`), or of the order's own track.
    pub title: String,
    /// Status in words.
    pub status: String,
    /// When it ended.
    pub ended: Option<String>,
    /// What ended it from outside.
    pub ended_by: Option<String>,
}

/// An event without effect.
#[derive(Clone, Debug, Serialize)]
pub struct Withdrawn {
    /// Which.
    pub event: EventView,
    /// When it was said to have happened.
    pub at: String,
    /// The node it had completed.
    pub node: Option<String>,
    /// For pages: the node's title and the time.
    #[serde(skip)]
    pub text: (String, String),
}

/// One node in one round.
#[derive(Clone, Debug, Serialize)]
pub struct NodeView {
    /// Its code.
    pub node: String,
    /// Its name.
    pub title: String,
    /// Status word.
    pub status: &'static str,
    /// Why it is not applicable.
    pub reason: Option<&'static str>,
    /// Which round, from 1.
    pub round: u32,
    /// The occurrence that counts.
    #[serde(flatten)]
    pub record: Record,
    /// From the base to the node; to now while it is due or overdue.
    pub elapsed_s: Option<i64>,
    /// Standard duration.
    pub standard_s: Option<i64>,
    /// Late beyond limit or window.
    pub late_by_s: i64,
    /// Early before the window.
    pub early_by_s: i64,
    /// The last moment that is in time.
    pub due_at: Option<String>,
    /// Planned time.
    pub planned_at: Option<String>,
    /// The window around the planned time, relative to it.
    pub window_s: Option<(i64, i64)>,
    /// The node from which its time runs.
    pub base: Option<String>,
    /// Remarks on the record.
    pub findings: Vec<FindingView>,
    /// Why its status is what it is.
    pub because: String,
    /// May be left out.
    pub optional: bool,
    /// May happen several times.
    pub repeated: bool,
    /// Name of its icon.
    pub icon: String,
    /// Stage of the order's life.
    pub stage: &'static str,
    /// Every occurrence, the counting one first; empty when there is at most one.
    pub occurrences: Vec<Record>,
    /// For pages.
    #[serde(skip)]
    pub text: NodeText,
    /// The status itself.
    #[serde(skip)]
    pub state: NodeStatus,
    /// 重来 or 终止: it happened outside the normal flow.
    #[serde(skip)]
    pub negative: bool,
}

/// Texts of a node for pages.
#[derive(Clone, Debug, Default)]
pub struct NodeText {
    /// Status in words.
    pub status: String,
    /// Stage in words.
    pub stage: String,
    /// Roles that may do it.
    pub roles: String,
    /// Planned time.
    pub planned: Option<String>,
    /// Last moment in time.
    pub due: Option<String>,
    /// From the base to the node, or to now.
    pub elapsed: Option<String>,
    /// Standard duration.
    pub standard: Option<String>,
    /// Beyond the standard, or before the window.
    pub off_by: Option<String>,
}

/// One occurrence of a node. Everything is null for a node that has not happened.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Record {
    /// When it happened, or ended.
    pub at: Option<String>,
    /// When it began.
    pub started_at: Option<String>,
    /// When the source wrote it down.
    pub recorded_at: Option<String>,
    /// How fine `at` is: `day`, `minute`, `second`, `milli`.
    pub precision: Option<&'static str>,
    /// Who.
    pub by: Option<ByView>,
    /// Department of that person.
    pub dept: Option<String>,
    /// The event's `source`.
    pub source: Option<String>,
    /// The sending system.
    pub system: Option<String>,
    /// Where it was entered.
    pub terminal: Option<String>,
    /// How: `scan`, `manual`, `device`, `derived`.
    pub capture: Option<String>,
    /// The event.
    pub event: Option<EventView>,
    /// In an order of several items: the order numbers of those that it concerns.
    pub items: Vec<String>,
    /// Events that tell of the same act for other items.
    pub joined: Vec<EventView>,
    /// Well-formed values of the loop's fields.
    pub fields: BTreeMap<String, serde_json::Value>,
    /// For pages.
    #[serde(skip)]
    pub text: RecordText,
    /// The stated instant.
    #[serde(skip)]
    pub moment: Instant,
}

/// Texts of an occurrence for pages.
#[derive(Clone, Debug, Default)]
pub struct RecordText {
    /// When it happened, by the minute.
    pub at: String,
    /// When it happened, as fine as the source says.
    pub exact: String,
    /// When it began.
    pub began: Option<String>,
    /// When it was written down.
    pub recorded: Option<String>,
    /// Name of the person, or id.
    pub who: Option<String>,
    /// Role of the person.
    pub role: Option<String>,
    /// Department of the person.
    pub dept: Option<String>,
    /// Name of the sending system.
    pub system: Option<String>,
    /// How it was captured.
    pub capture: Option<String>,
    /// What it recorded: the node's own fields in their order, then the others.
    pub fields: Vec<ShownField>,
}

/// A recorded field for pages.
#[derive(Clone, Debug, Serialize)]
pub struct ShownField {
    /// Its title.
    pub title: String,
    /// Its value.
    pub text: String,
    /// Whether it is personal data.
    pub personal: bool,
    /// Whether the value does not fit.
    pub bad: bool,
}

/// A person with the role in which something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ByView {
    /// Staff id.
    pub id: Option<Arc<str>>,
    /// Name.
    pub name: Option<Arc<str>>,
    /// Role.
    pub role: Option<Arc<str>>,
}

/// What identifies an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventView {
    /// The CloudEvents `source`.
    pub source: Arc<str>,
    /// The CloudEvents `id`.
    pub id: Arc<str>,
}

/// A remark on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingView {
    /// Stable code.
    pub code: &'static str,
    /// Sentence.
    pub message: String,
    /// A defect of the record, for pages: what is required is absent or refused.
    #[serde(skip)]
    pub defect: bool,
}

/// A rule's verdict on one track.
#[derive(Clone, Debug, Serialize)]
pub struct RuleView {
    /// Code of the rule.
    pub rule: String,
    /// Its name.
    pub title: String,
    /// The track's value; null for the order's own.
    pub track: Option<String>,
    /// `low`, `medium`, `high`, `critical`.
    pub severity: &'static str,
    /// Verdict word.
    pub verdict: &'static str,
    /// When it became so.
    pub decided_at: Option<String>,
    /// Why.
    pub because: String,
    /// What it asks for, as it was written.
    pub requirement: String,
    /// What it rests on.
    pub basis: Option<String>,
    /// The node at which its verdict was decided, where there is one.
    pub node: Option<String>,
    /// For pages: verdict and severity in words, when decided.
    #[serde(skip)]
    pub text: RuleText,
    /// The verdict itself.
    #[serde(skip)]
    pub state: Verdict,
}

/// Texts of a verdict for pages.
#[derive(Clone, Debug, Default)]
pub struct RuleText {
    /// Verdict in words.
    pub verdict: String,
    /// Severity in words.
    pub severity: String,
    /// When it was decided.
    pub decided: Option<String>,
    /// What its alert says, when violated.
    pub alert: Option<String>,
}
