//! What the writer holds of one key while it works on it: the instances of every loop, each track by itself.

use crate::again::Numbers;
use crate::definitions::Compiled;
use medloop_engine::admit;
use medloop_engine::alert::{Standing, TrackAlerts, Tracks, rest};
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, Patient, TrackFacts, TrackId};
use medloop_engine::fold::{Recalled, TrackSummary};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A map of the writer: in no order, and fast.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// Campus and key.
pub(crate) type CaseId = (CampusCode, Arc<str>);

/// What a fact takes beside its own size, about: its texts and the nodes of its maps, in bytes.
const BESIDE_FACT: usize = 500;
/// What a track takes at rest beside its own size, about: its value, its places in maps, its share of the sums.
const BESIDE_TRACK: usize = 350;
/// What an instance takes beside its own size, about.
const BESIDE: usize = 2000;
/// Of so many tracks of an instance, those that an event touched last, the facts stay at hand.
const AT_WORK: usize = 16;

/// Every instance of one key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    pub(crate) instances: BTreeMap<LoopCode, Box<Held>>,
}

/// One instance as the writer holds it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) order: Slot,
    pub(crate) tracks: BTreeMap<TrackId, Box<Slot>>,
    /// What its tracks last told it.
    pub(crate) recalled: Recalled,
    /// Tracks whose facts have changed since its alerts were found; the order's own, too.
    pub(crate) moved: BTreeSet<TrackId>,
    /// Tracks whose rows are to be written.
    pub(crate) unwritten: BTreeSet<TrackId>,
    /// Tracks whose facts may be here.
    at_hand: BTreeSet<TrackId>,
    /// How often the slot of a track was asked for.
    uses: u64,
    /// Whether every event so far was loaded as history.
    pub(crate) history: bool,
    /// Its now never falls below this.
    pub(crate) as_of: Instant,
    pub(crate) opened: bool,
    /// Made by this batch: no earlier event of it stands in a state of its own.
    pub(crate) young: bool,
    /// What it can be found by, as far as this copy knows.
    pub(crate) found: BTreeSet<(&'static str, Arc<str>)>,
    /// Tracks whose rows are to go, with the versions of these.
    pub(crate) gone: BTreeMap<TrackId, i64>,
    pub(crate) dirty: bool,
    /// How far its alerts are found.
    pub(crate) standing: Standing,
    /// Some fact did not simply count from its arrival on: for how long each did, only the log says.
    pub(crate) mixed: bool,
    /// Its alerts are to be found again from the beginning.
    pub(crate) replay: bool,
    /// The latest arrival since it was settled.
    pub(crate) latest: Instant,
}

/// One track.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    /// Its row's version; 0: no row yet.
    pub(crate) version: i64,
    /// Its events.
    pub(crate) numbers: Numbers,
    /// Its facts; absent while only its row was read.
    pub(crate) facts: Option<TrackFacts>,
    /// The patient its latest living fact states; shared with the order where it is the same.
    pub(crate) patient: Option<Arc<Patient>>,
    /// What is remembered of its rules; the order's own stands in [`Held::standing`].
    pub(crate) alerts: TrackAlerts,
    /// When it was last asked for, by [`Held::uses`].
    pub(crate) used: u64,
}

/// Lets facts share the patient of whom they say the same as `known` or as the fact before them.
pub(crate) fn share(facts: &mut [Arc<Fact>], known: Option<&Arc<Patient>>) {
    let mut known = known.cloned();
    for fact in facts.iter_mut().filter_map(Arc::get_mut).filter(|fact| fact.patient.is_some()) {
        if fact.patient == known {
            fact.patient.clone_from(&known);
        } else {
            known.clone_from(&fact.patient);
        }
    }
}

