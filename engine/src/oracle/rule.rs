//! Rules: connectives, quantifiers, verdicts (§7).

use super::case::Case;
use super::compare::{Out, Outcome, element};
use super::instance::Judged;
use super::term::{Form, Lack, View};
use crate::graph::{Compare, Expr, NodeIx, Rule};
use crate::state::{Because, NodeStatus, RuleState, Verdict};
use crate::value::Value;

impl<'a> Case<'a> {
    /// The verdicts of every rule that is judged on this track.
    pub(super) fn rules(&self, order: &Judged<'a>, track: &Judged<'a>) -> Vec<RuleState> {
        let view = View { case: self, order, track, bound: Vec::new(), now: self.now };
        let rules = self.def.rules.iter().enumerate().filter(|(_, r)| r.scope == track.id.scope);
        rules.map(|(i, r)| view.verdict(u16::try_from(i).unwrap_or(u16::MAX), r)).collect()
    }
}

impl<'a> View<'_, 'a> {
    fn verdict(&self, index: u16, rule: &Rule) -> RuleState {
        let ties = rule.ties.unwrap_or(true);
        let state = |verdict, decided_at, because| RuleState { rule: index, verdict, decided_at, because };
        let undecided = |because| state(Verdict::Undecided, None, because);
        let no_data = |because| state(Verdict::NoData, self.track.ended_at, because);
        if let Some(applies) = &rule.applies {
            let outcome = self.condition(applies, false, ties);
            match outcome.out {
                Out::True => {}
                Out::False => return state(Verdict::NotApplicable, None, Because::DoesNotApply),
                Out::NotApplicable => return state(Verdict::NotApplicable, None, outcome.because),
                Out::NoData if self.track.ended => return no_data(outcome.because),
                Out::NoData | Out::Undecided => return undecided(outcome.because),
            }
        }
        let outcome = self.condition(&rule.check, false, ties);
        match outcome.out {
            Out::True => state(Verdict::Holds, outcome.at, outcome.because),
            Out::False => state(Verdict::Violated, outcome.at, outcome.because),
            Out::NotApplicable => state(Verdict::NotApplicable, None, outcome.because),
            Out::NoData if rule.missing_violates => state(Verdict::Violated, outcome.at, outcome.because),
            Out::NoData if self.track.ended => no_data(outcome.because),
            Out::Undecided if rule.missing_violates && self.waits_for_missing(&outcome.because) => {
                state(Verdict::Violated, None, outcome.because)
            }
            Out::NoData | Out::Undecided => undecided(outcome.because),
        }
    }

    fn waits_for_missing(&self, because: &Because) -> bool {
        if let Because::OnTrack(id, inner) = because {
            let all = self.order.eaches.iter().flat_map(|e| &e.tracks);
            return all.filter(|t| t.id == *id).any(|track| {
                let view =
                    View { case: self.case, order: self.order, track, bound: Vec::new(), now: self.now };
                view.waits_for_missing(inner)
            });
        }
        let Because::NotHappened(node, _) = because else { return false };
        self.card(*node).is_some_and(|c| c.status == NodeStatus::Missing)
    }

    /// A condition, negated or not.
    pub(super) fn condition(&self, expr: &Expr, negated: bool, ties: bool) -> Outcome {
        match expr {
            Expr::Not(inner) => self.condition(inner, !negated, ties),
            Expr::And(parts) | Expr::Or(parts) => {
                let outcomes = parts.iter().map(|p| self.condition(p, negated, ties)).collect();
                decide(outcomes, matches!(expr, Expr::And(_)) != negated)
            }
            Expr::Compare(op, a, b) => self.compare(if negated { inverse(*op) } else { *op }, a, b, ties),
            Expr::In(a, b) => self.simple(&[a, b], &|f| element(f).map(|t| t != negated)),
            Expr::Matches(a, pattern) => self.simple(&[a], &|f| match f {
                [Form::Plain(Value::Text(text))] => {
                    let regex = regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()?;
                    Some(regex.is_match(text) != negated)
                }
                _ => None,
            }),
            Expr::EveryOf(node, inner) => self.over(*node, inner, !negated, negated, ties),
            Expr::SomeOf(node, inner) => self.over(*node, inner, negated, negated, ties),
            Expr::EachOf(ask) => self.over_tracks(*ask, !negated, negated),
            Expr::AnyOf(ask) => self.over_tracks(*ask, negated, negated),
            other => self.simple(&[other], &|f| match f {
                [Form::Plain(Value::Bool(b))] => Some(*b != negated),
                _ => None,
            }),
        }
    }

    /// 每次 (`every`) or 任一 over the occurrences of a node.
    fn over(&self, node: NodeIx, inner: &Expr, every: bool, negated: bool, ties: bool) -> Outcome {
        let occs = self.occs(node);
        let nothing = occs.is_empty();
        if nothing && let Lack::NotApplicable(because) = self.lack(node) {
            return Outcome { out: Out::NotApplicable, because, at: None };
        }
        let outcomes: Vec<Outcome> = occs
            .into_iter()
            .map(|occ| {
                let mut bound = self.bound.clone();
                bound.push(occ);
                let view =
                    View { case: self.case, order: self.order, track: self.track, bound, now: self.now };
                view.condition(inner, negated, ties)
            })
            .collect();
        let deciding = if every { Out::False } else { Out::True };
        if let Some(found) = outcomes.iter().find(|o| o.out == deciding) {
            return found.clone();
        }
        if !self.place(node).ended {
            let because = if nothing { Because::NotHappened(node, None) } else { Because::Nothing };
            return Outcome { out: Out::Undecided, because, at: None };
        }
        if nothing {
            return Outcome { out: Out::NoData, because: Because::NothingHappened(node), at: None };
        }
        decide(outcomes, every)
    }
}

/// 且 (`all`) or 或: the first outcome, in this order of weight, decides.
pub(super) fn decide(outcomes: Vec<Outcome>, all: bool) -> Outcome {
    let (strong, weak) = if all { (Out::False, Out::True) } else { (Out::True, Out::False) };
    for out in [strong, Out::NotApplicable, Out::NoData, Out::Undecided, weak] {
        if let Some(found) = outcomes.iter().find(|o| o.out == out) {
            return found.clone();
        }
    }
    Outcome { out: weak, because: Because::Nothing, at: None }
}

fn inverse(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}
