//! The persons an event names, as the register of staff knows them at its campus and time.

use super::reserved::Reserved;
use crate::admit::person;
use crate::catalogue::Catalogue;
use crate::name::{CampusCode, FieldCode};
use crate::staff::Doubtful;
use crate::time::Instant;
use crate::value::{Person, Type};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the register adds to an event.
#[derive(Default)]
pub(super) struct Known {
    pub(super) persons: BTreeMap<FieldCode, Person>,
    pub(super) doubts: Vec<Doubtful>,
}

/// Leads names to codes, and fills in what the actor was where the event does not say.
pub(super) fn resolve(
    reserved: &mut Reserved,
    catalogue: &Catalogue,
    campus: &CampusCode,
    at: Instant,
) -> Known {
    let staff = &catalogue.staff;
    let mut known = Known::default();
    if staff.is_empty() {
        return known;
    }
    if let Some(actor) = &mut reserved.actor
        && let Some(stated) = &actor.person
    {
        let found = staff.resolve(stated, campus, at);
        if let Some(period) = found.period {
            let role = || period.role.as_ref().map(|r| Arc::from(r.as_str()));
            actor.role = actor.role.take().or_else(role);
            actor.dept = actor.dept.take().or_else(|| period.dept.clone());
            actor.title = actor.title.take().or_else(|| period.title.clone());
        }
        known.doubts.extend(found.doubt.map(|doubt| Doubtful { field: None, doubt }));
        actor.person = Some(found.person);
    }
    for (name, raw) in &reserved.data {
        let Ok(code) = FieldCode::parse(name) else { continue };
        let is_person = catalogue.fields.get(&code).is_some_and(|f| f.kind == Type::Person);
        let Some(stated) = is_person.then(|| person(raw)).flatten() else { continue };
        let found = staff.resolve(&stated, campus, at);
        known.doubts.extend(found.doubt.map(|doubt| Doubtful { field: Some(code.clone()), doubt }));
        if found.person != stated {
            known.persons.insert(code, found.person);
        }
    }
    known
}
