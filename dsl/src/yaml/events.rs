//! `events.yaml`: the event catalogue.

use super::hospital::named;
use super::names::Names;
use super::node::Node;
use crate::diagnostic::Diagnostic;
use medloop_engine::catalogue::EventDef;
use medloop_engine::name::{EventType, FieldCode, SystemCode};
use std::collections::BTreeMap;

/// Reads a tree that its schema allows.
pub(super) fn read(
    file: &str,
    root: &Node,
    fields: &Names,
    systems: &Names,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<EventType, EventDef> {
    let mut events = BTreeMap::new();
    for entry in root.get("events").map(Node::entries).unwrap_or_default() {
        let Ok(kind) = EventType::parse(&entry.key) else { continue };
        let mut list = |key: &str, names: &Names, what: (&str, &str)| -> Vec<String> {
            let items = entry.value.get(key).map(Node::items).unwrap_or_default();
            items.iter().filter_map(|n| names.find(file, n, what, found)).map(str::to_owned).collect()
        };
        let fields = list("fields", fields, ("字段", "field"));
        let systems = list("systems", systems, ("系统", "system"));
        let def = EventDef {
            name: named(&entry.value),
            fields: fields.iter().filter_map(|c| FieldCode::parse(c).ok()).collect(),
            systems: systems.iter().filter_map(|c| SystemCode::parse(c).ok()).collect(),
        };
        events.insert(kind, def);
    }
    events
}
