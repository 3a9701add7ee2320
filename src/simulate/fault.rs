//! What can go wrong with an order, and every concrete way in which it can go wrong in one loop.

use medloop_engine::graph::{Definition, EndingKind, Flow, NodeIx};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::fit::{can_be_wrong, followed, is_key, judged, repeats, starts_track, two_systems};
use super::ordinary;
use super::patterns::{Asked, Asks, Place, named};

/// One deviation from a faultless order. Those that touch a track touch its first one.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// A node comes after its standard duration.
    Late(NodeIx),
    /// A node comes before the window around its planned time.
    Early(NodeIx),
    /// The order gets stuck before this node, which has a standard duration.
    Stuck(NodeIx),
    /// A mandatory node is never reported although later ones are.
    Missing(NodeIx),
    /// Somebody does it whose role may not.
    WrongRole(NodeIx),
    /// A required field is left out.
    FieldMissing(Place),
    /// A field holds what is not in its code table or out of its range.
    FieldInvalid(Place),
    /// A rule is broken by what it asks for.
    Broken(Asked),
    /// A case that needs more (a large amount) is treated as an ordinary one.
    Unapproved { rule: usize, place: Place, least: f64, by: Vec<NodeIx> },
    /// Something happened that makes another node a duty, which is not done.
    Neglected(usize, Place, Arc<str>, NodeIx),
    /// Written down much later than it happened.
    LateRecord(NodeIx),
    /// The same event is sent twice.
    Duplicate,
    /// Two events arrive in the wrong order.
    OutOfOrder,
    /// The line was down: an event arrives hours later.
    LateArrival,
    /// A source was down: from some moment on, all that it sends arrives hours later.
    Outage,
    /// What leads events to their order arrives hours after the events that it leads.
    LateLink,
    /// The clock of a source is fast, so that what comes first seems to come last.
    FastClock(Asked),
    /// An event is sent by mistake and taken back.
    Retracted(NodeIx),
    /// A field was wrong and is corrected by a higher revision.
    Revised(Place),
    /// The same id comes again with other content: refused.
    Conflict,
    /// An event of a type that nobody knows: refused.
    UnknownType,
    /// Cancelled in time.
    CancelBefore(usize),
    /// Cancelled when the work was done: wasted.
    CancelAfter(usize),
    /// Cancelled, and done all the same.
    DoneAfterCancel(usize),
    /// Stopped before anything was carried out.
    Stopped(usize),
    /// Replaced by another order.
    Superseded(usize),
    /// Sent back and done again; named by the node that sends it back.
    Again(NodeIx),
    /// The block is left by this node.
    Ended(NodeIx),
}

