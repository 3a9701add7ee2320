//! The campus of a message that says none, from a source that serves all: that of the only one which knows it.

use super::World;
use super::route::{Row, Sent, learn};
use crate::admit;
use crate::event::{self, Arrival, Claim, Event, Rejection};
use crate::graph::Definition;
use crate::name::CampusCode;
use crate::person;
use serde_json::Value;

impl World {
    /// Reads a message as it would be read if it came now: like [`event::read`], and of which campus it is, when it does not
    /// say so and its source serves all of them, by what is known here.
    ///
    /// # Errors
    /// As [`event::read`]; `campus_not_found` and `campus_unclear` of [`event::choose`].
    pub fn read(&self, json: &Value, arrival: Arrival) -> Result<Event, Rejection> {
        if !event::is_unplaced(json, &self.catalogue) {
            return event::read(json, &self.catalogue, arrival);
        }
        let mut claims = Vec::new();
        let mut corrects = None;
        for (code, campus) in &self.catalogue.campuses {
            let event = self.read_at(json, code, arrival)?;
            // What says who is one person is said of no campus.
            if person::speaks(&event) {
                return Ok(event);
            }
            let revisions = self.events.get(&event.reference());
            if let Some(known) = revisions.and_then(|all| all.get(&event.revision)) {
                return self.read_at(json, &known.campus, arrival);
            }
            corrects = revisions.and_then(|all| all.values().next_back());
            let (leads, stands) = (self.leads(&event), event::stands(campus, &event));
            claims.push(Claim { campus: code.clone(), leads, stands });
        }
        match (event::choose(&claims), corrects) {
            (Ok(campus), _) => self.read_at(json, &campus, arrival),
            // A correction of which nothing is known stays where what it corrects is.
            (Err(_), Some(known)) => self.read_at(json, &known.campus, arrival),
            (Err(why), None) => Err(why),
        }
    }

    /// The message as if it said this campus.
    fn read_at(&self, json: &Value, campus: &CampusCode, arrival: Arrival) -> Result<Event, Rejection> {
        let mut json = json.clone();
        if let Some(object) = json.as_object_mut() {
            object.insert("campus".to_owned(), campus.as_str().into());
        }
        event::read(&json, &self.catalogue, arrival)
    }

    /// Whether an order of its campus has its key, or has learnt one of its values; whether what it takes back came from there.
    fn leads(&self, event: &Event) -> bool {
        if let Some(target) = &event.retracts {
            return self.latest(target).is_some_and(|target| target.campus == event.campus);
        }
        self.definitions.iter().filter(|def| admit::wants(def, event)).any(|def| self.leads_in(def, event))
    }

    fn leads_in(&self, def: &Definition, event: &Event) -> bool {
        let living = super::live(&self.events);
        let latest = living.iter().filter_map(|reference| self.latest(reference));
        let rows: Vec<Row<'_>> = latest
            .filter(|known| known.campus == event.campus && admit::uses(def, known))
            .map(|known| Row::new(def, Sent { event: known, live: true }))
            .collect();
        let lessons = learn(def, &rows.iter().collect::<Vec<_>>());
        let mut keys = rows.iter().filter_map(|row| row.place.as_ref());
        let key = admit::key(def, event);
        key.is_some_and(|key| keys.any(|(_, known)| *known == key))
            || admit::links(def, event)
                .into_iter()
                .any(|link| lessons.contains_key(&(event.campus.clone(), link)))
    }
}
