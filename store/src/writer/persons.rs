//! What merges of patients leave behind: one row for each living event that says something of a patient id.

use super::work::Work;
use crate::db::Arg;
use crate::part;
use crate::pen::{Pen, Put};
use crate::sql;
use medloop_engine::event::Event;
use medloop_engine::person;

impl Work<'_> {
    /// An event counts from now on, or no longer; nothing happens unless it says who is one person, or where somebody is.
    pub(crate) fn says_of_patients(&mut self, event: &Event, live: bool) {
        self.says_of_places(event, live);
        if let Some(statement) = person::statement(event) {
            self.ahead.mergers.insert(statement.event.clone(), live.then_some(statement));
        } else if person::speaks(event) {
            self.ahead.mergers.insert(event.reference(), None);
        }
    }

    /// Writes what has changed.
    pub(crate) fn put_persons(&mut self, pen: &Pen) {
        let (mut set, mut drop): (Vec<Arg>, Vec<Arg>) = (Vec::new(), Vec::new());
        for (event, statement) in &self.ahead.mergers {
            let key: [Arg; 3] = [part::identity(event).into(), (&event.source).into(), (&event.id).into()];
            match statement {
                Some(s) => {
                    set.extend(key);
                    let merges = i64::from(s.merges);
                    set.extend([s.at.0.into(), (&s.from).into(), (&s.into).into(), merges.into()]);
                }
                None => drop.extend(key),
            }
        }
        pen.put(Put::Rows(&sql::MERGER_SET, set));
        pen.put(Put::Rows(&sql::MERGER_DROP, drop));
    }
}
