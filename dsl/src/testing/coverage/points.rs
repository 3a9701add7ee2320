//! The points of one loop, fragments written into it: what its tests should show, and whether they did.

use super::Kind;
use super::seen::Seen;
use crate::diagnostic::{Span, Words};
use crate::say;
use crate::tree::{EndingKind, Flow, FlowKind, FlowOp, Loop, LoopItem, Name, Node, NodeClause, Rule};
use medloop_engine::graph::{self, Definition, Expr, NodeIx};
use medloop_engine::state::{NodeStatus, Verdict};

/// A point: its kind, place, what should happen, and whether it did.
pub(super) type Found = (Kind, Span, Words, bool);

/// Every point of a loop, in text order.
pub(super) fn points(of: &Loop, def: &Definition, seen: &Seen) -> Vec<Found> {
    let mut all = Points { def, seen, found: Vec::new() };
    for item in &of.items {
        match item {
            LoopItem::Flow(flow) => all.flow(&flow.value, None),
            LoopItem::Node(node) => all.node(node),
            LoopItem::Rule(rule) => all.rule(rule),
            LoopItem::Ending(ending) => {
                let kind = ending.kind.compiled();
                let (zh, en) = word(ending.kind);
                if ending.before.is_some() {
                    let in_time = say!("{zh}在之前生效", "{en} comes in time");
                    all.put(Kind::Ending, ending.span, in_time, seen.took_effect(kind, Some(false)));
                    let wasted = say!("{zh}来得太晚，已成浪费", "{en} comes too late and the work is wasted");
                    all.put(Kind::Ending, ending.span, wasted, seen.took_effect(kind, Some(true)));
                } else {
                    let words = say!("{zh}生效", "{en} takes effect");
                    all.put(Kind::Ending, ending.span, words, seen.took_effect(kind, None));
                }
                for on in &ending.resume {
                    let words = say!("停止之后又恢复", "a stop is taken back");
                    all.put(Kind::Ending, on.span, words, seen.resumed());
                }
            }
            LoopItem::Interrupt(length) => {
                let words = say!("闭环中断", "the loop is interrupted");
                all.put(Kind::Ending, length.span, words, seen.interrupted());
            }
            LoopItem::Seal(length) => {
                let words = say!("封存之后还有消息到达", "something arrives after the seal");
                all.put(Kind::Ending, length.span, words, seen.sealed());
            }
            _ => {}
        }
    }
    all.found
}

const fn word(kind: EndingKind) -> (&'static str, &'static str) {
    match kind {
        EndingKind::Cancel => ("取消", "a cancellation"),
        EndingKind::Stop => ("停止", "a stop"),
        EndingKind::Supersede => ("换单", "a replacement"),
        EndingKind::Excuse => ("豁免", "an excuse"),
    }
}

struct Points<'a> {
    def: &'a Definition,
    seen: &'a Seen,
    found: Vec<Found>,
}

