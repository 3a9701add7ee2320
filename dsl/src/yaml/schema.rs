//! YAML trees against their published JSON Schemas; what does not fit is told at its place in the text.

use super::node::Node;
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;
use std::sync::LazyLock;

/// A kind of YAML file with its schema.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schema {
    /// `hospital.yaml`
    Hospital,
    /// `fields.yaml`
    Fields,
    /// `events.yaml`
    Events,
    /// `codes/*.yaml`
    Codes,
    /// `campus/*.yaml`
    Campus,
    /// `calendars/*.yaml`
    Calendars,
    /// `staff.yaml`
    Staff,
}

impl Schema {
    /// The JSON Schema as it is published, for editors.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Hospital => include_str!("../../schemas/hospital.json"),
            Self::Fields => include_str!("../../schemas/fields.json"),
            Self::Events => include_str!("../../schemas/events.json"),
            Self::Codes => include_str!("../../schemas/codes.json"),
            Self::Campus => include_str!("../../schemas/campus.json"),
            Self::Calendars => include_str!("../../schemas/calendars.json"),
            Self::Staff => include_str!("../../schemas/staff.json"),
        }
    }

    fn compiled(self) -> &'static Option<(Value, Validator)> {
        type Compiled = LazyLock<Option<(Value, Validator)>>;
        static HOSPITAL: Compiled = LazyLock::new(|| compile(Schema::Hospital.text()));
        static FIELDS: Compiled = LazyLock::new(|| compile(Schema::Fields.text()));
        static EVENTS: Compiled = LazyLock::new(|| compile(Schema::Events.text()));
        static CODES: Compiled = LazyLock::new(|| compile(Schema::Codes.text()));
        static CAMPUS: Compiled = LazyLock::new(|| compile(Schema::Campus.text()));
        static CALENDARS: Compiled = LazyLock::new(|| compile(Schema::Calendars.text()));
        static STAFF: Compiled = LazyLock::new(|| compile(Schema::Staff.text()));
        match self {
            Self::Staff => &STAFF,
            Self::Hospital => &HOSPITAL,
            Self::Fields => &FIELDS,
            Self::Events => &EVENTS,
            Self::Codes => &CODES,
            Self::Campus => &CAMPUS,
            Self::Calendars => &CALENDARS,
        }
    }
}

/// Compiles the text of a schema; `None` when it is no valid JSON Schema.
#[must_use]
pub fn compile(text: &str) -> Option<(Value, Validator)> {
    let schema: Value = serde_json::from_str(text).ok()?;
    let validator = jsonschema::validator_for(&schema).ok()?;
    Some((schema, validator))
}

/// Everything in `root` that its schema does not allow. The schemas are part of the program; a test compiles each of them.
#[must_use]
pub fn check(file: &str, root: &Node, schema: Schema) -> Vec<Diagnostic> {
    schema.compiled().as_ref().map(|compiled| check_against(file, root, compiled)).unwrap_or_default()
}

/// As [`check`], against a schema compiled with [`compile`].
#[must_use]
pub fn check_against(file: &str, root: &Node, (schema, validator): &(Value, Validator)) -> Vec<Diagnostic> {
    let json = root.json();
    let mut found: Vec<Diagnostic> =
        validator.iter_errors(&json).flat_map(|error| say(file, root, schema, &error)).collect();
    crate::diagnostic::sort(&mut found);
    found
}

