//! What to know about a proposed loop: what it rests on, and what it leaves out.

use super::cases::Cases;
use super::flow::Block;
use super::log::Log;
use super::names::Names;
use super::tracks::Levels;
use super::variants::Act;
use super::write::percent;
use crate::diagnostic::Words;
use crate::say;
use medloop_engine::name::FieldCode;
use std::collections::{BTreeMap, BTreeSet};

type Flows<'a> = (&'a Block, &'a BTreeMap<Act, (FieldCode, Block)>);

/// What the loop says of itself.
pub(super) fn doc(
    (cases, levels): (&Cases, &Levels),
    (flow, inner): Flows<'_>,
    noise: f64,
    names: &Names<'_>,
) -> Vec<Words> {
    let (events, orders) = (cases.all.iter().map(Vec::len).sum::<usize>(), cases.all.len());
    let fit: u64 = levels
        .orders
        .iter()
        .filter(|(traces, _)| traces.iter().all(|t| flow.accepts(t)))
        .map(|(_, n)| n)
        .sum();
    let share = percent(fit, orders as u64);
    let mut zh = format!("{share} 的医嘱合乎这个流程");
    let mut en = format!("{share} of the orders keep to this flow");
    for scope in &levels.scopes {
        let Some((field, body)) = inner.get(&scope.act) else { continue };
        let fits = |(trace, n): (&[Act], u64)| if body.accepts(trace) { n } else { 0 };
        let variants = scope.variants();
        let (fit, all) = (variants.iter().map(fits).sum(), variants.total());
        let share = percent(fit, all);
        let field = names.field(field);
        zh.push_str(&format!("；每个 {field} 有 {all} 条轨迹，合乎的占 {share}"));
        en.push_str(&format!("; of {all} tracks by {field} {share} do"));
    }
    let overlooked = percent((noise * 1000.0).round() as u64, 1000);
    let (zh_rest, en_rest) = if noise > 0.0 {
        (
            format!("不到常见先后的 {overlooked} 的先后没有计入。"),
            format!(" What follows less often than {overlooked} of what commonly follows is overlooked."),
        )
    } else {
        (String::new(), String::new())
    };
    vec![
        say!(
            "由 {events} 个事件、{orders} 份医嘱发现：过去是这样做的，不等于应当这样做，请逐条核对。",
            "Discovered in {events} events of {orders} orders: what was done, not what should be done. Review every line."
        ),
        say!("{zh}。{zh_rest}", "{en}.{en_rest}"),
    ]
}

/// How many of the commonest traces that do not fit are told.
const TOLD: usize = 3;

/// The commonest traces that the flow leaves out.
pub(super) fn misfits(
    levels: &Levels,
    flow: &Block,
    inner: &BTreeMap<Act, (FieldCode, Block)>,
    names: &Names<'_>,
) -> Vec<Words> {
    let mut all: Vec<(u64, Vec<Act>)> = Vec::new();
    for (traces, n) in &levels.orders {
        let first = traces.iter().find(|t| !flow.accepts(t));
        all.extend(first.map(|t| (*n, t.clone())));
    }
    for scope in &levels.scopes {
        let Some((_, body)) = inner.get(&scope.act) else { continue };
        let variants = scope.variants();
        all.extend(variants.iter().filter(|(t, _)| !body.accepts(t)).map(|(t, n)| (n, t.to_vec())));
    }
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let word = |act: &Act| match inner.get(act) {
        Some((field, _)) => format!("( {} )", names.field(field)),
        None => names.node(*act).to_owned(),
    };
    let told = all.iter().take(TOLD).map(|(n, trace)| {
        let way: Vec<String> = trace.iter().map(word).collect();
        let way = way.join(" → ");
        say!("不合流程，{n} 次：{way}", "not of the flow, {n} times: {way}")
    });
    told.collect()
}

/// Events that are in no order, no track, or nowhere in the flow.
pub(super) fn lost(log: &Log, cases: &Cases, levels: &Levels, placed: &BTreeSet<Act>) -> Vec<Words> {
    let mut remarks = Vec::new();
    let (lost, unassigned) = (cases.lost, levels.unassigned);
    if lost > 0 {
        remarks.push(say!(
            "{lost} 个事件找不到医嘱，没有计入",
            "{lost} events lead to no order and were left out"
        ));
    }
    if unassigned > 0 {
        remarks.push(say!(
            "{unassigned} 个事件没有说明属于哪一条轨迹，没有计入",
            "{unassigned} events do not say which track they belong to and were left out"
        ));
    }
    let mut nowhere: BTreeMap<Act, u64> = BTreeMap::new();
    for row in cases.all.iter().flatten().filter_map(|at| log.rows.get(*at)) {
        if !placed.contains(&row.kind) {
            *nowhere.entry(row.kind).or_default() += 1;
        }
    }
    for (act, n) in nowhere {
        let Some(event) = log.kinds.get(usize::from(act)).map(|k| &k.event) else { continue };
        remarks.push(say!(
            "流程里没有 {event} 的位置，{n} 个没有计入",
            "the flow has no place for {event}: {n} left out"
        ));
    }
    remarks
}
