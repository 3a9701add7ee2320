//! A loop's compiled definition: what `dsl` lowers to and what the fold runs.
//!
//! Immutable and self-contained: it carries the fields, tables and campus settings it was compiled with, so that an
//! instance that keeps its definition keeps its verdicts. Its hash is the hash of its JSON form.

pub use crate::expr::{Attr, Compare, Expr, Pick};

use crate::calendar::{Calendar, Stretch, Work};
use crate::catalogue::{FieldDef, Named, Role, Table};
use crate::keyed::{Cell, Keyed, Lengths};
use crate::name::{
    CampusCode, EventType, FieldCode, LoopCode, MeasureCode, NodeCode, ParamCode, RoleCode, RuleCode,
    SystemCode, TableCode,
};
use crate::time::{Instant, Span, Zone};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Index of a node in [`Definition::nodes`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeIx(pub u16);

/// Index of a parameter in [`Definition::params`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParamIx(pub u16);

/// Index of a scope: 0 is the order, `n` is `Definition::scopes[n - 1]`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeIx(pub u16);

/// Index of a question in [`Definition::asks`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AskIx(pub u16);

/// Index of a sum or count in [`Definition::gathers`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GatherIx(pub u16);

/// Index of a guard in [`Definition::guards`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GuardIx(pub u16);

impl ScopeIx {
    /// The order's own scope.
    pub const ORDER: Self = Self(0);
}

/// One loop, compiled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Its code.
    pub code: LoopCode,
    /// Its Chinese name; English shows the code's words.
    pub name: String,
    /// Its documentation (`///`).
    pub doc: String,
    /// Grade that asks for it (等级).
    pub grade: Option<u8>,
    /// Order category for the figures (类别).
    pub category: Option<String>,
    /// The regulation behind it (依据).
    pub basis: Option<String>,
    /// The field that identifies an instance within a campus (主键).
    pub key: FieldCode,
    /// Which events open an instance (起于).
    pub starts: Starts,
    /// The order's flow. Nodes inside `Each` belong to that scope.
    pub flow: Flow,
    /// One for each `每个` block.
    pub scopes: Vec<Scope>,
    /// 当 of its flows, over the fields of the opening event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Expr>,
    /// Every node, in order of first appearance in the flow; negative nodes (重来, 终止) stand where their block names them.
    pub nodes: Vec<Node>,
    /// The parameters with the group's values; `campuses` overrides them.
    pub params: Vec<Param>,
    /// 取消, 停止, 换单, 豁免 in text order.
    pub endings: Vec<Ending>,
    /// How long a node may be overdue before the loop counts as broken off (中断 超过).
    pub interrupt: Option<Length>,
    /// The QC rules.
    pub rules: Vec<Rule>,
    /// What rules of the order ask of every track: the bodies of 每个 F: and 任一 F:.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Ask>,
    /// What rules sum up or count the different values of: 总和, 不同.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gathers: Vec<Gather>,
    /// The named windows and durations that it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lengths: Vec<Lengths>,
    /// The turnaround measures.
    pub measures: Vec<Measure>,
    /// The dictionary entries of every field that this loop names, by code.
    pub fields: BTreeMap<FieldCode, FieldDef>,
    /// The code tables that its expressions and fields name.
    pub tables: BTreeMap<TableCode, Table>,
    /// The roles it names, and every role that includes one of them.
    pub roles: BTreeMap<RoleCode, Role>,
    /// Settings of each campus of the group.
    pub campuses: BTreeMap<CampusCode, CampusSettings>,
    /// `time` to `recorded_at` beyond which a record is late documentation.
    pub backfill_after: Option<Span>,
}

/// What one campus sets for this loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampusSettings {
    /// Its time zone.
    pub zone: Zone,
    /// When it works; absent where nothing in the loop is measured in working time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// The values of the parameters there, as many as [`Definition::params`].
    pub params: Vec<Value>,
    /// Optional nodes switched off there, with the reason.
    pub off: BTreeMap<NodeIx, String>,
    /// Nodes that its systems cannot provide, with the reason.
    pub unavailable: BTreeMap<NodeIx, String>,
}

/// Which events open an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starts {
    /// Any of these nodes; for `起于 任一` every node that is not negative.
    pub nodes: Vec<NodeIx>,
    /// Over the fields of the opening event.
    pub guard: Option<Expr>,
}

