//! Writes everything a batch has changed, table by table, in many-row statements.

use super::rows;
use super::settle::Judged;
use super::work::{Marks, Work};
use crate::case::{CaseId, Held, Slot};
use crate::db::{self, Arg};
use crate::error::{Error, Result};
use crate::{part, sql};
use medloop_engine::facts::{EventRef, TrackId};
use medloop_engine::name::LoopCode;
use medloop_engine::world::EventState;
use std::collections::BTreeMap;

impl Work<'_> {
    /// Writes all rows; the transaction is the caller's.
    pub(crate) async fn flush(
        &mut self,
        judged: &BTreeMap<(CaseId, LoopCode), Judged>,
        before: &Marks,
    ) -> Result<()> {
        let events: Vec<Arg> = self.rows.values().flat_map(rows::EventRow::args).collect();
        db::write_many(self.conn, &sql::EVENT_ADD, events).await?;
        self.flush_seen().await?;
        self.flush_states().await?;
        self.flush_tracks(judged).await?;
        self.flush_addresses().await?;
        let refused: Vec<Arg> = self.refused.iter().flat_map(|r| r.args(self.now)).collect();
        db::write_many(self.conn, &sql::QUARANTINE_ADD, refused).await?;
        let mut meta: Vec<Arg> = Vec::new();
        if self.marks.next_no != before.next_no {
            meta.extend([super::NEXT_NO.into(), self.marks.next_no.into()]);
        }
        for (campus, end) in &self.marks.ends {
            if before.ends.get(campus) != Some(end) {
                meta.extend([format!("{}{campus}", super::END_OF).into(), end.0.into()]);
            }
        }
        db::write_many(self.conn, &sql::META_SET, meta).await?;
        Ok(())
    }

    async fn flush_seen(&mut self) -> Result<()> {
        let mut changed: Vec<(&EventRef, &rows::Seen)> = self.seen.iter().filter(|(_, s)| s.dirty).collect();
        changed.sort_by_key(|(event, _)| (part::identity(event), *event));
        let (mut add, mut set) = (Vec::new(), Vec::new());
        for (event, seen) in changed {
            if seen.stored { &mut set } else { &mut add }.extend(seen.args(event)?);
        }
        db::write_many(self.conn, &sql::SEEN_ADD, add).await?;
        db::write_many(self.conn, &sql::SEEN_SET, set).await?;
        Ok(())
    }

    async fn flush_states(&mut self) -> Result<()> {
        let applied = self.states.iter().filter(|(_, s)| **s == EventState::Applied);
        let args = applied.flat_map(|(place, _)| place.args()).collect();
        db::write_many(self.conn, &sql::EVENT_APPLIED, args).await?;
        for (place, state) in self.states.iter().filter(|(_, s)| **s != EventState::Applied) {
            let mut args = place.args().to_vec();
            args.push(state.word().into());
            db::write(self.conn, sql::EVENT_STATE, args).await?;
        }
        Ok(())
    }

    async fn flush_tracks(&mut self, judged: &BTreeMap<(CaseId, LoopCode), Judged>) -> Result<()> {
        let (mut set, mut gone) = (Vec::new(), Vec::new());
        for (at @ (id, code), judged) in judged {
            let Some(held) = self.cases.get_mut(id).and_then(|c| c.instances.get_mut(code)) else { continue };
            for track in std::mem::take(&mut held.gone) {
                gone.extend(key_of(at, &track));
            }
            set.extend(order_row(at, held, judged, self.now.0)?);
            for (track, slot) in held.tracks.iter_mut().filter(|(_, s)| s.dirty) {
                set.extend(track_row(at, track, slot)?);
            }
            held.dirty = false;
        }
        let expected = set.len() / sql::TRACK_SET.width();
        if db::write_many(self.conn, &sql::TRACK_SET, set).await? != u64::try_from(expected).unwrap_or(0) {
            return Err(Error::Stale);
        }
        db::write_many(self.conn, &sql::TRACK_DROP, gone).await?;
        Ok(())
    }

    async fn flush_addresses(&mut self) -> Result<()> {
        let mut add = Vec::new();
        for ((address, entry), teacher) in &self.added {
            add.extend(address.args());
            add.extend(entry.args());
            let (source, id): (Arg, Arg) = match teacher {
                Some(t) => ((&t.source).into(), (&t.id).into()),
                None => ("".into(), "".into()),
            };
            add.extend([source, id]);
        }
        db::write_many(self.conn, &sql::ADDRESS_ADD, add).await?;
        let drop = self
            .dropped
            .iter()
            .flat_map(|(address, entry)| address.args().into_iter().chain(entry.args()).collect::<Vec<_>>());
        db::write_many(self.conn, &sql::ADDRESS_DROP, drop.collect()).await?;
        Ok(())
    }
}

