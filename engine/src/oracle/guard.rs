//! What the guards of a flow come to by the opening event (§3): true, false, or not told.

use super::case::Case;
use crate::facts::{Fact, Hit};
use crate::graph::{Compare, Expr, Flow, GuardIx};
use crate::value::Value;
use std::cmp::Ordering;

/// What the guards of a choice say of one branch.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Chance {
    /// Its guard is true and no earlier one is.
    Taken,
    /// Nothing speaks against it.
    Possible,
    /// Its guard does not say.
    Unknown,
    /// Its guard is false, or another was taken.
    Lost,
}

impl<'a> Case<'a> {
    /// The live fact that opens the instance.
    pub(super) fn opening_fact(&self) -> Option<&'a Fact> {
        let opens = |f: &&Fact| {
            let starts = |h: &Hit| matches!(h, Hit::Node(n, _) if self.def.starts.nodes.contains(n));
            !f.dead && !f.visit && f.hits.iter().any(starts)
        };
        self.facts.iter().filter(opens).min_by(|a, b| a.order().cmp(&b.order()))
    }

    pub(super) fn guard(&self, guard: GuardIx) -> Option<bool> {
        let fact = self.opening_fact()?;
        self.guard_truth(self.def.guards.get(usize::from(guard.0))?, fact)
    }

    /// What the guards leave of the branches of a choice.
    pub(super) fn chances(&self, parts: &[Flow]) -> Vec<Chance> {
        let mut out: Vec<Chance> = parts
            .iter()
            .map(|part| match part {
                Flow::When { guard, .. } => match self.guard(*guard) {
                    Some(true) => Chance::Taken,
                    Some(false) => Chance::Lost,
                    None => Chance::Unknown,
                },
                _ => Chance::Possible,
            })
            .collect();
        if let Some(taken) = out.iter().position(|c| *c == Chance::Taken) {
            for (i, chance) in out.iter_mut().enumerate() {
                *chance = if i == taken { Chance::Taken } else { Chance::Lost };
            }
        }
        out
    }

    fn guard_truth(&self, expr: &Expr, fact: &Fact) -> Option<bool> {
        match expr {
            Expr::Not(inner) => Some(!self.guard_truth(inner, fact)?),
            Expr::And(parts) | Expr::Or(parts) => {
                let all: Vec<Option<bool>> = parts.iter().map(|p| self.guard_truth(p, fact)).collect();
                let settles = matches!(expr, Expr::Or(_));
                if all.contains(&Some(settles)) {
                    Some(settles)
                } else if all.contains(&None) {
                    None
                } else {
                    Some(!settles)
                }
            }
            Expr::Compare(op, a, b) => {
                let order = self.guard_order(&self.guard_value(a, fact)?, &self.guard_value(b, fact)?)?;
                Some(match op {
                    Compare::Eq => order == Ordering::Equal,
                    Compare::Ne => order != Ordering::Equal,
                    Compare::Lt => order == Ordering::Less,
                    Compare::Le => order != Ordering::Greater,
                    Compare::Gt => order == Ordering::Greater,
                    Compare::Ge => order != Ordering::Less,
                })
            }
            Expr::In(a, b) => {
                let (item, list) = (self.guard_value(a, fact)?, self.guard_value(b, fact)?);
                let Value::List(list) = list else { return None };
                Some(list.iter().any(|x| self.guard_order(&item, x) == Some(Ordering::Equal)))
            }
            Expr::Matches(a, pattern) => {
                let Value::Text(text) = self.guard_value(a, fact)? else { return None };
                Some(regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()?.is_match(&text))
            }
            other => match self.guard_value(other, fact)? {
                Value::Bool(b) => Some(b),
                _ => None,
            },
        }
    }

    fn guard_value(&self, expr: &Expr, fact: &Fact) -> Option<Value> {
        match expr {
            Expr::Literal(value) => Some(value.clone()),
            Expr::EventField(field) => fact.fields.get(field).cloned(),
            Expr::Patient(of, None) => self.patient_said(fact, *of, fact.at),
            Expr::Param(ix) => self.settings.params.get(usize::from(ix.0)).cloned(),
            Expr::List(items) => {
                let values: Option<Vec<Value>> = items.iter().map(|i| self.guard_value(i, fact)).collect();
                values.map(Value::List)
            }
            Expr::Lookup(table, of) => {
                let Value::Text(code) = self.guard_value(of, fact)? else { return None };
                let codes = self.def.tables.get(table).and_then(|t| t.maps.get(&code));
                Some(Value::List(codes.into_iter().flatten().cloned().map(Value::Text).collect()))
            }
            _ => None,
        }
    }

    fn guard_order(&self, a: &Value, b: &Value) -> Option<Ordering> {
        match (a, b) {
            (Value::Number(x), Value::Number(y)) => x.partial_cmp(y),
            (Value::Text(x), Value::Text(y)) => Some(x.cmp(y)),
            (Value::Bool(x), Value::Bool(y)) => Some(x.cmp(y)),
            (Value::Span(x), Value::Span(y)) => Some(x.cmp(y)),
            (Value::Moment(x), Value::Moment(y)) => Some(self.diff(*x, *y).0.cmp(&0)),
            (Value::Person(x), Value::Person(y)) => Some(x.id.as_ref()?.cmp(y.id.as_ref()?)),
            _ => None,
        }
    }
}
