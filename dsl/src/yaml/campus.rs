//! `campus/*.yaml`: what one campus sets otherwise than the group, and its effect on compiled loops.

use super::duration::{duration, working};
use super::names::Names;
use super::node::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use medloop_engine::calendar::{Stretch, Work};
use medloop_engine::graph::{CampusSettings, Definition, NodeIx};
use medloop_engine::name::CampusCode;
use medloop_engine::value::Value;
use std::collections::BTreeMap;

/// What one campus sets otherwise for one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    /// The file that says so.
    pub file: String,
    /// The campus.
    pub campus: CampusCode,
    /// The loop as the file names it, by name or code.
    pub of: String,
    /// Where the file names it.
    pub span: Span,
    /// Its items in the order of the text.
    pub items: Vec<(Item, Span)>,
}

/// One thing that a campus sets otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A parameter has another value.
    Param {
        /// The parameter, by name or code.
        name: String,
        /// Its value there.
        value: Value,
        /// Where the value stands.
        at: Span,
        /// Why.
        reason: String,
    },
    /// An optional node is not done there.
    Off {
        /// The node, by name or code.
        name: String,
        /// Why.
        reason: String,
    },
    /// The systems there cannot provide a node.
    Unavailable {
        /// The node, by name or code.
        name: String,
        /// Why.
        reason: String,
    },
}

/// Reads a tree that its schema allows.
pub(super) fn read(file: &str, root: &Node, campuses: &Names, found: &mut Vec<Diagnostic>) -> Vec<Deviation> {
    let campus = root.get("campus").and_then(|node| campuses.find(file, node, ("院区", "campus"), found));
    let Some(campus) = campus.and_then(|code| CampusCode::parse(code).ok()) else { return Vec::new() };
    let loops = root.get("loops").map(Node::entries).unwrap_or_default();
    loops
        .iter()
        .map(|entry| Deviation {
            file: file.to_owned(),
            campus: campus.clone(),
            of: entry.key.clone(),
            span: entry.key_span,
            items: items(file, &entry.value, found),
        })
        .collect()
}

fn items(file: &str, node: &Node, found: &mut Vec<Diagnostic>) -> Vec<(Item, Span)> {
    let list = |key: &str| node.get(key).map(Node::entries).unwrap_or_default();
    let reason = |entry: &Entry| entry.value.text_at("reason").unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for entry in list("params") {
        let Some(at) = entry.value.get("value") else { continue };
        let value = match &at.value {
            Kind::Text(text) => duration(text).map(Value::Span).or_else(|| working(text).map(Value::Work)),
            _ => at.number().map(Value::Number),
        };
        match value {
            Some(value) => {
                let item = Item::Param { name: entry.key.clone(), value, at: at.span, reason: reason(entry) };
                all.push((item, entry.key_span));
            }
            None => {
                let text = at.text().unwrap_or_default();
                let words = crate::say!("“{text}” 不是带单位的时长", "“{text}” is no duration with its unit");
                let expected = Words::new(
                    "数字，或带单位的时长，如 20分钟",
                    "a number, or a duration with its unit, such as 20min",
                );
                found.push(Diagnostic::error("E0706", file, at.span, words).expected(expected));
            }
        }
    }
    for entry in list("off") {
        all.push((Item::Off { name: entry.key.clone(), reason: reason(entry) }, entry.key_span));
    }
    for entry in list("unavailable") {
        all.push((Item::Unavailable { name: entry.key.clone(), reason: reason(entry) }, entry.key_span));
    }
    all
}

