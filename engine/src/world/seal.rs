//! When an instance is sealed: its way through all that ever counted in it, to the last moment at which anything changes.

use super::{InstanceId, World};
use crate::admit;
use crate::alert::{Pulses, Sources, mark, replay};
use crate::facts::{InstanceFacts, TrackId};
use crate::graph::Definition;
use crate::time::Instant;
use std::sync::Arc;

impl World {
    /// Says of the facts of an instance when it is sealed, if its loop has a seal, and which of them had their say then. What did
    /// and has gone since stands among them again.
    pub(super) fn seal(&self, def: &Definition, id: &InstanceId, facts: &mut InstanceFacts) {
        if def.seal.is_none() {
            return;
        }
        let timed = self.timeline(id);
        // Silent systems hold alerts back, never a seal.
        let sources = Sources { catalogue: Some(&self.catalogue), pulses: &Pulses::new() };
        let way = replay(def, (&id.campus, &id.key), &timed, Instant(i64::MAX), &sources);
        facts.sealed = way.standing.sealed();
        for t in timed.iter().filter(|t| !t.track.is_order()) {
            facts.tracks.entry(t.track.clone()).or_default();
        }
        let own = TrackId::order();
        for (track, all) in std::iter::once((&own, &mut facts.order)).chain(&mut facts.tracks) {
            let gone = mark(&timed, track, facts.sealed, all.facts.iter_mut().map(Arc::make_mut));
            all.facts.extend(gone.into_iter().map(|t| t.fact.clone()));
            admit::sort(&mut all.facts);
        }
        facts.tracks.retain(|_, all| !all.facts.is_empty());
    }
}
