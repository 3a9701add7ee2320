//! Sums and differences of terms, and the value that a term comes to.

use super::case::Case;
use super::instance::Judged;
use super::term::{Form, Term, View};
use crate::calendar::Work;
use crate::facts::TrackId;
use crate::graph::Expr;
use crate::time::{Instant, Moment, Precision, Span};
use crate::value::Value;

impl<'a> View<'_, 'a> {
    pub(super) fn arithmetic(&self, a: &Expr, b: &Expr, sign: i64) -> Term<'a> {
        let (a, b) = (self.term(a), self.term(b));
        let form = self.combine(&a.form, &b.form, sign);
        Term { form, leaves: a.leaves.into_iter().chain(b.leaves).collect() }
    }

    pub(super) fn trunc(&self, at: Instant, p: Precision) -> i64 {
        self.case.trunc(at, p).0
    }

    fn combine(&self, a: &Form, b: &Form, sign: i64) -> Form {
        match (a, b) {
            (Form::Plain(Value::Number(x)), Form::Plain(Value::Number(y))) => {
                Form::Plain(Value::Number(if sign > 0 { x + y } else { x - y }))
            }
            (Form::Moment { at, p, shift }, Form::Plain(Value::Work(work))) => {
                Form::Worked { at: Some((*at, *p)), shift: *shift, work: signed(*work, sign) }
            }
            (Form::AfterNow { shift, .. }, Form::Plain(Value::Work(work))) => {
                Form::Worked { at: None, shift: *shift, work: signed(*work, sign) }
            }
            (Form::Growing(x), Form::Plain(Value::Number(y))) => {
                Form::Growing(if sign > 0 { x + y } else { x - y })
            }
            (Form::Plain(Value::Number(x)) | Form::Growing(x), Form::Growing(y)) if sign > 0 => {
                Form::Growing(x + y)
            }
            (Form::Moment { at, p, shift }, Form::Span { len, p: q }) => {
                Form::Moment { at: *at, p: q.map_or(*p, |q| q.min(*p)), shift: shift + sign * len }
            }
            (Form::Moment { at, p, shift }, Form::SpanBetween { lo, hi, p: q }) => {
                let p = q.map_or(*p, |q| q.min(*p));
                let start = self.trunc(*at, p) + shift;
                let (lo, hi) = ranged(*lo, *hi, sign);
                Form::MomentBetween { lo: lo.map(|x| start + x), hi: hi.map(|x| start + x), p }
            }
            (Form::AfterNow { shift, p }, Form::Span { len, p: q }) => {
                Form::AfterNow { shift: shift + sign * len, p: coarser(*p, *q) }
            }
            (Form::Moment { at, p, shift }, Form::Moment { at: at2, p: q, shift: shift2 }) => {
                let p = *p.min(q);
                let len = self.trunc(*at, p) + shift - self.trunc(*at2, p) - shift2;
                Form::Span { len, p: Some(p) }
            }
            (Form::AfterNow { shift, p }, Form::Moment { at, p: q, shift: shift2 }) => {
                let p = coarser(*p, Some(*q)).unwrap_or(*q);
                let lo = self.trunc(self.now, p) + shift - self.trunc(*at, p) - shift2;
                Form::SpanBetween { lo: Some(lo), hi: None, p: Some(p) }
            }
            (Form::Moment { at, p, shift }, Form::AfterNow { shift: shift2, p: q }) => {
                let p = coarser(Some(*p), *q).unwrap_or(*p);
                let hi = self.trunc(*at, p) + shift - self.trunc(self.now, p) - shift2;
                Form::SpanBetween { lo: None, hi: Some(hi), p: Some(p) }
            }
            (Form::AfterNow { p, .. }, Form::AfterNow { p: q, .. }) => {
                Form::SpanBetween { lo: None, hi: None, p: coarser(*p, *q) }
            }
            (Form::Span { len, p }, Form::Span { len: len2, p: q }) => {
                Form::Span { len: len + sign * len2, p: coarser(*p, *q) }
            }
            (Form::Span { len, p }, Form::SpanBetween { lo, hi, p: q }) => {
                let (lo, hi) = ranged(*lo, *hi, sign);
                Form::SpanBetween { lo: lo.map(|x| len + x), hi: hi.map(|x| len + x), p: coarser(*p, *q) }
            }
            (Form::SpanBetween { lo, hi, p }, Form::Span { len, p: q }) => {
                let by = sign * len;
                Form::SpanBetween { lo: lo.map(|x| x + by), hi: hi.map(|x| x + by), p: coarser(*p, *q) }
            }
            (Form::SpanBetween { lo, hi, p }, Form::SpanBetween { lo: lo2, hi: hi2, p: q }) => {
                let (lo2, hi2) = ranged(*lo2, *hi2, sign);
                let lo = lo.zip(lo2).map(|(x, y)| x + y);
                let hi = hi.zip(hi2).map(|(x, y)| x + y);
                Form::SpanBetween { lo, hi, p: coarser(*p, *q) }
            }
            _ => Form::Unknown,
        }
    }
}

fn signed(work: Work, sign: i64) -> Work {
    match work {
        Work::Days(n) if sign < 0 => Work::Days(-n),
        Work::Hours(s) if sign < 0 => Work::Hours(Span(-s.0)),
        other => other,
    }
}

/// An interval, turned round for a subtraction.
fn ranged(lo: Option<i64>, hi: Option<i64>, sign: i64) -> (Option<i64>, Option<i64>) {
    if sign > 0 { (lo, hi) } else { (hi.map(|x| -x), lo.map(|x| -x)) }
}

/// The coarser of two precisions, where there are any.
pub(super) fn coarser(a: Option<Precision>, b: Option<Precision>) -> Option<Precision> {
    a.into_iter().chain(b).min()
}

/// The value of a term that lacks nothing.
pub(super) fn as_value(form: &Form) -> Option<Value> {
    match form {
        Form::Plain(value) => Some(value.clone()),
        Form::Moment { at, p, shift } => {
            Some(Value::Moment(Moment { at: at.plus(Span(*shift)), precision: *p }))
        }
        Form::Span { len, .. } => Some(Value::Span(Span(*len))),
        _ => None,
    }
}

impl Case<'_> {
    /// The value of an expression over the order, where it is known at once.
    pub(super) fn at_once(&self, expr: &Expr) -> Option<Value> {
        let nothing = Judged {
            id: TrackId::order(),
            cards: Vec::new(),
            eaches: Vec::new(),
            complete: false,
            ended: false,
            interrupted: false,
            ended_at: None,
            last: None,
        };
        let view = View { case: self, order: &nothing, track: &nothing, bound: Vec::new(), now: self.now };
        as_value(&view.term(expr).form)
    }
}