impl Points<'_> {
    fn put(&mut self, kind: Kind, span: Span, what: Words, covered: bool) {
        self.found.push((kind, span, what, covered));
    }

    fn index(&self, name: &Name) -> Option<NodeIx> {
        let named = |n: &graph::Node| n.name == name.text || n.code.as_str() == name.text;
        self.def.nodes().find(|(_, n)| named(n)).map(|(ix, _)| ix)
    }

    /// The nodes of a block, those that end it left out.
    fn inside(&self, flow: &Flow) -> Vec<NodeIx> {
        match &flow.kind {
            FlowKind::Name(name) => self.index(name).into_iter().collect(),
            FlowKind::Many(_, all) => all.iter().flat_map(|f| self.inside(f)).collect(),
            FlowKind::Group(inner) | FlowKind::Each { body: inner, .. } => self.inside(inner),
        }
    }

    /// `around`: how the block around puts this one together with others.
    fn flow(&mut self, flow: &Flow, around: Option<FlowOp>) {
        let inside = self.inside(flow);
        let title = self.title(&inside);
        let seen = self.seen;
        if around == Some(FlowOp::Choice) {
            let taken = inside.iter().any(|n| seen.happened(*n));
            let words = say!("走上“{title}”这一支", "the branch `{title}` is taken");
            self.put(Kind::Branch, flow.span, words, taken);
        } else if let Some(guard) = &flow.guard {
            let words = say!("“{title}”的条件成立", "the condition of `{title}` is true");
            self.put(Kind::Branch, guard.span, words, inside.iter().any(|n| seen.expected(*n)));
            let words = say!("“{title}”的条件不成立", "the condition of `{title}` is false");
            self.put(Kind::Branch, guard.span, words, inside.iter().any(|n| seen.off(*n)));
        }
        if let Some(name) = &flow.again {
            let new =
                inside.iter().any(|n| seen.again(*n)) || self.index(name).is_some_and(|n| seen.replaced(n));
            let word = &name.text;
            let words = say!("{word} 之后重来一轮", "another round follows {word}");
            self.put(Kind::Round, name.span, words, new);
        }
        for name in &flow.ends {
            let ended = self.index(name).is_some_and(|n| seen.ended(n));
            let word = &name.text;
            let words = say!("{word} 之后余下的不再适用", "what is left does not apply after {word}");
            self.put(Kind::Round, name.span, words, ended);
        }
        match &flow.kind {
            FlowKind::Name(_) => {}
            FlowKind::Many(op, all) => all.iter().for_each(|f| self.flow(f, Some(*op))),
            FlowKind::Group(inner) | FlowKind::Each { body: inner, .. } => self.flow(inner, None),
        }
    }

    fn title(&self, nodes: &[NodeIx]) -> String {
        let names = nodes.iter().filter_map(|n| self.def.node(*n)).map(|n| n.name.as_str());
        let some: Vec<&str> = names.take(3).collect();
        format!("{}{}", some.join(" → "), if nodes.len() > 3 { " …" } else { "" })
    }

    fn node(&mut self, tree: &Node) {
        let Some(ix) = self.index(&tree.name) else { return };
        let Some(node) = self.def.node(ix) else { return };
        let (seen, name) = (self.seen, &tree.name.text);
        let words = say!("环节 {name} 发生", "the node {name} happens");
        self.put(Kind::Node, tree.name.span, words, seen.happened(ix));
        for clause in &tree.clauses {
            match clause {
                NodeClause::Within { span, .. } | NodeClause::Due { span, .. } => {
                    let plan = matches!(clause, NodeClause::Due { .. });
                    self.limit(ix, node, *span, plan);
                }
                NodeClause::Fields { required: true, fields, .. } => {
                    for (field, _) in fields {
                        self.field(ix, name, field);
                    }
                }
                _ => {}
            }
        }
    }

    fn limit(&mut self, ix: NodeIx, node: &graph::Node, span: Span, plan: bool) {
        let (seen, name) = (self.seen, &node.name);
        let mut want = vec![
            (NodeStatus::Done, say!("{name} 按时完成", "{name} is on time")),
            (NodeStatus::Late, say!("{name} 延迟完成", "{name} is late")),
        ];
        if plan {
            want.push((NodeStatus::Early, say!("{name} 提前完成", "{name} is early")));
        }
        if !node.optional && !node.negative {
            want.push((NodeStatus::Overdue, say!("{name} 超时未做", "{name} is overdue")));
        }
        for (status, words) in want {
            self.put(Kind::Limit, span, words, seen.timed(ix, status));
        }
    }

    fn field(&mut self, ix: NodeIx, node: &str, name: &Name) {
        let word = &name.text;
        let known = self.def.fields.values().find(|f| f.code.as_str() == word || f.name.name == *word);
        let Some(code) = known.map(|f| f.code.clone()) else { return };
        let seen = self.seen;
        let words = say!("{node} 记录 {word}", "{node} records {word}");
        self.put(Kind::Field, name.span, words, seen.given(ix, &code));
        // What names a track is never absent from it, and the key may be found by other means.
        let names = code == self.def.key || self.def.scopes.iter().any(|s| s.field == code);
        if !names {
            let words = say!("{node} 缺少必填的 {word}", "{node} lacks the required {word}");
            self.put(Kind::Field, name.span, words, seen.absent(ix, &code));
        }
    }

    fn rule(&mut self, tree: &Rule) {
        let name = &tree.name.text;
        let found =
            self.def.rules.iter().enumerate().find(|(_, r)| r.name == *name || r.code.as_str() == name);
        let Some((Ok(ix), rule)) = found.map(|(i, r)| (u16::try_from(i), r)) else { return };
        let seen = self.seen;
        let mut want = vec![
            (Verdict::Holds, say!("规则 {name} 符合", "the rule {name} holds")),
            (Verdict::Violated, say!("规则 {name} 违反", "the rule {name} is violated")),
        ];
        if may_not_apply(self.def, rule) {
            want.push((Verdict::NotApplicable, say!("规则 {name} 不适用", "the rule {name} does not apply")));
        }
        if may_be_undecided(self.def, rule) {
            want.push((Verdict::Undecided, say!("规则 {name} 待定", "the rule {name} is undecided")));
        }
        for (verdict, words) in want {
            self.put(Kind::Rule, tree.name.span, words, seen.verdict(ix, verdict));
        }
    }
}