impl Held {
    pub(crate) fn new(compiled: Arc<Compiled>) -> Self {
        Self {
            compiled,
            order: Slot { facts: Some(TrackFacts::default()), ..Slot::default() },
            tracks: BTreeMap::new(),
            recalled: Recalled::new(),
            moved: BTreeSet::new(),
            unwritten: BTreeSet::new(),
            at_hand: BTreeSet::new(),
            uses: 0,
            history: true,
            as_of: Instant(i64::MIN),
            opened: false,
            young: true,
            found: BTreeSet::new(),
            gone: BTreeMap::new(),
            dirty: true,
            standing: Standing::default(),
            mixed: false,
            replay: false,
            latest: Instant(i64::MIN),
        }
    }

    /// The slot of a track whose facts are about to change, made when it is new.
    pub(crate) fn moved(&mut self, id: &TrackId) -> &mut Slot {
        if !self.moved.contains(id) {
            self.moved.insert(id.clone());
            self.unwritten.insert(id.clone());
        }
        self.slot(id)
    }

    /// The slot of a track, made when it is new.
    pub(crate) fn slot(&mut self, id: &TrackId) -> &mut Slot {
        if id.is_order() {
            return &mut self.order;
        }
        if !self.at_hand.contains(id) {
            self.at_hand.insert(id.clone());
        }
        self.uses += 1;
        // One that comes back before its row has gone writes over that row.
        let version = self.gone.remove(id).unwrap_or(0);
        let fresh = || Slot { version, facts: Some(TrackFacts::default()), ..Slot::default() };
        let slot = self.tracks.entry(id.clone()).or_insert_with(|| Box::new(fresh()));
        slot.used = self.uses;
        slot
    }

    /// A track as it was stored.
    pub(crate) fn restore(&mut self, id: TrackId, slot: Slot) {
        self.tracks.insert(id, Box::new(slot));
    }

    /// Keeps what a track has told.
    pub(crate) fn tells(&mut self, summary: TrackSummary) {
        let Some(slot) = self.tracks.get(&summary.id) else { return };
        let rest = rest(&summary, &slot.alerts);
        if self.recalled.get(&summary.id) == Some(&summary) {
            return self.recalled.set_rest(&summary.id, rest);
        }
        self.unwritten.insert(summary.id.clone());
        self.recalled.set(summary, rest);
    }

    /// Keeps what is remembered of the rules of a track.
    pub(crate) fn watches(&mut self, id: &TrackId, alerts: TrackAlerts) {
        let Some(slot) = self.tracks.get_mut(id).filter(|slot| slot.alerts != alerts) else { return };
        if let Some(told) = self.recalled.get(id) {
            let rest = rest(told, &alerts);
            self.recalled.set_rest(id, rest);
        }
        slot.alerts = alerts;
        self.unwritten.insert(id.clone());
    }

    /// Lets a track go, and its row with it.
    pub(crate) fn drop_track(&mut self, id: &TrackId) {
        self.recalled.remove(id);
        self.moved.remove(id);
        self.unwritten.remove(id);
        self.at_hand.remove(id);
        if let Some(slot) = self.tracks.remove(id).filter(|slot| slot.version > 0) {
            self.gone.insert(id.clone(), slot.version);
        }
    }

