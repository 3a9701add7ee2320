//! Which node of a flow comes before which, and which exclude each other: answered from where each stands in it.

use super::loops::Loop;
use medloop_engine::graph::{Flow, NodeIx};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How the parts of a block stand to one another.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Block {
    /// One after the other.
    Seq,
    /// One of them.
    Choice,
    /// All in any order, or what the flow says no more of.
    Beside,
}

/// For each node the way to it from the whole flow: at each block what it is, and which part of it leads on. A way is as long as
/// brackets nest, so that a question costs no more than that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order(BTreeMap<u16, Vec<(Block, u32)>>);

impl Order {
    pub(super) fn of(of: &Loop<'_>) -> Self {
        let mut order = Self::default();
        order.walk(of, &of.flow, &mut Vec::new());
        order
    }

    fn walk(&mut self, of: &Loop<'_>, flow: &Flow, way: &mut Vec<(Block, u32)>) {
        let mut parts = |this: &mut Self, block: Block, parts: &[Flow]| {
            for (i, part) in parts.iter().enumerate() {
                way.push((block, u32::try_from(i).unwrap_or(u32::MAX)));
                this.walk(of, part, way);
                way.pop();
            }
        };
        match flow {
            Flow::Node(node) => {
                self.0.insert(node.0, way.clone());
            }
            Flow::Seq(all) => parts(self, Block::Seq, all),
            Flow::Choice(all) => parts(self, Block::Choice, all),
            Flow::Par(all) => parts(self, Block::Beside, all),
            Flow::Opt(body) | Flow::When { body, .. } => self.walk(of, body, way),
            // The node that begins the block again, or ends it, comes neither before nor behind what is in it.
            Flow::Again { body, node } => {
                parts(self, Block::Beside, std::slice::from_ref(&**body));
                self.beside(way, &[*node]);
            }
            Flow::Ends { body, nodes } => {
                parts(self, Block::Beside, std::slice::from_ref(&**body));
                self.beside(way, nodes);
            }
            Flow::Each(scope) => {
                if let Some(scope) = of.scopes.get(usize::from(scope.0).wrapping_sub(1)) {
                    self.walk(of, &scope.flow, way);
                }
            }
        }
    }

    fn beside(&mut self, way: &[(Block, u32)], nodes: &[NodeIx]) {
        for node in nodes {
            let mut way = way.to_vec();
            way.push((Block::Beside, 1));
            self.0.insert(node.0, way);
        }
    }

    /// The block in which the ways to two nodes part, and which of its parts they take.
    fn parting(&self, a: NodeIx, b: NodeIx) -> Option<(Block, u32, u32)> {
        let (a, b) = (self.0.get(&a.0)?, self.0.get(&b.0)?);
        a.iter().zip(b).find(|(x, y)| x.1 != y.1).map(|(x, y)| (x.0, x.1, y.1))
    }

    /// Whether `a` comes before or behind `b` whenever both happen in the order of the flow; `None` where the flow does not say.
    pub(crate) fn compare(&self, a: NodeIx, b: NodeIx) -> Option<Ordering> {
        self.parting(a, b).filter(|(block, ..)| *block == Block::Seq).map(|(_, one, other)| one.cmp(&other))
    }

    /// Whether two nodes stand in different branches of a choice, so that one of them happens at most.
    pub(crate) fn exclude(&self, a: NodeIx, b: NodeIx) -> bool {
        self.parting(a, b).is_some_and(|(block, ..)| block == Block::Choice)
    }
}
