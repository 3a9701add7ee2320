//! The tables and code tables of a source.

use super::context::Context;
use crate::diagnostic::{Span, Words};
use crate::yaml::{Kind, Node};
use medloop_engine::map::{CodeTable, Rest, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn tables(cx: &mut Context<'_>, root: &Node) -> Vec<Table> {
    let mut tables = Vec::new();
    for entry in root.get("tables").map(Node::entries).unwrap_or_default() {
        let columns: Vec<Arc<str>> = entry
            .value
            .get("columns")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::text)
            .map(Arc::from)
            .collect();
        cx.tables.insert(entry.key.clone(), (tables.len(), columns.clone()));
        tables.push(Table {
            name: Arc::from(entry.key.as_str()),
            file: Arc::from(entry.value.text_at("file").unwrap_or_default()),
            columns,
            rest: rest(cx, entry.value.get("else")),
        });
    }
    tables
}

fn rest(cx: &mut Context<'_>, node: Option<&Node>) -> Rest {
    let Some(node) = node else {
        return Rest::Quarantine;
    };
    match (node.text(), node.text_at("ignore")) {
        (_, Some(reason)) => Rest::Ignore(Arc::from(reason)),
        (Some("quarantine"), _) => Rest::Quarantine,
        _ => {
            let words = Words::new(
                "else 只能是 quarantine 或 {ignore: 原因}",
                "else is either quarantine or {ignore: reason}",
            );
            cx.error("E0801", node.span, words);
            Rest::Quarantine
        }
    }
}

pub(super) fn codes(cx: &mut Context<'_>, root: &Node) -> BTreeMap<Arc<str>, CodeTable> {
    let mut codes = BTreeMap::new();
    for entry in root.get("codes").map(Node::entries).unwrap_or_default() {
        let mut table = CodeTable::default();
        let mut said = Vec::new();
        for row in entry.value.get("rows").map(Node::entries).unwrap_or_default() {
            table.rows.insert(Arc::from(row.key.as_str()), meaning(&row.value, &mut said));
        }
        table.default = entry.value.get("default").map(|n| meaning(n, &mut said));
        let mut columns: Vec<String> = said.iter().map(|(column, ..)| column.clone()).collect();
        columns.sort();
        columns.dedup();
        cx.codes.insert(entry.key.clone(), columns);
        cx.meanings.insert(entry.key.clone(), said);
        codes.insert(Arc::from(entry.key.as_str()), table);
    }
    codes
}

/// One meaning under the column `""`, or one under each column that the text names.
fn meaning(node: &Node, said: &mut Vec<(String, String, Span)>) -> BTreeMap<Arc<str>, Arc<str>> {
    let mut columns = BTreeMap::new();
    let mut take = |column: &str, node: &Node| {
        if let Some(text) = scalar(node) {
            columns.insert(Arc::from(column), Arc::from(text.as_str()));
            said.push((column.to_owned(), text, node.span));
        }
    };
    match &node.value {
        Kind::Map(entries) => entries.iter().for_each(|e| take(&e.key, &e.value)),
        _ => take("", node),
    }
    columns
}

/// A scalar as the text that is compared with the text of a message.
pub(super) fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Kind::Text(text) => Some(text.clone()),
        Kind::Int(n) => Some(n.to_string()),
        Kind::Float(n) => Some(n.to_string()),
        Kind::Bool(b) => Some(b.to_string()),
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
    }
}
