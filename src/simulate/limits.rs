//! When a node may happen at the latest, by its limit, by every rule, and by what must still come; and when a fault puts it.

use medloop_engine::graph::NodeIx;
use medloop_engine::time::Instant;

use super::fault::Fault;
use super::patterns::{Asked, Asks};
use super::plan::Walk;

impl Walk<'_> {
    /// When a node last happened on this track, else on the order.
    pub(super) fn last(&self, ix: NodeIx) -> Option<Instant> {
        let on =
            |track| self.plan.steps.iter().rev().find(|s| s.node == ix && s.track == track).map(|s| s.at);
        on(self.track).or_else(|| on(None))
    }

    /// When a node happened as limits and rules count it: of one that is repeated the first time.
    fn counted(&self, ix: NodeIx) -> Option<Instant> {
        if !self.model.definition.node(ix)?.repeated {
            return self.last(ix);
        }
        let on = |track| self.plan.steps.iter().find(|s| s.node == ix && s.track == track).map(|s| s.at);
        on(self.track).or_else(|| on(None))
    }

    /// When a node's limit passes: of a named duration the shortest that it may be, or the longest.
    pub(super) fn limit(&self, ix: NodeIx, longest: bool) -> Option<Instant> {
        let limit = self.model.definition.node(ix)?.limit.as_ref()?;
        let base = limit.from.map_or(Some(self.now), |from| self.counted(from))?;
        let after = |l| self.model.settings.after(base, self.model.settings.stretch(l)?);
        let table =
            limit.by.as_ref().and_then(|by| self.model.definition.lengths.get(usize::from(by.table.0)));
        let Some(table) = table else { return after(limit.length) };
        let ends = table.lengths().filter_map(after);
        if longest { ends.max() } else { ends.min() }
    }

    fn bound(&self, ix: NodeIx, asks: &Asks, late: bool) -> Option<Instant> {
        match asks {
            Asks::Within { node, base, length, longest } if *node == ix => {
                Some(self.counted(*base)?.plus(if late { *longest } else { *length }))
            }
            Asks::Pauses { nodes, length } if nodes.iter().skip(1).any(|n| *n == ix) => {
                Some(nodes.iter().filter_map(|n| self.last(*n)).max()?.plus(*length))
            }
            _ => None,
        }
    }

    /// The latest moment at which a node may happen, by its limit and by every rule. A repeated node's first
    /// occurrence is the one that rules count from.
    pub(super) fn latest(&self, ix: NodeIx) -> Option<Instant> {
        let rules = self.model.asked.iter().filter(|a| {
            let again = matches!(a.asks, Asks::Within { .. }) && self.last(ix).is_some();
            !again
        });
        rules.filter_map(|a| self.bound(ix, &a.asks, false)).chain(self.limit(ix, false)).min()
    }

    /// The earliest moment at which a node may happen by the rules: what must lie long after another waits right behind that one, so that
    /// what stands before it stays close to it, unless a limit is in the way.
    pub(super) fn earliest(&self, ix: NodeIx) -> Option<Instant> {
        let after = |asked: &Asked| match &asked.asks {
            Asks::Apart { node, base, length } if *node >= ix => {
                let least = self.counted(*base)?.plus(*length);
                let bounds = [self.latest(ix), self.ahead(ix)];
                (*node == ix || bounds.into_iter().flatten().all(|bound| least < bound)).then_some(least)
            }
            _ => None,
        };
        self.model.asked.iter().filter_map(after).max()
    }

    /// The earliest moment by which a later node of this track must have happened, as far as is known now.
    pub(super) fn ahead(&self, ix: NodeIx) -> Option<Instant> {
        let definition = self.model.definition;
        let scope = definition.node(ix)?.scope;
        let later = definition.nodes().filter(|(n, node)| *n > ix && node.scope == scope && !node.negative);
        later
            .filter(|(n, _)| self.last(*n).is_none())
            .flat_map(|(n, node)| {
                let limit =
                    node.limit.as_ref().filter(|l| l.from.is_some()).and_then(|_| self.limit(n, false));
                self.model.asked.iter().filter_map(move |a| self.bound(n, &a.asks, false)).chain(limit)
            })
            .min()
    }

    /// The moment after which this node is put because the fault at hand delays it.
    pub(super) fn push(&self, ix: NodeIx) -> Option<Instant> {
        if self.pushed || !self.here() {
            return None;
        }
        match self.fault? {
            Fault::Late(node) if *node == ix => self.limit(ix, true),
            Fault::Broken(Asked { asks: asks @ Asks::Within { node, .. }, .. }) if *node == ix => {
                self.bound(ix, asks, true)
            }
            Fault::Broken(Asked { asks: asks @ Asks::Pauses { nodes, .. }, .. })
                if nodes.last() == Some(&ix) =>
            {
                self.bound(ix, asks, true)
            }
            _ => None,
        }
    }
}
