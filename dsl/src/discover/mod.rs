//! Events that were recorded → a loop that says what was done, for people to hold against what should be done.
//!
//! The inductive miner over the orders of a log ([`Log`]): kinds of events become nodes, a field with several values within one order a
//! `每个`, how long things took limits. With no noise every order of the log is one of the proposed flow.

mod beside;
mod cases;
mod cuts;
mod ended;
mod ending;
mod flow;
mod graph;
mod limits;
mod log;
mod mine;
mod names;
mod params;
mod plans;
mod seen;
mod split;
mod tracks;
mod tree;
mod values;
mod variants;
mod write;

pub use log::Log;

use crate::diagnostic::{Diagnostic, Lang, Words};
use crate::format::format;
use crate::library::Library;
use crate::say;
use ending::Ending;
use flow::{Block, Rules};
use limits::Limit;
use medloop_engine::name::{FieldCode, LoopCode};
use names::{Called, Names};
use plans::Plan;
use seen::Seen;
use std::collections::{BTreeMap, BTreeSet};
use tracks::Levels;
use variants::Act;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The field that tells orders apart; found by itself when absent.
    pub key: Option<FieldCode>,
    /// What follows less often than this share of what commonly follows is overlooked, and what is left out or repeated less often
    /// than a quarter of it. From 0 to below 1; with 0 every order is one of the flow.
    pub noise: f64,
    /// What the loop is called; a word for "discovered" when absent.
    pub name: Option<String>,
    /// Its code.
    pub code: LoopCode,
    /// The language of keywords, names and comments.
    pub lang: Lang,
}

/// A proposed loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The `.loop` file, laid out.
    pub text: String,
    /// `hospital.yaml`, `events.yaml` and what else the loop needs where there are no definitions yet, by path.
    pub beside: BTreeMap<String, String>,
    /// What to know about it, a line each.
    pub remarks: Vec<Words>,
}

/// Proposes a loop. With a `library` its names are used, and events and fields that it does not know are left out.
///
/// # Errors
/// Why nothing can be proposed.
pub fn propose(mut log: Log, settings: &Settings, library: Option<&Library>) -> Result<Proposal, Vec<Words>> {
    let mut remarks = Vec::new();
    if let Some(library) = library {
        remarks.extend(seen::restrict(&mut log, &library.catalogue));
    }
    log.by_number();
    let cases =
        cases::cases(&log, settings.key.as_ref(), |row| !log.is_of_patient(row)).map_err(|w| vec![w])?;
    let (endings, ended) = ending::endings(&log, &cases);
    let levels = tracks::levels(&log, &cases, &ended);
    let each: BTreeSet<Act> = levels.scopes.iter().map(|s| s.act).collect();
    let outer = ended::level(&levels.variants(), settings.noise, Rules { again: true, each: &each });
    let mut inner: BTreeMap<Act, (FieldCode, Block)> = BTreeMap::new();
    let none = BTreeSet::new();
    for scope in &levels.scopes {
        let body = ended::level(&scope.variants(), settings.noise, Rules { again: false, each: &none });
        let field = log.fields.get(scope.field).map(|f| f.code.clone());
        inner.extend(field.zip(body).map(|found| (scope.act, found)));
    }
    let Some(flow) = outer else {
        return Err(vec![say!("没有事件可看", "there are no events to look at")]);
    };
    let mut limits = limits::limits(&log, &flow, levels.own.iter(), |act| each.contains(&act));
    for scope in &levels.scopes {
        let Some((_, body)) = inner.get(&scope.act) else { continue };
        limits.extend(limits::limits(&log, body, scope.tracks.iter().map(|(_, t)| t), |_| false));
    }
    let acts: BTreeSet<Act> =
        flow.acts().into_iter().chain(inner.values().flat_map(|(_, b)| b.acts())).collect();
    let mut names = Names::new(&log, &acts, library, settings.lang);
    let title = settings
        .name
        .clone()
        .unwrap_or_else(|| say!("发现的闭环", "Discovered").get(settings.lang).to_owned());
    let called = Called {
        name: crate::editor::written_name(&title)
            .ok_or_else(|| vec![say!("名称不能这样写：{title}", "this cannot be a name: {title}")])?,
        code: settings.code.to_string(),
    };
    let key = log.fields.get(cases.key).map(|f| f.code.clone());
    let Some(key) = key else { return Err(vec![say!("没有主键", "there is no key")]) };
    // The field of a `每个` leads to its order without a word.
    let links = cases.links.iter().filter(|f| levels.scopes.iter().all(|s| s.field != **f));
    let found = Found {
        doc: doc((&log, &cases, &levels), (&flow, &inner), settings.noise, &names),
        called,
        key,
        seen: seen::seen(&log, &cases, &levels, (&flow, &inner), library),
        links: links.filter_map(|f| log.fields.get(*f)).map(|f| f.code.clone()).collect(),
        flow: &flow,
        inner: &inner,
        limits,
        plans: plans::plans(&log, &cases, library.map(|l| &*l.catalogue)),
        endings,
    };
    let rough = write::text(&found, &mut names);
    let text = format("discovered.loop", &rough, Some(settings.lang)).map_err(|d| said(&d))?;
    remarks.extend(misfits(&levels, &flow, &inner, &names));
    remarks.extend(lost(&cases, &levels));
    let beside = beside::files(&log, &found, &title);
    Ok(Proposal { text, beside, remarks })
}

