//! The walk through a flow (§3): with what entry each node stands, and what it stands in.

use super::case::{Case, Occ, nodes_of};
use super::guard::Chance;
use super::instance::{Judged, judge_track};
use super::rounds::Rounds;
use crate::facts::TrackId;
use crate::graph::{Flow, NodeIx, ScopeIx};
use crate::time::Moment;

/// What leads to a block.
#[derive(Copy, Clone, PartialEq)]
pub(super) enum Entry {
    /// The order's first nodes: due, without base.
    Start,
    /// The latest direct predecessor that happened.
    Running(NodeIx, Moment),
    /// A mandatory predecessor has not happened.
    NotRunning,
}

/// What a block stands in.
#[derive(Clone, Default)]
pub(super) struct Within {
    /// A branch that was not taken.
    pub(super) branch: bool,
    /// Something after it happened, within the horizon.
    pub(super) later: bool,
    /// The innermost ended block or closed round: the node that ended it.
    pub(super) ended: Option<NodeIx>,
    /// An `Opt` in which nothing happened.
    pub(super) optional: bool,
}

/// What kind of card a node has.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Negative,
    /// The first mandatory node of an `Each`; whether tracks exist already.
    Standing {
        beside: bool,
    },
    Unassigned,
}

/// A node in a round, before its status is known.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub(super) node: NodeIx,
    pub(super) kind: Kind,
    /// Counted from 0; and whether it is the last.
    pub(super) round: usize,
    pub(super) last: bool,
    /// Which rounds it sees of its own block.
    pub(super) rounds: Rounds,
    pub(super) entry: Entry,
    pub(super) within: Within,
    /// The counting one first.
    pub(super) occs: Vec<Occ<'a>>,
}

/// An `Each` of the order's flow.
pub(super) struct EachPlace<'a> {
    pub(super) complete: bool,
    pub(super) within: Within,
    pub(super) tracks: Vec<Judged<'a>>,
}

/// A walk on one track: what it found so far.
pub(super) struct Walk<'c, 'a> {
    pub(super) case: &'c Case<'a>,
    pub(super) track: TrackId,
    pub(super) places: Vec<Place<'a>>,
    pub(super) eaches: Vec<EachPlace<'a>>,
}

/// Where in the rounds the walk is.
#[derive(Copy, Clone)]
struct At {
    rounds: Rounds,
    round: usize,
    last: bool,
}

impl<'c, 'a> Walk<'c, 'a> {
    /// Walks the whole flow of a track.
    pub(super) fn run(case: &'c Case<'a>, track: TrackId, entry: Entry, within: &Within) -> Self {
        let flow = case.def.flow_of(track.scope);
        let within = &match case.replaced(&track) {
            Some(o) => Within { ended: Some(o.node), later: false, ..within.clone() },
            None => within.clone(),
        };
        let mut walk = Walk { case, track, places: Vec::new(), eaches: Vec::new() };
        walk.flow(flow, entry, within, At { rounds: Rounds::All, round: 0, last: true });
        walk
    }

    fn flow(&mut self, flow: &Flow, entry: Entry, within: &Within, at: At) -> Entry {
        match flow {
            Flow::Node(node) => self.node(*node, entry, within, at),
            Flow::Seq(parts) => {
                let mut entry = entry;
                for (i, part) in parts.iter().enumerate() {
                    let passed = parts.iter().skip(i + 1).any(|p| self.passed(p, at));
                    let within = Within { later: within.later || passed, ..within.clone() };
                    entry = self.flow(part, entry, &within, at);
                }
                entry
            }
            Flow::Par(parts) => {
                let exits: Vec<Entry> = parts.iter().map(|p| self.flow(p, entry, within, at)).collect();
                latest(&exits)
            }
            Flow::Choice(parts) => self.choice(parts, entry, within, at),
            Flow::Opt(body) => self.optional(body, entry, within, at),
            Flow::When { guard, body } => match self.case.guard(*guard) {
                Some(true) => self.flow(body, entry, within, at),
                None => self.optional(body, entry, within, at),
                Some(false) => {
                    self.flow(body, entry, &Within { branch: true, ..within.clone() }, at);
                    entry
                }
            },
            Flow::Again { body, node } => self.again(body, *node, entry, within),
            Flow::Ends { body, nodes } => self.ends(body, nodes, entry, within, at),
            Flow::Each(scope) => self.each(*scope, entry, within),
        }
    }

    fn node(&mut self, node: NodeIx, entry: Entry, within: &Within, at: At) -> Entry {
        let occs = self.counted(node, at.rounds);
        let exit = match (occs.first(), self.case.node(node)) {
            (Some(occ), _) => Entry::Running(node, occ.fact.at),
            (None, Some(n)) if n.optional || within.optional || self.case.switched_off(node).is_some() => {
                entry
            }
            _ => Entry::NotRunning,
        };
        self.place(node, Kind::Plain, entry, within, at, occs);
        exit
    }

