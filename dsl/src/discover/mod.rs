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
mod guards;
mod limits;
mod log;
mod mine;
mod names;
mod params;
mod plans;
mod seen;
mod split;
mod told;
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
use guards::Decided;
use limits::Limit;
use medloop_engine::name::{EventType, FieldCode, LoopCode};
use names::{Called, Names};
use plans::Plan;
use seen::Seen;
use std::collections::{BTreeMap, BTreeSet};
use variants::Act;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The field that tells orders apart; found by itself when absent.
    pub key: Option<FieldCode>,
    /// Only orders that have an event of this type are looked at, where a log holds several loops; all when absent.
    pub only: Option<EventType>,
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
    log.settle();
    if let Some(library) = library {
        remarks.extend(seen::restrict(&mut log, &library.catalogue));
    }
    log.by_number();
    let mut cases =
        cases::cases(&log, settings.key.as_ref(), |row| !log.is_of_patient(row)).map_err(|w| vec![w])?;
    if let Some(event) = &settings.only {
        cases.only(&log, event).map_err(|w| vec![w])?;
    }
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
        doc: told::doc((&cases, &levels), (&flow, &inner), settings.noise, &names),
        called,
        key,
        seen: seen::seen(&log, &cases, &levels, (&flow, &inner), &ended, library),
        links: links.filter_map(|f| log.fields.get(*f)).map(|f| f.code.clone()).collect(),
        flow: &flow,
        guards: guards::guards(&log, &levels, &flow, settings.noise),
        inner: &inner,
        limits,
        plans: plans::plans(&log, &cases, library.map(|l| &*l.catalogue)),
        endings,
    };
    let rough = write::text(&found, &mut names);
    let text = format("discovered.loop", &rough, Some(settings.lang)).map_err(|d| said(&d))?;
    remarks.extend(told::misfits(&levels, &flow, &inner, &names));
    let placed: BTreeSet<Act> = found.nodes().into_iter().chain(ended).collect();
    remarks.extend(told::lost(&log, &cases, &levels, &placed));
    let beside = beside::files(&log, &found, &title);
    Ok(Proposal { text, beside, remarks })
}

/// What a loop is written from.
struct Found<'a> {
    doc: Vec<Words>,
    called: Called,
    key: FieldCode,
    flow: &'a Block,
    /// The choices that a field decides.
    guards: Vec<Decided>,
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

fn said(found: &[Diagnostic]) -> Vec<Words> {
    found.iter().map(|d| d.message.clone()).collect()
}
