//! Expressions of the graph.

use crate::resolve::{self, Bound, BoundKind};
use crate::tree::CompareOp;
use medloop_engine::graph::{Ask, AskIx, Compare, Expr, Gather, GatherIx, NodeIx, ScopeIx};
use medloop_engine::keyed::{Keyed, Lengths, LengthsIx};
use medloop_engine::name::TableCode;
use medloop_engine::time::{Zone, parse_moment};
use medloop_engine::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// What lowering an expression needs.
pub(super) struct Lower<'z> {
    /// In which dates that are written out are taken.
    pub(super) zone: &'z Zone,
    /// Whether a tie satisfies `<` in the rule at hand.
    pub(super) ties: Cell<bool>,
    pub(super) asks: RefCell<Vec<Ask>>,
    pub(super) gathers: RefCell<Vec<Gather>>,
    /// Every named window and duration, and those that are used.
    pub(super) named: &'z BTreeMap<TableCode, Lengths>,
    pub(super) lengths: RefCell<Vec<Lengths>>,
}

impl Lower<'_> {
    /// `None` for what was told as a mistake.
    pub(super) fn expr(&self, e: &Bound) -> Option<Expr> {
        let boxed = |e: &Bound| self.expr(e).map(Box::new);
        Some(match &e.kind {
            BoundKind::Text(text) => Expr::Literal(Value::Text(text.clone())),
            BoundKind::Number(n) => Expr::Literal(Value::Number(*n)),
            BoundKind::Span(span) => Expr::Literal(Value::Span(*span)),
            BoundKind::Work(work) => Expr::Literal(Value::Work(*work)),
            BoundKind::Moment(text) => Expr::Literal(Value::Moment(parse_moment(text, self.zone)?)),
            BoundKind::Bool(b) => Expr::Literal(Value::Bool(*b)),
            BoundKind::Param(ix) => Expr::Param(*ix),
            BoundKind::Attr(node, pick, attr) => Expr::Attr(*node, *pick, *attr),
            BoundKind::Field(node, pick, field) => Expr::Field(*node, *pick, field.clone()),
            BoundKind::Count(node) => Expr::Count(*node),
            BoundKind::Done(node) => Expr::Done(*node),
            BoundKind::EventField(field) => Expr::EventField(field.clone()),
            BoundKind::TrackKey(_) => Expr::TrackKey,
            BoundKind::EndingAt(kind) => Expr::EndingAt(*kind),
            BoundKind::EndingReason(kind, _) => Expr::EndingReason(*kind),
            BoundKind::EndingDone(kind) => Expr::EndingDone(*kind),
            BoundKind::Patient(of, at) => {
                let at = match at {
                    Some(at) => Some(boxed(at)?),
                    None => None,
                };
                Expr::Patient(*of, at)
            }
            BoundKind::Lookup(table, inner) => Expr::Lookup(table.clone(), boxed(inner)?),
            BoundKind::Length(table, keys) => Expr::Length(self.table(table)?, self.all(keys)?),
            BoundKind::Not(inner) => Expr::Not(boxed(inner)?),
            BoundKind::And(all) => Expr::And(self.all(all)?),
            BoundKind::Or(all) => Expr::Or(self.all(all)?),
            BoundKind::Compare(op, a, b) => self.compare(*op, a, b)?,
            BoundKind::Filled(node, pick, field) => Expr::Filled(*node, *pick, field.clone()),
            BoundKind::Sum(first, rest) => rest.iter().try_fold(self.expr(first)?, |sum, (plus, e)| {
                let right = boxed(e)?;
                Some(if *plus { Expr::Add(Box::new(sum), right) } else { Expr::Sub(Box::new(sum), right) })
            })?,
            BoundKind::Every(node, body) => Expr::EveryOf(*node, boxed(body)?),
            BoundKind::Any(node, body) => Expr::SomeOf(*node, boxed(body)?),
            BoundKind::EachTrack(scope, body) => Expr::EachOf(self.ask(*scope, body)?),
            BoundKind::AnyTrack(scope, body) => Expr::AnyOf(self.ask(*scope, body)?),
            BoundKind::Tracks(scope) => Expr::Tracks(*scope),
            BoundKind::Total(node, of) => Expr::Total(self.gather(*node, of)?),
            BoundKind::Distinct(node, of) => Expr::Distinct(self.gather(*node, of)?),
            BoundKind::Gap(nodes) => Expr::Gap(nodes.clone()),
            BoundKind::List(all) => Expr::List(self.all(all)?),
            BoundKind::Negative(_) | BoundKind::Wrong => return None,
        })
    }

    fn ask(&self, scope: ScopeIx, body: &Bound) -> Option<AskIx> {
        let ask = Ask { scope, body: self.expr(body)?, ties: self.ties.get() };
        place(&mut self.asks.borrow_mut(), ask).map(AskIx)
    }

    fn gather(&self, node: NodeIx, of: &Bound) -> Option<GatherIx> {
        let gather = Gather { node, of: self.expr(of)? };
        place(&mut self.gathers.borrow_mut(), gather).map(GatherIx)
    }

    /// Where a named table stands among those that are used.
    fn table(&self, code: &TableCode) -> Option<LengthsIx> {
        place(&mut self.lengths.borrow_mut(), self.named.get(code)?.clone()).map(LengthsIx)
    }

    /// Where a node reads the row of its table.
    pub(super) fn keyed(&self, by: &resolve::Keyed) -> Option<Keyed> {
        Some(Keyed { table: self.table(&by.table)?, keys: by.keys.clone() })
    }

    fn all(&self, all: &[Bound]) -> Option<Vec<Expr>> {
        all.iter().map(|e| self.expr(e)).collect()
    }

    fn compare(&self, op: CompareOp, a: &Bound, b: &Bound) -> Option<Expr> {
        let left = Box::new(self.expr(a)?);
        let compare = match op {
            CompareOp::Eq => Compare::Eq,
            CompareOp::Ne => Compare::Ne,
            CompareOp::Lt => Compare::Lt,
            CompareOp::Le => Compare::Le,
            CompareOp::Gt => Compare::Gt,
            CompareOp::Ge => Compare::Ge,
            CompareOp::In => return Some(Expr::In(left, Box::new(self.expr(b)?))),
            CompareOp::Matches => {
                let BoundKind::Text(pattern) = &b.kind else { return None };
                return Some(Expr::Matches(left, pattern.to_string()));
            }
        };
        Some(Expr::Compare(compare, left, Box::new(self.expr(b)?)))
    }
}

/// Where a thing stands in its table; what is asked twice is kept once.
fn place<T: PartialEq>(table: &mut Vec<T>, item: T) -> Option<u16> {
    let at = table.iter().position(|known| *known == item);
    if at.is_none() {
        table.push(item);
    }
    u16::try_from(at.unwrap_or(table.len() - 1)).ok()
}
