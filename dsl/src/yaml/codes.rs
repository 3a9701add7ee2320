//! `codes/*.yaml`: systems, roles and what they include, code tables and what their codes lead to.

use super::hospital::named;
use super::names::Names;
use super::node::Node;
use crate::diagnostic::{Diagnostic, nearest};
use medloop_engine::catalogue::{Named, Role, Table};
use medloop_engine::name::{RoleCode, SystemCode, TableCode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What all the files say together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Codes {
    pub(super) systems: BTreeMap<SystemCode, Named>,
    pub(super) system_names: Names,
    pub(super) roles: BTreeMap<RoleCode, Role>,
    pub(super) tables: BTreeMap<TableCode, Table>,
    pub(super) table_names: Names,
}

/// Reads trees that their schema allows, each with the name of its file.
pub(super) fn read(files: &[(String, Node)], found: &mut Vec<Diagnostic>) -> Codes {
    let mut codes = Codes::default();
    for (file, root) in files {
        for entry in root.get("systems").map(Node::entries).unwrap_or_default() {
            let Ok(code) = SystemCode::parse(&entry.key) else { continue };
            let name = named(&entry.value);
            codes.system_names.add(file, &entry.key, entry.key_span, &[&name.name], found);
            codes.systems.insert(code, name);
        }
        for entry in root.get("tables").map(Node::entries).unwrap_or_default() {
            let Ok(code) = TableCode::parse(&entry.key) else { continue };
            let name = named(&entry.value);
            codes.table_names.add(file, &entry.key, entry.key_span, &[&name.name], found);
            let list = entry.value.get("codes").map(Node::entries).unwrap_or_default();
            let list = list.iter().map(|e| (Arc::from(e.key.as_str()), named(&e.value))).collect();
            codes.tables.insert(code, Table { name, codes: list, maps: BTreeMap::new() });
        }
    }
    read_roles(files, &mut codes, found);
    for (file, root) in files {
        for entry in root.get("tables").map(Node::entries).unwrap_or_default() {
            read_maps(file, &entry.key, &entry.value, &mut codes, found);
        }
    }
    codes
}

fn read_roles(files: &[(String, Node)], codes: &mut Codes, found: &mut Vec<Diagnostic>) {
    let mut names = Names::default();
    let mut direct: BTreeMap<RoleCode, Vec<RoleCode>> = BTreeMap::new();
    let each = || {
        files.iter().flat_map(|(file, root)| {
            root.get("roles").map(Node::entries).unwrap_or_default().iter().map(move |entry| (file, entry))
        })
    };
    for (file, entry) in each() {
        let name = named(&entry.value);
        names.add(file, &entry.key, entry.key_span, &[&name.name], found);
    }
    for (file, entry) in each() {
        let Ok(code) = RoleCode::parse(&entry.key) else { continue };
        let includes = entry.value.get("includes").map(Node::items).unwrap_or_default();
        let includes = includes
            .iter()
            .filter_map(|node| names.find(file, node, ("角色", "role"), found))
            .filter_map(|code| RoleCode::parse(code).ok())
            .collect();
        direct.insert(code.clone(), includes);
        codes.roles.insert(code, Role { name: named(&entry.value), includes: Vec::new() });
    }
    for (code, role) in &mut codes.roles {
        role.includes = closure(code, &direct);
    }
}

/// Everything that `code` includes, directly or through another, itself left out.
fn closure(code: &RoleCode, direct: &BTreeMap<RoleCode, Vec<RoleCode>>) -> Vec<RoleCode> {
    let mut all: BTreeSet<&RoleCode> = BTreeSet::new();
    let mut open: Vec<&RoleCode> = vec![code];
    while let Some(next) = open.pop() {
        for included in direct.get(next).into_iter().flatten() {
            if included != code && all.insert(included) {
                open.push(included);
            }
        }
    }
    all.into_iter().cloned().collect()
}

fn read_maps(file: &str, code: &str, node: &Node, codes: &mut Codes, found: &mut Vec<Diagnostic>) {
    let Some(maps) = node.get("maps") else { return };
    let of = node.get("of").and_then(|of| codes.table_names.find(file, of, ("码表", "code table"), found));
    let of = of.unwrap_or(code).to_owned();
    let known: Vec<Arc<str>> = TableCode::parse(&of)
        .ok()
        .and_then(|of| codes.tables.get(&of))
        .map(|table| table.codes.keys().cloned().collect())
        .unwrap_or_default();
    let mut check = |text: &str, span| {
        if !known.iter().any(|k| k.as_ref() == text) {
            let words = crate::say!("码表 {of} 里没有 “{text}”", "the code table {of} has no “{text}”");
            let near = nearest(text, known.iter().map(AsRef::as_ref));
            found.push(Diagnostic::error("E0711", file, span, words).nearest(near));
        }
    };
    let mut lead = BTreeMap::new();
    for entry in maps.entries() {
        check(&entry.key, entry.key_span);
        let to: Vec<Arc<str>> = entry.value.items().iter().filter_map(Node::text).map(Arc::from).collect();
        entry.value.items().iter().for_each(|n| check(n.text().unwrap_or_default(), n.span));
        lead.insert(Arc::from(entry.key.as_str()), to);
    }
    if let Some(table) = TableCode::parse(code).ok().and_then(|code| codes.tables.get_mut(&code)) {
        table.maps = lead;
    }
}
