//! What was injected, and how it must show: the other half of a simulation, against which a server is judged.

use medloop_engine::graph::{Definition, NodeIx};
use medloop_engine::time::Instant;
use serde::Serialize;

use super::fault::Fault;
use super::patterns::named;
use super::plan::{Plan, Step};

/// One injected fault.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Injected {
    /// Stable code of the kind of fault.
    pub(crate) fault: &'static str,
    /// Id of the instance: `campus/loop/key`.
    pub(crate) instance: String,
    /// Its order number or other key.
    pub(crate) key: String,
    /// From when on it shows.
    #[serde(skip)]
    pub(crate) since: Instant,
    /// The track it struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) track: Option<String>,
    /// What must show.
    pub(crate) expect: Vec<Expect>,
    /// Nodes where the picture may differ from a faultless one.
    pub(crate) nodes: Vec<String>,
    /// Rules that name one of those nodes: they may differ as well.
    pub(crate) rules: Vec<String>,
    /// Events that are refused, superseded, retracted or duplicates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<EventFate>,
}

/// Something that must show.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Expect {
    /// A node's status.
    Node { node: String, status: &'static str },
    /// A remark on a node.
    Finding { node: String, code: &'static str },
    /// A rule's verdict.
    Rule { rule: String, verdict: &'static str },
    /// The status of the instance.
    Status { status: &'static str },
    /// What ended it, and whether the work was wasted.
    EndedBy { kind: &'static str, wasted: bool },
    /// A node that happened in this many rounds.
    Rounds { node: String, rounds: u32 },
}

/// What becomes of one delivery.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventFate {
    pub(crate) source: String,
    pub(crate) id: String,
    /// `duplicate`, `rejected`, `retracted` or `superseded`.
    pub(crate) fate: &'static str,
}

/// How a fault must show in the order that `plan` tells of.
pub(crate) fn of(definition: &Definition, plan: &Plan, campus: &str, fault: &Fault) -> Injected {
    let mut touched = fault.nodes();
    let inside = touched.iter().filter_map(|ix| definition.node(*ix)).any(|n| n.scope.0 > 0);
    if matches!(fault, Fault::Stuck(_)) {
        // Nothing that follows has happened either.
        touched.extend(
            definition.nodes().map(|(ix, _)| ix).filter(|ix| !plan.steps.iter().any(|s| s.node == *ix)),
        );
    }
    if let Fault::FastClock(_) = fault {
        // All that the source tells is seven minutes off.
        let of = |s: &&Step| fault.nodes().first() == Some(&s.node);
        let system = plan.steps.iter().find(of).and_then(|s| s.system.clone());
        touched.extend(plan.steps.iter().filter(|s| s.system == system).map(|s| s.node));
    }
    // What is delayed delays the rest, and with it what rules say of the rest.
    let mut judged = touched.clone();
    if let Fault::Late(ix) | Fault::Early(ix) = fault {
        // What was planned is what was changed.
        judged.extend(definition.node(*ix).and_then(|n| n.plan.as_ref()).map(|plan| plan.node));
    }
    let delayed = matches!(fault, Fault::Late(_) | Fault::Broken(_));
    let from = plan.steps.iter().position(|s| touched.contains(&s.node)).filter(|_| delayed);
    for step in from.into_iter().flat_map(|from| plan.steps.iter().skip(from)) {
        judged.push(step.node);
        let limit = definition.node(step.node).and_then(|n| n.limit.as_ref());
        if limit.is_some_and(|l| l.from.is_some()) {
            touched.push(step.node);
        }
    }
    touched.sort_unstable();
    touched.dedup();
    let broken = rule_of(fault).and_then(|r| definition.rules.get(r));
    let in_track = inside || broken.is_some_and(|r| r.scope.0 > 0);
    let rules = definition.rules.iter().filter(|rule| {
        let mut nodes = Vec::new();
        named(&rule.check, &mut nodes);
        rule.applies.iter().for_each(|e| named(e, &mut nodes));
        nodes.iter().any(|n| judged.contains(n))
    });
    Injected {
        fault: fault.code(),
        instance: format!("{campus}/{}/{}", definition.code, plan.key),
        key: plan.key.clone(),
        since: Instant(i64::MAX),
        track: if in_track { plan.tracks.first().cloned() } else { None },
        expect: expect(definition, plan, fault),
        nodes: touched.iter().map(|ix| code(definition, *ix)).collect(),
        rules: rules.map(|r| r.code.to_string()).collect(),
        events: Vec::new(),
    }
}

fn expect(definition: &Definition, plan: &Plan, fault: &Fault) -> Vec<Expect> {
    let node = |ix: NodeIx, status| vec![Expect::Node { node: code(definition, ix), status }];
    let finding = |ix: NodeIx, found| vec![Expect::Finding { node: code(definition, ix), code: found }];
    match fault {
        Fault::Late(ix) => node(*ix, "late"),
        Fault::Early(ix) => node(*ix, "early"),
        Fault::Stuck(ix) => node(*ix, "overdue"),
        Fault::Missing(ix) => node(*ix, "missing"),
        Fault::WrongRole(ix) => finding(*ix, "wrong_role"),
        Fault::FieldMissing(place) => finding(place.0, "field_missing"),
        Fault::FieldInvalid(place) => finding(place.0, "field_invalid"),
        Fault::LateRecord(ix) => finding(*ix, "backfilled"),
        Fault::Broken(_) | Fault::FastClock(_) | Fault::Unapproved { .. } | Fault::Neglected(..) => {
            let broken = rule_of(fault).and_then(|r| definition.rules.get(r));
            broken
                .map(|r| Expect::Rule { rule: r.code.to_string(), verdict: "violated" })
                .into_iter()
                .collect()
        }
        Fault::Again(ix) => vec![Expect::Rounds { node: again(definition, plan, *ix), rounds: 2 }],
        Fault::Ended(ix) => node(*ix, "done"),
        Fault::CancelBefore(_) => ended("cancel", false, "cancelled"),
        Fault::CancelAfter(_) => ended("cancel", true, "cancelled"),
        Fault::DoneAfterCancel(_) => {
            let last = plan.steps.iter().max_by_key(|s| s.at);
            last.map_or_else(Vec::new, |s| finding(s.node, "exec_after_cancel"))
        }
        Fault::Stopped(_) => ended("stop", false, "stopped"),
        Fault::Superseded(_) => ended("supersede", false, "superseded"),
        Fault::Duplicate
        | Fault::OutOfOrder
        | Fault::LateArrival
        | Fault::Outage
        | Fault::LateLink
        | Fault::Retracted(_)
        | Fault::Revised(_)
        | Fault::Conflict
        | Fault::UnknownType => vec![Expect::Status { status: "closed" }],
    }
}

fn ended(kind: &'static str, wasted: bool, status: &'static str) -> Vec<Expect> {
    vec![Expect::Status { status }, Expect::EndedBy { kind, wasted }]
}

/// The rule that a fault breaks.
fn rule_of(fault: &Fault) -> Option<usize> {
    match fault {
        Fault::Broken(asked) | Fault::FastClock(asked) => Some(asked.rule),
        Fault::Unapproved { rule, .. } | Fault::Neglected(rule, ..) => Some(*rule),
        _ => None,
    }
}

/// The node that is done again after `negative`: the one right before it.
fn again(definition: &Definition, plan: &Plan, negative: NodeIx) -> String {
    let position = plan.steps.iter().position(|s| s.node == negative).and_then(|p| p.checked_sub(1));
    let before = position.and_then(|p| plan.steps.get(p));
    before.map(|s| code(definition, s.node)).unwrap_or_default()
}

fn code(definition: &Definition, ix: NodeIx) -> String {
    definition.node(ix).map(|n| n.code.to_string()).unwrap_or_default()
}
