//! Takes one event into a batch: is it new, a revision, a duplicate, a conflict; does it count.

use super::rows::{self, EventRow, Older, Refused};
use super::work::{Revision, Work};
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
    /// Takes one event: a new one, or one that the log holds already under a number and in a state.
    pub(crate) async fn take(&mut self, job: &Admitted, held: Option<(i64, EventState)>) -> Result<Taken> {
        let event = &job.event;
        let reference = event.reference();
        let seen = self.seen(&reference).await?;
        let known = |o: &Older| o.revision == event.revision;
        let digest = rows::short(&event.digest);
        if let Some(same) = seen.latest.iter().chain(&seen.older).find(|o| known(o)) {
            if same.digest == digest {
                return Ok(Taken::Duplicate);
            }
            self.refused.push(conflict(job));
            return Ok(Taken::Conflict);
        }
        let latest = seen.latest.clone();
        let no = held.map_or_else(|| self.number(), |(no, _)| no);
        let history = job.shift.is_some();
        self.enter(job, no, held.map(|(_, state)| state));
        if history {
            let end = self.marks.ends.entry(event.campus.clone()).or_insert(event.arrived);
            *end = event.arrived.max(*end);
        }
        let mine = Older { revision: event.revision, digest, no };
        let body = Revision { no, event: event.clone(), live: true, history };
        match latest.as_ref().map_or(Ordering::Less, |l| l.revision.cmp(&event.revision)) {
            Ordering::Less => self.newest(&reference, body, latest, mine).await,
            _ => {
                self.set_state(no, EventState::Superseded);
                let seen = self.seen(&reference).await?;
                seen.older.push(mine);
                seen.older.sort_by_key(|o| o.revision);
                seen.dirty = true;
                self.attach(&Revision { live: false, ..body }).await?;
                Ok(Taken::Stale)
            }
        }
    }

    /// It is the first or the highest revision.
    async fn newest(
        &mut self,
        reference: &EventRef,
        mut body: Revision,
        latest: Option<Older>,
        mine: Older,
    ) -> Result<Taken> {
        let seen = self.seen(reference).await?;
        let was_live = seen.live && latest.is_some();
        let retracts = body.event.retracts.clone();
        let old_target = std::mem::replace(&mut seen.target, retracts.clone());
        let named = !seen.retractors.is_empty();
        seen.live = false;
        seen.dirty = true;
        if let Some(old) = latest {
            self.set_state(old.no, EventState::Superseded);
            if let Some((event, history)) = self.event(old.no).await?
                && was_live
            {
                self.unlive(&Revision { no: old.no, event, live: false, history }).await?;
            }
            let seen = self.seen(reference).await?;
            seen.older.push(old);
            seen.older.sort_by_key(|o| o.revision);
        }
        self.seen(reference).await?.latest = Some(mine);
        body.live = if named || old_target.is_some() || retracts.is_some() {
            self.relive(reference, old_target).await?
        } else {
            true
        };
        self.seen(reference).await?.live = body.live;
        self.attach(&body).await?;
        Ok(Taken::Stored(body.no))
    }

    /// Puts it among the events that are to be settled; `written`: the state in its row, when it has one.
    fn enter(&mut self, job: &Admitted, no: i64, written: Option<EventState>) {
        let event = &job.event;
        let key = self.defs.home(event);
        let part =
            key.as_ref().map_or_else(|| part::identity(&event.reference()), |k| part::case(&event.campus, k));
        let row = EventRow {
            event: event.clone(),
            part,
            key: key.unwrap_or_default(),
            shift: job.shift,
            state: EventState::Applied,
            written,
            raw: written.is_none().then(|| job.raw.clone()),
            reached: None,
        };
        self.prepared.insert(no, job.facts.clone());
        self.ahead.rows.insert(no, row);
        self.ahead.begin();
    }

    /// The number of a new event.
    fn number(&mut self) -> i64 {
        let no = self.marks.next_no;
        self.marks.next_no += 1;
        no
    }

    /// Sets the state of an event's row, settled or not.
    pub(crate) fn set_state(&mut self, no: i64, state: EventState) {
        match self.ahead.rows.get_mut(&no) {
            Some(row) => row.state = state,
            None => drop(self.ahead.states.insert(no, state)),
        }
        self.ahead.begin();
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
