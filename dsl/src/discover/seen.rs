//! What was seen of each node: how often, with which fields, by whom, and which stage of an order that makes it.

use super::cases::{Cases, carried};
use super::flow::Block;
use super::log::{Log, Row};
use super::tracks::Levels;
use super::variants::Act;
use crate::diagnostic::Words;
use crate::library::Library;
use crate::say;
use medloop_engine::admit::OF_VISITS;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::{EventType, FieldCode, RoleCode, SystemCode};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one node.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) event: EventType,
    pub(super) events: u64,
    /// How often each field came, the key left out.
    pub(super) fields: Vec<(FieldCode, u64)>,
    pub(super) systems: BTreeMap<SystemCode, u64>,
    pub(super) roles: BTreeMap<RoleCode, u64>,
    /// Its position in the table of stages.
    pub(super) stage: usize,
}

/// Parts of words by which a review is told, and what comes at the end.
const REVIEWS: [&str; 8] = ["review", "verif", "approv", "audit", "accept", "sign", "check", "confirm"];
const ENDS: [&str; 9] =
    ["finish", "complet", "report", "return", "evaluat", "result", "feedback", "discharg", "closed"];

/// Events about a patient or a visit, which are of no single order.
const OF_PATIENTS: [&str; 2] = ["patient.merged", "patient.unmerged"];

impl Log {
    pub(super) fn is_of_patient(&self, row: &Row) -> bool {
        self.kinds
            .get(usize::from(row.kind))
            .is_some_and(|k| OF_VISITS.contains(&k.event.as_str()) || OF_PATIENTS.contains(&k.event.as_str()))
    }
}

/// Leaves out what the catalogue does not know; says what that was.
pub(super) fn restrict(log: &mut Log, catalogue: &Catalogue) -> Vec<Words> {
    let mut unknown: BTreeMap<&EventType, u64> = BTreeMap::new();
    let mut strange: BTreeMap<(&EventType, &FieldCode), u64> = BTreeMap::new();
    for row in log.rows.iter_mut().filter(|r| r.live) {
        let Some(kind) = log.kinds.get(usize::from(row.kind)) else { continue };
        let Some(def) = catalogue.events.get(&kind.event) else {
            *unknown.entry(&kind.event).or_default() += 1;
            row.live = false;
            continue;
        };
        let code = |field: u16| log.fields.get(field).map(|f| &f.code);
        let carries = |field: u16| code(field).is_some_and(|c| def.fields.contains(c));
        if row.cells.iter().all(|(field, _)| carries(*field)) {
            continue;
        }
        for (field, _) in row.cells.iter().filter(|(f, _)| !carries(*f)) {
            code(*field).into_iter().for_each(|c| *strange.entry((&kind.event, c)).or_default() += 1);
        }
        row.cells = row.cells.iter().filter(|(f, _)| carries(*f)).copied().collect();
    }
    let mut remarks: Vec<Words> = unknown
        .into_iter()
        .map(|(event, n)| {
            say!("目录里没有事件 {event}，{n} 个没有计入", "the catalogue has no event {event}: {n} left out")
        })
        .collect();
    remarks.extend(strange.into_iter().map(|((event, field), n)| {
        say!(
            "目录里的事件 {event} 不带字段 {field}，{n} 处没有计入",
            "the catalogue's event {event} does not carry {field}: left out {n} times"
        )
    }));
    for kind in &mut log.kinds {
        kind.systems.retain(|s, _| catalogue.systems.contains_key(s));
        kind.roles.retain(|r, _| catalogue.roles.contains_key(r));
    }
    remarks
}

/// What was seen of the nodes of these flows.
pub(super) fn seen(
    log: &Log,
    cases: &Cases,
    levels: &Levels,
    (flow, inner): (&Block, &BTreeMap<Act, (FieldCode, Block)>),
    library: Option<&Library>,
) -> BTreeMap<Act, Seen> {
    let tracked: BTreeSet<Act> = levels.scopes.iter().flat_map(|s| &s.kinds).copied().collect();
    let carried = carried(cases.all.iter().flatten().filter_map(|at| log.rows.get(*at)));
    let acts = flow.acts().into_iter().chain(inner.values().flat_map(|(_, b)| b.acts()));
    let mut all = BTreeMap::new();
    for act in acts {
        let (Some(kind), Some((events, fields))) = (log.kinds.get(usize::from(act)), carried.get(&act))
        else {
            continue;
        };
        let fields = fields.iter().filter(|(f, _)| **f != cases.key);
        let fields = fields.filter_map(|(f, n)| log.fields.get(*f).map(|f| (f.code.clone(), *n)));
        let stage = known(&kind.event, library)
            .unwrap_or_else(|| guessed(&kind.event, begins(flow, act), tracked.contains(&act)));
        all.insert(
            act,
            Seen {
                event: kind.event.clone(),
                events: *events,
                fields: fields.collect(),
                systems: kind.systems.clone(),
                roles: kind.roles.clone(),
                stage,
            },
        );
    }
    all
}

/// The stage that a loop at hand gives this event.
fn known(event: &EventType, library: Option<&Library>) -> Option<usize> {
    let mut nodes = library?.definitions.values().flat_map(|(d, _)| &d.nodes);
    nodes.find(|n| n.triggers.iter().any(|t| t.event == *event)).map(|n| n.stage as usize)
}

fn guessed(event: &EventType, begins: bool, tracked: bool) -> usize {
    let word = event.as_str().rsplit('.').next().unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|w| word.contains(w));
    match () {
        () if begins => 0,
        () if !tracked && says(&REVIEWS) => 1,
        () if says(&ENDS) => 3,
        () => 2,
    }
}

/// Whether a flow may begin with an act.
fn begins(flow: &Block, act: Act) -> bool {
    match flow {
        Block::Node(own, _) => *own == act,
        Block::Many(crate::tree::FlowOp::Seq, parts) => parts.first().is_some_and(|p| begins(p, act)),
        Block::Many(_, parts) => parts.iter().any(|p| begins(p, act)),
        Block::Opt(body) | Block::Again(body, _) | Block::Ends(body, _) => begins(body, act),
    }
}
