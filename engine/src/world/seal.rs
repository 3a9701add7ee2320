//! When an instance is sealed: its way through all that ever counted in it, to the last moment at which anything changes.

use super::{InstanceId, World};
use crate::alert::{Pulses, Sources, mark, replay};
use crate::facts::{InstanceFacts, TrackId};
use crate::graph::Definition;
use crate::time::Instant;

impl World {
    /// Says of the facts when their instance is sealed, and which of them had their say then.
    pub(super) fn seal(&self, def: &Definition, id: &InstanceId, facts: &mut InstanceFacts) {
        let timed = self.timeline(id);
        // Silent systems hold alerts back, never a seal.
        let sources = Sources { catalogue: Some(&self.catalogue), pulses: &Pulses::new() };
        let way = replay(def, (&id.campus, &id.key), &timed, Instant(i64::MAX), &sources);
        facts.sealed = way.standing.sealed();
        let own = TrackId::order();
        for (track, all) in std::iter::once((&own, &mut facts.order)).chain(&mut facts.tracks) {
            mark(&timed, track, facts.sealed, all.facts.iter_mut());
        }
    }
}
