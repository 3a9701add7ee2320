//! A status as people see it: a shape, a colour and a word, always all three.

use medloop_engine::state::{NodeStatus, Status, Verdict};
use medloop_engine::view::Lang;
use medloop_engine::words::Worded as _;
use serde::Serialize;

/// Shape, colour and word.
#[derive(Clone, Debug, Serialize)]
pub struct Tag {
    /// Name of the colour class.
    pub tone: &'static str,
    /// Name of the icon.
    pub icon: &'static str,
    /// The word.
    pub word: String,
}

/// The tag of a node's status.
#[must_use]
pub fn node_tag(status: NodeStatus, lang: Lang) -> Tag {
    let icon = match status {
        NodeStatus::Done => "circle-check",
        NodeStatus::Early => "chevrons-left",
        NodeStatus::Late => "clock",
        NodeStatus::Due => "circle-dot",
        NodeStatus::Overdue => "octagon-alert",
        NodeStatus::Pending => "ellipsis",
        NodeStatus::Missing => "circle-dashed",
        NodeStatus::Skipped => "skip-forward",
        NodeStatus::NotApplicable => "circle-minus",
    };
    Tag { tone: status.word().json, icon, word: status.word().text(lang).to_owned() }
}

/// The tag of an instance's or a track's status.
#[must_use]
pub fn instance_tag(status: Status, lang: Lang) -> Tag {
    let (tone, icon) = match status {
        Status::Open => ("due", "circle-dot"),
        Status::Closed => ("done", "circle-check"),
        Status::ClosedWithDefects => ("bad", "triangle-alert"),
        Status::Interrupted => ("bad", "octagon-alert"),
        Status::Stopped => ("grey", "circle-minus"),
        Status::Cancelled => ("grey", "circle-x"),
        Status::Superseded => ("grey", "arrow-left-right"),
        Status::Excused => ("grey", "circle-minus"),
        Status::Replaced => ("grey", "refresh-cw"),
        Status::Waiting => ("grey", "hourglass"),
        Status::Void => ("grey", "undo-2"),
    };
    Tag { tone, icon, word: status.word().text(lang).to_owned() }
}

/// The tag of a verdict.
pub(super) fn verdict_tag(verdict: Verdict, lang: Lang) -> Tag {
    let (tone, icon) = match verdict {
        Verdict::Holds => ("done", "square-check"),
        Verdict::Violated => ("bad", "triangle-alert"),
        Verdict::Undecided => ("due", "hourglass"),
        Verdict::NotApplicable => ("grey", "circle-minus"),
        Verdict::NoData => ("late", "circle-question-mark"),
    };
    Tag { tone, icon, word: verdict.word().text(lang).to_owned() }
}
