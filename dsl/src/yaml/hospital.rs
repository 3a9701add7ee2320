//! `hospital.yaml`: the group, its campuses with departments and wards, time zones.

use super::calendar::{Holidays, calendar};
use super::duration::duration;
use super::names::Names;
use super::node::{Entry, Node};
use super::zone;
use crate::diagnostic::{Diagnostic, Words, nearest};
use medloop_engine::catalogue::{Campus, Named};
use medloop_engine::name::CampusCode;
use medloop_engine::time::{Span, Zone};
use std::collections::BTreeMap;

/// What the file says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hospital {
    pub(super) group: String,
    pub(super) campuses: BTreeMap<CampusCode, Campus>,
    pub(super) campus_names: Names,
    pub(super) future_limit: Span,
    pub(super) backfill_after: Option<Span>,
}

/// Reads a tree that its schema allows.
pub(super) fn read(file: &str, root: &Node, holidays: &Holidays, found: &mut Vec<Diagnostic>) -> Hospital {
    let group_zone = root.get("timezone").and_then(|node| zone_of(file, node, found));
    let group_calendar = root.get("calendar").map(|node| calendar(file, node, holidays, found));
    let mut names = Names::default();
    let mut campuses = BTreeMap::new();
    for entry in root.get("campuses").map(Node::entries).unwrap_or_default() {
        let Ok(code) = CampusCode::parse(&entry.key) else { continue };
        if code.as_str() == "any" {
            let words = Words::new(
                "院区不能叫 any：来源用它表示各院区共用",
                "a campus cannot be called any: a source says so when it serves all",
            );
            found.push(Diagnostic::error("E0708", file, entry.key_span, words));
        }
        let name = named(&entry.value);
        names.add(file, &entry.key, entry.key_span, &[&name.name], found);
        let own = entry.value.get("timezone").map(|node| zone_of(file, node, found));
        let zone = own.unwrap_or_else(|| group_zone.clone()).unwrap_or_else(|| Zone::fixed("UTC", 0));
        let departments = departments(file, &entry.value, found);
        let own = entry.value.get("calendar").map(|node| calendar(file, node, holidays, found));
        let calendar = own.or_else(|| group_calendar.clone());
        let wards = wards(&entry.value);
        campuses.insert(code, Campus { name, zone, calendar, departments, wards });
    }
    Hospital {
        group: root.text_at("group").unwrap_or_default().to_owned(),
        campuses,
        campus_names: names,
        future_limit: root.text_at("future_limit").and_then(duration).unwrap_or(Span::minutes(10)),
        backfill_after: root.text_at("backfill_after").and_then(duration),
    }
}

/// The Chinese and English name that an entry gives under `name` (or `title`) and `en`.
pub(super) fn named(node: &Node) -> Named {
    let name = node.text_at("name").or_else(|| node.text_at("title")).unwrap_or_default().to_owned();
    Named { name, name_en: node.text_at("en").map(str::to_owned) }
}

fn departments(file: &str, campus: &Node, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Named> {
    let mut all: BTreeMap<String, Named> = BTreeMap::new();
    let mut take = |entry: &Entry, found: &mut Vec<Diagnostic>| {
        if all.insert(entry.key.clone(), named(&entry.value)).is_some() {
            let code = &entry.key;
            let words = crate::say!(
                "编码 “{code}” 在本院区用了两次",
                "the code “{code}” is used twice on this campus"
            );
            found.push(Diagnostic::error("E0708", file, entry.key_span, words));
        }
    };
    for department in campus.get("departments").map(Node::entries).unwrap_or_default() {
        take(department, found);
        for ward in department.value.get("wards").map(Node::entries).unwrap_or_default() {
            take(ward, found);
        }
    }
    all
}

/// The department of each ward.
fn wards(campus: &Node) -> BTreeMap<String, String> {
    let departments = campus.get("departments").map(Node::entries).unwrap_or_default();
    let of = |department: &Entry| {
        let wards = department.value.get("wards").map(Node::entries).unwrap_or_default();
        wards.iter().map(|ward| (ward.key.clone(), department.key.clone())).collect::<Vec<_>>()
    };
    departments.iter().flat_map(of).collect()
}

fn zone_of(file: &str, node: &Node, found: &mut Vec<Diagnostic>) -> Option<Zone> {
    let name = node.text()?;
    let zone = zone::lower(name);
    if zone.is_none() {
        let words = crate::say!("IANA 时区库里没有 “{name}”", "the IANA database has no time zone “{name}”");
        let all: Vec<String> =
            jiff::tz::TimeZoneDatabase::bundled().available().map(|n| n.as_str().to_owned()).collect();
        let near = nearest(name, all.iter().map(String::as_str));
        found.push(Diagnostic::error("E0709", file, node.span, words).nearest(near));
    }
    zone
}
