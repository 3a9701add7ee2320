//! 重来 within 每个: which tracks are replaced, and by which (§3).

use super::case::{Case, Occ};
use crate::facts::TrackId;
use crate::graph::{Flow, NodeIx, ScopeIx};

impl<'a> Case<'a> {
    /// The first occurrence of a 重来 node of a track's own scope.
    pub(super) fn replaced(&self, track: &TrackId) -> Option<Occ<'a>> {
        fn named(flow: &Flow) -> Vec<NodeIx> {
            match flow {
                Flow::Node(_) | Flow::Each(_) => Vec::new(),
                Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
                    parts.iter().flat_map(named).collect()
                }
                Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } => named(body),
                Flow::Again { body, node } => named(body).into_iter().chain([*node]).collect(),
            }
        }
        if track.is_order() {
            return None;
        }
        let nodes = named(self.def.flow_of(track.scope));
        self.all(track).into_iter().filter(|o| nodes.contains(&o.node)).min_by_key(|o| (o.ix, o.node))
    }

    /// Every replaced track of a scope with the one that took its place.
    pub(super) fn replacements(&self, scope: ScopeIx) -> Vec<(TrackId, Option<TrackId>)> {
        let tracks = self.tracks_of(scope);
        let mut replaced: Vec<(Occ<'a>, &TrackId)> =
            tracks.iter().filter_map(|t| Some((self.replaced(t)?, t))).collect();
        replaced.sort_by_key(|(o, id)| (o.fact.at.at, *id));
        let start = |t: &TrackId| self.all(t).into_iter().find(|o| !self.negative(o.node));
        let mut starts: Vec<(Occ<'a>, &TrackId)> =
            tracks.iter().filter_map(|t| Some((start(t)?, t))).collect();
        starts.sort_by_key(|(o, id)| (o.fact.at.at, *id));
        let mut out: Vec<(TrackId, Option<TrackId>)> = Vec::new();
        for (end, id) in replaced {
            let free = |t: &&TrackId| !out.iter().any(|(_, by)| by.as_ref() == Some(*t));
            let next = starts
                .iter()
                .filter(|(o, t)| *t != id && self.diff(o.fact.at, end.fact.at).0 >= 0)
                .map(|(_, t)| *t)
                .find(free);
            let next = next.cloned();
            out.push((id.clone(), next));
        }
        out
    }
}
