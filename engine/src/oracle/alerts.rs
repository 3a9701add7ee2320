//! Alerts by looking at every moment: the definition of when one is raised and cleared, written down once more.

use crate::admit;
use crate::alert::Timed;
use crate::facts::{InstanceFacts, TrackFacts, TrackId};
use crate::graph::{Definition, Expr, NodeIx};
use crate::name::{CampusCode, SystemCode};
use crate::state::{Because, InstanceState, Status, TrackState, Verdict, What};
use crate::time::{Instant, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One turn: of the alert of this rule, track and round, raised for what was due then, or cleared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turned {
    /// When.
    pub at: Instant,
    /// The track.
    pub track: TrackId,
    /// Index into the definition's rules.
    pub rule: u16,
    /// The round.
    pub round: u32,
    /// When the verdict had turned; `None`: cleared.
    pub due: Option<Instant>,
}

/// What is known of one system at the campus.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    /// How late its events may be.
    pub lag: Span,
    /// The longest pause that is no silence, and every moment at which something came.
    pub beats: Option<(Span, Vec<Instant>)>,
}

impl Sender {
    fn silent(&self, t: Instant) -> bool {
        let Some((heartbeat, beats)) = &self.beats else { return false };
        let last = beats.iter().filter(|b| **b <= t).max();
        last.is_some_and(|last| t.since(*last) >= *heartbeat)
    }
    /// Whether it had just come back from a silence, less than `lag` before `t`.
    fn fresh(&self, t: Instant, lag: Span) -> bool {
        let Some((heartbeat, beats)) = &self.beats else { return false };
        let mut sorted = beats.clone();
        sorted.sort();
        sorted.windows(2).any(|pair| match pair {
            [a, b] => b.since(*a) > *heartbeat && *b <= t && t < b.plus(lag),
            _ => false,
        })
    }
}

#[derive(Default)]
struct Memory {
    since: Option<Instant>,
    up: bool,
}

/// Every turn up to `to`, looking at each moment at which anything can change; and when the instance was sealed.
#[must_use]
pub fn alerts(
    def: &Definition,
    (campus, key): (&CampusCode, &Arc<str>),
    timed: &[Timed],
    to: Instant,
    senders: &BTreeMap<SystemCode, Sender>,
) -> (Vec<Turned>, Option<Instant>) {
    let mut moments: BTreeSet<Instant> =
        timed.iter().flat_map(|t| [Some(t.from), t.until]).flatten().collect();
    let lags: BTreeSet<Span> = senders.values().map(|s| s.lag).collect();
    for (heartbeat, beats) in senders.values().filter_map(|s| s.beats.as_ref()) {
        for beat in beats {
            moments.extend([*beat, beat.plus(*heartbeat)]);
            moments.extend(lags.iter().map(|lag| beat.plus(*lag)));
        }
    }
    let (mut heard, mut over_since, mut sealed) = (None, None, None);
    let mut memory: BTreeMap<(TrackId, u16, u32), Memory> = BTreeMap::new();
    let mut out = Vec::new();
    let first = timed.iter().map(|t| t.from).min().unwrap_or(to);
    let mut after = Instant(first.0.saturating_sub(1));
    while let Some(now) =
        moments.range((std::ops::Bound::Excluded(after), std::ops::Bound::Included(to))).next().copied()
    {
        after = now;
        let mut facts = facts_at(campus, key, timed, now);
        let mut state = super::fold(def, &facts, now);
        // Where the state can change next is taken from the fold: another property holds it to be no later than that.
        moments.extend(crate::fold::fold(def, &facts, now).next_change);
        heard = if timed.iter().any(|t| t.from == now || t.until == Some(now)) { Some(now) } else { heard };
        over_since = over_since.filter(|_| is_over(&state)).or(is_over(&state).then_some(now));
        let at = seal(def, campus, &state, heard, over_since);
        moments.extend(at);
        if at.is_some_and(|at| at <= now) {
            sealed = Some(now);
            facts.sealed = sealed;
            state = super::fold(def, &facts, now);
        }
        let look = Look { def, state: &state, now, senders };
        for (at, due) in look.violated() {
            let mine = memory.entry(at.clone()).or_default();
            mine.since.get_or_insert(now);
            let (due, awaits) = (due.0.or(mine.since).unwrap_or(now), due.1);
            let lag = awaits.map_or(Span::ZERO, |n| look.lag(n));
            moments.insert(due.plus(lag));
            let waits = awaits.is_some_and(|n| look.waits(n)) || now < due.plus(lag);
            // What a seal finds violated is waited for no longer.
            if !mine.up && (awaits.is_none() || !waits || sealed.is_some()) {
                mine.up = true;
                out.push(Turned { at: now, track: at.0, rule: at.1, round: at.2, due: Some(due) });
            }
        }
        let still: BTreeSet<_> = look.violated().into_iter().map(|(at, _)| at).collect();
        for (at, mine) in &mut memory {
            if still.contains(at) {
                continue;
            }
            mine.since = None;
            if mine.up && !look.over(at) {
                mine.up = false;
                out.push(Turned { at: now, track: at.0.clone(), rule: at.1, round: at.2, due: None });
            }
        }
        if sealed.is_some() {
            break;
        }
    }
    out.sort();
    (out, sealed)
}

/// Whether an instance that is open at all has ended or is interrupted.
fn is_over(state: &InstanceState) -> bool {
    !matches!(state.status, Status::Waiting | Status::Void | Status::Open)
}

