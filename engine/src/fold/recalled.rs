//! The tracks of an order as they last answered, with sums over groups of them: an event of one track must not cost more because
//! there are three hundred.
//!
//! Tracks stand in the order in which they came, eight to a group; over the groups stands a binary tree of sums. Leaving some
//! tracks out, or setting one, touches their groups and the way from there to the root.

use super::summary::TrackSummary;
use super::sums::{Sums, earlier};
use crate::facts::TrackId;
use crate::time::Instant;
use std::collections::BTreeMap;
use std::ops::Range;

/// As many tracks are summed one by one.
const GROUP: usize = 8;

/// What is looked for: in which groups it may be, and on which tracks it is.
type Wanted<'w> = (&'w dyn Fn(&Sums) -> bool, &'w dyn Fn(&Rest) -> bool);

/// When a track that is not touched is to be looked at again.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// The next moment at which it, or an alert of it, can change.
    pub due: Option<Instant>,
    /// An alert of it is held back until a silent system is heard again.
    pub held: bool,
}

/// See the top of the file.
#[derive(Clone, Debug, Default)]
pub struct Recalled {
    places: BTreeMap<TrackId, usize>,
    tracks: Vec<Option<(TrackSummary, Rest)>>,
    free: Vec<usize>,
    /// A heap: the root at 1, the children of `n` at `2n` and `2n + 1`, the groups last. Empty while one group holds all.
    tree: Vec<Sums>,
}

impl Recalled {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: BTreeMap::new(), tracks: Vec::new(), free: Vec::new(), tree: Vec::new() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What a track last told.
    #[must_use]
    pub fn get(&self, id: &TrackId) -> Option<&TrackSummary> {
        self.at(*self.places.get(id)?).map(|(summary, _)| summary)
    }

    /// All of them, by scope and value.
    pub fn iter(&self) -> impl Iterator<Item = &TrackSummary> {
        self.places.values().filter_map(|place| self.at(*place)).map(|(summary, _)| summary)
    }

    /// Their ids, by scope and value.
    pub fn ids(&self) -> impl Iterator<Item = &TrackId> {
        self.places.keys()
    }

    /// Keeps what a track told.
    pub fn set(&mut self, summary: TrackSummary, rest: Rest) {
        let place = match self.places.get(&summary.id) {
            Some(place) => *place,
            None => {
                let place = self.free.pop().unwrap_or_else(|| {
                    self.tracks.push(None);
                    self.tracks.len() - 1
                });
                self.places.insert(summary.id.clone(), place);
                place
            }
        };
        if let Some(track) = self.tracks.get_mut(place) {
            *track = Some((summary, rest));
        }
        self.sum(place);
    }

    /// As [`Recalled::set`] of a track that tells what it told, to be looked at at another time.
    pub fn set_rest(&mut self, id: &TrackId, rest: Rest) {
        let Some(place) = self.places.get(id).copied() else { return };
        if let Some(Some((_, known))) = self.tracks.get_mut(place) {
            if *known == rest {
                return;
            }
            *known = rest;
        }
        self.sum(place);
    }

    /// Forgets a track.
    pub fn remove(&mut self, id: &TrackId) {
        let Some(place) = self.places.remove(id) else { return };
        if let Some(track) = self.tracks.get_mut(place) {
            *track = None;
        }
        self.free.push(place);
        self.sum(place);
    }

    /// All of them, taken out.
    pub fn into_summaries(self) -> impl Iterator<Item = TrackSummary> {
        self.tracks.into_iter().flatten().map(|(summary, _)| summary)
    }

    /// Those that have to be looked at by `now`.
    #[must_use]
    pub fn due(&self, now: Instant) -> Vec<TrackId> {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        self.pick((&|sums| due(sums.due), &|rest| due(rest.due)))
    }

    /// Those of which an alert is held back.
    #[must_use]
    pub fn held(&self) -> Vec<TrackId> {
        self.pick((&|sums| sums.held, &|rest| rest.held))
    }

    fn pick(&self, wanted: Wanted<'_>) -> Vec<TrackId> {
        let mut out = Vec::new();
        self.pick_part(&mut out, 1, 0..self.groups(), wanted);
        out
    }

    fn pick_part(&self, out: &mut Vec<TrackId>, node: usize, groups: Range<usize>, wanted: Wanted<'_>) {
        let (group, track) = wanted;
        if self.tree.get(node).is_some_and(|sums| !group(sums)) {
            return;
        }
        if groups.len() == 1 {
            let here = self.tracks.iter().skip(groups.start * GROUP).take(GROUP).flatten();
            out.extend(here.filter(|(_, rest)| track(rest)).map(|(summary, _)| summary.id.clone()));
            return;
        }
        let middle = usize::midpoint(groups.start, groups.end);
        self.pick_part(out, node * 2, groups.start..middle, wanted);
        self.pick_part(out, node * 2 + 1, middle..groups.end, wanted);
    }

    fn at(&self, place: usize) -> Option<&(TrackSummary, Rest)> {
        self.tracks.get(place)?.as_ref()
    }

    /// The groups that the tree has room for.
    fn groups(&self) -> usize {
        (self.tree.len() / 2).max(1)
    }

    /// The sums over all but the tracks in `without`, put together with those in `out`.
    fn add_to(&self, out: &mut Sums, without: &mut dyn Iterator<Item = &TrackId>) {
        let mut places: Vec<usize> = without.filter_map(|id| self.places.get(id).copied()).collect();
        places.sort_unstable();
        self.add_part(out, 1, 0..self.groups(), &places);
    }

