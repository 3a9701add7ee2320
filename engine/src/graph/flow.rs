//! Flows, their nodes, and what ends them from outside.

use super::{Expr, GuardIx, Limit, NodeIx, Plan, ScopeIx};
use crate::name::{EventType, FieldCode, NodeCode, RoleCode, SystemCode};
use serde::{Deserialize, Serialize};

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
