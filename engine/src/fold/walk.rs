//! One pass over the flow of a scope: the status of every node, and whether the scope has ended.

use super::choice::unguarded;
use super::endings::Endings;
use super::findings::{Circumstance, findings};
use super::moments::Soon;
use super::side::Occurrence;
use super::timing::{Expected, Sides};
use crate::graph::{Flow, Node, NodeIx, ScopeIx};
use crate::state::{Finding, NodeState, NodeStatus, Reason, Timing};
use crate::time::{Moment, Span};

/// The latest direct predecessor that happened, from which a limit runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// The order's first nodes: they may happen, no limit runs.
    Start,
    /// This node happened then.
    Running(NodeIx, Moment),
    /// A mandatory predecessor has not happened.
    NotRunning,
}

/// What a block inherits from where it stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) entry: Entry,
    /// A node after it happened.
    pub(super) later: bool,
    /// Its branch was not taken.
    pub(super) branch: bool,
    /// Its block was ended, or its round closed, by this node.
    pub(super) ended: Option<NodeIx>,
    /// It stands in an optional group in which nothing happened.
    pub(super) optional: bool,
    /// The round of the enclosing 重来 block, from 0.
    pub(super) round: Option<u32>,
    /// An `Each` before it has a track that has begun and goes on.
    pub(super) after_begun: bool,
    /// It stands in a closed round: what is missing there is no defect.
    pub(super) closed_round: bool,
}

impl Place {
    pub(super) fn start() -> Self {
        Self {
            entry: Entry::Start,
            later: false,
            branch: false,
            ended: None,
            optional: false,
            round: None,
            after_begun: false,
            closed_round: false,
        }
    }
}

/// What leaves a block.
#[derive(Copy, Clone, Debug)]
pub(super) struct Exit {
    pub(super) entry: Entry,
    pub(super) after_begun: bool,
}

/// How the walk of an order meets its tracks.
pub(super) trait Tracks {
    /// Whether anything happened on a track of this scope, negative nodes included.
    fn happened(&self, scope: ScopeIx) -> bool;
    /// Whether a non-negative node happened on a track of this scope.
    fn begun(&self, scope: ScopeIx) -> bool;
    /// Folds or recalls the tracks of this scope.
    fn meet(&mut self, scope: ScopeIx, place: Place) -> Met;
}

/// What an order learns of the tracks of one `Each`.
pub(super) struct Met {
    pub(super) count: usize,
    /// One more is waited for.
    pub(super) owed: bool,
    pub(super) complete: bool,
    pub(super) begun: bool,
    pub(super) last: Option<(Moment, NodeIx)>,
}

/// A scope being walked.
pub(super) struct Walk<'a> {
    pub(super) sides: Sides<'a>,
    /// The endings that act here, and what they take of the whole side; `None` on the order: asked per node.
    pub(super) takes: Option<Reason>,
    pub(super) order_endings: Option<&'a Endings>,
    pub(super) cancels: Vec<Moment>,
    pub(super) out: Vec<NodeState>,
    /// A mandatory node or an `Each` is still expected.
    pub(super) open: bool,
    /// A mandatory node of the last round is missing, or a required field.
    pub(super) defective: bool,
    pub(super) interrupted: bool,
    /// A mandatory node was taken by an ending.
    pub(super) took: Option<Reason>,
    pub(super) soon: Soon,
    /// Nodes that stand in an optional group in which nothing happened.
    pub(super) optional: Vec<NodeIx>,
}

