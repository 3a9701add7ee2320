//! Alerts on random instances: late, taken back, linked late; sources that lag and fall silent; in any batches.

use medloop_engine::alert::{
    Advanced, Change, Known, Pulse, Pulses, Replayed, Sources, Standing, Timed, TrackAlerts, Tracks, advance,
    replay, rest,
};
use medloop_engine::catalogue::{Catalogue, Feed};
use medloop_engine::facts::{InstanceFacts, TrackFacts, TrackId};
use medloop_engine::fold::{self, Others, Recalled};
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::oracle::{self, Sender, Turned};
use medloop_engine::testing::Sample;
use medloop_engine::time::{Instant, Span};
use std::collections::{BTreeMap, BTreeSet};

const MINUTE: i64 = 60_000_000;
const SYSTEMS: [&str; 3] = ["his", "lis", "pda"];

/// Numbers, again from the start when they are used up.
struct Draws<'t>(&'t [u32], usize);

impl Draws<'_> {
    fn of(&mut self, from: &[i64]) -> i64 {
        self.1 += 1;
        let n = self.0.get(self.1 % self.0.len().max(1)).copied().unwrap_or(0) as usize + self.1 / 120;
        from.get(n % from.len()).copied().unwrap_or(0)
    }
}

/// An instance with the times at which its facts come and go, and the systems that send them.
struct Story {
    def: Definition,
    campus: CampusCode,
    key: std::sync::Arc<str>,
    timed: Vec<Timed>,
    senders: BTreeMap<SystemCode, Sender>,
    catalogue: Catalogue,
    to: Instant,
}

impl Story {
    fn new(s: &Sample, tape: &[u32], simple: bool) -> Self {
        let mut draw = Draws(tape, 0);
        let mut def = s.def.clone();
        for (i, node) in def.nodes.iter_mut().enumerate() {
            let named = SYSTEMS.iter().cycle().skip(i).take(1 + i % 2);
            let systems: Vec<SystemCode> = named.filter_map(|s| SystemCode::parse(s).ok()).collect();
            node.triggers.iter_mut().for_each(|t| t.systems.clone_from(&systems));
        }
        let mut facts = s.facts.clone();
        for fact in facts.tracks.values_mut().chain([&mut facts.order]).flat_map(|t| &mut t.facts) {
            let late = draw.of(&[0, 0, 0, 1, 11, 31, 61, 125]) * MINUTE;
            let fact = std::sync::Arc::make_mut(fact);
            fact.arrived = Instant(fact.at.at.0.max(s.now.0 - Span::hours(2000).0) + late);
            fact.dead &= simple;
            fact.late = false;
        }
        let mut timed = Timed::all(&facts);
        for t in timed.iter_mut().filter(|_| !simple) {
            t.from = t.from.plus(Span(draw.of(&[0, 0, 0, 20]) * MINUTE));
            let lasts = draw.of(&[-1, -1, -1, -1, 0, 15, 45]);
            t.until = (lasts >= 0).then(|| t.from.plus(Span(lasts * MINUTE)));
        }
        // What was taken back counts again later, now and then.
        let again: Vec<Timed> = timed
            .iter()
            .filter_map(|t| Some((t, t.until?)))
            .filter_map(|(t, until)| {
                let after = draw.of(&[-1, 10, 40]);
                let from = until.plus(Span(after * MINUTE));
                (after >= 0).then(|| Timed { from, until: None, ..t.clone() })
            })
            .collect();
        timed.extend(again);
        let last = timed.iter().map(|t| t.until.unwrap_or(t.from).max(t.from)).max().unwrap_or(s.now);
        let to = last.plus(Span(draw.of(&[2000, 40, 0, 400]) * MINUTE));
        let mut senders = BTreeMap::new();
        for system in SYSTEMS {
            let lag = Span(draw.of(&[0, 5, 20, 90]) * MINUTE);
            let mut at = timed.iter().map(|t| t.from).min().unwrap_or(s.now).0 - 30 * MINUTE;
            let mut beats = Vec::new();
            while beats.len() < 12 {
                beats.push(Instant(at));
                at += draw.of(&[5, 9, 45, 11, 200]) * MINUTE;
            }
            // Whatever comes is a sign of life.
            let own = timed.iter().filter(|t| t.fact.system.as_str() == system);
            beats.extend(own.map(|t| t.from));
            let beats = (draw.of(&[0, 1]) == 1).then_some((Span(10 * MINUTE), beats));
            senders.extend(SystemCode::parse(system).ok().map(|code| (code, Sender { lag, beats })));
        }
        let feed = |(system, sender): (&SystemCode, &Sender)| Feed {
            source: system.to_string(),
            systems: vec![system.clone()],
            campus: None,
            anywhere: false,
            lag: sender.lag,
            heartbeat: None,
        };
        let mut catalogue = medloop_engine::testing::catalogue(s);
        catalogue.feeds = senders.iter().map(feed).collect();
        let (campus, key) = (s.facts.campus.clone(), s.facts.key.clone());
        Self { def, campus, key, timed, senders, catalogue, to }
    }

