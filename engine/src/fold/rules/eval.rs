//! Expressions over a scene: operands to terms, conditions to outcomes with the sub-expression that decided.

use super::super::side::Occurrence;
use super::compare::{self, Compared};
use super::operand::{Open, Operand, Point, Term};
use super::{Presence, Scene, gap};
use crate::facts::Fact;
use crate::graph::{Compare, Expr, NodeIx};
use crate::state::{Because, Seen, What};
use crate::time::Instant;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// What a condition comes to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    True,
    False,
    Undecided,
    NoData,
    NotApplicable,
}

/// An outcome, and what decided it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    #[serde(rename = "o")]
    pub(super) outcome: Outcome,
    #[serde(rename = "b")]
    pub(super) because: Because,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(super) decided: Option<Instant>,
    /// The occurrence that lacks what was needed.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub(super) lacking: Option<Instant>,
    /// It waits for a node whose status is `missing`.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) missing: bool,
}

/// An evaluation of one rule.
pub(super) struct Eval<'s, 'a> {
    pub(super) scene: &'s Scene<'a>,
    pub(super) ties: bool,
    pub(super) soon: &'s mut super::super::moments::Soon,
    /// Nodes bound by 每次 and 任一 to one occurrence.
    pub(super) bound: Vec<(NodeIx, &'a Fact)>,
    /// Another clock than the scene's, while a flip is searched.
    pub(super) now: Instant,
}

impl<'s, 'a> Eval<'s, 'a> {
    pub(super) fn new(scene: &'s Scene<'a>, ties: bool, soon: &'s mut super::super::moments::Soon) -> Self {
        Self { scene, ties, soon, bound: Vec::new(), now: scene.now }
    }

    /// Judges a condition, or its negation pushed down to the comparisons.
    pub(super) fn judge(&mut self, expr: &Expr, negated: bool) -> Judged {
        match expr {
            Expr::Not(inner) => self.judge(inner, !negated),
            Expr::And(items) => self.connect(items, negated, negated),
            Expr::Or(items) => self.connect(items, negated, !negated),
            Expr::Compare(op, l, r) => self.compare(if negated { opposite(*op) } else { *op }, l, r),
            Expr::EveryOf(n, body) => self.quantify(*n, body, negated, negated),
            Expr::SomeOf(n, body) => self.quantify(*n, body, negated, !negated),
            Expr::EachOf(ask) => self.over_tracks(*ask, negated, negated),
            Expr::AnyOf(ask) => self.over_tracks(*ask, negated, !negated),
            Expr::In(l, r) => {
                let (l, r) = (self.operand(l), self.operand(r));
                self.member(&l, &r, negated)
            }
            Expr::Matches(l, pattern) => {
                let l = self.operand(l);
                let found = match &l.term {
                    Term::Known(Value::Text(t)) => Some(crate::admit::matches(pattern, t)),
                    _ => None,
                };
                self.truth(l, found, negated)
            }
            leaf => {
                let o = self.operand(leaf);
                let found = match &o.term {
                    Term::Known(Value::Bool(b)) => Some(*b),
                    _ => None,
                };
                self.truth(o, found, negated)
            }
        }
    }

    /// 且 or, when `any`, 或.
    fn connect(&mut self, items: &[Expr], negated: bool, any: bool) -> Judged {
        let judged: Vec<Judged> = items.iter().map(|item| self.judge(item, negated)).collect();
        decide(judged, any)
    }

    fn quantify(&mut self, n: NodeIx, body: &Expr, negated: bool, any: bool) -> Judged {
        let Some((side, _, ended)) = self.scene.home(n) else {
            return plain(Outcome::NotApplicable, Because::Nothing);
        };
        // In total order, which is that of the facts; the counting one need not be the first.
        let mut order: Vec<&Occurrence> = side.last(n).iter().collect();
        order.sort_by_key(|o| o.fact);
        let facts: Vec<&'a Fact> = order.into_iter().filter_map(|o| side.fact(o)).collect();
        if facts.is_empty()
            && let Presence::NotApplicable(reason) = self.scene.presence(n)
        {
            return plain(Outcome::NotApplicable, Because::NodeNotApplicable(n, reason));
        }
        let mut judged = Vec::with_capacity(facts.len());
        for fact in facts {
            self.bound.push((n, fact));
            judged.push(self.judge(body, negated));
            self.bound.pop();
        }
        let breaks = if any { Outcome::True } else { Outcome::False };
        if let Some(at) = judged.iter().position(|j| j.outcome == breaks) {
            return judged.swap_remove(at);
        }
        if !ended {
            return match self.scene.presence(n) {
                Presence::Open { missing, .. } => {
                    Judged { missing, ..plain(Outcome::Undecided, Because::NotHappened(n, None)) }
                }
                _ => plain(Outcome::Undecided, Because::Nothing),
            };
        }
        if judged.is_empty() {
            return plain(Outcome::NoData, Because::NothingHappened(n));
        }
        decide(judged, any)
    }

