//! What a definition carries of the catalogue: the fields, tables and roles it names, and its campuses.

use crate::resolve::{Bound, BoundKind, Loop};
use medloop_engine::catalogue::{Campus, Catalogue};
use medloop_engine::graph::{CampusSettings, Definition, Length};
use medloop_engine::name::{FieldCode, RoleCode, TableCode};
use medloop_engine::value::{Type, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Fills in fields, tables, roles and campuses.
pub(super) fn fill(definition: &mut Definition, of: &Loop<'_>, catalogue: &Catalogue) {
    let mut fields: BTreeSet<&FieldCode> = of.key.iter().collect();
    let mut tables: BTreeSet<TableCode> = BTreeSet::new();
    fields.extend(of.scopes.iter().map(|s| &s.field));
    fields.extend(of.nodes.iter().flat_map(|n| &n.fields).map(|f| &f.field));
    fields.extend(of.nodes.iter().filter_map(|n| n.plan.as_ref()).map(|p| &p.field));
    fields.extend(of.endings.iter().flat_map(|e| e.effective.iter().chain(&e.successor).chain(&e.reason)));
    for e in expressions(of) {
        let mut named = Vec::new();
        e.walk(&mut |e| match &e.kind {
            BoundKind::Field(_, _, f)
            | BoundKind::EventField(f)
            | BoundKind::TrackKey(f)
            | BoundKind::Filled(_, _, f) => {
                named.push(f.clone());
            }
            BoundKind::Lookup(table, _) => {
                tables.insert(table.clone());
            }
            _ => {}
        });
        fields.extend(named.iter().filter_map(|f| catalogue.fields.get_key_value(f).map(|(k, _)| k)));
    }
    fields.extend(
        definition
            .lengths
            .iter()
            .flat_map(|t| &t.keys)
            .filter_map(|f| catalogue.fields.get_key_value(f).map(|(k, _)| k)),
    );
    definition.fields =
        fields.into_iter().filter_map(|f| catalogue.fields.get(f).map(|d| (f.clone(), d.clone()))).collect();
    for field in definition.fields.values() {
        tables.extend(table_of(&field.kind));
    }
    definition.tables =
        tables.into_iter().filter_map(|t| catalogue.tables.get(&t).map(|d| (t, d.clone()))).collect();
    definition.roles = roles(definition, catalogue);
    definition.campuses = campuses(definition, catalogue, works(definition, of));
}

/// Whether something is measured in working time, so that the calendars belong to the definition.
fn works(definition: &Definition, of: &Loop<'_>) -> bool {
    let lengths = definition.nodes.iter().flat_map(|n| {
        let plan = n.plan.iter().flat_map(|p| [Some(p.from), Some(p.to), p.missed]);
        plan.flatten().chain(n.limit.as_ref().map(|l| l.length))
    });
    let targets = definition.measures.iter().filter_map(|m| m.target);
    let escalations = definition.rules.iter().flat_map(|r| r.escalate.iter().map(|(length, _)| *length));
    let named = definition.lengths.iter().flat_map(|t| t.lengths());
    let waits = definition.interrupt.into_iter().chain(definition.seal);
    let mut lengths = lengths.chain(named).chain(waits).chain(targets).chain(escalations);
    let mut written = false;
    for e in expressions(of) {
        e.walk(&mut |e| written |= matches!(e.kind, BoundKind::Work(_)));
    }
    written
        || definition.params.iter().any(|p| matches!(p.value, Value::Work(_)))
        || lengths.any(|l| matches!(l, Length::Work(_)))
}

fn table_of(kind: &Type) -> Option<TableCode> {
    match kind {
        Type::Code(table) => TableCode::parse(table).ok(),
        Type::List(inner) => table_of(inner),
        _ => None,
    }
}

/// Every expression of the loop.
fn expressions<'l>(of: &'l Loop<'_>) -> impl Iterator<Item = &'l Bound> {
    let nodes = of.nodes.iter().flat_map(|n| &n.triggers);
    let endings = of.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
    let guards = nodes.chain(endings).filter_map(|t| t.guard.as_ref());
    let rules = of.rules.iter().flat_map(|r| {
        r.applies.iter().chain(&r.check).chain(r.alert.iter().flatten().filter_map(|p| p.value()))
    });
    let flow = of.guards.iter().filter_map(|g| g.bound.as_ref());
    guards
        .chain(&of.starts.guard)
        .chain(flow)
        .chain(of.scopes.iter().filter_map(|s| s.count.as_ref()))
        .chain(rules)
}

/// The roles that are named, and every role whose holders have one of them.
fn roles(
    definition: &Definition,
    catalogue: &Catalogue,
) -> BTreeMap<RoleCode, medloop_engine::catalogue::Role> {
    let named: BTreeSet<&RoleCode> = definition
        .nodes
        .iter()
        .flat_map(|n| &n.roles)
        .chain(definition.rules.iter().flat_map(|r| r.escalate.iter().map(|(_, role)| role)))
        .collect();
    let wanted = |code: &RoleCode, role: &medloop_engine::catalogue::Role| {
        named.contains(code) || role.includes.iter().any(|r| named.contains(r))
    };
    catalogue.roles.iter().filter(|(c, r)| wanted(c, r)).map(|(c, r)| (c.clone(), r.clone())).collect()
}

/// The group's values at every campus; what a campus sets otherwise is written over them later.
fn campuses(
    definition: &Definition,
    catalogue: &Catalogue,
    works: bool,
) -> BTreeMap<medloop_engine::name::CampusCode, CampusSettings> {
    let settings = |campus: &Campus| CampusSettings {
        zone: campus.zone.clone(),
        calendar: campus.calendar.clone().filter(|_| works),
        params: definition.params.iter().map(|p| p.value.clone()).collect(),
        off: BTreeMap::new(),
        unavailable: BTreeMap::new(),
    };
    catalogue.campuses.iter().map(|(code, campus)| (code.clone(), settings(campus))).collect()
}
