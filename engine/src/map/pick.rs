//! Values picked out of a message: fields, constants, templates, codes, times, digests.

use super::condition::Condition;
use super::lookup::bad_time;
use super::stamp::{Stamp, shown};
use super::{Fault, Join, Lookup, Mapping, Tree};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::fmt::Write;
use std::sync::Arc;

/// Where a path begins.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The row.
    Row,
    /// The row of the rule's join at this position.
    Join(usize),
    /// The part that `split` made.
    Item,
}

/// A part of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Where it begins.
    pub base: Base,
    /// Names and positions from there.
    pub steps: Vec<Arc<str>>,
    /// As the mapping writes it, for messages.
    pub shown: Arc<str>,
}

/// A value of an event.
#[derive(Clone, Debug)]
pub enum Pick {
    /// The text at a path.
    Field(Path),
    /// Always this.
    Const(Value),
    /// Pieces put together; nothing when one of them is.
    Template(Vec<Piece>),
    /// A value as text.
    Text(Box<Pick>),
    /// The first that is there.
    First(Vec<Pick>),
    /// What a code table says of a value.
    Code {
        /// Its name in [`Mapping::codes`].
        table: Arc<str>,
        /// The value.
        of: Box<Pick>,
        /// The column, `""` where the table has one meaning.
        take: Arc<str>,
    },
    /// A moment, as fine as it is.
    Time(Path, Stamp),
    /// A number.
    Number(Box<Pick>),
    /// The first less the others.
    Minus(Vec<Pick>),
    /// A digest of several values (SHA-256, 32 hexadecimal digits); one that is not there counts as such.
    Digest(Vec<Pick>),
    /// One of two, by a condition.
    If(Box<Condition>, Box<Pick>, Option<Box<Pick>>),
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Itself.
    Literal(Arc<str>),
    /// The text at a path.
    Field(Path),
}

/// What a rule sees while it maps one row. Joins are looked up when first asked for.
pub(super) struct Scope<'a> {
    pub mapping: &'a Mapping,
    pub lookup: &'a Lookup,
    pub row: &'a Tree,
    pub item: Option<&'a Tree>,
    pub joins: &'a [Join],
    pub found: Vec<OnceCell<Option<&'a Tree>>>,
}

impl<'a> Scope<'a> {
    fn base(&self, base: Base) -> Result<Option<&'a Tree>, Fault> {
        match base {
            Base::Row => Ok(Some(self.row)),
            Base::Item => Ok(self.item),
            Base::Join(position) => {
                let (Some(join), Some(cell)) = (self.joins.get(position), self.found.get(position)) else {
                    return Ok(None);
                };
                if let Some(found) = cell.get() {
                    return Ok(*found);
                }
                let found = self.lookup.find(join, self)?;
                Ok(*cell.get_or_init(|| found))
            }
        }
    }
}

impl Path {
    pub(super) fn tree<'a>(&self, scope: &Scope<'a>) -> Result<Option<&'a Tree>, Fault> {
        Ok(scope.base(self.base)?.and_then(|tree| tree.at(&self.steps)))
    }

    pub(super) fn text<'a>(&self, scope: &Scope<'a>) -> Result<Option<&'a str>, Fault> {
        Ok(self.tree(scope)?.and_then(Tree::text))
    }
}

impl Pick {
    /// The value, `None` when the message has none.
    pub(super) fn value(&self, scope: &Scope<'_>) -> Result<Option<Value>, Fault> {
        match self {
            Self::Field(path) => Ok(path.text(scope)?.map(Value::from)),
            Self::Const(value) => Ok(Some(value.clone())),
            Self::Template(pieces) => Ok(template(pieces, scope)?.map(Value::String)),
            Self::Text(of) => Ok(of.text(scope)?.map(Value::String)),
            Self::First(picks) => {
                for pick in picks {
                    if let Some(value) = pick.value(scope)? {
                        return Ok(Some(value));
                    }
                }
                Ok(None)
            }
            Self::Code { table, of, take } => code(scope, table, of, take),
            Self::Time(path, stamp) => {
                Ok(moment(path, stamp, scope)?.map(|m| Value::String(shown(m, &scope.mapping.zone))))
            }
            Self::Number(of) => of.text(scope)?.map(|text| number(of, &text).map(as_json)).transpose(),
            Self::Minus(picks) => minus(picks, scope),
            Self::Digest(picks) => digest(picks, scope).map(|text| Some(Value::String(text))),
            Self::If(when, then, otherwise) => match (when.holds(scope)?, otherwise) {
                (true, _) => then.value(scope),
                (false, Some(otherwise)) => otherwise.value(scope),
                (false, None) => Ok(None),
            },
        }
    }

