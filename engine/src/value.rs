//! Values of fields and expressions.

use crate::calendar::Work;
use crate::time::{Moment, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person as an event states it. Persons are equal by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Person {
    /// Staff id; absent when the source gave only a name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<Arc<str>>,
    /// Name as written down.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Arc<str>>,
}

/// A typed value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// True or false.
    #[serde(rename = "b")]
    Bool(bool),
    /// A finite number, in the unit of its field.
    #[serde(rename = "n")]
    Number(f64),
    /// Text, or a code of a table.
    #[serde(rename = "s")]
    Text(Arc<str>),
    /// A point in time.
    #[serde(rename = "m")]
    Moment(Moment),
    /// A length of time.
    #[serde(rename = "d")]
    Span(Span),
    /// A length of working time: only parameters and literals have it.
    #[serde(rename = "w")]
    Work(Work),
    /// A person.
    #[serde(rename = "p")]
    Person(Person),
    /// Several of one kind.
    #[serde(rename = "l")]
    List(Vec<Value>),
}

impl Value {
    /// Whether two values are of one kind, so that one may stand for the other; days and hours of work are two.
    #[must_use]
    pub fn alike(&self, other: &Self) -> bool {
        use std::mem::discriminant;
        match (self, other) {
            (Self::Work(a), Self::Work(b)) => discriminant(a) == discriminant(b),
            (a, b) => discriminant(a) == discriminant(b),
        }
    }
}

/// What kind of values a field or expression has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// Free text.
    Text,
    /// A code of the table with this code.
    Code(Arc<str>),
    /// A point in time, or a date.
    Moment,
    /// A length of time.
    Span,
    /// A person: id, or `{id, name}`.
    Person,
    /// Several of one kind.
    List(Box<Type>),
}

/// Whether a text is a regular expression that the engine can run.
///
/// # Errors
/// What is wrong with it, in the words of the regular expression library.
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    regex_lite::Regex::new(&format!("^(?:{pattern})$")).map(|_| ()).map_err(|e| e.to_string())
}
