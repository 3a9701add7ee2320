//! Log → cases: the events of one order each, found by the key, or by a value that leads to it.

use super::log::{Log, Row};
use super::values::Cell;
use crate::diagnostic::Words;
use crate::say;
use medloop_engine::name::{EventType, FieldCode};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// From which share of a kind's events on a field counts as always carried.
pub(super) const ALWAYS: f64 = 0.95;
/// Which share of all events the number of the order must lead to their order.
const MOST: f64 = 0.9;
/// The field that the contract has for the number of an order.
const ORDER: &str = "order_no";

/// The orders of a log.
#[derive(Debug)]
pub(super) struct Cases {
    pub(super) key: u16,
    /// Rows of each order in the order of their times.
    pub(super) all: Vec<Vec<usize>>,
    /// Fields by which events without the key were led to their order.
    pub(super) links: BTreeSet<u16>,
    /// How many events led to no order.
    pub(super) lost: usize,
}

impl Cases {
    /// Leaves the orders that have an event of this type.
    ///
    /// # Errors
    /// No order has one.
    pub(super) fn only(&mut self, log: &Log, event: &EventType) -> Result<(), Words> {
        let kind = log.kinds.iter().position(|k| k.event == *event);
        let is = |at: &usize| log.rows.get(*at).map(|r| usize::from(r.kind)) == kind;
        self.all.retain(|rows| kind.is_some() && rows.iter().any(is));
        if self.all.is_empty() {
            return Err(say!("没有医嘱有事件 {event}", "no order has an event {event}"));
        }
        Ok(())
    }
}

/// How many events of each kind carry which field: (events, by field).
pub(super) type Carried = BTreeMap<u16, (u64, BTreeMap<u16, u64>)>;

pub(super) fn carried<'a>(rows: impl Iterator<Item = &'a Row>) -> Carried {
    let mut all = Carried::new();
    for row in rows {
        let (n, fields) = all.entry(row.kind).or_default();
        *n += 1;
        for (field, _) in &row.cells {
            *fields.entry(*field).or_default() += 1;
        }
    }
    all
}

/// The value that a row has in a field.
pub(super) fn value(row: &Row, field: u16) -> Option<u32> {
    row.cells.iter().find_map(|(f, cell)| match cell {
        Cell::Value(value) if *f == field => Some(*value),
        _ => None,
    })
}

/// Groups the rows that `wanted` takes. Without a `key` the number of the order is it, else the field that tells orders apart best.
///
/// # Errors
/// No such field.
pub(super) fn cases(
    log: &Log,
    key: Option<&FieldCode>,
    wanted: impl Fn(&Row) -> bool,
) -> Result<Cases, Words> {
    let rows: Vec<(usize, &Row)> = log.rows.iter().enumerate().filter(|(_, r)| r.live && wanted(r)).collect();
    let known = match key {
        Some(code) => Some(
            log.fields
                .find(code.as_str())
                .ok_or_else(|| say!("没有事件带字段 {code}", "no event carries the field {code}"))?,
        ),
        None => None,
    };
    let (key, (of_row, links)) = match known {
        Some(field) => (field, led(&rows, field)),
        None => found(log, &rows)?,
    };
    let mut all: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, case) in &of_row {
        all.entry(*case).or_default().push(*at);
    }
    let mut all: Vec<Vec<usize>> = all.into_values().collect();
    for case in &mut all {
        // Equal times: by the source's own order, then as they came.
        case.sort_by_key(|at| log.rows.get(*at).map(|r| (r.at, r.sequence, *at)));
    }
    if all.is_empty() {
        return Err(say!("没有事件可看", "there are no events to look at"));
    }
    Ok(Cases { key, all, links, lost: rows.len() - of_row.len() })
}

/// The number of the order, as soon as it leads most events to their order, be it by way of others; else the field that tells orders
/// apart best.
fn found(log: &Log, rows: &[(usize, &Row)]) -> Result<(u16, Led), Words> {
    let order = log.fields.find(ORDER).map(|field| (field, led(rows, field)));
    if let Some(order) = order.filter(|(_, (of_row, _))| of_row.len() as f64 >= MOST * rows.len() as f64) {
        return Ok(order);
    }
    let field = guessed(log, rows).ok_or_else(|| {
        say!(
            "看不出哪个字段区分医嘱：请用 --key 指明",
            "no field tells which events belong to one order: name it with --key"
        )
    })?;
    Ok((field, led(rows, field)))
}

