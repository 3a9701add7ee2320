//! Alerts that can never fire: what a rule, the loop and the branches of the nodes that it names ask of an order's opening excludes each
//! other, or leaves nothing that could break the rule.

use super::Checker;
use super::asks::{self, Asked};
use super::branches::needed;
use crate::resolve::{Bound, BoundKind, Loop, Rule};
use crate::say;
use crate::tree::Name;
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
        // An order that nothing opens has been told.
        let starts: Vec<Asked<'_>> = of.starts.guard.iter().flat_map(asks::all).collect();
        let never = starts.iter().enumerate().any(|(i, two)| {
            let same = |one: &&Asked<'_>| one.operand.kind == two.operand.kind;
            starts.iter().take(i).filter(same).any(|one| asks::exclude(&one.asks, &two.asks))
        });
        if never {
            return;
        }
        let opened = |asked: &Asked<'_>| match &asked.operand.kind {
            BoundKind::Field(node, _, field) if node == opening => Some(field.clone()),
            _ => None,
        };
        let required = |field: &FieldCode| {
            let node = of.nodes.get(usize::from(opening.0));
            node.is_some_and(|n| n.fields.iter().any(|f| f.field == *field && f.required))
        };
        for rule in &of.rules {
            let all = given(of, rule, &ways, opened);
            // Where the order does not state a value no guard is false, and both nodes may happen.
            let meet = |one: &Given<'_>, two: &Given<'_>| match (one.by, two.by) {
                (By::Branch(a), By::Branch(b)) => a == b || of.order.exclude(a, b) || !required(&one.field),
                (a, b) => a == b,
            };
            let clash = all.iter().enumerate().find_map(|(i, two)| {
                let apart = |one: &&Given<'_>| {
                    one.field == two.field && asks::exclude(&one.asked.asks, &two.asked.asks)
                };
                Some((all.iter().take(i).filter(apart).find(|one| !meet(one, two))?, two))
            });
            let word = &rule.tree.name;
            if let Some((one, two)) = clash {
                self.cannot_apply(of, word, one, two);
            } else if let Some(check) = rule.check.as_ref().filter(|_| !rule.missing_violates) {
                self.cannot_break(of, word, check, &all, opened);
            }
        }
    }

    /// The orders to which a rule applies do not open the loop, or do not come to a node that it names.
    fn cannot_apply(&mut self, of: &Loop<'_>, rule: &Name, one: &Given<'_>, two: &Given<'_>) {
        let word = &rule.text;
        let (who, who_en) = match one.by {
            By::Applies => ("它适用的医嘱".to_owned(), "the orders to which it applies".to_owned()),
            By::Opening => ("开立本闭环的医嘱".to_owned(), "the orders that open this loop".to_owned()),
            By::Branch(node) => {
                let name = name(of, node);
                (format!("走到环节“{name}”的医嘱"), format!("the orders that come to the node `{name}`"))
            }
        };
        let message = match two.by {
            By::Branch(node) => {
                let name = name(of, node);
                say!(
                    "规则“{word}”永远不会告警：{who}走不到环节“{name}”",
                    "the rule `{word}` never alerts: {who_en} do not come to the node `{name}`"
                )
            }
            _ => say!(
                "规则“{word}”永远不会告警：{who}不会开立本闭环",
                "the rule `{word}` never alerts: {who_en} do not open this loop"
            ),
        };
        let apart = say!("这里的条件与它不会同时成立", "never true together with this");
        let warning = match one.by {
            By::Applies => self.warning("E0517", one.asked.span, message),
            _ => {
                let other = say!("另一个条件", "the other condition");
                self.warning("E0517", rule.span, message).label(one.asked.span, other)
            }
        };
        self.push(warning.label(two.asked.span, apart));
    }

    /// What a rule asks is given by what opens the loop, or leads to a node that it names.
    fn cannot_break(
        &mut self,
        of: &Loop<'_>,
        rule: &Name,
        check: &Bound,
        given: &[Given<'_>],
        opened: impl Fn(&Asked<'_>) -> Option<FieldCode>,
    ) {
        let mut by: Option<&Given<'_>> = None;
        for part in asks::parts(check) {
            let Some(asked) = asks::one(part) else { return };
            let Some(field) = opened(&asked) else { return };
            let implied = |one: &&Given<'_>| {
                one.field == field && asks::exclude(&one.asked.asks, &asks::opposite(&asked.asks))
            };
            let Some(one) = given.iter().rev().find(implied) else { return };
            by = by.filter(|by| by.by != By::Applies).or(Some(one));
        }
        // That 适用 says all of it has been told.
        let Some(by) = by.filter(|by| by.by != By::Applies) else { return };
        let word = &rule.text;
        let message = match by.by {
            By::Branch(node) => {
                let name = name(of, node);
                say!(
                    "规则“{word}”永远不会告警：走到环节“{name}”的医嘱都符合它",
                    "the rule `{word}` never alerts: all orders that come to the node `{name}` keep it"
                )
            }
            _ => say!(
                "规则“{word}”永远不会告警：开立本闭环的医嘱都符合它",
                "the rule `{word}` never alerts: all orders that open this loop keep it"
            ),
        };
        let warning = self.warning("E0517", check.span, message);
        self.push(warning.label(by.asked.span, say!("这里已经要求了", "this asks for it already")));
    }
}

/// What a rule asks of the opening for it to apply, and the loop and the branches of the nodes that it needs ask of it.
fn given<'l>(
    of: &'l Loop<'_>,
    rule: &'l Rule<'_>,
    ways: &[Way<'l>],
    opened: impl Fn(&Asked<'_>) -> Option<FieldCode>,
) -> Vec<Given<'l>> {
    let own = rule.applies.iter().flat_map(asks::all);
    let own = own.filter_map(|asked| Some(Given { by: By::Applies, field: opened(&asked)?, asked }));
    let mut named = Vec::new();
    rule.applies.iter().chain(&rule.check).for_each(|e| needed(e, &mut named));
    let done = rule.applies.iter().flat_map(asks::parts).filter_map(|part| match &part.kind {
        BoundKind::Done(node) => Some((*node, part.span)),
        _ => None,
    });
    named.extend(done);
    let branches = named.iter().flat_map(|(node, _)| {
        let way = ways.iter().find(|way| way.node == *node);
        way.into_iter().flat_map(move |way| way.guards.iter().map(move |guard| (By::Branch(*node), *guard)))
    });
    let guards = of.starts.guard.iter().map(|guard| (By::Opening, guard)).chain(branches);
    let asked = guards.flat_map(|(by, guard)| {
        asks::all(guard).into_iter().filter_map(move |asked| match &asked.operand.kind {
            BoundKind::EventField(field) => Some(Given { by, field: field.clone(), asked }),
            _ => None,
        })
    });
    own.chain(asked).collect()
}

fn name<'l>(of: &'l Loop<'_>, node: NodeIx) -> &'l str {
    of.nodes.get(usize::from(node.0)).map_or("", |n| n.name)
}

/// Who asks something of what the order opened with.
#[derive(Copy, Clone, PartialEq, Eq)]
enum By {
    /// 适用
    Applies,
    /// 起于 … 当
    Opening,
    /// The 当 before this node.
    Branch(NodeIx),
}

/// What is asked of a field of the opening event.
struct Given<'e> {
    by: By,
    field: FieldCode,
    asked: Asked<'e>,
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
