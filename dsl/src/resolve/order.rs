//! Which node of a flow comes before which, answered from where each stands in it.

use super::loops::Loop;
use medloop_engine::graph::{Flow, NodeIx};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// For each node the way to it from the whole flow: at each block whether its parts come one after the other, and which part it is in.
/// A way is as long as brackets nest, so that a question costs no more than that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order(BTreeMap<u16, Vec<(bool, u32)>>);

impl Order {
    pub(super) fn of(of: &Loop<'_>) -> Self {
        let mut order = Self::default();
        order.walk(of, &of.flow, &mut Vec::new());
        order
    }

    fn walk(&mut self, of: &Loop<'_>, flow: &Flow, way: &mut Vec<(bool, u32)>) {
        let mut parts = |this: &mut Self, seq: bool, parts: &[Flow]| {
            for (i, part) in parts.iter().enumerate() {
                way.push((seq, u32::try_from(i).unwrap_or(u32::MAX)));
                this.walk(of, part, way);
                way.pop();
            }
        };
        match flow {
            Flow::Node(node) => {
                self.0.insert(node.0, way.clone());
            }
            Flow::Seq(all) => parts(self, true, all),
            Flow::Choice(all) | Flow::Par(all) => parts(self, false, all),
            Flow::Opt(body) | Flow::When { body, .. } => self.walk(of, body, way),
            // The node that begins the block again, or ends it, comes neither before nor behind what is in it.
            Flow::Again { body, node } => {
                parts(self, false, std::slice::from_ref(&**body));
                self.beside(way, &[*node]);
            }
            Flow::Ends { body, nodes } => {
                parts(self, false, std::slice::from_ref(&**body));
                self.beside(way, nodes);
            }
            Flow::Each(scope) => {
                if let Some(scope) = of.scopes.get(usize::from(scope.0).wrapping_sub(1)) {
                    self.walk(of, &scope.flow, way);
                }
            }
        }
    }

    fn beside(&mut self, way: &[(bool, u32)], nodes: &[NodeIx]) {
        for node in nodes {
            let mut way = way.to_vec();
            way.push((false, 1));
            self.0.insert(node.0, way);
        }
    }

    /// Whether `a` comes before or behind `b` whenever both happen in the order of the flow; `None` where the flow does not say.
    pub(crate) fn compare(&self, a: NodeIx, b: NodeIx) -> Option<Ordering> {
        let (a, b) = (self.0.get(&a.0)?, self.0.get(&b.0)?);
        let ((seq, one), (_, other)) = a.iter().zip(b).find(|(x, y)| x.1 != y.1)?;
        seq.then(|| one.cmp(other))
    }
}