    fn add_part(&self, out: &mut Sums, node: usize, groups: Range<usize>, without: &[usize]) {
        if without.is_empty()
            && let Some(sums) = self.tree.get(node)
        {
            return out.join(sums);
        }
        if groups.len() == 1 {
            let from = groups.start * GROUP;
            for (i, track) in self.tracks.iter().skip(from).take(GROUP).enumerate() {
                if let Some((summary, rest)) = track.as_ref().filter(|_| !without.contains(&(from + i))) {
                    out.add(summary, *rest);
                }
            }
            return;
        }
        let middle = usize::midpoint(groups.start, groups.end);
        let (left, right) = without.split_at(without.partition_point(|place| *place < middle * GROUP));
        self.add_part(out, node * 2, groups.start..middle, left);
        self.add_part(out, node * 2 + 1, middle..groups.end, right);
    }

    /// Sums anew what stands at a place, and all above it.
    fn sum(&mut self, place: usize) {
        let needed = self.tracks.len().div_ceil(GROUP).next_power_of_two();
        if needed == 1 {
            self.tree.clear();
            return;
        }
        if self.tree.len() == needed * 2 {
            let group = place / GROUP;
            self.sum_group(group);
            let mut node = (needed + group) / 2;
            while node > 0 {
                self.sum_node(node);
                node /= 2;
            }
            return;
        }
        self.tree.clear();
        self.tree.resize_with(needed * 2, Sums::default);
        (0..needed).for_each(|group| self.sum_group(group));
        (1..needed).rev().for_each(|node| self.sum_node(node));
    }

    fn sum_group(&mut self, group: usize) {
        let leaf = self.tree.len() / 2 + group;
        let Some(sums) = self.tree.get_mut(leaf) else { return };
        sums.clear();
        for (summary, rest) in self.tracks.iter().skip(group * GROUP).take(GROUP).flatten() {
            sums.add(summary, *rest);
        }
    }

    fn sum_node(&mut self, node: usize) {
        let Some((above, below)) = self.tree.split_at_mut_checked(node * 2) else { return };
        let Some(sums) = above.get_mut(node) else { return };
        sums.clear();
        below.iter().take(2).for_each(|half| sums.join(half));
    }
}

impl FromIterator<(TrackSummary, Rest)> for Recalled {
    fn from_iter<I: IntoIterator<Item = (TrackSummary, Rest)>>(all: I) -> Self {
        let tracks: Vec<_> = all.into_iter().map(Some).collect();
        let ids = tracks.iter().flatten().enumerate();
        let places = ids.map(|(place, (summary, _))| (summary.id.clone(), place)).collect();
        let mut out = Self { places, tracks, free: Vec::new(), tree: Vec::new() };
        out.sum(0);
        out
    }
}

static NONE: Recalled = Recalled::new();

/// The tracks that are not folded: what they told before, and those that have told something else since.
#[derive(Copy, Clone, Debug)]
pub struct Others<'a> {
    before: &'a Recalled,
    since: &'a Recalled,
}

impl<'a> Others<'a> {
    /// There are none, or all are folded.
    #[must_use]
    pub fn none() -> Self {
        Others::of(&NONE)
    }

    /// As they told.
    #[must_use]
    pub fn of(before: &'a Recalled) -> Self {
        Self { before, since: &NONE }
    }

    /// Some of them have told something else `since`.
    pub(crate) fn and(self, since: &'a Recalled) -> Self {
        Self { since, ..self }
    }

    /// All of them but those that `without` names by scope and value; in no order.
    pub(super) fn iter(self, without: &[&TrackId]) -> impl Iterator<Item = &'a TrackSummary> {
        let before = self.before.iter().filter(move |s| !self.since.places.contains_key(&s.id));
        before.chain(self.since.iter()).filter(move |s| without.binary_search(&&s.id).is_err())
    }

    /// The sums over all but those that `without` names.
    pub(super) fn sums(self, without: &[&TrackId]) -> Sums {
        let mut out = Sums::default();
        self.before.add_to(&mut out, &mut without.iter().copied().chain(self.since.places.keys()));
        self.since.add_to(&mut out, &mut without.iter().copied());
        out
    }

    /// Every id.
    pub(crate) fn ids(self) -> impl Iterator<Item = &'a TrackId> {
        self.before.ids().filter(move |id| !self.since.places.contains_key(*id)).chain(self.since.ids())
    }

    /// Whether a track has told something.
    pub(crate) fn contains(self, id: &TrackId) -> bool {
        self.before.places.contains_key(id) || self.since.places.contains_key(id)
    }

    /// What a track told last.
    pub(crate) fn get(self, id: &TrackId) -> Option<&'a TrackSummary> {
        self.since.get(id).or_else(|| self.before.get(id))
    }

    /// Those that have to be looked at by `now`.
    pub(crate) fn due(self, now: Instant) -> Vec<TrackId> {
        self.newest(self.before.due(now), self.since.due(now))
    }

    /// Those of which an alert is held back.
    pub(crate) fn held(self) -> Vec<TrackId> {
        self.newest(self.before.held(), self.since.held())
    }

    fn newest(self, mut before: Vec<TrackId>, since: Vec<TrackId>) -> Vec<TrackId> {
        before.retain(|id| !self.since.places.contains_key(id));
        before.extend(since);
        before
    }

    /// When one of them is to be looked at next.
    pub(crate) fn next(self) -> Option<Instant> {
        let mut before = Sums::default();
        self.before.add_to(&mut before, &mut self.since.places.keys());
        let mut since = Sums::default();
        self.since.add_to(&mut since, &mut std::iter::empty());
        earlier(before.due, since.due)
    }
}