    fn compare(&mut self, op: Compare, l: &Expr, r: &Expr) -> Judged {
        let (a, b) = (self.operand(l), self.operand(r));
        let latest = a.latest.max(b.latest);
        let compared = compare::compare(op, &a, &b, self.ties, self.scene.settings, self.now);
        let compared = match compared {
            Compared::Searched(open, false) => {
                Compared::Undecided(open, self.search(op, l, r, self.now, FAR))
            }
            Compared::Searched(open, true) => {
                Compared::Impossible(open, self.search(op, l, r, PAST, self.now))
            }
            other => other,
        };
        match compared {
            Compared::Decided(truth) => {
                let seen = a.seen.into_iter().chain(b.seen).collect();
                Judged {
                    outcome: if truth { Outcome::True } else { Outcome::False },
                    because: Because::Compared(seen),
                    decided: latest,
                    lacking: None,
                    missing: false,
                }
            }
            Compared::Impossible(open, when) => Judged {
                outcome: Outcome::False,
                because: waiting(&open, when),
                decided: when.or(latest),
                lacking: None,
                missing: false,
            },
            Compared::Undecided(open, when) => self.wait(&open, when),
            Compared::NoData(because, at) => Judged { lacking: at, ..plain(Outcome::NoData, because) },
            Compared::NotApplicable(because) => plain(Outcome::NotApplicable, because),
            Compared::Searched(open, _) => self.wait(&open, None),
        }
    }

    /// Undecided, or no data once nothing can decide it any more.
    fn wait(&mut self, open: &Open, when: Option<Instant>) -> Judged {
        self.soon.join(when);
        if when.is_none() && open.ended {
            return plain(Outcome::NoData, waiting(open, None));
        }
        Judged { missing: open.missing, ..plain(Outcome::Undecided, waiting(open, when)) }
    }

    /// The first instant in (from, to] at which an open comparison is false; it stays false.
    fn search(&mut self, op: Compare, l: &Expr, r: &Expr, from: Instant, to: Instant) -> Option<Instant> {
        let was = self.now;
        let broken = |eval: &mut Self, now: Instant| {
            eval.now = now;
            let (a, b) = (eval.operand(l), eval.operand(r));
            let c = compare::compare(op, &a, &b, eval.ties, eval.scene.settings, now);
            matches!(c, Compared::Searched(_, true) | Compared::Impossible(..))
        };
        let found = broken(self, to).then(|| {
            let (mut lo, mut hi) = (from.0, to.0);
            while hi - lo > 1 {
                let mid = lo + (hi - lo) / 2;
                if broken(self, Instant(mid)) { hi = mid } else { lo = mid }
            }
            Instant(hi)
        });
        self.now = was;
        found
    }

