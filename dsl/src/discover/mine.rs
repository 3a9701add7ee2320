//! The inductive miner (IM, and IMf for rare behaviour): a log is cut, its parts are mined, and where nothing cuts it, something
//! is given up. With no noise every trace of the log is a trace of the tree.

use super::cuts::{Cut, cut};
use super::graph::Graph;
use super::split;
use super::tree::Tree;
use super::variants::{Act, Variants};
use std::collections::BTreeSet;

/// The tree of a log. Of the order of things, what comes less often than `noise` (from 0 to 1) of the commonest is overlooked.
pub(super) fn mine(log: &Variants, noise: f64) -> Tree {
    let (total, empty) = (log.total(), log.empty());
    if empty > 0 {
        let rest = log.clone().without_empty();
        if rest.total() == 0 {
            return Tree::Skip;
        }
        let tree = mine(&rest, noise);
        let rare = is_rare(empty, total, noise);
        return if rare { tree } else { Tree::Opt(Box::new(tree)) };
    }
    let graph = Graph::of(log);
    let mut acts = graph.acts.iter().copied();
    match (acts.next(), acts.next()) {
        (None, _) => return Tree::Skip,
        (Some(only), None) => return single(log, only, noise),
        _ => {}
    }
    // What only a few traces tell makes anything look parallel: before that is believed, they are overlooked.
    let all = cut(&graph);
    let (all, par) = if matches!(all, Some(Cut::Par(_))) && noise > 0.0 { (None, all) } else { (all, None) };
    let frequent = || cut(&graph.frequent(noise)).filter(|_| noise > 0.0);
    if let Some(cut) = all.or_else(frequent).or(par) {
        return apart(log, cut, noise);
    }
    concurrent(log, &graph.acts, noise)
        .or_else(|| again(log, &graph, noise))
        .unwrap_or_else(|| flower(&graph))
}

/// Whether what was left out or repeated so often is overlooked: a quarter of what is overlooked of the order of things, for
/// a node that is wrongly mandatory is missed in every order that goes without it.
pub(super) fn is_rare(n: u64, of: u64, noise: f64) -> bool {
    (n as f64) * 4.0 < noise * of as f64
}

/// A single act: once, or several times.
fn single(log: &Variants, act: Act, noise: f64) -> Tree {
    let several: u64 = log.iter().filter(|(trace, _)| trace.len() > 1).map(|(_, n)| n).sum();
    let leaf = Tree::Leaf(act);
    let once = several == 0 || is_rare(several, log.total(), noise);
    if once { leaf } else { Tree::Loop(Box::new(leaf), Vec::new()) }
}

fn apart(log: &Variants, cut: Cut, noise: f64) -> Tree {
    let all = |logs: Vec<Variants>| logs.iter().map(|log| mine(log, noise)).collect();
    match cut {
        Cut::Choice(parts) => Tree::Choice(all(split::choice(log, &parts))),
        Cut::Seq(parts) => Tree::Seq(all(split::seq(log, &parts))),
        Cut::Par(parts) => Tree::Par(all(split::par(log, &parts))),
        Cut::Loop(redo) => {
            let (body, redo) = split::rounds(log, &redo);
            Tree::Loop(Box::new(mine(&body, noise)), all(redo))
        }
    }
}

/// One act beside all others: one that comes once in every trace, else one without which the rest can be cut.
fn concurrent(log: &Variants, acts: &BTreeSet<Act>, noise: f64) -> Option<Tree> {
    let once = |act: &&Act| log.iter().all(|(trace, _)| trace.iter().filter(|a| a == act).count() == 1);
    let beside = |act: Act, others: &Variants| {
        let alone = mine(&log.project(&BTreeSet::from([act])), noise);
        Some(Tree::Par(vec![alone, mine(others, noise)]))
    };
    let without = |act: Act| log.project(&acts.iter().copied().filter(|a| *a != act).collect());
    if let Some(act) = acts.iter().find(once) {
        return beside(*act, &without(*act));
    }
    for act in acts {
        let others = without(*act);
        if cut(&Graph::of(&others.clone().without_empty())).is_some() {
            return beside(*act, &others);
        }
    }
    None
}

/// The whole several times over: a new round begins where a beginning follows an end, or else at every beginning.
fn again(log: &Variants, graph: &Graph, noise: f64) -> Option<Tree> {
    let strict = |before: Act, act: Act| graph.is_end(before) && graph.is_start(act);
    let loose = |_: Act, act: Act| graph.is_start(act);
    let rounds = |begins: &dyn Fn(Act, Act) -> bool| {
        let mut out = Variants::default();
        for (trace, n) in log.iter() {
            let mut round: Vec<Act> = Vec::new();
            for act in trace {
                if round.last().is_some_and(|before| begins(*before, *act)) {
                    out.add(std::mem::take(&mut round), n);
                }
                round.push(*act);
            }
            out.add(round, n);
        }
        (out.total() > log.total()).then_some(out)
    };
    let log = rounds(&strict).or_else(|| rounds(&loose))?;
    Some(Tree::Loop(Box::new(mine(&log, noise)), Vec::new()))
}

/// Anything, any number of times.
fn flower(graph: &Graph) -> Tree {
    let leaves = graph.acts.iter().map(|a| Tree::Leaf(*a)).collect();
    Tree::Opt(Box::new(Tree::Loop(Box::new(Tree::Choice(leaves)), Vec::new())))
}