impl Fault {
    /// Its stable code, for the truth.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Late(_) => "late",
            Self::Early(_) => "early",
            Self::Stuck(_) => "stuck",
            Self::Missing(_) => "missing_node",
            Self::WrongRole(_) => "wrong_role",
            Self::FieldMissing(_) => "missing_field",
            Self::FieldInvalid(_) => "invalid_field",
            Self::Broken(asked) => match asked.asks {
                Asks::Within { .. } => "too_late",
                Asks::Apart { .. } => "too_soon",
                Asks::Pauses { .. } => "pause",
                Asks::OtherPerson { .. } => "same_person_checks",
                Asks::OtherActor { .. } => "same_person_acts",
                Asks::SameActor { .. } => "another_person_acts",
                Asks::Equal { .. } => "mismatch",
                Asks::Is { .. } => "wrong_result",
                Asks::Fits { .. } => "incompatible",
                Asks::After { .. } => "expired",
                Asks::Before { .. } => "date_reversed",
                Asks::Filled { .. } => "not_filled",
                Asks::Order { .. } => "wrong_order",
                Asks::Dept { .. } => "wrong_department",
                Asks::OtherDept { .. } => "same_department",
                Asks::Happened { .. } => "left_out",
                Asks::Times { .. } => "too_few",
                Asks::Title { .. } => "wrong_title",
            },
            Self::Unapproved { .. } => "unapproved",
            Self::Neglected(..) => "neglected",
            Self::LateRecord(_) => "late_record",
            Self::Duplicate => "duplicate",
            Self::OutOfOrder => "out_of_order",
            Self::LateArrival => "late_arrival",
            Self::Outage => "outage",
            Self::LateLink => "late_link",
            Self::FastClock(_) => "fast_clock",
            Self::Retracted(_) => "retraction",
            Self::Revised(_) => "revision",
            Self::Conflict => "conflict",
            Self::UnknownType => "unknown_type",
            Self::CancelBefore(_) => "cancel_before",
            Self::CancelAfter(_) => "cancel_after",
            Self::DoneAfterCancel(_) => "done_after_cancel",
            Self::Stopped(_) => "stop",
            Self::Superseded(_) => "supersede",
            Self::Again(_) => "again",
            Self::Ended(_) => "block_left",
        }
    }

    /// The nodes that the fault touches, where an order's picture may differ from a faultless one.
    pub(crate) fn nodes(&self) -> Vec<NodeIx> {
        match self {
            Self::Late(ix)
            | Self::Early(ix)
            | Self::Stuck(ix)
            | Self::Missing(ix)
            | Self::WrongRole(ix)
            | Self::LateRecord(ix)
            | Self::Retracted(ix)
            | Self::Again(ix)
            | Self::Ended(ix) => vec![*ix],
            Self::FieldMissing(place) | Self::FieldInvalid(place) | Self::Revised(place) => vec![place.0],
            Self::Unapproved { place, by, .. } => by.iter().copied().chain([place.0]).collect(),
            Self::Neglected(_, place, _, duty) => vec![place.0, *duty],
            Self::Broken(asked) | Self::FastClock(asked) => match &asked.asks {
                Asks::Within { node, .. } | Asks::Apart { node, .. } => vec![*node],
                Asks::Pauses { nodes, .. } => nodes.clone(),
                Asks::OtherPerson { place, .. } | Asks::Is { place, .. } | Asks::Filled { place } => {
                    vec![place.0]
                }
                Asks::OtherActor { node, than } => vec![*node, *than],
                Asks::SameActor { node, with } => vec![*node, *with],
                Asks::Equal { place, with } | Asks::Fits { place, with, .. } => vec![place.0, with.0],
                Asks::After { place } | Asks::Before { place } => vec![place.0],
                Asks::Order { first, then } => vec![*first, *then],
                Asks::Dept { of } | Asks::Title { of, .. } => vec![*of],
                Asks::OtherDept { of, than } => vec![*of, *than],
                Asks::Happened { node } | Asks::Times { node, .. } => vec![*node],
            },
            Self::Duplicate
            | Self::OutOfOrder
            | Self::LateArrival
            | Self::Outage
            | Self::LateLink
            | Self::Conflict
            | Self::UnknownType
            | Self::CancelBefore(_)
            | Self::CancelAfter(_)
            | Self::DoneAfterCancel(_)
            | Self::Stopped(_)
            | Self::Superseded(_) => Vec::new(),
        }
    }

    /// Whether it breaks what `asked` asks for.
    pub(crate) fn breaks(&self, asked: &Asked) -> bool {
        matches!(self, Self::Broken(own) if own.rule == asked.rule
            && std::mem::discriminant(&own.asks) == std::mem::discriminant(&asked.asks))
    }
}

