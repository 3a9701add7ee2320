//! Rules, limits and measures over two branches of a choice: only one of the two ever happens.

use super::Checker;
use crate::diagnostic::Span as Place;
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use crate::tree::NodeClause;
use medloop_engine::graph::NodeIx;

/// So many nodes of one rule are held against each other.
const MOST: usize = 32;

impl Checker<'_, '_> {
    pub(super) fn branches(&mut self, of: &Loop<'_>) {
        if of.flow_lost {
            return;
        }
        for rule in &of.rules {
            let mut named = Vec::new();
            rule.check.iter().for_each(|e| needed(e, &mut named));
            named.truncate(MOST);
            let apart = named.iter().enumerate().find_map(|(i, two)| {
                let one = named.iter().take(i).find(|one| of.order.exclude(one.0, two.0))?;
                Some((*one, *two))
            });
            if let Some(((a, first), (b, second))) = apart {
                let word = &rule.tree.name.text;
                let what = say!("规则“{word}”永远不适用", "the rule `{word}` never applies");
                self.apart(of, (a, Some(first)), (b, second), &what);
            }
        }
        for (i, node) in of.nodes.iter().enumerate() {
            let Some(ix) = u16::try_from(i).ok().map(NodeIx) else { continue };
            let from = node.tree.clauses.iter().find_map(|c| match c {
                NodeClause::Within { of: Some(name), .. } => Some(name.span),
                _ => None,
            });
            if let Some((from, place)) = node.limit.as_ref().and_then(|l| l.from).zip(from)
                && of.order.exclude(ix, from)
            {
                let what = say!("这条时限永远不会起算", "this limit never begins to run");
                self.apart(of, (ix, None), (from, place), &what);
            }
        }
        for measure in &of.measures {
            if let (Some(from), Some(to)) = (measure.from, measure.to)
                && of.order.exclude(from, to)
            {
                let what = say!("这个指标永远没有值", "this measure never has a value");
                let place = measure.tree.to.span;
                self.apart(of, (from, Some(measure.tree.from.span)), (to, place), &what);
            }
        }
    }

    fn apart(
        &mut self,
        of: &Loop<'_>,
        (a, first): (NodeIx, Option<Place>),
        (b, second): (NodeIx, Place),
        what: &crate::diagnostic::Words,
    ) {
        let name = |ix: NodeIx| of.nodes.get(usize::from(ix.0)).map_or("", |n| n.name);
        let (a, b) = (name(a), name(b));
        let (zh, en) = (&what.zh, &what.en);
        let message = say!(
            "“{a}”与“{b}”在两个分支里，至多发生一个：{zh}",
            "`{a}` and `{b}` are in two branches and one of them happens at most: {en}"
        );
        let warning = self.warning("E0514", second, message);
        self.push(match first {
            Some(first) => warning.label(first, say!("另一个分支", "the other branch")),
            None => warning,
        });
    }
}

/// The nodes that have to happen before an expression has a value.
pub(super) fn needed(e: &Bound, found: &mut Vec<(NodeIx, Place)>) {
    match &e.kind {
        // One part may be enough; what looks over occurrences or tracks goes its own way.
        BoundKind::Or(_)
        | BoundKind::Every(..)
        | BoundKind::Any(..)
        | BoundKind::EachTrack(..)
        | BoundKind::AnyTrack(..)
        | BoundKind::Total(..)
        | BoundKind::Distinct(..) => return,
        BoundKind::Attr(node, ..) | BoundKind::Field(node, ..) => found.push((*node, e.span)),
        BoundKind::Gap(nodes) => found.extend(nodes.iter().map(|n| (*n, e.span))),
        _ => {}
    }
    e.children().into_iter().for_each(|e| needed(e, found));
}
