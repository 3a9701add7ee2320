//! The list of instances, the one opened last first.

use super::{Page, bounded, seal, unseal};
use crate::db::{self, Arg, Row};
use crate::error::{Error, Result};
use crate::filter::Where;
use crate::part;
use crate::store::Store;
use crate::writer::{rows, word};
use medloop_engine::facts::Patient;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::Status;
use medloop_engine::time::Instant;
use medloop_engine::world::InstanceId;

/// Which instances; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A number as people know it: an order's; where no order has it, a value that leads to orders; else a patient's or a visit's.
    /// It stands in place of `order`, `link` and `patient`.
    pub number: Option<String>,
    /// Order number.
    pub order: Option<String>,
    /// A value that leads to orders: a barcode, a bag, an execution sheet.
    pub link: Option<String>,
    /// Patient id or visit number.
    pub patient: Option<String>,
    /// Visit number.
    pub visit: Option<String>,
    /// Loop.
    pub code: Option<LoopCode>,
    /// Campus.
    pub campus: Option<CampusCode>,
    /// Department of the patient.
    pub dept: Option<String>,
    /// Status.
    pub status: Option<Status>,
    /// Only what goes on: open and interrupted.
    pub open: bool,
    /// Opened at or after.
    pub from: Option<Instant>,
    /// Opened before.
    pub to: Option<Instant>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceRow {
    /// Which.
    pub id: InstanceId,
    /// Its status when it was last folded; not older than a second behind the clock.
    pub status: Status,
    /// When it opened.
    pub opened_at: Option<Instant>,
    /// When it ended.
    pub closed_at: Option<Instant>,
    /// When an event or the clock last changed it.
    pub changed_at: Option<Instant>,
    /// When it can next change without an event.
    pub next_at: Option<Instant>,
    /// The patient as last stated.
    pub patient: Option<Patient>,
    /// How many tracks it has besides the order's own.
    pub tracks: i64,
}

const COLUMNS: &str = "SELECT campus, key, loop, status, opened_at, closed_at, changed_at, next_at, patient, tracks FROM track \
     WHERE opened_at IS NOT NULL";