/// A block of a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Flow {
    /// One node. Optional and repeated nodes say so in [`Node`].
    Node(NodeIx),
    /// One after the other.
    Seq(Vec<Flow>),
    /// In any order, all of them.
    Par(Vec<Flow>),
    /// One of them: decided by the guards of its `When` branches, else by the first event of a branch.
    Choice(Vec<Flow>),
    /// `body 当 guard`: as a branch of a choice it is taken when the guard is true; anywhere else it is expected only then.
    When {
        /// Over the fields of the opening event.
        guard: GuardIx,
        /// What it stands before.
        body: Box<Flow>,
    },
    /// A group that may be left out as a whole.
    Opt(Box<Flow>),
    /// After `node` the body begins a new round (重来). Within a `每个` `node` ends its track, and another one takes its place.
    Again {
        /// What is repeated.
        body: Box<Flow>,
        /// The negative node that ends a round.
        node: NodeIx,
    },
    /// After any of `nodes` the body is over (终止).
    Ends {
        /// What is over.
        body: Box<Flow>,
        /// The negative nodes that end it.
        nodes: Vec<NodeIx>,
    },
    /// Once for each value of a field; the body is [`Scope::flow`].
    Each(ScopeIx),
}

/// A `每个` block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The field whose values are the tracks.
    pub field: FieldCode,
    /// What runs once for each value.
    pub flow: Flow,
    /// How many tracks are owed (共), over order-level values.
    pub count: Option<Expr>,
    /// Complete only when the stop came (直到 停止).
    pub until_stop: bool,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its code.
    pub code: NodeCode,
    /// Its Chinese name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// Where it belongs.
    pub scope: ScopeIx,
    /// `?` or `*`: may be left out.
    pub optional: bool,
    /// `+` or `*`: may happen several times.
    pub repeated: bool,
    /// Named by 重来 or 终止: no pending card unless it happened.
    pub negative: bool,
    /// What completes it.
    pub triggers: Vec<Trigger>,
    /// Who may; empty: anyone.
    pub roles: Vec<RoleCode>,
    /// Stage of the order's life.
    pub stage: Stage,
    /// Name of the icon; empty: by stage.
    pub icon: String,
    /// What it must and may record.
    pub fields: Vec<NodeField>,
    /// Standard duration (时限).
    pub limit: Option<Limit>,
    /// Planned time and window (计划).
    pub plan: Option<Plan>,
}

/// `事件 TYPE 来自 SYSTEM 当 EXPR`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// The event type.
    pub event: EventType,
    /// Systems whose events count; earlier ones count before later ones. Empty: any.
    pub systems: Vec<SystemCode>,
    /// Over the fields of the event.
    pub guard: Option<Expr>,
}

/// A field of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeField {
    /// The field.
    pub field: FieldCode,
    /// 必填 or 可填.
    pub required: bool,
    /// 关联: its values lead other events here.
    pub link: bool,
}

/// 阶段.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 开立
    Order,
    /// 审核
    Review,
    /// 执行
    Execute,
    /// 反馈
    Feedback,
}

/// 时限: a standard duration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How long.
    pub length: Length,
    /// From this node; `None`: from the latest direct predecessor that happened.
    pub from: Option<NodeIx>,
    /// The length is that of a row of a named table; `length` is the table's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Keyed>,
}

/// A length that is written out or a parameter.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Length {
    /// Written out.
    Span(Span),
    /// A parameter of type span.
    Param(ParamIx),
    /// A parameter with a minus before it.
    Minus(ParamIx),
    /// Written out in working time.
    Work(Work),
}

/// 计划: planned time and the window around it in which execution is on time, bounds included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The node that records the planned time, this node itself included.
    pub node: NodeIx,
    /// The field that holds it.
    pub field: FieldCode,
    /// Lower edge relative to the planned time; usually negative.
    pub from: Length,
    /// Upper edge relative to the planned time.
    pub to: Length,
    /// 漏: how long after the window's end until it counts as overdue.
    pub missed: Option<Length>,
    /// 窗 TABLE: the window is that of a row of a named table; what stands above is the table's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Keyed>,
}

/// 参数.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Its code.
    pub code: ParamCode,
    /// Its Chinese name.
    pub name: String,
    /// The group's value: a span or a number.
    pub value: Value,
    /// Least and greatest value that a campus may set.
    pub range: Option<(Value, Value)>,
    /// What it rests on.
    pub basis: Option<String>,
}

