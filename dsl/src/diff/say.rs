//! Compiled conditions and lengths as the language writes them: names in Chinese, or codes with the English keywords.

use crate::diagnostic::{Lang, Words};
use crate::lexicon::{self, Word};
use medloop_engine::calendar::{Stretch, Work};
use medloop_engine::explain::text;
use medloop_engine::graph::{Attr, Compare, Definition, Expr, Length, NodeIx, Pick, ScopeIx};
use medloop_engine::keyed::LengthsIx;
use medloop_engine::name::FieldCode;
use medloop_engine::time::Zone;
use medloop_engine::value::Value;
use medloop_engine::words::Worded as _;

/// A definition in one of the two spellings.
#[derive(Copy, Clone)]
pub(super) struct Say<'a> {
    pub(super) def: &'a Definition,
    pub(super) lang: Lang,
    /// The values that stand for params, where they are to be written out.
    pub(super) params: Option<&'a [Value]>,
    /// Whose track is spoken of.
    pub(super) scope: ScopeIx,
}

/// One text in both spellings.
pub(super) fn both(def: &Definition, text: impl Fn(Say<'_>) -> String) -> Words {
    of(def, ScopeIx::ORDER, text)
}

/// One text about a track of `scope` in both spellings.
pub(super) fn of(def: &Definition, scope: ScopeIx, text: impl Fn(Say<'_>) -> String) -> Words {
    let say = |lang| text(Say { def, lang, params: None, scope });
    Words::new(say(Lang::Zh), say(Lang::En))
}

impl Say<'_> {
    pub(super) fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn word(&self, word: Word) -> &'static str {
        if self.lang == Lang::Zh { word.zh } else { word.en }
    }

    fn listed(&self, table: &[Word], en: &str) -> String {
        let word = table.iter().find(|w| w.en == en);
        word.map_or_else(|| en.to_owned(), |w| self.word(*w).to_owned())
    }

    pub(super) fn node(&self, ix: NodeIx) -> String {
        let node = self.def.node(ix);
        node.map_or_else(String::new, |n| self.pick(&n.name, n.code.as_str()).to_owned())
    }

    pub(super) fn nodes(&self, all: &[NodeIx]) -> String {
        self.list(all.iter().map(|n| self.node(*n)))
    }

    pub(super) fn field(&self, code: &FieldCode) -> String {
        let name = self.def.fields.get(code).map_or(code.as_str(), |f| f.name.name.as_str());
        self.pick(name, code.as_str()).to_owned()
    }

    pub(super) fn list(&self, all: impl Iterator<Item = String>) -> String {
        all.collect::<Vec<_>>().join(self.pick("、", ", "))
    }

    pub(super) fn value(&self, value: &Value) -> String {
        let lang = if self.lang == Lang::Zh {
            medloop_engine::words::Lang::Zh
        } else {
            medloop_engine::words::Lang::En
        };
        match value {
            Value::Bool(b) => {
                self.pick(if *b { "真" } else { "假" }, if *b { "true" } else { "false" }).to_owned()
            }
            Value::Number(n) => text::number(*n),
            Value::Text(t) => format!("\"{t}\""),
            Value::Moment(m) => text::clock_fine(&Zone::fixed("UTC", 0), *m, None),
            Value::Span(span) => span_exactly(*span, self.lang),
            Value::Work(work) => text::work(*work, lang).replace(' ', ""),
            Value::Person(p) => text::person(p),
            Value::List(all) => format!("[{}]", self.list(all.iter().map(|v| self.value(v)))),
        }
    }

    /// A length: what is written out, or the name of a param with its value.
    pub(super) fn length(&self, length: Length) -> String {
        match length {
            Length::Span(span) => self.value(&Value::Span(span)),
            Length::Work(work) => self.value(&Value::Work(work)),
            Length::Param(ix) => self.expr(&Expr::Param(ix)),
            Length::Minus(ix) => format!("-{}", self.expr(&Expr::Param(ix))),
        }
    }

    fn table(&self, ix: LengthsIx) -> String {
        let table = self.def.lengths.get(usize::from(ix.0));
        table.map_or_else(String::new, |t| self.pick(&t.name.name, t.code.as_str()).to_owned())
    }

    fn picked(&self, node: NodeIx, pick: Pick) -> String {
        let name = self.node(node);
        match pick {
            Pick::Counting => name,
            Pick::First => format!("{}({name})", self.pick("首次", "first")),
            Pick::Last => format!("{}({name})", self.pick("末次", "last")),
        }
    }

    fn attr(&self, attr: Attr) -> String {
        let en = serde_json::to_value(attr).ok().and_then(|v| v.as_str().map(str::to_owned));
        self.listed(lexicon::ATTRIBUTES, &en.unwrap_or_default())
    }

    pub(super) fn expr(&self, e: &Expr) -> String {
        let two = |a: &Expr, sign: &str, b: &Expr| format!("{} {sign} {}", self.side(a), self.side(b));
        let call = |name: &str, inner: String| format!("{name}({inner})");
        match e {
            Expr::Literal(value) => self.value(value),
            Expr::Param(ix) => match self.params.and_then(|p| p.get(usize::from(ix.0))) {
                Some(value) => self.value(value),
                None => {
                    let param = self.def.param(*ix);
                    param.map_or_else(String::new, |p| self.pick(&p.name, p.code.as_str()).to_owned())
                }
            },
            Expr::Attr(node, pick, attr) => format!("{}.{}", self.picked(*node, *pick), self.attr(*attr)),
            Expr::Field(node, pick, field) => {
                format!("{}.{}", self.picked(*node, *pick), self.field(field))
            }
            Expr::Count(node) => format!("{}.{}", self.node(*node), self.pick("次数", "count")),
            Expr::Done(node) => format!("{}.{}", self.node(*node), self.pick("完成", "done")),
            Expr::EventField(field) => self.field(field),
            Expr::TrackKey => self.def.scope(self.scope).map_or_else(String::new, |s| self.field(&s.field)),
            Expr::EndingAt(kind) => {
                format!("{}.{}", self.pick(kind.word().zh, kind.word().json), self.pick("时间", "at"))
            }
            Expr::EndingReason(kind) => {
                format!("{}.{}", self.pick(kind.word().zh, kind.word().json), self.pick("原因", "reason"))
            }
            Expr::EndingDone(kind) => {
                format!("{}.{}", self.pick(kind.word().zh, kind.word().json), self.pick("完成", "done"))
            }
            Expr::Patient(of, at) => {
                let en = serde_json::to_value(of).ok().and_then(|v| v.as_str().map(str::to_owned));
                let member = self.listed(lexicon::PATIENT_FIELDS, &en.unwrap_or_default());
                let at = at.as_ref().map_or_else(String::new, |at| format!("({})", self.expr(at)));
                format!("{}.{member}{at}", self.word(lexicon::PATIENT))
            }
            Expr::Lookup(table, inner) => {
                let name = self.def.tables.get(table).map_or(table.as_str(), |t| t.name.name.as_str());
                call(self.pick(name, table.as_str()), self.expr(inner))
            }
            Expr::Length(table, keys) => {
                call(&self.table(*table), self.list(keys.iter().map(|k| self.expr(k))))
            }
            Expr::Not(inner) => call(self.pick("非", "not"), self.expr(inner)),
            Expr::And(all) => self.joined(all, self.pick(" 且 ", " and ")),
            Expr::Or(all) => self.joined(all, self.pick(" 或 ", " or ")),
            Expr::Compare(op, a, b) => two(a, sign(*op), b),
            Expr::In(a, b) => two(a, self.pick("属于", "in"), b),
            Expr::Matches(a, pattern) => {
                format!("{} {} \"{pattern}\"", self.side(a), self.pick("匹配", "matches"))
            }
            Expr::Filled(node, pick, field) => {
                let of = format!("{}.{}", self.picked(*node, *pick), self.field(field));
                call(self.pick("已填", "filled"), of)
            }
            Expr::Add(a, b) => two(a, "+", b),
            Expr::Sub(a, b) => two(a, "-", b),
            Expr::EveryOf(node, body) => {
                format!("{} {}: {}", self.pick("每次", "every"), self.node(*node), self.expr(body))
            }
            Expr::SomeOf(node, body) => {
                format!("{} {}: {}", self.pick("任一", "any"), self.node(*node), self.expr(body))
            }
            Expr::EachOf(ix) | Expr::AnyOf(ix) => {
                let Some(ask) = self.def.asks.get(usize::from(ix.0)) else { return String::new() };
                let each = matches!(e, Expr::EachOf(_));
                let word = self.pick(if each { "每个" } else { "任一" }, if each { "each" } else { "any" });
                let field = self.def.scope(ask.scope).map_or_else(String::new, |s| self.field(&s.field));
                format!("{word} {field}: {}", self.expr(&ask.body))
            }
            Expr::Tracks(scope) => {
                let field = self.def.scope(*scope).map_or_else(String::new, |s| self.field(&s.field));
                call(self.pick("个数", "number_of"), field)
            }
            Expr::Total(ix) | Expr::Distinct(ix) => {
                let Some(gather) = self.def.gathers.get(usize::from(ix.0)) else { return String::new() };
                let total = matches!(e, Expr::Total(_));
                let word =
                    self.pick(if total { "总和" } else { "不同" }, if total { "sum" } else { "distinct" });
                call(word, self.expr(&gather.of))
            }
            Expr::Gap(nodes) => call(self.pick("间隔", "gap"), self.nodes(nodes)),
            Expr::List(all) => format!("[{}]", self.list(all.iter().map(|e| self.expr(e)))),
        }
    }

    /// One side of a comparison or sum.
    fn side(&self, e: &Expr) -> String {
        match e {
            Expr::And(_) | Expr::Or(_) | Expr::Compare(..) | Expr::EveryOf(..) | Expr::SomeOf(..) => {
                format!("({})", self.expr(e))
            }
            _ => self.expr(e),
        }
    }

    fn joined(&self, all: &[Expr], word: &str) -> String {
        let part = |e: &Expr| match e {
            Expr::And(_)
            | Expr::Or(_)
            | Expr::EveryOf(..)
            | Expr::SomeOf(..)
            | Expr::EachOf(_)
            | Expr::AnyOf(_) => {
                format!("({})", self.expr(e))
            }
            _ => self.expr(e),
        };
        all.iter().map(part).collect::<Vec<_>>().join(word)
    }
}