    fn place(&mut self, node: NodeIx, kind: Kind, entry: Entry, within: &Within, at: At, occs: Vec<Occ<'a>>) {
        let At { rounds, round, last } = at;
        self.places.push(Place { node, kind, round, last, rounds, entry, within: within.clone(), occs });
    }

    /// The occurrences of a node, the counting one first.
    fn counted(&self, node: NodeIx, rounds: Rounds) -> Vec<Occ<'a>> {
        let occs = self.case.occs(&self.track, node, rounds);
        let Some(first) = self.case.counting(node, &occs) else { return occs };
        let rest = occs.into_iter().filter(|o| o.ix != first.ix);
        [first].into_iter().chain(rest).collect()
    }

    fn negative(&mut self, node: NodeIx, within: &Within, at: At, occs: Vec<Occ<'a>>) {
        if !occs.is_empty() {
            self.place(node, Kind::Negative, Entry::NotRunning, within, at, occs);
        }
    }

    fn optional(&mut self, body: &Flow, entry: Entry, within: &Within, at: At) -> Entry {
        if self.first(body, at).is_some() || self.tracks_happened(body) {
            return self.flow(body, entry, within, at);
        }
        self.flow(body, entry, &Within { optional: true, ..within.clone() }, at);
        entry
    }

    fn choice(&mut self, parts: &[Flow], entry: Entry, within: &Within, at: At) -> Entry {
        let chances = self.case.chances(parts);
        let bodies: Vec<&Flow> =
            parts.iter().map(|p| if let Flow::When { body, .. } = p { body } else { p }).collect();
        let open: Vec<usize> = (0..parts.len()).filter(|i| chances.get(*i) != Some(&Chance::Lost)).collect();
        let must = chances.iter().any(|c| matches!(c, Chance::Taken | Chance::Possible));
        let happened = |i: &usize| {
            bodies.get(*i).is_some_and(|b| self.first(b, at).is_some() || self.tracks_happened(b))
        };
        let free = !must && !open.iter().any(happened);
        let firsts: Vec<Option<Occ<'a>>> = bodies
            .iter()
            .enumerate()
            .map(|(i, b)| if open.contains(&i) { self.first(b, at) } else { None })
            .collect();
        let earliest = firsts.iter().flatten().min_by(|a, b| a.fact.order().cmp(&b.fact.order()));
        let by_event = firsts.iter().position(|f| f.is_some() && f.map(|o| o.ix) == earliest.map(|o| o.ix));
        let taken = if open.len() == 1 { open.first().copied() } else { by_event };
        let mut exit = if free { entry } else { Entry::NotRunning };
        for (i, body) in bodies.iter().enumerate() {
            let chosen = match taken {
                Some(t) => t == i,
                None => open.contains(&i) && (!within.later || open.first() == Some(&i)),
            };
            let inside = Within {
                branch: within.branch || !chosen,
                optional: within.optional || free,
                ..within.clone()
            };
            let out = self.flow(body, entry, &inside, at);
            if taken == Some(i) && !free {
                exit = out;
            }
        }
        exit
    }

    fn again(&mut self, body: &Flow, node: NodeIx, entry: Entry, within: &Within) -> Entry {
        if !self.track.is_order() {
            let at = At { rounds: Rounds::All, round: 0, last: true };
            let exit = self.flow(body, entry, within, at);
            let occs = self.counted(node, Rounds::All);
            self.negative(node, within, at, occs);
            return exit;
        }
        let rounds = self.case.rounds(body, node);
        let count = rounds.len();
        let mut entry = entry;
        let mut exit = Entry::NotRunning;
        for (i, round) in rounds.into_iter().enumerate() {
            let last = i + 1 == count;
            let at = At { rounds: Rounds::One(i), round: i, last };
            let inside = if last {
                within.clone()
            } else {
                Within { later: false, ended: Some(node), ..within.clone() }
            };
            exit = self.flow(body, entry, &inside, at);
            if let Some(first) = round.closed_by.first() {
                entry = Entry::Running(node, first.fact.at);
            }
            let counting = self.case.counting(node, &round.closed_by);
            let rest = round.closed_by.iter().filter(|o| counting.is_some_and(|c| c.ix != o.ix));
            let occs = counting.iter().chain(rest).copied().collect();
            self.negative(node, within, at, occs);
        }
        exit
    }

    fn ends(&mut self, body: &Flow, nodes: &[NodeIx], entry: Entry, within: &Within, at: At) -> Entry {
        let mut enders: Vec<Occ<'a>> =
            nodes.iter().flat_map(|n| self.case.occs(&self.track, *n, Rounds::All)).collect();
        enders.sort_by(|a, b| a.fact.order().cmp(&b.fact.order()).then(a.node.cmp(&b.node)));
        let ended = enders.first().copied();
        let inside = match ended {
            Some(first) => Within { later: false, ended: Some(first.node), ..within.clone() },
            None => within.clone(),
        };
        let exit = self.flow(body, entry, &inside, at);
        let at = At { rounds: Rounds::All, round: 0, ..at };
        for node in nodes.iter().filter(|_| at.last) {
            let occs = self.counted(*node, Rounds::All);
            self.negative(*node, within, at, occs);
        }
        ended.map_or(exit, |first| Entry::Running(first.node, first.fact.at))
    }

    fn each(&mut self, scope: ScopeIx, entry: Entry, within: &Within) -> Entry {
        let case = self.case;
        let ids = case.tracks_of(scope);
        let tracks: Vec<Judged<'a>> =
            ids.into_iter().map(|id| judge_track(case, id, entry, within)).collect();
        let all_ended = tracks.iter().all(|t| t.complete);
        let forced = !case.forces(&TrackId::order()).is_empty();
        let owed = case.owed(scope);
        let replacements = case.replacements(scope);
        let kept = tracks.len() - replacements.len();
        let lacking = replacements.iter().any(|(_, by)| by.is_none());
        let complete = if forced {
            all_ended
        } else {
            let reached = match owed {
                Some(Some(n)) => count(kept) >= n,
                Some(None) => false,
                None => !lacking,
            };
            let waits_for_stop = case.def.scope(scope).is_some_and(|s| s.until_stop);
            !tracks.is_empty() && all_ended && reached && !waits_for_stop
        };
        let fewer = match owed {
            Some(n) => n.is_some_and(|n| count(kept) < n),
            None => lacking,
        };
        if let Some(first) = case.first_mandatory(case.def.flow_of(scope))
            && !within.optional
        {
            let at = At { rounds: Rounds::All, round: 0, last: true };
            let moved_on = within.branch || within.later || within.ended.is_some() || forced;
            if tracks.is_empty() {
                self.place(first, Kind::Standing { beside: false }, entry, within, at, Vec::new());
            } else if !complete && fewer && !moved_on {
                self.place(first, Kind::Standing { beside: true }, entry, within, at, Vec::new());
            }
        }
        let last = tracks.iter().filter_map(|t| t.last).max_by_key(|(n, m)| (m.at, *n, m.precision));
        self.eaches.push(EachPlace { complete, within: within.clone(), tracks });
        match (complete, last) {
            _ if within.optional => entry,
            (false, _) => Entry::NotRunning,
            (true, Some((node, moment))) => Entry::Running(node, moment),
            (true, None) => entry,
        }
    }

    /// The first occurrence of any node that a block names, in the last round or the one at hand.
    fn first(&self, flow: &Flow, at: At) -> Option<Occ<'a>> {
        let rounds = if at.rounds == Rounds::All { Rounds::Last } else { at.rounds };
        let occs = nodes_of(flow).into_iter().flat_map(|n| self.case.occs(&self.track, n, rounds));
        occs.min_by(|a, b| a.fact.order().cmp(&b.fact.order()))
    }

    /// Whether anything happened on the tracks of an `Each` inside a block.
    fn tracks_happened(&self, flow: &Flow) -> bool {
        let scopes = super::case::eaches_of(flow);
        scopes.iter().any(|s| self.case.tracks_of(*s).iter().any(|t| !self.case.all(t).is_empty()))
    }

    /// Whether a block that follows was reached: something in it happened that is not negative.
    fn passed(&self, flow: &Flow, at: At) -> bool {
        let nodes = nodes_of(flow).into_iter().filter(|n| !self.case.negative(*n));
        nodes.into_iter().any(|n| !self.case.occs(&self.track, n, at.rounds).is_empty())
            || super::case::eaches_of(flow)
                .iter()
                .any(|s| self.case.tracks_of(*s).iter().any(|t| self.case.begun(t)))
    }
}

/// The exit of a `Par`.
fn latest(exits: &[Entry]) -> Entry {
    if exits.contains(&Entry::NotRunning) {
        return Entry::NotRunning;
    }
    let running = exits.iter().filter_map(|e| match e {
        Entry::Running(n, m) => Some((*n, *m)),
        _ => None,
    });
    running.max_by_key(|(n, m)| (m.at, *n)).map_or(Entry::Start, |(n, m)| Entry::Running(n, m))
}

#[expect(clippy::cast_precision_loss, reason = "a count of tracks")]
fn count(n: usize) -> f64 {
    n as f64
}