impl Walk<'_> {
    pub(super) fn flow(&mut self, flow: &Flow, at: Place, tracks: &mut dyn Tracks) -> Exit {
        match flow {
            Flow::Node(ix) => self.node(*ix, at),
            Flow::Seq(items) => self.seq(items, at, tracks),
            Flow::Par(items) => {
                let mut entries = Vec::with_capacity(items.len());
                let mut after_begun = at.after_begun;
                for item in items {
                    let exit = self.flow(item, at, tracks);
                    after_begun |= exit.after_begun;
                    entries.push(exit.entry);
                }
                Exit { entry: join(&entries), after_begun }
            }
            Flow::Choice(items) => self.choice(items, at, tracks),
            Flow::When { guard, body } => self.when(*guard, body, at, tracks),
            Flow::Opt(body) => self.optional(body, at, tracks),
            Flow::Ends { body, nodes } => self.ends(body, nodes, at, tracks),
            Flow::Again { body, node } => self.again(body, *node, at, tracks),
            Flow::Each(scope) => self.each(*scope, at, tracks),
        }
    }

    fn happened(&self, flow: &Flow, round: Option<u32>, tracks: &dyn Tracks) -> bool {
        self.sides.own.happened(flow, round, false, &|scope| tracks.begun(scope))
    }

    fn seq(&mut self, items: &[Flow], at: Place, tracks: &mut dyn Tracks) -> Exit {
        let mut exit = Exit { entry: at.entry, after_begun: at.after_begun };
        for (i, item) in items.iter().enumerate() {
            let later =
                at.later || items.iter().skip(i + 1).any(|next| self.happened(next, at.round, tracks));
            exit = self.flow(
                item,
                Place { entry: exit.entry, after_begun: exit.after_begun, later, ..at },
                tracks,
            );
        }
        exit
    }

    fn ends(&mut self, body: &Flow, nodes: &[NodeIx], at: Place, tracks: &mut dyn Tracks) -> Exit {
        let own = self.sides.own;
        let ended = nodes.iter().filter_map(|n| own.all(*n).iter().map(|o| (o.fact, *n)).min()).min();
        let exit = match ended {
            None => self.flow(body, at, tracks),
            Some((fact, node)) => {
                let out = self.flow(body, Place { ended: Some(node), later: false, ..at }, tracks);
                let moment = own.facts.get(fact).map(|f| f.at);
                Exit {
                    entry: moment.map_or(out.entry, |m| Entry::Running(node, m)),
                    after_begun: out.after_begun,
                }
            }
        };
        // Inside 重来 a 终止 node belongs to no round; it is listed with the last.
        if !at.closed_round {
            for n in nodes {
                self.negative(*n, 0, own.all(*n), at, true);
            }
        }
        exit
    }

    fn again(&mut self, body: &Flow, node: NodeIx, at: Place, tracks: &mut dyn Tracks) -> Exit {
        let own = self.sides.own;
        if own.scope != ScopeIx::ORDER {
            // On a track it has ended the whole track.
            let exit = self.flow(body, at, tracks);
            self.negative(node, 0, own.all(node), at, true);
            return exit;
        }
        let mut members = Vec::new();
        super::side::members_of(body, &mut members);
        let rounds = members.first().map_or(1, |n| own.rounds_of(*n));
        let mut entry = at.entry;
        for round in 0..rounds.saturating_sub(1) {
            let closed = Place {
                entry,
                later: false,
                ended: Some(node),
                round: Some(round),
                closed_round: true,
                ..at
            };
            self.flow(body, closed, tracks);
            self.negative(node, round, own.of(node, round), at, false);
            // A round that is over hands its 重来 node's first occurrence to the next.
            if let Some(m) =
                own.of(node, round).iter().map(|o| o.fact).min().and_then(|f| own.facts.get(f)).map(|f| f.at)
            {
                entry = Entry::Running(node, m);
            }
        }
        self.flow(body, Place { entry, round: Some(rounds.saturating_sub(1)), ..at }, tracks)
    }

    fn each(&mut self, scope: ScopeIx, at: Place, tracks: &mut dyn Tracks) -> Exit {
        let met = tracks.meet(scope, at);
        // With no track yet, any ending in force takes the block as a whole; then it is complete. Tracks that go on under an
        // ending are waited for.
        let at_block = Place { after_begun: false, ..at };
        let expected = !met.complete && !at.later && !at.branch && at.ended.is_none() && !at.optional;
        self.open |= expected;
        let flow = self.sides.def.flow_of(scope);
        if !at.optional
            && let Some((ix, node)) = first_mandatory(self.sides, flow)
        {
            if met.count == 0 {
                self.absent(ix, node, at_block, true);
            } else if expected && met.owed && self.order_endings.is_none_or(|e| e.shown().is_none()) {
                self.out.push(NodeState {
                    node: ix,
                    round: 1,
                    status: NodeStatus::Due,
                    reason: None,
                    hits: Vec::new(),
                    timing: Timing::default(),
                    findings: Vec::new(),
                });
            }
        }
        let entry = match (met.complete, met.last) {
            (true, Some((m, n))) => Entry::Running(n, m),
            (true, None) => at.entry,
            (false, _) => Entry::NotRunning,
        };
        Exit { entry: if at.optional { at.entry } else { entry }, after_begun: at.after_begun || met.begun }
    }

    fn node(&mut self, ix: NodeIx, at: Place) -> Exit {
        let sides = self.sides;
        let pass = |entry| Exit { entry, after_begun: at.after_begun };
        let Some(node) = sides.def.node(ix) else { return pass(at.entry) };
        let round = at.round.unwrap_or(0);
        let hits = sides.own.of(ix, round);
        let Some(fact) = hits.first().and_then(|o| sides.own.fact(o)) else {
            return pass(self.absent(ix, node, at, false));
        };
        let (status, timing) = sides.happened(ix, node, round, fact.at, at.entry);
        let around = Circumstance { branch: at.branch, cancels: &self.cancels, unassigned: false };
        let found = findings(sides.def, &sides.settings.zone, sides.own, node, hits, &around);
        self.push(ix, round, status, timing, hits, found, at.closed_round);
        pass(Entry::Running(ix, fact.at))
    }

    /// A node that has not happened; returns the entry of what follows it.
    fn absent(&mut self, ix: NodeIx, node: &Node, at: Place, standing: bool) -> Entry {
        let settings = self.sides.settings;
        let mandatory = !node.optional && !at.optional;
        let gone = settings
            .off
            .get(&ix)
            .map(|why| Reason::Off(why.clone()))
            .or_else(|| settings.unavailable.get(&ix).map(|why| Reason::Unavailable(why.clone())));
        let passes = gone.is_some() || !mandatory;
        let (status, reason) = if gone.is_some() {
            (Some(NodeStatus::NotApplicable), gone)
        } else if at.branch {
            (Some(NodeStatus::NotApplicable), Some(Reason::Branch))
        } else if at.later {
            (Some(if mandatory { NodeStatus::Missing } else { NodeStatus::Skipped }), None)
        } else if let Some(by) = at.ended {
            (Some(NodeStatus::NotApplicable), Some(Reason::Ended(by)))
        } else if let Some(reason) = self.taken(at) {
            if mandatory {
                self.took.get_or_insert(reason.clone());
            }
            (Some(NodeStatus::NotApplicable), Some(reason))
        } else {
            (None, None)
        };
        let round = at.round.unwrap_or(0);
        let mut state = NodeState {
            node: ix,
            round: round + 1,
            status: NodeStatus::Pending,
            reason,
            hits: Vec::new(),
            timing: Timing::default(),
            findings: Vec::new(),
        };
        let mut expected = Expected { mandatory, standing, shown: true };
        // Rules see the last round: what was left out in one that is over was left out there.
        if at.optional && !node.optional && !at.closed_round {
            self.optional.push(ix);
        }
        if let Some(status) = status {
            state.status = status;
            expected.shown = status == NodeStatus::Missing;
            state.timing = self.sides.shown(ix, node, round, at.entry, &expected);
            self.defective |= status == NodeStatus::Missing && !at.closed_round;
        } else {
            let judged = self.sides.absent(ix, node, round, at.entry, &expected);
            state.status = judged.status;
            state.timing = judged.timing;
            judged.flips.into_iter().for_each(|t| self.soon.join(t));
            self.open |= mandatory;
            if mandatory {
                self.stuck(state.status, judged.stuck_at);
            }
        }
        self.out.push(state);
        if passes { at.entry } else { Entry::NotRunning }
    }

    /// 中断: overdue, or due without a judged standard, for longer than the loop allows.
    fn stuck(&mut self, status: NodeStatus, since: Option<crate::time::Instant>) {
        let (Some(limit), Some(since)) = (self.sides.def.interrupt, since) else { return };
        let Some(length) = self.sides.measure(limit, since) else { return };
        let at = since.plus(length);
        self.soon.at(at);
        if matches!(status, NodeStatus::Due | NodeStatus::Overdue) && self.sides.now >= at {
            self.interrupted = true;
        }
    }

    /// A node named by 重来 or 终止; `counts`: whether a defect of its record is one of the track.
    fn negative(&mut self, ix: NodeIx, round: u32, hits: &[Occurrence], at: Place, counts: bool) {
        let sides = self.sides;
        let Some(node) = sides.def.node(ix) else { return };
        if hits.is_empty() {
            return;
        }
        let around = Circumstance { branch: at.branch, cancels: &self.cancels, unassigned: false };
        let found = findings(sides.def, &sides.settings.zone, sides.own, node, hits, &around);
        self.push(ix, round, NodeStatus::Done, Timing::default(), hits, found, !counts);
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of one state")]
    fn push(
        &mut self,
        node: NodeIx,
        round: u32,
        status: NodeStatus,
        timing: Timing,
        hits: &[Occurrence],
        findings: Vec<Finding>,
        closed_round: bool,
    ) {
        let lacking = |f: &Finding| self.sides.def.node(node).is_some_and(|n| f.leaves_out(n));
        self.defective |= !closed_round && findings.iter().any(lacking);
        self.out.push(NodeState {
            node,
            round: round + 1,
            status,
            reason: None,
            hits: hits.iter().map(|o| o.fact).collect(),
            timing,
            findings,
        });
    }

    /// The ending that takes a node that has not happened here.
    fn taken(&self, at: Place) -> Option<Reason> {
        let Some(endings) = self.order_endings else { return self.takes.clone() };
        if endings.cancel.is_some() {
            Some(Reason::Cancelled)
        } else if at.after_begun {
            None
        } else if endings.supersede.is_some() {
            Some(Reason::Superseded)
        } else if endings.stop.is_some() {
            Some(Reason::Stopped)
        } else {
            endings.excuse.as_ref().map(|_| Reason::Excused)
        }
    }

    /// Once nothing is expected any more, what is optional was skipped; what a seal finds open is missing.
    pub(super) fn settle(&mut self) {
        let sealed = self.sides.sealed;
        if self.open && !sealed {
            return;
        }
        for state in &mut self.out {
            if !matches!(state.status, NodeStatus::Pending | NodeStatus::Due | NodeStatus::Overdue) {
                continue;
            }
            let optional = self.optional.contains(&state.node)
                || self.sides.def.node(state.node).is_some_and(|n| n.optional);
            if self.open && !optional {
                state.status = NodeStatus::Missing;
                (state.timing.elapsed, state.timing.late_by) = (None, Span::ZERO);
                self.defective = true;
            } else {
                state.status = NodeStatus::Skipped;
                let Timing { planned, window, .. } = state.timing;
                state.timing = Timing { planned, window, ..Timing::default() };
            }
        }
    }
}

