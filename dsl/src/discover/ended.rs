//! What cuts a trace short (终止): mined alone it would make everything behind it optional.

use super::flow::{Block, Rules, blocks};
use super::mine::{is_rare, mine};
use super::variants::{Act, Variants};
use std::collections::BTreeSet;

/// The blocks of a level. What ends traces, at different places, stands behind `终止`; the rest is what the other traces say.
pub(super) fn level(log: &Variants, noise: f64, rules: Rules<'_>) -> Option<Block> {
    let alone =
        |act: &Act| !rules.each.contains(act) && tried(log, BTreeSet::from([*act]), noise, rules).is_some();
    let ends: BTreeSet<Act> = last(log, noise).into_iter().filter(alone).collect();
    let together = if ends.is_empty() { None } else { tried(log, ends, noise, rules) };
    together.or_else(|| blocks(&mine(log, noise), rules))
}

/// The blocks with these acts behind `终止`, if each of them does what that says.
fn tried(log: &Variants, ends: BTreeSet<Act>, noise: f64, rules: Rules<'_>) -> Option<Block> {
    let whole = log.only(|trace| trace.iter().all(|a| !ends.contains(a)));
    // What happens in cut traces alone has its place in no other.
    let known = whole.acts();
    let ended = |trace: &[Act]| trace.last().is_some_and(|a| ends.contains(a));
    if log.iter().any(|(t, _)| ended(t) && !cut(t).iter().all(|a| known.contains(a))) {
        return None;
    }
    let body = blocks(&mine(&whole, noise), rules)?;
    let all = ends.iter().all(|act| cuts(log, *act, &body, noise));
    all.then(|| Block::Ends(Box::new(body), ends.into_iter().collect()))
}

/// Acts that stand at the end of traces, once, in no more than half of them.
fn last(log: &Variants, noise: f64) -> BTreeSet<Act> {
    let ends = |act: &Act| {
        let (mut with, mut otherwise) = (0, 0);
        for (trace, n) in log.iter().filter(|(t, _)| t.contains(act)) {
            with += n;
            otherwise += if cut(trace).contains(act) || trace.last() != Some(act) { n } else { 0 };
        }
        with > 1 && 2 * with <= log.total() && (otherwise == 0 || is_rare(otherwise, with, noise))
    };
    log.acts().into_iter().filter(ends).collect()
}

/// Whether an act cuts the flow at more than one place, and what came before it is the beginning of a trace.
fn cuts(log: &Variants, act: Act, body: &Block, noise: f64) -> bool {
    let must: BTreeSet<Act> = body.acts().into_iter().filter(|a| body.needs(*a)).collect();
    let (mut places, mut all, mut misfits) = (BTreeSet::new(), 0, 0);
    for (trace, n) in log.iter().filter(|(t, _)| t.last() == Some(&act)) {
        let before = cut(trace);
        places.insert(must.iter().filter(|a| before.contains(a)).collect::<Vec<_>>());
        all += n;
        misfits += if body.begins(before) { 0 } else { n };
    }
    places.len() > 1 && (misfits == 0 || is_rare(misfits, all, noise))
}

/// A trace without its last act.
fn cut(trace: &[Act]) -> &[Act] {
    trace.split_last().map_or(trace, |(_, before)| before)
}