    fn member(&mut self, l: &Operand, r: &Operand, negated: bool) -> Judged {
        let found = match (&l.term, &r.term) {
            (Term::Known(v), Term::Known(Value::List(items))) => {
                let same: Vec<Option<bool>> = items.iter().map(|i| compare::equal(v, i)).collect();
                if same.contains(&Some(true)) {
                    Some(true)
                } else if same.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            _ => None,
        };
        let both = Operand {
            term: first_gap(&l.term, &r.term),
            seen: l.seen.iter().chain(&r.seen).cloned().collect(),
            latest: l.latest.max(r.latest),
        };
        self.truth(both, found, negated)
    }

    /// A truth value that stands on an operand.
    fn truth(&mut self, o: Operand, found: Option<bool>, negated: bool) -> Judged {
        match (o.term, found) {
            (Term::NotApplicable(because), _) => plain(Outcome::NotApplicable, because),
            (Term::NoData(because, at), _) => Judged { lacking: at, ..plain(Outcome::NoData, because) },
            (Term::Open(open) | Term::Growing(_, open), _) => self.wait(&open, None),
            (
                Term::Range(super::operand::Range { open: Some(open), .. })
                | Term::Point(Point { open: Some(open), .. }),
                _,
            ) => self.wait(&open, None),
            (_, Some(truth)) => Judged {
                outcome: if truth == negated { Outcome::False } else { Outcome::True },
                because: Because::Compared(o.seen),
                decided: o.latest,
                lacking: None,
                missing: false,
            },
            (_, None) => plain(Outcome::NoData, Because::Nothing),
        }
    }

    /// Evaluates an operand.
    pub(super) fn operand(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Literal(v) => Operand::known(v.clone()),
            Expr::Param(p) => {
                let Some(value) = self.scene.settings.params.get(usize::from(p.0)) else {
                    return Operand::of(Term::NoData(Because::Nothing, None));
                };
                let what = What::Param(*p);
                Operand {
                    seen: vec![Seen { node: None, what, value: value.clone() }],
                    ..Operand::known(value.clone())
                }
            }
            Expr::Attr(n, pick, attr) => self.attr(*n, *pick, *attr),
            Expr::Field(n, pick, field) => self.field(*n, *pick, field),
            Expr::Count(n) => {
                #[expect(clippy::cast_precision_loss, reason = "a count of occurrences is far below 2^52")]
                let count = self.scene.home(*n).map_or(0, |(side, _, _)| side.last(*n).len()) as f64;
                self.at_once(*n, Value::Number(count), What::Count)
            }
            Expr::Done(n) => {
                let done = self.scene.presence(*n) == Presence::Happened;
                self.at_once(*n, Value::Bool(done), What::Done)
            }
            Expr::Filled(n, pick, field) => {
                let fact = self.fact(*n, *pick);
                let filled = fact.is_some_and(|f| f.fields.contains_key(field));
                // What has not happened has filled in nothing: that it is absent is what there is to say.
                let what = if fact.is_some() { What::Field(field.clone()) } else { What::Done };
                let seen = Seen { node: Some(*n), what, value: Value::Bool(filled) };
                Operand {
                    seen: vec![seen],
                    latest: fact.map(|f| f.at.at),
                    ..Operand::known(Value::Bool(filled))
                }
            }
            Expr::EventField(_) => Operand::of(Term::NoData(Because::Nothing, None)),
            Expr::TrackKey => match self.scene.key {
                Some(key) => Operand::known(Value::Text(key.clone())),
                None => Operand::of(Term::NoData(Because::Nothing, None)),
            },
            Expr::EndingAt(kind) => self.ending(*kind),
            Expr::EndingReason(kind) => self.ending_reason(*kind),
            Expr::EndingDone(kind) => Operand::known(Value::Bool(self.scene.ending(*kind).is_some())),
            Expr::Patient(of, at) => self.patient(*of, at.as_deref()),
            Expr::Lookup(table, arg) => {
                let o = self.operand(arg);
                let Term::Known(Value::Text(code)) = &o.term else {
                    return match &o.term {
                        Term::Known(_) => Operand { term: Term::NoData(Because::Nothing, None), ..o },
                        _ => o,
                    };
                };
                let codes = self.scene.def.tables.get(table).and_then(|t| t.maps.get(code));
                let list = codes.into_iter().flatten().map(|c| Value::Text(c.clone())).collect();
                Operand { term: Term::Known(Value::List(list)), ..o }
            }
            Expr::Length(table, keys) => self.length(*table, keys),
            Expr::Add(l, r) => self.arithmetic(l, r, false),
            Expr::Sub(l, r) => self.arithmetic(l, r, true),
            Expr::Tracks(scope) => self.track_count(*scope),
            Expr::Total(ix) => self.gathered(*ix, false),
            Expr::Distinct(ix) => self.gathered(*ix, true),
            Expr::Gap(nodes) => gap::gap(&Scene { now: self.now, ..*self.scene }, nodes),
            Expr::List(items) => self.list(items),
            Expr::Not(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Compare(..)
            | Expr::In(..)
            | Expr::Matches(..)
            | Expr::EveryOf(..)
            | Expr::SomeOf(..)
            | Expr::EachOf(_)
            | Expr::AnyOf(_) => {
                // A condition used as a value: true or false when told, else as it waits.
                let j = self.judge(expr, false);
                match j.outcome {
                    Outcome::True => Operand { latest: j.decided, ..Operand::known(Value::Bool(true)) },
                    Outcome::False => Operand { latest: j.decided, ..Operand::known(Value::Bool(false)) },
                    Outcome::NotApplicable => Operand::of(Term::NotApplicable(j.because)),
                    Outcome::NoData | Outcome::Undecided => Operand::of(Term::NoData(j.because, j.lacking)),
                }
            }
        }
    }

    fn at_once(&self, n: NodeIx, value: Value, what: What) -> Operand {
        let latest = self.scene.home(n).and_then(|(side, _, _)| side.counting(n)).map(|f| f.at.at);
        Operand {
            seen: vec![Seen { node: Some(n), what, value: value.clone() }],
            latest,
            ..Operand::known(value)
        }
    }

    fn list(&mut self, items: &[Expr]) -> Operand {
        let mut out = Operand::known(Value::List(Vec::new()));
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let o = self.operand(item);
            out.seen.extend(o.seen);
            out.latest = out.latest.max(o.latest);
            match o.term {
                Term::Known(v) => values.push(v),
                other => return Operand { term: other, ..out },
            }
        }
        Operand { term: Term::Known(Value::List(values)), ..out }
    }

