//! Binds the names of an expression, by the place where it stands.

use super::Cx;
use super::bound::{Bound, BoundKind};
use super::loops::Loop;
use super::symbols::Symbol;
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon;
use crate::say;
use crate::tree::{Expr, ExprKind, LogicOp, Name, QuantifierKind};
use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{NodeIx, ParamIx, Pick, ScopeIx};
use medloop_engine::name::{EventType, FieldCode};

/// Where an expression stands, which says what a bare word may be.
#[derive(Clone, Debug)]
pub(crate) enum Site {
    /// A guard of 事件, 取消, 停止 …: params and fields of the event at hand; its types, for what they carry.
    Event(Vec<EventType>),
    /// A guard of 起于, or of the flow.
    Opening(Vec<EventType>),
    /// 要求, 适用, 提示, 共: params; the field of the track it is judged on.
    Rule,
}

pub(super) struct Binder<'c, 'a, 'l> {
    pub(super) cx: &'c mut Cx<'a>,
    pub(super) of: &'l Loop<'a>,
    pub(super) site: Site,
}

impl<'a> Cx<'a> {
    pub(super) fn bind(&mut self, of: &Loop<'a>, site: Site, expr: &Expr) -> Bound {
        Binder { cx: self, of, site }.bind(expr)
    }
}

