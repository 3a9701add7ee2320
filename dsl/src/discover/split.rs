//! A log taken apart along a cut. Where the cut overlooks what is rare, the events that do not fit it are left out.

use super::cuts::Part;
use super::variants::{Act, Variants};

/// Each trace goes to the part that most of it belongs to.
pub(super) fn choice(log: &Variants, parts: &[Part]) -> Vec<Variants> {
    let mut logs = vec![Variants::default(); parts.len()];
    for (trace, n) in log.iter() {
        let count = |part: &Part| trace.iter().filter(|a| part.contains(a)).count();
        // The first of equals.
        let best = parts.iter().zip(&mut logs).rev().max_by_key(|(part, _)| count(part));
        if let Some((part, log)) = best {
            log.add(kept(trace, part), n);
        }
    }
    logs
}

/// Each part gets what of a trace belongs to it.
pub(super) fn par(log: &Variants, parts: &[Part]) -> Vec<Variants> {
    parts.iter().map(|part| log.project(part)).collect()
}

/// Each trace is divided at the places at which the fewest events have to be left out.
pub(super) fn seq(log: &Variants, parts: &[Part]) -> Vec<Variants> {
    let mut logs = vec![Variants::default(); parts.len()];
    let of = |act: Act| parts.iter().position(|part| part.contains(&act)).unwrap_or_default();
    for (trace, n) in log.iter() {
        let own: Vec<usize> = trace.iter().map(|a| of(*a)).collect();
        let placed = if own.is_sorted() { own.clone() } else { divided(&own, parts.len()) };
        for (at, log) in logs.iter_mut().enumerate() {
            let fits = trace.iter().zip(own.iter().zip(&placed));
            log.add(
                fits.filter(|(_, (own, placed))| own == placed && **own == at).map(|(a, _)| *a).collect(),
                n,
            );
        }
    }
    logs
}

/// For each event the part in whose stretch it lies: ascending, with as few events as can be outside their own.
fn divided(own: &[usize], parts: usize) -> Vec<usize> {
    // For each part the least number left out so far when it is the current one; for each event and part, the part before.
    let mut cost: Vec<usize> = vec![0; parts];
    let mut before: Vec<Vec<usize>> = Vec::with_capacity(own.len());
    for wanted in own {
        let mut best = (0, usize::MAX);
        let mut from = Vec::with_capacity(parts);
        for (at, cost) in cost.iter_mut().enumerate() {
            if *cost < best.1 {
                best = (at, *cost);
            }
            from.push(best.0);
            *cost = best.1 + usize::from(at != *wanted);
        }
        before.push(from);
    }
    let mut at = cost.iter().enumerate().min_by_key(|(_, c)| **c).map_or(0, |(at, _)| at);
    let mut placed = Vec::with_capacity(own.len());
    for from in before.iter().rev() {
        placed.push(at);
        at = from.get(at).copied().unwrap_or(at);
    }
    placed.reverse();
    placed
}

/// Each trace is divided into rounds and what stands between them; it begins and ends with a round.
pub(super) fn rounds(log: &Variants, redo: &[Part]) -> (Variants, Vec<Variants>) {
    let (mut bodies, mut between) = (Variants::default(), vec![Variants::default(); redo.len()]);
    let of = |act: Act| redo.iter().position(|part| part.contains(&act));
    for (trace, n) in log.iter() {
        let mut round: Vec<Act> = Vec::new();
        let mut other: Option<(usize, Vec<Act>)> = None;
        for act in trace {
            match of(*act) {
                None => {
                    if let Some((at, done)) = other.take() {
                        add(&mut between, at, done, n);
                    }
                    round.push(*act);
                }
                Some(at) => match &mut other {
                    Some((current, acts)) if *current == at => acts.push(*act),
                    _ => {
                        if let Some((at, done)) = other.take() {
                            add(&mut between, at, done, n);
                        }
                        bodies.add(std::mem::take(&mut round), n);
                        other = Some((at, vec![*act]));
                    }
                },
            }
        }
        if let Some((at, done)) = other {
            add(&mut between, at, done, n);
        }
        bodies.add(round, n);
    }
    (bodies, between)
}

fn add(logs: &mut [Variants], at: usize, trace: Vec<Act>, n: u64) {
    if let Some(log) = logs.get_mut(at) {
        log.add(trace, n);
    }
}

fn kept(trace: &[Act], part: &Part) -> Vec<Act> {
    trace.iter().copied().filter(|a| part.contains(a)).collect()
}
