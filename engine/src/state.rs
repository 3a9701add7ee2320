//! What the fold says of an instance: statuses, timings, findings, verdicts, each with its reason as data.

use crate::facts::TrackId;
use crate::graph::{Attr, EndingKind, Node, NodeIx, ParamIx, ScopeIx};
use crate::name::FieldCode;
use crate::patient;
use crate::time::{Instant, Moment, Span};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Status of an instance or of a track.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Events are known, none of them opens it: listed as waiting, not as an instance.
    Waiting,
    /// Going on.
    Open,
    /// Ended, nothing wrong.
    Closed,
    /// Ended with a mandatory node missing, a required field missing or refused, or a violated rule of medium severity or above.
    ClosedWithDefects,
    /// Overdue, or due without a limit, for longer than 中断 allows.
    Interrupted,
    /// Ended by 停止 before any execution.
    Stopped,
    /// Ended by 取消.
    Cancelled,
    /// Replaced by another order (换单).
    Superseded,
    /// Not done for a coded reason (豁免): of a track, or of an order of which no track has begun.
    Excused,
    /// A track whose 重来 node happened: another one takes its place.
    Replaced,
    /// Its opening event was taken back.
    Void,
}

/// Status of a node.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeStatus {
    /// Happened, in time or without a standard.
    Done,
    /// Happened before its planned window.
    Early,
    /// Happened after its limit or window.
    Late,
    /// May happen now.
    Due,
    /// Did not happen within its limit or window.
    Overdue,
    /// A predecessor is open, or its window has not begun.
    Pending,
    /// Mandatory, and a later one was seen or the track ended.
    Missing,
    /// Optional, likewise.
    Skipped,
    /// Not expected; see the reason.
    NotApplicable,
}

/// Why a node is not applicable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Another branch of the choice was taken.
    Branch,
    /// 取消
    Cancelled,
    /// 停止
    Stopped,
    /// 换单
    Superseded,
    /// 豁免
    Excused,
    /// Its block was ended by this node (终止), or its round by this node (重来).
    Ended(NodeIx),
    /// The campus's systems cannot provide it.
    Unavailable(String),
    /// The campus has switched it off.
    Off(String),
}

/// A remark on the quality of a node's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A required field did not come.
    FieldMissing(FieldCode),
    /// A field's value does not fit.
    FieldInvalid(FieldCode, String),
    /// A role that may not do this.
    WrongRole(Arc<str>),
    /// A single node happened this many times; the first counts.
    Repeated(u32),
    /// Another source states another time for it.
    SourceDiffers(crate::name::SystemCode),
    /// It belongs to a branch that was not taken.
    BranchNotTaken,
    /// It lacks the value that would tell its track.
    Unassigned(FieldCode),
    /// A name stands where the code of this person belongs: of a field, or of who did it.
    NameAsCode(Option<FieldCode>),
    /// Nobody of this code stands in the register of staff then.
    UnknownPerson(Option<FieldCode>),
    /// It happened after the order was cancelled.
    ExecAfterCancel,
    /// It came after the instance was sealed, and changes nothing.
    AfterSeal,
    /// It was written down this much later than it happened.
    Backfilled(Span),
}

impl Finding {
    /// Whether a required field of `node` did not come, or came with a value that its type, pattern, range or table refuses:
    /// either way the record does not say what it must, and that is a defect.
    #[must_use]
    pub fn leaves_out(&self, node: &Node) -> bool {
        match self {
            Self::FieldMissing(_) => true,
            Self::FieldInvalid(field, _) => node.fields.iter().any(|f| f.required && f.field == *field),
            _ => false,
        }
    }
}

/// How long a node took against its standard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// The node from which the limit runs, and its moment. `None`: not running.
    pub base: Option<(NodeIx, Moment)>,
    /// From base to the node; to now while it is due or overdue.
    pub elapsed: Option<Span>,
    /// The limit's length.
    pub standard: Option<Span>,
    /// The last moment that is in time (limit: base + length; plan: window's upper edge).
    pub deadline: Option<Moment>,
    /// The planned time.
    pub planned: Option<Moment>,
    /// The window relative to the planned time.
    pub window: Option<(Span, Span)>,
    /// Late beyond the deadline (when happened or overdue); never negative.
    pub late_by: Span,
    /// Early before the window; never negative.
    pub early_by: Span,
}