impl Store {
    /// A page of opened instances.
    ///
    /// # Errors
    /// [`Error::Cursor`] for a cursor that was not given out here; else when the database refuses.
    pub async fn list(
        &self,
        mut filter: Filter,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page<InstanceRow>> {
        let limit = bounded(limit);
        match filter.number.take() {
            Some(number) => self.by_number(number, filter, cursor, limit).await,
            None => self.fitting(filter, cursor, limit).await,
        }
    }

    /// Those that fit all that a filter says besides a number.
    async fn fitting(&self, filter: Filter, cursor: Option<String>, limit: u32) -> Result<Page<InstanceRow>> {
        let mut w = Where::new(COLUMNS);
        if let Some(ids) = self.narrowed(&filter).await? {
            // Found by address: one read a key, then sorted here; an order or a patient has few.
            let mut items = Vec::new();
            for id in ids {
                let mut one = Where::new(COLUMNS);
                let part = part::case(&id.campus, &id.key).into();
                let args = [part, id.campus.shared().into(), (&id.key).into(), id.code.shared().into()];
                one.and("part = # AND campus = # AND key = # AND loop = # AND scope = 0", args);
                conditions(&mut one, &filter);
                place(&mut one, cursor.as_deref())?;
                items.extend(self.rows(one).await?);
            }
            items.sort_by(|a, b| order(b).cmp(&order(a)));
            items.truncate(usize::try_from(limit).unwrap_or(0) + 1);
            return Ok(Page::cut(items, limit, mark));
        }
        conditions(&mut w, &filter);
        place(&mut w, cursor.as_deref())?;
        let most = Arg::Int(i64::from(limit) + 1);
        w.push(" ORDER BY opened_at DESC, campus DESC, loop DESC, key DESC LIMIT #", [most]);
        Ok(Page::cut(self.rows(w).await?, limit, mark))
    }

    /// What a number leads to, as people know it.
    async fn by_number(
        &self,
        number: String,
        filter: Filter,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page<InstanceRow>> {
        let known = || Some(number.clone());
        let ways = [Filter { order: known(), ..filter.clone() }, Filter { link: known(), ..filter.clone() }];
        for way in ways {
            let found = self.fitting(way, cursor.clone(), limit).await?;
            if !found.items.is_empty() {
                return Ok(found);
            }
        }
        self.fitting(Filter { patient: known(), ..filter }, cursor, limit).await
    }

    async fn narrowed(&self, filter: &Filter) -> Result<Option<Vec<InstanceId>>> {
        let by_order = match &filter.order {
            Some(order) => Some(self.orders(order).await?),
            None => None,
        };
        let by_patient = match &filter.patient {
            Some(patient) => Some(self.patient(patient).await?),
            None => None,
        };
        let by_visit = match &filter.visit {
            Some(visit) => Some(self.visit(visit).await?),
            None => None,
        };
        let by_link = match &filter.link {
            Some(value) => Some(self.led(value).await?),
            None => None,
        };
        let all = [by_order, by_link, by_patient, by_visit].into_iter().flatten();
        Ok(all.reduce(|a, b| a.into_iter().filter(|id| b.contains(id)).collect()))
    }

    async fn rows(&self, w: Where) -> Result<Vec<InstanceRow>> {
        let (text, args) = w.end();
        db::read_made(self.readers().await, text, args).await?.iter().map(row).collect()
    }
}

fn conditions(w: &mut Where, filter: &Filter) {
    w.when("status = #", filter.status.map(word));
    if filter.open {
        w.and("closed_at IS NULL AND status IN ('open', 'interrupted')", []);
    }
    w.when("campus = #", filter.campus.as_ref().map(|campus| campus.as_str()));
    w.when("loop = #", filter.code.as_ref().map(|code| code.as_str()));
    w.when("dept = #", filter.dept.as_deref());
    w.when("opened_at >= #", filter.from.map(|from| from.0));
    w.when("opened_at < #", filter.to.map(|to| to.0));
}

/// What comes after the cursor.
fn place(w: &mut Where, cursor: Option<&str>) -> Result<()> {
    let Some(cursor) = cursor else { return Ok(()) };
    let text = unseal(cursor)?;
    let mut parts = text.splitn(4, '\t');
    let mut next = || parts.next().ok_or(Error::Cursor);
    let (at, campus, code, key) = (next()?, next()?, next()?, next()?);
    let at: i64 = at.parse().map_err(|_| Error::Cursor)?;
    let args = [Arg::Int(at), campus.into(), code.into(), key.into()];
    w.and("(opened_at, campus, loop, key) < (#, #, #, #)", args);
    Ok(())
}

fn mark(row: &InstanceRow) -> String {
    let at = row.opened_at.unwrap_or_default().0;
    seal(&format!("{at}\t{}\t{}\t{}", row.id.campus, row.id.code, row.id.key))
}

fn order(row: &InstanceRow) -> (Option<Instant>, &str, &str, &str) {
    (row.opened_at, row.id.campus.as_str(), row.id.code.as_str(), &row.id.key)
}

fn row(row: &Row) -> Result<InstanceRow> {
    let at = |i| Ok::<_, Error>(db::maybe_int(row, i)?.map(Instant));
    let status = serde_json::Value::String(db::text(row, 3)?);
    Ok(InstanceRow {
        id: InstanceId {
            campus: rows::campus(&db::text(row, 0)?)?,
            key: db::shared(row, 1)?,
            code: rows::code(&db::text(row, 2)?)?,
        },
        status: serde_json::from_value(status)
            .map_err(|e| Error::Stored { what: "status", why: e.to_string() })?,
        opened_at: at(4)?,
        closed_at: at(5)?,
        changed_at: at(6)?,
        next_at: at(7)?,
        patient: rows::json(db::maybe_text(row, 8)?)?,
        tracks: db::maybe_int(row, 9)?.unwrap_or(0),
    })
}
