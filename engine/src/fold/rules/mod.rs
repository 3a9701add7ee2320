//! The verdicts of rules: five of them, each with its reason, and the moment at which it can next change.

mod compare;
mod eval;
mod gap;
mod operand;
mod reads;
mod tracks;

pub use eval::Judged;
pub use tracks::{Answer, Tally};
pub(super) use tracks::{Heard, answers, tallies};

use super::endings::Endings;
use super::moments::Soon;
use super::side::Side;
use super::timing::Sides;
use crate::graph::{CampusSettings, Definition, EndingKind, Expr, NodeIx, Rule, ScopeIx};
use crate::state::{Because, NodeState, NodeStatus, Reason, RuleState, Verdict};
use crate::time::Instant;
use crate::value::Value;
use std::sync::Arc;

/// Everything a rule may look at: a track and its order, walked.
#[derive(Copy, Clone)]
pub(super) struct Scene<'a> {
    pub(super) def: &'a Definition,
    pub(super) settings: &'a CampusSettings,
    pub(super) now: Instant,
    pub(super) order: &'a Side<'a>,
    pub(super) order_nodes: &'a [NodeState],
    pub(super) order_ended: bool,
    pub(super) order_endings: &'a Endings,
    /// The track's own; on the order the order's again.
    pub(super) own: &'a Side<'a>,
    pub(super) own_nodes: &'a [NodeState],
    pub(super) own_ended: bool,
    pub(super) own_ended_at: Option<Instant>,
    pub(super) own_endings: &'a Endings,
    /// Nodes in optional groups in which nothing happened.
    pub(super) own_optional: &'a [NodeIx],
    pub(super) order_optional: &'a [NodeIx],
    pub(super) order_ended_at: Option<Instant>,
    /// When the instance opened.
    pub(super) opened_at: Option<Instant>,
    pub(super) key: Option<&'a Arc<str>>,
    /// The order's tracks, for its own rules; nowhere else.
    pub(super) heard: Option<&'a Heard<'a>>,
}

/// What is known of a named node.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Presence {
    Happened,
    NotApplicable(Option<Reason>),
    Open { optional: bool, missing: bool },
}

impl<'a> Scene<'a> {
    /// The side, the states and the end of the track to which a node belongs.
    pub(super) fn home(&self, node: NodeIx) -> Option<(&'a Side<'a>, &'a [NodeState], bool)> {
        let scope = self.def.node(node)?.scope;
        if scope == self.own.scope {
            Some((self.own, self.own_nodes, self.own_ended))
        } else {
            (scope == ScopeIx::ORDER).then_some((self.order, self.order_nodes, self.order_ended))
        }
    }

    pub(super) fn ended(&self, node: NodeIx) -> bool {
        self.home(node).is_none_or(|(_, _, ended)| ended)
    }

    pub(super) fn presence(&self, ix: NodeIx) -> Presence {
        let (Some((side, states, ended)), Some(node)) = (self.home(ix), self.def.node(ix)) else {
            return Presence::NotApplicable(None);
        };
        if !side.last(ix).is_empty() {
            return Presence::Happened;
        }
        if node.negative {
            return if ended {
                Presence::NotApplicable(None)
            } else {
                Presence::Open { optional: true, missing: false }
            };
        }
        let round = side.rounds_of(ix);
        let optional = node.optional || self.own_optional.contains(&ix) || self.order_optional.contains(&ix);
        match states.iter().find(|s| s.node == ix && s.round == round) {
            Some(s) if s.status == NodeStatus::Skipped => Presence::NotApplicable(None),
            Some(s) if s.status == NodeStatus::NotApplicable => Presence::NotApplicable(s.reason.clone()),
            Some(s) => Presence::Open { optional, missing: s.status == NodeStatus::Missing },
            None => Presence::Open { optional, missing: false },
        }
    }

    pub(super) fn ending(&self, kind: EndingKind) -> Option<&'a crate::state::EndedBy> {
        self.own_endings.of(kind).or(self.order_endings.of(kind))
    }
}

/// Judges every rule of `scope` on the scene's own track.
pub(super) fn judge(scene: &Scene<'_>, scope: ScopeIx, soon: &mut Soon) -> Vec<RuleState> {
    let rules = scene.def.rules.iter().enumerate().filter(|(_, r)| r.scope == scope);
    rules.map(|(i, rule)| judge_one(scene, u16::try_from(i).unwrap_or(u16::MAX), rule, soon)).collect()
}