/// One node in one round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeState {
    /// Which node.
    pub node: NodeIx,
    /// Which round, from 1; 0: it came after the seal, and belongs to none.
    pub round: u32,
    /// Its status.
    pub status: NodeStatus,
    /// Why it is not applicable.
    pub reason: Option<Reason>,
    /// Its occurrences of that round, as indices into the track's facts; the first one counts.
    pub hits: Vec<usize>,
    /// Its timing.
    pub timing: Timing,
    /// Remarks.
    pub findings: Vec<Finding>,
}

/// What ended an order or a track from outside its flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedBy {
    /// Which.
    pub kind: EndingKind,
    /// From when on.
    pub at: Moment,
    /// The cancel came after the point from which work is wasted.
    pub wasted: bool,
    /// `data.reason` of the event.
    pub reason: Option<String>,
    /// The order that replaces it.
    pub successor: Option<String>,
}

/// One track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackState {
    /// Which.
    pub id: TrackId,
    /// Its status. For the order's own track: of the order's own nodes and block completeness.
    pub status: Status,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// What ended it from outside.
    pub ended_by: Option<EndedBy>,
    /// The value of the track that took its place, once it was replaced.
    pub replaced_by: Option<Arc<str>>,
    /// Its nodes, in flow order, rounds one after the other; on the order's own track also unassigned and standing ones.
    pub nodes: Vec<NodeState>,
    /// Its rules.
    pub rules: Vec<RuleState>,
    /// The next moment at which anything here can change without an event.
    pub next_change: Option<Instant>,
}

/// The five verdicts.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Satisfied.
    Holds,
    /// Broken.
    Violated,
    /// Cannot be told yet.
    Undecided,
    /// Does not apply; the reason says why.
    NotApplicable,
    /// Something that the rule needs never came.
    NoData,
}

/// A rule's verdict on one track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleState {
    /// Index into `Definition::rules`.
    pub rule: u16,
    /// The verdict.
    pub verdict: Verdict,
    /// When it became so: the deadline that passed, else the latest occurrence that decided it.
    pub decided_at: Option<Instant>,
    /// Why.
    pub because: Because,
}

/// Why a verdict is what it is, as data. `explain` turns it into a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// These values satisfied or broke the comparison that decided it: (what, value, when).
    Compared(Vec<Seen>),
    /// This node has not happened; with the deadline that passed or will pass, where there is one.
    NotHappened(NodeIx, Option<Instant>),
    /// This node happened, without this field.
    FieldMissing(NodeIx, FieldCode),
    /// A person without an id cannot be told from another.
    PersonUnknown(NodeIx),
    /// No event had said this of the patient by then.
    PatientUnknown(patient::Of),
    /// The times are too coarse for the limit.
    TooCoarse(NodeIx),
    /// This node is not applicable or was skipped.
    NodeNotApplicable(NodeIx, Option<Reason>),
    /// The ending that the rule names did not come.
    NoEnding(EndingKind),
    /// 适用 is false.
    DoesNotApply,
    /// The event of the ending that the rule names states no reason.
    NoReason(EndingKind),
    /// This, on that track.
    OnTrack(TrackId, Box<Because>),
    /// There is no track to be judged.
    NoTrack(ScopeIx),
    /// Nothing that the rule quantifies over happened.
    NothingHappened(NodeIx),
    /// Nothing to say beyond the verdict.
    Nothing,
}

/// What of a node, or of the loop, a verdict looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An attribute of an occurrence.
    Attr(Attr),
    /// A field that it recorded.
    Field(FieldCode),
    /// 次数
    Count,
    /// 完成
    Done,
    /// A parameter of the loop.
    Param(ParamIx),
    /// 个数: how many tracks there are.
    Tracks(ScopeIx),
    /// 总和: the sum of this over all occurrences.
    Total(Box<What>),
    /// 不同: how many different ones of this there are.
    Distinct(Box<What>),
    /// The effective time of an ending.
    Ending(EndingKind),
    /// The reason of an ending.
    Reason(EndingKind),
    /// Something of the patient.
    Patient(patient::Of),
}

/// One value that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The node; `None` for a literal, a parameter or an ending.
    pub node: Option<NodeIx>,
    /// What of it.
    pub what: What,
    /// The value.
    pub value: Value,
}

/// An instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceState {
    /// Its status.
    pub status: Status,
    /// When it opened.
    pub opened_at: Option<Instant>,
    /// When it ended.
    pub closed_at: Option<Instant>,
    /// What ended it from outside.
    pub ended_by: Option<EndedBy>,
    /// Since when nothing that arrives changes it any more (封存).
    pub sealed_at: Option<Instant>,
    /// The order's own track first, then the others by scope and value.
    pub tracks: Vec<TrackState>,
    /// The next moment at which anything can change without an event.
    pub next_change: Option<Instant>,
}
