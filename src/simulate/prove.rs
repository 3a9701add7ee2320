//! Which loops can be simulated: some faultless orders of each are judged by the engine, and what is not as it should be is told.
//!
//! So a loop that asks for what nobody taught the simulation yet is left out, instead of filling pages with flags that nobody injected.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use medloop_engine::admit;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival, Event, Rejection};
use medloop_engine::explain::{Scene, finding};
use medloop_engine::facts::{InstanceFacts, TrackFacts};
use medloop_engine::fold::fold;
use medloop_engine::graph::Definition;
use medloop_engine::name::LoopCode;
use medloop_engine::state::{InstanceState, NodeStatus, Status, Verdict};
use medloop_engine::time::{Instant, Span};
use medloop_engine::words::{Lang, Worded};
use medloop_engine::world::{InstanceId, timeline};

use super::deliver::Sent;

/// By then everything that is to happen has happened, and what is still open is overdue.
pub(super) const LONG: Span = Span(200 * 86_400_000_000);

/// What keeps a loop from being simulated, or from being published beside simulated orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// The loop.
    pub(crate) code: LoopCode,
    /// Why, in Chinese.
    pub(crate) zh: String,
    /// Why, in English.
    pub(crate) en: String,
}

impl LeftOut {
    fn of(definition: &Definition, (zh, en): Words) -> Self {
        let (name, code) = (&definition.name, definition.code.clone());
        Self { zh: format!("不模拟 {name}：{zh}"), en: format!("{code} is left out: {en}"), code }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// The same in Chinese and in English.
type Words = (String, String);

/// What was found out about the loops, order by order.
pub(super) struct Proof<'a> {
    catalogue: &'a Catalogue,
    definitions: &'a [Arc<Definition>],
    /// What was wrong first with an order of a loop.
    flawed: BTreeMap<LoopCode, Words>,
    /// Loops that orders of another one open and leave unfinished, each with those others.
    disturbed: BTreeMap<LoopCode, BTreeSet<LoopCode>>,
}

impl<'a> Proof<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, definitions: &'a [Arc<Definition>]) -> Self {
        Self { catalogue, definitions, flawed: BTreeMap::new(), disturbed: BTreeMap::new() }
    }

    /// Whether nothing is known against a loop.
    pub(super) fn holds(&self, code: &LoopCode) -> bool {
        !self.flawed.contains_key(code)
    }

    /// Judges one faultless order of `own`, which has the key `key`.
    pub(super) fn judge(&mut self, own: &Definition, key: &str, sent: &[Sent]) {
        if let Err(words) = self.order(own, key, sent) {
            self.flawed.entry(own.code.clone()).or_insert(words);
        }
    }

    fn order(&mut self, own: &Definition, key: &str, sent: &[Sent]) -> Result<(), Words> {
        let events = self.read(sent)?;
        let now = sent.iter().map(|s| s.at).max().unwrap_or(Instant(0)).plus(LONG);
        let mut mine = false;
        for definition in self.definitions {
            for id in opened(definition, &events) {
                let facts = facts(definition, &id, &events);
                let state = fold(definition, &facts, now);
                let wrong = wrong(definition, &facts, &state);
                if definition.code == own.code && id.key.as_ref() == key {
                    mine = true;
                    wrong.map_or(Ok(()), Err)?;
                } else if !matches!(state.status, Status::Waiting | Status::Void) && wrong.is_some() {
                    self.disturbed.entry(definition.code.clone()).or_default().insert(own.code.clone());
                }
            }
        }
        if mine {
            Ok(())
        } else {
            Err(("医嘱没有开出闭环".into(), "its order opens no instance".into()))
        }
    }

    fn read(&self, sent: &[Sent]) -> Result<Vec<Event>, Words> {
        let mut events = Vec::new();
        for delivery in sent {
            let refused =
                |r: Rejection| (format!("事件被拒收：{}", r.zh), format!("an event is refused: {}", r.en));
            let event =
                event::read(&delivery.event, self.catalogue, Arrival::Now(delivery.at)).map_err(refused)?;
            admit::check(self.definitions.iter().map(|d| &**d), &event).map_err(refused)?;
            events.push(event);
        }
        Ok(events)
    }

    /// Loops that are not simulated, and loops that must not be published beside those that are.
    pub(super) fn outcome(self) -> (Vec<LeftOut>, BTreeSet<LoopCode>) {
        let code_of = |code: &LoopCode| self.definitions.iter().find(|d| d.code == *code);
        let mut left = self.flawed.clone();
        let mut spoilt = BTreeSet::new();
        for (code, by) in &self.disturbed {
            let by: Vec<&LoopCode> = by.iter().filter(|b| !self.flawed.contains_key(*b)).collect();
            if by.is_empty() {
                continue;
            }
            spoilt.insert(code.clone());
            let names: Vec<&str> = by.iter().filter_map(|b| code_of(b)).map(|d| d.name.as_str()).collect();
            let codes: Vec<&str> = by.iter().map(|b| b.as_str()).collect();
            left.entry(code.clone()).or_insert_with(|| {
                let (names, codes) = (names.join("、"), codes.join(", "));
                (
                    format!("{names}的事件会开出不完整的它"),
                    format!("events of {codes} open it and leave it unfinished"),
                )
            });
        }
        let told = left.into_iter().filter_map(|(code, words)| Some(LeftOut::of(code_of(&code)?, words)));
        (told.collect(), spoilt)
    }
}

