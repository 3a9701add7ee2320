//! Whether an order shows to the engine what was injected into it, and nothing else.
//!
//! What loops ask for hangs together: to break one rule may be to keep another, or to break two. An order that is not what the
//! truth says of it is not sent.

use std::collections::BTreeSet;

use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival, Event};
use medloop_engine::explain::{Scene, finding};
use medloop_engine::facts::InstanceFacts;
use medloop_engine::fold::fold;
use medloop_engine::graph::{Definition, EndingKind, NodeIx};
use medloop_engine::name::CampusCode;
use medloop_engine::state::{InstanceState, NodeState, NodeStatus, RuleState, Status, TrackState, Verdict};
use medloop_engine::time::Instant;
use medloop_engine::words::{Lang, Worded};
use medloop_engine::world::InstanceId;

use super::Order;
use super::SlowClock;
use super::prove::{LONG, facts};
use super::truth::{Expect, Injected};

/// From when on the engine sees in an order what was injected (`None`: nothing), and nothing else; `None`: it never does.
pub(super) fn as_told(
    catalogue: &Catalogue,
    (definition, campus): (&Definition, &CampusCode),
    order: &Order,
    injected: Option<&Injected>,
    slow: Option<&SlowClock>,
) -> Option<Instant> {
    let key = order.plan.key.as_str().into();
    let id = InstanceId { campus: campus.clone(), code: definition.code.clone(), key };
    let facts = facts(definition, &id, &taken(catalogue, order));
    let all_came = order.deliveries.iter().map(|s| s.at).max().unwrap_or(Instant(0));
    let state = fold(definition, &facts, all_came.plus(LONG));
    let shown = Shown { definition, facts: &facts, state: &state };
    // What a slow clock tells seems to come before what it follows.
    let told =
        |ix: &NodeIx| order.plan.steps.iter().any(|s| s.node == *ix && slow.is_some_and(|c| c.is(s, campus)));
    let slow: BTreeSet<String> =
        definition.nodes().filter(|(ix, _)| told(ix)).map(|(_, n)| n.code.to_string()).collect();
    let flags =
        shown.flags().into_iter().filter(|(code, said)| *said != SlowClock::SHOWS || !slow.contains(code));
    let flags: Vec<_> = flags.collect();
    let told = match injected {
        None => state.status == Status::Closed && flags.is_empty(),
        Some(truth) => {
            let allowed = |(code, said): &(String, &'static str)| {
                truth.nodes.contains(code)
                    || truth.rules.contains(code)
                    || (truth.fault == "done_after_cancel" && *said == "exec_after_cancel")
            };
            flags.iter().all(allowed) && shown.all(truth)
        }
    };
    told.then(|| injected.map_or(all_came, |truth| since(definition, &facts, truth, all_came)))
}

/// From when on it shows, all of it having come at `at`: at once, or when a standard duration has passed.
fn since(definition: &Definition, facts: &InstanceFacts, truth: &Injected, mut at: Instant) -> Instant {
    loop {
        let state = fold(definition, facts, at);
        if (Shown { definition, facts, state: &state }).all(truth) {
            return at;
        }
        let Some(next) = state.next_change.filter(|next| *next > at) else { return at };
        at = next;
    }
}

/// The events that a server takes, as they arrive: of two with one id and revision the first.
fn taken(catalogue: &Catalogue, order: &Order) -> Vec<Event> {
    let mut sent: Vec<_> = order.deliveries.iter().collect();
    sent.sort_by_key(|s| s.at);
    let mut known = BTreeSet::new();
    let events = sent.into_iter().filter_map(|s| event::read(&s.event, catalogue, Arrival::Now(s.at)).ok());
    events.filter(|e| known.insert((e.reference(), e.revision))).collect()
}

struct Shown<'a> {
    definition: &'a Definition,
    facts: &'a InstanceFacts,
    state: &'a InstanceState,
}

impl Shown<'_> {
    fn code(&self, node: &NodeState) -> String {
        self.definition.node(node.node).map(|n| n.code.to_string()).unwrap_or_default()
    }

    fn rule(&self, rule: &RuleState) -> String {
        self.definition.rules.get(usize::from(rule.rule)).map(|r| r.code.to_string()).unwrap_or_default()
    }

    fn findings(&self, node: &NodeState) -> Vec<&'static str> {
        let scene = Scene::new(self.definition, self.facts, self.state, Lang::En, None);
        node.findings.iter().map(|f| finding(&scene, node.node, f).0).collect()
    }

    /// Everything that is not as it should be: code of the node or rule, and what is said of it.
    fn flags(&self) -> Vec<(String, &'static str)> {
        use NodeStatus::{Early, Late, Missing, Overdue};
        let mut found = Vec::new();
        for node in self.state.tracks.iter().flat_map(|t| &t.nodes) {
            if matches!(node.status, Early | Late | Missing | Overdue) {
                found.push((self.code(node), node.status.word().json));
            }
            found.extend(self.findings(node).into_iter().map(|f| (self.code(node), f)));
        }
        let rules = self.state.tracks.iter().flat_map(|t| &t.rules);
        let broken = rules.filter(|r| matches!(r.verdict, Verdict::Violated | Verdict::NoData));
        found.extend(broken.map(|r| (self.rule(r), r.verdict.word().json)));
        found
    }

    fn all(&self, truth: &Injected) -> bool {
        truth.expect.iter().all(|e| self.has(e, truth.track.as_deref()))
    }

    fn has(&self, expected: &Expect, track: Option<&str>) -> bool {
        let here = |t: &&TrackState| track.is_none() || Some(t.id.value.as_ref()) == track;
        let tracks = || self.state.tracks.iter().filter(here);
        let named = |code: &str| {
            let nodes = tracks().flat_map(|t| &t.nodes).filter(|n| self.code(n) == code);
            nodes.collect::<Vec<&NodeState>>().into_iter()
        };
        match expected {
            Expect::Node { node, status } => named(node).any(|n| n.status.word().json == *status),
            Expect::Finding { node, code } => named(node).any(|n| self.findings(n).contains(code)),
            Expect::Rounds { node, rounds } => named(node).map(|n| n.round).max() == Some(*rounds),
            Expect::Rule { rule, verdict } => tracks()
                .flat_map(|t| &t.rules)
                .any(|r| self.rule(r) == *rule && r.verdict.word().json == *verdict),
            Expect::Status { status } => self.state.status.word().json == *status,
            Expect::EndedBy { kind, wasted } => self.state.ended_by.as_ref().is_some_and(|ended| {
                let by = match ended.kind {
                    EndingKind::Cancel => "cancel",
                    EndingKind::Stop => "stop",
                    EndingKind::Supersede => "supersede",
                    EndingKind::Excuse => "excuse",
                };
                by == *kind && ended.wasted == *wasted
            }),
        }
    }
}
