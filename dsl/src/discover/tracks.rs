//! Cases → tracks and traces: which field has several values within one order and groups its events; what then is the order's own.

use super::cases::{ALWAYS, Cases, carried, value};
use super::log::Log;
use super::values::Cell;
use super::variants::{Act, Variants};
use medloop_engine::name::FieldCode;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// From which share of the orders that have the field on several values make it one of tracks.
const SEVERAL: f64 = 0.05;
/// Up to which share of its values may belong to several orders.
const SHARED: f64 = 0.02;

/// Events in the order of their times: what happened, and its row.
pub(super) type Trace = Vec<(Act, usize)>;

/// A `每个`.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) field: u16,
    /// What stands for the whole block in the order's traces.
    pub(super) act: Act,
    /// The kinds within it.
    pub(super) kinds: BTreeSet<Act>,
    /// Its tracks: the order each belongs to, and its events.
    pub(super) tracks: Vec<(usize, Trace)>,
}

/// A log as the miner looks at it.
#[derive(Debug)]
pub(super) struct Levels {
    pub(super) scopes: Vec<Scope>,
    /// The order's own events, by order; those of tracks left out.
    pub(super) own: Vec<Trace>,
    /// The traces of orders, blocks included, and how many orders have them. What happens while a block runs stands beside it: such
    /// an order has several traces, with its blocks where they begin and where they end.
    pub(super) orders: BTreeMap<BTreeSet<Vec<Act>>, u64>,
    /// How many events of tracks do not say which.
    pub(super) unassigned: usize,
}

/// Takes the orders apart. Kinds in `endings` are no part of the flow.
pub(super) fn levels(log: &Log, cases: &Cases, endings: &BTreeSet<u16>) -> Levels {
    let mut scopes = scopes(log, cases, endings);
    let mut of_kind: BTreeMap<u16, usize> = BTreeMap::new();
    for (i, scope) in scopes.iter().enumerate() {
        of_kind.extend(scope.kinds.iter().map(|k| (*k, i)));
    }
    let (mut own, mut orders, mut unassigned) = (Vec::new(), BTreeMap::new(), 0);
    for (case, rows) in cases.all.iter().enumerate() {
        let mut mine: Vec<(usize, Act, usize)> = Vec::new();
        // Where each block begins and ends among the order's events.
        let mut spans: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        let mut tracks: BTreeMap<(usize, u32), Trace> = BTreeMap::new();
        for (place, at) in rows.iter().enumerate() {
            let Some(row) = log.rows.get(*at).filter(|r| !endings.contains(&r.kind)) else { continue };
            let Some(i) = of_kind.get(&row.kind) else {
                mine.push((place, row.kind, *at));
                continue;
            };
            let Some(track) = scopes.get(*i).and_then(|s| value(row, s.field)) else {
                unassigned += 1;
                continue;
            };
            spans.entry(*i).or_insert((place, place)).1 = place;
            tracks.entry((*i, track)).or_default().push((row.kind, *at));
        }
        *orders.entry(placed(&mine, &spans, &scopes)).or_default() += 1;
        for ((i, _), trace) in tracks {
            if let Some(scope) = scopes.get_mut(i) {
                scope.tracks.push((case, trace));
            }
        }
        own.push(mine.into_iter().map(|(_, act, at)| (act, at)).collect());
    }
    Levels { scopes, own, orders, unassigned }
}

/// The order's acts with its blocks put where they begin and where they end, so that what happens meanwhile stands on both sides.
fn placed(
    mine: &[(usize, Act, usize)],
    spans: &BTreeMap<usize, (usize, usize)>,
    scopes: &[Scope],
) -> BTreeSet<Vec<Act>> {
    let put = |begins: &dyn Fn(usize) -> bool| -> Vec<Act> {
        let mut all: Vec<(usize, Act)> = mine.iter().map(|(place, act, _)| (*place, *act)).collect();
        for (i, (from, to)) in spans {
            let act = scopes.get(*i).map(|s| s.act);
            all.extend(act.map(|act| (if begins(*i) { *from } else { *to }, act)));
        }
        all.sort_unstable();
        all.into_iter().map(|(_, act)| act).collect()
    };
    let mut traces = BTreeSet::from([put(&|_| true), put(&|_| false)]);
    for one in spans.keys().filter(|_| spans.len() > 1) {
        traces.extend([put(&|i| i == *one), put(&|i| i != *one)]);
    }
    traces
}

