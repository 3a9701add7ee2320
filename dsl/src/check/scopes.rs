//! The level on which rules, measures and counts stand: the order, or the tracks of one `每个`.

use super::Checker;
use crate::diagnostic::Span as Place;
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use medloop_engine::graph::{NodeIx, ScopeIx};

/// A scope that an expression needs, and where.
type Need = (ScopeIx, Place);

fn scope_of(of: &Loop<'_>, node: NodeIx) -> ScopeIx {
    of.nodes.get(usize::from(node.0)).map_or(ScopeIx::ORDER, |n| n.scope)
}

/// The tracks on which an expression must be judged; what stands within a quantifier over tracks brings its own.
fn needs(of: &Loop<'_>, e: &Bound) -> Vec<Need> {
    let mut all = Vec::new();
    gather(of, e, &mut all);
    all.retain(|(scope, _)| *scope != ScopeIx::ORDER);
    all
}

fn gather(of: &Loop<'_>, e: &Bound, all: &mut Vec<Need>) {
    match &e.kind {
        BoundKind::EachTrack(..)
        | BoundKind::AnyTrack(..)
        | BoundKind::Tracks(_)
        | BoundKind::Total(..)
        | BoundKind::Distinct(..) => return,
        BoundKind::TrackKey(field) => {
            if let Some(i) = of.scopes.iter().position(|s| s.field == *field) {
                all.push((ScopeIx(u16::try_from(i + 1).unwrap_or(u16::MAX)), e.span));
            }
        }
        _ => all.extend(e.own_nodes().into_iter().map(|n| (scope_of(of, n), e.span))),
    }
    e.children().into_iter().for_each(|e| gather(of, e, all));
}

/// What looks over the tracks of an order, outermost first: each of them whole.
fn over_tracks<'e>(e: &'e Bound, found: &mut Vec<&'e Bound>) {
    match &e.kind {
        BoundKind::EachTrack(..)
        | BoundKind::AnyTrack(..)
        | BoundKind::Tracks(_)
        | BoundKind::Total(..)
        | BoundKind::Distinct(..) => found.push(e),
        _ => e.children().into_iter().for_each(|e| over_tracks(e, found)),
    }
}

impl Checker<'_, '_> {
    pub(super) fn scopes(&mut self, of: &mut Loop<'_>) {
        for i in 0..of.rules.len() {
            let Some(rule) = of.rules.get(i) else { continue };
            let all: Vec<Need> = rule.check.iter().chain(&rule.applies).flat_map(|e| needs(of, e)).collect();
            let scope = all.first().map_or(ScopeIx::ORDER, |n| n.0);
            let (word, alert) = (rule.tree.name.text.clone(), rule.alert.as_ref());
            let alerts: Vec<Need> =
                alert.into_iter().flatten().filter_map(|p| p.value()).flat_map(|e| needs(of, e)).collect();
            if let Some((other, place)) = all.iter().find(|(s, _)| *s != scope) {
                self.two_blocks(of, &word, scope, *other, *place);
            }
            let known = rule.check.as_ref().is_some_and(|c| !of.file.is_hurt(c.span));
            if let Some((_, place)) = alerts.iter().find(|(s, _)| known && *s != scope) {
                let message = say!(
                    "规则“{word}”按医嘱判定，提示里说不清是哪一条轨迹",
                    "the rule `{word}` is judged once an order: which of the tracks does the alert mean?"
                );
                let help = say!(
                    "去掉这个占位，或在要求里点名“每个”之内的环节",
                    "leave the placeholder out, or let the check name a node within `each`"
                );
                self.push(self.error("E0504", *place, message).help(help));
            }
            let all = rule.check.iter().chain(&rule.applies);
            let all = all.chain(alert.into_iter().flatten().filter_map(|p| p.value()));
            all.for_each(|e| self.quantifiers(of, &word, scope, e));
            if let Some(rule) = of.rules.get_mut(i) {
                rule.scope = scope;
            }
        }
        for scope in &of.scopes {
            let mut all = Vec::new();
            scope.count.iter().for_each(|c| over_tracks(c, &mut all));
            let needs = scope.count.iter().flat_map(|c| needs(of, c));
            if let Some((_, place)) = needs.chain(all.iter().map(|e| (ScopeIx::ORDER, e.span))).next() {
                let message = say!(
                    "“共”按医嘱计算，不能用“每个”之内的环节，也不能求和、计数",
                    "`count` is reckoned for the order: it cannot name a node within `each`, nor sum up or count"
                );
                self.push(self.error("E0503", place, message));
            }
        }
        self.measures(of);
    }

