//! One message on its way through the writer: an event, one that cannot be one, or one whose campus the database has to tell.

use super::engine;
use super::rows::Refused;
use super::take::Admitted;
use crate::definitions::{Compiled, Definitions};
use crate::error::Error;
use crate::submit::Reason;
use medloop_engine::admit;
use medloop_engine::event::{self, Arrival, Rejection};
use medloop_engine::facts::EventRef;
use medloop_engine::name::CampusCode;
use serde_json::Value;
use std::sync::Arc;

/// One message on its way through the writer.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// An event that passed every check which needs no database.
    Event(Admitted),
    /// A message that did not.
    Refused(Refused),
    /// A message of which the database has to say to which campus it belongs.
    Unplaced(Box<Unplaced>),
}

/// A message and how it came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) json: Value,
    pub(crate) raw: Arc<str>,
    pub(crate) arrival: Arrival,
    /// History: the shift it is loaded with.
    pub(crate) shift: Option<i64>,
}

/// A message that says no campus, from a source that serves all.
#[derive(Clone, Debug)]
pub(crate) struct Unplaced {
    pub(crate) message: Came,
}

impl Unplaced {
    /// The message as if it said this one.
    pub(crate) fn at(&self, campus: &CampusCode) -> Came {
        let mut message = self.message.clone();
        if let Some(object) = message.json.as_object_mut() {
            object.insert("campus".to_owned(), campus.as_str().into());
        }
        message
    }
}

impl Job {
    /// A message that is no event.
    pub(crate) fn refused(event: EventRef, reason: Reason, raw: Arc<str>, shift: Option<i64>) -> Self {
        Self::Refused(Refused { source: event.source, id: event.id, reason, raw, shift })
    }

    /// Checks a message as far as that needs no database.
    pub(crate) fn read(defs: &Definitions, came: Came) -> Self {
        if event::is_unplaced(&came.json, &defs.catalogue) {
            return Self::Unplaced(Box::new(Unplaced { message: came }));
        }
        let checked = event::read(&came.json, &defs.catalogue, came.arrival).and_then(|event| {
            admit::check(defs.wanted(&event).map(|c| &*c.definition), &event).map(|()| event)
        });
        match checked {
            Ok(event) => {
                // A fault of the engine here shows again in the writer, which sends the event to quarantine.
                let found = |c: &Compiled| engine(|| admit::facts(&c.definition, &event)).ok();
                let facts = defs.wanted(&event).filter_map(|c| Some((c.hash.clone(), found(c)?))).collect();
                Self::Event(Admitted { event: Arc::new(event), raw: came.raw, shift: came.shift, facts })
            }
            Err(rejection) => Self::unread(&came, rejection),
        }
    }

    /// A message of which no event could be made.
    pub(crate) fn unread(came: &Came, why: Rejection) -> Self {
        let named = |name| {
            let text = came.json.get(name).and_then(Value::as_str).unwrap_or_default();
            Arc::from(text.chars().take(256).collect::<String>())
        };
        let event = EventRef { source: named("source"), id: named("id") };
        Self::refused(event, why.into(), came.raw.clone(), came.shift)
    }

    /// The same message, refused because it could not be applied.
    pub(crate) fn poison(&self, error: &Error) -> Self {
        let reason = Reason::new(
            "not_applied",
            &format!("事件无法写入:{error}"),
            &format!("the event could not be applied: {error}"),
        );
        match self {
            Self::Refused(refused) => Self::Refused(refused.clone()),
            Self::Event(job) => Self::refused(job.event.reference(), reason, job.raw.clone(), job.shift),
            Self::Unplaced(unplaced) => {
                let came = &unplaced.message;
                let why = Rejection::new("not_applied", "", reason.zh, reason.en);
                Self::unread(came, why)
            }
        }
    }
}