impl Binder<'_, '_, '_> {
    fn bind(&mut self, expr: &Expr) -> Bound {
        let kind = self.kind(expr).unwrap_or(BoundKind::Wrong);
        Bound { kind, span: expr.span }
    }

    pub(super) fn boxed(&mut self, expr: &Expr) -> Box<Bound> {
        Box::new(self.bind(expr))
    }

    pub(super) fn all(&mut self, exprs: &[Expr]) -> Vec<Bound> {
        exprs.iter().map(|e| self.bind(e)).collect()
    }

    fn kind(&mut self, expr: &Expr) -> Option<BoundKind> {
        Some(match &expr.kind {
            ExprKind::Text(text) => BoundKind::Text(text.as_str().into()),
            ExprKind::Number(quantity) => match &quantity.unit {
                None => BoundKind::Number(quantity.number),
                Some(_) => match self.cx.stretch(quantity)? {
                    Stretch::Clock(span) => BoundKind::Span(span),
                    Stretch::Work(work) => BoundKind::Work(work),
                },
            },
            ExprKind::Moment(text) => BoundKind::Moment(text.clone()),
            ExprKind::Clock(_) => {
                let message =
                    say!("时刻不带日期，不能参与比较", "a time of day without its date cannot be compared");
                let help = say!(
                    "两个环节之间的时长写 甲.时间 - 乙.时间 <= 30分钟；某一刻写上日期，如 2026-01-05 08:30",
                    "the time between two nodes is `a.at - b.at <= 30min`; a moment has its date, as 2026-01-05 08:30"
                );
                self.cx.push(self.cx.error("E0309", expr.span, message).help(help));
                return None;
            }
            ExprKind::Bool(value) => BoundKind::Bool(*value),
            ExprKind::Path(path) => return self.path(path, Pick::Counting, expr.span),
            ExprKind::Call(path, arguments) => return self.call(path, arguments, expr.span),
            ExprKind::Member(call, members) => return self.member(call, members, expr.span),
            ExprKind::List(all) => BoundKind::List(self.all(all)),
            ExprKind::Not(inner) => BoundKind::Not(self.boxed(inner)),
            ExprKind::Negative(inner) => BoundKind::Negative(self.boxed(inner)),
            ExprKind::Logic(LogicOp::And, all) => BoundKind::And(self.all(all)),
            ExprKind::Logic(LogicOp::Or, all) => BoundKind::Or(self.all(all)),
            ExprKind::Compare(op, a, b) => BoundKind::Compare(*op, self.boxed(a), self.boxed(b)),
            ExprKind::Sum(first, rest) => {
                let first = self.boxed(first);
                BoundKind::Sum(first, rest.iter().map(|(plus, e)| (*plus, self.bind(e))).collect())
            }
            ExprKind::Quantified(kind, name, body) => return self.quantified(*kind, name, body),
        })
    }

    fn quantified(&mut self, kind: QuantifierKind, name: &Name, body: &Expr) -> Option<BoundKind> {
        self.no_nodes(name)?;
        let field = self.cx.names.field(&name.text).is_some() && self.of.symbols.get(&name.text).is_none();
        if kind == QuantifierKind::Each || field {
            let scope = self.block(name)?;
            let body = self.boxed(body);
            return Some(match kind {
                QuantifierKind::Any => BoundKind::AnyTrack(scope, body),
                QuantifierKind::Each | QuantifierKind::Every => BoundKind::EachTrack(scope, body),
            });
        }
        let node = self.of.symbols.node(self.cx, name)?;
        let body = self.boxed(body);
        Some(if kind == QuantifierKind::Every {
            BoundKind::Every(node, body)
        } else {
            BoundKind::Any(node, body)
        })
    }

    /// The `每个` over this field.
    pub(super) fn block(&mut self, name: &Name) -> Option<ScopeIx> {
        let field = self.cx.field_code(name)?;
        let at = self.of.scopes.iter().position(|s| s.field == field);
        if let Some(ix) = at.and_then(|i| u16::try_from(i + 1).ok()) {
            return Some(ScopeIx(ix));
        }
        if !self.of.flow_lost {
            let word = &name.text;
            let titles = self.of.scopes.iter().filter_map(|s| self.cx.names.catalogue.fields.get(&s.field));
            let near = nearest(word, titles.flat_map(|f| [f.name.name.as_str(), f.code.as_str()]));
            let message = say!("本闭环没有“每个 {word}”", "this loop has no `each {word}`");
            self.cx.push(self.cx.error("E0506", name.span, message).nearest(near));
        }
        None
    }

    /// Guards see the event at hand and nothing that came before it.
    pub(super) fn no_nodes(&mut self, name: &Name) -> Option<()> {
        if matches!(self.site, Site::Rule) {
            return Some(());
        }
        let message = say!(
            "这里只看得到当前事件的字段，看不到环节",
            "only fields of the event at hand are seen here, no nodes"
        );
        let help =
            say!("直接写字段名，如“结论 == \"…\"”", "write the field alone, such as `result == \"…\"`");
        self.cx.push(self.cx.error("E0505", name.span, message).help(help));
        None
    }

    /// A word alone: a param, or a field by the place.
    pub(super) fn bare(&mut self, name: &Name) -> Option<BoundKind> {
        let word = &name.text;
        let field = self.cx.names.field(word);
        match (self.of.symbols.get(word), field) {
            (Some(Symbol::Param(_)), Some(_)) if !matches!(self.site, Site::Rule) => {
                self.ambiguous(name);
                None
            }
            (Some(Symbol::Param(ix)), _) => self.param(ix),
            (Some(Symbol::Node(_)), _) => {
                let message = say!("环节“{word}”之后缺属性", "the node `{word}` lacks an attribute");
                let help = say!(
                    "写 {word}.完成、{word}.时间 或 {word}.字段",
                    "write {word}.done, {word}.at or {word}.FIELD"
                );
                self.cx.push(self.cx.error("E0305", name.span, message).help(help));
                None
            }
            (Some(_), _) if self.of.symbols.is_twice(word) => None,
            (Some(other), _) => {
                let (zh, en) = other.words();
                let message = say!("“{word}”是{zh}，不是值", "`{word}` is a {en}, not a value");
                self.cx.push(self.cx.error("E0202", name.span, message));
                None
            }
            (None, Some(field)) => self.bare_field(name, field.code.clone()),
            (None, None) => {
                let params = self.of.symbols.names_of(|s| matches!(s, Symbol::Param(_)));
                let near = nearest(word, params.chain(self.cx.names.field_names()));
                let near = self.of_whose(word).or(near);
                if near.is_none() && !self.cx.lost.contains(word) {
                    let message = say!("没有参数或字段“{word}”", "there is no param or field `{word}`");
                    let help = say!("若是文字，写成 \"{word}\"", "if it is a text, write \"{word}\"");
                    self.cx.push(self.cx.error("E0201", name.span, message).help(help));
                    return None;
                }
                let what = say!("没有参数或字段", "there is no param or field");
                self.cx.unknown("E0201", name, what, near);
                None
            }
        }
    }

    fn param(&mut self, ix: ParamIx) -> Option<BoundKind> {
        Some(BoundKind::Param(ix))
    }

    fn ambiguous(&mut self, name: &Name) {
        let word = &name.text;
        let message = say!("“{word}”既是参数又是字段", "`{word}` is both a param and a field");
        self.cx.push(self.cx.error("E0211", name.span, message));
    }

    /// `报告的时间`: how it is written with a dot, when there is such a node.
    fn of_whose(&self, word: &str) -> Option<String> {
        let (node, what) = word.split_once('的')?;
        let known = matches!(self.of.symbols.get(node), Some(Symbol::Node(_)))
            && (lexicon::position(lexicon::ATTRIBUTES, what).is_some()
                || self.cx.names.field(what).is_some());
        known.then(|| format!("{node}.{what}"))
    }

    fn bare_field(&mut self, name: &Name, field: FieldCode) -> Option<BoundKind> {
        let types = match &self.site {
            Site::Event(types) | Site::Opening(types) => types.clone(),
            Site::Rule => {
                if self.of.scopes.iter().any(|s| s.field == field) {
                    return Some(BoundKind::TrackKey(field));
                }
                if self.of.flow_lost {
                    return None;
                }
                let word = &name.text;
                let message = say!("字段“{word}”属于哪个环节？", "the field `{word}` of which node?");
                let holders: Vec<&str> = self
                    .of
                    .nodes
                    .iter()
                    .filter(|n| n.fields.iter().any(|f| f.field == field))
                    .map(|n| n.name)
                    .collect();
                let mut diagnostic = self.cx.error("E0212", name.span, message);
                for holder in holders.into_iter().take(3) {
                    diagnostic = diagnostic.help(say!("写 {holder}.{word}", "write {holder}.{word}"));
                }
                self.cx.push(diagnostic);
                return None;
            }
        };
        let defs = types.iter().filter_map(|t| self.cx.names.catalogue.events.get_key_value(t));
        let lacking: Vec<&EventType> =
            defs.filter(|(_, d)| !d.fields.contains(&field)).map(|(t, _)| t).collect();
        if let Some(event) = lacking.first() {
            let word = &name.text;
            let message =
                say!("事件 {event} 不带字段“{word}”", "the event {event} does not carry the field `{word}`");
            self.cx.push(self.cx.error("E0213", name.span, message));
        }
        Some(BoundKind::EventField(field))
    }

    pub(super) fn node_of(&mut self, name: &Name) -> Option<NodeIx> {
        self.no_nodes(name)?;
        if self.of.symbols.get(&name.text).is_none() {
            let nodes = self.of.symbols.names_of(|s| matches!(s, Symbol::Node(_)));
            let endings = [lexicon::PATIENT.zh, "取消", "停止", "换单", "豁免"];
            let near = nearest(&name.text, nodes.chain(endings));
            self.cx.unknown_node(name, near, &self.of.symbols);
            return None;
        }
        self.of.symbols.node(self.cx, name)
    }

    pub(super) fn wrong(
        &mut self,
        code: &'static str,
        span: Place,
        words: crate::diagnostic::Words,
    ) -> Option<BoundKind> {
        self.cx.push(self.cx.error(code, span, words));
        None
    }
}
