//! Takes one event into a batch: is it new, a revision, a duplicate, a conflict; does it count.

use super::rows::{EventRow, Older, Place, Refused};
use super::work::Work;
use crate::error::Result;
use crate::part;
use crate::submit::Reason;
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, TrackId};
use medloop_engine::world::EventState;
use std::cmp::Ordering;
use std::sync::Arc;

/// An event that passed every check that needs no database.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) event: Arc<Event>,
    pub(crate) raw: Arc<str>,
    /// History: the shift it is loaded with.
    pub(crate) shift: Option<i64>,
    /// What it does in the published loops, found out by the caller so that the writer need not.
    pub(crate) facts: Prepared,
}

/// The facts of one event under some definitions, by hash.
pub(crate) type Prepared = Vec<(Arc<str>, Vec<(TrackId, Fact)>)>;

/// What became of an event.
#[derive(Clone, Debug)]
pub(crate) enum Taken {
    /// It has a row of this number now.
    Stored(i64),
    /// It was there.
    Duplicate,
    /// A higher revision was there; it has a row all the same.
    Stale,
    /// The same revision was there with other content.
    Conflict,
}

impl Work<'_> {
    /// Takes one event.
    pub(crate) async fn take(&mut self, job: &Admitted) -> Result<Taken> {
        let event = &job.event;
        let reference = event.reference();
        let seen = self.seen(&reference).await?;
        let known = |o: &Older| o.revision == event.revision;
        if let Some(same) = seen.latest.iter().chain(&seen.older).find(|o| known(o)) {
            if same.digest == event.digest {
                return Ok(Taken::Duplicate);
            }
            self.refused.push(conflict(job));
            return Ok(Taken::Conflict);
        }
        let latest = seen.latest.clone();
        let place = self.place(event);
        self.rows.insert(
            place.no,
            EventRow {
                place: place.clone(),
                event: event.clone(),
                raw: job.raw.clone(),
                shift: job.shift,
                state: EventState::Applied,
                reached: None,
            },
        );
        let history = job.shift.is_some();
        self.prepared.insert((reference.clone(), event.revision), job.facts.clone());
        self.events.insert((reference.clone(), event.revision), (event.clone(), history));
        if job.shift.is_some() {
            let end = self.marks.ends.entry(event.campus.clone()).or_insert(event.arrived);
            *end = event.arrived.max(*end);
        }
        let mine = Older { revision: event.revision, digest: event.digest.clone(), place };
        match latest.as_ref().map_or(Ordering::Less, |l| l.revision.cmp(&event.revision)) {
            Ordering::Less => self.newest(&reference, job, latest, mine).await,
            _ => {
                self.set_state(&mine.place, EventState::Superseded);
                let seen = self.seen(&reference).await?;
                seen.older.push(mine);
                seen.older.sort_by_key(|o| o.revision);
                seen.dirty = true;
                self.attach(event, false, job.shift.is_some()).await?;
                Ok(Taken::Stale)
            }
        }
    }

    /// It is the first or the highest revision.
    async fn newest(
        &mut self,
        reference: &EventRef,
        job: &Admitted,
        latest: Option<Older>,
        mine: Older,
    ) -> Result<Taken> {
        let no = mine.place.no;
        let seen = self.seen(reference).await?;
        let was_live = seen.live && latest.is_some();
        let old_target = std::mem::replace(&mut seen.target, job.event.retracts.clone());
        let named = !seen.retractors.is_empty();
        seen.live = false;
        seen.dirty = true;
        if let Some(old) = latest {
            self.set_state(&old.place, EventState::Superseded);
            let before = self.event(reference, &old).await?;
            if was_live {
                self.unlive(&before).await?;
            }
            let seen = self.seen(reference).await?;
            seen.older.push(old);
            seen.older.sort_by_key(|o| o.revision);
        }
        self.seen(reference).await?.latest = Some(mine);
        let live = if named || old_target.is_some() || job.event.retracts.is_some() {
            self.relive(reference, old_target).await?
        } else {
            true
        };
        self.seen(reference).await?.live = live;
        self.attach(&job.event, live, job.shift.is_some()).await?;
        Ok(Taken::Stored(no))
    }

    /// A place for a new event; each gets its own number.
    fn place(&mut self, event: &Event) -> Place {
        let no = self.marks.next_no;
        self.marks.next_no += 1;
        let key = self.defs.home(event);
        let part =
            key.as_ref().map_or_else(|| part::identity(&event.reference()), |k| part::case(&event.campus, k));
        Place { part, campus: event.campus.clone(), key: key.unwrap_or_default(), no }
    }

    /// Sets the state of an event's row, new or stored.
    pub(crate) fn set_state(&mut self, place: &Place, state: EventState) {
        match self.rows.get_mut(&place.no) {
            Some(row) => row.state = state,
            None => drop(self.states.insert(place.clone(), state)),
        }
    }
}

/// The same identity and revision with other content.
pub(crate) fn conflict(job: &Admitted) -> Refused {
    Refused {
        source: job.event.source.text.clone(),
        id: job.event.id.clone(),
        reason: Reason::new(
            "conflict",
            "同一 source、id、revision 已有另一内容;更正请用更高的 revision",
            "the same source, id and revision is known with other content; correct it with a higher revision",
        ),
        raw: job.raw.clone(),
        shift: job.shift,
    }
}
