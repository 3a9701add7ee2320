//! The order's own track, and through its `每个` blocks the tracks.

use super::endings::Endings;
use super::findings::{Circumstance, findings};
use super::moments::Soon;
use super::replace::{Successors, successors};
use super::rules::{self, Scene};
use super::side::Side;
use super::summary::{FactSummary, TrackSummary};
use super::timing::Sides;
use super::track::{Walked, grave};
use super::walk::{Met, Place, Tracks, Walk};
use super::{Folded, TrackInput};
use crate::facts::{Fact, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, ScopeIx};
use crate::name::CampusCode;
use crate::state::{NodeState, NodeStatus, Reason, Status, Timing, TrackState, Verdict};
use crate::time::{Instant, Moment};
use crate::value::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hash, Hasher};

/// Folds an order and those of its tracks that come with facts.
pub(super) fn fold(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    inputs: &BTreeMap<TrackId, TrackInput<'_>>,
    now: Instant,
) -> Folded {
    let settings =
        def.campuses.get(campus).map_or_else(|| Cow::Owned(CampusSettings::of(def, campus)), Cow::Borrowed);
    let settings = settings.as_ref();
    let side = Side::new(def, ScopeIx::ORDER, &order.facts);
    let own = FactSummary::new(def, settings, &side);
    let tracks: Vec<Coming<'_>> =
        inputs.iter().map(|(id, input)| Coming::new(def, settings, id, *input)).collect();

    let all = || std::iter::once(&own).chain(tracks.iter().map(Coming::facts));
    let latest: Vec<Moment> = all().flat_map(|f| f.latest.iter().copied()).collect();
    let before: Vec<(u16, Moment)> = all().flat_map(|f| f.before.iter().copied()).collect();
    let endings = Endings::new(def, &settings.zone, &order.facts, &latest, &own.latest, &before);
    let opened_at = all().filter_map(|f| f.opens).min();
    let dead_opening = all().any(|f| f.dead_opening);

    let guards = all().filter_map(|f| f.opening.as_ref()).min().map(|o| o.guards.clone()).unwrap_or_default();
    let sides = Sides { def, settings, own: &side, order: &side, guards: &guards, now };
    let mut meet = Meet {
        sides,
        endings: &endings,
        before: &own.before,
        tracks,
        places: Vec::new(),
        successors: Successors::new(),
    };
    let mut walk = Walk {
        sides,
        takes: None,
        order_endings: Some(&endings),
        cancels: endings.first_cancel.into_iter().collect(),
        out: Vec::new(),
        open: false,
        defective: false,
        interrupted: false,
        took: None,
        soon: Soon::after(now),
        optional: Vec::new(),
    };
    walk.flow(&def.flow, Place::start(), &mut meet);
    walk.settle();
    let Walk { mut out, open, defective, interrupted, took, mut soon, optional, .. } = walk;
    let Meet { tracks, places, successors, .. } = meet;
    unassigned(&sides, &mut out);

    let reach = tracks
        .iter()
        .filter_map(Coming::reach)
        .chain(own.reach)
        .chain(endings.shown().map(|by| by.at.at))
        .max();
    let ended_at = if open { None } else { reach };
    let nothing = Endings::default();
    let scene = Scene {
        def,
        settings,
        now,
        order: &side,
        order_nodes: &out,
        order_ended: !open,
        order_endings: &endings,
        own: &side,
        own_nodes: &out,
        own_ended: !open,
        own_ended_at: ended_at,
        own_endings: &nothing,
        own_optional: &optional,
        order_optional: &optional,
        order_ended_at: ended_at,
        opened_at,
        key: None,
        tracks: &[],
    };
    let context = context(&scene, (&guards, &successors), &places, order);
    let mut states = Vec::new();
    let mut heard: Vec<Cow<'_, TrackSummary>> = Vec::with_capacity(tracks.len());
    for track in tracks {
        match track {
            Coming::Known(summary) => heard.push(Cow::Borrowed(summary)),
            Coming::Walked(walked) => {
                let by = successors.get(&walked.id).cloned().flatten();
                let (state, summary) = walked.finish(&scene, context, by);
                if summary.facts.live {
                    states.push(state);
                }
                heard.push(Cow::Owned(summary));
            }
            Coming::Facts(_) => {}
        }
    }
    let live: Vec<&TrackSummary> = heard.iter().map(Cow::as_ref).filter(|s| s.facts.live).collect();
    let rules = rules::judge(&Scene { tracks: &live, ..scene }, ScopeIx::ORDER, &mut soon);
    let broken = rules.iter().any(|r| r.verdict == Verdict::Violated && grave(def, r.rule));
    let mut any = Flags { defective: defective || broken, interrupted: interrupted && open };
    let mut left = Left::default();
    let mut next = soon;
    for summary in live {
        any.take(summary);
        left.take(summary);
        next.join(summary.next_change);
    }
    let summaries = heard
        .into_iter()
        .filter_map(|s| if let Cow::Owned(summary) = s { Some(summary) } else { None })
        .collect();

    let own_status = match &took {
        Some(Reason::Cancelled) => Status::Cancelled,
        Some(Reason::Superseded) => Status::Superseded,
        Some(Reason::Stopped) if !(own.begun && (defective || broken)) => Status::Stopped,
        Some(Reason::Excused) => Status::Excused,
        _ if !open && (defective || broken) => Status::ClosedWithDefects,
        _ if !open => Status::Closed,
        _ if interrupted => Status::Interrupted,
        _ => Status::Open,
    };
    let status = if opened_at.is_none() {
        if dead_opening { Status::Void } else { Status::Waiting }
    } else if endings.cancel.is_some() {
        Status::Cancelled
    } else if endings.supersede.is_some() {
        Status::Superseded
    } else if !open {
        let stopped = took == Some(Reason::Stopped) || endings.stop.is_some() && left.stopped;
        if stopped && !left.walked {
            Status::Stopped
        } else if took == Some(Reason::Excused) && !left.begun {
            Status::Excused
        } else if any.defective {
            Status::ClosedWithDefects
        } else {
            Status::Closed
        }
    } else if any.interrupted {
        Status::Interrupted
    } else {
        Status::Open
    };
    Folded {
        order: TrackState {
            id: TrackId::order(),
            status: own_status,
            ended_at,
            ended_by: endings.shown().cloned(),
            replaced_by: None,
            nodes: out,
            rules,
            next_change: soon.at,
        },
        tracks: states,
        summaries,
        status,
        opened_at,
        closed_at: ended_at,
        ended_by: endings.shown().cloned(),
        next_change: next.at,
        context,
    }
}

