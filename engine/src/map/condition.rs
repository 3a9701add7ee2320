//! Conditions over a message: which rows a rule takes.

use super::pick::Scope;
use super::{Fault, Pick};
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    /// Every one holds; none: always.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A value passes a test.
    Test(Pick, Test),
}

/// A test of a value as text.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is one of these.
    In(BTreeSet<Arc<str>>),
    /// It is not there.
    Empty,
    /// The pattern is found in it.
    Matches(Regex),
    /// It is listed in this code table of the mapping.
    Listed(Arc<str>),
}

impl Test {
    /// The test that a regular expression is found in the value.
    ///
    /// # Errors
    /// Why the pattern cannot be run.
    pub fn matches(pattern: &str) -> Result<Self, String> {
        Regex::new(pattern).map(Self::Matches).map_err(|e| e.to_string())
    }
}

impl Condition {
    /// The one that always holds.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    pub(super) fn holds(&self, scope: &Scope<'_>) -> Result<bool, Fault> {
        match self {
            Self::All(parts) => {
                for part in parts {
                    if !part.holds(scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(parts) => {
                for part in parts {
                    if part.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(part) => Ok(!part.holds(scope)?),
            Self::Test(pick, test) => {
                let owned;
                let text = if let Pick::Field(path) = pick {
                    path.text(scope)?
                } else {
                    owned = pick.text(scope)?;
                    owned.as_deref()
                };
                Ok(match test {
                    Test::Empty => text.is_none(),
                    Test::In(values) => text.is_some_and(|t| values.contains(t)),
                    Test::Matches(pattern) => text.is_some_and(|t| pattern.is_match(t)),
                    Test::Listed(table) => scope
                        .mapping
                        .codes
                        .get(table)
                        .is_some_and(|t| t.rows.contains_key(text.unwrap_or(""))),
                })
            }
        }
    }
}
