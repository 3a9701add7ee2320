//! What the order's rules ask of its tracks: 每个 and 任一 over them, sums and counts of what they recorded.
//!
//! A track answers when it is folded and keeps its answers in its summary, so that the order can judge without its facts.

use super::super::recalled::Others;
use super::super::side::Side;
use super::super::summary::TrackSummary;
use super::super::sums::Sums;
use super::compare::equal;
use super::eval::{Eval, Judged, Outcome, decide, plain};
use super::operand::{Open, Operand, Term};
use super::{Scene, lacking};
use crate::facts::TrackId;
use crate::graph::{Ask, AskIx, Attr, Definition, Expr, Gather, GatherIx, ScopeIx};
use crate::state::{Because, Seen, What};
use crate::time::Instant;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// What the tracks of an order have told it.
pub(in super::super) struct Heard<'a> {
    /// All of them together.
    pub(in super::super) sums: &'a Sums,
    /// Those recalled: all but the ones given with their facts, which told what is `fresh`.
    pub(in super::super) others: Others<'a>,
    pub(in super::super) given: &'a [&'a TrackId],
    pub(in super::super) fresh: &'a [TrackSummary],
}

impl<'a> Heard<'a> {
    /// The live ones, by scope and value.
    fn live(&self) -> Vec<&'a TrackSummary> {
        let all = self.others.iter(self.given).chain(self.fresh);
        let mut live: Vec<_> = all.filter(|s| s.facts.live).collect();
        live.sort_by(|a, b| a.id.cmp(&b.id));
        live
    }
}

/// What a track answers to one [`Ask`], as it stands and negated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    #[serde(rename = "q")]
    ask: AskIx,
    #[serde(rename = "p")]
    plain: Judged,
    #[serde(rename = "n")]
    negated: Judged,
}

/// What a track recorded for one [`Gather`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    #[serde(rename = "g")]
    gather: GatherIx,
    /// The sum of its numbers.
    #[serde(rename = "s", default)]
    total: f64,
    /// Its different values.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    distinct: Vec<Value>,
    /// The first occurrence that lacks the value, and why.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    lacking: Option<(Because, Instant)>,
    /// The latest instant of an occurrence.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    latest: Option<Instant>,
}

/// The answers of the scene's track to what the order's rules ask of its scope.
pub(in super::super) fn answers(
    scene: &Scene<'_>,
    scope: ScopeIx,
    soon: &mut super::super::moments::Soon,
) -> Vec<Answer> {
    let asked = scene.def.asks.iter().enumerate().filter(|(_, a)| a.scope == scope);
    asked
        .map(|(i, Ask { body, ties, .. })| {
            let mut judge = |negated| {
                let mut judged = Eval::new(scene, *ties, soon).judge(body, negated);
                if judged.outcome == Outcome::NoData {
                    judged.lacking = lacking(scene, &judged);
                }
                judged
            };
            Answer {
                ask: AskIx(u16::try_from(i).unwrap_or(u16::MAX)),
                plain: judge(false),
                negated: judge(true),
            }
        })
        .collect()
}

/// What the facts of one track give to the sums and counts of the order's rules.
pub(in super::super) fn tallies(def: &Definition, side: &Side<'_>) -> Vec<Tally> {
    let here = |g: &Gather| def.node(g.node).is_some_and(|n| n.scope == side.scope);
    let wanted = def.gathers.iter().enumerate().filter(|(_, g)| side.scope != ScopeIx::ORDER && here(g));
    wanted.map(|(i, g)| tally(GatherIx(u16::try_from(i).unwrap_or(u16::MAX)), g, side)).collect()
}

fn tally(ix: GatherIx, gather: &Gather, side: &Side<'_>) -> Tally {
    let mut out = Tally { gather: ix, total: 0.0, distinct: Vec::new(), lacking: None, latest: None };
    let mut facts: Vec<usize> = side.last(gather.node).iter().map(|o| o.fact).collect();
    facts.sort_unstable();
    for fact in facts.into_iter().filter_map(|f| side.facts.get(f)) {
        out.latest = out.latest.max(Some(fact.at.at));
        let (value, missing) = match &gather.of {
            Expr::Attr(n, _, attr) => super::reads::attribute(fact, *n, *attr),
            Expr::Field(n, _, field) => {
                (fact.fields.get(field).cloned(), Because::FieldMissing(*n, field.clone()))
            }
            _ => (None, Because::Nothing),
        };
        match value {
            Some(Value::Person(p)) if p.id.is_none() => {
                out.lacking.get_or_insert((Because::PersonUnknown(gather.node), fact.at.at));
            }
            Some(value) => {
                if let Value::Number(n) = &value {
                    out.total += n;
                }
                if !out.distinct.iter().any(|v| same(v, &value)) {
                    out.distinct.push(value);
                }
            }
            None => {
                out.lacking.get_or_insert((missing, fact.at.at));
            }
        }
    }
    out
}

