//! The tree of a text: every construct as it was written, with its place. Names are not looked up yet.

mod expr;
mod flow;
mod places;
mod test;

pub use expr::{CompareOp, Expr, ExprKind, LogicOp, QuantifierKind};
pub use flow::{Flow, FlowKind, FlowOp, Suffix};
pub(crate) use places::Places;
pub use test::{
    Clock, Day, EventChange, EventLine, Expectation, Person, Selector, Setting, Test, TestItem, Value,
    ValueKind, What, When,
};

pub use crate::diagnostic::Span;

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Its name, as it was given.
    pub name: String,
    /// Loops and fragments in text order.
    pub loops: Vec<Loop>,
    /// Every comment in text order, documentation included.
    pub comments: Vec<Comment>,
    /// Names that broken statements would have given: told already, so not missed again.
    pub lost: Vec<String>,
    /// Where something could not be read: whole statements and heads, ascending and apart. What the later stages miss there is a
    /// consequence and not told again.
    pub hurt: Vec<Span>,
    /// Whether something in it could not be read.
    pub broken: bool,
}

impl File {
    /// Whether a place lies where something could not be read.
    #[must_use]
    pub fn is_hurt(&self, span: Span) -> bool {
        let behind = self.hurt.partition_point(|h| h.start <= span.start);
        behind.checked_sub(1).and_then(|i| self.hurt.get(i)).is_some_and(|h| span.start <= h.end)
    }
}

/// `// …` or `/// …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What follows the slashes, without one blank before and all after.
    pub text: String,
    /// Whether it is documentation (`///`).
    pub doc: bool,
    /// Whether something stands before it on its line.
    pub trailing: bool,
    /// Slashes and text.
    pub span: Span,
    /// Where the next word, sign or literal begins; the end of the text when none does.
    pub next: usize,
}

/// A name that was written: of a node, field, role …, by name or code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Without `「」`.
    pub text: String,
    /// Where, `「」` included.
    pub span: Span,
}

/// A text literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Without quotes and with `\"` and `\\` resolved; `{{` stays, for placeholders are read later.
    pub value: String,
    /// Quotes included.
    pub span: Span,
}

/// Something with its place.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// 闭环 or 片段.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// `///` above it, line by line.
    pub doc: String,
    /// Whether it is a 片段.
    pub fragment: bool,
    /// What people read.
    pub name: Name,
    /// What the API keeps.
    pub code: Option<Name>,
    /// Its statements in text order.
    pub items: Vec<LoopItem>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A statement of a loop.
#[derive(Clone, Debug, PartialEq)]
pub enum LoopItem {
    /// 等级
    Grade(Spanned<f64>),
    /// 类别
    Category(Name),
    /// 依据
    Basis(Text),
    /// 主键
    Key(Name),
    /// 起于
    Starts(Starts),
    /// 流程, with the place of the whole statement.
    Flow(Spanned<Box<Flow>>),
    /// 使用
    Use(Name),
    /// 引用
    Refer(Refer),
    /// 参数
    Param(Param),
    /// 环节
    Node(Node),
    /// 取消, 停止, 换单, 豁免
    Ending(Ending),
    /// 中断 超过
    Interrupt(Spanned<Length>),
    /// 封存
    Seal(Spanned<Length>),
    /// 规则
    Rule(Rule),
    /// 指标
    Measure(Measure),
    /// 测试
    Test(Test),
}

/// 起于.
#[derive(Clone, Debug, PartialEq)]
pub struct Starts {
    /// `起于 任一`.
    pub any: bool,
    /// The nodes otherwise.
    pub nodes: Vec<Name>,
    /// 当
    pub guard: Option<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `引用 NAME 闭环 L 按 F = G`.
#[derive(Clone, Debug, PartialEq)]
pub struct Refer {
    /// What it is called here.
    pub name: Name,
    /// The other loop.
    pub target: Name,
    /// The field here.
    pub field: Name,
    /// The field there.
    pub other: Name,
    /// The whole statement.
    pub span: Span,
}

/// 参数.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// `///` above it.
    pub doc: String,
    /// What people read.
    pub name: Name,
    /// What the API keeps.
    pub code: Option<Name>,
    /// The group's value.
    pub value: Value,
    /// 范围
    pub range: Option<(Value, Value)>,
    /// 依据
    pub basis: Option<Text>,
    /// The whole statement.
    pub span: Span,
}

