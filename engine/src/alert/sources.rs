//! What is known of the sending systems: which could send a node, how late they may be, when they were silent.

use super::Pulse;
use crate::catalogue::Catalogue;
use crate::graph::{Definition, NodeIx};
use crate::name::{CampusCode, SystemCode};
use crate::time::{Instant, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The arrivals of every system that states a heartbeat, by system and campus.
pub type Pulses = BTreeMap<(SystemCode, CampusCode), Pulse>;

/// What alerts ask of the sending systems.
#[derive(Copy, Clone)]
pub struct Sources<'a> {
    /// The interface dictionary, how late systems may be, and the names for sentences.
    pub catalogue: Option<&'a Catalogue>,
    /// When they were silent.
    pub pulses: &'a Pulses,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("pulses", &self.pulses).finish_non_exhaustive()
    }
}

impl Sources<'_> {
    /// The systems that could send a node: those its triggers name, else all that send the event.
    #[must_use]
    pub fn senders(&self, def: &Definition, node: NodeIx) -> BTreeSet<SystemCode> {
        let mut all = BTreeSet::new();
        for trigger in def.node(node).map(|n| n.triggers.as_slice()).unwrap_or_default() {
            if trigger.systems.is_empty() {
                let event = self.catalogue.and_then(|c| c.events.get(&trigger.event));
                all.extend(event.map(|e| e.systems.clone()).unwrap_or_default());
            } else {
                all.extend(trigger.systems.iter().cloned());
            }
        }
        all
    }

    /// When the absence of `node`, due at `due`, may be raised, as known at `now`: after the largest lag of its systems, and
    /// as long after the last of them came back from a silence. `None`: one is silent, and nobody knows how long.
    ///
    /// A moment that has passed means: now.
    pub(super) fn raises(
        &self,
        def: &Definition,
        campus: &CampusCode,
        node: NodeIx,
        due: Instant,
        now: Instant,
    ) -> Option<Instant> {
        let senders = self.senders(def, node);
        let lag = senders.iter().map(|s| self.lag(s, campus)).max().unwrap_or(Span::ZERO);
        let mut at = due;
        for pulse in senders.iter().filter_map(|s| self.pulses.get(&(s.clone(), campus.clone()))) {
            at = at.max(pulse.returned(now).unwrap_or(at));
            if pulse.silent(now) {
                at = at.max(pulse.comes_back(now)?);
            }
        }
        Some(at.plus(lag))
    }

    fn lag(&self, system: &SystemCode, campus: &CampusCode) -> Span {
        self.catalogue.map_or(Span::ZERO, |c| c.lag(system, campus))
    }
}
