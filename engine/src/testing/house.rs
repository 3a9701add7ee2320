//! What stands around a random definition: its parameters, campuses, fields, tables and roles.

use super::definition::{FIELDS, MINUTE, ROLES, ix, name};
use super::tape::Tape;
use crate::calendar::{Calendar, Hours, Work};
use crate::catalogue::{FieldDef, Named, Role, Table};
use crate::graph::{CampusSettings, Node, NodeIx, Param};
use crate::name::{CampusCode, FieldCode, RoleCode, TableCode};
use crate::time::{Span, Zone};
use crate::value::{Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn params(spans: [i64; 2], number: f64, work: Work) -> Vec<Param> {
    let spans = spans.map(|s| Value::Span(Span::seconds(s)));
    let values = spans.into_iter().chain([Value::Number(number), Value::Work(work)]);
    let param = |(i, value)| Param {
        code: name(&format!("p{i}")),
        name: format!("p{i}"),
        value,
        range: None,
        basis: None,
    };
    values.enumerate().map(param).collect()
}

/// A zone whose clocks go forward within the time that samples cover.
fn summer() -> Zone {
    let step = super::facts::START.plus(Span::hours(4));
    Zone { name: "Test/Summer".into(), initial: -5 * 3600, steps: vec![(step, -4 * 3600)] }
}

/// Working hours around the hours that samples cover; some of their days are free.
fn calendar(tape: &mut Tape<'_>) -> Calendar {
    let day = |hours: &[(u16, u16)]| hours.to_vec();
    let full = day(&[(8 * 60, 12 * 60), (14 * 60, 17 * 60 + 30)]);
    let mut week: [Hours; 7] = std::array::from_fn(|d| if d < 5 { full.clone() } else { Vec::new() });
    if tape.chance(30) {
        week = std::array::from_fn(|_| day(&[(0, 90), (3 * 60, 24 * 60)]));
    }
    let zone = Zone::fixed("Asia/Shanghai", 8 * 3600);
    let first = zone.day(super::facts::START);
    let mut days = BTreeMap::new();
    for away in 0..4 {
        match tape.below(6) {
            4 => drop(days.insert(first + away, Vec::new())),
            5 => drop(days.insert(first + away, day(&[(6 * 60, 7 * 60), (9 * 60 + 30, 24 * 60)]))),
            _ => {}
        }
    }
    Calendar { week, days }
}

pub(super) fn campuses(tape: &mut Tape<'_>, nodes: &[Node]) -> BTreeMap<CampusCode, CampusSettings> {
    let zone = if tape.chance(20) { summer() } else { Zone::fixed("Asia/Shanghai", 8 * 3600) };
    let own = tape.chance(30);
    let values = if own {
        params([600, 3600], 1.0, Work::Hours(Span::hours(2)))
    } else {
        params([30 * MINUTE, 60], 2.0, Work::Days(1))
    };
    let mut settings = CampusSettings {
        zone,
        calendar: Some(calendar(tape)),
        params: values.into_iter().map(|p| p.value).collect(),
        off: BTreeMap::new(),
        unavailable: BTreeMap::new(),
    };
    for (n, node) in nodes.iter().enumerate().filter(|(_, n)| !n.negative) {
        if tape.chance(5) {
            settings.unavailable.insert(NodeIx(ix(n)), "接口未通".into());
        } else if node.optional && tape.chance(15) {
            settings.off.insert(NodeIx(ix(n)), "本院不设".into());
        }
    }
    [(name("east"), settings)].into_iter().collect()
}

pub(super) fn fields() -> BTreeMap<FieldCode, FieldDef> {
    let keys = ["order_no", "track_1", "track_2"].map(|c| (c, Type::Text));
    let field = |(code, kind): (&str, Type)| {
        let kind = if code == "f_list" { Type::List(Box::new(Type::Text)) } else { kind };
        let code = name::<FieldCode>(code);
        let named = Named { name: code.to_string(), name_en: None };
        (
            code.clone(),
            FieldDef {
                code,
                name: named,
                kind,
                pattern: None,
                range: None,
                unit: None,
                personal: false,
                link: Default::default(),
            },
        )
    };
    keys.into_iter().chain(FIELDS.iter().cloned()).map(field).collect()
}

pub(super) fn tables() -> BTreeMap<TableCode, Table> {
    let named = |c: &str| (Arc::from(c), Named { name: c.to_owned(), name_en: None });
    let maps = [("a", vec!["a", "b"]), ("b", vec!["b"])];
    let maps = maps.map(|(k, v)| (Arc::from(k), v.into_iter().map(Arc::from).collect()));
    let table = Table {
        name: Named { name: "表".into(), name_en: None },
        codes: ["a", "b", "c"].map(named).into_iter().collect(),
        maps: maps.into_iter().collect(),
    };
    [(name("maps"), table)].into_iter().collect()
}

pub(super) fn roles() -> BTreeMap<RoleCode, Role> {
    let role = |code: &str| {
        let includes = if code == "senior" { vec![name("doctor")] } else { Vec::new() };
        (name::<RoleCode>(code), Role { name: Named { name: code.to_owned(), name_en: None }, includes })
    };
    ROLES.map(role).into_iter().collect()
}