fn judge_one(scene: &Scene<'_>, ix: u16, rule: &Rule, soon: &mut Soon) -> RuleState {
    use eval::Outcome;
    let state = |verdict, decided_at, because| RuleState { rule: ix, verdict, decided_at, because };
    let no_data = |because| {
        if scene.own_ended {
            state(Verdict::NoData, scene.own_ended_at, because)
        } else {
            state(Verdict::Undecided, None, because)
        }
    };
    let mut eval = eval::Eval::new(scene, rule.ties.unwrap_or(true), soon);
    if let Some(applies) = &rule.applies {
        let a = eval.judge(applies, false);
        match a.outcome {
            Outcome::True => {}
            Outcome::False => return state(Verdict::NotApplicable, None, Because::DoesNotApply),
            Outcome::NotApplicable => return state(Verdict::NotApplicable, None, a.because),
            Outcome::Undecided => return state(Verdict::Undecided, None, a.because),
            Outcome::NoData => return no_data(a.because),
        }
    }
    let c = eval.judge(&rule.check, false);
    match c.outcome {
        Outcome::True => state(Verdict::Holds, c.decided, c.because),
        Outcome::False => state(Verdict::Violated, c.decided, c.because),
        Outcome::NotApplicable => state(Verdict::NotApplicable, None, c.because),
        Outcome::NoData if rule.missing_violates => state(Verdict::Violated, lacking(scene, &c), c.because),
        Outcome::NoData => no_data(c.because),
        Outcome::Undecided if rule.missing_violates && c.missing => state(Verdict::Violated, None, c.because),
        Outcome::Undecided => state(Verdict::Undecided, None, c.because),
    }
}

/// The occurrence that lacks what a rule needed: the one at hand, else the counting one of the node that is named.
fn lacking(scene: &Scene<'_>, judged: &eval::Judged) -> Option<Instant> {
    match &judged.because {
        Because::FieldMissing(n, _) | Because::PersonUnknown(n) | Because::TooCoarse(n) => {
            judged.lacking.or_else(|| scene.home(*n)?.0.counting(*n).map(|f| f.at.at))
        }
        Because::OnTrack(..) => judged.lacking,
        _ => None,
    }
}

/// The number that an order-level expression comes to, before any node has a status (共).
pub(super) fn number(sides: &Sides<'_>, expr: &Expr) -> Option<f64> {
    let nothing = Endings::default();
    let scene = Scene {
        def: sides.def,
        settings: sides.settings,
        now: sides.now,
        order: sides.order,
        order_nodes: &[],
        order_ended: false,
        order_endings: &nothing,
        own: sides.order,
        own_nodes: &[],
        own_ended: false,
        own_ended_at: None,
        own_endings: &nothing,
        own_optional: &[],
        order_optional: &[],
        order_ended_at: None,
        opened_at: None,
        key: None,
        heard: None,
    };
    let mut soon = Soon::after(sides.now);
    match eval::Eval::new(&scene, true, &mut soon).operand(expr).term {
        operand::Term::Known(Value::Number(n)) => Some(n),
        _ => None,
    }
}

/// Whether some track's rule asks if the order has ended although its nodes have happened.
pub(super) fn order_end_matters(def: &Definition) -> bool {
    let asks = |e: &Expr| {
        let on_order = |n: &NodeIx| def.node(*n).is_some_and(|n| n.scope == ScopeIx::ORDER);
        let mut found = false;
        e.walk(&mut |e| match e {
            Expr::EveryOf(n, _) | Expr::SomeOf(n, _) => found |= on_order(n),
            Expr::Gap(nodes) => found |= nodes.iter().any(on_order),
            Expr::Total(ix) | Expr::Distinct(ix) => {
                found |= def.gathers.get(usize::from(ix.0)).is_some_and(|g| on_order(&g.node));
            }
            _ => {}
        });
        found
    };
    def.rules
        .iter()
        .filter(|r| r.scope != ScopeIx::ORDER)
        .any(|r| asks(&r.check) || r.applies.as_ref().is_some_and(asks))
        || def.asks.iter().any(|a| asks(&a.body))
}
