//! Tree → blocks of this language: what it cannot say is made wider, never narrower.
//!
//! `*` and `+` stand behind nodes only, and `重来` takes one node. A group that is repeated in another way becomes its nodes, each as
//! often as it likes, in any order: every trace of the tree stays a trace of the blocks.

use super::tree::Tree;
use super::variants::Act;
use crate::tree::FlowOp;
use std::collections::BTreeSet;

/// A block of a flow. Every act stands in it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A node, or a `每个`.
    Node(Act, Times),
    /// Several under one operator. At least two, none of them under the same operator.
    Many(FlowOp, Vec<Block>),
    /// `( … )?`
    Opt(Box<Block>),
    /// `( … ) 重来 node`
    Again(Box<Block>, Act),
    /// `( … ) 终止 node、…`
    Ends(Box<Block>, Vec<Act>),
}

/// How often a node may happen.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// Once.
    Once,
    /// `?`
    Maybe,
    /// `+`
    Some,
    /// `*`
    Any,
}

impl Times {
    /// From whether it must happen and whether it may happen several times.
    const fn of(must: bool, several: bool) -> Self {
        match (must, several) {
            (true, false) => Self::Once,
            (false, false) => Self::Maybe,
            (true, true) => Self::Some,
            (false, true) => Self::Any,
        }
    }

    /// Whether it must happen.
    pub(super) const fn must(self) -> bool {
        matches!(self, Self::Once | Self::Some)
    }

    /// Whether it may happen several times.
    pub(super) const fn several(self) -> bool {
        matches!(self, Self::Some | Self::Any)
    }
}

/// What the language allows where a tree stands.
#[derive(Copy, Clone, Debug)]
pub(super) struct Rules<'a> {
    /// Whether `重来` may stand here: not within a `每个`, where it would end the track, nor within another.
    pub(super) again: bool,
    /// The acts that stand for a `每个`, which runs once and cannot stand within a `重来`.
    pub(super) each: &'a BTreeSet<Act>,
}

/// The blocks of a tree; `None` for a tree of nothing.
pub(super) fn blocks(tree: &Tree, rules: Rules<'_>) -> Option<Block> {
    let all = |trees: &[Tree]| trees.iter().filter_map(|t| blocks(t, rules)).collect::<Vec<_>>();
    match tree {
        Tree::Skip => None,
        Tree::Leaf(act) => Some(Block::Node(*act, Times::Once)),
        Tree::Opt(inner) => blocks(inner, rules).map(optional),
        Tree::Seq(trees) => many(FlowOp::Seq, all(trees)),
        Tree::Par(trees) => many(FlowOp::Par, all(trees)),
        Tree::Choice(trees) => {
            let parts = all(trees);
            let skips = parts.len() < trees.len() || parts.iter().any(|b| b.accepts(&[]));
            let choice = many(FlowOp::Choice, parts.into_iter().map(mandatory).collect())?;
            Some(if skips { optional(choice) } else { choice })
        }
        Tree::Loop(body, redo) => rounds(body, redo, rules),
    }
}

fn rounds(body: &Tree, redo: &[Tree], rules: Rules<'_>) -> Option<Block> {
    let block = blocks(body, Rules { again: false, ..rules })?;
    if let [Tree::Leaf(act)] = redo
        && rules.again
        && !rules.each.contains(act)
        && block.acts().is_disjoint(rules.each)
    {
        return Some(Block::Again(Box::new(block), *act));
    }
    let node = |act: Act, must: bool| Block::Node(act, Times::of(must, !rules.each.contains(&act)));
    let mut parts: Vec<Block> = block.acts().into_iter().map(|act| node(act, block.needs(act))).collect();
    for other in redo.iter().filter_map(|t| blocks(t, Rules { again: false, ..rules })) {
        parts.extend(other.acts().into_iter().map(|act| node(act, false)));
    }
    many(FlowOp::Par, parts)
}

/// Blocks under one operator; those that stand under the same one already are taken in.
fn many(op: FlowOp, parts: Vec<Block>) -> Option<Block> {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Block::Many(inner, parts) if inner == op => flat.extend(parts),
            other => flat.push(other),
        }
    }
    if flat.len() > 1 { Some(Block::Many(op, flat)) } else { flat.pop() }
}

fn optional(block: Block) -> Block {
    match block {
        Block::Node(act, times) => Block::Node(act, Times::of(false, times.several())),
        other if other.accepts(&[]) => other,
        other => Block::Opt(Box::new(other)),
    }
}