/// The field that most kinds carry and that one kind carries once a value; of equals the first by its code.
fn guessed(log: &Log, rows: &[(usize, &Row)]) -> Option<u16> {
    let carried = carried(rows.iter().map(|(_, r)| *r));
    let always = |field: u16| {
        let often = |(n, fields): &&(u64, BTreeMap<u16, u64>)| {
            fields.get(&field).is_some_and(|c| *c as f64 >= ALWAYS * *n as f64)
        };
        carried.values().filter(often).count()
    };
    // The kinds of events that have each value.
    let mut said: BTreeMap<u16, BTreeMap<u32, BTreeMap<u16, u64>>> = BTreeMap::new();
    for (_, row) in rows {
        for (field, cell) in &row.cells {
            if let Cell::Value(value) = cell {
                let values = said.entry(*field).or_default();
                *values.entry(*value).or_default().entry(row.kind).or_default() += 1;
            }
        }
    }
    let fit = |field: u16, counts: &BTreeMap<u32, BTreeMap<u16, u64>>| {
        let together = counts.values().filter(|kinds| kinds.len() > 1).count();
        let mut once: BTreeMap<u16, (usize, usize)> = BTreeMap::new();
        for (kind, n) in counts.values().flatten() {
            let (single, all) = once.entry(*kind).or_default();
            *single += usize::from(*n == 1);
            *all += 1;
        }
        let tells = once.values().any(|(single, all)| *all > 1 && *single as f64 >= 0.9 * *all as f64);
        (2 * together >= counts.len().max(1) && tells).then(|| (always(field), counts.len()))
    };
    let code = |field: u16| log.fields.get(field).map(|f| Reverse(f.code.clone()));
    let fits = said.iter().filter_map(|(field, counts)| Some((fit(*field, counts)?, code(*field), *field)));
    fits.max().map(|(.., field)| field)
}

/// For each row the order it belongs to, and the fields by which rows without the key were led there.
type Led = (BTreeMap<usize, u32>, BTreeSet<u16>);

/// Leads rows to their orders: by the key, else by a value that belongs to one order, as long as that finds more.
fn led(rows: &[(usize, &Row)], key: u16) -> Led {
    let mut of_row: BTreeMap<usize, u32> =
        rows.iter().filter_map(|(at, row)| value(row, key).map(|v| (*at, v))).collect();
    let mut used = BTreeSet::new();
    loop {
        let lost: Vec<&(usize, &Row)> = rows.iter().filter(|(at, _)| !of_row.contains_key(at)).collect();
        let wanted: BTreeSet<u16> =
            lost.iter().flat_map(|(_, r)| r.cells.iter().map(|(f, _)| *f)).filter(|f| *f != key).collect();
        // Field and value → the one order that has it.
        let mut owners: BTreeMap<(u16, u32), Option<u32>> = BTreeMap::new();
        for (at, row) in rows {
            let Some(case) = of_row.get(at) else { continue };
            for (field, cell) in row.cells.iter().filter(|(f, _)| wanted.contains(f)) {
                if let Cell::Value(value) = cell {
                    let owner = owners.entry((*field, *value)).or_insert(Some(*case));
                    *owner = owner.filter(|o| o == case);
                }
            }
        }
        let exclusive: BTreeSet<u16> = wanted
            .into_iter()
            .filter(|f| {
                let mut own = owners.range((*f, 0)..=(*f, u32::MAX)).map(|(_, o)| o.is_some()).peekable();
                let known = own.peek().is_some();
                let (fine, all) = own.fold((0_u64, 0_u64), |(fine, all), o| (fine + u64::from(o), all + 1));
                known && fine as f64 >= 0.99 * all as f64
            })
            .collect();
        let before = of_row.len();
        for (at, row) in lost {
            let to = row.cells.iter().filter(|(f, _)| exclusive.contains(f)).find_map(|(field, cell)| {
                let Cell::Value(value) = cell else { return None };
                owners.get(&(*field, *value)).copied().flatten().map(|case| (*field, case))
            });
            if let Some((field, case)) = to {
                used.insert(field);
                of_row.insert(*at, case);
            }
        }
        if of_row.len() == before {
            return (of_row, used);
        }
    }
}
