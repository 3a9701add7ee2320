//! Expressions as written.

use super::{Clock, Name, Quantity, Span};

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `"…"`
    Text(String),
    /// `30`, `30分钟`
    Number(Quantity),
    /// `2026-12-01`, `2026-12-01T09:20`
    Moment(String),
    /// `09:20`
    Clock(Clock),
    /// 真, 假
    Bool(bool),
    /// `a`, `a.b`
    Path(Vec<Name>),
    /// `f(x, …)`, `a.b(x)`; the parenthesis touches the name.
    Call(Vec<Name>, Vec<Expr>),
    /// `f(x).b`: an attribute or field of what a function picks.
    Member(Box<Expr>, Vec<Name>),
    /// `["A", "B"]`, `("A", "B")`
    List(Vec<Expr>),
    /// 非
    Not(Box<Expr>),
    /// `-x`
    Negative(Box<Expr>),
    /// 且, 或: at least two operands, one operator.
    Logic(LogicOp, Vec<Expr>),
    /// A comparison, 属于, 匹配.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `a + b - c`: the first, then sign (`true` for `+`) and operand.
    Sum(Box<Expr>, Vec<(bool, Expr)>),
    /// `每次 x: EXPR`
    Quantified(QuantifierKind, Name, Box<Expr>),
}

/// 且, 或.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LogicOp {
    /// 且
    And,
    /// 或
    Or,
}

/// What stands between the two sides of a comparison.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum CompareOp {
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
    /// 属于
    In,
    /// 匹配
    Matches,
}

/// Which quantifier.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum QuantifierKind {
    /// 每次 NODE: over occurrences.
    Every,
    /// 每个 F: over tracks.
    Each,
    /// 任一 NODE or F.
    Any,
}