/// Every fault that can be injected into an order of this loop, each kind's ways in the order of the definition.
pub(crate) fn all(
    definition: &Definition,
    asked: &[Asked],
    thresholds: &[(usize, Place, f64)],
    duties: &[(usize, Place, Arc<str>, NodeIx)],
    reached: &BTreeSet<NodeIx>,
) -> Vec<Fault> {
    let mut found = vec![
        Fault::Duplicate,
        Fault::OutOfOrder,
        Fault::LateArrival,
        Fault::Outage,
        Fault::LateLink,
        Fault::Conflict,
        Fault::UnknownType,
    ];
    // A node that happens only when something went wrong is no part of a faultless order.
    let ordinary = |ix: &NodeIx| !duties.iter().any(|(.., duty)| duty == ix);
    for (ix, node) in definition.nodes() {
        if node.negative || !ordinary(&ix) || !reached.contains(&ix) {
            continue;
        }
        // The opening node opens the order: without it there is nothing to look at.
        let opens = definition.starts.nodes.iter().min() == Some(&ix);
        let limited = node.limit.is_some() && !opens;
        if limited || node.plan.is_some() {
            found.push(Fault::Late(ix));
        }
        if node.plan.is_some() {
            found.push(Fault::Early(ix));
        }
        if limited && !node.optional {
            found.push(Fault::Stuck(ix));
        }
        let teaches = node.fields.iter().any(|f| f.link) || starts_track(definition, ix);
        if !opens
            && !node.optional
            && !teaches
            && followed(definition, &definition.flow, ix, reached) == Some(true)
        {
            found.push(Fault::Missing(ix));
        }
        if !node.roles.is_empty() {
            found.push(Fault::WrongRole(ix));
        }
        found.push(Fault::LateRecord(ix));
        if !opens && !node.repeated {
            found.push(Fault::Retracted(ix));
        }
        let demanded = ordinary::demanded(definition, ix);
        for field in &node.fields {
            let place = (ix, field.field.clone());
            let key = field.link
                || is_key(definition, &field.field)
                // Without what its guard demands the event would be of another node.
                || demanded.iter().any(|(f, _)| *f == field.field);
            if field.required && !key {
                found.push(Fault::FieldMissing(place.clone()));
            }
            if !key && can_be_wrong(definition, &field.field) {
                found.push(Fault::FieldInvalid(place.clone()));
                if !node.repeated {
                    found.push(Fault::Revised(place));
                }
            }
        }
    }
    let passed = |a: &Asked| {
        let nodes = Fault::Broken(a.clone()).nodes();
        judged(definition, a.rule, reached) && nodes.iter().all(|ix| reached.contains(ix))
    };
    let breakable = || asked.iter().filter(|a| a.breakable && !repeats(definition, a) && passed(a)).cloned();
    found.extend(breakable().map(Fault::Broken));
    found.extend(breakable().filter(|a| two_systems(definition, a)).map(Fault::FastClock));
    found.extend(thresholds.iter().cloned().map(|(rule, place, least)| {
        let mut by = Vec::new();
        definition.rules.get(rule).into_iter().for_each(|r| named(&r.check, &mut by));
        Fault::Unapproved { rule, place, least, by }
    }));
    found.extend(
        duties.iter().cloned().map(|(rule, place, text, duty)| Fault::Neglected(rule, place, text, duty)),
    );
    for (ix, ending) in definition.endings.iter().enumerate() {
        match ending.kind {
            EndingKind::Cancel => {
                found.push(Fault::CancelBefore(ix));
                if ending.before.is_some() {
                    found.push(Fault::CancelAfter(ix));
                }
                found.push(Fault::DoneAfterCancel(ix));
            }
            EndingKind::Stop => found.push(Fault::Stopped(ix)),
            EndingKind::Supersede => found.push(Fault::Superseded(ix)),
            // Not done for a good reason: nothing that an audit is to find.
            EndingKind::Excuse => {}
        }
    }
    negatives(&definition.flow, &mut found);
    definition.scopes.iter().for_each(|scope| negatives(&scope.flow, &mut found));
    found
}

/// Nodes in the order in which a flow names them, negative ones left out.
pub(crate) fn flow_nodes(definition: &Definition, flow: &Flow, found: &mut Vec<NodeIx>) {
    match flow {
        Flow::Node(ix) => found.push(*ix),
        Flow::Seq(all) | Flow::Par(all) | Flow::Choice(all) => {
            all.iter().for_each(|f| flow_nodes(definition, f, found));
        }
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            flow_nodes(definition, body, found)
        }
        Flow::Each(scope) => flow_nodes(definition, definition.flow_of(*scope), found),
    }
}

fn negatives(flow: &Flow, found: &mut Vec<Fault>) {
    match flow {
        Flow::Node(_) | Flow::Each(_) => {}
        Flow::Seq(all) | Flow::Par(all) | Flow::Choice(all) => all.iter().for_each(|f| negatives(f, found)),
        Flow::Opt(body) | Flow::When { body, .. } => negatives(body, found),
        Flow::Again { body, node } => {
            found.push(Fault::Again(*node));
            negatives(body, found);
        }
        Flow::Ends { body, nodes } => {
            found.extend(nodes.iter().copied().map(Fault::Ended));
            negatives(body, found);
        }
    }
}
