//! Cuts: how a graph falls into parts that stand in one relation to one another (Leemans, Fahland, van der Aalst 2013).

use super::graph::{Graph, components};
use super::variants::Act;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Acts that belong together.
pub(super) type Part = BTreeSet<Act>;

/// A way to take a log apart; two parts at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// One of them.
    Choice(Vec<Part>),
    /// One after the other.
    Seq(Vec<Part>),
    /// All, in any order.
    Par(Vec<Part>),
    /// What is in none of these, and between its rounds one of them.
    Loop(Vec<Part>),
}

/// The first cut that fits, in the order that makes the miner find again what made the log.
pub(super) fn cut(graph: &Graph) -> Option<Cut> {
    if graph.acts.len() < 2 {
        return None;
    }
    choice(graph).or_else(|| seq(graph)).or_else(|| par(graph)).or_else(|| rounds(graph))
}

fn several(parts: Vec<Part>) -> Option<Vec<Part>> {
    (parts.len() > 1).then_some(parts)
}

fn choice(graph: &Graph) -> Option<Cut> {
    several(components(&graph.acts, |a, b| graph.follows(a, b))).map(Cut::Choice)
}

/// Acts that lead to each other, or of which neither leads to the other, stay together.
fn seq(graph: &Graph) -> Option<Cut> {
    let reach = graph.reach();
    let leads = |a: Act, b: Act| reach.get(&a).is_some_and(|all| all.contains(&b));
    let mut parts = several(components(&graph.acts, |a, b| leads(a, b) == leads(b, a)))?;
    let first = |part: &Part| part.first().copied().unwrap_or_default();
    parts.sort_by(|x, y| {
        let (a, b) = (first(x), first(y));
        if a == b {
            Ordering::Equal
        } else if leads(a, b) {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    });
    Some(Cut::Seq(parts))
}

/// Acts stay together unless each directly follows the other; every part must be able to begin and to end a trace.
fn par(graph: &Graph) -> Option<Cut> {
    let parts = components(&graph.acts, |a, b| !(graph.follows(a, b) && graph.follows(b, a)));
    let whole =
        |part: &Part| part.iter().any(|a| graph.is_start(*a)) && part.iter().any(|a| graph.is_end(*a));
    let (mut good, bad): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(whole);
    if let Some(first) = good.first_mut() {
        first.extend(bad.into_iter().flatten());
    }
    several(good).map(Cut::Par)
}

fn rounds(graph: &Graph) -> Option<Cut> {
    let edge: Part = graph.starts().chain(graph.ends()).collect();
    let inner: Part = graph.acts.difference(&edge).copied().collect();
    let mut redo = components(&inner, |a, b| graph.follows(a, b));
    redo.retain(|part| between(graph, part));
    (!redo.is_empty()).then_some(Cut::Loop(redo))
}

/// Whether a part only ever stands between an end of the body and its beginning: entered from ends alone, left to beginnings
/// alone, and then from every end and to every beginning.
fn between(graph: &Graph, part: &Part) -> bool {
    let into = |from: Act| part.iter().copied().filter(move |b| graph.follows(from, *b));
    let out = |to: Act| part.iter().copied().filter(move |a| graph.follows(*a, to));
    let entered_within = graph.starts().filter(|a| !graph.is_end(*a)).any(|a| into(a).next().is_some());
    let left_within = graph.ends().filter(|a| !graph.is_start(*a)).any(|a| out(a).next().is_some());
    let leaving: Part = graph.starts().flat_map(out).collect();
    let entered: Part = graph.ends().flat_map(into).collect();
    let all_starts = leaving.iter().all(|a| graph.starts().all(|s| graph.follows(*a, s)));
    let all_ends = entered.iter().all(|b| graph.ends().all(|e| graph.follows(e, *b)));
    !entered_within && !left_within && !leaving.is_empty() && !entered.is_empty() && all_starts && all_ends
}
