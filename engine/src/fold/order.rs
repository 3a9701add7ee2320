//! The order's own track, and through its `每个` blocks the tracks.

use super::Folded;
use super::endings::Endings;
use super::findings::{Circumstance, findings};
use super::moments::Soon;
use super::recalled::{Others, Rest};
use super::replace::{Successors, successors};
use super::rules::{self, Heard, Scene};
use super::side::Side;
use super::summary::FactSummary;
use super::sums::{Sums, later};
use super::timing::Sides;
use super::track::{Walked, grave};
use super::walk::{Entry, Met, Place, Tracks, Walk};
use crate::facts::{Fact, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, ScopeIx};
use crate::name::CampusCode;
use crate::state::{NodeState, NodeStatus, Reason, Status, Timing, TrackState, Verdict};
use crate::time::{Instant, Moment};
use crate::value::Value;
use std::borrow::Cow;
use std::hash::{BuildHasher as _, Hash, Hasher};

/// Folds an order and those of its tracks that come with facts; `sealed`: as what it is once it is sealed at `now`.
pub(super) fn fold(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    others: Others<'_>,
    given: &[(&TrackId, &TrackFacts)],
    (now, sealed): (Instant, bool),
) -> Folded {
    let settings =
        def.campuses.get(campus).map_or_else(|| Cow::Owned(CampusSettings::of(def, campus)), Cow::Borrowed);
    let settings = settings.as_ref();
    let side = Side::new(def, ScopeIx::ORDER, &order.facts);
    let own = FactSummary::new(def, settings, &side);
    let ids: Vec<&TrackId> = given.iter().map(|(id, _)| *id).collect();
    let crowd = others.sums(&ids);
    let tracks: Vec<_> = given.iter().map(|(id, facts)| Coming::new(def, settings, id, facts)).collect();

    let all = || std::iter::once(&own).chain(tracks.iter().map(Coming::facts));
    let mut latest = crowd.latest;
    all().for_each(|f| latest.take(&f.latest));
    let mut before = crowd.before.clone();
    before.extend(all().flat_map(|f| f.before.iter().copied()));
    let endings = Endings::new(def, &settings.zone, &order.facts, &latest.moments(), &own.latest, &before);
    let opened_at = all().filter_map(|f| f.opens).chain(crowd.opens).min();
    let dead_opening = crowd.dead_opening || all().any(|f| f.dead_opening);

    let opening = all().filter_map(|f| f.opening.as_ref()).chain(&crowd.opening).min();
    let guards = opening.map(|o| o.guards.clone()).unwrap_or_default();
    let sides = Sides { def, settings, own: &side, order: &side, guards: &guards, now, sealed };
    let mut meet = Meet {
        sides,
        endings: &endings,
        before: &own.before,
        crowd: &crowd,
        others: (others, &ids),
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
        .filter(|t| t.facts().live)
        .filter_map(Coming::reach)
        .chain(crowd.reach)
        .chain(own.reach)
        .chain(endings.shown().map(|by| by.at.at))
        .max();
    let ended_at = if open { sealed.then_some(now) } else { reach };
    let over = !open || sealed;
    let nothing = Endings::default();
    let scene = Scene {
        def,
        settings,
        now,
        order: &side,
        order_nodes: &out,
        order_ended: over,
        order_endings: &endings,
        own: &side,
        own_nodes: &out,
        own_ended: over,
        own_ended_at: ended_at,
        own_endings: &nothing,
        own_optional: &optional,
        order_optional: &optional,
        order_ended_at: ended_at,
        opened_at,
        key: None,
        heard: None,
    };
    let context = context(&scene, (&guards, &successors), &places, order) ^ u64::from(sealed);
    let mut states = Vec::new();
    let mut summaries = Vec::new();
    for walked in tracks.into_iter().filter_map(|t| if let Coming::Walked(w) = t { Some(w) } else { None }) {
        let by = successors.get(&walked.id).cloned().flatten();
        let (state, summary) = walked.finish(&scene, (context, sealed), by);
        if summary.facts.live {
            states.push(state);
        }
        summaries.push(summary);
    }
    let stale = crowd.stale(context);
    let mut sums = crowd;
    summaries.iter().for_each(|summary| sums.add(summary, Rest::default()));
    let heard = Heard { sums: &sums, others, given: &ids, fresh: &summaries };
    let rules = rules::judge(&Scene { heard: Some(&heard), ..scene }, ScopeIx::ORDER, &mut soon);
    let broken = rules.iter().any(|r| r.verdict == Verdict::Violated && grave(def, r.rule));
    let mut flags = sums.flags;
    let mut next = soon;
    next.join(sums.next_change);
    flags.defective |= defective || broken;
    flags.interrupted |= interrupted && open;

    let own_status = match &took {
        Some(Reason::Cancelled) => Status::Cancelled,
        Some(Reason::Superseded) => Status::Superseded,
        Some(Reason::Stopped) if !(own.begun && (defective || broken)) => Status::Stopped,
        Some(Reason::Excused) => Status::Excused,
        _ if open && interrupted => Status::Interrupted,
        _ if over && (defective || broken) => Status::ClosedWithDefects,
        _ if over => Status::Closed,
        _ => Status::Open,
    };
    let status = if opened_at.is_none() {
        if dead_opening { Status::Void } else { Status::Waiting }
    } else if endings.cancel.is_some() {
        Status::Cancelled
    } else if endings.supersede.is_some() {
        Status::Superseded
    } else if open && flags.interrupted {
        Status::Interrupted
    } else if over {
        let stopped = took == Some(Reason::Stopped) || endings.stop.is_some() && flags.stopped;
        if stopped && !flags.walked {
            Status::Stopped
        } else if took == Some(Reason::Excused) && !flags.begun {
            Status::Excused
        } else if flags.defective {
            Status::ClosedWithDefects
        } else {
            Status::Closed
        }
    } else {
        Status::Open
    };
    let lasting = |at: Option<Instant>| at.filter(|_| !sealed);
    Folded {
        order: TrackState {
            id: TrackId::order(),
            status: own_status,
            ended_at,
            ended_by: endings.shown().cloned(),
            replaced_by: None,
            nodes: out,
            rules,
            next_change: lasting(soon.at),
        },
        tracks: states,
        summaries,
        status,
        opened_at,
        closed_at: ended_at,
        ended_by: endings.shown().cloned(),
        next_change: lasting(next.at),
        context,
        stale,
    }
}

/// A track that has not been walked.
struct Indexed<'a> {
    id: TrackId,
    side: Side<'a>,
    facts: FactSummary,
}

