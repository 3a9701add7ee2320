//! 间隔: the longest pause between consecutive occurrences of some nodes.

use super::operand::{Moving, Open, Operand, Range, Term};
use super::{Presence, Scene};
use crate::facts::Fact;
use crate::graph::{Attr, NodeIx};
use crate::state::{Because, Seen, What};
use crate::value::Value;

/// The longest pause, known once it is closed, bounded from below while it is not.
pub(super) fn gap(scene: &Scene<'_>, nodes: &[NodeIx]) -> Operand {
    let zone = &scene.settings.zone;
    let mut named = Vec::new();
    let mut gone = None;
    for n in nodes {
        match scene.presence(*n) {
            Presence::NotApplicable(reason) => {
                gone.get_or_insert(Because::NodeNotApplicable(*n, reason));
            }
            presence => named.push((*n, presence)),
        }
    }
    let Some((first, _)) = named.first().cloned() else {
        return Operand::of(Term::NotApplicable(gone.unwrap_or(Because::Nothing)));
    };
    // One node that happens once has no pause: what would have made one is not applicable.
    if let (Some(gone), 1, Some(false)) = (&gone, named.len(), scene.def.node(first).map(|n| n.repeated)) {
        return Operand::of(Term::NotApplicable(gone.clone()));
    }
    // Occurrences of one side are in total order by fact; nodes of two sides are put together by the facts' own order.
    let mut facts: Vec<&Fact> = Vec::new();
    for (n, _) in &named {
        if let Some((side, _, _)) = scene.home(*n) {
            facts.extend(side.last(*n).iter().filter_map(|o| side.fact(o)));
        }
    }
    facts.sort_by(|a, b| a.order().cmp(&b.order()));
    facts.dedup_by(|a, b| std::ptr::eq(*a, *b));
    let latest = named.iter().filter_map(|(n, _)| scene.home(*n)?.0.counting(*n)).map(|f| f.at.at).max();
    let absent = named.iter().find(|(_, p)| *p != Presence::Happened);
    let waits = absent.map(|(n, p)| Open {
        node: Some(*n),
        ending: None,
        star: named.iter().all(|(_, p)| !matches!(p, Presence::Open { optional: false, .. })),
        missing: matches!(p, Presence::Open { missing: true, .. }),
        ended: scene.ended(*n),
    });
    let Some(last) = facts.last() else {
        let nothing = Open { node: None, ending: None, star: false, missing: false, ended: false };
        return Operand::of(Term::Open(waits.unwrap_or(nothing)));
    };
    // The longest pause with the occurrences at its ends, the first of equals.
    let mut longest: Option<(i64, &Fact, Option<&Fact>)> = None;
    let mut precision = last.at.precision;
    for (a, b) in facts.iter().zip(facts.iter().skip(1)) {
        let (d, p) = super::super::moments::difference(zone, b.at, a.at);
        if longest.is_none_or(|(l, ..)| d.0 > l) {
            longest = Some((d.0, a, Some(b)));
        }
        precision = precision.min(p);
    }
    let closing = nodes.last().copied().unwrap_or(first);
    let final_happened = scene.presence(closing) == Presence::Happened;
    let ended = scene.ended(closing);
    let mut range = Range { open: waits, ..Range::exactly(0, Some(precision)) };
    for (n, _) in &named {
        for f in scene
            .home(*n)
            .into_iter()
            .flat_map(|(side, _, _)| side.last(*n).iter().filter_map(|o| side.fact(o)))
        {
            if let Some(slot) = range.nodes.get_mut(f.at.precision as usize) {
                slot.get_or_insert(*n);
            }
        }
    }
    if !final_happened && !ended {
        let p = last.at.precision;
        let from = zone.truncate(last.at.at, p);
        let running = zone.truncate(scene.now, p).since(from).0;
        range.lo = Some(longest.map_or(running, |(l, ..)| l.max(running)));
        range.hi = None;
        range.lower = Some(Moving { precision: p, shift: from.0.saturating_neg() });
        range.known_lo = longest.map(|(l, ..)| l);
        range.open =
            waits.or(Some(Open { node: None, ending: None, star: false, missing: false, ended: false }));
    } else {
        let end = if scene.def.node(closing).is_some_and(|n| n.scope == scene.own.scope) {
            scene.own_ended_at
        } else {
            scene.order_ended_at
        };
        if let (false, Some(end)) = (final_happened, end.filter(|e| *e > last.at.at)) {
            let p = last.at.precision;
            let rest = zone.truncate(end, p).since(zone.truncate(last.at.at, p)).0;
            if longest.is_none_or(|(l, ..)| rest > l) {
                longest = Some((rest, last, None));
            }
        }
        let Some((l, ..)) = longest else {
            return Operand { latest, ..Operand::of(Term::NoData(Because::NothingHappened(first), None)) };
        };
        // What has not happened might still lie in between: the pause is at most this long, but not known to be kept.
        range.lo = Some(l);
        range.hi = Some(l);
        range.known_lo = Some(l);
    }
    let seen = longest.into_iter().flat_map(|(_, a, b)| [Some(a), b]).flatten().map(|f| Seen {
        // A fact may hit two of them, and count for one alone.
        node: named.iter().map(|(n, _)| *n).find(|n| {
            let home = scene.home(*n);
            home.into_iter().any(|(side, _, _)| {
                side.last(*n).iter().filter_map(|o| side.fact(o)).any(|mine| std::ptr::eq(mine, f))
            })
        }),
        what: What::Attr(Attr::At),
        value: Value::Moment(f.at),
    });
    Operand { term: Term::Range(range), seen: seen.collect(), latest }
}
