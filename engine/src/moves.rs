//! Where a patient was and is: what admissions, transfers, discharges and deaths say, whatever the order of arrival.

use crate::admit::{as_text, visit};
use crate::event::Event;
use crate::facts::EventRef;
use crate::name::CampusCode;
use crate::time::Instant;
use crate::words::{Word, Worded};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happened to the patient.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// The visit was registered.
    Registered,
    /// The patient came to a ward.
    Admitted,
    /// The patient is in another department, ward or bed.
    Transferred,
    /// The patient left the hospital.
    Discharged,
    /// The discharge was called back: the patient is here still.
    Recalled,
    /// The patient died.
    Died,
    /// The visit was cancelled.
    Cancelled,
}

/// The types of events that say so.
const KINDS: [(&str, Moved); 7] = [
    ("admission.registered", Moved::Registered),
    ("admission.ward_entered", Moved::Admitted),
    ("patient.transferred", Moved::Transferred),
    ("patient.discharged", Moved::Discharged),
    ("discharge.recalled", Moved::Recalled),
    ("patient.died", Moved::Died),
    ("admission.cancelled", Moved::Cancelled),
];

impl Moved {
    /// Whether the patient is in the hospital from then on.
    #[must_use]
    pub const fn is_here(self) -> bool {
        matches!(self, Self::Registered | Self::Admitted | Self::Transferred | Self::Recalled)
    }

    /// Reads the word that is kept.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|moved| moved.word().json == word)
    }
}

impl Worded for Moved {
    const ALL: &'static [Self] = &[
        Self::Registered,
        Self::Admitted,
        Self::Transferred,
        Self::Discharged,
        Self::Recalled,
        Self::Died,
        Self::Cancelled,
    ];

    fn word(self) -> Word {
        let (zh, en, json) = match self {
            Self::Registered => ("入院登记", "registered", "registered"),
            Self::Admitted => ("入科", "admitted", "admitted"),
            Self::Transferred => ("转科", "transferred", "transferred"),
            Self::Discharged => ("出院", "discharged", "discharged"),
            Self::Recalled => ("出院召回", "discharge recalled", "recalled"),
            Self::Died => ("死亡", "died", "died"),
            Self::Cancelled => ("入院取消", "admission cancelled", "cancelled"),
        };
        Word { zh, en, json }
    }
}

/// What one event says of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// When.
    pub at: Instant,
    /// Which event says so; of those at the same moment the greater one is the later.
    pub event: EventRef,
    /// What happened.
    pub moved: Moved,
    /// Where.
    pub campus: CampusCode,
    /// The patient's id; absent: it names the visit alone.
    pub patient: Option<Arc<str>>,
    /// The visit, as [`crate::admit::visit`] has it: that of a newborn is its own.
    pub visit: Option<Arc<str>>,
    /// The department from then on, as stated.
    pub dept: Option<Arc<str>>,
    /// The ward from then on, as stated.
    pub ward: Option<Arc<str>>,
    /// The bed from then on, as stated.
    pub bed: Option<Arc<str>>,
}

/// Where somebody is, by all that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'m> {
    /// The last move: what it was, when, at which campus, by which event.
    pub last: &'m Move,
    /// The department.
    pub dept: Option<&'m Arc<str>>,
    /// The ward.
    pub ward: Option<&'m Arc<str>>,
    /// The bed; who comes to another ward is in none until one is said.
    pub bed: Option<&'m Arc<str>>,
}

/// Where these moves of one person lead to; they stand in order. What the last of a visit leaves out is as before, the bed where
/// department and ward are.
#[must_use]
pub fn place(moves: &[Move]) -> Option<Place<'_>> {
    let last = moves.last()?;
    let mut place = Place { last, dept: None, ward: None, bed: None };
    for m in moves.iter().filter(|m| m.visit == last.visit && m.campus == last.campus) {
        let elsewhere = |new: &Option<Arc<str>>, old: Option<&Arc<str>>| new.is_some() && new.as_ref() != old;
        if elsewhere(&m.dept, place.dept) {
            (place.dept, place.ward, place.bed) = (m.dept.as_ref(), m.ward.as_ref(), None);
        } else if elsewhere(&m.ward, place.ward) {
            (place.ward, place.bed) = (m.ward.as_ref(), None);
        }
        place.bed = m.bed.as_ref().or(place.bed);
    }
    Some(place)
}

/// What an event says of where its patient is; `None`: nothing, or of nobody.
#[must_use]
pub fn told(event: &Event) -> Option<Move> {
    let (_, moved) = KINDS.into_iter().find(|(kind, _)| *kind == event.kind.as_str())?;
    let stated = event.patient.as_ref();
    let text = |t: Option<&Arc<str>>| t.filter(|t| !t.is_empty()).cloned();
    let patient = text(stated.and_then(|p| p.id.as_ref()));
    let visit = visit(event);
    if patient.is_none() && visit.is_none() {
        return None;
    }
    let bed = text(stated.and_then(|p| p.bed.as_ref()));
    Some(Move {
        at: event.at.at,
        event: event.reference(),
        moved,
        campus: event.campus.clone(),
        patient,
        visit,
        dept: text(stated.and_then(|p| p.dept.as_ref())),
        ward: text(stated.and_then(|p| p.ward.as_ref())),
        bed: bed.or_else(|| event.data.get("bed_no").and_then(as_text)),
    })
}

/// Whether an event is one that may say so.
#[must_use]
pub fn tells(event: &Event) -> bool {
    KINDS.into_iter().any(|(kind, _)| kind == event.kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_kept_under_its_word() {
        assert_eq!(KINDS.map(|(_, moved)| moved), Moved::ALL);
        for moved in Moved::ALL.iter().copied() {
            assert_eq!(Moved::parse(moved.word().json), Some(moved));
            let json = serde_json::to_value(moved).unwrap();
            assert_eq!(json, moved.word().json);
        }
        assert_eq!(Moved::parse("moved"), None);
    }

    fn moved(n: i64, visit: &str, [dept, ward, bed]: [&str; 3]) -> Move {
        let text = |t: &str| Some(Arc::from(t)).filter(|_| !t.is_empty());
        Move {
            at: Instant(n),
            event: EventRef { source: "adt".into(), id: n.to_string().into() },
            moved: Moved::Transferred,
            campus: CampusCode::parse("east").unwrap(),
            patient: text("P1"),
            visit: text(visit),
            dept: text(dept),
            ward: text(ward),
            bed: text(bed),
        }
    }

    fn at(moves: &[Move]) -> String {
        let place = place(moves).unwrap();
        [place.dept, place.ward, place.bed].map(|t| t.map_or("-", |t| t)).join(" ")
    }

    #[test]
    fn what_is_not_said_is_as_before_but_no_bed_goes_along() {
        let mut all = vec![moved(1, "V1", ["D1", "W1", "07"]), moved(2, "V1", ["", "", "08"])];
        assert_eq!(at(&all), "D1 W1 08");
        all.push(moved(3, "V1", ["D1", "W1", ""]));
        assert_eq!(at(&all), "D1 W1 08", "the same ward again");
        all.push(moved(4, "V1", ["", "W2", ""]));
        assert_eq!(at(&all), "D1 W2 -");
        all.push(moved(5, "V1", ["ICU", "", ""]));
        assert_eq!(at(&all), "ICU - -");
        all.push(moved(6, "V2", ["", "W3", ""]));
        assert_eq!(at(&all), "- W3 -", "another visit");
        assert!(super::place(&[]).is_none());
    }
}