/// What a loop is written from.
struct Found<'a> {
    doc: Vec<Words>,
    called: Called,
    key: FieldCode,
    flow: &'a Block,
    /// The fields and flows of `每个` blocks, by the acts that stand for them.
    inner: &'a BTreeMap<Act, (FieldCode, Block)>,
    limits: Vec<Limit>,
    plans: BTreeMap<Act, Plan>,
    seen: BTreeMap<Act, Seen>,
    /// Fields that lead events to their order.
    links: BTreeSet<FieldCode>,
    endings: Vec<Ending>,
}

impl Found<'_> {
    /// The nodes in the order of the flow.
    fn nodes(&self) -> Vec<Act> {
        let mut all = Vec::new();
        self.gather(self.flow, &mut all);
        all
    }

    fn gather(&self, block: &Block, into: &mut Vec<Act>) {
        match block {
            Block::Node(act, _) => match self.inner.get(act) {
                Some((_, body)) => self.gather(body, into),
                None => into.push(*act),
            },
            Block::Many(_, parts) => parts.iter().for_each(|p| self.gather(p, into)),
            Block::Opt(body) => self.gather(body, into),
            Block::Again(body, act) => {
                self.gather(body, into);
                into.push(*act);
            }
            Block::Ends(body, acts) => {
                self.gather(body, into);
                into.extend(acts);
            }
        }
    }
}

type Flows<'a> = (&'a Block, &'a BTreeMap<Act, (FieldCode, Block)>);

fn doc(
    (log, cases, levels): (&Log, &cases::Cases, &Levels),
    (flow, inner): Flows<'_>,
    noise: f64,
    names: &Names<'_>,
) -> Vec<Words> {
    let (events, orders) = (log.events(), cases.all.len());
    let fit: u64 = levels
        .orders
        .iter()
        .filter(|(traces, _)| traces.iter().all(|t| flow.accepts(t)))
        .map(|(_, n)| n)
        .sum();
    let share = write::percent(fit, orders as u64);
    let mut zh = format!("{share} 的医嘱合乎这个流程");
    let mut en = format!("{share} of the orders keep to this flow");
    for scope in &levels.scopes {
        let Some((field, body)) = inner.get(&scope.act) else { continue };
        let fits = |(trace, n): (&[Act], u64)| if body.accepts(trace) { n } else { 0 };
        let (fit, all) = (scope.variants().iter().map(fits).sum(), scope.variants().total());
        let share = write::percent(fit, all);
        let field = names.field(field);
        zh.push_str(&format!("；每个 {field} 有 {all} 条轨迹，合乎的占 {share}"));
        en.push_str(&format!("; of {all} tracks by {field} {share} do"));
    }
    let overlooked = write::percent((noise * 1000.0) as u64, 1000);
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
fn misfits(
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

fn lost(cases: &cases::Cases, levels: &Levels) -> Vec<Words> {
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
    remarks
}

fn said(found: &[Diagnostic]) -> Vec<Words> {
    found.iter().map(|d| d.message.clone()).collect()
}