/// What ends an order from outside its flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Which.
    pub kind: EndingKind,
    /// The event types that say it.
    pub triggers: Vec<Trigger>,
    /// 取消 … 之前 NODE: valid only before this node happened.
    pub before: Option<NodeIx>,
    /// 停止 … 生效 F: effective at this field's time, else at the event's.
    pub effective: Option<FieldCode>,
    /// 停止 … 恢复 事件 T: takes the stop back from then on.
    pub resume: Vec<Trigger>,
    /// 换单 … 新单 F: the field that holds the new order's key.
    pub successor: Option<FieldCode>,
}

/// 取消, 停止, 换单, 豁免.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Definition {
    /// The hash by which the definition is known: 64 hex digits over its JSON form.
    #[must_use]
    pub fn hash(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The node at `ix`.
    #[must_use]
    pub fn node(&self, ix: NodeIx) -> Option<&Node> {
        self.nodes.get(usize::from(ix.0))
    }

    /// What a named table says for these values of its keys.
    #[must_use]
    pub fn cell(&self, by: &Keyed, values: &[Option<&Value>]) -> Option<Cell> {
        self.lengths.get(usize::from(by.table.0)).map(|t| t.cell(values))
    }

    /// The block of `scope`; `None` for the order's own.
    #[must_use]
    pub fn scope(&self, scope: ScopeIx) -> Option<&Scope> {
        usize::from(scope.0).checked_sub(1).and_then(|i| self.scopes.get(i))
    }

    /// The flow that runs in `scope`.
    #[must_use]
    pub fn flow_of(&self, scope: ScopeIx) -> &Flow {
        self.scope(scope).map_or(&self.flow, |s| &s.flow)
    }

    /// Every node with its index.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeIx, &Node)> {
        self.nodes.iter().enumerate().map(|(i, n)| (NodeIx(u16::try_from(i).unwrap_or(u16::MAX)), n))
    }

    /// The node with this code.
    #[must_use]
    pub fn node_by_code(&self, code: &str) -> Option<NodeIx> {
        self.nodes().find(|(_, n)| n.code.as_str() == code).map(|(ix, _)| ix)
    }

    /// The English title of a code: its words, the first with a capital.
    #[must_use]
    pub fn english(code: &str) -> String {
        let text = code.replace('_', " ");
        let mut chars = text.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }
}

/// A parameter's settings at a campus that the definition does not know: the group's values, in UTC.
impl CampusSettings {
    /// The settings of `campus`, or the group's own where it has none.
    #[must_use]
    pub fn of(definition: &Definition, campus: &CampusCode) -> Self {
        definition.campuses.get(campus).cloned().unwrap_or_else(|| Self {
            zone: Zone::fixed("UTC", 0),
            calendar: None,
            params: definition.params.iter().map(|p| p.value.clone()).collect(),
            off: BTreeMap::new(),
            unavailable: BTreeMap::new(),
        })
    }

    /// What a length is here; `None` for a parameter that holds none.
    #[must_use]
    pub fn stretch(&self, length: Length) -> Option<Stretch> {
        let param = |ix: ParamIx| match self.params.get(usize::from(ix.0)) {
            Some(Value::Span(span)) => Some(Stretch::Clock(*span)),
            Some(Value::Work(work)) => Some(Stretch::Work(*work)),
            _ => None,
        };
        match length {
            Length::Span(span) => Some(Stretch::Clock(span)),
            Length::Work(work) => Some(Stretch::Work(work)),
            Length::Param(ix) => param(ix),
            Length::Minus(ix) => param(ix).map(Stretch::negated),
        }
    }

    /// The moment that lies a stretch after `at`; `None` in working time without a calendar.
    #[must_use]
    pub fn after(&self, at: Instant, stretch: Stretch) -> Option<Instant> {
        match stretch {
            Stretch::Clock(span) => Some(at.plus(span)),
            Stretch::Work(work) => self.calendar.as_ref().map(|c| c.shift(&self.zone, at, work)),
        }
    }
}

/// A thing with a Chinese name, shown in English by its code's words.
#[must_use]
pub fn title(name: &Named, code: &str, english: bool) -> String {
    if english {
        name.name_en.clone().unwrap_or_else(|| Definition::english(code))
    } else {
        name.name.clone()
    }
}
