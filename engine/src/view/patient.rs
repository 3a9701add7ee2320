//! The patient of an instance: what its events last said.

use crate::admit;
use crate::facts::{Fact, InstanceFacts, Patient};
use crate::time::Instant;

/// The patient as last stated by a live event, in the time of an order that closed then. What a later event of the same patient leaves out is kept from earlier ones.
#[must_use]
pub fn patient(facts: &InstanceFacts, closed_at: Option<Instant>) -> Option<Patient> {
    let all = admit::told_of(facts, closed_at);
    let mut live: Vec<&Fact> = all.filter(|f| f.patient.is_some()).collect();
    live.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut known: Option<Patient> = None;
    for said in live.into_iter().filter_map(|f| f.patient.as_deref()) {
        known = Some(match known {
            Some(before) if before.id.is_none() || said.id.is_none() || before.id == said.id => {
                merged(before, said)
            }
            _ => said.clone(),
        });
    }
    known
}

fn merged(before: Patient, said: &Patient) -> Patient {
    Patient {
        id: said.id.clone().or(before.id),
        name: said.name.clone().or(before.name),
        sex: said.sex.clone().or(before.sex),
        birth_date: said.birth_date.clone().or(before.birth_date),
        visit_no: said.visit_no.clone().or(before.visit_no),
        dept: said.dept.clone().or(before.dept),
        ward: said.ward.clone().or(before.ward),
        bed: said.bed.clone().or(before.bed),
        baby_no: said.baby_no.clone().or(before.baby_no),
    }
}