fn say(file: &str, root: &Node, schema: &Value, error: &ValidationError<'_>) -> Vec<Diagnostic> {
    let pointer = error.instance_path().as_str();
    let place = Place::of(root, pointer);
    let node = place.node;
    let rule = rule_at(schema, error.schema_path().as_str());
    let wrong = |code, span, words| Diagnostic::error(code, file, span, words);
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known: Vec<&str> = rule
                .and_then(|r| r.get("properties"))
                .and_then(Value::as_object)
                .map(|p| p.keys().map(String::as_str).collect())
                .unwrap_or_default();
            let list = known.join("、");
            let list_en = known.join(", ");
            unexpected
                .iter()
                .map(|key| {
                    let span = key_span(node, key);
                    wrong("E0703", span, crate::say!("不认识的键 “{key}”", "unknown key “{key}”"))
                        .expected(crate::say!("其中之一：{list}", "one of {list_en}"))
                        .nearest(nearest(key, known.iter().copied()))
                })
                .collect()
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            vec![wrong("E0704", place.told_at(), crate::say!("缺少 “{key}”", "“{key}” is missing"))]
        }
        ValidationErrorKind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().unwrap_or_default().to_owned();
            let words = crate::say!("键 “{key}” 不合规定", "the key “{key}” is not allowed");
            let expected = rule.and_then(|r| expectation(schema, r.get("propertyNames").unwrap_or(r)));
            let mut d = wrong("E0706", key_span(node, &key), words);
            d.expected = expected;
            vec![d]
        }
        ValidationErrorKind::Type { kind } => {
            let (zh, en) = node.kind_words();
            let words = crate::say!("这里是{zh}", "this is {en}");
            let mut d = wrong("E0705", place.told_at(), words);
            d.expected = rule.and_then(|r| expectation(schema, r)).or_else(|| Some(kinds(kind)));
            if matches!(
                node.value,
                super::node::Kind::Int(_) | super::node::Kind::Float(_) | super::node::Kind::Bool(_)
            ) {
                d = d.help(Words::new("要写成文本请加引号", "put it in quotes to make it text"));
            }
            vec![d]
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<&str> =
                options.as_array().map(|o| o.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
            let text = node.text().unwrap_or_default();
            let (list, list_en) = (options.join("、"), options.join(", "));
            vec![
                wrong(
                    "E0706",
                    node.span,
                    crate::say!("“{text}” 不在可选值之中", "“{text}” is not one of the allowed values"),
                )
                .expected(crate::say!("其中之一：{list}", "one of {list_en}"))
                .nearest(nearest(text, options.iter().copied())),
            ]
        }
        ValidationErrorKind::Pattern { .. } => {
            let text = node.text().unwrap_or_default();
            let mut d =
                wrong("E0706", node.span, crate::say!("“{text}” 写法不对", "“{text}” is not well-formed"));
            d.expected = rule.and_then(|r| expectation(schema, r));
            vec![d]
        }
        ValidationErrorKind::MinLength { .. }
        | ValidationErrorKind::MinProperties { .. }
        | ValidationErrorKind::MinItems { .. } => {
            vec![wrong(
                "E0706",
                place.told_at(),
                Words::new("这里不能为空或过少", "this may not be empty or too short"),
            )]
        }
        ValidationErrorKind::MaxItems { limit } => {
            vec![wrong("E0706", place.told_at(), crate::say!("至多 {limit} 项", "at most {limit} items"))]
        }
        _ => vec![wrong(
            "E0706",
            place.told_at(),
            crate::say!("不合 JSON Schema：{error}", "does not fit its JSON Schema: {error}"),
        )],
    }
}

fn key_span(node: &Node, key: &str) -> Span {
    node.entries().iter().find(|e| e.key == key).map_or(node.span, |e| e.key_span)
}

fn kinds(kind: &TypeKind) -> Words {
    let text = match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(all) => all.into_iter().map(|t| t.to_string()).collect::<Vec<_>>().join("|"),
    };
    let pairs = [
        ("string", "文本", "text"),
        ("number", "数字", "a number"),
        ("boolean", "true 或 false", "true or false"),
        ("array", "列表", "a list"),
        ("object", "映射（键: 值）", "a mapping (key: value)"),
    ];
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (name, z, e) in pairs {
        if text.split('|').any(|t| t == name) {
            zh.push(z);
            en.push(e);
        }
    }
    Words::new(zh.join("或"), en.join(" or "))
}

/// The words that a schema gives for what it expects (`x-expected`).
fn expectation(schema: &Value, rule: &Value) -> Option<Words> {
    let rule = follow(schema, rule);
    let words = rule.get("x-expected")?;
    Some(Words::new(words.get("zh")?.as_str()?, words.get("en")?.as_str()?))
}

fn follow<'a>(schema: &'a Value, rule: &'a Value) -> &'a Value {
    rule.get("$ref")
        .and_then(Value::as_str)
        .and_then(|r| r.strip_prefix('#'))
        .and_then(|pointer| schema.pointer(pointer))
        .unwrap_or(rule)
}

/// The part of the schema that holds the keyword at `path`, local references followed.
fn rule_at<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = schema;
    let mut steps: Vec<&str> = path.split('/').skip(1).collect();
    steps.pop();
    for step in steps {
        let step = step.replace("~1", "/").replace("~0", "~");
        at = if step == "$ref" {
            follow(schema, at)
        } else {
            match at {
                Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                _ => at.get(step.as_str())?,
            }
        };
    }
    Some(at)
}

struct Place<'a> {
    node: &'a Node,
    key: Option<Span>,
}

impl<'a> Place<'a> {
    fn of(root: &'a Node, pointer: &str) -> Self {
        let mut place = Self { node: root, key: None };
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match step.parse::<usize>().ok().and_then(|i| place.node.items().get(i)) {
                Some(item) => Some((item, None)),
                None => {
                    place.node.entries().iter().find(|e| e.key == step).map(|e| (&e.value, Some(e.key_span)))
                }
            };
            if let Some((node, key)) = next {
                place = Self { node, key };
            }
        }
        place
    }

    /// A mapping or list is long; its key is where people look.
    fn told_at(&self) -> Span {
        let long = matches!(self.node.value, super::node::Kind::Map(_) | super::node::Kind::List(_));
        match self.key {
            Some(key) if long || self.node.span.start == self.node.span.end => key,
            _ => self.node.span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_valid() {
        use Schema::{Calendars, Campus, Codes, Events, Fields, Hospital, Staff};
        for schema in [Hospital, Fields, Events, Codes, Campus, Calendars, Staff] {
            assert!(schema.compiled().is_some(), "{}", schema.text());
        }
    }
}
