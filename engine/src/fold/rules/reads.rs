//! What a rule reads off the occurrence of a node or off an ending: attributes and fields, or why there are none.

use super::Presence;
use super::eval::Eval;
use super::operand::{Open, Operand, Point, Term};
use crate::calendar::Stretch;
use crate::facts::Fact;
use crate::graph::{Attr, EndingKind, Expr, NodeIx, Pick};
use crate::keyed::LengthsIx;
use crate::name::FieldCode;
use crate::patient;
use crate::state::{Because, Seen, What};
use crate::time::{Moment, Precision};
use crate::value::{Person, Value};
use std::sync::Arc;

impl<'a> Eval<'_, 'a> {
    pub(super) fn ending(&self, kind: EndingKind) -> Operand {
        if let Some(by) = self.scene.ending(kind) {
            let what = What::Ending(kind);
            let seen = Seen { node: None, what, value: Value::Moment(by.at) };
            return Operand { seen: vec![seen], ..Operand::of(Term::Point(Point::stated(by.at, None))) };
        }
        if self.scene.own_ended {
            return Operand::of(Term::NotApplicable(Because::NoEnding(kind)));
        }
        let open = Open { node: None, ending: Some(kind), star: true, missing: false, ended: false };
        Operand::of(Term::Point(Point::later(open, None)))
    }

    /// The reason that the event of an ending states.
    pub(super) fn ending_reason(&self, kind: EndingKind) -> Operand {
        let Some(by) = self.scene.ending(kind) else {
            return match self.ending(kind).term {
                Term::Point(Point { open: Some(open), .. }) => Operand::of(Term::Open(open)),
                other => Operand::of(other),
            };
        };
        match &by.reason {
            Some(reason) => {
                let value = Value::Text(Arc::from(reason.as_str()));
                let seen = Seen { node: None, what: What::Reason(kind), value: value.clone() };
                Operand { seen: vec![seen], ..Operand::known(value) }
            }
            None => Operand::of(Term::NoData(Because::NoReason(kind), None)),
        }
    }

    /// The length that a named table holds for these values; one that is in no row takes the default.
    pub(super) fn length(&mut self, table: LengthsIx, keys: &[Expr]) -> Operand {
        let Some(table) = self.scene.def.lengths.get(usize::from(table.0)) else {
            return Operand::of(Term::NoData(Because::Nothing, None));
        };
        let mut out = Operand::of(Term::NoData(Because::Nothing, None));
        let mut terms = Vec::with_capacity(keys.len());
        for key in keys {
            let o = self.operand(key);
            out.seen.extend(o.seen);
            out.latest = out.latest.max(o.latest);
            terms.push(o.term);
        }
        let gap = terms.iter().find(|t| matches!(t, Term::NotApplicable(_)));
        let gap = gap.or_else(|| terms.iter().find(|t| matches!(t, Term::NoData(..))));
        let gap = gap.or_else(|| terms.iter().find(|t| !matches!(t, Term::Known(_))));
        if let Some(gap) = gap {
            out.term = gap.clone();
            return out;
        }
        let values: Vec<Option<&Value>> =
            terms.iter().map(|t| if let Term::Known(v) = t { Some(v) } else { None }).collect();
        out.term = match self.scene.settings.stretch(table.cell(&values).to) {
            Some(Stretch::Clock(span)) => Term::Known(Value::Span(span)),
            Some(Stretch::Work(work)) => Term::Known(Value::Work(work)),
            None => Term::NoData(Because::Nothing, None),
        };
        out
    }

    /// What was known of the patient by a moment, or by the opening of the instance.
    pub(super) fn patient(&mut self, of: patient::Of, at: Option<&Expr>) -> Operand {
        let unknown =
            |latest| Operand { latest, ..Operand::of(Term::NoData(Because::PatientUnknown(of), None)) };
        let (by, latest) = match at {
            None => match self.scene.opened_at {
                Some(at) => (Moment { at, precision: Precision::Milli }, None),
                None => return unknown(None),
            },
            Some(at) => {
                let o = self.operand(at);
                match o.term {
                    Term::Point(Point { at: Some(m), .. }) => (m, o.latest),
                    Term::Point(Point { open: Some(open), .. }) => return Operand::of(Term::Open(open)),
                    Term::Open(_) | Term::NoData(..) | Term::NotApplicable(_) => return o,
                    _ => return unknown(None),
                }
            }
        };
        let (order, own) = (self.scene.order, self.scene.own);
        let track = if own.scope == order.scope { &[] } else { own.facts };
        let known =
            patient::known(order.facts.iter().chain(track).map(|f| &**f), of, by, &self.scene.settings.zone);
        let Some(value) = known else { return unknown(latest) };
        let seen = vec![Seen { node: None, what: What::Patient(of), value: value.clone() }];
        let term = match value {
            Value::Moment(m) => Term::Point(Point::stated(m, None)),
            other => Term::Known(other),
        };
        Operand { term, seen, latest }
    }

    /// The occurrence that a node's attribute is read from.
    pub(super) fn fact(&self, n: NodeIx, pick: Pick) -> Option<&'a Fact> {
        if let Some((_, fact)) = self.bound.iter().rev().find(|(b, _)| *b == n) {
            return Some(fact);
        }
        let (side, _, _) = self.scene.home(n)?;
        match pick {
            Pick::Counting => side.counting(n),
            Pick::First => side.all(n).iter().map(|o| o.fact).min().and_then(|f| side.at(f)),
            Pick::Last => side.all(n).iter().map(|o| o.fact).max().and_then(|f| side.at(f)),
        }
    }

    /// What stands in for the occurrence of a node that has none.
    pub(super) fn absent(&self, n: NodeIx) -> Term {
        match self.scene.presence(n) {
            Presence::NotApplicable(reason) => Term::NotApplicable(Because::NodeNotApplicable(n, reason)),
            Presence::Open { optional, missing } => Term::Open(Open {
                node: Some(n),
                ending: None,
                star: optional,
                missing,
                ended: self.scene.ended(n),
            }),
            Presence::Happened => Term::NoData(Because::Nothing, None),
        }
    }

    pub(super) fn attr(&self, n: NodeIx, pick: Pick, attr: Attr) -> Operand {
        let Some(fact) = self.fact(n, pick) else {
            let term = self.absent(n);
            let time = matches!(attr, Attr::At | Attr::Began | Attr::Recorded | Attr::Arrived);
            return match term {
                // What has not happened is later than now; that is all there is to know of it.
                Term::Open(open) if time && attr == Attr::At => {
                    Operand::of(Term::Point(Point::later(open, Some(n))))
                }
                other => Operand::of(other),
            };
        };
        let what = What::Attr(attr);
        let point = |m: Moment| Operand {
            seen: vec![Seen { node: Some(n), what: what.clone(), value: Value::Moment(m) }],
            latest: Some(fact.at.at),
            term: Term::Point(Point::stated(m, Some(n))),
        };
        let (value, because) = attribute(fact, n, attr);
        if let Some(Value::Moment(m)) = value {
            return point(m);
        }
        match value {
            Some(value) => Operand {
                seen: vec![Seen { node: Some(n), what, value: value.clone() }],
                latest: Some(fact.at.at),
                term: Term::Known(value),
            },
            None => Operand::of(Term::NoData(because, Some(fact.at.at))),
        }
    }

    pub(super) fn field(&self, n: NodeIx, pick: Pick, field: &FieldCode) -> Operand {
        let Some(fact) = self.fact(n, pick) else { return Operand::of(self.absent(n)) };
        match fact.fields.get(field) {
            Some(value) => {
                let seen =
                    vec![Seen { node: Some(n), what: What::Field(field.clone()), value: value.clone() }];
                let term = match value {
                    Value::Moment(m) => Term::Point(Point::stated(*m, Some(n))),
                    other => Term::Known(other.clone()),
                };
                Operand { seen, latest: Some(fact.at.at), term }
            }
            None => Operand::of(Term::NoData(Because::FieldMissing(n, field.clone()), Some(fact.at.at))),
        }
    }
}

