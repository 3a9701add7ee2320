//! The YAML that a proposed loop needs where a hospital has no definitions yet: what the events themselves say, and no more.

use super::Found;
use super::log::Log;
use super::values::Kind;
use medloop_engine::name::{FieldCode, RoleCode, SystemCode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// The files by path.
pub(super) fn files(log: &Log, found: &Found<'_>, group: &str) -> BTreeMap<String, String> {
    let mut events = String::from("events:\n");
    let mut fields: BTreeSet<FieldCode> = BTreeSet::from([found.key.clone()]);
    let (mut systems, mut roles) = (BTreeSet::<&SystemCode>::new(), BTreeSet::<&RoleCode>::new());
    for seen in found.seen.values() {
        let carried: Vec<&FieldCode> = seen.fields.iter().map(|(f, _)| f).collect();
        events.push_str(&event(seen.event.as_str(), &found.key, &carried, seen.systems.keys()));
        fields.extend(carried.into_iter().cloned());
        systems.extend(seen.systems.keys());
        roles.extend(seen.roles.keys());
    }
    for ending in &found.endings {
        let Some(kind) = log.kinds.iter().find(|k| k.event == ending.event) else { continue };
        let carried: Vec<&FieldCode> = ending.successor.iter().collect();
        events.push_str(&event(ending.event.as_str(), &found.key, &carried, kind.systems.keys()));
        fields.extend(carried.into_iter().cloned());
        systems.extend(kind.systems.keys());
    }
    let mut written = String::from("fields:\n");
    for code in fields {
        let Some(field) = log.fields.find(code.as_str()).and_then(|f| log.fields.get(f)) else { continue };
        let kind = match field.kind() {
            Kind::Text => "text",
            Kind::Number => "number",
            Kind::Bool => "bool",
            Kind::Time => "time",
            Kind::Person => "person",
        };
        let list = if field.list { ", list: true" } else { "" };
        written.push_str(&format!("  {}: {{ name: {}, type: {kind}{list} }}\n", key(&code), title(&code)));
    }
    let campuses: Vec<String> =
        log.campuses.iter().map(|c| format!("  {}: {{ name: {} }}\n", key(c), title(c))).collect();
    let campuses =
        if campuses.is_empty() { "  main: { name: Main }\n".to_owned() } else { campuses.concat() };
    let zone = zone(log);
    let hospital = format!("group: {}\ntimezone: {zone}\ncampuses:\n{campuses}", text(group));
    let mut files = BTreeMap::from([
        ("hospital.yaml".to_owned(), hospital),
        ("events.yaml".to_owned(), events),
        ("fields.yaml".to_owned(), written),
    ]);
    if !systems.is_empty() {
        files.insert("codes/systems.yaml".to_owned(), named("systems", systems));
    }
    if !roles.is_empty() {
        files.insert("codes/roles.yaml".to_owned(), named("roles", roles));
    }
    files
}

fn event<'a>(
    kind: &str,
    own: &FieldCode,
    fields: &[&FieldCode],
    systems: impl Iterator<Item = &'a SystemCode>,
) -> String {
    let fields: Vec<String> = std::iter::once(own).chain(fields.iter().copied()).map(key).collect();
    let systems: Vec<String> = systems.map(key).collect();
    format!(
        "  {kind}:\n    title: {}\n    fields: [{}]\n    systems: [{}]\n",
        title(kind),
        fields.join(", "),
        systems.join(", ")
    )
}

fn named<T: Display>(what: &str, codes: BTreeSet<&T>) -> String {
    let lines: Vec<String> =
        codes.into_iter().map(|c| format!("  {}: {{ name: {} }}\n", key(c), title(c))).collect();
    format!("{what}:\n{}", lines.concat())
}

/// A zone with the commonest offset of the log: the country's own where there is one, else a fixed one.
fn zone(log: &Log) -> String {
    let most = log.offsets.iter().max_by_key(|(_, n)| **n).map_or("", |(offset, _)| offset.as_str());
    match most {
        "+08:00" => return "Asia/Shanghai".to_owned(),
        "+09:00" => return "Asia/Tokyo".to_owned(),
        "+05:30" => return "Asia/Kolkata".to_owned(),
        _ => {}
    }
    let hours = most.get(1..3).and_then(|h| h.parse::<u8>().ok()).filter(|h| *h > 0);
    // The signs of these names are the other way round.
    match (hours, most.get(..1), most.get(3..)) {
        (Some(hours), Some("+"), Some(":00")) => format!("Etc/GMT-{hours}"),
        (Some(hours), Some("-"), Some(":00")) => format!("Etc/GMT+{hours}"),
        _ => "UTC".to_owned(),
    }
}

/// A key or word of YAML: in quotes where another YAML reader might take it for something else.
fn key(code: impl Display) -> String {
    let code = code.to_string();
    match code.as_str() {
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n" => format!("\"{code}\""),
        _ => code,
    }
}

/// A name made of a code, as a name cannot be its own code: `bag_no` is "Bag no".
fn title(code: impl Display) -> String {
    let words = code.to_string().replace(['.', '_'], " ");
    let mut letters = words.chars();
    text(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>())
}

fn text(text: impl Display) -> String {
    Value::String(text.to_string()).to_string()
}
