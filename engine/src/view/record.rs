//! One occurrence: what an event recorded of a node.

use super::shape::{ByView, EventView, Record, RecordText, ShownField};
use crate::explain::{Scene, text};
use crate::facts::Fact;
use crate::graph::Node;
use crate::name::FieldCode;
use crate::time::Precision;
use std::collections::BTreeSet;

/// What `fact` recorded of `node`.
///
/// `joined`: what tells of the same act for other items of the order.
pub(super) fn record(scene: &Scene<'_>, node: Option<&Node>, fact: &Fact, joined: &[&Fact]) -> Record {
    let zone = scene.zone();
    let actor = fact.actor.as_ref();
    let person = actor.and_then(|a| a.person.as_ref());
    let role = actor.and_then(|a| a.role.clone());
    let by = actor.filter(|_| person.is_some() || role.is_some()).map(|_| ByView {
        id: person.and_then(|p| p.id.clone()),
        name: person.and_then(|p| p.name.clone()),
        role: role.clone(),
    });
    let dept = actor.and_then(|a| a.dept.as_ref());
    Record {
        at: Some(zone.rfc3339(fact.at.at)),
        started_at: fact.began.map(|m| zone.rfc3339(m.at)),
        recorded_at: fact.recorded.map(|m| zone.rfc3339(m.at)),
        precision: Some(precision(fact.at.precision)),
        by,
        dept: dept.map(ToString::to_string),
        source: Some(fact.event.source.to_string()),
        system: Some(fact.system.to_string()),
        terminal: fact.terminal.as_ref().map(ToString::to_string),
        capture: fact.capture.as_ref().map(ToString::to_string),
        event: Some(event(fact)),
        items: items(fact, joined).into_iter().map(ToString::to_string).collect(),
        joined: joined.iter().map(|f| event(f)).collect(),
        fields: fact.fields.iter().map(|(c, v)| (c.to_string(), super::json::value(zone, v))).collect(),
        moment: fact.at.at,
        text: RecordText {
            at: scene.clock(fact.at),
            exact: scene.clock_fine(fact.at),
            began: fact.began.map(|m| scene.clock(m)),
            recorded: fact.recorded.map(|m| scene.clock(m)),
            who: person.map(text::person).filter(|t| t != "—"),
            role: role.map(|r| scene.role_title(&r)),
            dept: dept.map(|d| scene.department_title(d)),
            system: Some(scene.system_title(&fact.system)),
            capture: fact.capture.as_ref().map(|c| capture(scene, c)),
            fields: shown(scene, node, fact),
        },
    }
}

fn event(fact: &Fact) -> EventView {
    EventView { source: fact.event.source.clone(), id: fact.event.id.clone() }
}

fn items<'f>(fact: &'f Fact, joined: &[&'f Fact]) -> BTreeSet<&'f str> {
    let others = joined.iter().flat_map(|f| &f.items);
    fact.items.iter().chain(others).map(|item| &**item).collect()
}

fn precision(p: Precision) -> &'static str {
    match p {
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
        Precision::Milli => "milli",
    }
}

fn capture(scene: &Scene<'_>, text: &str) -> String {
    match text {
        "scan" => scene.pick("扫码", "Scanned"),
        "manual" => scene.pick("手工录入", "By hand"),
        "device" => scene.pick("设备", "Device"),
        "derived" => scene.pick("推算", "Derived"),
        other => other,
    }
    .to_owned()
}

/// The node's own fields in the order of its declaration, then the others. The key stands in the head of every page, the
/// track's value at its row.
fn shown(scene: &Scene<'_>, node: Option<&Node>, fact: &Fact) -> Vec<ShownField> {
    let declared = node.map(|n| n.fields.as_slice()).unwrap_or_default();
    let mut codes: Vec<&FieldCode> = declared.iter().map(|f| &f.field).collect();
    for code in fact.fields.keys().chain(fact.bad.iter().map(|b| &b.field)) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let of_track = node.and_then(|n| scene.def.scope(n.scope)).map(|s| &s.field);
    codes.retain(|c| **c != scene.def.key && Some(*c) != of_track);
    let field = |code: &&FieldCode| {
        let def = scene.field(code);
        let known = fact.fields.get(code).map(|v| (scene.value(def, v), false));
        let bad = || fact.bad.iter().find(|b| b.field == **code).map(|b| (b.text.clone(), true));
        known.or_else(bad).map(|(text, bad)| ShownField {
            title: scene.field_title(code),
            text,
            personal: def.is_some_and(|d| d.personal),
            bad,
        })
    };
    codes.iter().filter_map(field).collect()
}
