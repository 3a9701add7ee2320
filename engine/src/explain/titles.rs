//! What a definition's parts are called, and its limits and plans in words: for whatever shows a loop and not an instance.

use super::text;
use crate::calendar::Stretch;
use crate::graph::{Definition, Expr, Length, Node, NodeIx, Param, Scope, ScopeIx, title};
use crate::keyed::{Cell, Keyed, Lengths};
use crate::name::{FieldCode, RoleCode, TableCode};
use crate::time::{Span, Zone};
use crate::value::{Type, Value};
use crate::words::Lang;

/// A definition in the reader's language, with the group's own values.
#[derive(Copy, Clone, Debug)]
pub struct Titles<'a> {
    /// The definition.
    pub def: &'a Definition,
    /// The reader's language.
    pub lang: Lang,
}

impl Titles<'_> {
    /// A Chinese name, or the words of the code in English.
    #[must_use]
    pub fn coded(&self, name: &str, code: &str) -> String {
        match self.lang {
            Lang::Zh => name.to_owned(),
            Lang::En => Definition::english(code),
        }
    }

    /// The loop itself.
    #[must_use]
    pub fn whole(&self) -> String {
        self.coded(&self.def.name, self.def.code.as_str())
    }

    /// A node.
    #[must_use]
    pub fn node(&self, ix: NodeIx) -> String {
        self.def.node(ix).map_or_else(|| format!("#{}", ix.0), |n| self.coded(&n.name, n.code.as_str()))
    }

    /// Several nodes.
    #[must_use]
    pub fn nodes(&self, all: &[NodeIx]) -> String {
        self.list(all.iter().map(|n| self.node(*n)))
    }

    /// A field.
    #[must_use]
    pub fn field(&self, code: &FieldCode) -> String {
        let known = self.def.fields.get(code);
        known.map_or_else(|| code.to_string(), |f| title(&f.name, code.as_str(), self.lang == Lang::En))
    }

    /// A role.
    #[must_use]
    pub fn role(&self, code: &RoleCode) -> String {
        let known = self.def.roles.get(code);
        known.map_or_else(|| code.to_string(), |r| title(&r.name, code.as_str(), self.lang == Lang::En))
    }

    /// The roles of a node.
    #[must_use]
    pub fn roles(&self, node: &Node) -> String {
        self.list(node.roles.iter().map(|r| self.role(r)))
    }

    /// A parameter.
    #[must_use]
    pub fn param(&self, param: &Param) -> String {
        self.coded(&param.name, param.code.as_str())
    }

    /// Texts in a row.
    #[must_use]
    pub fn list(&self, texts: impl Iterator<Item = String>) -> String {
        texts.collect::<Vec<_>>().join(self.lang.pick("、", ", "))
    }

    /// A value as a definition writes it.
    #[must_use]
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => self.lang.pick("是", "yes").to_owned(),
            Value::Bool(false) => self.lang.pick("否", "no").to_owned(),
            Value::Number(n) => text::number(*n),
            Value::Text(t) => t.to_string(),
            Value::Moment(m) => text::clock_fine(&Zone::fixed("UTC", 0), *m, None),
            Value::Span(s) => text::duration(*s, self.lang),
            Value::Work(work) => text::work(*work, self.lang),
            Value::Person(p) => text::person(p),
            Value::List(all) => self.list(all.iter().map(|v| self.value(v))),
        }
    }

    /// The group's value of a length.
    #[must_use]
    pub fn stretch(&self, length: Length) -> Option<Stretch> {
        self.def.stretch(length)
    }

    /// The parameter that a length is.
    #[must_use]
    pub fn param_at(&self, length: Length) -> Option<&Param> {
        length.param().and_then(|ix| self.def.param(ix))
    }

    /// A length.
    #[must_use]
    pub fn length(&self, length: Length) -> String {
        self.stretch(length).map_or_else(|| "—".to_owned(), |s| text::stretch(s, self.lang))
    }

    /// The two ends of a plan's window, relative to the planned time: `-30 分钟 … +1 小时`.
    #[must_use]
    pub fn window(&self, from: Length, to: Length) -> String {
        let end = |l| match self.stretch(l) {
            Some(Stretch::Clock(s)) if s.0 > 0 => format!("+{}", text::duration(s, self.lang)),
            Some(Stretch::Clock(Span(0))) => "0".to_owned(),
            _ => self.length(l),
        };
        format!("{} … {}", end(from), end(to))
    }

    /// The named table of a limit or plan.
    #[must_use]
    pub fn table(&self, by: &Keyed) -> Option<&Lengths> {
        self.def.lengths.get(usize::from(by.table.0))
    }

    /// A named table.
    #[must_use]
    pub fn lengths(&self, table: &Lengths) -> String {
        title(&table.name, table.code.as_str(), self.lang == Lang::En)
    }

    /// Its rows: `时间敏感 -30 分钟 … +30 分钟；其他 -1 小时 … +1 小时`.
    #[must_use]
    pub fn rows(&self, table: &Lengths) -> String {
        let cell = |cell: &Cell| match cell.from {
            Some(from) => self.window(from, cell.to),
            None => self.length(cell.to),
        };
        let rows = table.rows.iter().map(|row| {
            let values = table.keys.iter().zip(&row.when).filter_map(|(key, value)| {
                let value = value.as_ref()?;
                Some(match value {
                    Value::Bool(_) => format!("{} {}", self.field(key), self.value(value)),
                    value => self.coded_value(key, value),
                })
            });
            format!("{} {}", self.list(values), cell(&row.cell))
        });
        let other = format!("{} {}", self.lang.pick("其他", "other"), cell(&table.default));
        rows.chain([other]).collect::<Vec<_>>().join(self.lang.pick("；", "; "))
    }

    /// A value of a field, a code by its name.
    fn coded_value(&self, field: &FieldCode, value: &Value) -> String {
        let table = self.def.fields.get(field).and_then(|f| match &f.kind {
            Type::Code(table) => self.def.tables.get(&TableCode::parse(table).ok()?),
            _ => None,
        });
        match (table, value) {
            (Some(table), Value::Text(code)) => {
                let named = table.codes.get(code);
                named.map_or_else(|| code.to_string(), |n| title(n, code, self.lang == Lang::En))
            }
            _ => self.value(value),
        }
    }

    /// What a placeholder of an alert stands for: `配血申请.血量`; `…` where it is computed.
    #[must_use]
    pub fn placeholder(&self, expr: &Expr, scope: ScopeIx) -> String {
        match expr {
            Expr::Field(node, _, field) => format!("{}.{}", self.node(*node), self.field(field)),
            Expr::Param(ix) => self.def.param(*ix).map(|p| self.param(p)).unwrap_or_default(),
            Expr::TrackKey => self.def.scope(scope).map(|s| self.field(&s.field)).unwrap_or_default(),
            Expr::EventField(field) => self.field(field),
            Expr::Patient(of, _) => {
                let (zh, en) = super::what::patient(*of);
                self.lang.pick(zh, en).to_owned()
            }
            Expr::Attr(node, ..) | Expr::Count(node) | Expr::Done(node) => self.node(*node),
            Expr::Literal(value) => self.value(value),
            Expr::Length(table, _) => {
                self.def.lengths.get(usize::from(table.0)).map(|t| self.lengths(t)).unwrap_or_default()
            }
            _ => "…".to_owned(),
        }
    }

    /// How many tracks a block owes: `配血申请.数量`, a number; nothing where it is computed otherwise.
    #[must_use]
    pub fn count(&self, scope: &Scope) -> Option<String> {
        let said = self.placeholder(scope.count.as_ref()?, ScopeIx::ORDER);
        (said != "…").then_some(said)
    }
}
