//! Tests as written: settings, lines with their time, expectations.

use super::{EndingKind, Name, Quantity, Span, Text};

/// 测试 "title" { … }
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// `///` above it.
    pub doc: String,
    /// Its title.
    pub title: Text,
    /// Settings and lines in text order.
    pub items: Vec<TestItem>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A statement of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum TestItem {
    /// 主键, 院区, 患者, 设
    Setting(Setting),
    /// An event.
    Event(EventLine),
    /// 应有 (with its time) or 最终 (without).
    Expect {
        /// When it is looked at; `None`: once no timer of the loop is left (最终).
        when: Option<When>,
        /// What is expected.
        expectation: Expectation,
        /// The whole line.
        span: Span,
    },
}

/// A setting of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// 主键 VALUE
    Key(Value),
    /// 院区 NAME
    Campus(Value),
    /// 患者 VALUE
    Patient(Value),
    /// 设 PARAM = VALUE
    Param(Name, Value),
}

/// `[日期 | 次日 | +N天] HH:MM[:SS]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The day; that of the line before when absent, 2026-01-05 on the first line.
    pub day: Day,
    /// The time of day.
    pub clock: Clock,
    /// Both.
    pub span: Span,
}

/// The day of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    /// That of the line before; on the first line 2026-01-05. Behind 到达: that of its line.
    Same,
    /// So many days after the first: 次日 is 1, `+2天` is 2. The first is 2026-01-05, or the date that the first line states.
    Plus(u32),
    /// A date: year, month, day, checked to exist.
    Date(i32, u32, u32),
}

/// A time of day, checked to exist.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// 0..=23
    pub hour: u32,
    /// 0..=59
    pub minute: u32,
    /// 0..=59; absent: minute precision.
    pub second: Option<u32>,
}

/// `WHEN (NODE | 取消 | 停止 | 换单 | 豁免 | 恢复 | 事件 TYPE) [人(角色、…)] [来自 S] [到达 …] [撤回 | 更正 N] { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct EventLine {
    /// When it happened.
    pub when: When,
    /// What happened.
    pub what: What,
    /// Who did it.
    pub person: Option<Person>,
    /// 来自: a system, or a whole source such as `bis/east`.
    pub source: Option<Text>,
    /// 到达: when it arrived, if not at once.
    pub arriving: Option<When>,
    /// 撤回, 更正
    pub change: Option<EventChange>,
    /// Its fields; attributes such as 科室 set the event's own, `患者.科室` what it says of the patient.
    pub fields: Vec<(Name, Value)>,
    /// The whole line.
    pub span: Span,
}

/// What an event line says happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A node: an event of its first trigger's type.
    Node(Name),
    /// 取消, 停止, 换单, 豁免: an event of that statement's type.
    Ending(EndingKind, Span),
    /// 恢复: an event of the type that takes a stop back.
    Resume(Span),
    /// 事件 TYPE
    Event(Name),
}

/// Who did it: `王(医师)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The id.
    pub id: Name,
    /// The roles.
    pub roles: Vec<Name>,
}

/// What a line does to an earlier event.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum EventChange {
    /// 撤回: takes the event of this line back.
    Retract,
    /// 更正 N: is its revision N.
    Revise(u32),
}

/// What is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// `闭环[…] STATUS`
    Loop {
        /// The track, for its status.
        selector: Option<Selector>,
        /// The status word.
        status: Name,
    },
    /// `告警 R[…]`, `无告警 R[…]`
    Alert {
        /// 告警
        raised: bool,
        /// The rule.
        rule: Name,
        /// The track.
        selector: Option<Selector>,
    },
    /// `X[…] STATUS [D]`: X is a node or a rule.
    Named {
        /// The node or rule.
        name: Name,
        /// The track.
        selector: Option<Selector>,
        /// The status or verdict word.
        status: Name,
        /// `延迟 5分钟`: by how much.
        by: Option<Quantity>,
    },
}

/// `[血袋号 "B1"]`
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// The field.
    pub field: Name,
    /// Its value.
    pub value: Value,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// 错值(…): a test means it to be refused by its field.
    pub wrong: bool,
    /// Sign included.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// `"…"`
    Text(String),
    /// A bare word.
    Word(String),
    /// A number, with or without unit, sign applied.
    Number(Quantity),
    /// `2026-12-01`, `2026-12-01T09:20`
    Moment(String),
    /// `09:20`: that time on the line's day.
    Clock(Clock),
    /// 真, 假
    Bool(bool),
    /// Several.
    List(Vec<Value>),
}