    /// Quantifiers, sums and counts: on which level they stand, and what they may look at.
    fn quantifiers(&mut self, of: &Loop<'_>, word: &str, scope: ScopeIx, e: &Bound) {
        let mut found = Vec::new();
        over_tracks(e, &mut found);
        for e in found {
            match &e.kind {
                BoundKind::EachTrack(over, body) | BoundKind::AnyTrack(over, body) => {
                    if scope != ScopeIx::ORDER {
                        self.not_of_a_track(word, e.span);
                    }
                    if let Some((other, place)) = needs(of, body).into_iter().find(|(s, _)| s != over) {
                        self.two_blocks(of, word, *over, other, place);
                    }
                    self.quantifiers(of, word, *over, body);
                }
                BoundKind::Tracks(_) if scope != ScopeIx::ORDER => self.not_of_a_track(word, e.span),
                BoundKind::Total(n, _) | BoundKind::Distinct(n, _) => {
                    let there = scope_of(of, *n);
                    if scope != ScopeIx::ORDER && there != ScopeIx::ORDER && there != scope {
                        self.two_blocks(of, word, scope, there, e.span);
                    }
                }
                _ => {}
            }
        }
    }

    fn not_of_a_track(&mut self, word: &str, place: Place) {
        let message = say!(
            "规则“{word}”在这里按一条轨迹判定，不能再看各条轨迹",
            "the rule `{word}` is judged on one track here and cannot look over all of them"
        );
        let help = say!(
            "另写一条规则，只用医嘱的环节和对各条轨迹的量词",
            "write a rule of its own that names the order's nodes and quantifiers over tracks alone"
        );
        self.push(self.error("E0503", place, message).help(help));
    }

    fn two_blocks(&mut self, of: &Loop<'_>, word: &str, one: ScopeIx, other: ScopeIx, place: Place) {
        let field = |s: ScopeIx| {
            let scope = of.scopes.get(usize::from(s.0).wrapping_sub(1));
            let def = scope.and_then(|s| self.names.catalogue.fields.get(&s.field));
            def.map_or(String::new(), |f| f.name.name.clone())
        };
        let (a, b) = (field(one), field(other));
        let message = say!(
            "规则“{word}”同时点名“每个 {a}”与“每个 {b}”的环节，不知道哪条对哪条",
            "the rule `{word}` names nodes of `each {a}` and of `each {b}`: which track goes with which?"
        );
        let help = say!(
            "分成两条规则，或写“每个 {b}: …”“任一 {b}: …”",
            "make two rules of it, or write `each {b}: …`, `any {b}: …`"
        );
        self.push(self.error("E0503", place, message).help(help));
    }

    fn measures(&mut self, of: &Loop<'_>) {
        for measure in &of.measures {
            let (Some(from), Some(to)) = (measure.from, measure.to) else { continue };
            let (a, b) = (scope_of(of, from), scope_of(of, to));
            let place = measure.tree.from.span.to(measure.tree.to.span);
            if from == to {
                self.push(self.error(
                    "E0512",
                    place,
                    say!("指标的两端是同一个环节", "both ends of the measure are one node"),
                ));
            } else if a != b && a != ScopeIx::ORDER && b != ScopeIx::ORDER {
                let message = say!(
                    "指标的两端在两个不同的“每个”里",
                    "the two ends of the measure are in two different `each`"
                );
                self.push(self.error("E0512", place, message));
            }
        }
    }
}