/// A length of time: written out, or a parameter, with its sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// Whether a `-` stands before it.
    pub negative: bool,
    /// Which.
    pub kind: LengthKind,
    /// Sign included.
    pub span: Span,
}

/// What a length is.
#[derive(Clone, Debug, PartialEq)]
pub enum LengthKind {
    /// `30分钟`; a missing unit is a mistake that is told later.
    Quantity(Quantity),
    /// A parameter, or the name of a window table.
    Name(Name),
}

/// A number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: f64,
    /// The unit as written.
    pub unit: Option<Name>,
    /// Both.
    pub span: Span,
}

/// `事件 TYPE、… [来自 SYSTEM、…] [当 EXPR]`.
#[derive(Clone, Debug, PartialEq)]
pub struct On {
    /// Event types, dots included.
    pub types: Vec<Name>,
    /// 来自
    pub systems: Vec<Name>,
    /// 当
    pub guard: Option<Expr>,
    /// The whole clause.
    pub span: Span,
}

/// 环节.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// `///` above it.
    pub doc: String,
    /// What people read.
    pub name: Name,
    /// What the API keeps.
    pub code: Option<Name>,
    /// Its clauses in text order.
    pub clauses: Vec<NodeClause>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A clause of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeClause {
    /// 事件
    On(On),
    /// 角色
    By(Vec<Name>),
    /// 阶段
    Stage(Name),
    /// 图标
    Icon(Name),
    /// 必填 or 可填
    Fields {
        /// 必填
        required: bool,
        /// The fields, with 关联.
        fields: Vec<(Name, bool)>,
        /// The whole clause.
        span: Span,
    },
    /// 时限 with 自
    Within {
        /// How long.
        length: Length,
        /// From which node.
        of: Option<Name>,
        /// The whole clause.
        span: Span,
    },
    /// 计划
    Due {
        /// `[NODE.]FIELD`.
        field: Vec<Name>,
        /// The lower edge, or the name of a window table when there is no upper one.
        from: Length,
        /// The upper edge.
        to: Option<Length>,
        /// 漏
        miss: Option<Length>,
        /// The whole clause.
        span: Span,
    },
    /// 依据
    Basis(Text),
}

/// Which ending.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndingKind {
    /// 取消
    Cancel,
    /// 停止
    Stop,
    /// 换单
    Supersede,
    /// 豁免
    Excuse,
}

impl EndingKind {
    /// The same in a compiled loop.
    #[must_use]
    pub fn compiled(self) -> medloop_engine::graph::EndingKind {
        use medloop_engine::graph::EndingKind as Compiled;
        match self {
            Self::Cancel => Compiled::Cancel,
            Self::Stop => Compiled::Stop,
            Self::Supersede => Compiled::Supersede,
            Self::Excuse => Compiled::Excuse,
        }
    }
}

/// 取消, 停止, 换单, 豁免.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Which.
    pub kind: EndingKind,
    /// 事件
    pub on: On,
    /// 取消 … 之前 NODE
    pub before: Option<Name>,
    /// 停止 … 生效 F
    pub effective: Option<Name>,
    /// 停止 … 恢复 事件 T
    pub resume: Vec<On>,
    /// 换单 … 新单 F
    pub successor: Option<Name>,
    /// The whole statement.
    pub span: Span,
}

/// 规则.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// `///` above it.
    pub doc: String,
    /// What people read.
    pub name: Name,
    /// What the API keeps.
    pub code: Option<Name>,
    /// Its clauses in text order.
    pub clauses: Vec<RuleClause>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// A clause of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleClause {
    /// 级别
    Severity(Name),
    /// 要求, with its text as written.
    Check(Expr, String),
    /// 适用
    Applies(Expr),
    /// 缺值
    Missing(Name),
    /// 并列
    Ties(Name),
    /// 提示, in pieces.
    Alert(Text, Vec<AlertPiece>),
    /// 升级 D ROLE、…
    Escalate(Length, Vec<Name>),
    /// 依据
    Basis(Text),
}

/// A piece of an alert's text.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertPiece {
    /// As it stands, `{{` and `}}` resolved.
    Text(String),
    /// `{…}`
    Value(Expr),
}

/// 指标.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// `///` above it.
    pub doc: String,
    /// What people read.
    pub name: Name,
    /// What the API keeps.
    pub code: Option<Name>,
    /// 从
    pub from: Name,
    /// 到
    pub to: Name,
    /// 目标
    pub target: Option<Length>,
    /// 依据
    pub basis: Option<Text>,
    /// The whole statement.
    pub span: Span,
}