/// Whether two values count as one: persons by id, moments by what is stated.
fn same(a: &Value, b: &Value) -> bool {
    equal(a, b).unwrap_or(a == b)
}

impl Eval<'_, '_> {
    /// 每个 F: EXPR or, when `any`, 任一 F: EXPR over the tracks to which EXPR applies.
    pub(super) fn over_tracks(&self, ask: AskIx, negated: bool, any: bool) -> Judged {
        let Some(scope) = self.scene.def.asks.get(usize::from(ask.0)).map(|a| a.scope) else {
            return plain(Outcome::NotApplicable, Because::Nothing);
        };
        let mut judged: Vec<Judged> = Vec::new();
        let mut left_out: Option<Judged> = None;
        for track in self.counted(scope) {
            let Some(answer) = track.answers.iter().find(|a| a.ask == ask) else { continue };
            let mut one = if negated { answer.negated.clone() } else { answer.plain.clone() };
            one.because = Because::OnTrack(track.id.clone(), Box::new(one.because));
            if one.outcome == Outcome::NotApplicable {
                left_out.get_or_insert(one);
            } else {
                judged.push(one);
            }
        }
        let breaks = if any { Outcome::True } else { Outcome::False };
        if let Some(at) = judged.iter().position(|j| j.outcome == breaks) {
            return judged.swap_remove(at);
        }
        if !self.scene.own_ended {
            let waits = judged.into_iter().find(|j| j.outcome == Outcome::Undecided);
            return waits.unwrap_or_else(|| plain(Outcome::Undecided, Because::Nothing));
        }
        if judged.is_empty() {
            return left_out.unwrap_or_else(|| plain(Outcome::NoData, Because::NoTrack(scope)));
        }
        decide(judged, any)
    }

    /// The live tracks of a scope that no other one replaced, by value.
    fn counted(&self, scope: ScopeIx) -> impl Iterator<Item = &TrackSummary> {
        let all = self.scene.heard.map(Heard::live).unwrap_or_default();
        all.into_iter().filter(move |t| t.id.scope == scope && t.facts.replaced.is_none())
    }

    /// 个数(F).
    pub(super) fn track_count(&self, scope: ScopeIx) -> Operand {
        let mine = self.scene.heard.map(|heard| heard.sums.of(scope)).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a count of tracks is far below 2^52")]
        let count = mine.counted as f64;
        self.grown(count, None, What::Tracks(scope), mine.first, self.scene.own_ended)
    }

    /// 总和(x.f) or, when `distinct`, 不同(x.f).
    pub(super) fn gathered(&self, ix: GatherIx, distinct: bool) -> Operand {
        let Some(gather) = self.scene.def.gathers.get(usize::from(ix.0)) else {
            return Operand::of(Term::NoData(Because::Nothing, None));
        };
        let own;
        let (tallies, ended): (Vec<&Tally>, bool) = match self.scene.home(gather.node) {
            Some((side, _, ended)) => {
                own = tally(ix, gather, side);
                (vec![&own], ended)
            }
            None => {
                let tracks = self.scene.heard.map(Heard::live).unwrap_or_default().into_iter();
                let all = tracks.filter_map(|t| t.facts.tallies.iter().find(|y| y.gather == ix));
                (all.collect(), self.scene.own_ended)
            }
        };
        if let Some((because, at)) = tallies.iter().find_map(|t| t.lacking.clone()) {
            return Operand::of(Term::NoData(because, Some(at)));
        }
        let latest = tallies.iter().filter_map(|t| t.latest).max();
        let what = match &gather.of {
            Expr::Field(_, _, field) => What::Field(field.clone()),
            Expr::Attr(_, _, attr) => What::Attr(*attr),
            _ => What::Attr(Attr::At),
        };
        if distinct {
            let mut all: Vec<&Value> = Vec::new();
            for value in tallies.iter().flat_map(|t| &t.distinct) {
                if !all.iter().any(|v| same(v, value)) {
                    all.push(value);
                }
            }
            #[expect(clippy::cast_precision_loss, reason = "a count of values is far below 2^52")]
            let count = all.len() as f64;
            return self.grown(count, Some(gather.node), What::Distinct(Box::new(what)), latest, ended);
        }
        let total = tallies.iter().map(|t| t.total).sum();
        self.grown(total, Some(gather.node), What::Total(Box::new(what)), latest, ended)
    }

    /// A number that only grows until what it counts has ended.
    fn grown(
        &self,
        n: f64,
        node: Option<crate::graph::NodeIx>,
        what: What,
        latest: Option<Instant>,
        ended: bool,
    ) -> Operand {
        let open = Open { node: None, ending: None, star: false, missing: false, ended: false };
        let term = if ended { Term::Known(Value::Number(n)) } else { Term::Growing(n, open) };
        Operand { term, seen: vec![Seen { node, what, value: Value::Number(n) }], latest }
    }
}