fn join(entries: &[Entry]) -> Entry {
    let mut latest: Option<(Moment, NodeIx)> = None;
    for entry in entries {
        match entry {
            Entry::NotRunning => return Entry::NotRunning,
            Entry::Start => {}
            Entry::Running(n, m) => {
                if latest.is_none_or(|(l, ln)| (m.at, *n) > (l.at, ln)) {
                    latest = Some((*m, *n));
                }
            }
        }
    }
    latest.map_or(Entry::Start, |(m, n)| Entry::Running(n, m))
}

/// The first mandatory node of a flow, depth first; a Par's first branch, the first of a Choice that may be taken.
fn first_mandatory<'d>(sides: Sides<'d>, flow: &Flow) -> Option<(NodeIx, &'d Node)> {
    let gone =
        |ix: &NodeIx| sides.settings.off.contains_key(ix) || sides.settings.unavailable.contains_key(ix);
    match flow {
        Flow::Node(ix) => sides.def.node(*ix).filter(|n| !n.optional && !gone(ix)).map(|n| (*ix, n)),
        Flow::Seq(items) => items.iter().find_map(|item| first_mandatory(sides, item)),
        Flow::Par(items) => items.first().and_then(|item| first_mandatory(sides, item)),
        Flow::Choice(items) => {
            let may = sides.candidates(items);
            let first = may.branches.first().filter(|_| may.demanded)?;
            items.get(*first).and_then(|item| first_mandatory(sides, unguarded(item)))
        }
        Flow::When { guard, body } if sides.guard(*guard) == Some(true) => first_mandatory(sides, body),
        Flow::Ends { body, .. } | Flow::Again { body, .. } => first_mandatory(sides, body),
        Flow::When { .. } | Flow::Opt(_) | Flow::Each(_) => None,
    }
}
