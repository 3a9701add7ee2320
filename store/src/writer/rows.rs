//! The rows the writer makes and changes, and how they become arguments of statements.

use crate::db::Arg;
use crate::error::{Error, Result};
use crate::part;
use medloop_engine::event::Event;
use medloop_engine::facts::EventRef;
use medloop_engine::name::{CampusCode, FieldCode, LoopCode};
use medloop_engine::time::Instant;
use medloop_engine::world::EventState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What an event retracts, and the retractions that name it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Names {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<EventRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retractors: Vec<EventRef>,
}

/// What is known of one (source, id).
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The numbers of its revisions in the log; none: only named by a retraction so far.
    pub(crate) revisions: BTreeMap<u32, i64>,
    pub(crate) live: bool,
    pub(crate) target: Option<EventRef>,
    pub(crate) retractors: Vec<EventRef>,
    /// Whether its row has to be written.
    pub(crate) dirty: bool,
}

impl Seen {
    /// The highest revision and its number.
    pub(crate) fn latest(&self) -> Option<(u32, i64)> {
        self.revisions.last_key_value().map(|(revision, no)| (*revision, *no))
    }

    /// Reads live and names.
    pub(crate) fn read(&mut self, live: i64, names: String) -> Result<()> {
        let names: Names = json(Some(names))?.unwrap_or_default();
        (self.live, self.target, self.retractors) = (live != 0, names.target, names.retractors);
        Ok(())
    }

    pub(crate) fn args(&self, event: &EventRef) -> Result<[Arg; 5]> {
        let names = Names { target: self.target.clone(), retractors: self.retractors.clone() };
        Ok([
            part::identity(event).into(),
            (&event.source).into(),
            (&event.id).into(),
            i64::from(self.live).into(),
            text(&names)?.into(),
        ])
    }
}

/// An event of the log that is not settled yet.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub(crate) event: Arc<Event>,
    /// Empty: it carries none.
    pub(crate) key: Arc<str>,
    pub(crate) shift: Option<i64>,
    pub(crate) state: EventState,
    /// The state in its row; `None`: it has no row yet.
    pub(crate) written: Option<EventState>,
    /// Its message, until it has a row.
    pub(crate) raw: Option<Arc<str>>,
    /// The instances it was put into; `None` when no loop has a use for it.
    pub(crate) reached: Option<BTreeSet<(CampusCode, Arc<str>, LoopCode)>>,
    /// The instances it was put into by the visit: one that is open has it, but none is waited for.
    pub(crate) visited: BTreeSet<(CampusCode, Arc<str>, LoopCode)>,
}

impl EventRow {
    /// Whether it stands under its key and in no track of it.
    pub(crate) fn is_loose(&self) -> bool {
        let here = |(campus, key, _): &(CampusCode, Arc<str>, LoopCode)| {
            *campus == self.event.campus && *key == self.key
        };
        !self.key.is_empty() && !self.reached.iter().flatten().any(here)
    }
}

impl EventRow {
    pub(crate) fn args(&self, no: i64) -> [Arg; 13] {
        [
            no.into(),
            part::identity(&self.event.reference()).into(),
            self.event.campus.shared().into(),
            (&self.key).into(),
            (&self.event.source.text).into(),
            (&self.event.id).into(),
            i64::from(self.event.revision).into(),
            self.event.kind.shared().into(),
            self.event.at.at.0.into(),
            self.event.arrived.0.into(),
            self.shift.into(),
            Arg::Word(self.state.word()),
            self.raw.clone().into(),
        ]
    }
}

/// Campus, field and value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Address {
    pub(crate) campus: CampusCode,
    pub(crate) field: FieldCode,
    pub(crate) value: Arc<str>,
}

impl Address {
    pub(crate) fn args(&self) -> [Arg; 4] {
        let part = part::address(&self.campus, self.field.as_str(), &self.value);
        [part.into(), self.campus.shared().into(), self.field.shared().into(), (&self.value).into()]
    }
}

/// What lies at an address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot {
    /// The keys it leads to in each loop, and the event that taught it.
    pub(crate) links: BTreeMap<(LoopCode, Arc<str>), EventRef>,
    /// The events without a key that carry it, by loop.
    pub(crate) events: BTreeSet<(LoopCode, EventRef, u32)>,
}

/// One row of `address`, apart from the address itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Entry {
    Link(LoopCode, Arc<str>),
    Event(LoopCode, EventRef, u32),
    Find(LoopCode, Arc<str>),
}

impl Entry {
    /// kind, loop, name, id, revision.
    pub(crate) fn args(&self) -> [Arg; 5] {
        let (kind, code, name, id, revision): (&'static str, _, _, Arg, u32) = match self {
            Self::Link(code, key) => ("link", code, key, Arg::Word(""), 0),
            Self::Event(code, event, revision) => {
                ("event", code, &event.source, (&event.id).into(), *revision)
            }
            Self::Find(code, key) => ("find", code, key, Arg::Word(""), 0),
        };
        [Arg::Word(kind), code.shared().into(), name.into(), id, i64::from(revision).into()]
    }
}

/// A message that could not be taken.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) source: Arc<str>,
    pub(crate) id: Arc<str>,
    pub(crate) reason: crate::submit::Reason,
    pub(crate) raw: Arc<str>,
    pub(crate) shift: Option<i64>,
}

impl Refused {
    pub(crate) fn args(&self, now: Instant) -> [Arg; 14] {
        let id = quarantine_id(&self.reason.code, &self.raw);
        [
            part::of(&id).into(),
            id.into(),
            (&self.source).into(),
            (&self.id).into(),
            self.reason.code.to_string().into(),
            self.reason.zh.clone().into(),
            self.reason.en.clone().into(),
            self.reason.path.clone().into(),
            (&self.raw).into(),
            self.shift.into(),
            now.0.into(),
            now.0.into(),
            1.into(),
            "open".into(),
        ]
    }
}

/// The same message refused for the same reason is one entry.
fn quarantine_id(code: &str, raw: &str) -> String {
    let digest = medloop_engine::event::digest(&serde_json::Value::String(format!("{code}\n{raw}")));
    digest.chars().take(20).collect()
}

/// A campus code that was stored.
pub(crate) fn campus(text: &str) -> Result<CampusCode> {
    CampusCode::parse(text).map_err(|e| Error::Stored { what: "campus", why: e.to_string() })
}

/// A field code that was stored.
pub(crate) fn field(text: &str) -> Result<FieldCode> {
    FieldCode::parse(text).map_err(|e| Error::Stored { what: "field", why: e.to_string() })
}

/// A loop code that was stored.
pub(crate) fn code(text: &str) -> Result<LoopCode> {
    LoopCode::parse(text).map_err(|e| Error::Stored { what: "loop", why: e.to_string() })
}

/// JSON that was stored.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Stored { what: "value", why: e.to_string() })
}

/// Likewise, where there is some.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| parse(&text)).transpose()
}

/// JSON to be stored.
pub(crate) fn text<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Stored { what: "value", why: e.to_string() })
}
