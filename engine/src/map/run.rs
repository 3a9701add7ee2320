//! A row goes in; events, counted omissions and faults come out.

use super::event::make;
use super::pick::Scope;
use super::{Fault, Lookup, Mapping, Rest, Rule, Split, Then, Tree};
use crate::name::EventType;
use crate::time::Instant;
use serde_json::Value;
use std::cell::OnceCell;
use std::sync::Arc;

/// An event that came out of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// The CloudEvent, as the contract writes it.
    pub event: Value,
    /// Its type.
    pub kind: EventType,
    /// Its virtual arrival, for history: the later of `recorded_at` and its time, plus the source's shift.
    pub arrival: Instant,
}

/// What became of a row, or of a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// An event.
    Event(Box<Mapped>),
    /// Left out on purpose, for this reason.
    Ignored(Arc<str>),
    /// It could not be mapped: to quarantine, with the rule that failed, when it was one.
    Faulty(Option<Arc<str>>, Fault),
}

/// Maps one row of the table at this position. Every rule that takes the row adds to the result; a fault of one does not keep
/// the others from it; a rule that leaves the row out ends it, later rules do not see it. The result is never empty.
#[must_use]
pub fn run(mapping: &Mapping, lookup: &Lookup, table: usize, row: &Tree) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(1);
    for rule in mapping.rules.iter().filter(|r| r.table == table) {
        apply(mapping, lookup, rule, row, &mut outcomes);
        if matches!((&rule.then, outcomes.last()), (Then::Ignore(_), Some(Outcome::Ignored(_)))) {
            break;
        }
    }
    if outcomes.is_empty() {
        outcomes.push(match mapping.tables.get(table).map(|t| &t.rest) {
            Some(Rest::Ignore(reason)) => Outcome::Ignored(Arc::clone(reason)),
            Some(Rest::Quarantine) | None => Outcome::Faulty(
                None,
                Fault {
                    code: "unmapped",
                    at: String::new(),
                    zh: "没有规则处理这一行".to_owned(),
                    en: "no rule takes this row".to_owned(),
                },
            ),
        });
    }
    outcomes
}

fn apply(mapping: &Mapping, lookup: &Lookup, rule: &Rule, row: &Tree, outcomes: &mut Vec<Outcome>) {
    let scope = Scope { mapping, lookup, row, item: None, joins: &rule.joins, found: fresh(rule) };
    let Some(split) = &rule.split else {
        one(rule, &scope, outcomes);
        return;
    };
    match parts(split, &scope) {
        Err(fault) => outcomes.push(Outcome::Faulty(Some(Arc::clone(&rule.name)), fault)),
        Ok(items) => {
            for item in &items {
                let scope =
                    Scope { mapping, lookup, row, item: Some(item), joins: &rule.joins, found: fresh(rule) };
                one(rule, &scope, outcomes);
            }
        }
    }
}

fn fresh<'a>(rule: &Rule) -> Vec<OnceCell<Option<&'a Tree>>> {
    rule.joins.iter().map(|_| OnceCell::new()).collect()
}

fn one(rule: &Rule, scope: &Scope<'_>, outcomes: &mut Vec<Outcome>) {
    let result = rule.when.holds(scope).and_then(|holds| match (&rule.then, holds) {
        (_, false) => Ok(None),
        (Then::Ignore(reason), true) => Ok(Some(Outcome::Ignored(Arc::clone(reason)))),
        (Then::Event(event), true) => make(event, scope).map(|m| Some(Outcome::Event(Box::new(m)))),
    });
    match result {
        Ok(None) => {}
        Ok(Some(outcome)) => outcomes.push(outcome),
        Err(fault) => outcomes.push(Outcome::Faulty(Some(Arc::clone(&rule.name)), fault)),
    }
}

fn parts(split: &Split, scope: &Scope<'_>) -> Result<Vec<Tree>, Fault> {
    let Some(tree) = split.path.tree(scope)? else {
        return Ok(Vec::new());
    };
    Ok(match (tree, &split.by) {
        (Tree::List(items), _) => items.clone(),
        (Tree::Text(text), Some(by)) if !by.is_empty() => text
            .split(by.as_ref())
            .filter(|part| !part.is_empty())
            .map(|part| Tree::Text(part.to_owned()))
            .collect(),
        (Tree::Nothing, _) => Vec::new(),
        (other, _) => vec![other.clone()],
    })
}