/// The instances of a loop that carry a key of these events.
fn opened(definition: &Definition, events: &[Event]) -> BTreeSet<InstanceId> {
    let wanted = events.iter().filter(|e| admit::wants(definition, e));
    let id = |event: &Event| {
        let key = admit::key(definition, event)?;
        Some(InstanceId { campus: event.campus.clone(), code: definition.code.clone(), key })
    };
    wanted.filter_map(id).collect()
}

/// The facts of an instance when all has arrived.
pub(super) fn facts(definition: &Definition, id: &InstanceId, events: &[Event]) -> InstanceFacts {
    let (campus, key) = (id.campus.clone(), id.key.clone());
    let mut facts =
        InstanceFacts { campus, key, order: TrackFacts::default(), tracks: BTreeMap::new(), sealed: None };
    for timed in timeline(definition, id, events).into_iter().filter(|t| t.until.is_none()) {
        if timed.track.is_order() {
            facts.order.facts.push(timed.fact);
        } else {
            facts.tracks.entry(timed.track).or_default().facts.push(timed.fact);
        }
    }
    admit::sort(&mut facts.order.facts);
    facts.tracks.values_mut().for_each(|t| admit::sort(&mut t.facts));
    facts
}

/// The first thing that is not as it is with a faultless order.
fn wrong(definition: &Definition, facts: &InstanceFacts, state: &InstanceState) -> Option<Words> {
    let both = |say: &dyn Fn(Lang) -> String| Some((say(Lang::Zh), say(Lang::En)));
    for node in state.tracks.iter().flat_map(|t| &t.nodes) {
        let name = definition.node(node.node).map_or("", |n| n.name.as_str());
        if let Some(found) = node.findings.first() {
            let scene = |lang| Scene::new(definition, facts, state, lang, None);
            return both(&|lang| format!("{name}：{}", finding(&scene(lang), node.node, found).1));
        }
        if matches!(
            node.status,
            NodeStatus::Early | NodeStatus::Late | NodeStatus::Missing | NodeStatus::Overdue
        ) {
            return both(&|lang| format!("{name}：{}", node.status.word().text(lang)));
        }
    }
    for rule in state.tracks.iter().flat_map(|t| &t.rules) {
        if matches!(rule.verdict, Verdict::Violated | Verdict::NoData) {
            let name = definition.rules.get(usize::from(rule.rule)).map_or("", |r| r.name.as_str());
            return both(&|lang| format!("{name}：{}", rule.verdict.word().text(lang)));
        }
    }
    if state.status == Status::Closed {
        return None;
    }
    let waits = state.tracks.iter().flat_map(|t| &t.nodes);
    let waits = waits.filter(|n| matches!(n.status, NodeStatus::Due | NodeStatus::Pending));
    let waits = waits.filter_map(|n| definition.node(n.node)).map(|n| n.name.as_str()).next().unwrap_or("");
    both(&|lang| format!("{waits}：{}", state.status.word().text(lang)))
}