/// What an occurrence states of an attribute, and what to say where it does not.
pub(super) fn attribute(fact: &Fact, n: NodeIx, attr: Attr) -> (Option<Value>, Because) {
    let text = |t: Option<Arc<str>>| t.map(Value::Text);
    let actor = fact.actor.as_ref();
    let value = match attr {
        Attr::At => Some(Value::Moment(fact.at)),
        Attr::Began => Some(Value::Moment(fact.began.unwrap_or(fact.at))),
        Attr::Arrived => Some(Value::Moment(Moment { at: fact.arrived, precision: Precision::Milli })),
        Attr::Recorded => fact.recorded.map(Value::Moment),
        Attr::By => actor
            .and_then(|a| a.person.clone())
            .filter(|p: &Person| p.id.is_some() || p.name.is_some())
            .map(Value::Person),
        Attr::Role => text(actor.and_then(|a| a.role.clone())),
        Attr::Dept => text(actor.and_then(|a| a.dept.clone())),
        Attr::Title => text(actor.and_then(|a| a.title.clone())),
        Attr::Terminal => text(fact.terminal.clone()),
        Attr::Capture => text(fact.capture.clone()),
        Attr::System => Some(Value::Text(Arc::from(fact.system.as_str()))),
        Attr::Campus => Some(Value::Text(Arc::from(fact.campus.as_str()))),
    };
    let because = attr_code(attr).map_or(Because::Nothing, |code| Because::FieldMissing(n, code));
    (value, because)
}

/// The English word of an attribute, as the name of what is missing.
fn attr_code(attr: Attr) -> Option<FieldCode> {
    let word = match attr {
        Attr::At => "at",
        Attr::Began => "began",
        Attr::Recorded => "recorded",
        Attr::Arrived => "arrived",
        Attr::By => "by",
        Attr::Role => "role",
        Attr::Dept => "dept",
        Attr::Title => "title",
        Attr::Terminal => "terminal",
        Attr::Capture => "capture",
        Attr::System => "system",
        Attr::Campus => "campus",
    };
    FieldCode::parse(word).ok()
}
