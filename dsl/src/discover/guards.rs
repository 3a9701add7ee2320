//! Choices → guards: which field of the opening event tells beforehand which branch an order takes.

use super::flow::{Block, Times};
use super::log::Log;
use super::tracks::Levels;
use super::values::{Cell, Kind};
use super::variants::Act;
use crate::tree::FlowOp;
use medloop_engine::name::FieldCode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Which share of the orders a guard must tell rightly; all of them where nothing is overlooked.
const RIGHT: f64 = 0.98;
/// How many orders each branch must have.
const ORDERS: u64 = 20;
/// How many values a field may have that says of which kind an order is.
const VALUES: usize = 12;

/// A choice that a field decides.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) field: FieldCode,
    /// The acts of each branch with the values that lead to it; none for the commonest one, which is left when no other is meant.
    pub(super) branches: Vec<(BTreeSet<Act>, Vec<String>)>,
    /// How many orders take one of them, and how many of these as the field says.
    pub(super) orders: u64,
    pub(super) right: u64,
}

/// The choices of a flow that a field decides, where one node opens every order.
pub(super) fn guards(log: &Log, levels: &Levels, flow: &Block, noise: f64) -> Vec<Decided> {
    let Some(Block::Node(opening, Times::Once | Times::Some)) = flow.first() else { return Vec::new() };
    if levels.scopes.iter().any(|s| s.act == *opening) {
        return Vec::new();
    }
    let mut done: Vec<BTreeSet<Act>> =
        levels.own.iter().map(|trace| trace.iter().map(|(act, _)| *act).collect()).collect();
    for scope in &levels.scopes {
        for (case, _) in &scope.tracks {
            done.get_mut(*case).into_iter().for_each(|acts| acts.extend([scope.act]));
        }
    }
    let cells: Vec<&[(u16, Cell)]> = levels
        .own
        .iter()
        .map(|trace| {
            let opened = trace.iter().find(|(act, _)| act == opening);
            opened.and_then(|(_, at)| log.rows.get(*at)).map_or(&[][..], |row| &row.cells)
        })
        .collect();
    let mut choices = Vec::new();
    gather(flow, &mut choices);
    choices.into_iter().filter_map(|parts| decided(log, parts, &done, &cells, noise)).collect()
}

fn gather<'f>(block: &'f Block, into: &mut Vec<&'f [Block]>) {
    match block {
        Block::Node(..) => {}
        Block::Many(op, parts) => {
            into.extend((*op == FlowOp::Choice).then_some(&parts[..]));
            parts.iter().for_each(|part| gather(part, into));
        }
        Block::Opt(body) | Block::Again(body, _) | Block::Ends(body, _) => gather(body, into),
    }
}

fn decided(
    log: &Log,
    parts: &[Block],
    done: &[BTreeSet<Act>],
    cells: &[&[(u16, Cell)]],
    noise: f64,
) -> Option<Decided> {
    let acts: Vec<BTreeSet<Act>> = parts.iter().map(Block::acts).collect();
    let mut taken = vec![0_u64; parts.len()];
    let mut orders = 0;
    // How many orders with a value take which branch.
    let mut by_field: BTreeMap<u16, BTreeMap<u32, Vec<u64>>> = BTreeMap::new();
    for (done, cells) in done.iter().zip(cells) {
        let mut own =
            (0..).zip(&acts).filter(|(_, part)| !part.is_disjoint(done)).map(|(i, _): (usize, _)| i);
        let Some(branch) = own.next() else { continue };
        orders += 1;
        // Who takes two of them is told rightly by no field.
        if own.next().is_some() {
            continue;
        }
        taken.get_mut(branch).into_iter().for_each(|n| *n += 1);
        for (field, cell) in *cells {
            let Cell::Value(value) = cell else { continue };
            let values = by_field.entry(*field).or_default();
            if values.len() <= VALUES {
                let counts = values.entry(*value).or_insert_with(|| vec![0; parts.len()]);
                counts.get_mut(branch).into_iter().for_each(|n| *n += 1);
            }
        }
    }
    if taken.iter().any(|n| *n < ORDERS) {
        return None;
    }
    let enough = |right: u64| right as f64 >= if noise > 0.0 { RIGHT } else { 1.0 } * orders as f64;
    let fields =
        by_field.iter().filter(|(_, values)| values.len() <= VALUES).filter_map(|(field, values)| {
            let known = log.fields.get(*field).filter(|f| f.kind() == Kind::Text && !f.list)?;
            let right = values.values().map(|counts| counts.iter().max().copied().unwrap_or(0)).sum();
            enough(right).then_some((right, Reverse((values.len(), &known.code)), values))
        });
    let (right, Reverse((_, field)), values) = fields.max_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)))?;
    let texts = log.fields.texts(values.keys().copied().collect());
    let mut branches: Vec<(BTreeSet<Act>, Vec<String>)> = acts.into_iter().map(|a| (a, Vec::new())).collect();
    for (value, counts) in values {
        // The first of equals.
        let most = counts.iter().enumerate().rev().max_by_key(|(_, n)| **n).map(|(branch, _)| branch)?;
        let text = texts.get(value).filter(|text| !text.contains(['\n', '\r']))?;
        branches.get_mut(most)?.1.push((*text).to_owned());
    }
    if branches.iter().any(|(_, values)| values.is_empty()) {
        return None;
    }
    let common = taken.iter().enumerate().rev().max_by_key(|(_, n)| **n).map(|(branch, _)| branch)?;
    branches.get_mut(common)?.1.clear();
    branches.iter_mut().for_each(|(_, values)| values.sort());
    Some(Decided { field: field.clone(), branches, orders, right })
}
