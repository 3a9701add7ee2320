//! Alerts: the list, the one raised last first; one; and what people do about it.

use super::{Page, bounded, seal, unseal};
use crate::alerts::{moment, record, word};
use crate::db::{self, Arg};
use crate::error::{Error, Result};
use crate::filter::Where;
use crate::store::Store;
use crate::writer::{Acted, Wanted};
use crate::{part, sql};
use medloop_engine::alert::{Act, AlertStatus, Record};
use medloop_engine::graph::Severity;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::Instant;
use medloop_engine::value::Person;
use medloop_engine::words::Worded as _;
use medloop_engine::world::InstanceId;

/// Which alerts; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Status.
    pub status: Option<AlertStatus>,
    /// Only those about which somebody has to do something: open or acknowledged, and not of loaded history.
    pub todo: bool,
    /// Severity.
    pub severity: Option<Severity>,
    /// Code of the rule.
    pub rule: Option<String>,
    /// Loop.
    pub code: Option<LoopCode>,
    /// Campus.
    pub campus: Option<CampusCode>,
    /// The patient's department when it was raised.
    pub dept: Option<String>,
    /// Of this order number.
    pub order: Option<String>,
    /// Of this instance.
    pub instance: Option<InstanceId>,
    /// Raised at or after.
    pub from: Option<Instant>,
    /// Raised before.
    pub to: Option<Instant>,
}

impl Store {
    /// A page of alerts.
    ///
    /// # Errors
    /// [`Error::Cursor`] for a cursor that was not given out here; else when the database refuses.
    pub async fn alerts(
        &self,
        filter: AlertFilter,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page<Record>> {
        let limit = bounded(limit);
        let mut ids: Option<Vec<InstanceId>> = filter.instance.clone().map(|id| vec![id]);
        if let Some(order) = &filter.order {
            let of = self.orders(order).await?;
            ids = Some(
                ids.map_or_else(|| of.clone(), |ids| ids.into_iter().filter(|i| of.contains(i)).collect()),
            );
        }
        let mut items = Vec::new();
        let of: Vec<Option<&InstanceId>> =
            ids.as_ref().map_or_else(|| vec![None], |ids| ids.iter().map(Some).collect());
        for id in of {
            let mut w = Where::new(sql::ALERT_COLUMNS);
            if let Some(id) = id {
                let args = [Arg::from(id.campus.as_str()), (&id.key).into(), id.code.as_str().into()];
                w.and("campus = # AND key = # AND loop = #", args);
            }
            conditions(&mut w, &filter);
            place(&mut w, cursor.as_deref())?;
            w.push(" ORDER BY raised_at DESC, id DESC LIMIT #", [Arg::Int(i64::from(limit) + 1)]);
            let (text, args) = w.end();
            for row in &db::read_made(self.readers().await, text, args).await? {
                items.push(record(row)?);
            }
        }
        items.sort_by(|a, b| (raised(b), &b.id).cmp(&(raised(a), &a.id)));
        items.truncate(usize::try_from(limit).unwrap_or(0) + 1);
        Ok(Page::cut(items, limit, |r| seal(&format!("{}\t{}", raised(r).0, r.id))))
    }

    /// One alert; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database refuses or a stored text cannot be read.
    pub async fn alert(&self, id: &str) -> Result<Option<Record>> {
        let args = vec![part::of(id).into(), id.into()];
        let rows = db::read(self.readers().await, sql::ALERT_ONE, args).await?;
        rows.first().map(record).transpose()
    }

    /// The alerts of an instance, in the order in which they were raised.
    ///
    /// # Errors
    /// As [`Store::alert`].
    pub async fn alerts_of(&self, id: &InstanceId) -> Result<Vec<Record>> {
        let args = vec![id.campus.as_str().into(), (&id.key).into(), id.code.as_str().into()];
        let rows = db::read(self.readers().await, sql::ALERTS_OF, args).await?;
        rows.iter().map(record).collect()
    }

    /// Does something about an alert; durable when it answers. `authenticated`: who does it is proven, not only said.
    ///
    /// # Errors
    /// [`Error::Closed`] after the end; else what the database said.
    pub async fn act(&self, id: &str, act: Act, by: Person, authenticated: bool) -> Result<Acted> {
        self.queue().act(Wanted { alert: id.into(), act, by, authenticated }).await
    }

    /// The moment at which an alert is to be shown: the clock, never before anything that has happened to it.
    #[must_use]
    pub fn moment_of(&self, alert: &Record) -> Instant {
        moment(alert, self.clock().now())
    }
}

fn raised(alert: &Record) -> Instant {
    alert.turns.iter().filter(|t| t.raised.is_some()).map(|t| t.at).max().unwrap_or_default()
}

fn conditions(w: &mut Where, filter: &AlertFilter) {
    if filter.todo {
        w.and("todo = 1", []);
    }
    w.when("status = #", filter.status.map(word));
    w.when("severity = #", filter.severity.map(|severity| severity.word().json));
    w.when("rule = #", filter.rule.as_deref());
    w.when("campus = #", filter.campus.as_ref().map(|campus| campus.as_str()));
    w.when("loop = #", filter.code.as_ref().map(|code| code.as_str()));
    w.when("dept = #", filter.dept.as_deref());
    w.when("raised_at >= #", filter.from.map(|from| from.0));
    w.when("raised_at < #", filter.to.map(|to| to.0));
}

/// What comes after the cursor.
fn place(w: &mut Where, cursor: Option<&str>) -> Result<()> {
    let Some(cursor) = cursor else { return Ok(()) };
    let text = unseal(cursor)?;
    let (at, id) = text.split_once('\t').ok_or(Error::Cursor)?;
    let at: i64 = at.parse().map_err(|_| Error::Cursor)?;
    w.and("(raised_at, id) < (#, #)", [Arg::Int(at), id.into()]);
    Ok(())
}
