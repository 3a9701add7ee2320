//! A loop's compiled definition: what `dsl` lowers to and what the fold runs.
//!
//! Immutable and self-contained: it carries the fields, tables and campus settings it was compiled with, so that an
//! instance that keeps its definition keeps its verdicts. Its hash is the hash of its JSON form.

mod flow;
mod length;
mod rule;

pub use crate::expr::{Attr, Compare, Expr, Pick};
pub use flow::{Ending, EndingKind, Flow, Node, NodeField, Scope, Stage, Trigger};
pub use length::{CampusSettings, Length, Limit, Param, Plan};
pub use rule::{AlertPart, Ask, Gather, Measure, Rule, Severity};

use crate::catalogue::{FieldDef, Named, Role, Table};
use crate::keyed::{Cell, Keyed, Lengths};
use crate::name::{CampusCode, FieldCode, LoopCode, RoleCode, TableCode};
use crate::time::Span;
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
    /// How long after its end an instance is sealed: what arrives later changes nothing any more (封存).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Length>,
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

/// Which events open an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Starts {
    /// Any of these nodes; for `起于 任一` every node that is not negative.
    pub nodes: Vec<NodeIx>,
    /// Over the fields of the opening event.
    pub guard: Option<Expr>,
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

/// A thing with a Chinese name, shown in English by its code's words.
#[must_use]
pub fn title(name: &Named, code: &str, english: bool) -> String {
    if english {
        name.name_en.clone().unwrap_or_else(|| Definition::english(code))
    } else {
        name.name.clone()
    }
}
