//! Takes one event into a batch: is it new, a revision, a duplicate, a conflict; does it count.

use super::rows::{EventRow, Refused};
use super::work::{Revision, Work};
use crate::error::Result;
use crate::submit::Reason;
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, TrackId};
use medloop_engine::time::Instant;
use medloop_engine::world::EventState;
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

impl Admitted {
    /// Sets its arrival.
    fn arrive(&mut self, at: Instant) {
        if self.event.arrived == at {
            return;
        }
        Arc::make_mut(&mut self.event).arrived = at;
        for (_, fact) in self.facts.iter_mut().flat_map(|(_, facts)| facts) {
            fact.arrived = at;
        }
    }
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
    /// It stands in quarantine: the same revision was there with other content, or it would join two patients.
    Refused(Reason),
}

impl Work<'_> {
    /// Takes one event: a new one, or one that the log holds already under a number and in a state.
    pub(crate) async fn take(
        &mut self,
        job: &mut Admitted,
        held: Option<(i64, EventState)>,
    ) -> Result<Taken> {
        let (history, came) = (job.shift.is_some(), job.event.arrived);
        if held.is_none() && !history {
            job.arrive(self.ahead.arrives(came));
        }
        let event = &job.event.clone();
        let reference = event.reference();
        let seen = self.seen(&reference).await?;
        let latest = seen.latest();
        if let Some(same) = seen.revisions.get(&event.revision).copied() {
            let known = self.event(same).await?;
            if known.is_some_and(|(known, _)| known.says_the_same(event)) {
                return Ok(Taken::Duplicate);
            }
            return Ok(self.refuse(job, conflict()));
        }
        let newest = latest.is_none_or(|(revision, _)| revision < event.revision);
        // What the log holds was looked at when it came.
        if newest
            && held.is_none()
            && let Some(reason) = self.joins(event, latest.is_some()).await?
        {
            return Ok(self.refuse(job, reason));
        }
        let no = held.map_or_else(|| self.number(), |(no, _)| no);
        self.enter(job, no, held.map(|(_, state)| state));
        if history {
            let end = self.marks.ends.entry(event.campus.clone()).or_insert(event.arrived);
            *end = event.arrived.max(*end);
        } else {
            self.marks.beat(&event.source.system, &event.campus, event.arrived);
            self.count_lag(event, came);
        }
        self.seen(&reference).await?.revisions.insert(event.revision, no);
        let body = Revision { no, event: event.clone(), live: true, history };
        if newest {
            let taken = self.newest(&reference, body, latest.map(|(_, no)| no)).await?;
            self.reroute().await?;
            return Ok(taken);
        }
        self.set_state(no, EventState::Superseded);
        self.attach(&Revision { live: false, ..body }).await?;
        self.reroute().await?;
        Ok(Taken::Stale)
    }

    /// It is the first or the highest revision; `old` is the number of the one that was it until now.
    async fn newest(&mut self, reference: &EventRef, mut body: Revision, old: Option<i64>) -> Result<Taken> {
        let seen = self.seen(reference).await?;
        let was_live = seen.live && old.is_some();
        let retracts = body.event.retracts.clone();
        let old_target = std::mem::replace(&mut seen.target, retracts.clone());
        let named = !seen.retractors.is_empty();
        let plain = !named && old_target.is_none() && retracts.is_none();
        seen.live = plain;
        seen.dirty |= !plain;
        if let Some(old) = old {
            self.set_state(old, EventState::Superseded);
            if let Some((event, history)) = self.event(old).await?
                && was_live
            {
                self.unlive(&Revision { no: old, event, live: false, history }).await?;
            }
        }
        if !plain {
            body.live = self.relive(reference, old_target).await?;
            self.seen(reference).await?.live = body.live;
        }
        self.says_of_patients(&body.event, body.live);
        self.attach(&body).await?;
        Ok(Taken::Stored(body.no))
    }

    /// Puts it in quarantine.
    fn refuse(&mut self, job: &Admitted, reason: Reason) -> Taken {
        self.refused.push(Refused {
            source: job.event.source.text.clone(),
            id: job.event.id.clone(),
            reason: reason.clone(),
            raw: job.raw.clone(),
            shift: job.shift,
        });
        Taken::Refused(reason)
    }

    /// Puts it among the events that are to be settled; `written`: the state in its row, when it has one.
    fn enter(&mut self, job: &mut Admitted, no: i64, written: Option<EventState>) {
        let event = &job.event;
        let row = EventRow {
            event: event.clone(),
            key: self.defs.home(event).unwrap_or_default(),
            shift: job.shift,
            state: EventState::Applied,
            written,
            raw: written.is_none().then(|| job.raw.clone()),
            reached: None,
            visited: std::collections::BTreeSet::new(),
        };
        self.prepared.insert(no, std::mem::take(&mut job.facts));
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
fn conflict() -> Reason {
    Reason::new(
        "conflict",
        "同一 source、id、revision 已有另一内容;更正请用更高的 revision",
        "the same source, id and revision is known with other content; correct it with a higher revision",
    )
}
