//! The values that an event records, by field.

use crate::name::FieldCode;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Values by field, in the order of the codes: a map in one piece, because each of very many facts has one with a few entries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<FieldCode, Value>", into = "BTreeMap<FieldCode, Value>")]
pub struct Fields(Vec<(FieldCode, Value)>);

impl Fields {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &FieldCode) -> Option<&Value> {
        let at = self.place(field).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Whether a field has one.
    #[must_use]
    pub fn contains_key(&self, field: &FieldCode) -> bool {
        self.place(field).is_ok()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with its field.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldCode, &Value)> {
        self.0.iter().map(|(field, value)| (field, value))
    }

    /// The fields that have one.
    pub fn keys(&self) -> impl Iterator<Item = &FieldCode> {
        self.0.iter().map(|(field, _)| field)
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Sets the value of a field.
    pub fn insert(&mut self, field: FieldCode, value: Value) {
        match self.place(&field) {
            Ok(at) => self.0.iter_mut().skip(at).take(1).for_each(|(_, known)| *known = value.clone()),
            Err(at) => self.0.insert(at, (field, value)),
        }
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn place(&self, field: &FieldCode) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(field))
    }
}

impl From<BTreeMap<FieldCode, Value>> for Fields {
    fn from(all: BTreeMap<FieldCode, Value>) -> Self {
        Self(all.into_iter().collect())
    }
}

impl From<Fields> for BTreeMap<FieldCode, Value> {
    fn from(all: Fields) -> Self {
        all.0.into_iter().collect()
    }
}

impl FromIterator<(FieldCode, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (FieldCode, Value)>>(all: I) -> Self {
        let mut out = Self::new();
        all.into_iter().for_each(|(field, value)| out.insert(field, value));
        out
    }
}
