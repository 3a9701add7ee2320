//! The expressions of rules, guards and alerts, and what stands inside one for whoever must find things in it.

use crate::graph::{AskIx, EndingKind, GatherIx, NodeIx, ParamIx, ScopeIx};
use crate::keyed::LengthsIx;
use crate::name::{FieldCode, TableCode};
use crate::patient;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// Comparison operators.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compare {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Which occurrence of a node in the last round (or, for `First` and `Last`, over all rounds).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// The one that counts: the first of a single node, the first of a repeated one, in the last round.
    Counting,
    /// 首次(x): the first over all rounds.
    First,
    /// 末次(x): the last over all rounds.
    Last,
}

/// Attributes of an occurrence.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attr {
    /// .时间 .at (moment)
    At,
    /// .开始 .began (moment; the time itself when no start was given)
    Began,
    /// .记录 .recorded (moment)
    Recorded,
    /// .到达 .arrived (moment)
    Arrived,
    /// .人员 .by (person)
    By,
    /// .角色 .role (text: role code)
    Role,
    /// .科室 .dept (text)
    Dept,
    /// .职称 .title (text)
    Title,
    /// .终端 .terminal (text)
    Terminal,
    /// .方式 .capture (text)
    Capture,
    /// .系统 .system (text)
    System,
    /// .院区 .campus (text)
    Campus,
}

/// A typed expression. `dsl` has checked the types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// A literal.
    Literal(Value),
    /// A parameter at the instance's campus.
    Param(ParamIx),
    /// NODE.ATTR. Inside `EveryOf`/`SomeOf` of that node: of the occurrence at hand.
    Attr(NodeIx, Pick, Attr),
    /// NODE.FIELD, likewise.
    Field(NodeIx, Pick, FieldCode),
    /// NODE.次数 .count: a number at once (last round).
    Count(NodeIx),
    /// NODE.完成 .done: true or false at once (last round).
    Done(NodeIx),
    /// A field of the event at hand: guards of triggers, and of the opening event in 起于.
    EventField(FieldCode),
    /// The value of the track (提示, 要求): the field of its `每个`.
    TrackKey,
    /// 取消.时间, 停止.时间, 换单.时间: the effective time (moment).
    EndingAt(EndingKind),
    /// 取消.原因 …: the `reason` field of the ending's event (text).
    EndingReason(EndingKind),
    /// 取消.完成 …: true or false at once.
    EndingDone(EndingKind),
    /// 患者.科室(t): what had been said of the patient by that moment; without one, by the opening of the instance. In a guard:
    /// what the event at hand says.
    Patient(patient::Of, Option<Box<Expr>>),
    /// Look-up in a code table that maps: a list of texts, empty for an unknown code.
    Lookup(TableCode, Box<Expr>),
    /// 稳定时限(值): the length that a named table of durations holds for these values (span or working time).
    Length(LengthsIx, Vec<Expr>),
    /// 非
    Not(Box<Expr>),
    /// 且
    And(Vec<Expr>),
    /// 或
    Or(Vec<Expr>),
    /// A comparison.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// 属于: the left is an element of the right list.
    In(Box<Expr>, Box<Expr>),
    /// 匹配: the left text matches the regular expression as a whole.
    Matches(Box<Expr>, String),
    /// 已填(x.f), 已填(首次(x).f): that occurrence of x recorded a well-formed f. Inside `EveryOf`/`SomeOf` of x: the one at hand.
    Filled(NodeIx, Pick, FieldCode),
    /// `+`: numbers, spans, or moment + span.
    Add(Box<Expr>, Box<Expr>),
    /// `-`: numbers, spans, moment - moment, moment - span.
    Sub(Box<Expr>, Box<Expr>),
    /// 每次 NODE: EXPR over the occurrences of the last round.
    EveryOf(NodeIx, Box<Expr>),
    /// 任一 NODE: EXPR, likewise.
    SomeOf(NodeIx, Box<Expr>),
    /// 每个 F: EXPR over the tracks of a scope.
    EachOf(AskIx),
    /// 任一 F: EXPR, likewise.
    AnyOf(AskIx),
    /// 个数(F): how many tracks there are, replaced ones left out (number).
    Tracks(ScopeIx),
    /// 总和(x.f): the sum over the occurrences of the last round, on every track (number).
    Total(GatherIx),
    /// 不同(x.f): how many different values, likewise (number).
    Distinct(GatherIx),
    /// 间隔(a、x、b): the longest pause between consecutive occurrences of these nodes (span).
    Gap(Vec<NodeIx>),
    /// A list of literals.
    List(Vec<Expr>),
}

impl Expr {
    /// Calls `visit` for this expression and all inside it, from left to right.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        visit(self);
        match self {
            Self::Not(e)
            | Self::Patient(_, Some(e))
            | Self::Lookup(_, e)
            | Self::Matches(e, _)
            | Self::EveryOf(_, e)
            | Self::SomeOf(_, e) => e.walk(visit),
            Self::And(all) | Self::Or(all) | Self::List(all) | Self::Length(_, all) => {
                all.iter().for_each(|e| e.walk(visit))
            }
            Self::Compare(_, a, b) | Self::In(a, b) | Self::Add(a, b) | Self::Sub(a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Literal(_)
            | Self::Param(_)
            | Self::Attr(..)
            | Self::Field(..)
            | Self::Count(_)
            | Self::Done(_)
            | Self::EventField(_)
            | Self::TrackKey
            | Self::EndingAt(_)
            | Self::EndingReason(_)
            | Self::EndingDone(_)
            | Self::Patient(_, None)
            | Self::Filled(..)
            | Self::EachOf(_)
            | Self::AnyOf(_)
            | Self::Tracks(_)
            | Self::Total(_)
            | Self::Distinct(_)
            | Self::Gap(_) => {}
        }
    }

    /// The nodes that it names, those of all inside it too, in text order; one that is named twice stands twice.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeIx> {
        let mut found = Vec::new();
        self.walk(&mut |e| match e {
            Self::Attr(n, ..)
            | Self::Field(n, ..)
            | Self::Count(n)
            | Self::Done(n)
            | Self::Filled(n, ..)
            | Self::EveryOf(n, _)
            | Self::SomeOf(n, _) => found.push(*n),
            Self::Gap(nodes) => found.extend(nodes),
            _ => {}
        });
        found
    }
}