    /// What was known of the systems at `now`.
    fn pulses(&self, now: Instant) -> Pulses {
        let mut all = Pulses::new();
        for (system, sender) in &self.senders {
            let Some((heartbeat, beats)) = &sender.beats else { continue };
            let mut pulse = Pulse::new(*heartbeat);
            beats.iter().filter(|b| **b <= now).for_each(|b| {
                pulse.beat(*b);
            });
            all.insert((system.clone(), self.campus.clone()), pulse);
        }
        all
    }

    /// Whether fold and oracle agree on what had come by `now`.
    fn states_at(&self, now: Instant) -> Result<(), String> {
        let mut facts = InstanceFacts {
            campus: self.campus.clone(),
            key: self.key.clone(),
            order: TrackFacts::default(),
            tracks: BTreeMap::new(),
            sealed: None,
        };
        for t in self.timed.iter().filter(|t| t.from <= now && t.until.is_none_or(|u| now < u)) {
            let place = if t.track.is_order() {
                &mut facts.order
            } else {
                facts.tracks.entry(t.track.clone()).or_default()
            };
            place.facts.push(t.fact.clone());
            medloop_engine::admit::sort(&mut place.facts);
        }
        let (one, other) = (fold::fold(&self.def, &facts, now), oracle::fold(&self.def, &facts, now));
        crate::told::difference(&crate::told::plain(one), &crate::told::plain(other))
    }

    fn replay(&self, timed: &[Timed], to: Instant) -> Replayed {
        // Whatever has come is known, whenever it is looked at.
        let seen = timed.iter().map(|t| t.from).max().unwrap_or(to).max(to);
        let pulses = self.pulses(seen);
        let sources = Sources { catalogue: Some(&self.catalogue), pulses: &pulses };
        replay(&self.def, (&self.campus, &self.key), timed, to, &sources)
    }
}

fn turned(changes: &[Change]) -> Vec<Turned> {
    let one = |c: &Change| Turned {
        at: c.turn.at,
        track: c.track.clone(),
        rule: c.rule,
        round: c.round,
        due: c.turn.raised.as_ref().map(|r| r.due),
    };
    let mut all: Vec<Turned> = changes.iter().map(one).collect();
    all.sort();
    all
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, a: &[T], b: &[T]) -> Result<(), String> {
    if a == b {
        return Ok(());
    }
    let list = |v: &[T]| v.iter().map(|x| format!("  {x:?}\n")).collect::<String>();
    Err(format!("{what}:\n{}and:\n{}", list(a), list(b)))
}

/// From the beginning, to the end at once: the oracle's turns.
pub(crate) fn equal_the_oracle(s: &Sample, tape: &[u32]) -> Result<(), String> {
    let story = Story::new(s, tape, tape.first().is_some_and(|n| n % 3 == 0));
    let found = story.replay(&story.timed, story.to);
    let (expected, sealed) =
        oracle::alerts(&story.def, (&story.campus, &story.key), &story.timed, story.to, &story.senders);
    let found_at = found.standing.sealed();
    if found_at != sealed {
        return Err(format!(
            "{:#?}\n{:?}\nsealed at {found_at:?} and {sealed:?}",
            story.senders, story.timed
        ));
    }
    let told = || format!("{:#?}\n{:?}\nto {:?}\n", story.senders, story.timed, story.to);
    same("replayed and oracle", &turned(&found.changes), &expected).map_err(|e| {
        // Where the states themselves differ, that is what is wrong.
        let states = expected.iter().map(|t| story.states_at(t.at));
        format!("{}{e}{:?}", told(), states.collect::<Result<Vec<()>, String>>())
    })
}

/// An instance as the store keeps it between batches.
#[derive(Default)]
struct Kept {
    facts: BTreeMap<TrackId, TrackFacts>,
    recalled: Recalled,
    alerts: BTreeMap<TrackId, TrackAlerts>,
    standing: Standing,
    changes: Vec<Change>,
    replays: u32,
}

