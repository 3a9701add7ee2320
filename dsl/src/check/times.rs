//! Whether the durations of a loop can all hold: limits, plans, rules and the order of the flow as a network of distances between moments.
//!
//! Each says that one moment comes at most so long after another. Where a round trip comes to less than nothing no order of events can
//! keep all of it, and the round trip is told in words. Params count with the group's value; working time, which depends on the day, does not.

use super::Checker;
use super::network::{Edge, Network};
use crate::diagnostic::{Lang, Span as Place, Words};
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use crate::tree::{CompareOp, NodeClause};
use medloop_engine::explain::text;
use medloop_engine::graph::{Attr, Flow, Length, NodeIx, Pick};
use medloop_engine::name::FieldCode;
use medloop_engine::time::Span;
use medloop_engine::value::Value;
use medloop_engine::words;

/// A moment of the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Moment {
    /// When a node happened.
    Node(u16),
    /// The planned time that a node records.
    Planned(u16, FieldCode),
}

/// Where a distance is said.
#[derive(Copy, Clone, Debug)]
pub(super) enum Said {
    /// By the flow.
    Flow,
    /// By a limit, a plan or a rule.
    At(Place),
}

impl Checker<'_, '_> {
    pub(super) fn times(&mut self, of: &Loop<'_>) {
        if of.flow_lost {
            return;
        }
        let mut network: Network<Moment, Said> = Network::default();
        order(of, &of.flow, None, &mut network);
        for (i, node) in of.nodes.iter().enumerate() {
            let Ok(ix) = u16::try_from(i) else { return };
            limits(of, ix, node, &mut network);
        }
        for rule in of.rules.iter().filter(|r| r.applies.is_none()) {
            rule.check.iter().for_each(|e| distances(of, e, &mut network));
        }
        if let Some(round) = network.impossible() {
            self.impossible(of, &round);
        }
    }

    fn impossible(&mut self, of: &Loop<'_>, round: &[&Edge<Moment, Said>]) {
        let node = |m: &Moment| match m {
            Moment::Node(ix) | Moment::Planned(ix, _) => NodeIx(*ix),
        };
        // Of two branches one happens at most: they never meet.
        let apart = |a: &Moment| round.iter().any(|b| of.order.exclude(node(a), node(&b.from)));
        if round.iter().any(|e| apart(&e.from)) {
            return;
        }
        let mut places: Vec<(Place, Words)> = Vec::new();
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for edge in round {
            let words = told(self, of, edge);
            if let Said::At(place) = edge.said {
                places.push((place, words.clone()));
            }
            zh.push(words.zh);
            en.push(words.en);
        }
        places.sort_by_key(|p| p.0);
        places.dedup_by_key(|p| p.0);
        let Some((place, _)) = places.pop() else { return };
        let (zh, en) = (zh.join("，"), en.join(", "));
        let message = say!("这些时长不能都成立：{zh}", "these durations cannot all hold: {en}");
        let error = self.error("E0513", place, message);
        let error = places.into_iter().fold(error, |error, (place, words)| error.label(place, words));
        self.push(error);
    }
}

/// A length of so many microseconds in words.
pub(super) fn spelled(micros: i64, lang: Lang) -> String {
    match lang {
        Lang::Zh => crate::yaml::spell(&Value::Span(Span(micros))),
        Lang::En => text::duration(Span(micros), words::Lang::En),
    }
}

/// A distance in words.
fn told(checker: &Checker<'_, '_>, of: &Loop<'_>, edge: &Edge<Moment, Said>) -> Words {
    let title = |m: &Moment| match m {
        Moment::Node(ix) => of.nodes.get(usize::from(*ix)).map_or(String::new(), |n| format!("“{}”", n.name)),
        Moment::Planned(_, field) => {
            let name =
                checker.names.catalogue.fields.get(field).map_or(field.as_str(), |f| f.name.name.as_str());
            format!("“{name}”")
        }
    };
    let (from, to) = (title(&edge.from), title(&edge.to));
    match (edge.most, edge.said) {
        (0, Said::Flow) => say!("流程中{to}在{from}之前", "{to} comes before {from} in the flow"),
        (0, Said::At(_)) => say!("{to}不晚于{from}", "{to} no later than {from}"),
        (most, _) if most > 0 => {
            let (zh, en) = (spelled(most, Lang::Zh), spelled(most, Lang::En));
            say!("{from}到{to}至多 {zh}", "{from} to {to} at most {en}")
        }
        (most, _) => {
            let (zh, en) = (spelled(-most, Lang::Zh), spelled(-most, Lang::En));
            say!("{to}到{from}至少 {zh}", "{to} to {from} at least {en}")
        }
    }
}

