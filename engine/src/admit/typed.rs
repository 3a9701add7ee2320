//! A JSON value as a value of its field's type, or nothing when it does not fit type, pattern, range or table.

use crate::catalogue::{FieldDef, Table};
use crate::name::TableCode;
use crate::time::{Span, Zone, parse_moment};
use crate::value::{Person, Type, Value};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads `raw` as the field's type. Codes may come by code or by name and become the code.
#[must_use]
pub fn typed(
    field: &FieldDef,
    tables: &BTreeMap<TableCode, Table>,
    zone: &Zone,
    raw: &Json,
) -> Option<Value> {
    let value = of_type(&field.kind, tables, zone, raw)?;
    fits(field, &value).then_some(value)
}

/// A text that is not empty, or a whole number as its digits: what keys and links may be.
#[must_use]
pub fn as_text(raw: &Json) -> Option<Arc<str>> {
    match raw {
        Json::String(text) if !text.is_empty() => Some(Arc::from(text.as_str())),
        Json::Number(n) if n.is_i64() || n.is_u64() => Some(Arc::from(n.to_string())),
        _ => None,
    }
}

/// A value as a finding shows it: at most 80 characters.
pub(super) fn cut(raw: &Json) -> String {
    match raw {
        Json::String(text) => text.chars().take(80).collect(),
        other => other.to_string().chars().take(80).collect(),
    }
}

fn of_type(kind: &Type, tables: &BTreeMap<TableCode, Table>, zone: &Zone, raw: &Json) -> Option<Value> {
    match kind {
        Type::Bool => raw.as_bool().map(Value::Bool),
        Type::Number => raw.as_f64().filter(|n| n.is_finite()).map(Value::Number),
        Type::Text => as_text(raw).map(Value::Text),
        Type::Code(table) => code(table, tables, as_text(raw)?).map(Value::Text),
        Type::Moment => parse_moment(raw.as_str()?, zone).map(Value::Moment),
        Type::Span => span(raw).map(Value::Span),
        Type::Person => person(raw).map(Value::Person),
        Type::List(of) => {
            let items = raw.as_array()?.iter().map(|item| of_type(of, tables, zone, item));
            items.collect::<Option<Vec<_>>>().map(Value::List)
        }
    }
}

fn code(table: &str, tables: &BTreeMap<TableCode, Table>, text: Arc<str>) -> Option<Arc<str>> {
    let Some((_, table)) = tables.iter().find(|(code, _)| code.as_str() == table) else { return Some(text) };
    if table.codes.contains_key(&text) || table.maps.contains_key(&text) {
        return Some(text);
    }
    let named = |named: &crate::catalogue::Named| {
        named.name == *text || named.name_en.as_deref().is_some_and(|en| en == &*text)
    };
    table.codes.iter().find(|(_, n)| named(n)).map(|(code, _)| code.clone())
}

/// A person: an id, or `{id, name}`.
pub(crate) fn person(raw: &Json) -> Option<Person> {
    let Some(object) = raw.as_object() else {
        return as_text(raw).map(|id| Person { id: Some(id), name: None });
    };
    let member = |name: &str| match object.get(name) {
        None | Some(Json::Null) => Some(None),
        Some(Json::String(text)) if text.is_empty() => Some(None),
        Some(value) => as_text(value).map(Some),
    };
    let person = Person { id: member("id")?, name: member("name")? };
    (person.id.is_some() || person.name.is_some()).then_some(person)
}

/// A number of seconds, or `PT1H30M`, `P2D` of ISO 8601 without years and months.
fn span(raw: &Json) -> Option<Span> {
    match raw {
        Json::Number(n) => n.as_i64().map(Span::seconds),
        Json::String(text) => {
            let mut rest = text.strip_prefix('P')?;
            let (mut total, mut clock) = (Span::ZERO, false);
            while !rest.is_empty() {
                if let Some(after) = rest.strip_prefix('T') {
                    clock = true;
                    rest = after;
                }
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let n: i64 = rest.get(..digits)?.parse().ok()?;
                let mut tail = rest.get(digits..)?.chars();
                total = total.plus(match (tail.next()?, clock) {
                    ('W', false) => Span::days(n.saturating_mul(7)),
                    ('D', false) => Span::days(n),
                    ('H', true) => Span::hours(n),
                    ('M', true) => Span::minutes(n),
                    ('S', true) => Span::seconds(n),
                    _ => return None,
                });
                rest = tail.as_str();
            }
            (text.len() > 2).then_some(total)
        }
        _ => None,
    }
}

fn fits(field: &FieldDef, value: &Value) -> bool {
    match value {
        Value::Text(text) => field.pattern.as_deref().is_none_or(|p| matches(p, text)),
        Value::Number(n) => field.range.is_none_or(|(least, most)| (least..=most).contains(n)),
        Value::List(items) => items.iter().all(|item| fits(field, item)),
        _ => true,
    }
}

/// Whether `text` matches `pattern` as a whole; a pattern that is none matches nothing.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    // Compiling costs more than matching by far; what is remembered never changes an answer.
    thread_local! {
        static COMPILED: RefCell<BTreeMap<String, Option<regex_lite::Regex>>> = const { RefCell::new(BTreeMap::new()) };
    }
    const KEPT: usize = 1024;
    COMPILED.with(|cell| {
        let mut compiled = cell.borrow_mut();
        if let Some(known) = compiled.get(pattern) {
            return known.as_ref().is_some_and(|r| r.is_match(text));
        }
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        let regex = regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok();
        let answer = regex.as_ref().is_some_and(|r| r.is_match(text));
        compiled.insert(pattern.to_owned(), regex);
        answer
    })
}
