//! What an order that goes on waits for: the nodes that are owed now, at whose hands, since when.

use crate::explain::Scene;
use crate::explain::text::clock;
use crate::facts::Fact;
use crate::graph::NodeIx;
use crate::state::{NodeState, NodeStatus, TrackState};
use crate::time::{Instant, Moment, Span};
use crate::words::Worded as _;
use serde::Serialize;

/// A node that is owed. Times are RFC 3339 in the campus's offset; fields that end in `_s` are whole seconds.
#[derive(Clone, Debug, Serialize)]
pub struct Owed {
    /// The track's value; null for the order's own.
    pub track: Option<String>,
    /// Its code.
    pub node: String,
    /// Its name.
    pub title: String,
    /// `overdue` or `due`.
    pub status: &'static str,
    /// The roles that may do it; empty: anyone.
    pub roles: Vec<String>,
    /// The department or ward at whose hands it is; null where nothing tells.
    pub dept: Option<String>,
    /// Since when: the moment from which its time runs, else its planned time.
    pub since: Option<String>,
    /// How long it has been so.
    pub waited_s: Option<i64>,
    /// Standard duration.
    pub standard_s: Option<i64>,
    /// Beyond the standard or the planned window.
    pub late_by_s: i64,
    /// The last moment that is in time.
    pub due_at: Option<String>,
    /// For pages.
    #[serde(skip)]
    pub text: OwedText,
    /// The status itself.
    #[serde(skip)]
    pub state: NodeStatus,
    /// The instant of `since`.
    #[serde(skip)]
    pub begun: Option<Instant>,
    /// The instant of `due_at`.
    #[serde(skip)]
    pub deadline: Option<Instant>,
}

/// Texts of an owed node for pages.
#[derive(Clone, Debug, Default)]
pub struct OwedText {
    /// The roles that may do it.
    pub roles: String,
    /// Name of the department or ward.
    pub dept: Option<String>,
    /// Since when.
    pub since: Option<String>,
    /// How long it has been so.
    pub waited: Option<String>,
    /// Standard duration.
    pub standard: Option<String>,
    /// Beyond the standard or the planned window.
    pub over: Option<String>,
    /// The last moment that is in time.
    pub due: Option<String>,
}

/// How much an open order hurts, for sorting: what is broken or overdue first, the latest before the others; then what is due
/// first.
#[must_use]
pub fn urgency(tone: &str, owed: &[Owed]) -> impl Ord + use<> {
    let rank = match tone {
        "bad" => 0,
        "warn" => 1,
        _ => 2,
    };
    let first = owed.first();
    let late = first.map_or(0, |o| o.late_by_s);
    let due = first.and_then(|o| o.deadline).map_or(i64::MAX, |d| d.0);
    (rank, std::cmp::Reverse(late), due, first.and_then(|o| o.begun).map_or(i64::MAX, |b| b.0))
}

/// The mandatory nodes that are overdue or due at `now`, the worst first.
#[must_use]
pub fn owed(scene: &Scene<'_>, now: Instant) -> Vec<Owed> {
    if scene.state.closed_at.is_some() {
        return Vec::new();
    }
    let all = scene.state.tracks.iter().flat_map(|t| t.nodes.iter().map(move |n| (t, n)));
    let mut found: Vec<Owed> = all
        .filter(|(_, n)| match n.status {
            NodeStatus::Overdue => true,
            NodeStatus::Due => scene.node(n.node).is_some_and(|d| !d.optional),
            _ => false,
        })
        .map(|(track, node)| one(scene, track, node, now))
        .collect();
    found.sort_by_key(|o| {
        let due = o.deadline.map_or(i64::MAX, |d| d.0);
        (std::cmp::Reverse(o.late_by_s), due, o.begun.map_or(i64::MAX, |b| b.0))
    });
    found
}

fn one(scene: &Scene<'_>, track: &TrackState, node: &NodeState, now: Instant) -> Owed {
    let t = &node.timing;
    let zone = scene.zone();
    let planned = t.planned.filter(|p| p.at <= now);
    let begun = t.base.map(|(_, m)| m).or(planned);
    let waited = t.elapsed.or_else(|| planned.map(|p| now.since(p.at)));
    let late = (t.late_by.0 > 0).then_some(t.late_by);
    let hands = Hands::of(scene, node.node);
    // A list of orders is about today, not about the day on which one of them opened.
    let today = zone.civil(now);
    let clock = |m: Moment| clock(zone, m, Some((today.year, today.month, today.day)));
    let def = scene.node(node.node);
    Owed {
        track: super::track::key(track),
        node: def.map_or_else(String::new, |n| n.code.to_string()),
        title: scene.title(node.node),
        status: node.status.word().json,
        roles: def.map(|n| n.roles.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        since: begun.map(|m| zone.rfc3339(m.at)),
        waited_s: waited.map(Span::whole_seconds),
        standard_s: t.standard.map(Span::whole_seconds),
        late_by_s: late.map_or(0, Span::whole_seconds),
        due_at: t.deadline.map(|d| zone.rfc3339(d.at)),
        text: OwedText {
            roles: hands.roles,
            dept: hands.dept.as_deref().map(|d| scene.department_title(d)),
            since: begun.map(clock),
            waited: waited.map(|w| scene.duration(w)),
            standard: t.standard.map(|s| scene.duration(s)),
            over: late.map(|l| scene.duration(l)),
            due: t.deadline.map(clock),
        },
        dept: hands.dept,
        state: node.status,
        begun: begun.map(|m| m.at),
        deadline: t.deadline.map(|d| d.at),
    }
}

/// Who must act on a node.
pub(super) struct Hands {
    /// Names of its roles.
    pub(super) roles: String,
    /// Where people of such a role last acted on this order, else the patient's ward or department: its code.
    pub(super) dept: Option<String>,
}

impl Hands {
    pub(super) fn of(scene: &Scene<'_>, node: NodeIx) -> Self {
        let Some(def) = scene.node(node) else { return Self { roles: String::new(), dept: None } };
        let roles: Vec<String> = def.roles.iter().map(|r| scene.role_title(r.as_str())).collect();
        let facts = scene.facts;
        let all = facts.iter();
        let suits = |f: &&Fact| {
            let role = f.actor.as_ref().and_then(|a| a.role.as_ref());
            !f.dead && role.is_some_and(|r| def.roles.iter().any(|d| d.as_str() == &**r))
        };
        let acted = all.filter(suits).max_by(|a, b| a.order().cmp(&b.order()));
        let dept = acted.and_then(|f| f.actor.as_ref()).and_then(|a| a.dept.clone());
        let ward = || super::patient(facts, scene.state.closed_at).and_then(|p| p.ward.or(p.dept));
        let dept = dept.or_else(ward).map(|d| d.to_string());
        Self { roles: roles.join(scene.pick("、", ", ")), dept }
    }
}
