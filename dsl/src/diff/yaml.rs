//! The YAML of two folders, value by value: comments, layout and the order of keys say nothing.

use super::found::{Change, Effect, Place};
use crate::diagnostic::{Span, Words};
use crate::say;
use crate::yaml::{Kind, Node, parse};
use std::collections::{BTreeMap, BTreeSet};

/// What the top-level keys of the files hold, in the singular.
const KINDS: &[(&str, &str, &str)] = &[
    ("fields", "字段", "field"),
    ("events", "事件", "event"),
    ("tables", "代码表", "table"),
    ("systems", "系统", "system"),
    ("roles", "角色", "role"),
    ("windows", "时间窗", "window"),
    ("durations", "时长", "duration"),
    ("campuses", "院区", "campus"),
    ("staff", "人员", "staff"),
];

/// Says what differs between the YAML files of two folders; `old` and `new` are texts by path within their folder.
pub(super) fn compare(old: &BTreeMap<&str, (&str, &str)>, new: &BTreeMap<&str, (&str, &str)>) -> Vec<Change> {
    let mut all = Vec::new();
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().filter(|p| is_yaml(p)).collect();
    for path in paths {
        let read = |side: &BTreeMap<&str, (&str, &str)>| {
            let (name, text) = side.get(path)?;
            Some(((*name).to_owned(), parse(name, text).0?))
        };
        match (read(old), read(new)) {
            (Some((was, a)), Some((is, b))) => {
                let mut walk = Walk { path, was: &was, is: &is, at: Vec::new(), found: &mut all };
                walk.node(&a, &b);
            }
            (None, Some((is, node))) => {
                let place = Place { file: is, span: node.span, old: false };
                let words = say!("文件 {path}", "the file {path}");
                all.push(Change { of: None, effect: Effect::Added, place, words });
            }
            (Some((was, node)), None) => {
                let place = Place { file: was, span: node.span, old: true };
                let words = say!("文件 {path}", "the file {path}");
                all.push(Change { of: None, effect: Effect::Removed, place, words });
            }
            (None, None) => {}
        }
    }
    all
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

struct Walk<'a> {
    path: &'a str,
    was: &'a str,
    is: &'a str,
    /// The keys that lead here, each with what people call it.
    at: Vec<(String, Option<String>)>,
    found: &'a mut Vec<Change>,
}