/// Writes the campuses' settings into the loops they name. What names nothing or lies out of range is reported and left out.
#[must_use]
pub fn apply(definitions: &mut [Definition], deviations: &[Deviation]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<(String, &CampusCode, Set), (&str, Span)> = BTreeMap::new();
    for deviation in deviations {
        let of = deviation.of.as_str();
        if let Some(loop_) = definitions.iter_mut().find(|d| d.code.as_str() == of || d.name == of) {
            for (item, span) in &deviation.items {
                let key = (loop_.code.to_string(), &deviation.campus, Set::of(loop_, item));
                if let Some((first_file, first)) = seen.get(&key) {
                    let words = Words::new("这一项写了两次", "this is set twice");
                    let there = Words::new("第一次在这里", "first here");
                    let d = Diagnostic::error("E0720", deviation.file.as_str(), *span, words);
                    found.push(d.label_in((*first_file).to_owned(), *first, there));
                    continue;
                }
                seen.insert(key, (&deviation.file, *span));
                apply_item(loop_, deviation, item, *span, &mut found);
            }
            found.extend(inverted(loop_, deviation));
        } else {
            let names: Vec<&str> =
                definitions.iter().flat_map(|d| [d.name.as_str(), d.code.as_str()]).collect();
            let words = crate::say!("没有叫 “{of}” 的闭环", "there is no loop “{of}”");
            let d = Diagnostic::error("E0707", deviation.file.as_str(), deviation.span, words);
            found.push(d.nearest(nearest(of, names)));
        }
    }
    found
}

/// Windows that end before they begin with the params that a campus sets, each of them within its range.
fn inverted(definition: &Definition, deviation: &Deviation) -> Vec<Diagnostic> {
    let settings = CampusSettings::of(definition, &deviation.campus);
    let wrong = |node: &&medloop_engine::graph::Node| {
        let edges = node.plan.as_ref().filter(|p| p.by.is_none());
        let edges = edges.and_then(|p| Some((settings.stretch(p.from)?, settings.stretch(p.to)?)));
        matches!(edges, Some((Stretch::Clock(from), Stretch::Clock(to))) if from > to)
    };
    let tell = |node: &medloop_engine::graph::Node| {
        let name = &node.name;
        let words = crate::say!(
            "“{name}”的窗在这个院区起点在终点之后",
            "on this campus the window of “{name}” begins after its end"
        );
        Diagnostic::error("E0310", deviation.file.as_str(), deviation.span, words)
    };
    definition.nodes.iter().filter(wrong).map(tell).collect()
}

/// What an item sets, whether it says so by name or by code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    Param(usize),
    Off(NodeIx),
    Unavailable(NodeIx),
    /// Something that is not there: it is told as such.
    Unknown(String),
}

impl Set {
    fn of(definition: &Definition, item: &Item) -> Self {
        let unknown = |name: &String| Self::Unknown(name.clone());
        match item {
            Item::Param { name, .. } => {
                let at = definition.params.iter().position(|p| p.code.as_str() == name || p.name == *name);
                at.map_or_else(|| unknown(name), Self::Param)
            }
            Item::Off { name, .. } => node(definition, name).map_or_else(|| unknown(name), Self::Off),
            Item::Unavailable { name, .. } => {
                node(definition, name).map_or_else(|| unknown(name), Self::Unavailable)
            }
        }
    }
}

