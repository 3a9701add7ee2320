//! A YAML text as a tree whose every key and value knows where it stands.

use crate::diagnostic::Span;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use std::fmt;

/// A value and its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes of the file that hold it.
    pub span: Span,
    /// What stands there.
    pub value: Kind,
}

/// What a YAML value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Float(f64),
    /// Text, quoted or plain.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text, equal keys kept.
    Map(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Bytes of the file that hold the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under `key` of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|e| e.key == key).map(|e| &e.value)
    }

    /// The entries of a mapping, none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a sequence, none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Kind::List(items) = &self.value { items } else { &[] }
    }

    /// The text, when it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text under `key`, when there is one.
    #[must_use]
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::text)
    }

    /// The truth value under `key`, `false` when absent.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(|n| n.value == Kind::Bool(true))
    }

    /// The number, whole or not.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self.value {
            #[expect(clippy::cast_precision_loss, reason = "limits of definitions are far below 2^53")]
            Kind::Int(n) => Some(n as f64),
            Kind::Float(n) => Some(n),
            _ => None,
        }
    }

    /// The same as a JSON value, for schema validation and for interpreters that take JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.value {
            Kind::Null => Value::Null,
            Kind::Bool(b) => Value::Bool(*b),
            Kind::Int(n) => Value::from(*n),
            Kind::Float(n) => Value::from(*n),
            Kind::Text(t) => Value::String(t.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Self::json).collect()),
            Kind::Map(entries) => {
                Value::Object(entries.iter().map(|e| (e.key.clone(), e.value.json())).collect())
            }
        }
    }

    /// What kind of thing stands here, in Chinese and English.
    #[must_use]
    pub const fn kind_words(&self) -> (&'static str, &'static str) {
        match self.value {
            Kind::Null => ("空值", "nothing"),
            Kind::Bool(_) => ("真假值", "a boolean"),
            Kind::Int(_) | Kind::Float(_) => ("数字", "a number"),
            Kind::Text(_) => ("文本", "text"),
            Kind::List(_) => ("列表", "a list"),
            Kind::Map(_) => ("映射", "a mapping"),
        }
    }
}

/// Bytes of a place that serde-saphyr states.
pub(super) fn bytes(location: serde_saphyr::Location) -> Span {
    let span = location.span();
    let at = |n: u64| usize::try_from(n).unwrap_or(0);
    let start = at(span.byte_offset().unwrap_or(0));
    Span::new(start, start.saturating_add(at(span.byte_len().unwrap_or(0))))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(deserializer)?;
        Ok(Self { span: bytes(spanned.referenced), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Kind, E> {
        Ok(Kind::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Kind, E> {
        #[expect(clippy::cast_precision_loss, reason = "no definition holds a number beyond 2^63")]
        Ok(i64::try_from(v).map_or(Kind::Float(v as f64), Kind::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Kind, E> {
        Ok(Kind::Float(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<Kind, E> {
        Ok(Kind::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Kind, E> {
        Ok(Kind::Text(v))
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Node>()? {
            items.push(item);
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let value = map.next_value::<Node>()?;
            entries.push(Entry { key: key.value, key_span: bytes(key.referenced), value });
        }
        Ok(Kind::Map(entries))
    }
}
