//! Limits that nobody wrote and that follow from those that somebody did: how long after an order's opening a node comes at most when every limit is kept.

use super::network::{Edge, Network};
use super::times::{Moment, Said, distances, micros, single, spelled};
use crate::diagnostic::{Diagnostic, Lang, Span as Place, Words};
use crate::resolve::Loop;
use crate::say;
use medloop_engine::graph::{Flow, NodeIx};
use std::collections::BTreeSet;

/// A limit that follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Implied {
    /// The name of the node, where it is written.
    pub place: Place,
    /// A few words to stand behind the name.
    pub short: Words,
    /// The same as a sentence.
    pub long: Words,
}

impl Implied {
    /// As `medloop check --hints` shows it.
    #[must_use]
    pub fn note(&self, file: &str) -> Diagnostic {
        Diagnostic::note("E0518", file, self.place, self.long.clone())
    }
}

/// The limits that follow for the nodes of a loop, in the order of the text.
pub(crate) fn implied(of: &Loop<'_>) -> Vec<Implied> {
    let [opening] = of.starts.nodes.as_slice() else { return Vec::new() };
    if of.flow_lost || !single(of, *opening) {
        return Vec::new();
    }
    let mut walk = Walk { of, network: Network::default(), certain: BTreeSet::from([opening.0]) };
    walk.certain(&of.flow);
    walk.flow(&of.flow, None);
    let mut ruled: Network<Moment, Said> = Network::default();
    for rule in of.rules.iter().filter(|r| r.applies.is_none()) {
        rule.check.iter().for_each(|e| distances(of, e, &mut ruled));
    }
    ruled.edges().iter().for_each(|edge| walk.add(edge));
    let name = |ix: NodeIx| of.nodes.get(usize::from(ix.0)).map_or("", |n| n.name);
    let from = name(*opening);
    let mut all = Vec::new();
    for (moment, most) in walk.network.furthest(&Moment::Node(opening.0)) {
        let Moment::Node(ix) = moment else { continue };
        let Some(node) = of.nodes.get(usize::from(ix)) else { continue };
        // Its own limit says as much where it runs from the opening.
        let own = node.limit.as_ref().and_then(|l| micros(of, &l.length));
        let said = own == Some(most);
        let place = node.tree.name.span;
        if said || most <= 0 || ix == opening.0 || crate::fragments::is_far(place) {
            continue;
        }
        let (zh, en) = (spelled(most, Lang::Zh), spelled(most, Lang::En));
        let (word, long) = (node.name, [&zh, &en]);
        let [long_zh, long_en] = long;
        all.push(Implied {
            place,
            short: say!("≤ {zh} 自 {from}", "≤ {en} of {from}"),
            long: say!(
                "各时限都守住时，“{word}”至多在“{from}”之后 {long_zh}",
                "when every limit is kept `{word}` comes at most {long_en} after `{from}`"
            ),
        });
    }
    all.sort_by_key(|one| one.place);
    all
}

/// The flow on its way into a network of upper bounds alone.
struct Walk<'l, 'a> {
    of: &'l Loop<'a>,
    network: Network<Moment, Said>,
    /// Nodes that happen, once, in every order that runs to its end.
    certain: BTreeSet<u16>,
}

impl Walk<'_, '_> {
    /// Adds the nodes that certainly happen.
    fn certain(&mut self, flow: &Flow) {
        match flow {
            Flow::Node(ix) => {
                let node = self.of.nodes.get(usize::from(ix.0));
                if node.is_some_and(|n| !n.optional && !n.repeated && !n.negative) {
                    self.certain.insert(ix.0);
                }
            }
            Flow::Seq(parts) | Flow::Par(parts) => parts.iter().for_each(|part| self.certain(part)),
            Flow::Choice(_)
            | Flow::When { .. }
            | Flow::Opt(_)
            | Flow::Again { .. }
            | Flow::Ends { .. }
            | Flow::Each(_) => {}
        }
    }

    /// Adds a distance from something that certainly happens.
    fn add(&mut self, edge: &Edge<Moment, Said>) {
        if let (Moment::Node(from), Moment::Node(_)) = (&edge.from, &edge.to)
            && self.certain.contains(from)
        {
            self.network.add(edge.from.clone(), edge.to.clone(), edge.most, edge.said);
        }
    }

    /// Limits and the order of the flow; `before` is the one node directly before, where there is one that certainly happens.
    /// Gives what stands directly before what follows.
    fn flow(&mut self, flow: &Flow, before: Option<NodeIx>) -> Option<NodeIx> {
        match flow {
            Flow::Node(ix) => self.node(*ix, before),
            Flow::Seq(parts) => parts.iter().fold(before, |before, part| self.flow(part, before)),
            Flow::Choice(parts) | Flow::Par(parts) => {
                for part in parts {
                    self.flow(part, before);
                }
                None
            }
            Flow::When { body, .. } | Flow::Opt(body) | Flow::Ends { body, .. } => {
                self.flow(body, before);
                None
            }
            Flow::Each(scope) => {
                let scope = self.of.scopes.get(usize::from(scope.0).wrapping_sub(1))?;
                self.flow(&scope.flow, before);
                None
            }
            // Another round may begin at any time.
            Flow::Again { .. } => None,
        }
    }

    fn node(&mut self, ix: NodeIx, before: Option<NodeIx>) -> Option<NodeIx> {
        let node = self.of.nodes.get(usize::from(ix.0))?;
        let place = Said::At(node.tree.name.span);
        if let Some(limit) = node.limit.as_ref().filter(|_| !node.repeated && node.limit_by.is_none())
            && let (Some(from), Some(most)) = (limit.from.or(before), micros(self.of, &limit.length))
        {
            self.add(&Edge { from: Moment::Node(from.0), to: Moment::Node(ix.0), most, said: place });
        }
        let certain = self.certain.contains(&ix.0);
        if let Some(before) = before.filter(|_| certain) {
            self.add(&Edge {
                from: Moment::Node(ix.0),
                to: Moment::Node(before.0),
                most: 0,
                said: Said::Flow,
            });
        }
        certain.then_some(ix)
    }
}