    /// The value as text.
    pub(super) fn text(&self, scope: &Scope<'_>) -> Result<Option<String>, Fault> {
        if let Self::Field(path) = self {
            return Ok(path.text(scope)?.map(str::to_owned));
        }
        Ok(self.value(scope)?.map(|value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        }))
    }

    /// How the mapping calls it, for messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Field(path) | Self::Time(path, _) => path.shown.to_string(),
            Self::Code { of, .. } | Self::Number(of) | Self::Text(of) => of.shown(),
            Self::First(picks) | Self::Minus(picks) | Self::Digest(picks) => {
                picks.iter().map(Self::shown).collect::<Vec<_>>().join(", ")
            }
            Self::Template(pieces) => pieces
                .iter()
                .map(|p| match p {
                    Piece::Literal(text) => text.to_string(),
                    Piece::Field(path) => format!("{{{}}}", path.shown),
                })
                .collect(),
            Self::Const(value) => value.to_string(),
            Self::If(_, then, _) => then.shown(),
        }
    }
}

pub(super) fn moment(
    path: &Path,
    stamp: &Stamp,
    scope: &Scope<'_>,
) -> Result<Option<crate::time::Moment>, Fault> {
    path.text(scope)?
        .map(|text| stamp.read(text, &scope.mapping.zone).ok_or_else(|| bad_time(&path.shown, text)))
        .transpose()
}

fn template(pieces: &[Piece], scope: &Scope<'_>) -> Result<Option<String>, Fault> {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Field(path) => match path.text(scope)? {
                Some(text) => out.push_str(text),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(out))
}

fn code(scope: &Scope<'_>, table: &Arc<str>, of: &Pick, take: &Arc<str>) -> Result<Option<Value>, Fault> {
    let text = of.text(scope)?;
    let rows = scope.mapping.codes.get(table);
    let row = rows.and_then(|t| t.rows.get(text.as_deref().unwrap_or("")).or(t.default.as_ref()));
    match (row, text) {
        (Some(row), _) => Ok(row.get(take).map(|meaning| Value::from(meaning.as_ref()))),
        (None, None) => Ok(None),
        (None, Some(text)) => {
            let at = of.shown();
            let text: String = text.chars().take(80).collect();
            Err(Fault {
                code: "not_in_table",
                zh: format!("对照表“{table}”里没有“{at}”的值 {text:?}"),
                en: format!("code table `{table}` has no {text:?} for `{at}`"),
                at,
            })
        }
    }
}

fn number(of: &Pick, text: &str) -> Result<f64, Fault> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| {
        let at = of.shown();
        let text: String = text.chars().take(80).collect();
        Fault {
            code: "bad_number",
            zh: format!("“{at}”不是数字：{text:?}"),
            en: format!("`{at}` is no number: {text:?}"),
            at,
        }
    })
}

fn as_json(n: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53, so exact")]
    if n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0 {
        return Value::from(n as i64);
    }
    Number::from_f64(n).map_or(Value::Null, Value::Number)
}

fn minus(picks: &[Pick], scope: &Scope<'_>) -> Result<Option<Value>, Fault> {
    let mut result: Option<f64> = None;
    for pick in picks {
        let Some(text) = pick.text(scope)? else {
            return Ok(None);
        };
        let n = number(pick, &text)?;
        result = Some(result.map_or(n, |r| r - n));
    }
    Ok(result.map(as_json))
}

fn digest(picks: &[Pick], scope: &Scope<'_>) -> Result<String, Fault> {
    let mut hasher = Sha256::new();
    for pick in picks {
        // Length before text, so that ("ab", "c") and ("a", "bc") differ, and so do nothing and "".
        match pick.text(scope)? {
            None => hasher.update([0]),
            Some(text) => {
                hasher.update([1]);
                hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                hasher.update(text.as_bytes());
            }
        }
    }
    let mut out = String::with_capacity(32);
    for byte in hasher.finalize().iter().take(16) {
        let _ = write!(out, "{byte:02x}");
    }
    Ok(out)
}
