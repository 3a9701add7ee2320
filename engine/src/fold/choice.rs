//! Blocks that are taken or not: choices and what stands before a 当.

use super::timing::Sides;
use super::walk::{Entry, Exit, Place, Tracks, Walk};
use crate::graph::{Flow, GuardIx};

/// What the guards of a choice leave of its branches.
pub(super) struct Candidates {
    /// The branches that may still be taken, in text order.
    pub(super) branches: Vec<usize>,
    /// One of them must happen.
    pub(super) demanded: bool,
}

/// A branch without the guard that selects it.
pub(super) fn unguarded(branch: &Flow) -> &Flow {
    if let Flow::When { body, .. } = branch { body } else { branch }
}

impl Sides<'_> {
    /// What a guard comes to by the opening event; `None`: that does not say.
    pub(super) fn guard(&self, guard: GuardIx) -> Option<bool> {
        self.guards.get(usize::from(guard.0)).copied().flatten()
    }

    /// The first branch whose guard is true; where none is, those whose guards do not say and those that have none.
    pub(super) fn candidates(&self, items: &[Flow]) -> Candidates {
        let guards: Vec<Option<Option<bool>>> = items
            .iter()
            .map(|item| if let Flow::When { guard, .. } = item { Some(self.guard(*guard)) } else { None })
            .collect();
        if let Some(taken) = guards.iter().position(|g| *g == Some(Some(true))) {
            return Candidates { branches: vec![taken], demanded: true };
        }
        let open = |g: &Option<Option<bool>>| *g != Some(Some(false));
        Candidates {
            branches: guards.iter().enumerate().filter(|(_, g)| open(g)).map(|(i, _)| i).collect(),
            demanded: guards.contains(&None),
        }
    }
}

impl Walk<'_> {
    pub(super) fn choice(&mut self, items: &[Flow], at: Place, tracks: &mut dyn Tracks) -> Exit {
        let Candidates { branches, demanded } = self.sides.candidates(items);
        let body = |i: &usize| items.get(*i).map(unguarded);
        let own = self.sides.own;
        let optional = !demanded
            && !branches
                .iter()
                .filter_map(body)
                .any(|f| own.happened(f, at.round, true, &|scope| tracks.happened(scope)));
        let first = |i: &usize| Some((own.earliest(body(i)?, at.round)?, *i));
        let taken = match branches.as_slice() {
            [only] => Some(*only),
            _ => branches.iter().filter_map(first).min().map(|(_, i)| i),
        };
        let place = Place { optional: at.optional || optional, ..at };
        // Where no branch can be taken, or none must be, what follows is not kept waiting.
        let entry = if branches.is_empty() || optional { at.entry } else { Entry::NotRunning };
        let mut exit = Exit { entry, after_begun: at.after_begun };
        for (i, item) in items.iter().enumerate() {
            let lost = match taken {
                Some(t) => t != i,
                None => !branches.contains(&i) || (at.later && branches.first() != Some(&i)),
            };
            let out = self.flow(unguarded(item), Place { branch: at.branch || lost, ..place }, tracks);
            if taken == Some(i) && !optional {
                exit.entry = out.entry;
            }
            exit.after_begun |= out.after_begun;
        }
        exit
    }

    /// What stands before a 当 outside a choice.
    pub(super) fn when(&mut self, guard: GuardIx, body: &Flow, at: Place, tracks: &mut dyn Tracks) -> Exit {
        match self.sides.guard(guard) {
            Some(true) => self.flow(body, at, tracks),
            Some(false) => {
                let exit = self.flow(body, Place { branch: true, ..at }, tracks);
                Exit { entry: at.entry, after_begun: exit.after_begun }
            }
            None => self.optional(body, at, tracks),
        }
    }

    /// A block in which nothing is expected before something of it happened.
    pub(super) fn optional(&mut self, body: &Flow, at: Place, tracks: &mut dyn Tracks) -> Exit {
        if self.sides.own.happened(body, at.round, true, &|scope| tracks.happened(scope)) {
            return self.flow(body, at, tracks);
        }
        let exit = self.flow(body, Place { optional: true, ..at }, tracks);
        Exit { entry: at.entry, after_begun: exit.after_begun }
    }
}