    fn arithmetic(&mut self, l: &Expr, r: &Expr, minus: bool) -> Operand {
        let (a, b) = (self.operand(l), self.operand(r));
        let settings = self.scene.settings;
        let term = match first_gap(&a.term, &b.term) {
            Term::Known(_) => compare::combine(&a.term, &b.term, minus, settings, self.now)
                .unwrap_or(Term::NoData(Because::Nothing, None)),
            gap => gap,
        };
        Operand { term, seen: a.seen.into_iter().chain(b.seen).collect(), latest: a.latest.max(b.latest) }
    }
}

const PAST: Instant = Instant(-200_000_000_000_000_000);
const FAR: Instant = Instant(200_000_000_000_000_000);

pub(super) fn plain(outcome: Outcome, because: Because) -> Judged {
    Judged { outcome, because, decided: None, lacking: None, missing: false }
}

/// The first of the outcomes that dominates: of 且 false > n/a > no data > undecided > true, of 或 with true and false changed.
pub(super) fn decide(judged: Vec<Judged>, any: bool) -> Judged {
    let (first, last) = if any { (Outcome::True, Outcome::False) } else { (Outcome::False, Outcome::True) };
    let order = [first, Outcome::NotApplicable, Outcome::NoData, Outcome::Undecided, last];
    let best = order.into_iter().find(|o| judged.iter().any(|j| j.outcome == *o));
    judged
        .into_iter()
        .find(|j| Some(j.outcome) == best)
        .unwrap_or_else(|| plain(if any { Outcome::False } else { Outcome::True }, Because::Nothing))
}

/// What keeps two terms from being known, first to last: not applicable, no data, open. Otherwise a value that says nothing.
fn first_gap(l: &Term, r: &Term) -> Term {
    for t in [l, r] {
        if matches!(t, Term::NotApplicable(_)) {
            return t.clone();
        }
    }
    for t in [l, r] {
        if matches!(t, Term::NoData(..)) {
            return t.clone();
        }
    }
    if matches!(l, Term::Open(_)) || matches!(r, Term::Open(_)) {
        // The first that has not happened is waited for, also where only the other is without bounds.
        if let Some(open) = Open::and(compare::opened(l), compare::opened(r)) {
            return Term::Open(open);
        }
    }
    Term::Known(Value::Bool(true))
}

fn waiting(open: &Open, when: Option<Instant>) -> Because {
    match (open.node, open.ending) {
        (Some(n), _) => Because::NotHappened(n, when),
        (None, Some(kind)) => Because::NoEnding(kind),
        (None, None) => Because::Nothing,
    }
}

fn opposite(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}