struct Flags {
    defective: bool,
    interrupted: bool,
}

impl Flags {
    fn take(&mut self, summary: &TrackSummary) {
        self.defective |= summary.defective;
        self.interrupted |= summary.interrupted;
    }
}

/// What a stop left of the tracks.
#[derive(Default)]
struct Left {
    /// A track that it took.
    stopped: bool,
    /// A track that has begun.
    begun: bool,
    /// A track that has begun and that it did not take.
    walked: bool,
}

impl Left {
    fn take(&mut self, summary: &TrackSummary) {
        let stopped = summary.status == Status::Stopped;
        self.stopped |= stopped;
        self.begun |= summary.facts.begun;
        self.walked |= summary.facts.begun && !stopped;
    }
}

/// A track that has not been walked.
struct Indexed<'a> {
    id: TrackId,
    side: Side<'a>,
    facts: FactSummary,
}

/// A track on its way: recalled, indexed, or walked.
enum Coming<'a> {
    Known(&'a TrackSummary),
    Facts(Box<Indexed<'a>>),
    Walked(Box<Walked<'a>>),
}

impl<'a> Coming<'a> {
    fn new(def: &Definition, settings: &CampusSettings, id: &TrackId, input: TrackInput<'a>) -> Self {
        match input {
            TrackInput::Known(summary) => Self::Known(summary),
            TrackInput::Facts(facts) => {
                let side = Side::new(def, id.scope, &facts.facts);
                let summary = FactSummary::new(def, settings, &side);
                Self::Facts(Box::new(Indexed { id: id.clone(), side, facts: summary }))
            }
        }
    }
    fn id(&self) -> &TrackId {
        match self {
            Self::Known(s) => &s.id,
            Self::Facts(f) => &f.id,
            Self::Walked(w) => &w.id,
        }
    }
    fn scope(&self) -> ScopeIx {
        self.id().scope
    }
    fn facts(&self) -> &FactSummary {
        match self {
            Self::Known(s) => &s.facts,
            Self::Facts(f) => &f.facts,
            Self::Walked(w) => &w.facts,
        }
    }
    fn ended(&self) -> bool {
        match self {
            Self::Known(s) => s.ended,
            Self::Facts(_) => false,
            Self::Walked(w) => w.ended,
        }
    }
    fn taken(&self) -> bool {
        match self {
            Self::Known(s) => s.taken,
            Self::Facts(_) => false,
            Self::Walked(w) => w.taken,
        }
    }
    fn reach(&self) -> Option<Instant> {
        match self {
            Self::Known(s) => s.reach,
            Self::Facts(f) => f.facts.reach,
            Self::Walked(w) => w.reach,
        }
    }
}

struct Meet<'a> {
    sides: Sides<'a>,
    endings: &'a Endings,
    /// The order's own 之前 nodes.
    before: &'a [(u16, Moment)],
    tracks: Vec<Coming<'a>>,
    places: Vec<(ScopeIx, Place)>,
    successors: Successors,
}

impl<'a> Tracks for Meet<'a> {
    fn happened(&self, scope: ScopeIx) -> bool {
        self.tracks.iter().any(|t| t.scope() == scope && t.facts().reach.is_some())
    }

    fn begun(&self, scope: ScopeIx) -> bool {
        self.tracks.iter().any(|t| t.scope() == scope && t.facts().begun)
    }

    fn meet(&mut self, scope: ScopeIx, place: Place) -> Met {
        let place = Place { round: None, after_begun: false, closed_round: false, ..place };
        self.places.push((scope, place));
        let sides = self.sides;
        let def = sides.def;
        let before = self.before;
        let endings = self.endings;
        let walk = |coming: Coming<'a>| match coming {
            Coming::Facts(f) if f.id.scope == scope => {
                let Indexed { id, side, facts } = *f;
                Coming::Walked(Box::new(Walked::new(sides, id, side, facts, endings, before, place)))
            }
            other => other,
        };
        self.tracks = std::mem::take(&mut self.tracks).into_iter().map(walk).collect();
        let mine = || self.tracks.iter().filter(|t| t.scope() == scope && t.facts().live);
        let count = mine().count();
        let ended = mine().all(Coming::ended);
        let block = def.scope(scope);
        let owed = block.and_then(|s| s.count.as_ref()).map(|e| rules::number(&self.sides, e));
        let replaced = successors(&sides.settings.zone, mine().map(|t| (t.id(), t.facts())));
        let standing = count.saturating_sub(replaced.len());
        let reached = match owed {
            None => replaced.values().all(Option::is_some),
            Some(None) => false,
            #[expect(clippy::cast_precision_loss, reason = "a count of tracks is far below 2^52")]
            Some(Some(n)) => standing as f64 >= n,
        };
        let over = self.endings.shown().is_some();
        let stopped = self.endings.stop.is_some() || self.endings.supersede.is_some();
        let until_stop = block.is_some_and(|s| s.until_stop);
        let complete = ended && (over || (count > 0 && reached && (!until_stop || stopped)));
        let met = Met {
            count,
            owed: owed != Some(None) && !reached,
            complete,
            begun: mine().any(|t| t.facts().begun && !t.taken() && t.facts().replaced.is_none()),
            last: mine().filter_map(|t| t.facts().last).max_by_key(|(m, n)| (m.at, *n, m.precision)),
        };
        self.successors.extend(replaced);
        met
    }
}