impl Kept {
    /// One batch: these facts have come, and it is `to`.
    fn settle(&mut self, story: &Story, batch: &[&Timed], to: Instant) -> Result<(), String> {
        let mut touched = BTreeSet::new();
        let in_order = batch.iter().all(|t| t.from > self.standing.upto);
        for t in batch {
            let facts = self.facts.entry(t.track.clone()).or_default();
            facts.facts.push(t.fact.clone());
            medloop_engine::admit::sort(&mut facts.facts);
            touched.insert(t.track.clone());
        }
        if !in_order {
            self.replays += 1;
            let whole = InstanceFacts {
                campus: story.campus.clone(),
                key: story.key.clone(),
                order: self.facts.get(&TrackId::order()).cloned().unwrap_or_default(),
                tracks: self
                    .facts
                    .iter()
                    .filter(|(id, _)| !id.is_order())
                    .map(|(i, f)| (i.clone(), f.clone()))
                    .collect(),
                sealed: None,
            };
            let all = story.replay(&Timed::all(&whole), to);
            self.standing = all.standing;
            self.alerts = all.alerts;
            let nothing = TrackAlerts::default();
            let told = all.summaries.into_iter();
            let told = told.map(|(id, s)| {
                let rest = rest(&s, self.alerts.get(&id).unwrap_or(&nothing));
                (s, rest)
            });
            self.recalled = told.collect();
            self.changes = all.changes;
            return Ok(());
        }
        touched.remove(&TrackId::order());
        let touched: Vec<&TrackId> = touched.iter().collect();
        let given = |all| Given { kept: self, touched: &touched, all };
        let done = match given(false).advance(story, to) {
            Some(done) => done,
            None => given(true).advance(story, to).ok_or("facts are lacking although all are given")?,
        };
        let Advanced { standing, summaries, alerts, changes, folded } = done;
        let whole = self.facts.iter().filter(|(id, _)| !id.is_order());
        let nothing = TrackFacts::default();
        let order = self.facts.get(&TrackId::order()).unwrap_or(&nothing);
        let at = to.max(standing.upto);
        let now = if let Some(at) = standing.sealed() {
            let cut = |t: &TrackFacts| TrackFacts {
                facts: t.facts.iter().filter(|f| f.counts_at_seal(at)).cloned().collect(),
            };
            let cuts: Vec<_> = whole.map(|(id, f)| (id, cut(f))).collect();
            let given = cuts.iter().map(|(id, f)| (*id, f));
            fold::fold_sealed(&story.def, &story.campus, &cut(order), Others::none(), given, at)
        } else {
            fold::fold_with(&story.def, &story.campus, order, Others::none(), whole, at)
        };
        if (now.status, now.closed_at, now.opened_at) != (folded.status, folded.closed_at, folded.opened_at) {
            return Err(format!("the last fold is {:?}, a new one {:?}", folded.status, now.status));
        }
        self.standing = standing;
        self.alerts.extend(alerts);
        self.alerts.retain(|_, alerts| !alerts.is_empty());
        let nothing = TrackAlerts::default();
        for summary in summaries {
            let rest = rest(&summary, self.alerts.get(&summary.id).unwrap_or(&nothing));
            self.recalled.set(summary, rest);
        }
        self.changes.extend(changes);
        Ok(())
    }
}

/// What of it is at hand: the facts of tracks touched, or of all.
struct Given<'a> {
    kept: &'a Kept,
    touched: &'a [&'a TrackId],
    all: bool,
}

impl Tracks for Given<'_> {
    fn recalled(&self) -> &Recalled {
        &self.kept.recalled
    }
    fn facts(&self, id: &TrackId) -> Option<&TrackFacts> {
        self.kept.facts.get(id).filter(|_| self.all || self.touched.contains(&id))
    }
    fn alerts(&self, id: &TrackId) -> Option<&TrackAlerts> {
        self.kept.alerts.get(id)
    }
}

impl Given<'_> {
    fn advance(&self, story: &Story, to: Instant) -> Option<Advanced> {
        let nothing = TrackFacts::default();
        let arrived = self.kept.facts.values().flat_map(|t| &t.facts).map(|f| f.arrived).max();
        let pulses = story.pulses(arrived.unwrap_or(to).max(to));
        let sources = Sources { catalogue: Some(&story.catalogue), pulses: &pulses };
        let order = self.kept.facts.get(&TrackId::order()).unwrap_or(&nothing);
        let known = Known { order, tracks: self, touched: self.touched };
        advance(&story.def, (&story.campus, &story.key), &self.kept.standing, known, to, &sources).ok()
    }
}

