//! What cuts a trace short (终止): mined alone it would make everything behind it optional.

use super::flow::{Block, Rules, blocks};
use super::mine::{is_rare, mine};
use super::variants::{Act, Variants};
use std::collections::BTreeSet;

/// The blocks of a level. What ends traces stands behind `终止`, if it does so at different places, or where the flow has no place for
/// it otherwise; the rest is what the other traces say.
pub(super) fn level(log: &Variants, noise: f64, rules: Rules<'_>) -> Option<Block> {
    let plain = blocks(&mine(log, noise), rules)?;
    let lacks = |act: &Act| {
        let fits = |(t, n): (&[Act], u64)| if plain.accepts(t) { n } else { 0 };
        let (all, fit) = of(log, *act).fold((0, 0), |(all, fit), found| (all + found.1, fit + fits(found)));
        2 * fit < all
    };
    let tried = |ends: BTreeSet<Act>| tried(log, ends, noise, rules, &lacks);
    let ends = last(log, noise).into_iter().filter(|act| !rules.each.contains(act));
    let ends: BTreeSet<Act> = ends.filter(|act| tried(BTreeSet::from([*act])).is_some()).collect();
    if ends.is_empty() { Some(plain) } else { tried(ends).or(Some(plain)) }
}

/// The blocks with these acts behind `终止`, if each of them does what that says.
fn tried(
    log: &Variants,
    ends: BTreeSet<Act>,
    noise: f64,
    rules: Rules<'_>,
    lacks: &dyn Fn(&Act) -> bool,
) -> Option<Block> {
    let whole = log.only(|trace| trace.iter().all(|a| !ends.contains(a)));
    // What happens in cut traces alone has its place in no other.
    let known = whole.acts();
    let mut cut_short = ends.iter().flat_map(|act| of(log, *act));
    if !cut_short.all(|(trace, _)| cut(trace).iter().all(|a| known.contains(a))) {
        return None;
    }
    let body = blocks(&mine(&whole, noise), rules)?;
    let all =
        ends.iter().all(|act| fits(log, *act, &body, noise) && (places(log, *act, &body) > 1 || lacks(act)));
    all.then(|| Block::Ends(Box::new(body), ends.into_iter().collect()))
}

/// The traces that end with an act.
fn of(log: &Variants, act: Act) -> impl Iterator<Item = (&[Act], u64)> {
    log.iter().filter(move |(trace, _)| trace.last() == Some(&act))
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

/// Whether what came before an act is the beginning of a trace.
fn fits(log: &Variants, act: Act, body: &Block, noise: f64) -> bool {
    let misfits = |(trace, n): (&[Act], u64)| if body.begins(cut(trace)) { 0 } else { n };
    let (all, misfits) = of(log, act).fold((0, 0), |(all, not), found| (all + found.1, not + misfits(found)));
    misfits == 0 || is_rare(misfits, all, noise)
}

/// At how many places an act cuts the flow: how much of what must happen had happened.
fn places(log: &Variants, act: Act, body: &Block) -> usize {
    let must: BTreeSet<Act> = body.acts().into_iter().filter(|a| body.needs(*a)).collect();
    let before = |trace: &[Act]| must.iter().copied().filter(|a| cut(trace).contains(a)).collect::<Vec<_>>();
    of(log, act).map(|(trace, _)| before(trace)).collect::<BTreeSet<_>>().len()
}

/// A trace without its last act.
fn cut(trace: &[Act]) -> &[Act] {
    trace.split_last().map_or(trace, |(_, before)| before)
}
