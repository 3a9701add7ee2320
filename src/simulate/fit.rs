//! Which faults a loop can show: what follows a node, what its rules see, what only happens once.

use medloop_engine::graph::{Definition, Flow, NodeIx};
use medloop_engine::name::FieldCode;
use medloop_engine::value::Type;
use std::collections::BTreeSet;

use super::fault::flow_nodes;
use super::patterns::{Asked, Asks, named};

/// Whether something mandatory that an ordinary order reaches follows this node, so that its absence shows; `None`: not in here.
pub(super) fn followed(
    definition: &Definition,
    flow: &Flow,
    ix: NodeIx,
    reached: &BTreeSet<NodeIx>,
) -> Option<bool> {
    let inner = |flow: &Flow| followed(definition, flow, ix, reached);
    match flow {
        Flow::Node(node) => (*node == ix).then_some(false),
        Flow::Seq(all) => {
            let (at, found) = all.iter().enumerate().find_map(|(i, part)| Some((i, inner(part)?)))?;
            Some(found || all.iter().skip(at + 1).any(|part| must(definition, part, reached)))
        }
        Flow::Par(all) | Flow::Choice(all) => all.iter().find_map(inner),
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            inner(body)
        }
        Flow::Each(scope) => inner(definition.flow_of(*scope)),
    }
}

/// Whether something in a flow must happen in an ordinary order.
fn must(definition: &Definition, flow: &Flow, reached: &BTreeSet<NodeIx>) -> bool {
    match flow {
        Flow::Node(ix) => reached.contains(ix) && definition.node(*ix).is_some_and(|n| !n.optional),
        Flow::Seq(all) | Flow::Par(all) => all.iter().any(|part| must(definition, part, reached)),
        Flow::Choice(_) | Flow::Opt(_) => false,
        Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            must(definition, body, reached)
        }
        Flow::Each(scope) => must(definition, definition.flow_of(*scope), reached),
    }
}

/// Whether all that a rule names is on the way of an ordinary order.
pub(super) fn judged(definition: &Definition, rule: usize, reached: &BTreeSet<NodeIx>) -> bool {
    let mut nodes = Vec::new();
    definition.rules.get(rule).into_iter().for_each(|r| named(&r.check, &mut nodes));
    nodes.iter().all(|ix| reached.contains(ix) || definition.node(*ix).is_some_and(|n| n.optional))
}

pub(super) fn starts_track(definition: &Definition, ix: NodeIx) -> bool {
    definition.scopes.iter().any(|scope| {
        let mut sequence = Vec::new();
        flow_nodes(definition, &scope.flow, &mut sequence);
        sequence.first() == Some(&ix)
    })
}

pub(super) fn is_key(definition: &Definition, field: &FieldCode) -> bool {
    *field == definition.key || definition.scopes.iter().any(|s| s.field == *field)
}

pub(super) fn can_be_wrong(definition: &Definition, field: &FieldCode) -> bool {
    definition.fields.get(field).is_some_and(|f| match f.kind {
        Type::Code(_) => true,
        Type::Number => f.range.is_some(),
        _ => false,
    })
}

/// A rule over an occurrence that is repeated is not broken by changing one of them.
pub(super) fn repeats(definition: &Definition, asked: &Asked) -> bool {
    let repeated = |ix: &NodeIx| definition.node(*ix).is_some_and(|n| n.repeated);
    match &asked.asks {
        Asks::OtherPerson { place, .. } | Asks::Equal { place, .. } | Asks::Is { place, .. } => {
            repeated(&place.0)
        }
        Asks::Fits { place, .. } | Asks::After { place } | Asks::Before { place } => repeated(&place.0),
        Asks::Filled { place } => repeated(&place.0),
        Asks::OtherActor { node, .. } | Asks::SameActor { node, .. } => repeated(node),
        Asks::Order { first, then } => repeated(first) || repeated(then),
        Asks::Dept { of } | Asks::Title { of, .. } | Asks::OtherDept { of, .. } => repeated(of),
        Asks::Within { .. }
        | Asks::Apart { .. }
        | Asks::Pauses { .. }
        | Asks::Happened { .. }
        | Asks::Times { .. } => false,
    }
}

/// Whether what comes first and what comes then are told by different systems.
pub(super) fn two_systems(definition: &Definition, asked: &Asked) -> bool {
    let Asks::Order { first, then } = &asked.asks else { return false };
    let system = |ix: &NodeIx| definition.node(*ix)?.triggers.first()?.systems.first();
    matches!((system(first), system(then)), (Some(a), Some(b)) if a != b)
}