/// Whether a field is called a number of something.
fn is_number(code: &str) -> bool {
    ["no", "id", "key", "seq", "number", "barcode"].iter().any(|word| code.rsplit('_').next() == Some(*word))
}

/// What is known of a field over all orders.
#[derive(Default)]
struct Spread {
    /// Orders that have it, and those that have several values of it in events of one kind.
    orders: u64,
    several: u64,
    /// Events that carry it.
    events: u64,
    /// Value → the order that has it; `None`: several have.
    owners: BTreeMap<u32, Option<usize>>,
}

fn scopes(log: &Log, cases: &Cases, endings: &BTreeSet<u16>) -> Vec<Scope> {
    let rows = || cases.all.iter().flatten().filter_map(|at| log.rows.get(*at));
    let carried = carried(rows().filter(|r| !endings.contains(&r.kind)));
    let mut spreads: BTreeMap<u16, Spread> = BTreeMap::new();
    for (case, rows) in cases.all.iter().enumerate() {
        let mut values: BTreeMap<u16, BTreeMap<u32, BTreeSet<u16>>> = BTreeMap::new();
        for row in rows.iter().filter_map(|at| log.rows.get(*at)).filter(|r| !endings.contains(&r.kind)) {
            for (field, cell) in row.cells.iter().filter(|(f, _)| *f != cases.key) {
                if let Cell::Value(value) = cell {
                    spreads.entry(*field).or_default().events += 1;
                    values.entry(*field).or_default().entry(*value).or_default().insert(row.kind);
                }
            }
        }
        for (field, values) in values {
            let spread = spreads.entry(field).or_default();
            spread.orders += 1;
            // One kind must have several of them: two kinds with one each may speak of two things.
            let mut kinds = BTreeSet::new();
            let again = values.values().any(|of| of.iter().any(|kind| !kinds.insert(*kind)));
            spread.several += u64::from(again);
            for value in values.into_keys() {
                let owner = spread.owners.entry(value).or_insert(Some(case));
                *owner = owner.filter(|o| *o == case);
            }
        }
    }
    // What tells the most comes first; of equals the first by its code.
    type Rank<'c> = (bool, usize, u64, Reverse<&'c FieldCode>);
    let mut found: Vec<(Rank<'_>, u16)> = Vec::new();
    let inside = |field: u16| -> BTreeSet<Act> {
        let always = |(n, fields): &(u64, BTreeMap<u16, u64>)| {
            fields.get(&field).is_some_and(|c| *c as f64 >= ALWAYS * *n as f64)
        };
        carried.iter().filter(|(_, c)| always(c)).map(|(kind, _)| *kind).collect()
    };
    for (field, spread) in &spreads {
        let kinds = inside(*field);
        let shared = spread.owners.values().filter(|o| o.is_none()).count();
        let many = spread.several >= 2 && spread.several as f64 >= SEVERAL * spread.orders as f64;
        let exclusive = shared as f64 <= SHARED * spread.owners.len() as f64;
        // Several events of one value: it is what they are about. One of each: several kinds must be numbered so.
        let groups = spread.events as f64 > 1.2 * spread.owners.len() as f64;
        let Some(code) = log.fields.get(*field).map(|f| &f.code) else { continue };
        let numbered = || kinds.len() > 1 && is_number(code.as_str());
        if many && exclusive && !kinds.is_empty() && kinds.len() < carried.len() && (groups || numbered()) {
            found.push(((groups, kinds.len(), spread.events, Reverse(code)), *field));
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut taken: BTreeSet<Act> = BTreeSet::new();
    let mut scopes = Vec::new();
    for ((groups, ..), field) in found {
        let kinds: BTreeSet<Act> = inside(field).difference(&taken).copied().collect();
        if kinds.is_empty() || !groups && kinds.len() < 2 {
            continue;
        }
        let Some(act) = u16::try_from(log.kinds.len() + scopes.len()).ok() else { break };
        taken.extend(&kinds);
        scopes.push(Scope { field, act, kinds, tracks: Vec::new() });
    }
    scopes
}

impl Levels {
    /// The traces of all orders.
    pub(super) fn variants(&self) -> Variants {
        let mut variants = Variants::default();
        for (traces, n) in &self.orders {
            for trace in traces {
                variants.add(trace.clone(), *n);
            }
        }
        variants
    }
}

impl Scope {
    /// The traces of its tracks.
    pub(super) fn variants(&self) -> Variants {
        let mut variants = Variants::default();
        for (_, trace) in &self.tracks {
            variants.add(trace.iter().map(|(act, _)| *act).collect(), 1);
        }
        variants
    }
}
