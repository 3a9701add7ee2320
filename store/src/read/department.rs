//! What goes on for the patients of a department: its open orders, whole, and how many each department has.

use super::instance::Tracks;
use crate::db;
use crate::error::Result;
use crate::filter::Where;
use crate::read::Instance;
use crate::sql;
use crate::store::Store;
use crate::writer::rows;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::Instant;
use medloop_engine::world::InstanceId;
use std::collections::BTreeMap;

/// Which open orders; what is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFilter {
    /// Department of the patient, or a ward of one.
    pub dept: String,
    /// Campus.
    pub campus: Option<CampusCode>,
    /// Loop.
    pub code: Option<LoopCode>,
}

/// Open orders of a department.
#[derive(Clone, Debug)]
pub struct OpenOrders {
    /// The orders, those opened first before the others.
    pub orders: Vec<Instance>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// How much is open for the patients of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its campus.
    pub campus: CampusCode,
    /// Its code as events state it.
    pub dept: String,
    /// Open orders, interrupted ones included; counted up to [`COUNTED`].
    pub open: i64,
    /// Interrupted ones among them.
    pub interrupted: i64,
    /// When the first of them opened.
    pub oldest: Option<Instant>,
}

/// Most orders of a department that are counted: beyond, the number says little and would cost a scan.
pub const COUNTED: i64 = 1000;
/// Most departments that are listed.
const DEPARTMENTS: usize = 1000;

/// The words of the index: an order that goes on.
const OPEN: &str = "SELECT part, campus, key, loop FROM track WHERE opened_at IS NOT NULL AND closed_at IS NULL AND status IN ('open', 'interrupted')";

impl Store {
    /// The open and interrupted orders of a department's patients, at most `most`, the oldest ones.
    ///
    /// # Errors
    /// When the database refuses or a stored text cannot be read.
    pub async fn open_orders(&self, filter: OpenFilter, most: u32) -> Result<OpenOrders> {
        let known = self.catalogue().campuses.keys();
        let campuses = known.filter(|c| filter.campus.as_ref().is_none_or(|f| f == *c));
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (mut ends, mut beyond) = (BTreeMap::new(), false);
        let mut orders: Vec<(Instant, Instance)> = Vec::new();
        for campus in campuses {
            // A ward is looked up by its department: rows carry that.
            let known = self.catalogue().campuses.get(campus);
            let of = known.and_then(|c| c.wards.get(&filter.dept));
            let dept = of.unwrap_or(&filter.dept);
            let mut w = Where::new(OPEN);
            w.and("campus = # AND dept = #", [campus.as_str().into(), dept.as_str().into()]);
            if let Some(code) = &filter.code {
                w.and("loop = #", [code.as_str().into()]);
            }
            let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
            w.push(" ORDER BY opened_at LIMIT #", [limit.into()]);
            let (ids, args) = w.end();
            let text = sql::WHOLE.replace("IDS", &ids);
            let mut found: BTreeMap<InstanceId, (Instant, Tracks)> = BTreeMap::new();
            for row in db::read_made(self.readers().await, text, args).await? {
                let code = rows::code(&db::text(&row, 1)?)?;
                let id = InstanceId { campus: campus.clone(), code, key: db::shared(&row, 0)? };
                let (opened, tracks) =
                    found.entry(id).or_insert_with(|| (Instant(i64::MAX), Tracks::default()));
                if let Some(at) = db::maybe_int(&row, 2)? {
                    *opened = Instant(at);
                }
                tracks.add(self, &row, 3)?;
            }
            beyond |= found.len() > most;
            let events = self.numbered(found.values().flat_map(|(_, t)| t.numbers()).collect()).await?;
            for (id, (opened, tracks)) in found {
                let Some(whole) = tracks.whole(self, id, &events, &mut ends).await? else { continue };
                let ward = || medloop_engine::view::patient(&whole.facts, None).and_then(|p| p.ward);
                if of.is_none() || ward().as_deref() == Some(filter.dept.as_str()) {
                    orders.push((opened, whole));
                }
            }
        }
        orders.sort_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
        let more = beyond || orders.len() > most;
        orders.truncate(most);
        Ok(OpenOrders { orders: orders.into_iter().map(|(_, whole)| whole).collect(), more })
    }

    /// Every department for whose patients an order is open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn departments(&self) -> Result<Vec<Department>> {
        let mut all: Vec<Department> = Vec::new();
        for campus in self.catalogue().campuses.keys() {
            let mut dept = String::new();
            // From one department to the next by the index: as many steps as there are departments.
            while all.len() < DEPARTMENTS {
                let args = vec![campus.as_str().into(), dept.as_str().into()];
                let next = db::read(self.readers().await, sql::NEXT_DEPARTMENT, args).await?;
                let Some(row) = next.first() else { break };
                dept = db::text(row, 0)?;
                let args = vec![campus.as_str().into(), dept.as_str().into(), COUNTED.into()];
                let mut one = Department {
                    campus: campus.clone(),
                    dept: dept.clone(),
                    open: 0,
                    interrupted: 0,
                    oldest: None,
                };
                for row in db::read(self.readers().await, sql::DEPARTMENT_COUNT, args).await? {
                    let n = db::int(&row, 1)?;
                    one.open += n;
                    one.interrupted += if db::text(&row, 0)? == "interrupted" { n } else { 0 };
                    let first = db::maybe_int(&row, 2)?.map(Instant);
                    one.oldest = one.oldest.into_iter().chain(first).min();
                }
                all.push(one);
            }
        }
        Ok(all)
    }
}