fn apply_item(
    definition: &mut Definition,
    deviation: &Deviation,
    item: &Item,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    let file = deviation.file.as_str();
    let mut settings = CampusSettings::of(definition, &deviation.campus);
    match item {
        Item::Param { name, value, at, reason: _ } => {
            let index = definition.params.iter().position(|p| p.code.as_str() == name || p.name == *name);
            let Some((index, param)) = index.and_then(|i| definition.params.get(i).map(|p| (i, p))) else {
                let names = definition.params.iter().flat_map(|p| [p.name.as_str(), p.code.as_str()]);
                found.push(unknown(file, span, name, ("参数", "param"), &definition.name, names));
                return;
            };
            if let Some(words) = out_of_range(param, value) {
                found.push(Diagnostic::error("E0710", file, *at, words));
                return;
            }
            if let Some(slot) = settings.params.get_mut(index) {
                *slot = value.clone();
            }
        }
        Item::Off { name, reason } | Item::Unavailable { name, reason } => {
            let Some(ix) = node(definition, name) else {
                let names = definition.nodes.iter().flat_map(|n| [n.name.as_str(), n.code.as_str()]);
                found.push(unknown(file, span, name, ("环节", "node"), &definition.name, names));
                return;
            };
            if matches!(item, Item::Off { .. }) {
                if !definition.node(ix).is_some_and(|n| n.optional) {
                    let words = crate::say!(
                        "“{name}” 不是可选环节，不能停用",
                        "“{name}” is not optional and cannot be switched off"
                    );
                    let help = Words::new(
                        "系统无法提供时写在 unavailable 下",
                        "put it under unavailable when the systems cannot provide it",
                    );
                    found.push(Diagnostic::error("E0713", file, span, words).help(help));
                    return;
                }
                settings.off.insert(ix, reason.clone());
            } else {
                settings.unavailable.insert(ix, reason.clone());
            }
            if settings.off.contains_key(&ix) && settings.unavailable.contains_key(&ix) {
                let words = crate::say!(
                    "“{name}” 既写在 off 下又写在 unavailable 下",
                    "“{name}” stands under `off` and under `unavailable`"
                );
                found.push(Diagnostic::error("E0720", file, span, words));
                return;
            }
        }
    }
    definition.campuses.insert(deviation.campus.clone(), settings);
}

fn node(definition: &Definition, name: &str) -> Option<NodeIx> {
    definition.nodes().find(|(_, n)| n.code.as_str() == name || n.name == name).map(|(ix, _)| ix)
}

fn unknown<'a>(
    file: &str,
    span: Span,
    name: &str,
    (zh, en): (&str, &str),
    of: &str,
    names: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let words = crate::say!("闭环 {of} 没有叫 “{name}” 的{zh}", "the loop {of} has no {en} “{name}”");
    Diagnostic::error("E0707", file, span, words).nearest(nearest(name, names))
}

fn out_of_range(param: &medloop_engine::graph::Param, value: &Value) -> Option<Words> {
    let name = &param.name;
    let number = |v: &Value| match v {
        #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53 microseconds")]
        Value::Span(s) => Some(s.0 as f64),
        Value::Number(n) => Some(*n),
        Value::Work(Work::Days(n)) => Some(f64::from(*n)),
        #[expect(clippy::cast_precision_loss, reason = "at most ten thousand hours")]
        Value::Work(Work::Hours(s)) => Some(s.0 as f64),
        _ => None,
    };
    if !param.value.alike(value) {
        return Some(crate::say!("参数 {name} 的值类型不符", "the param {name} has values of another type"));
    }
    let Some((low, high)) = &param.range else {
        return Some(crate::say!(
            "参数 {name} 没有范围，院区不能改动",
            "the param {name} has no range, so a campus may not change it"
        ));
    };
    let inside = number(low)? <= number(value)? && number(value)? <= number(high)?;
    let (value, low, high) = (spell(value), spell(low), spell(high));
    (!inside).then(|| {
        crate::say!(
            "{value} 超出参数 {name} 的范围 {low}..{high}",
            "{value} lies outside the range {low}..{high} of the param {name}"
        )
    })
}

/// A value as this language writes it.
pub fn spell(value: &Value) -> String {
    match value {
        Value::Span(span) => {
            let units =
                [(86_400_000_000, "天"), (3_600_000_000, "小时"), (60_000_000, "分钟"), (1_000_000, "秒")];
            let micros = span.0;
            let unit = units.iter().find(|(n, _)| micros != 0 && micros % n == 0);
            unit.map_or_else(|| format!("{}毫秒", micros / 1000), |(n, word)| format!("{}{word}", micros / n))
        }
        Value::Work(Work::Days(n)) => format!("{n}工作日"),
        Value::Work(Work::Hours(s)) => {
            #[expect(clippy::cast_precision_loss, reason = "at most ten thousand hours")]
            let hours = s.0 as f64 / 3_600_000_000.0;
            format!("{hours}工作小时")
        }
        Value::Number(n) => n.to_string(),
        Value::Text(t) => t.to_string(),
        Value::Bool(b) => b.to_string(),
        other => format!("{other:?}"),
    }
}
