//! What events say in their fields: texts that may identify something as numbers, of others that they are there and of which type.

use crate::lexicon;
use medloop_engine::event::RESERVED;
use medloop_engine::name::FieldCode;
use medloop_engine::time::{Zone, parse_moment};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The longest text that may identify something, in bytes of UTF-8.
const LONGEST: usize = 64;

/// What a field says in one event.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text or whole number that may identify something, by its number.
    Value(u32),
    /// A time, in microseconds.
    Time(i64),
    /// Anything else.
    Other,
}

/// The type of a field, as far as its values tell.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `time`
    Time,
    /// `person`
    Person,
}

/// The fields of a log.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// In the order in which they were first seen.
    pub(super) all: Vec<Field>,
    by_name: BTreeMap<String, Option<u16>>,
    values: BTreeMap<String, u32>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) code: FieldCode,
    /// How often it was of which type.
    kinds: BTreeMap<Kind, u64>,
    /// Whether it had several values at once.
    pub(super) list: bool,
}

impl Field {
    /// Its type: that of all values, text where they differ.
    pub(super) fn kind(&self) -> Kind {
        let mut kinds = self.kinds.keys();
        match (kinds.next(), kinds.next()) {
            (Some(only), None) => *only,
            _ => Kind::Text,
        }
    }
}

impl Fields {
    /// The fields of an event's `data`.
    pub(super) fn read(&mut self, data: &Map<String, Value>) -> Box<[(u16, Cell)]> {
        let mut cells = Vec::with_capacity(data.len());
        for (name, value) in data.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())) {
            let Some(field) = self.field(name) else { continue };
            cells.extend(self.cell(field, value).map(|cell| (field, cell)));
        }
        cells.into_boxed_slice()
    }

    /// The number of a field by its code.
    pub(super) fn find(&self, code: &str) -> Option<u16> {
        self.by_name.get(code).copied().flatten()
    }

    /// The texts of these values.
    pub(super) fn texts(&self, wanted: BTreeSet<u32>) -> BTreeMap<u32, &str> {
        let known = self.values.iter().filter(|(_, number)| wanted.contains(number));
        known.map(|(text, number)| (*number, text.as_str())).collect()
    }

    pub(super) fn get(&self, field: u16) -> Option<&Field> {
        self.all.get(usize::from(field))
    }

    /// Whether a member of `data` can be a field; its number.
    fn field(&mut self, name: &str) -> Option<u16> {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        // A field cannot be named like an attribute of nodes.
        let code =
            FieldCode::parse(name).ok().filter(|_| lexicon::position(lexicon::ATTRIBUTES, name).is_none());
        let number = code.and_then(|code| {
            let number = u16::try_from(self.all.len()).ok()?;
            self.all.push(Field { code, kinds: BTreeMap::new(), list: false });
            Some(number)
        });
        self.by_name.insert(name.to_owned(), number);
        number
    }

    fn cell(&mut self, field: u16, value: &Value) -> Option<Cell> {
        let (kind, cell) = match value {
            Value::Null => return None,
            Value::Bool(_) => (Kind::Bool, Cell::Other),
            Value::Number(n) if n.is_i64() || n.is_u64() => {
                (Kind::Number, Cell::Value(self.value(&n.to_string())))
            }
            Value::Number(_) => (Kind::Number, Cell::Other),
            Value::String(text) if text.is_empty() => return None,
            Value::String(text) => match parse_moment(text, &Zone::fixed("UTC", 0)) {
                Some(moment) => (Kind::Time, Cell::Time(moment.at.0)),
                None if text.len() <= LONGEST => (Kind::Text, Cell::Value(self.value(text))),
                None => (Kind::Text, Cell::Other),
            },
            Value::Object(members) if members.contains_key("id") || members.contains_key("name") => {
                (Kind::Person, Cell::Other)
            }
            Value::Object(_) => return None,
            Value::Array(all) => {
                let first = all.first().filter(|v| !v.is_array())?;
                self.cell(field, first)?;
                if let Some(field) = self.all.get_mut(usize::from(field)) {
                    field.list = true;
                }
                return Some(Cell::Other);
            }
        };
        if let Some(field) = self.all.get_mut(usize::from(field)) {
            *field.kinds.entry(kind).or_default() += 1;
        }
        Some(cell)
    }

    fn value(&mut self, text: &str) -> u32 {
        if let Some(known) = self.values.get(text) {
            return *known;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.insert(text.to_owned(), number);
        number
    }
}