fn key_of((id, code): &(CaseId, LoopCode), track: &TrackId) -> [Arg; 6] {
    [
        part::case(&id.0, &id.1).into(),
        id.0.as_str().into(),
        (&id.1).into(),
        code.as_str().into(),
        i64::from(track.scope.0).into(),
        (&track.value).into(),
    ]
}

/// The row of an order's own track, which stands for the instance.
fn order_row(at: &(CaseId, LoopCode), held: &mut Held, judged: &Judged, now: i64) -> Result<Vec<Arg>> {
    let tracks = i64::try_from(held.tracks.len()).unwrap_or(i64::MAX);
    let patient = held.patient().cloned();
    held.order.version += 1;
    held.order.dirty = false;
    let mut row = Vec::with_capacity(22);
    row.extend(key_of(at, &TrackId::order()));
    row.extend([
        held.order.version.into(),
        rows::text(&held.order.facts)?.into(),
        Arg::from(""),
        word(judged.status).into(),
        judged.next_at.map(|t| t.0).into(),
        (&held.compiled.hash).into(),
        held.history.then(|| at.0.0.as_str().to_owned()).into(),
        held.as_of.0.into(),
        judged.opened_at.map(|t| t.0).into(),
        judged.closed_at.map(|t| t.0).into(),
        now.into(),
        patient.as_ref().map(rows::text).transpose()?.into(),
        patient.as_ref().and_then(|p| p.id.clone()).into(),
        patient.as_ref().and_then(|p| p.visit_no.clone()).into(),
        patient.as_ref().and_then(|p| p.dept.clone()).into(),
        tracks.into(),
    ]);
    Ok(row)
}

/// The row of any other track.
fn track_row(at: &(CaseId, LoopCode), track: &TrackId, slot: &mut Slot) -> Result<Vec<Arg>> {
    slot.version += 1;
    slot.dirty = false;
    let mut row = Vec::with_capacity(22);
    row.extend(key_of(at, track));
    row.extend([
        slot.version.into(),
        rows::text(&slot.facts)?.into(),
        rows::text(&slot.summary)?.into(),
        slot.summary.as_ref().map_or("open", |s| word(s.status)).into(),
        slot.summary.as_ref().and_then(|s| s.next_change).map(|t| t.0).into(),
    ]);
    row.extend(std::iter::repeat_n(Arg::Null, 6));
    row.push(slot.patient.as_ref().map(rows::text).transpose()?.into());
    row.extend(std::iter::repeat_n(Arg::Null, 4));
    Ok(row)
}

/// The contract's word for a status.
pub(crate) fn word(status: medloop_engine::state::Status) -> &'static str {
    use medloop_engine::state::Status;
    match status {
        Status::Waiting => "waiting",
        Status::Open => "open",
        Status::Closed => "closed",
        Status::ClosedWithDefects => "closed_with_defects",
        Status::Interrupted => "interrupted",
        Status::Stopped => "stopped",
        Status::Cancelled => "cancelled",
        Status::Superseded => "superseded",
        Status::Void => "void",
    }
}
