//! Planned times: how far from the time that was planned things were done.

use super::cases::Cases;
use super::limits::{Length, PAIRS, units};
use super::log::Log;
use super::values::Cell;
use super::variants::Act;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::FieldCode;
use medloop_engine::time::Precision;
use std::collections::BTreeMap;

/// What the code or name of a field says when it holds a planned time.
const SAYS: [&str; 6] = ["plan", "sched", "due_at", "计划", "预定", "应执行"];

/// How a node kept to its planned times. Seconds; before the planned time they are negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) field: FieldCode,
    /// How many events state one.
    pub(super) events: usize,
    pub(super) p5: i64,
    pub(super) median: i64,
    pub(super) p95: i64,
    /// What is proposed: how much before and how much after it.
    pub(super) before: Length,
    pub(super) after: Length,
    /// How many events lie within.
    pub(super) within: usize,
}

/// The plans of nodes that state a planned time often enough.
pub(super) fn plans(log: &Log, cases: &Cases, catalogue: Option<&Catalogue>) -> BTreeMap<Act, Plan> {
    let named = |field: &FieldCode| {
        let name = catalogue.and_then(|c| c.fields.get(field)).map_or("", |f| f.name.name.as_str());
        SAYS.iter().any(|word| field.as_str().contains(word) || name.contains(word))
    };
    let planned = |field: &u16| log.fields.get(*field).is_some_and(|f| named(&f.code));
    let mut off: BTreeMap<(Act, u16), Vec<i64>> = BTreeMap::new();
    for row in cases.all.iter().flatten().filter_map(|at| log.rows.get(*at)) {
        if row.precision == Precision::Day {
            continue;
        }
        for (field, cell) in &row.cells {
            if let Cell::Time(at) = cell
                && planned(field)
            {
                off.entry((row.kind, *field)).or_default().push(units(*at, row.at, row.precision));
            }
        }
    }
    let mut found: BTreeMap<Act, Plan> = BTreeMap::new();
    for ((act, field), mut all) in off {
        let Some(field) = log.fields.get(field) else { continue };
        if all.len() >= PAIRS && found.get(&act).is_none_or(|p| p.events < all.len()) {
            all.sort_unstable();
            let plan = plan(field.code.clone(), &all);
            // Where nine in ten are exactly as planned, the plan was written down with the act and plans nothing.
            if (plan.p5, plan.p95) != (0, 0) {
                found.insert(act, plan);
            }
        }
    }
    found
}

/// From ascending distances.
fn plan(field: FieldCode, all: &[i64]) -> Plan {
    let rank =
        |percent: usize| all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    let (p5, median, p95) = (rank(5), rank(50), rank(95));
    let (before, after) = (Length::at_least(p5.saturating_neg().max(60)), Length::at_least(p95.max(60)));
    let within = all.iter().filter(|n| (-before.seconds()..=after.seconds()).contains(*n)).count();
    Plan { field, events: all.len(), p5, median, p95, before, after, within }
}
