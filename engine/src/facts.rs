//! What is known of an instance: the events that reached it, ready for the fold.

mod fields;

pub use fields::Fields;

use crate::graph::{NodeIx, ScopeIx};
use crate::name::{CampusCode, FieldCode, SystemCode};
use crate::staff::Doubtful;
use crate::time::{Instant, Moment};
use crate::value::Person;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What identifies an event: the CloudEvents `source` and `id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventRef {
    /// `SYSTEM[/CAMPUS[/…]]`.
    #[serde(rename = "s")]
    pub source: Arc<str>,
    /// The source's own id.
    #[serde(rename = "i")]
    pub id: Arc<str>,
}

/// A patient as an event states it, kept as it was at that time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Patient {
    /// Patient id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// Sex, as the source codes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Arc<str>>,
    /// Birth date, as the source writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Arc<str>>,
    /// Visit number (就诊号).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_no: Option<Arc<str>>,
    /// Department of the patient then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dept: Option<Arc<str>>,
    /// Ward then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ward: Option<Arc<str>>,
    /// Bed then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bed: Option<Arc<str>>,
    /// Number of a newborn that shares its mother's visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baby_no: Option<Arc<str>>,
}

/// Who did it, as the event states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Actor {
    /// Id and name.
    #[serde(flatten)]
    pub person: Option<Person>,
    /// Role code; the source's own text where it is no code of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Arc<str>>,
    /// Department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dept: Option<Arc<str>>,
    /// Professional title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
}

/// What an event does in one loop.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hit {
    /// It is an occurrence of this node; the rank of its system among the trigger's (0 counts first).
    #[serde(rename = "n")]
    Node(NodeIx, u16),
    /// It is `Definition::endings[n]`.
    #[serde(rename = "e")]
    Ending(u16),
    /// It takes the stop of `Definition::endings[n]` back.
    #[serde(rename = "r")]
    Resume(u16),
}

/// A field whose value does not fit its type, pattern, range or table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadField {
    /// The field.
    pub field: FieldCode,
    /// The value as it came, cut to 80 characters.
    pub text: String,
}

/// One event as one loop sees it. Facts of a track are kept in the order of [`Fact::order`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The event.
    #[serde(rename = "e")]
    pub event: EventRef,
    /// When it happened.
    #[serde(rename = "t")]
    pub at: Moment,
    /// The CloudEvents `sequence`, 0 when absent.
    #[serde(rename = "q", default, skip_serializing_if = "is_zero")]
    pub sequence: i64,
    /// What it does, ascending.
    #[serde(rename = "h")]
    pub hits: Vec<Hit>,
    /// `started_at`.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Moment>,
    /// `recorded_at`.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Moment>,
    /// When it reached us; for history, when it would have.
    #[serde(rename = "a")]
    pub arrived: Instant,
    /// The sending system.
    #[serde(rename = "y")]
    pub system: SystemCode,
    /// The campus.
    #[serde(rename = "c")]
    pub campus: CampusCode,
    /// Who did it.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Where.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Arc<str>>,
    /// scan, manual, device, derived.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Arc<str>>,
    /// The patient then; shared by the facts that say the same of one.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<Arc<Patient>>,
    /// In a loop whose order is a group of items: the order numbers that the event carries, ascending.
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Arc<str>>,
    /// `data.exec_id`: which execution of the group it belongs to.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Arc<str>>,
    /// Well-formed values of the loop's fields.
    #[serde(rename = "f", default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    /// What is doubtful about the persons it names.
    #[serde(rename = "w", default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubtful>,
    /// Ill-formed ones.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    pub bad: Vec<BadField>,
    /// It came by the visit number alone: a transfer, a discharge, a death. What it does counts only while the order runs.
    #[serde(rename = "v", default, skip_serializing_if = "std::ops::Not::not")]
    pub visit: bool,
    /// Retracted, or replaced by a higher revision: kept as evidence, without effect, except that an instance that only
    /// dead events would open is `void`.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub dead: bool,
    /// It began to count after its instance was sealed: shown, without effect. One that arrived after the seal has none either
    /// way; this is said of those that a late link, or a late retraction of what took them back, brought here.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl Fact {
    /// Whether it says the same as another, whatever became of either.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let (dead, late) = (self.dead, self.late);
        self.event == other.event && *self == Self { dead, late, ..other.clone() }
    }

    /// Whether it had its say when its instance was sealed at `at`.
    #[must_use]
    pub fn counts_at_seal(&self, at: Instant) -> bool {
        !self.late && self.arrived <= at
    }

    /// The total order of facts: stated instant, sequence, first hit (flow position), source, id.
    #[must_use]
    pub fn order(&self) -> (Instant, i64, Option<Hit>, &str, &str) {
        (self.at.at, self.sequence, self.hits.first().copied(), &self.event.source, &self.event.id)
    }

    /// Whether two events, each about other items of a group, tell of one act: equal time, person and execution.
    #[must_use]
    pub fn is_one_act_with(&self, other: &Self) -> bool {
        fn person(fact: &Fact) -> Option<&Arc<str>> {
            fact.actor.as_ref()?.person.as_ref()?.id.as_ref()
        }
        let apart = || !self.items.iter().any(|item| other.items.contains(item));
        let both = !self.items.is_empty() && !other.items.is_empty();
        both && self.at == other.at && self.unit == other.unit && person(self) == person(other) && apart()
    }
}

/// Which track of an instance: the order's own, or one value of a `每个` field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackId {
    /// The scope; `ScopeIx::ORDER` for the order's own.
    pub scope: ScopeIx,
    /// The value as text; empty for the order's own.
    pub value: Arc<str>,
}

impl TrackId {
    /// The order's own track.
    #[must_use]
    pub fn order() -> Self {
        Self { scope: ScopeIx::ORDER, value: Arc::from("") }
    }
    /// Whether it is the order's own.
    #[must_use]
    pub fn is_order(&self) -> bool {
        self.scope == ScopeIx::ORDER
    }
}

/// The facts of one track, sorted by [`Fact::order`], each event once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrackFacts {
    /// The facts; shared, because the same ones are looked at again at each later arrival.
    pub facts: Vec<Arc<Fact>>,
}

impl TrackFacts {
    /// The facts in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Fact> {
        self.facts.iter().map(|fact| &**fact)
    }
    /// The fact at a place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&Fact> {
        self.facts.get(at).map(|fact| &**fact)
    }
}

/// All facts of one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceFacts {
    /// The campus the instance belongs to.
    pub campus: CampusCode,
    /// Its key.
    pub key: Arc<str>,
    /// The order's own track.
    pub order: TrackFacts,
    /// The other tracks.
    pub tracks: BTreeMap<TrackId, TrackFacts>,
    /// From when on nothing that arrives changes it any more (封存), as far as these facts tell; it may lie ahead.
    pub sealed: Option<Instant>,
}

impl InstanceFacts {
    /// Every fact: the order's own in their order, then those of each track.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.order.iter().chain(self.tracks.values().flat_map(TrackFacts::iter))
    }
}