/// When an instance as it is now is sealed (§14).
fn seal(
    def: &Definition,
    campus: &CampusCode,
    state: &InstanceState,
    heard: Option<Instant>,
    over_since: Option<Instant>,
) -> Option<Instant> {
    if matches!(state.status, Status::Waiting | Status::Void) {
        return None;
    }
    let nobody = InstanceFacts {
        campus: campus.clone(),
        key: Arc::from(""),
        order: TrackFacts::default(),
        tracks: BTreeMap::new(),
        sealed: None,
    };
    let from = match (state.closed_at, over_since) {
        (Some(ended), Some(since)) => ended.max(since),
        (None, Some(since)) => since.min(heard.unwrap_or(since)),
        (_, None) => heard?,
    };
    let case = super::case::Case::new(def, &nobody, from);
    Some(from.plus(case.length(def.seal?, from)?))
}

/// The facts that count at `now`.
#[must_use]
pub fn facts_at(campus: &CampusCode, key: &Arc<str>, timed: &[Timed], now: Instant) -> InstanceFacts {
    let mut tracks: BTreeMap<TrackId, TrackFacts> = BTreeMap::new();
    for t in timed.iter().filter(|t| t.from <= now && t.until.is_none_or(|until| now < until)) {
        tracks.entry(t.track.clone()).or_default().facts.push(t.fact.clone());
    }
    tracks.values_mut().for_each(|t| admit::sort(&mut t.facts));
    let order = tracks.remove(&TrackId::order()).unwrap_or_default();
    InstanceFacts { campus: campus.clone(), key: key.clone(), order, tracks, sealed: None }
}

struct Look<'a> {
    def: &'a Definition,
    state: &'a InstanceState,
    now: Instant,
    senders: &'a BTreeMap<SystemCode, Sender>,
}

type At = (TrackId, u16, u32);
type Violation = (At, (Option<Instant>, Option<NodeIx>));

impl Look<'_> {
    fn opened(&self) -> bool {
        !matches!(self.state.status, Status::Waiting | Status::Void)
    }

    /// Every violation, when it turned, and the node that is absent.
    fn violated(&self) -> Vec<Violation> {
        let tracks = self.state.tracks.iter().filter(|_| self.opened());
        let all = tracks.flat_map(|t| t.rules.iter().map(move |r| (t, r)));
        all.filter(|(_, r)| r.verdict == Verdict::Violated)
            .map(|(t, r)| {
                let (mut because, mut on) = (&r.because, &t.id);
                while let Because::OnTrack(track, inner) = because {
                    (because, on) = (inner, track);
                }
                let awaits = match because {
                    Because::NotHappened(n, _) => Some(*n),
                    Because::Compared(seen) => {
                        let at_once = seen.iter().filter(|s| s.what == What::Done);
                        at_once.filter_map(|s| s.node).find(|n| self.absent(on, *n))
                    }
                    _ => None,
                };
                ((t.id.clone(), r.rule, self.round(t, r.rule)), (r.decided_at, awaits))
            })
            .collect()
    }

    /// Whether a node has no occurrence in its last round, as seen from a track.
    fn absent(&self, track: &TrackId, node: NodeIx) -> bool {
        let scope = self.def.node(node).map(|n| n.scope);
        let here =
            |t: &&TrackState| if scope == Some(track.scope) { t.id == *track } else { t.id.is_order() };
        let states = self.state.tracks.iter().filter(here).flat_map(|t| &t.nodes).filter(|n| n.node == node);
        states.max_by_key(|n| n.round).is_none_or(|n| n.hits.is_empty())
    }

    /// Whether this round is over while its rule is judged in a later one: then its alert stays as it is.
    fn over(&self, (track, rule, round): &At) -> bool {
        let place = self.state.tracks.iter().find(|t| t.id == *track);
        self.opened() && place.is_some_and(|t| self.round(t, *rule) > *round)
    }

    fn round(&self, track: &TrackState, rule: u16) -> u32 {
        let check = self.def.rules.get(usize::from(rule)).map(|r| &r.check);
        let named = check.map(Expr::nodes).unwrap_or_default();
        let places = self.state.tracks.iter().filter(|t| t.id.is_order() || t.id == track.id);
        let nodes = places.flat_map(|t| {
            let mine = move |n: &NodeIx| self.def.node(*n).is_some_and(|d| d.scope == t.id.scope);
            let named = named.iter().copied().filter(mine).collect::<Vec<_>>();
            t.nodes.iter().filter(move |n| named.contains(&n.node))
        });
        nodes.map(|n| n.round).max().unwrap_or(1)
    }

    fn systems(&self, node: NodeIx) -> Vec<&Sender> {
        let triggers = self.def.node(node).map(|n| n.triggers.as_slice()).unwrap_or_default();
        triggers.iter().flat_map(|t| &t.systems).filter_map(|s| self.senders.get(s)).collect()
    }

    fn lag(&self, node: NodeIx) -> Span {
        self.systems(node).iter().map(|s| s.lag).max().unwrap_or(Span::ZERO)
    }

    /// Whether one of its systems is silent, or has come back too short a time ago.
    fn waits(&self, node: NodeIx) -> bool {
        let lag = self.lag(node);
        self.systems(node).iter().any(|s| s.silent(self.now) || s.fresh(self.now, lag))
    }
}
