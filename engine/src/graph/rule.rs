//! Rules, what they ask of tracks, and measures.

use super::{Expr, Length, NodeIx, ScopeIx};
use crate::name::{MeasureCode, RoleCode, RuleCode};
use serde::{Deserialize, Serialize};

/// 规则.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Its code.
    pub code: RuleCode,
    /// Its Chinese name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// Where it is judged: 0 once an order, else once a track of that scope.
    pub scope: ScopeIx,
    /// 级别.
    pub severity: Severity,
    /// 适用: not applicable while this is false.
    pub applies: Option<Expr>,
    /// 要求.
    pub check: Expr,
    /// 要求 as it was written, for people.
    pub text: String,
    /// 缺值 违规.
    pub missing_violates: bool,
    /// 并列 允许: whether a tie at the coarser precision satisfies `<`. Absent: allowed.
    pub ties: Option<bool>,
    /// 提示 with placeholders.
    pub alert: Option<Vec<AlertPart>>,
    /// 升级 D ROLE.
    pub escalate: Vec<(Length, RoleCode)>,
    /// What it rests on.
    pub basis: Option<String>,
}

/// A piece of an alert's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AlertPart {
    /// As it stands.
    Text(String),
    /// `{…}`: the value of an expression.
    Value(Expr),
    /// `{医嘱号}`: the field of the loop's 主键, what the instance goes by.
    Key,
}

/// 级别, from slight to grave.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 低
    Low,
    /// 中
    Medium,
    /// 高
    High,
    /// 危急
    Critical,
}

/// A condition that is judged on each track of a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Whose tracks.
    pub scope: ScopeIx,
    /// Over nodes of the track and of the order; without quantifiers over tracks of its own.
    pub body: Expr,
    /// As [`Rule::ties`] of the rule that asks, where that says nothing: allowed.
    pub ties: bool,
}

/// An attribute or field of every occurrence of a node, on all its tracks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gather {
    /// The node.
    pub node: NodeIx,
    /// [`Expr::Attr`] or [`Expr::Field`] of that node.
    pub of: Expr,
}

/// 指标: a turnaround.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its code.
    pub code: MeasureCode,
    /// Its Chinese name.
    pub name: String,
    /// From this node …
    pub from: NodeIx,
    /// … to this one.
    pub to: NodeIx,
    /// 目标.
    pub target: Option<Length>,
}