impl Walk<'_> {
    fn node(&mut self, a: &Node, b: &Node) {
        match (&a.value, &b.value) {
            (Kind::Map(_), Kind::Map(_)) => self.map(a, b),
            // Numbers in a row are the ends of a range.
            (Kind::List(x), Kind::List(y)) if !numbers(x) || !numbers(y) => self.list(x, y, b.span),
            _ if same(a, b) => {}
            _ => {
                let (x, y) = (short(a), short(b));
                self.put(Effect::Changed, b.span, false, say!("{x} → {y}", "{x} → {y}"));
            }
        }
    }

    fn map(&mut self, a: &Node, b: &Node) {
        for entry in b.entries() {
            self.at.push((entry.key.clone(), title(&entry.value)));
            match a.get(&entry.key) {
                Some(was) => self.node(was, &entry.value),
                None => {
                    let value = self.value(&entry.value);
                    self.put(Effect::Added, entry.key_span, false, value);
                }
            }
            self.at.pop();
        }
        for entry in a.entries().iter().filter(|e| b.get(&e.key).is_none()) {
            self.at.push((entry.key.clone(), title(&entry.value)));
            let value = self.value(&entry.value);
            self.put(Effect::Removed, entry.key_span, true, value);
            self.at.pop();
        }
    }

    /// A short value, where it is not a whole thing with a name of its own.
    fn value(&self, node: &Node) -> Words {
        let value = if self.at.len() <= 2 && matches!(node.value, Kind::Map(_)) {
            String::new()
        } else {
            short(node)
        };
        Words::new(value.clone(), value)
    }

    fn list(&mut self, a: &[Node], b: &[Node], span: Span) {
        let without = |all: &[Node], other: &[Node]| -> Vec<Node> {
            let mut other: Vec<&Node> = other.iter().collect();
            let mut left = Vec::new();
            for node in all {
                match other.iter().position(|o| same(o, node)) {
                    Some(i) => drop(other.remove(i)),
                    None => left.push(node.clone()),
                }
            }
            left
        };
        let (gone, new) = (without(a, b), without(b, a));
        if let ([was], [is]) = (&gone[..], &new[..])
            && matches!((&was.value, &is.value), (Kind::Map(_), Kind::Map(_)))
        {
            let position = b.iter().position(|n| same(n, is)).unwrap_or(0) + 1;
            self.at.push((position.to_string(), title(is)));
            self.node(was, is);
            self.at.pop();
            return;
        }
        for node in &gone {
            let value = short(node);
            self.put(Effect::Removed, node.span, true, Words::new(value.clone(), value));
        }
        for node in &new {
            let value = short(node);
            self.put(Effect::Added, node.span, false, Words::new(value.clone(), value));
        }
        let scalars = b.iter().all(|n| !matches!(n.value, Kind::Map(_) | Kind::List(_)));
        // The order of plain values says nothing but in a mapping, where it is that of taking or joining.
        let ordered = !scalars || self.path.starts_with("sources/");
        let moved = a.len() == b.len() && !a.iter().zip(b).all(|(x, y)| same(x, y));
        if gone.is_empty() && new.is_empty() && moved && ordered {
            self.put(Effect::Changed, span, false, say!("先后次序变了", "the order is another"));
        }
    }

    fn put(&mut self, effect: Effect, span: Span, old: bool, what: Words) {
        // What a campus sets shows in the loops; only why it does so is told here.
        let reason = self.at.last().is_some_and(|(key, _)| key == "reason");
        let of_param = self.at.iter().any(|(key, _)| key == "params");
        if self.path.starts_with("campus/") && !(reason && of_param) {
            return;
        }
        let label = self.label();
        let (zh, en) = (what.zh, what.en);
        let (label_zh, label_en) = (&label.zh, &label.en);
        let words = if zh.is_empty() { label } else { say!("{label_zh}：{zh}", "{label_en}: {en}") };
        let file = if old { self.was } else { self.is };
        let place = Place { file: file.to_owned(), span, old };
        self.found.push(Change { of: None, effect, place, words });
    }

    /// `字段 血型 [blood_type] › pattern`.
    fn label(&self) -> Words {
        let mut at = self.at.iter().peekable();
        // A source's tables are its files.
        let kinds = if self.path.starts_with("sources/") { &[] } else { KINDS };
        let kind = at.peek().and_then(|(key, _)| kinds.iter().find(|(k, ..)| k == key));
        let (mut zh, mut en) = match kind {
            Some((_, zh, en)) => {
                at.next();
                match at.next() {
                    Some((key, Some(name))) => {
                        (format!("{zh} {name} [{key}]"), format!("{en} {name} [{key}]"))
                    }
                    Some((key, None)) => (format!("{zh} {key}"), format!("{en} {key}")),
                    None => ((*zh).to_owned(), (*en).to_owned()),
                }
            }
            None => (self.path.to_owned(), self.path.to_owned()),
        };
        for (key, name) in at {
            let part = name.as_ref().map_or_else(|| key.clone(), |name| format!("{key} {name}"));
            zh.push_str(&format!(" › {part}"));
            en.push_str(&format!(" › {part}"));
        }
        Words::new(zh, en)
    }
}

fn numbers(all: &[Node]) -> bool {
    all.iter().all(|n| matches!(n.value, Kind::Int(_) | Kind::Float(_)))
}

fn title(node: &Node) -> Option<String> {
    ["name", "title"].iter().find_map(|key| node.get(key)?.text().map(str::to_owned))
}

/// Whether two values are equal, keys in any order.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Kind::Map(x), Kind::Map(y)) => {
            x.len() == y.len() && x.iter().all(|e| b.get(&e.key).is_some_and(|v| same(&e.value, v)))
        }
        (Kind::List(x), Kind::List(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (x, y) => x == y,
    }
}

/// A value on one line, cut where it is long.
fn short(node: &Node) -> String {
    let text = whole(node);
    let cut: String = text.chars().take(80).collect();
    format!("`{cut}{}`", if cut.len() < text.len() { "…" } else { "" })
}

fn whole(node: &Node) -> String {
    match &node.value {
        Kind::Null => "null".to_owned(),
        Kind::Bool(b) => b.to_string(),
        Kind::Int(n) => n.to_string(),
        Kind::Float(n) => n.to_string(),
        Kind::Text(text) => text.clone(),
        Kind::List(all) => format!("[{}]", all.iter().map(whole).collect::<Vec<_>>().join(", ")),
        Kind::Map(all) => {
            let all: Vec<String> = all.iter().map(|e| format!("{}: {}", e.key, whole(&e.value))).collect();
            format!("{{{}}}", all.join(", "))
        }
    }
}
