//! What people do about alerts: taken when the alert is in a state that allows it, durable when answered.

use super::Writer;
use crate::alerts::{moment, record, values};
use crate::error::Result;
use crate::pen::Put;
use crate::{db, part, sql};
use medloop_engine::alert::{Act, Action, AlertStatus, Record};
use medloop_engine::value::Person;
use std::sync::Arc;

/// Something a person wants to do about an alert.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) alert: Arc<str>,
    pub(crate) act: Act,
    pub(crate) by: Person,
    pub(crate) authenticated: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    /// Done; the alert as it is now.
    Done(Box<Record>),
    /// Not in this state.
    Refused(AlertStatus),
    /// There is no such alert.
    Unknown,
}

impl Writer {
    /// Does it in a transaction of its own, after everything that came before.
    pub(crate) async fn act(&mut self, wanted: Wanted) -> Result<Acted> {
        self.settle().await?;
        let at = vec![part::of(&wanted.alert).into(), (&wanted.alert).into()];
        let rows = db::read_own(&mut self.look, sql::ALERT_ONE, at).await?;
        let Some(mut alert) = rows.first().map(record).transpose()? else { return Ok(Acted::Unknown) };
        let now = moment(&alert, self.clock.now());
        let Some(course) = alert.course(now) else { return Ok(Acted::Unknown) };
        if wanted.act.leads(course.status).is_none() {
            return Ok(Acted::Refused(course.status));
        }
        let Wanted { by, authenticated, act, .. } = wanted;
        alert.actions.push(Action { at: now, by, authenticated, act });
        if let Some(row) = values(&alert, now)? {
            self.pen.put(Put::Rows(&sql::ALERT_SET, row));
            self.pen.commit().wait().await?;
        }
        Ok(Acted::Done(Box::new(alert)))
    }
}