/// Whether something can take a rule out of force: its own condition, an ending, or a node that need not happen.
fn may_not_apply(def: &Definition, rule: &graph::Rule) -> bool {
    let free = |ix: NodeIx| def.node(ix).is_some_and(|n| n.optional || n.negative);
    rule.applies.is_some()
        || !def.endings.is_empty()
        || !def.guards.is_empty()
        || rule.check.nodes().into_iter().any(free)
        || has_ways_out(&def.flow)
        || def.scopes.iter().any(|s| has_ways_out(&s.flow))
}

/// Whether all that a rule names has happened whenever it is judged: its track consists of one node, which begins it and ends it,
/// and of the order it names the one node that opens it at most.
fn at_once(def: &Definition, rule: &graph::Rule) -> bool {
    let flow = if rule.scope == graph::ScopeIx::ORDER {
        Some(&def.flow)
    } else {
        def.scope(rule.scope).map(|s| &s.flow)
    };
    let Some(graph::Flow::Node(only)) = flow else { return false };
    let opener = match def.starts.nodes.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let mut named = rule.check.nodes();
    named.extend(rule.applies.iter().flat_map(Expr::nodes));
    named.into_iter().all(|n| n == *only || Some(n) == opener)
}

fn has_ways_out(flow: &graph::Flow) -> bool {
    use graph::Flow;
    match flow {
        Flow::Node(_) | Flow::Each(_) => false,
        Flow::Seq(all) | Flow::Par(all) => all.iter().any(has_ways_out),
        Flow::Choice(_) | Flow::When { .. } | Flow::Opt(_) | Flow::Ends { .. } => true,
        Flow::Again { body, .. } => has_ways_out(body),
    }
}

/// Whether a rule must wait for something: what counts or asks for what is done is known at once, and so is what has happened
/// whenever the rule is judged.
fn may_be_undecided(def: &Definition, rule: &graph::Rule) -> bool {
    if at_once(def, rule) {
        return false;
    }
    let mut waits = false;
    for expr in rule.applies.iter().chain([&rule.check]) {
        expr.walk(&mut |e| {
            waits |= !matches!(
                e,
                Expr::Literal(_)
                    | Expr::Param(_)
                    | Expr::Count(_)
                    | Expr::Done(_)
                    | Expr::EndingDone(_)
                    | Expr::Not(_)
                    | Expr::And(_)
                    | Expr::Or(_)
                    | Expr::Compare(..)
                    | Expr::List(_)
            );
        });
    }
    waits
}
