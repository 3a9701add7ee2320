//! What the tracks of an instance last told their order: those recalled are only looked at, those folded on the way are kept.

use crate::facts::TrackId;
use crate::fold::TrackSummary;
use std::ops::Deref;

/// One of them.
#[derive(Debug)]
pub(super) enum Told<'a> {
    Known(&'a TrackSummary),
    Fresh(Box<TrackSummary>),
}

impl Deref for Told<'_> {
    type Target = TrackSummary;
    fn deref(&self) -> &TrackSummary {
        match self {
            Self::Known(summary) => summary,
            Self::Fresh(summary) => summary,
        }
    }
}

/// All of them, by scope and value: a list, because there may be hundreds of which an event touches one.
#[derive(Debug, Default)]
pub(super) struct Summaries<'a>(Vec<(&'a TrackId, Told<'a>)>);

impl<'a> Summaries<'a> {
    /// Recalled ones, in order.
    pub(super) fn recalled(known: impl Iterator<Item = (&'a TrackId, &'a TrackSummary)>) -> Self {
        Self(known.map(|(id, summary)| (id, Told::Known(summary))).collect())
    }

    pub(super) fn get(&self, id: &TrackId) -> Option<&TrackSummary> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| id).ok()?;
        self.0.get(at).map(|(_, told)| &**told)
    }

    /// Keeps a fresh one.
    pub(super) fn set(&mut self, id: &'a TrackId, summary: TrackSummary) {
        let told = Told::Fresh(Box::new(summary));
        match self.0.binary_search_by_key(&id, |(id, _)| id) {
            Ok(at) => {
                if let Some(place) = self.0.get_mut(at) {
                    place.1 = told;
                }
            }
            Err(at) => self.0.insert(at, (id, told)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a TrackId, &TrackSummary)> {
        self.0.iter().map(|(id, told)| (*id, &**told))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Those that were folded on the way.
    pub(super) fn into_fresh(self) -> impl Iterator<Item = (TrackId, TrackSummary)> {
        self.0.into_iter().filter_map(|(id, told)| match told {
            Told::Fresh(summary) => Some((id.clone(), *summary)),
            Told::Known(_) => None,
        })
    }
}