const fn sign(op: Compare) -> &'static str {
    match op {
        Compare::Eq => "==",
        Compare::Ne => "!=",
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
    }
}

/// A length in the greatest unit that leaves nothing over.
fn span_exactly(span: medloop_engine::time::Span, lang: Lang) -> String {
    let micros = span.0;
    if micros == 0 {
        return "0".to_owned();
    }
    let exact = |seconds: i64| micros % (seconds * 1_000_000) == 0;
    let units = lexicon::UNITS.iter().filter(|u| u.word.en != "w");
    let unit =
        units.filter_map(|u| Some((u.word, u.seconds?))).filter(|(_, s)| exact(*s)).max_by_key(|(_, s)| *s);
    match unit {
        Some((word, seconds)) => {
            let n = micros / (seconds * 1_000_000);
            format!("{n}{}", if lang == Lang::Zh { word.zh } else { word.en })
        }
        None => format!("{}{}", micros / 1_000_000, if lang == Lang::Zh { "秒" } else { "s" }),
    }
}

/// What a stretch of time comes to, to be compared: clock time with clock time, working days with working days.
pub(super) fn shorter(a: Stretch, b: Stretch) -> Option<bool> {
    match (a, b) {
        (Stretch::Clock(a), Stretch::Clock(b)) => Some(a < b),
        (Stretch::Work(Work::Days(a)), Stretch::Work(Work::Days(b))) => Some(a < b),
        (Stretch::Work(Work::Hours(a)), Stretch::Work(Work::Hours(b))) => Some(a < b),
        _ => None,
    }
}