    /// Every track with its id, the order's own first.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.order).chain(self.tracks.values().map(|slot| &**slot))
    }

    /// Gives up what may be read again: spare room, and the facts of tracks that have ended or rest, which are seldom asked for.
    pub(crate) fn shrink(&mut self) {
        self.order.shrink();
        let (tracks, recalled) = (&mut self.tracks, &self.recalled);
        let mut used: Vec<u64> = self.at_hand.iter().filter_map(|id| Some(tracks.get(id)?.used)).collect();
        let rest = used.len().saturating_sub(AT_WORK);
        // All that was asked for before this rests.
        let since = if rest == 0 { 0 } else { *used.select_nth_unstable(rest).1 };
        self.at_hand.retain(|id| {
            let Some(slot) = tracks.get_mut(id) else { return false };
            if slot.used < since || recalled.get(id).is_some_and(|told| told.ended) {
                slot.facts = None;
            }
            slot.shrink();
            slot.facts.is_some()
        });
    }

    /// Tracks of which the facts are not here.
    pub(crate) fn unread(&self) -> Vec<TrackId> {
        self.tracks.iter().filter(|(_, s)| s.facts.is_none()).map(|(id, _)| id.clone()).collect()
    }

    /// Whether a revision is in one of its tracks.
    pub(crate) fn has(&self, no: i64) -> bool {
        self.slots().any(|slot| slot.numbers.contains(no))
    }

    /// The tracks in which a revision is.
    pub(crate) fn tracks_of(&self, no: i64) -> Vec<TrackId> {
        let own = self.order.numbers.contains(no).then(TrackId::order);
        let others = self.tracks.iter().filter(|(_, slot)| slot.numbers.contains(no));
        own.into_iter().chain(others.map(|(track, _)| track.clone())).collect()
    }

    /// The events of which facts are here.
    pub(crate) fn events(&self) -> BTreeSet<EventRef> {
        let facts = self.slots().filter_map(|s| s.facts.as_ref()).flat_map(|t| &t.facts);
        facts.map(|f| f.event.clone()).collect()
    }

    /// Notes that not all of its facts count from their arrival on.
    pub(crate) fn mix(&mut self) {
        self.mixed = true;
        self.replay = true;
    }

    /// Notes that an event reached it.
    pub(crate) fn touched_by(&mut self, event: &Event, history: bool) {
        self.dirty = true;
        self.replay |= event.arrived <= self.standing.upto;
        self.latest = self.latest.max(event.arrived);
        if history {
            self.as_of = self.as_of.max(event.arrived);
        } else {
            self.history = false;
        }
    }

    /// The patient as the order's own latest fact states it, else as the first track does.
    pub(crate) fn patient(&self) -> Option<&Patient> {
        self.slots().find_map(|s| s.patient.as_deref())
    }

    /// Whether an alert is held back by a silent system.
    pub(crate) fn held(&self) -> bool {
        self.standing.alerts.held() || !self.recalled.held().is_empty()
    }

    /// Roughly how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        let here = self.at_hand.iter().filter_map(|id| self.tracks.get(id)).map(|slot| &**slot);
        let facts = here.chain([&self.order]).filter_map(|s| s.facts.as_ref());
        let facts: usize =
            facts.map(|t| t.facts.len() * (size_of::<Arc<Fact>>() + size_of::<Fact>() + BESIDE_FACT)).sum();
        let track = size_of::<Slot>() + size_of::<TrackSummary>() + BESIDE_TRACK;
        let numbers: usize = self.slots().map(|slot| slot.numbers.weight()).sum();
        size_of::<Self>() + BESIDE + facts + numbers + self.tracks.len() * track
    }
}

impl Tracks for Held {
    fn recalled(&self) -> &Recalled {
        &self.recalled
    }

    fn facts(&self, id: &TrackId) -> Option<&TrackFacts> {
        self.tracks.get(id)?.facts.as_ref()
    }

    fn alerts(&self, id: &TrackId) -> Option<&TrackAlerts> {
        self.tracks.get(id).map(|slot| &slot.alerts)
    }
}

impl Slot {
    /// Gives up spare room.
    fn shrink(&mut self) {
        self.numbers.shrink();
        self.facts.iter_mut().for_each(|f| f.facts.shrink_to_fit());
    }

    /// The patient of the latest living fact that states one and tells of an order that closed then.
    pub(crate) fn stated_patient(&self, closed_at: Option<Instant>) -> Option<Arc<Patient>> {
        let facts = self.facts.as_ref()?.facts.iter().rev();
        let mut told = facts.filter(|f| !f.dead && admit::tells(f, closed_at));
        told.find_map(|f| f.patient.clone().filter(|p| p.id.is_some()))
    }
}
