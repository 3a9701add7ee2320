//! Flows as written: blocks within blocks.

use super::{Expr, Name, Span};

/// A block with what stands behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The block itself.
    pub kind: FlowKind,
    /// `?`, `*`, `+`.
    pub suffix: Option<Suffix>,
    /// 重来 NODE
    pub again: Option<Name>,
    /// 终止 NODE、…
    pub ends: Vec<Name>,
    /// 当 EXPR
    pub guard: Option<Expr>,
    /// All of it.
    pub span: Span,
}

impl Flow {
    /// What it names, nodes and fragments, in the order of the text.
    #[must_use]
    pub fn names(&self) -> Vec<&Name> {
        let mut all = match &self.kind {
            FlowKind::Name(name) => vec![name],
            FlowKind::Many(_, parts) => parts.iter().flat_map(Self::names).collect(),
            FlowKind::Group(body) | FlowKind::Each { body, .. } => body.names(),
        };
        all.extend(self.again.iter().chain(&self.ends));
        all
    }
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub enum FlowKind {
    /// A node or a fragment, by name or code.
    Name(Name),
    /// Several blocks under one operator. At least two.
    Many(FlowOp, Vec<Flow>),
    /// `( … )` around something that carries a suffix or a guard of its own.
    Group(Box<Flow>),
    /// `每个 F [共 EXPR | 直到 停止] ( … )`
    Each {
        /// The field.
        field: Name,
        /// 共
        count: Option<Expr>,
        /// 直到 停止
        until_stop: bool,
        /// What runs once for each value.
        body: Box<Flow>,
    },
}

/// How blocks are put together.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlowOp {
    /// `→`
    Seq,
    /// `|`
    Choice,
    /// `&`
    Par,
}

/// What stands behind a block.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Suffix {
    /// `?`
    Optional,
    /// `*`
    Any,
    /// `+`
    Repeated,
}