/// A track that came with its facts, on its way: indexed, or walked.
enum Coming<'a> {
    Facts(Box<Indexed<'a>>),
    Walked(Box<Walked<'a>>),
}

impl<'a> Coming<'a> {
    fn new(def: &Definition, settings: &CampusSettings, id: &TrackId, facts: &'a TrackFacts) -> Self {
        let side = Side::new(def, id.scope, &facts.facts);
        let summary = FactSummary::new(def, settings, &side);
        Self::Facts(Box::new(Indexed { id: id.clone(), side, facts: summary }))
    }
    fn id(&self) -> &TrackId {
        match self {
            Self::Facts(f) => &f.id,
            Self::Walked(w) => &w.id,
        }
    }
    fn scope(&self) -> ScopeIx {
        self.id().scope
    }
    fn facts(&self) -> &FactSummary {
        match self {
            Self::Facts(f) => &f.facts,
            Self::Walked(w) => &w.facts,
        }
    }
    fn ended(&self) -> bool {
        matches!(self, Self::Walked(w) if w.ended)
    }
    fn taken(&self) -> bool {
        matches!(self, Self::Walked(w) if w.taken)
    }
    fn reach(&self) -> Option<Instant> {
        match self {
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
    /// The recalled ones, together and one by one: all but those given.
    crowd: &'a Sums,
    others: (Others<'a>, &'a [&'a TrackId]),
    tracks: Vec<Coming<'a>>,
    places: Vec<(ScopeIx, Place)>,
    successors: Successors,
}

impl<'a> Tracks for Meet<'a> {
    fn happened(&self, scope: ScopeIx) -> bool {
        self.crowd.of(scope).happened
            || self.tracks.iter().any(|t| t.scope() == scope && t.facts().reach.is_some())
    }

    fn begun(&self, scope: ScopeIx) -> bool {
        self.crowd.of(scope).begun || self.tracks.iter().any(|t| t.scope() == scope && t.facts().begun)
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
        let crowd = self.crowd.of(scope);
        let count = crowd.live + mine().count();
        let ended = crowd.going_on == 0 && mine().all(Coming::ended);
        let block = def.scope(scope);
        let owed = block.and_then(|s| s.count.as_ref()).map(|e| rules::number(&self.sides, e));
        let mut again = Vec::new();
        super::replace::agains(def.flow_of(scope), &mut again);
        let some = crowd.counted < crowd.live || mine().any(|t| t.facts().replaced.is_some());
        let replaced = if again.is_empty() || !some {
            Successors::new()
        } else {
            let (others, given) = self.others;
            let known = others.iter(given).filter(|s| s.id.scope == scope && s.facts.live);
            let known = known.map(|s| (&s.id, &s.facts));
            successors(&sides.settings.zone, known.chain(mine().map(|t| (t.id(), t.facts()))))
        };
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
            begun: crowd.at_work
                || mine().any(|t| t.facts().begun && !t.taken() && t.facts().replaced.is_none()),
            last: mine().fold(crowd.last, |last, t| later(last, t.facts().last)),
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
        let around = Circumstance { branch: false, entry: Entry::NotRunning, cancels: &[], unassigned: true };
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
    (&fact.items, &fact.unit).hash(h);
    if let Some(actor) = &fact.actor {
        (&actor.role, &actor.dept, &actor.title).hash(h);
        if let Some(person) = &actor.person {
            (&person.id, &person.name).hash(h);
        }
    }
    for (code, value) in fact.fields.iter() {
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
