//! What a mapping says against what the catalogue knows: event types, their fields, the systems that send them.

use super::context::Context;
use crate::diagnostic::{Diagnostic, Span, Words};
use crate::yaml::{Entry, Node};
use medloop_engine::event::RESERVED;
use medloop_engine::map::Mapping;
use medloop_engine::name::{EventType, FieldCode, SystemCode};

/// The number of a group of items (组号), which an event may carry in every loop.
const GROUP: &str = "group_no";

/// The entries of `set`: a mapping, or several taken together.
pub(super) fn set_entries(node: &Node) -> impl Iterator<Item = &Entry> {
    node.entries().iter().chain(node.items().iter().flat_map(|n| n.entries()))
}

/// Checks the event types that a rule can make, and that they carry what it sets.
pub(super) fn event(cx: &mut Context<'_>, rule: &Node, event: &Node) {
    let catalogue = cx.catalogue;
    let mut types: Vec<&EventType> = Vec::new();
    for (text, span) in possible_types(cx, event) {
        let known = EventType::parse(&text).ok().and_then(|t| catalogue.events.get_key_value(&t));
        match known {
            Some((kind, _)) => types.push(kind),
            None => cx.unknown(
                span,
                &text,
                ("事件", "event type"),
                catalogue.events.keys().map(EventType::as_str),
            ),
        }
    }
    for entry in rule.get("set").into_iter().flat_map(set_entries) {
        let first = entry.key.split('.').next().unwrap_or_default();
        if RESERVED.contains(&first) || first == GROUP {
            continue;
        }
        let Some(code) = FieldCode::parse(first).ok().filter(|c| catalogue.fields.contains_key(c)) else {
            let known = catalogue.fields.keys().map(FieldCode::as_str).chain(RESERVED).chain([GROUP]);
            cx.unknown(entry.key_span, first, ("字段", "field"), known);
            continue;
        };
        for kind in &types {
            if catalogue.events.get(*kind).is_some_and(|e| !e.fields.contains(&code)) {
                let words = crate::say!(
                    "事件 “{kind}” 不带字段 “{code}”",
                    "the event “{kind}” does not carry the field “{code}”"
                );
                cx.error("E0806", entry.key_span, words);
            }
        }
    }
    if let Some(node) = rule.get("system") {
        let system = node.text().and_then(|t| SystemCode::parse(t).ok());
        for kind in types {
            let sends = |s: &SystemCode| catalogue.events.get(kind).is_some_and(|e| e.systems.contains(s));
            if let Some(system) = system.as_ref().filter(|s| !sends(s)) {
                let words = crate::say!(
                    "按 events.yaml，系统 “{system}” 不发送 “{kind}”",
                    "by events.yaml the system “{system}” does not send “{kind}”"
                );
                cx.error("E0806", node.span, words);
            }
        }
    }
}

/// The texts that `event` can come out as, where the file itself says them.
fn possible_types(cx: &Context<'_>, event: &Node) -> Vec<(String, Span)> {
    if let Some(text) = event.text() {
        return vec![(text.to_owned(), event.span)];
    }
    let Some(table) = event.text_at("code") else {
        return event
            .get("const")
            .and_then(|n| n.text().map(|t| (t.to_owned(), n.span)))
            .into_iter()
            .collect();
    };
    let column = event.text_at("take").unwrap_or_default();
    let meanings = cx.meanings.get(table).map(Vec::as_slice).unwrap_or_default();
    let mut types: Vec<(String, Span)> = Vec::new();
    for (_, text, span) in meanings.iter().filter(|(c, ..)| c == column) {
        if !types.iter().any(|(known, _)| known == text) {
            types.push((text.clone(), *span));
        }
    }
    types
}

/// Whether the system sends events by itself, so that there is nothing to map.
pub(super) fn sends_events(root: &Node) -> bool {
    root.get("transport").and_then(|t| t.text_at("kind")) == Some("events")
}

/// Files need their form, tables and rules; a system that sends events has none of them.
pub(super) fn transport(cx: &mut Context<'_>, root: &Node) {
    let Some(transport) = root.get("transport") else { return };
    let alone = sends_events(root);
    for (key, node) in ["tables", "map"].map(|key| (key, root.get(key))) {
        match node {
            None if !alone => {
                let words = crate::say!("来源须写 {key}", "a source must say {key}");
                cx.error("E0801", transport.span, words);
            }
            Some(node) if alone => {
                let words = crate::say!(
                    "kind: events 的系统自己发送事件，不能有 {key}",
                    "a system of kind: events sends events by itself and has no {key}"
                );
                cx.error("E0801", node.span, words);
            }
            _ => {}
        }
    }
    if !alone && transport.get("format").is_none() {
        let words = Words::new("transport 须写 format", "transport must say its format");
        cx.error("E0801", transport.span, words);
    }
    if let (true, Some(node)) = (root.flag("backfill"), root.get("heartbeat")) {
        let words =
            Words::new("历史数据没有心跳，heartbeat 不起作用", "history has no heartbeat: it has no effect");
        cx.warning("E0807", node.span, words);
    }
}

/// `campus: any` needs several campuses, and a zone of its own where theirs differ.
pub(super) fn anywhere(cx: &mut Context<'_>, root: &Node) {
    let Some(node) = root.get("campus").filter(|n| n.text() == Some(super::ANY)) else { return };
    let mut zones = cx.catalogue.campuses.values().map(|c| &c.zone);
    let first = zones.next();
    if zones.clone().next().is_none() {
        let words =
            Words::new("只有一个院区，campus: any 不起作用", "with one campus, campus: any has no effect");
        cx.warning("E0807", node.span, words);
    }
    if root.get("zone").is_none() && !sends_events(root) && zones.any(|zone| Some(zone) != first) {
        let words = Words::new(
            "各院区时区不同，campus: any 的来源须写 zone",
            "the campuses lie in several time zones: a source of campus: any must say its zone",
        );
        cx.error("E0804", node.span, words);
    }
}

/// Tables and rules that do nothing.
pub(super) fn unused(cx: &mut Context<'_>, root: &Node, mapping: &Mapping) {
    // Where something is wrong, what the wrong part would have used is not known.
    if cx.found.iter().any(Diagnostic::is_error) {
        return;
    }
    for (position, table) in mapping.tables.iter().enumerate() {
        if mapping.drives(position) || mapping.joins(position) {
            continue;
        }
        let name = table.name.as_ref();
        let entries = root.get("tables").map(Node::entries).unwrap_or_default();
        if let Some(entry) = entries.iter().find(|e| e.key == name) {
            let words = crate::say!("表 “{name}” 没有用到", "the table “{name}” is not used");
            cx.warning("E0807", entry.key_span, words);
        }
    }
    if !mapping.backfill && mapping.shift.0 != 0 {
        let span = root.get("shift").map_or(root.span, |n| n.span);
        cx.warning(
            "E0807",
            span,
            Words::new("不是历史数据，shift 不起作用", "shift has no effect without backfill"),
        );
    }
}
