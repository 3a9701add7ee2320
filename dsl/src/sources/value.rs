//! Values of a source file: a text is a column or path; a mapping has one operator.

use super::condition::conditions;
use super::context::Context;
use super::tables::scalar;
use crate::diagnostic::{Span, Words};
use crate::yaml::{Kind, Node};
use medloop_engine::map::{Pick, Piece};
use serde_json::Value;
use std::sync::Arc;

const OPERATORS: [&str; 10] =
    ["field", "const", "text", "first", "code", "time", "number", "minus", "digest", "if"];

/// What may stand beside an operator.
fn beside(operator: &str) -> &'static [&'static str] {
    match operator {
        "code" => &["of", "take"],
        "if" => &["then", "else"],
        _ => &[],
    }
}

/// A value: a text names a column or path.
pub(super) fn value(cx: &mut Context<'_>, node: &Node) -> Option<Pick> {
    if node.text().is_some() {
        return field(cx, node);
    }
    operator(cx, node)
}

/// As [`value`], where a text stands for itself: event types, campuses.
pub(super) fn literal(cx: &mut Context<'_>, node: &Node) -> Option<Pick> {
    match node.text() {
        Some(text) => Some(Pick::Const(Value::from(text))),
        None => operator(cx, node),
    }
}

/// A text that names a column or path.
pub(super) fn field(cx: &mut Context<'_>, node: &Node) -> Option<Pick> {
    cx.path(node.text()?, node.span).map(Pick::Field)
}

fn operator(cx: &mut Context<'_>, node: &Node) -> Option<Pick> {
    let mut operators = node.entries().iter().filter(|e| OPERATORS.contains(&e.key.as_str()));
    let (Some(entry), None) = (operators.next(), operators.next()) else {
        let list = OPERATORS.join(", ");
        let words =
            crate::say!("这里要写一个操作，且只写一个：{list}", "exactly one operator belongs here: {list}");
        cx.error("E0801", node.span, words);
        return None;
    };
    let name = entry.key.as_str();
    let allowed = beside(name);
    for other in node.entries().iter().filter(|e| e.key != name && !allowed.contains(&e.key.as_str())) {
        let key = &other.key;
        let words = crate::say!("“{key}” 与 “{name}” 不能一起写", "“{key}” has no meaning beside “{name}”");
        cx.error("E0801", other.key_span, words);
    }
    let of = &entry.value;
    match name {
        "field" => field(cx, of),
        "const" => constant(of).map(Pick::Const),
        "text" if of.text().is_some() => template(cx, of),
        "text" => value(cx, of).map(|p| Pick::Text(Box::new(p))),
        "first" => values(cx, of).map(Pick::First),
        "minus" => values(cx, of).map(Pick::Minus),
        "digest" => values(cx, of).map(Pick::Digest),
        "number" => value(cx, of).map(|p| Pick::Number(Box::new(p))),
        "time" => cx.time(of).map(|(path, stamp)| Pick::Time(path, stamp)),
        "code" => code(cx, node, of),
        _ => {
            let when = conditions(cx, of);
            let then = match node.get("then") {
                Some(then) => value(cx, then)?,
                None => {
                    cx.error("E0801", entry.key_span, Words::new("if 缺少 then", "if needs then"));
                    return None;
                }
            };
            let otherwise = match node.get("else") {
                Some(other) => Some(Box::new(value(cx, other)?)),
                None => None,
            };
            Some(Pick::If(Box::new(when), Box::new(then), otherwise))
        }
    }
}

fn values(cx: &mut Context<'_>, node: &Node) -> Option<Vec<Pick>> {
    let all: Vec<Option<Pick>> = node.items().iter().map(|n| value(cx, n)).collect();
    all.into_iter().collect()
}

fn constant(node: &Node) -> Option<Value> {
    match &node.value {
        Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => Some(node.json()),
    }
}

fn code(cx: &mut Context<'_>, node: &Node, table: &Node) -> Option<Pick> {
    let name = table.text()?;
    let Some(columns) = cx.codes.get(name).cloned() else {
        let known: Vec<String> = cx.codes.keys().cloned().collect();
        cx.unknown(table.span, name, ("对照表", "code table"), known.iter().map(String::as_str));
        return None;
    };
    let take = node.get("take");
    let column = take.and_then(scalar).unwrap_or_default();
    if !columns.contains(&column) {
        let span = take.map_or(table.span, |n| n.span);
        if column.is_empty() {
            let list = columns.join(", ");
            let words = crate::say!(
                "对照表 “{name}” 有多列，须写 take：{list}",
                "“{name}” has columns, say which to take: {list}"
            );
            cx.error("E0801", span, words);
        } else {
            cx.unknown(
                span,
                &column,
                ("对照表列", "column of the code table"),
                columns.iter().map(String::as_str),
            );
        }
        return None;
    }
    let Some(of) = node.get("of") else {
        cx.error("E0801", table.span, Words::new("code 缺少 of", "code needs of"));
        return None;
    };
    let of = Box::new(value(cx, of)?);
    Some(Pick::Code { table: Arc::from(name), of, take: Arc::from(column.as_str()) })
}

fn template(cx: &mut Context<'_>, node: &Node) -> Option<Pick> {
    let text = node.text()?;
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut fine = true;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            pieces.push(Piece::Literal(Arc::from(before)));
        }
        let Some((name, tail)) = after.split_once('}') else {
            let words = crate::say!("模板 “{text}” 缺少 “}}”", "the template “{text}” lacks a “}}”");
            cx.error("E0804", node.span, words);
            return None;
        };
        match cx.path(name.trim(), inside(node.span, text, name)) {
            Some(path) => pieces.push(Piece::Field(path)),
            None => fine = false,
        }
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(Arc::from(rest)));
    }
    fine.then_some(Pick::Template(pieces))
}

/// The place of `part` within a text whose scalar, plain or in quotes, holds it at `span`.
fn inside(span: Span, text: &str, part: &str) -> Span {
    let quote = usize::from(span.end.saturating_sub(span.start) > text.len());
    let offset = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if offset > text.len() || span.end - span.start > text.len() + 2 {
        return span;
    }
    let start = span.start + quote + offset;
    Span::new(start, start + part.len())
}
