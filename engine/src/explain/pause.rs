//! Recognises rules that bound the time from one node to another, so that they can be told in plain words.

use super::scene::Scene;
use crate::graph::{Attr, Compare, Expr, NodeIx};
use crate::state::Because;
use crate::time::Span;
use crate::value::Value;

/// `to.时间 - from.时间 <= limit`, in any of its spellings.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The node from which the time runs.
    pub from: NodeIx,
    /// The node that must follow in time.
    pub to: NodeIx,
    /// At most this long.
    pub limit: Span,
}

impl Pause {
    /// The bound within `check` that `because` is about.
    #[must_use]
    pub fn find(scene: &Scene<'_>, check: &Expr, because: &Because) -> Option<Self> {
        match check {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().find_map(|e| Self::find(scene, e, because)),
            Expr::Compare(op, left, right) => {
                let pause = Self::read(scene, *op, left, right)?;
                pause.fits(because).then_some(pause)
            }
            _ => None,
        }
    }

    /// The length that a literal or a parameter says.
    pub(super) fn span(scene: &Scene<'_>, e: &Expr) -> Option<Span> {
        match e {
            Expr::Literal(Value::Span(span)) => Some(*span),
            Expr::Param(ix) => match scene.param(*ix)? {
                Value::Span(span) => Some(*span),
                _ => None,
            },
            _ => None,
        }
    }

    fn read(scene: &Scene<'_>, op: Compare, left: &Expr, right: &Expr) -> Option<Self> {
        let (left, right) = match op {
            Compare::Le | Compare::Lt => (left, right),
            Compare::Ge | Compare::Gt => (right, left),
            Compare::Eq | Compare::Ne => return None,
        };
        if let Expr::Sub(to, from) = left {
            return Some(Self { from: at(from)?, to: at(to)?, limit: Self::span(scene, right)? });
        }
        if let Expr::Add(from, limit) = right {
            return Some(Self { from: at(from)?, to: at(left)?, limit: Self::span(scene, limit)? });
        }
        None
    }

    fn fits(&self, because: &Because) -> bool {
        match because {
            Because::NotHappened(node, _) => *node == self.to,
            Because::Compared(seen) => {
                [self.from, self.to].iter().all(|n| seen.iter().any(|s| s.node == Some(*n)))
                    && seen.iter().all(|s| {
                        s.node.is_none_or(|n| n == self.from || n == self.to)
                            && (s.node.is_none() || matches!(s.value, Value::Moment(_)))
                    })
            }
            _ => false,
        }
    }
}

fn at(e: &Expr) -> Option<NodeIx> {
    match e {
        Expr::Attr(node, _, Attr::At) => Some(*node),
        _ => None,
    }
}
