//! `fields.yaml`: the field dictionary.

use super::codes::Codes;
use super::duration::duration;
use super::hospital::named;
use super::names::Names;
use super::node::{Entry, Node};
use crate::diagnostic::{Diagnostic, Words};
use crate::lexicon;
use medloop_engine::catalogue::{FieldDef, LinkRule};
use medloop_engine::event::RESERVED;
use medloop_engine::name::FieldCode;
use medloop_engine::value::Type;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads a tree that its schema allows.
pub(super) fn read(
    file: &str,
    root: &Node,
    codes: &Codes,
    found: &mut Vec<Diagnostic>,
) -> (BTreeMap<FieldCode, FieldDef>, Names) {
    let mut names = Names::default();
    let mut fields = BTreeMap::new();
    for entry in root.get("fields").map(Node::entries).unwrap_or_default() {
        let Ok(code) = FieldCode::parse(&entry.key) else { continue };
        let name = named(&entry.value);
        names.add(file, &entry.key, entry.key_span, &[&name.name], found);
        if RESERVED.contains(&entry.key.as_str()) {
            let key = &entry.key;
            let words = crate::say!(
                "“{key}” 是每个事件都有的保留名，不能作字段编码",
                "“{key}” is reserved in every event and cannot be a field code"
            );
            let reserved = RESERVED.join(", ");
            let list = crate::say!("保留的名称：{reserved}", "reserved are {reserved}");
            found.push(Diagnostic::error("E0712", file, entry.key_span, words).help(list));
        }
        let words = [name.name.as_str(), entry.key.as_str()];
        if let Some(word) = words.into_iter().find(|w| lexicon::position(lexicon::ATTRIBUTES, w).is_some()) {
            let words = crate::say!(
                "字段不能与环节的属性同名：“{word}”",
                "a field cannot be named like an attribute of nodes: “{word}”"
            );
            let place =
                entry.value.get("name").filter(|_| word != entry.key).map_or(entry.key_span, |n| n.span);
            found.push(Diagnostic::error("E0207", file, place, words));
        }
        let node = &entry.value;
        let def = FieldDef {
            code: code.clone(),
            name,
            kind: kind(file, entry, codes, found),
            pattern: node.text_at("pattern").map(str::to_owned),
            range: range(file, node, found),
            unit: node.text_at("unit").map(str::to_owned),
            personal: node.flag("personal"),
            link: link(file, node, found),
        };
        if let (Some(pattern), Some(at)) = (&def.pattern, node.get("pattern"))
            && let Err(reason) = medloop_engine::value::check_pattern(pattern)
        {
            let words =
                crate::say!("正则表达式无效：{reason}", "the regular expression is not valid: {reason}");
            found.push(Diagnostic::error("E0706", file, at.span, words));
        }
        fields.insert(code, def);
    }
    (fields, names)
}

fn kind(file: &str, entry: &Entry, codes: &Codes, found: &mut Vec<Diagnostic>) -> Type {
    let node = &entry.value;
    let table = node.get("table");
    let one = match node.text_at("type") {
        Some("number") => Type::Number,
        Some("bool") => Type::Bool,
        Some("time") => Type::Moment,
        Some("duration") => Type::Span,
        Some("person") => Type::Person,
        Some("code") => match table {
            Some(table) => {
                let code = codes.table_names.find(file, table, ("码表", "code table"), found);
                Type::Code(Arc::from(code.unwrap_or_default()))
            }
            None => {
                let words = Words::new("type: code 须用 table 说明码表", "type: code needs its table");
                found.push(Diagnostic::error("E0704", file, entry.key_span, words));
                Type::Text
            }
        },
        _ => Type::Text,
    };
    if let (Some(table), false) =
        (table, matches!(one, Type::Code(_)) || node.text_at("type") == Some("code"))
    {
        let words = Words::new("只有 type: code 才有 table", "only type: code has a table");
        found.push(Diagnostic::error("E0705", file, table.span, words));
    }
    let leads = matches!(one, Type::Text | Type::Number | Type::Code(_)) && !node.flag("list");
    for (key, fits) in [
        ("pattern", one == Type::Text),
        ("range", one == Type::Number),
        ("unit", one == Type::Number),
        ("link", leads),
    ] {
        if let (Some(at), false) = (node.get(key), fits) {
            let words = crate::say!("这个类型的字段不能有 {key}", "a field of this type has no {key}");
            found.push(Diagnostic::error("E0705", file, at.span, words));
        }
    }
    if node.flag("list") { Type::List(Box::new(one)) } else { one }
}

/// How the values of the field lead to orders.
fn link(file: &str, node: &Node, found: &mut Vec<Diagnostic>) -> LinkRule {
    let mut rule = LinkRule::default();
    let Some(link) = node.get("link") else { return rule };
    rule.shared = link.get("shared").is_none() || link.flag("shared");
    if let Some(at) = link.get("valid") {
        rule.valid = link.text_at("valid").and_then(duration).filter(|span| span.0 > 0);
        if rule.valid.is_none() {
            let words = Words::new(
                "valid 须是大于零的时长，如 90天",
                "valid must be a length of time above zero, such as 90d",
            );
            found.push(Diagnostic::error("E0706", file, at.span, words));
        }
    }
    rule
}

fn range(file: &str, node: &Node, found: &mut Vec<Diagnostic>) -> Option<(f64, f64)> {
    let at = node.get("range")?;
    let mut numbers = at.items().iter().filter_map(Node::number);
    let (low, high) = (numbers.next()?, numbers.next()?);
    if low > high {
        let words = crate::say!(
            "范围的下限 {low} 大于上限 {high}",
            "the range begins at {low}, above its end {high}"
        );
        found.push(Diagnostic::error("E0706", file, at.span, words));
        return None;
    }
    Some((low, high))
}
