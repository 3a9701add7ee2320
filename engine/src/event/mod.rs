//! A CloudEvent as the engine knows it: read from JSON, checked against the catalogue, nothing of it forgotten.

mod anywhere;
mod canonical;
mod envelope;
mod persons;
mod reject;
mod reserved;

pub use anywhere::{Claim, choose, is_unplaced, stands};
pub use canonical::digest;
pub use reject::Rejection;

use crate::catalogue::Catalogue;
use crate::facts::{Actor, EventRef, Patient};
use crate::name::{CampusCode, EventType, FieldCode, SystemCode};
use crate::staff::Doubtful;
use crate::time::{Instant, Moment, Span};
use crate::value::Person;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The type of the event that takes another one back (`data.retracts`).
pub const RETRACTED: &str = "event.retracted";
/// Greatest length of `id`, `source`, and of values of key and link fields, in bytes of UTF-8.
pub const MAX_ID: usize = 256;
/// Members of `data` that say who, whom, where and when; every other one is a field of loops.
pub const RESERVED: [&str; 9] = [
    "patient",
    "actor",
    "terminal",
    "capture",
    "precision",
    "recorded_at",
    "started_at",
    "retracts",
    "items",
];
/// How many objects and arrays may lie in one another.
pub const MAX_DEPTH: usize = 32;

/// Who sent it: `SYSTEM[/CAMPUS[/…]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The sending system.
    pub system: SystemCode,
    /// The campus that the source implies.
    pub campus: Option<CampusCode>,
    /// As it came.
    pub text: Arc<str>,
}

/// One event that passed every check which needs no loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Who sent it.
    pub source: Source,
    /// The source's own id; (source, id) identifies the event.
    pub id: Arc<str>,
    /// What happened.
    pub kind: EventType,
    /// When it happened.
    pub at: Moment,
    /// Where.
    pub campus: CampusCode,
    /// From 1; a higher one replaces a lower one.
    pub revision: u32,
    /// The source's own order among events of equal time; 0 when absent.
    pub sequence: i64,
    /// `data.recorded_at`: when the source wrote it down.
    pub recorded: Option<Moment>,
    /// `data.started_at`: when what `at` ends began.
    pub began: Option<Moment>,
    /// When it reached us; for history, when it would have.
    pub arrived: Instant,
    /// `data.patient`, as it was then.
    pub patient: Option<Arc<Patient>>,
    /// `data.actor`; its role is a code of the catalogue where it names one.
    pub actor: Option<Actor>,
    /// Persons in loop fields, as the register of staff knows them; those it does not know stand in `data` alone.
    pub persons: BTreeMap<FieldCode, Person>,
    /// What is doubtful about the persons it names.
    pub doubts: Vec<Doubtful>,
    /// `data.terminal`.
    pub terminal: Option<Arc<str>>,
    /// `data.capture`: scan, manual, device, derived.
    pub capture: Option<Arc<str>>,
    /// `data.retracts`: the event that this one takes back.
    pub retracts: Option<EventRef>,
    /// The loop fields, exactly as they came; unknown ones are kept.
    pub data: BTreeMap<String, serde_json::Value>,
}

impl Event {
    /// What identifies it.
    #[must_use]
    pub fn reference(&self) -> EventRef {
        EventRef { source: self.source.text.clone(), id: self.id.clone() }
    }

    /// Whether it says the same as `other`, whenever each came. What a message says beside (spacing, order of members,
    /// attributes that trace its way) makes no difference: a message sent again may differ in them.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { arrived: _, source, id, kind, at, campus, revision, sequence, .. } = self;
        let Self { recorded, began, patient, actor, terminal, capture, retracts, data, .. } = self;
        source.text == other.source.text
            && (id, kind, at, campus) == (&other.id, &other.kind, &other.at, &other.campus)
            && (revision, sequence) == (&other.revision, &other.sequence)
            && (recorded, began, retracts) == (&other.recorded, &other.began, &other.retracts)
            && (patient, actor) == (&other.patient, &other.actor)
            && (terminal, capture) == (&other.terminal, &other.capture)
            && data == &other.data
    }
}

