//! 间隔: the longest pause between consecutive occurrences of some nodes.

use super::operand::{Moving, Open, Operand, Range, Term};
use super::{Presence, Scene};
use crate::facts::Fact;
use crate::graph::NodeIx;
use crate::state::Because;

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
        star: false,
        missing: matches!(p, Presence::Open { missing: true, .. }),
        ended: scene.ended(*n),
    });
    let Some(last) = facts.last() else {
        let open = waits.unwrap_or(Open {
            node: Some(first),
            ending: None,
            star: false,
            missing: false,
            ended: false,
        });
        return Operand::of(Term::Open(open));
    };
    let mut longest: Option<i64> = None;
    let mut precision = last.at.precision;
    for (a, b) in facts.iter().zip(facts.iter().skip(1)) {
        let (d, p) = super::super::moments::difference(zone, b.at, a.at);
        longest = Some(longest.map_or(d.0, |l| l.max(d.0)));
        precision = precision.min(p);
    }
    let final_happened = nodes.last().is_some_and(|n| scene.presence(*n) == Presence::Happened);
    let mut range =
        Range { open: waits, ..Range::exactly(longest.unwrap_or(0), Some(precision), Some(first)) };
    if !final_happened && !scene.own_ended {
        let p = last.at.precision;
        let from = zone.truncate(last.at.at, p);
        let running = zone.truncate(scene.now, p).since(from).0;
        range.lo = Some(longest.map_or(running, |l| l.max(running)));
        range.hi = None;
        range.lower = Some(Moving { precision: p, shift: from.0.saturating_neg() });
        range.open = waits.or(Some(Open {
            node: nodes.last().copied(),
            ending: None,
            star: false,
            missing: false,
            ended: false,
        }));
    } else {
        if !final_happened && let Some(end) = scene.own_ended_at {
            let p = last.at.precision;
            let rest = zone.truncate(end, p).since(zone.truncate(last.at.at, p)).0;
            if end > last.at.at {
                longest = Some(longest.map_or(rest, |l| l.max(rest)));
            }
        }
        let Some(longest) = longest else {
            return Operand { latest, ..Operand::of(Term::NoData(Because::NothingHappened(first), None)) };
        };
        range.lo = Some(longest);
        // What has not happened might still lie in between: the pause is at most this long, but not known to be kept.
        range.hi = Some(longest);
    }
    Operand { term: Term::Range(range), seen: Vec::new(), latest }
}