/// Facts come in batches, mostly in the order of their arrival; the clock is looked at in between: as if all came at once.
pub(crate) fn same_in_any_batches(s: &Sample, tape: &[u32]) -> Result<(), String> {
    let story = Story::new(s, tape, true);
    let mut draw = Draws(tape, 7);
    let mut kept = Kept::default();
    let mut coming: Vec<&Timed> = story.timed.iter().collect();
    coming.sort_by_key(|t| t.from);
    if draw.of(&[1, 0, 0]) == 1 {
        // Some overtake others.
        for i in 1..coming.len() {
            if draw.of(&[0, 0, 1]) == 1 {
                coming.swap(i - 1, i);
            }
        }
    }
    let mut now = Instant(i64::MIN);
    while !coming.is_empty() {
        let size = usize::try_from(draw.of(&[1, 1, 2, 3, 8])).unwrap_or(1).min(coming.len());
        let batch: Vec<&Timed> = coming.drain(..size).collect();
        let last = batch.iter().map(|t| t.from).max().unwrap_or(now);
        now = now.max(last.plus(Span(draw.of(&[0, 0, 1, 10]) * MINUTE / 4)));
        // Not beyond what is still to come, or everything were out of order.
        let next = coming.iter().map(|t| t.from).min().unwrap_or(now);
        let to = if next > last { now.min(Instant(next.0 - 1)) } else { last }.min(story.to);
        kept.settle(&story, &batch, to)?;
        while draw.of(&[0, 1]) == 1 {
            let pause = draw.of(&[1, 7, 30]) * MINUTE;
            now = if coming.is_empty() {
                now.plus(Span(pause))
            } else {
                now.plus(Span(pause)).min(Instant(next.0 - 1))
            };
            if now >= last && now <= story.to {
                kept.settle(&story, &[], now)?;
            }
        }
    }
    kept.settle(&story, &[], story.to)?;
    let whole = story.replay(&story.timed, story.to);
    let order = |c: &Change| (c.turn.at, c.track.clone(), c.rule, c.round);
    let (mut one, mut other) = (kept.changes, whole.changes);
    one.sort_by_key(order);
    other.sort_by_key(order);
    same("in batches and at once", &one, &other)?;
    let (one, other) = (still(&kept.alerts, &kept.standing), still(&whole.alerts, &whole.standing));
    if one == other { Ok(()) } else { Err(format!("remembered {one}\nand {other}")) }
}

/// What is remembered, without the next moment of what is held back: it may be looked at again before it can change.
fn still(alerts: &BTreeMap<TrackId, TrackAlerts>, standing: &Standing) -> String {
    let mut all: Vec<(String, serde_json::Value)> =
        alerts.iter().map(|(id, a)| (format!("{id:?}"), serde_json::json!(a))).collect();
    all.push(("order".into(), serde_json::json!(standing.alerts)));
    all.push(("seal".into(), serde_json::json!(standing.seal)));
    for watch in all.iter_mut().filter_map(|(_, v)| v.as_array_mut()).flatten() {
        watch.as_object_mut().map(|w| w.remove("x"));
    }
    format!("{all:?}")
}

/// What the samples must reach.
pub(crate) const TURNS: [&str; 12] = [
    "raised at once",
    "raised later than due",
    "cleared",
    "reopened",
    "a second round",
    "on a track",
    "held by a silence",
    "gone on in batches",
    "sealed after its end",
    "sealed before its end",
    "raised by a seal",
    "came after a seal",
];

/// What one sample reaches.
pub(crate) fn reached(s: &Sample, tape: &[u32]) -> BTreeSet<&'static str> {
    let story = Story::new(s, tape, false);
    let all = story.replay(&story.timed, story.to);
    let mut out = BTreeSet::new();
    let mut up: BTreeSet<(TrackId, u16, u32)> = BTreeSet::new();
    for c in &all.changes {
        let key = (c.track.clone(), c.rule, c.round);
        match &c.turn.raised {
            None => drop(out.insert("cleared")),
            Some(r) => {
                out.insert(if r.due < c.turn.at { "raised later than due" } else { "raised at once" });
                if !up.insert(key) {
                    out.insert("reopened");
                }
            }
        }
        if c.round > 1 {
            out.insert("a second round");
        }
        if !c.track.is_order() {
            out.insert("on a track");
        }
    }
    if all.standing.alerts.held() || all.alerts.values().any(TrackAlerts::held) {
        out.insert("held by a silence");
    }
    if let Some(at) = all.standing.sealed() {
        out.extend(
            all.changes
                .iter()
                .any(|c| c.turn.at == at && c.turn.raised.is_some())
                .then_some("raised by a seal"),
        );
        out.extend(story.timed.iter().any(|t| t.from > at).then_some("came after a seal"));
        let facts = oracle::facts_at(&story.campus, &story.key, &story.timed, at);
        let closed = fold::fold(&story.def, &facts, at).closed_at.is_some();
        out.insert(if closed { "sealed after its end" } else { "sealed before its end" });
    }
    let mut kept = Kept::default();
    let simple = Story::new(s, tape, true);
    let mut coming: Vec<&Timed> = simple.timed.iter().collect();
    coming.sort_by_key(|t| t.from);
    for t in coming {
        if kept.settle(&simple, &[t], t.from).is_err() {
            return out;
        }
    }
    if kept.replays == 0 && !kept.changes.is_empty() {
        out.insert("gone on in batches");
    }
    out
}
