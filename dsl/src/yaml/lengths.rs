//! The named windows and durations of `codes/*.yaml`: which fields choose the row, and what holds in each.

use super::duration::{duration, working};
use super::hospital::named;
use super::names::Names;
use super::node::{Kind, Node};
use crate::diagnostic::{Diagnostic, Span as Place, Words, nearest};
use medloop_engine::catalogue::{FieldDef, Table};
use medloop_engine::graph::Length;
use medloop_engine::keyed::{Cell, Lengths, Row};
use medloop_engine::name::{FieldCode, TableCode};
use medloop_engine::value::{Type, Value};
use std::collections::BTreeMap;

/// What tables are read against.
pub(super) struct World<'a> {
    pub(super) fields: &'a BTreeMap<FieldCode, FieldDef>,
    pub(super) field_names: &'a Names,
    pub(super) tables: &'a BTreeMap<TableCode, Table>,
    /// Whether every campus has a work calendar.
    pub(super) calendars: bool,
}

/// Reads `windows` and `durations` of trees that their schema allows; `names` are those of the code tables.
pub(super) fn read(
    files: &[(String, Node)],
    world: &World<'_>,
    names: &mut Names,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<TableCode, Lengths> {
    let mut all = BTreeMap::new();
    for (file, root) in files {
        for (key, window) in [("windows", true), ("durations", false)] {
            for entry in root.get(key).map(Node::entries).unwrap_or_default() {
                let Ok(code) = TableCode::parse(&entry.key) else { continue };
                let name = named(&entry.value);
                names.add(file, &entry.key, entry.key_span, &[&name.name], found);
                let mut reader = Reader { file, world, window, found };
                if let Some((keys, rows, default)) = reader.table(&entry.value) {
                    let basis = entry.value.text_at("basis").map(str::to_owned);
                    all.insert(code.clone(), Lengths { code, name, basis, keys, rows, default });
                }
            }
        }
    }
    all
}

struct Reader<'a> {
    file: &'a str,
    world: &'a World<'a>,
    window: bool,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn tell(&mut self, code: &'static str, place: Place, words: Words) {
        self.found.push(Diagnostic::error(code, self.file, place, words));
    }

    fn table(&mut self, node: &Node) -> Option<(Vec<FieldCode>, Vec<Row>, Cell)> {
        let mut keys: Vec<&FieldDef> = Vec::new();
        for key in node.get("by").map(Node::items).unwrap_or_default() {
            let code = self.world.field_names.find(self.file, key, ("字段", "field"), self.found)?.to_owned();
            let field = FieldCode::parse(&code).ok().and_then(|c| self.world.fields.get(&c))?;
            if !matches!(field.kind, Type::Code(_) | Type::Text | Type::Bool | Type::Number) {
                let word = &field.name.name;
                let words = crate::say!(
                    "字段“{word}”不能用来选行：要代码、文字、数字或真假",
                    "the field “{word}” cannot choose a row: a code, text, number or truth value is needed"
                );
                self.tell("E0717", key.span, words);
                return None;
            }
            keys.push(field);
        }
        let mut rows: Vec<Row> = Vec::new();
        for row in node.get("rows").map(Node::items).unwrap_or_default() {
            let (when, cell) = (self.when(row, &keys), self.cell(row));
            let (Some(when), Some(cell)) = (when, cell) else { continue };
            let covers = |above: &Row| above.when.iter().zip(&when).all(|(a, b)| a.is_none() || a == b);
            if rows.iter().any(covers) {
                let words = crate::say!(
                    "这一行永远用不上：前面的行已经包括它",
                    "this row is never used: one above it takes all of its cases"
                );
                self.tell("E0718", row.span, words);
            }
            rows.push(Row { when, cell });
        }
        let default = self.cell(node.get("default")?)?;
        Some((keys.into_iter().map(|k| k.code.clone()).collect(), rows, default))
    }

    /// For which values a row holds, one for each key; `None` when one of them fits nothing.
    fn when(&mut self, row: &Node, keys: &[&FieldDef]) -> Option<Vec<Option<Value>>> {
        let (mut when, mut good) = (vec![None; keys.len()], true);
        for entry in row.get("when").map(Node::entries).unwrap_or_default() {
            let code = self.world.field_names.code(&entry.key);
            let at = keys.iter().position(|k| Some(k.code.as_str()) == code);
            let Some((place, field)) = at.and_then(|i| Some((when.get_mut(i)?, keys.get(i)?))) else {
                let (key, words) = (&entry.key, keys.iter().map(|k| k.name.name.as_str()));
                let near = nearest(key, words);
                let words = crate::say!("“{key}” 不在 by 里", "“{key}” does not stand in `by`");
                self.found.push(Diagnostic::error("E0717", self.file, entry.key_span, words).nearest(near));
                good = false;
                continue;
            };
            *place = self.value(field, &entry.value);
            good &= place.is_some();
        }
        good.then_some(when)
    }

    /// The value of a key field; what its code table does not hold is told.
    fn value(&mut self, field: &FieldDef, node: &Node) -> Option<Value> {
        let value = match (&field.kind, &node.value) {
            (Type::Bool, Kind::Bool(b)) => Some(Value::Bool(*b)),
            (Type::Number, _) => node.number().map(Value::Number),
            (Type::Text, Kind::Text(text)) => Some(Value::Text(text.as_str().into())),
            (Type::Code(table), Kind::Text(text)) => {
                let table = TableCode::parse(table).ok().and_then(|t| self.world.tables.get(&t))?;
                let code = table.codes.get_key_value(text.as_str());
                let code = code.or_else(|| table.codes.iter().find(|(_, n)| n.name == *text));
                let Some((code, _)) = code else {
                    let title = &table.name.name;
                    let words =
                        crate::say!("码表 {title} 里没有 “{text}”", "the code table {title} has no “{text}”");
                    let known = table.codes.iter().flat_map(|(c, n)| [c.as_ref(), n.name.as_str()]);
                    let near = nearest(text, known);
                    self.found.push(Diagnostic::error("E0711", self.file, node.span, words).nearest(near));
                    return None;
                };
                Some(Value::Text(code.clone()))
            }
            _ => None,
        };
        if value.is_none() {
            let (word, (zh, en)) = (&field.name.name, node.kind_words());
            let words = crate::say!("字段“{word}”的值不会是{zh}", "the field “{word}” never holds {en}");
            self.tell("E0717", node.span, words);
        }
        value
    }

    fn cell(&mut self, node: &Node) -> Option<Cell> {
        if !self.window {
            return Some(Cell { from: None, to: self.length(node.get("length")?, false)?, missed: None });
        }
        let from = self.length(node.get("from")?, true);
        let to = self.length(node.get("to")?, true);
        let missed = match node.get("missed") {
            Some(missed) => Some(self.length(missed, false)?),
            None => None,
        };
        let (from, to) = (from?, to?);
        if crate::resolve::ends_before(from, to) {
            let words = Words::new("窗的起点在终点之后", "the window begins after its end");
            self.tell("E0310", node.span, words);
            return None;
        }
        Some(Cell { from: Some(from), to, missed })
    }

    fn length(&mut self, node: &Node, signed: bool) -> Option<Length> {
        // Anything else than a text was told by the schema.
        let text = node.text()?;
        let (minus, rest) = match text.strip_prefix('-') {
            Some(rest) if signed => (true, rest),
            _ => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let span = duration(rest).map(|s| Length::Span(if minus { s.negated() } else { s }));
        let work = || working(rest).map(|w| Length::Work(if minus { w.negated() } else { w }));
        let Some(length) = span.or_else(work) else {
            let words = crate::say!("“{text}” 不是带单位的时长", "“{text}” is no duration with its unit");
            let expected = if signed {
                Words::new("如 -30分钟、+1小时", "such as -30min, +1h")
            } else {
                Words::new("如 30分钟、2小时", "such as 30min, 2h")
            };
            self.found.push(Diagnostic::error("E0706", self.file, node.span, words).expected(expected));
            return None;
        };
        if matches!(length, Length::Work(_)) && !self.world.calendars {
            let words = Words::new("有的院区没有工作日历", "not every campus has a work calendar");
            self.tell("E0904", node.span, words);
            return None;
        }
        Some(length)
    }
}