/// Occurrences that lack their track's value, shown on the order's track.
fn unassigned(sides: &Sides<'_>, out: &mut Vec<NodeState>) {
    let side = sides.own;
    for o in &side.unassigned {
        let Some(node) = sides.def.node(o.node) else { continue };
        let around = Circumstance { branch: false, cancels: &[], unassigned: true };
        out.push(NodeState {
            node: o.node,
            round: 1,
            status: NodeStatus::Done,
            reason: None,
            findings: findings(sides.def, &sides.settings.zone, side, node, std::slice::from_ref(o), &around),
            hits: vec![o.fact],
            timing: Timing::default(),
        });
    }
}

/// The same in every run: digests are kept with what was folded under them. One that another version made is another one,
/// and then all is folded again.
const DIGEST: foldhash::quality::FixedState = foldhash::quality::FixedState::with_seed(7);

/// A digest of what tracks can see of their order: where their blocks stand, the endings, and the order's own nodes.
fn context(
    scene: &Scene<'_>,
    (guards, successors): (&[Option<bool>], &Successors),
    places: &[(ScopeIx, Place)],
    order: &TrackFacts,
) -> u64 {
    let mut h = DIGEST.build_hasher();
    (guards, successors, places, scene.opened_at).hash(&mut h);
    let endings = scene.order_endings;
    for by in [&endings.cancel, &endings.supersede, &endings.stop, &endings.excuse].into_iter().flatten() {
        (by.kind as u8, by.at, by.wasted, &by.reason).hash(&mut h);
    }
    endings.first_cancel.hash(&mut h);
    let mut open = false;
    for state in scene.order_nodes {
        let class = match state.status {
            NodeStatus::Done | NodeStatus::Early | NodeStatus::Late => 0u8,
            NodeStatus::Skipped | NodeStatus::NotApplicable => 1,
            NodeStatus::Missing => 2,
            NodeStatus::Pending | NodeStatus::Due | NodeStatus::Overdue => 3,
        };
        open |= class > 1;
        (state.node, state.round, class, &state.hits).hash(&mut h);
    }
    // Whether the order has ended matters to a track's rule only through nodes that have not happened.
    if open
        || rules::order_end_matters(scene.def)
        || scene.def.nodes.iter().any(|n| n.negative && n.scope == ScopeIx::ORDER)
    {
        scene.order_ended.hash(&mut h);
    }
    // A 间隔 that the order's end closes is as long as it is until then, and another track may move that end.
    if scene.order_ended && rules::order_end_matters(scene.def) {
        scene.order_ended_at.hash(&mut h);
    }
    order.facts.iter().for_each(|fact| hash_fact(fact, &mut h));
    h.finish()
}

/// Everything of a fact that a track's rule can name: a revision may keep id, time and arrival.
fn hash_fact(fact: &Fact, h: &mut impl Hasher) {
    (&fact.event, fact.at, fact.sequence, fact.arrived, fact.dead, fact.began, fact.recorded).hash(h);
    (&fact.system, &fact.campus, &fact.terminal, &fact.capture, &fact.patient).hash(h);
    if let Some(actor) = &fact.actor {
        (&actor.role, &actor.dept).hash(h);
        if let Some(person) = &actor.person {
            (&person.id, &person.name).hash(h);
        }
    }
    for (code, value) in &fact.fields {
        code.hash(h);
        hash_value(value, h);
    }
}

fn hash_value(value: &Value, h: &mut impl Hasher) {
    std::mem::discriminant(value).hash(h);
    match value {
        Value::Bool(b) => b.hash(h),
        Value::Number(n) => n.to_bits().hash(h),
        Value::Text(t) => t.hash(h),
        Value::Moment(m) => m.hash(h),
        Value::Span(s) => s.hash(h),
        Value::Work(w) => w.hash(h),
        Value::Person(p) => (&p.id, &p.name).hash(h),
        Value::List(items) => items.iter().for_each(|item| hash_value(item, h)),
    }
}
