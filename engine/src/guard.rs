//! Guards: three-valued over the fields of one event. A trigger lets an event in only when its guard is true; a flow asks the
//! opening event, and knows what to do where that does not say.

use crate::admit::matches;
use crate::calendar::Stretch;
use crate::facts::{Fields, Patient};
use crate::graph::{CampusSettings, Compare, Definition, Expr};
use crate::time::{Moment, Zone};
use crate::value::Value;
use std::cmp::Ordering;

/// What a guard can see.
pub struct Look<'a> {
    /// The loop.
    pub def: &'a Definition,
    /// Those of the event's campus.
    pub settings: &'a CampusSettings,
    /// The event's well-formed values.
    pub fields: &'a Fields,
    /// What it says of the patient.
    pub patient: Option<&'a Patient>,
    /// When it happened.
    pub at: Moment,
}

impl Look<'_> {
    /// Whether the guard is true. A field that is absent or ill-formed makes its comparison unknown, and unknown is not true.
    #[must_use]
    pub fn holds(&self, guard: &Expr) -> bool {
        self.truth(guard) == Some(true)
    }

    /// What the guard comes to; `None`: the event does not say.
    #[must_use]
    pub fn truth(&self, expr: &Expr) -> Option<bool> {
        match expr {
            Expr::Not(inner) => self.truth(inner).map(|b| !b),
            Expr::And(all) => {
                let known = all.iter().map(|e| self.truth(e));
                fold(known, false)
            }
            Expr::Or(any) => {
                let known = any.iter().map(|e| self.truth(e));
                fold(known, true)
            }
            Expr::Compare(op, a, b) => compare(*op, &self.value(a)?, &self.value(b)?, self.zone()),
            Expr::In(a, b) => {
                let (item, Value::List(list)) = (self.value(a)?, self.value(b)?) else { return None };
                Some(list.iter().any(|x| compare(Compare::Eq, &item, x, self.zone()) == Some(true)))
            }
            Expr::Matches(a, pattern) => match self.value(a)? {
                Value::Text(text) => Some(matches(pattern, &text)),
                _ => None,
            },
            other => match self.value(other)? {
                Value::Bool(b) => Some(b),
                _ => None,
            },
        }
    }

    fn zone(&self) -> &Zone {
        &self.settings.zone
    }

    fn value(&self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Literal(value) => Some(value.clone()),
            Expr::EventField(field) => self.fields.get(field).cloned(),
            Expr::Patient(of, None) => of.said(self.patient?, self.at, self.zone()),
            Expr::Param(ix) => self.settings.params.get(usize::from(ix.0)).cloned(),
            Expr::Lookup(table, of) => {
                let Value::Text(code) = self.value(of)? else { return None };
                let mapped = self.def.tables.get(table).and_then(|t| t.maps.get(&code));
                Some(Value::List(mapped.into_iter().flatten().map(|c| Value::Text(c.clone())).collect()))
            }
            Expr::Length(table, keys) => {
                let values = keys.iter().map(|k| self.value(k)).collect::<Option<Vec<_>>>()?;
                let values: Vec<Option<&Value>> = values.iter().map(Some).collect();
                let cell = self.def.lengths.get(usize::from(table.0))?.cell(&values);
                match self.settings.stretch(cell.to)? {
                    Stretch::Clock(span) => Some(Value::Span(span)),
                    Stretch::Work(_) => None,
                }
            }
            Expr::List(items) => items.iter().map(|e| self.value(e)).collect::<Option<_>>().map(Value::List),
            Expr::Add(a, b) => match (self.value(a)?, self.value(b)?) {
                (Value::Number(x), Value::Number(y)) => Some(Value::Number(x + y)),
                (Value::Span(x), Value::Span(y)) => Some(Value::Span(x.plus(y))),
                (Value::Moment(mut m), Value::Span(s)) => {
                    m.at = m.at.plus(s);
                    Some(Value::Moment(m))
                }
                _ => None,
            },
            Expr::Sub(a, b) => match (self.value(a)?, self.value(b)?) {
                (Value::Number(x), Value::Number(y)) => Some(Value::Number(x - y)),
                (Value::Span(x), Value::Span(y)) => Some(Value::Span(x.plus(y.negated()))),
                (Value::Moment(mut m), Value::Span(s)) => {
                    m.at = m.at.plus(s.negated());
                    Some(Value::Moment(m))
                }
                (Value::Moment(x), Value::Moment(y)) => {
                    let p = x.precision.min(y.precision);
                    let cut = |t| self.zone().truncate(t, p);
                    Some(Value::Span(cut(x.at).since(cut(y.at))))
                }
                _ => None,
            },
            Expr::Not(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Compare(..)
            | Expr::In(..)
            | Expr::Matches(..) => self.truth(expr).map(Value::Bool),
            // What has happened besides is not for a guard to see: facts must not depend on other facts.
            _ => None,
        }
    }
}

/// 且 and 或 over what may be unknown; `decides` alone decides.
fn fold(known: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut all = Some(!decides);
    for one in known {
        match one {
            Some(b) if b == decides => return Some(decides),
            None => all = None,
            Some(_) => {}
        }
    }
    all
}

fn compare(op: Compare, a: &Value, b: &Value, zone: &Zone) -> Option<bool> {
    let order = match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.partial_cmp(y)?,
        (Value::Text(x), Value::Text(y)) => x.cmp(y),
        (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
        (Value::Span(x), Value::Span(y)) => x.cmp(y),
        (Value::Moment(x), Value::Moment(y)) => {
            let p = x.precision.min(y.precision);
            zone.truncate(x.at, p).cmp(&zone.truncate(y.at, p))
        }
        (Value::Person(x), Value::Person(y)) => x.id.as_ref()?.cmp(y.id.as_ref()?),
        (Value::List(x), Value::List(y)) => {
            if x == y {
                Ordering::Equal
            } else {
                Ordering::Less
            }
        }
        _ => return None,
    };
    Some(match op {
        Compare::Eq => order.is_eq(),
        Compare::Ne => order.is_ne(),
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
    })
}