/// What the flow says: a node comes no earlier than the mandatory one before it. Gives the last mandatory node.
fn order(
    of: &Loop<'_>,
    flow: &Flow,
    before: Option<NodeIx>,
    network: &mut Network<Moment, Said>,
) -> Option<NodeIx> {
    match flow {
        Flow::Node(node) => {
            if let Some(before) = before {
                network.add(Moment::Node(node.0), Moment::Node(before.0), 0, Said::Flow);
            }
            let optional = of.nodes.get(usize::from(node.0)).is_none_or(|n| n.optional);
            if optional { before } else { Some(*node) }
        }
        Flow::Seq(parts) => parts.iter().fold(before, |before, part| order(of, part, before, network)),
        Flow::Choice(parts) | Flow::Par(parts) => {
            for part in parts {
                order(of, part, before, network);
            }
            before
        }
        Flow::When { body, .. } | Flow::Opt(body) | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            order(of, body, before, network);
            before
        }
        Flow::Each(scope) => {
            let scope = of.scopes.get(usize::from(scope.0).wrapping_sub(1))?;
            order(of, &scope.flow, before, network);
            before
        }
    }
}

/// 时限 with its node, and 计划.
fn limits(of: &Loop<'_>, ix: u16, node: &crate::resolve::Node<'_>, network: &mut Network<Moment, Said>) {
    if node.repeated {
        return;
    }
    let place = |wanted: fn(&NodeClause) -> Option<Place>| node.tree.clauses.iter().find_map(wanted);
    let limit = place(|c| if let NodeClause::Within { span, .. } = c { Some(*span) } else { None });
    if let (Some(limit), Some(place)) = (node.limit.as_ref().filter(|_| node.limit_by.is_none()), limit)
        && let (Some(from), Some(most)) = (limit.from, micros(of, &limit.length))
        && single(of, from)
    {
        network.add(Moment::Node(from.0), Moment::Node(ix), most, Said::At(place));
    }
    let plan = place(|c| if let NodeClause::Due { span, .. } = c { Some(*span) } else { None });
    if let (Some(plan), Some(place)) = (node.plan.as_ref().filter(|p| p.by.is_none()), plan)
        && let (Some(from), Some(to)) = (micros(of, &plan.from), micros(of, &plan.to))
    {
        let planned = || Moment::Planned(plan.node.0, plan.field.clone());
        network.add(planned(), Moment::Node(ix), to, Said::At(place));
        network.add(Moment::Node(ix), planned(), -from, Said::At(place));
    }
}

pub(super) fn single(of: &Loop<'_>, node: NodeIx) -> bool {
    of.nodes.get(usize::from(node.0)).is_some_and(|n| !n.repeated)
}

/// A length by the clock, a param with the group's value.
pub(super) fn micros(of: &Loop<'_>, length: &Length) -> Option<i64> {
    let param = |ix: &medloop_engine::graph::ParamIx| match of.params.get(usize::from(ix.0))?.value {
        Some(Value::Span(span)) => Some(span.0),
        _ => None,
    };
    match length {
        Length::Span(span) => Some(span.0),
        Length::Param(ix) => param(ix),
        Length::Minus(ix) => param(ix).map(|n| -n),
        Length::Work(_) => None,
    }
}

/// What a rule says of two moments, where it says so without 或.
pub(super) fn distances(of: &Loop<'_>, e: &Bound, network: &mut Network<Moment, Said>) {
    match &e.kind {
        BoundKind::And(parts) => parts.iter().for_each(|p| distances(of, p, network)),
        BoundKind::Compare(op, a, b) => {
            let mut line = Line::default();
            if line.take(of, a, 1).is_none() || line.take(of, b, -1).is_none() {
                return;
            }
            let ([(x, 1), (y, -1)] | [(y, -1), (x, 1)]) = line.moments.as_slice() else { return };
            let (x, y) = (|| Moment::Node(x.0), || Moment::Node(y.0));
            // x - y + constant is compared with nothing.
            if matches!(op, CompareOp::Le | CompareOp::Lt | CompareOp::Eq) {
                network.add(y(), x(), -line.constant, Said::At(e.span));
            }
            if matches!(op, CompareOp::Ge | CompareOp::Gt | CompareOp::Eq) {
                network.add(x(), y(), line.constant, Said::At(e.span));
            }
        }
        _ => {}
    }
}

/// A sum of moments and lengths.
#[derive(Default)]
struct Line {
    moments: Vec<(NodeIx, i64)>,
    constant: i64,
}

impl Line {
    /// Adds an expression so many times; `None` when it is of another kind.
    fn take(&mut self, of: &Loop<'_>, e: &Bound, times: i64) -> Option<()> {
        match &e.kind {
            BoundKind::Attr(node, Pick::Counting, Attr::At) if single(of, *node) => {
                self.moments.push((*node, times));
                Some(())
            }
            BoundKind::Span(span) => self.add(span.0, times),
            BoundKind::Param(ix) => match of.params.get(usize::from(ix.0))?.value {
                Some(Value::Span(span)) => self.add(span.0, times),
                _ => None,
            },
            BoundKind::Negative(e) => self.take(of, e, -times),
            BoundKind::Sum(first, rest) => {
                self.take(of, first, times)?;
                rest.iter().try_for_each(|(plus, e)| self.take(of, e, if *plus { times } else { -times }))
            }
            _ => None,
        }
    }

    fn add(&mut self, micros: i64, times: i64) -> Option<()> {
        self.constant = self.constant.checked_add(micros.checked_mul(times)?)?;
        Some(())
    }
}
