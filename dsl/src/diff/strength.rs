//! Whether one condition follows from another, where that can be proved from their form.

use super::say::Say;
use medloop_engine::graph::{Compare, Expr};
use medloop_engine::value::Value;
use std::cmp::Ordering;

/// How a requirement changed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    Same,
    Stricter,
    Looser,
    /// Neither follows from the other as far as can be seen.
    Other,
}

impl Strength {
    /// From whether the new follows from the old, and the old from the new.
    pub(super) const fn of(new_follows: bool, old_follows: bool) -> Self {
        match (new_follows, old_follows) {
            (true, true) => Self::Same,
            (false, true) => Self::Stricter,
            (true, false) => Self::Looser,
            (false, false) => Self::Other,
        }
    }

    /// What both together come to, as of two campuses, or of two parts of a rule.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, x) | (x, Self::Same) => x,
            (a, b) if a == b => a,
            _ => Self::Other,
        }
    }

    pub(super) const fn turned(self) -> Self {
        match self {
            Self::Stricter => Self::Looser,
            Self::Looser => Self::Stricter,
            same => same,
        }
    }
}

/// A condition of one definition with the values of its params at some campus.
#[derive(Copy, Clone)]
pub(super) struct Held<'a> {
    pub(super) say: Say<'a>,
    pub(super) expr: &'a Expr,
}

impl<'a> Held<'a> {
    fn with(self, expr: &'a Expr) -> Self {
        Self { expr, ..self }
    }

    fn text(self) -> String {
        self.say.expr(self.expr)
    }

    fn value(self) -> Option<&'a Value> {
        match self.expr {
            Expr::Literal(value) => Some(value),
            Expr::Param(ix) => self.say.params?.get(usize::from(ix.0)),
            _ => None,
        }
    }
}

/// Whether `b` is so whenever `a` is.
pub(super) fn follows(a: Held<'_>, b: Held<'_>) -> bool {
    if a.text() == b.text() {
        return true;
    }
    match (a.expr, b.expr) {
        (_, Expr::And(all)) => all.iter().all(|e| follows(a, b.with(e))),
        (Expr::Or(all), _) => all.iter().all(|e| follows(a.with(e), b)),
        (Expr::And(all), _) if all.iter().any(|e| follows(a.with(e), b)) => true,
        (_, Expr::Or(all)) => all.iter().any(|e| follows(a, b.with(e))),
        (Expr::Not(x), Expr::Not(y)) => follows(b.with(y), a.with(x)),
        (Expr::EveryOf(n, x), Expr::EveryOf(m, y)) | (Expr::SomeOf(n, x), Expr::SomeOf(m, y)) => {
            a.say.node(*n) == b.say.node(*m) && follows(a.with(x), b.with(y))
        }
        (Expr::EachOf(x), Expr::EachOf(y)) | (Expr::AnyOf(x), Expr::AnyOf(y)) => {
            let ask = |held: Held<'_>, ix: &medloop_engine::graph::AskIx| {
                held.say.def.asks.get(usize::from(ix.0)).map(|ask| (ask.scope, ask.ties))
            };
            let body = |def: &'_ medloop_engine::graph::Definition, ix: &medloop_engine::graph::AskIx| {
                def.asks.get(usize::from(ix.0)).map(|ask| ask.body.clone())
            };
            let bodies = body(a.say.def, x).zip(body(b.say.def, y));
            ask(a, x) == ask(b, y)
                && bodies.is_some_and(|(p, q)| {
                    follows(Held { say: a.say, expr: &p }, Held { say: b.say, expr: &q })
                })
        }
        (Expr::In(x, list), Expr::In(y, other)) => {
            let (list, other) = (items(a.with(list)), items(b.with(other)));
            a.with(x).text() == b.with(y).text()
                && list.zip(other).is_some_and(|(list, other)| list.iter().all(|v| other.contains(v)))
        }
        (Expr::Compare(Compare::Eq, x, value), Expr::In(y, list)) => {
            let item = a.with(value).text();
            a.with(x).text() == b.with(y).text()
                && items(b.with(list)).is_some_and(|list| list.contains(&item))
        }
        (Expr::Compare(op, x, v), Expr::Compare(other, y, w)) => {
            if a.with(x).text() != b.with(y).text() {
                return false;
            }
            if a.with(v).text() == b.with(w).text() {
                return same_sides(*op, *other);
            }
            bounded(*op, a.with(v), *other, b.with(w))
        }
        _ => false,
    }
}

fn items(held: Held<'_>) -> Option<Vec<String>> {
    match held.expr {
        Expr::List(all) => Some(all.iter().map(|e| held.with(e).text()).collect()),
        Expr::Literal(Value::List(all)) => Some(all.iter().map(|v| held.say.value(v)).collect()),
        _ => None,
    }
}

/// `x op c` then `x other c`.
const fn same_sides(op: Compare, other: Compare) -> bool {
    use Compare::{Eq, Ge, Gt, Le, Lt};
    matches!((op, other), (Lt, Le) | (Gt, Ge) | (Eq, Le | Ge))
}

/// `x op c` then `x other d`, for values that have an order.
fn bounded(op: Compare, c: Held<'_>, other: Compare, d: Held<'_>) -> bool {
    use Compare::{Eq, Ge, Gt, Le, Lt, Ne};
    let order = match (c.value(), d.value()) {
        (Some(Value::Number(c)), Some(Value::Number(d))) => c.partial_cmp(d),
        (Some(Value::Span(c)), Some(Value::Span(d))) => Some(c.cmp(d)),
        (Some(Value::Moment(c)), Some(Value::Moment(d))) => Some(c.at.cmp(&d.at)),
        (Some(Value::Text(c)), Some(Value::Text(d))) => return c != d && (op, other) == (Eq, Ne),
        _ => None,
    };
    match order {
        Some(Ordering::Less) => matches!((op, other), (Lt | Le | Eq, Lt | Le | Ne)),
        Some(Ordering::Greater) => matches!((op, other), (Gt | Ge | Eq, Gt | Ge | Ne)),
        Some(Ordering::Equal) => op == other || same_sides(op, other),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_signs_follow_one_another() {
        use Compare::{Eq, Ge, Gt, Le, Lt, Ne};
        assert!(same_sides(Lt, Le) && same_sides(Eq, Ge) && !same_sides(Le, Lt) && !same_sides(Ne, Eq));
        assert_eq!(Strength::of(false, true), Strength::Stricter);
        assert_eq!(Strength::Stricter.and(Strength::Same), Strength::Stricter);
        assert_eq!(Strength::Stricter.and(Strength::Looser), Strength::Other);
        assert!(!same_sides(Gt, Ne));
    }
}