/// A branch without what lets it be skipped; that is said of the whole choice.
fn mandatory(block: Block) -> Block {
    match block {
        Block::Node(act, times) => Block::Node(act, Times::of(true, times.several())),
        Block::Opt(inner) => *inner,
        other => other,
    }
}

impl Block {
    /// The block with which it begins, when that is a single one.
    pub(super) fn first(&self) -> Option<&Self> {
        match self {
            Self::Many(FlowOp::Seq, parts) => parts.first().and_then(Self::first),
            Self::Ends(body, _) => body.first(),
            other => Some(other),
        }
    }

    /// What may happen in it.
    pub(super) fn acts(&self) -> BTreeSet<Act> {
        match self {
            Self::Node(act, _) => BTreeSet::from([*act]),
            Self::Many(_, parts) => parts.iter().flat_map(Self::acts).collect(),
            Self::Opt(body) => body.acts(),
            Self::Again(body, act) => body.acts().into_iter().chain([*act]).collect(),
            Self::Ends(body, acts) => body.acts().into_iter().chain(acts.iter().copied()).collect(),
        }
    }

    /// Whether an act happens in every trace.
    pub(super) fn needs(&self, act: Act) -> bool {
        match self {
            Self::Node(own, times) => *own == act && times.must(),
            Self::Many(FlowOp::Choice, _) | Self::Opt(_) | Self::Ends(..) => false,
            Self::Many(_, parts) => parts.iter().any(|p| p.needs(act)),
            Self::Again(body, _) => body.needs(act),
        }
    }

    /// Whether a trace is one of the flow. As every act stands in it once, each event has its one place.
    pub(super) fn accepts(&self, trace: &[Act]) -> bool {
        match self {
            Self::Node(act, times) => fits(*act, *times, trace) && (times.must() <= !trace.is_empty()),
            Self::Opt(body) => trace.is_empty() || body.accepts(trace),
            Self::Again(body, act) => trace.split(|a| a == act).all(|round| body.accepts(round)),
            Self::Ends(body, acts) => match trace.split_last() {
                Some((last, before)) if acts.contains(last) => body.begins(before),
                _ => body.accepts(trace),
            },
            Self::Many(op, parts) => divided(*op, parts, trace).is_some_and(|own| match op {
                FlowOp::Choice => parts.iter().any(|part| part.accepts(trace)),
                FlowOp::Seq | FlowOp::Par => parts.iter().zip(&own).all(|(part, own)| part.accepts(own)),
            }),
        }
    }

    /// Whether a trace is the beginning of one of the flow.
    pub(super) fn begins(&self, trace: &[Act]) -> bool {
        match self {
            Self::Node(act, times) => fits(*act, *times, trace),
            Self::Opt(body) => body.begins(trace),
            Self::Again(body, act) => {
                let mut rounds = trace.rsplit(|a| a == act);
                rounds.next().is_none_or(|last| body.begins(last)) && rounds.all(|round| body.accepts(round))
            }
            Self::Ends(body, _) => self.accepts(trace) || body.begins(trace),
            Self::Many(op, parts) => divided(*op, parts, trace).is_some_and(|own| match op {
                FlowOp::Choice => parts.iter().any(|part| part.begins(trace)),
                FlowOp::Par => parts.iter().zip(&own).all(|(part, own)| part.begins(own)),
                FlowOp::Seq => {
                    let reached = own.iter().rposition(|own| !own.is_empty()).unwrap_or(0);
                    let all = parts.iter().zip(&own).take(reached + 1).enumerate();
                    all.into_iter().all(
                        |(i, (part, own))| {
                            if i == reached { part.begins(own) } else { part.accepts(own) }
                        },
                    )
                }
            }),
        }
    }
}

/// Whether all of a trace is one act, and no more often than it may be.
fn fits(act: Act, times: Times, trace: &[Act]) -> bool {
    trace.iter().all(|a| *a == act) && (times.several() || trace.len() < 2)
}

/// What of a trace belongs to each part; `None` where it belongs to none, or the parts do not stand so.
fn divided(op: FlowOp, parts: &[Block], trace: &[Act]) -> Option<Vec<Vec<Act>>> {
    let acts: Vec<BTreeSet<Act>> = parts.iter().map(Block::acts).collect();
    let mut own = vec![Vec::new(); parts.len()];
    let mut places = Vec::with_capacity(trace.len());
    for act in trace {
        let place = acts.iter().position(|part| part.contains(act))?;
        own.get_mut(place)?.push(*act);
        places.push(place);
    }
    let stands = match op {
        FlowOp::Seq => places.is_sorted(),
        FlowOp::Par => true,
        FlowOp::Choice => places.iter().all(|p| places.first() == Some(p)),
    };
    stands.then_some(own)
}
