//! Alerts that can never fire: what a rule asks of an order's opening excludes what the loop, or the branch of a node that it names, asks of it.

use super::Checker;
use super::asks::{self, Asked};
use super::branches::needed;
use crate::diagnostic::Span as Place;
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use medloop_engine::graph::{Flow, NodeIx};
use medloop_engine::name::FieldCode;

impl Checker<'_, '_> {
    pub(super) fn never(&mut self, of: &Loop<'_>) {
        let [opening] = of.starts.nodes.as_slice() else { return };
        // In a later round the opening node may record something else than what the order opened with.
        let mut ways = Vec::new();
        guarded(of, &of.flow, &mut Vec::new(), &mut ways);
        let own = ways.iter().find(|way| way.node == *opening);
        let once = of.nodes.get(usize::from(opening.0)).is_some_and(|n| !n.repeated);
        if of.flow_lost || !once || own.is_none_or(|way| way.again) {
            return;
        }
        let opened = |asked: &Asked<'_>| match &asked.operand.kind {
            BoundKind::Field(node, _, field) if node == opening => Some(field.clone()),
            _ => None,
        };
        for rule in &of.rules {
            let given: Vec<(FieldCode, Asked<'_>)> = rule
                .applies
                .iter()
                .flat_map(asks::all)
                .filter_map(|asked| Some((opened(&asked)?, asked)))
                .collect();
            let mut named = Vec::new();
            rule.check.iter().for_each(|e| needed(e, &mut named));
            let branches = named.iter().flat_map(|(node, _)| {
                let way = ways.iter().find(|way| way.node == *node);
                way.into_iter().flat_map(move |way| way.guards.iter().map(move |guard| (Some(*node), *guard)))
            });
            let all = of.starts.guard.iter().map(|guard| (None, guard)).chain(branches);
            let clash = all.into_iter().find_map(|(node, guard)| {
                let asked = asks::all(guard);
                let (place, other) = given.iter().find_map(|(field, one)| {
                    let same = |two: &&Asked<'_>| {
                        matches!(&two.operand.kind, BoundKind::EventField(f) if f == field)
                            && asks::exclude(&one.asks, &two.asks)
                    };
                    Some((one.span, asked.iter().find(same)?.span))
                })?;
                Some((node, place, other))
            });
            if let Some((node, place, other)) = clash {
                self.cannot_fire(of, &rule.tree.name.text, node, (place, other));
            }
        }
    }

    fn cannot_fire(
        &mut self,
        of: &Loop<'_>,
        word: &str,
        node: Option<NodeIx>,
        (place, other): (Place, Place),
    ) {
        let name = node.and_then(|ix| of.nodes.get(usize::from(ix.0))).map(|n| n.name);
        let message = match name {
            Some(name) => say!(
                "规则“{word}”永远不会告警：它适用的医嘱走不到环节“{name}”",
                "the rule `{word}` never alerts: the orders to which it applies do not come to the node `{name}`"
            ),
            None => say!(
                "规则“{word}”永远不会告警：它适用的医嘱不会开立本闭环",
                "the rule `{word}` never alerts: the orders to which it applies do not open this loop"
            ),
        };
        let warning = self.warning("E0517", place, message);
        self.push(warning.label(other, say!("这里的条件与它不会同时成立", "never true together with this")));
    }
}

/// How the flow leads to a node.
struct Way<'l> {
    node: NodeIx,
    /// The conditions on the way.
    guards: Vec<&'l Bound>,
    /// Whether it stands in a block that may begin again.
    again: bool,
}

fn guarded<'l>(of: &'l Loop<'_>, flow: &'l Flow, path: &mut Vec<Option<&'l Bound>>, ways: &mut Vec<Way<'l>>) {
    match flow {
        Flow::Node(node) => ways.push(Way {
            node: *node,
            guards: path.iter().copied().flatten().collect(),
            again: path.iter().any(Option::is_none),
        }),
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
            parts.iter().for_each(|part| guarded(of, part, path, ways));
        }
        Flow::Opt(body) | Flow::Ends { body, .. } => guarded(of, body, path, ways),
        Flow::When { guard, body } => {
            let bound = of.guards.get(usize::from(guard.0)).and_then(|g| g.bound.as_ref());
            path.extend(bound.map(Some));
            guarded(of, body, path, ways);
            path.truncate(path.len() - usize::from(bound.is_some()));
        }
        Flow::Again { body, .. } => {
            path.push(None);
            guarded(of, body, path, ways);
            path.pop();
        }
        Flow::Each(scope) => {
            if let Some(scope) = of.scopes.get(usize::from(scope.0).wrapping_sub(1)) {
                guarded(of, &scope.flow, path, ways);
            }
        }
    }
}