/// How an event reached us.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Just now.
    Now(Instant),
    /// As history: it is taken to have arrived when it was recorded, or when it happened where that is later, plus `shift`.
    Backfill {
        /// The source's own delay.
        shift: Span,
        /// When it really came.
        received: Instant,
    },
    /// It was taken at this arrival, and is read again from what was kept of it: what is no longer in the catalogue
    /// (a system that was switched off, a type that nobody sends any more) was there then, and is taken as it stands.
    Kept(Instant),
}

/// Reads one event.
///
/// # Errors
/// The first thing that is wrong with the envelope (`specversion`, `id`, `source`, `type`, `time`, `campus`, `revision`, `sequence`)
/// or with a reserved member of `data`. Loop fields are not judged here: [`crate::admit`] does that with the loops.
pub fn read(json: &serde_json::Value, catalogue: &Catalogue, arrival: Arrival) -> Result<Event, Rejection> {
    let Some(object) = json.as_object() else {
        return Err(Rejection::new(
            "not_an_object",
            "",
            "事件必须是一个 JSON 对象",
            "an event must be a JSON object",
        ));
    };
    if canonical::deeper_than(json, MAX_DEPTH) {
        let (zh, en) = (
            format!("嵌套超过 {MAX_DEPTH} 层"),
            format!("objects and arrays lie more than {MAX_DEPTH} deep"),
        );
        return Err(Rejection::new("too_deep", "", zh, en));
    }
    let kept = matches!(arrival, Arrival::Kept(_));
    let envelope = envelope::read(object, catalogue, kept)?;
    let zone = catalogue.campuses.get(&envelope.campus).map(|c| &c.zone);
    let mut reserved = reserved::read(object.get("data"), catalogue, zone)?;
    let at = envelope.time(reserved.precision);
    let arrived = arrived(at, reserved.recorded, arrival);
    envelope::bounds(at, "/time", arrival, arrived, catalogue)?;
    for (moment, path) in [(reserved.began, "/data/started_at"), (reserved.recorded, "/data/recorded_at")] {
        if let Some(moment) = moment {
            envelope::bounds(moment, path, arrival, arrived, catalogue)?;
        }
    }
    if envelope.kind.as_str() == RETRACTED && reserved.retracts.is_none() {
        let (zh, en) = (
            "撤回事件必须在 data.retracts 里写明 source 和 id",
            "a retraction names source and id in data.retracts",
        );
        return Err(Rejection::new("retracts_missing", "/data/retracts", zh, en));
    }
    let known = persons::resolve(&mut reserved, catalogue, &envelope.campus, at.at);
    let event = Event {
        source: envelope.source,
        id: envelope.id,
        kind: envelope.kind,
        at,
        campus: envelope.campus,
        revision: envelope.revision,
        sequence: envelope.sequence,
        recorded: reserved.recorded,
        began: reserved.began,
        arrived,
        patient: reserved.patient,
        actor: reserved.actor,
        persons: known.persons,
        doubts: known.doubts,
        terminal: reserved.terminal,
        capture: reserved.capture,
        retracts: reserved.retracts,
        data: reserved.data,
    };
    if !kept {
        crate::person::check(&event)?;
    }
    Ok(event)
}

/// Real sources chart ahead: a record may be older than what it records. History cannot have arrived before it happened.
fn arrived(at: Moment, recorded: Option<Moment>, arrival: Arrival) -> Instant {
    match arrival {
        Arrival::Now(at) | Arrival::Kept(at) => at,
        Arrival::Backfill { shift, .. } => recorded.map_or(at.at, |r| r.at.max(at.at)).plus(shift),
    }
}

#[cfg(test)]
mod tests;
