//! Comparisons and the outcomes of conditions (§7).

use super::case::{too_coarse, work_too_coarse};
use super::combine::{as_value, coarser};
use super::term::{Form, Lack, Leaf, Term, View};
use crate::graph::{Compare, Expr};
use crate::state::Because;
use crate::time::{Instant, Precision, Span};
use crate::value::Value;
use std::cmp::Ordering;

/// The five outcomes of a condition.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Out {
    True,
    False,
    NotApplicable,
    NoData,
    Undecided,
}

/// An outcome, why, and since when.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) out: Out,
    pub(super) because: Because,
    /// The flip for what time made false; else the latest occurrence; for what lacks a field: the occurrence that lacks it.
    pub(super) at: Option<Instant>,
}

/// What comparing two forms gives.
enum Result {
    Told(bool),
    TooCoarse(Precision),
    /// Open: whether some value could still satisfy it.
    Open(bool),
    Unlike,
}

/// Some 500 years: no order lasts longer.
const FAR: i64 = 500 * 366 * 86_400_000_000;

/// What a condition without a comparison asks of its operands.
pub(super) type Told<'t> = &'t dyn Fn(&[Form]) -> Option<bool>;

impl<'a> View<'_, 'a> {
    /// `a op b`.
    pub(super) fn compare(&self, op: Compare, a: &Expr, b: &Expr, ties: bool) -> Outcome {
        let (left, right) = (self.term(a), self.term(b));
        let leaves: Vec<Leaf<'a>> = left.leaves.iter().chain(&right.leaves).cloned().collect();
        if let Some(outcome) = lacking(&leaves) {
            return outcome;
        }
        let told = match self.against(op, &left, &right, ties) {
            Result::TooCoarse(p) => {
                let coarse = leaves.iter().find(|l| l.node.is_some() && l.precision == Some(p));
                let because = coarse.and_then(|l| l.node).map_or(Because::Nothing, Because::TooCoarse);
                let named = coarse.and_then(|l| l.node);
                let at = named.and_then(|n| self.case.counting(n, &self.occs(n))).map(|o| o.fact.at.at);
                return Outcome { out: Out::NoData, because, at };
            }
            Result::Unlike => return Outcome { out: Out::NoData, because: Because::Nothing, at: None },
            Result::Told(told) => Some(told),
            Result::Open(_) => None,
        };
        if let Some(told) = told {
            return finished(told, &leaves);
        }
        let star = leaves.iter().any(|l| matches!(l.lack, Lack::Open { star: true, .. }));
        let possible = |now: i64| {
            let then = View {
                case: self.case,
                order: self.order,
                track: self.track,
                bound: self.bound.clone(),
                now: Instant(now),
            };
            !matches!(then.against(op, &then.term(a), &then.term(b), ties), Result::Open(false))
        };
        let now = self.now.0;
        if !possible(now) && !possible(now - FAR) {
            return finished(false, &leaves);
        }
        if star {
            return awaiting(&leaves, None);
        }
        if !possible(now) {
            let flip = turn(now - FAR, now, &possible);
            let because = open_because(&leaves, Some(flip));
            return Outcome { out: Out::False, because, at: Some(flip) };
        }
        let flip = (!possible(now + FAR)).then(|| turn(now, now + FAR, &possible));
        awaiting(&leaves, flip)
    }

    /// Compares two terms that lack no data.
    fn against(&self, op: Compare, a: &Term<'a>, b: &Term<'a>, ties: bool) -> Result {
        match (&a.form, &b.form) {
            (Form::Plain(x), Form::Plain(y)) => plain(op, x, y),
            (Form::Unknown, _) | (_, Form::Unknown) => Result::Open(true),
            (Form::Growing(_), Form::Growing(_)) => Result::Open(true),
            (Form::Growing(x), Form::Plain(Value::Number(n))) => growing(op, *x, *n),
            (Form::Plain(Value::Number(n)), Form::Growing(x)) => growing(mirrored(op), *x, *n),
            (Form::Span { len: x, p }, Form::Span { len: y, p: q }) => {
                coarse_span(*x, *p, *y, *q).unwrap_or_else(|| Result::Told(holds(op, x.cmp(y), false)))
            }
            (Form::Span { .. } | Form::SpanBetween { .. }, Form::Span { .. } | Form::SpanBetween { .. }) => {
                let (x, p) = span_range(&a.form);
                let (y, q) = span_range(&b.form);
                let limit = match (&a.form, &b.form) {
                    (Form::Span { len, p: None }, _) => coarse_span(*len, None, 0, q),
                    (_, Form::Span { len, p: None }) => coarse_span(0, p, *len, None),
                    _ => None,
                };
                limit.unwrap_or_else(|| Result::Open(possible(op, x, y, false)))
            }
            _ => self.moments(op, &a.form, &b.form, ties),
        }
    }

    fn moments(&self, op: Compare, a: &Form, b: &Form, ties: bool) -> Result {
        let (Some((p, s)), Some((q, t))) = (moment(a), moment(b)) else { return Result::Unlike };
        let Some(p) = coarser(p, q) else { return Result::Open(true) };
        let hours = |form: &Form| matches!(form, Form::Worked { work, .. } if work_too_coarse(*work, p));
        if too_coarse(Span(t - s), p) || hours(a) || hours(b) {
            return Result::TooCoarse(p);
        }
        let start = |form: &Form| -> (Option<i64>, Option<i64>) {
            match form {
                Form::Moment { at, shift, .. } => {
                    let x = self.case.trunc(*at, p).0 + shift;
                    (Some(x), Some(x))
                }
                Form::AfterNow { shift, .. } => (Some(self.case.trunc(self.now, p).0 + shift), None),
                Form::Worked { at, shift, work } => {
                    let from = self.case.trunc(at.map_or(self.now, |(at, _)| at), p);
                    let x = self.case.worked(from.plus(Span(*shift)), *work).map(|end| end.0);
                    (x, if at.is_some() { x } else { None })
                }
                Form::MomentBetween { lo, hi, .. } => (*lo, *hi),
                _ => (None, None),
            }
        };
        let stated = |form: &Form| matches!(form, Form::Moment { .. } | Form::Worked { at: Some(_), .. });
        let (x, y) = (start(a), start(b));
        match (stated(a) && stated(b), x.0, y.0) {
            (true, Some(x), Some(y)) => Result::Told(holds(op, x.cmp(&y), ties)),
            _ => Result::Open(possible(op, x, y, ties)),
        }
    }

    /// A condition over operands that is told by their values alone; it is never false by time.
    pub(super) fn simple(&self, operands: &[&Expr], told: Told<'_>) -> Outcome {
        let terms: Vec<Term<'a>> = operands.iter().map(|e| self.term(e)).collect();
        let leaves: Vec<Leaf<'a>> = terms.iter().flat_map(|t| t.leaves.iter().cloned()).collect();
        if let Some(outcome) = lacking(&leaves) {
            return outcome;
        }
        if leaves.iter().any(|l| matches!(l.lack, Lack::Open { .. })) {
            return awaiting(&leaves, None);
        }
        if terms.iter().any(|t| matches!(t.form, Form::Growing(_))) {
            return awaiting(&leaves, None);
        }
        let forms: Vec<Form> = terms.into_iter().map(|t| t.form).collect();
        match told(&forms) {
            Some(told) => finished(told, &leaves),
            None => Outcome { out: Out::NoData, because: Because::Nothing, at: None },
        }
    }
}

