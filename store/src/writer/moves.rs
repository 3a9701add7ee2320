//! What events say of where patients are: one row for each living event that does.

use super::work::Work;
use crate::db::Arg;
use crate::part;
use crate::pen::{Pen, Put};
use crate::sql;
use medloop_engine::event::Event;
use medloop_engine::moves;
use medloop_engine::words::Worded as _;
use std::sync::Arc;

impl Work<'_> {
    /// An event counts from now on, or no longer; nothing happens unless it says where a patient is.
    pub(super) fn says_of_places(&mut self, event: &Event, live: bool) {
        if moves::tells(event) {
            self.ahead.moves.insert(event.reference(), moves::told(event).filter(|_| live));
        }
    }

    /// Writes what has changed.
    pub(crate) fn put_moves(&mut self, pen: &Pen) {
        let (mut set, mut drop): (Vec<Arg>, Vec<Arg>) = (Vec::new(), Vec::new());
        for (event, told) in &self.ahead.moves {
            let key: [Arg; 3] = [part::identity(event).into(), (&event.source).into(), (&event.id).into()];
            let Some(m) = told else {
                drop.extend(key);
                continue;
            };
            set.extend(key);
            set.extend([m.at.0.into(), Arg::Word(m.moved.word().json), m.campus.shared().into()]);
            let texts = [&m.patient, &m.visit, &m.dept, &m.ward, &m.bed];
            set.extend(texts.map(|t| Arg::from(t.clone().unwrap_or_else(|| Arc::from("")))));
        }
        pen.put(Put::Rows(&sql::MOVE_SET, set));
        pen.put(Put::Rows(&sql::MOVE_DROP, drop));
    }
}
