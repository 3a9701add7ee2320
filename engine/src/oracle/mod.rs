//! The naive evaluator: `SEMANTICS.md` written down as plainly as possible, to hold the fold against.
//!
//! It shares types with the fold and no evaluation code. It recomputes everything whenever it is asked, and keeps nothing.

mod alerts;
mod case;
mod combine;
mod compare;
mod endings;
mod findings;
mod gap;
mod guard;
mod instance;
mod judge;
mod patient;
mod replace;
mod rounds;
mod rule;
mod seal;
mod status;
mod term;
mod timing;
mod tracks;
mod visit;
mod walk;

pub use alerts::{Sender, Turned, alerts, facts_at};

use crate::facts::{Fact, InstanceFacts};
use crate::graph::{Definition, GuardIx};
use crate::state::InstanceState;
use crate::time::Instant;

/// The state of an instance at `now`, recomputed from nothing. `next_change` is left empty everywhere: the property test
/// looks for changes itself.
#[must_use]
pub fn fold(def: &Definition, facts: &InstanceFacts, now: Instant) -> InstanceState {
    match facts.sealed {
        Some(at) if at <= now => seal::state(def, facts, at),
        _ => {
            let facts = visit::during(def, facts, now);
            instance::state(&case::Case::new(def, &facts, now))
        }
    }
}

/// Whether what came by the visit happened while the order ran, and so does something.
#[must_use]
pub fn in_time(def: &Definition, facts: &InstanceFacts, now: Instant, fact: &Fact) -> bool {
    let counting = visit::during(def, facts, now);
    counting.order.facts.iter().any(|f| f.event == fact.event && f.hits == fact.hits && !f.dead)
}

/// What each guard of the flow comes to by the opening event; `None`: that does not say.
#[must_use]
pub fn guards(def: &Definition, facts: &InstanceFacts) -> Vec<Option<bool>> {
    let case = case::Case::new(def, facts, Instant(0));
    (0..def.guards.len()).map(|i| case.guard(GuardIx(u16::try_from(i).unwrap_or(u16::MAX)))).collect()
}

#[cfg(test)]
mod tests;