/// A number that is at least `x` now, against one that stands.
fn growing(op: Compare, x: f64, n: f64) -> Result {
    let later = [x, f64::INFINITY];
    let now_and_later = later.map(|v| v.partial_cmp(&n).is_some_and(|o| holds(op, o, false)));
    let middle = x <= n && matches!(op, Compare::Eq | Compare::Ne);
    match now_and_later {
        [a, b] if a == b && !middle => Result::Told(a),
        _ => Result::Open(true),
    }
}

fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Lt => Compare::Gt,
        Compare::Gt => Compare::Lt,
        Compare::Le => Compare::Ge,
        Compare::Ge => Compare::Le,
        same => same,
    }
}

/// The first leaf that is not applicable, lacks a field or an id.
fn lacking(leaves: &[Leaf<'_>]) -> Option<Outcome> {
    for leaf in leaves {
        if let Lack::NotApplicable(because) = &leaf.lack {
            return Some(Outcome { out: Out::NotApplicable, because: because.clone(), at: None });
        }
    }
    for leaf in leaves {
        if let Lack::NoData(because) = &leaf.lack {
            let at = match because {
                Because::FieldMissing(..) | Because::PersonUnknown(_) => leaf.facts.first().map(|f| f.at.at),
                _ => None,
            };
            return Some(Outcome { out: Out::NoData, because: because.clone(), at });
        }
    }
    for leaf in leaves {
        let nameless = |v: &Value| matches!(v, Value::Person(person) if person.id.is_none());
        if leaf.seen.iter().any(|s| nameless(&s.value)) {
            let because = leaf.node.map_or(Because::Nothing, Because::PersonUnknown);
            return Some(Outcome { out: Out::NoData, because, at: leaf.facts.first().map(|f| f.at.at) });
        }
    }
    None
}

/// A comparison whose operands all have values.
fn finished(told: bool, leaves: &[Leaf<'_>]) -> Outcome {
    let at = leaves.iter().flat_map(|l| &l.facts).map(|f| f.at.at).max();
    // A closed 间隔 has its length though a node of it has not happened: it can be false, and not true yet.
    if told && leaves.iter().any(|l| matches!(l.lack, Lack::Open { .. })) {
        return awaiting(leaves, None);
    }
    let seen = leaves.iter().flat_map(|l| l.seen.clone()).collect();
    Outcome { out: if told { Out::True } else { Out::False }, because: Because::Compared(seen), at }
}

/// The `Because` of the first open leaf, with the flip where there is one.
fn open_because(leaves: &[Leaf<'_>], flip: Option<Instant>) -> Because {
    let first = leaves.iter().find_map(|l| match &l.lack {
        Lack::Open { because, .. } => Some(because.clone()),
        _ => None,
    });
    match first {
        Some(Because::NotHappened(node, _)) => Because::NotHappened(node, flip),
        Some(other) => other,
        None => Because::Nothing,
    }
}

/// A comparison that is open and may still come true.
fn awaiting(leaves: &[Leaf<'_>], flip: Option<Instant>) -> Outcome {
    let ended = leaves.iter().find_map(|l| match l.lack {
        Lack::Open { ended, .. } => Some(ended),
        _ => None,
    });
    let out = if flip.is_none() && ended == Some(true) { Out::NoData } else { Out::Undecided };
    Outcome { out, because: open_because(leaves, flip), at: None }
}

/// The first instant in `(from, to]` at which it is no longer possible.
fn turn(from: i64, to: i64, possible: &dyn Fn(i64) -> bool) -> Instant {
    let (mut yes, mut no) = (from, to);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if possible(middle) { yes = middle } else { no = middle }
    }
    Instant(no)
}

fn holds(op: Compare, order: Ordering, ties: bool) -> bool {
    match op {
        Compare::Eq => order == Ordering::Equal,
        Compare::Ne => order != Ordering::Equal,
        Compare::Lt => order == Ordering::Less || (ties && order == Ordering::Equal),
        Compare::Le => order != Ordering::Greater,
        Compare::Gt => order == Ordering::Greater || (ties && order == Ordering::Equal),
        Compare::Ge => order != Ordering::Less,
    }
}

type Range = (Option<i64>, Option<i64>);

/// Whether some value of each range satisfies it.
fn possible(op: Compare, a: Range, b: Range, ties: bool) -> bool {
    let below = |lo: Option<i64>, hi: Option<i64>, equal: bool| match (lo, hi) {
        (Some(lo), Some(hi)) => lo < hi || (equal && lo == hi),
        _ => true,
    };
    match op {
        Compare::Eq => below(a.0, b.1, true) && below(b.0, a.1, true),
        Compare::Ne => true,
        Compare::Lt => below(a.0, b.1, ties),
        Compare::Le => below(a.0, b.1, true),
        Compare::Gt => below(b.0, a.1, ties),
        Compare::Ge => below(b.0, a.1, true),
    }
}

/// The limit of a span comparison is the side without a precision.
fn coarse_span(x: i64, p: Option<Precision>, y: i64, q: Option<Precision>) -> Option<Result> {
    let (limit, p) = match (p, q) {
        (None, Some(q)) => (x, q),
        (Some(p), None) => (y, p),
        _ => return None,
    };
    too_coarse(Span(limit), p).then_some(Result::TooCoarse(p))
}

fn span_range(form: &Form) -> (Range, Option<Precision>) {
    match form {
        Form::Span { len, p } => ((Some(*len), Some(*len)), *p),
        Form::SpanBetween { lo, hi, p } => ((*lo, *hi), *p),
        _ => ((None, None), None),
    }
}

/// Precision and shift of a moment.
fn moment(form: &Form) -> Option<(Option<Precision>, i64)> {
    match form {
        Form::Moment { p, shift, .. } => Some((Some(*p), *shift)),
        Form::AfterNow { p, shift } => Some((*p, *shift)),
        Form::Worked { at, shift, .. } => Some((at.map(|(_, p)| p), *shift)),
        Form::MomentBetween { p, .. } => Some((Some(*p), 0)),
        _ => None,
    }
}

fn plain(op: Compare, x: &Value, y: &Value) -> Result {
    let order = match (x, y) {
        (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
        (Value::Number(x), Value::Number(y)) => match x.partial_cmp(y) {
            Some(order) => order,
            None => return Result::Unlike,
        },
        (Value::Text(x), Value::Text(y)) => x.cmp(y),
        (Value::Person(x), Value::Person(y)) => x.id.cmp(&y.id),
        (Value::List(x), Value::List(y)) if matches!(op, Compare::Eq | Compare::Ne) => {
            if x == y {
                Ordering::Equal
            } else {
                Ordering::Less
            }
        }
        _ => return Result::Unlike,
    };
    Result::Told(holds(op, order, false))
}

/// 属于.
pub(super) fn element(forms: &[Form]) -> Option<bool> {
    let [left, right] = forms else { return None };
    let (left, Value::List(list)) = (as_value(left)?, as_value(right)?) else { return None };
    Some(list.iter().any(|item| match (item, &left) {
        (Value::Person(a), Value::Person(b)) => a.id == b.id,
        (a, b) => a == b,
    }))
}
