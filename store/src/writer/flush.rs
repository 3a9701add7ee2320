//! Writes everything that has changed, in many-row statements.

use super::rows;
use super::settle::Judged;
use super::work::Work;
use crate::alerts::Stood;
use crate::case::{CaseId, Held, Slot};
use crate::db::Arg;
use crate::error::Result;
use crate::pen::{Pen, Put};
use crate::{again, part, sql};
use medloop_engine::catalogue::Campus;
use medloop_engine::facts::{Patient, TrackId};
use medloop_engine::fold::TrackSummary;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::Instant;
use medloop_engine::world::EventState;
use std::collections::BTreeMap;

/// Instances that are folded before the first of them is written.
const TOGETHER: usize = 64;

impl Work<'_> {
    /// Writes everything that follows from the log up to here: instance after instance is folded while the ones before it are
    /// written. The commit is the caller's.
    pub(crate) async fn flush(&mut self, pen: &Pen, before: &BTreeMap<CampusCode, Instant>) -> Result<()> {
        let touched = self.touched().await?;
        for some in touched.chunks(TOGETHER) {
            let judged = self.fold(some).await?;
            self.put_tracks(pen, &judged)?;
            self.put_alerts(pen, &judged).await?;
        }
        self.restate().await?;
        self.put_events(pen);
        self.put_retractions(pen)?;
        self.put_sources(pen).await?;
        self.put_addresses(pen);
        self.put_persons(pen);
        self.put_moves(pen);
        self.put_lags(pen);
        self.put_pairs(pen);
        let mut meta: Vec<Arg> = Vec::new();
        if let Some((last, _)) = self.ahead.rows.last_key_value() {
            meta.extend([super::SETTLED.into(), (*last).into()]);
            self.marks.settled = *last;
        }
        for (campus, end) in &self.marks.ends {
            if before.get(campus) != Some(end) {
                meta.extend([format!("{}{campus}", super::END_OF).into(), end.0.into()]);
            }
        }
        pen.put(Put::Rows(&sql::META_SET, meta));
        Ok(())
    }

    fn put_retractions(&mut self, pen: &Pen) -> Result<()> {
        let mut changed: Vec<_> = self.ahead.seen.iter().filter(|(_, s)| s.dirty).collect();
        changed.sort_by_key(|(event, _)| (part::identity(event), *event));
        let mut args = Vec::new();
        for (event, seen) in changed {
            args.extend(seen.args(event)?);
        }
        self.marks.retractions |= !args.is_empty();
        pen.put(Put::Rows(&sql::RETRACTION_SET, args));
        Ok(())
    }

    fn put_events(&mut self, pen: &Pen) {
        let mut loose = std::mem::take(&mut self.ahead.loose);
        let fresh = self.ahead.rows.iter().filter(|(_, row)| row.is_loose());
        loose.extend(fresh.map(|(no, row)| ((row.event.campus.clone(), row.key.clone()), *no)));
        let keys = loose.into_iter().flat_map(|((campus, key), no)| {
            [part::case(&campus, &key).into(), campus.shared().into(), key.into(), no.into()]
        });
        pen.put(Put::Rows(&sql::EVENT_KEY_ADD, keys.collect()));
        let moved = self.ahead.rows.iter().filter(|(_, r)| r.written.is_some_and(|w| w != r.state));
        let mut states: BTreeMap<i64, EventState> = moved.map(|(no, r)| (*no, r.state)).collect();
        states.extend(&self.ahead.states);
        let applied = states.iter().filter(|(_, s)| **s == EventState::Applied);
        let args = applied.map(|(no, _)| (*no).into()).collect();
        pen.put(Put::Rows(&sql::EVENT_APPLIED, args));
        for (no, state) in states.iter().filter(|(_, s)| **s != EventState::Applied) {
            pen.put(Put::Plain(sql::EVENT_STATE, vec![(*no).into(), Arg::Word(state.word())]));
        }
    }

    fn put_tracks(&mut self, pen: &Pen, judged: &BTreeMap<(CaseId, LoopCode), Judged>) -> Result<()> {
        let mut gone = Vec::new();
        let mut set = Vec::with_capacity(3 * judged.len() * sql::TRACK_SET.width());
        for (at @ (id, code), judged) in judged {
            let Some(held) = self.ahead.cases.get_mut(id).and_then(|c| c.instances.get_mut(code)) else {
                continue;
            };
            for track in std::mem::take(&mut held.gone).into_keys() {
                gone.extend(key_of(at, &track));
            }
            let campus = self.defs.catalogue.campuses.get(&id.0);
            let dept = held.patient().and_then(|p| department(campus, p));
            set.extend(order_row(at, held, judged, dept, self.now.0)?);
            for track in std::mem::take(&mut held.unwritten) {
                if let Some(slot) = held.tracks.get_mut(&track) {
                    set.extend(track_row(at, &track, slot, held.recalled.get(&track))?);
                }
            }
            held.dirty = false;
        }
        pen.put(Put::Every(&sql::TRACK_SET, set));
        pen.put(Put::Rows(&sql::TRACK_DROP, gone));
        Ok(())
    }

    fn put_addresses(&mut self, pen: &Pen) {
        let mut add = Vec::with_capacity(self.ahead.added.len() * sql::ADDRESS_ADD.width());
        for ((address, entry), teacher) in &self.ahead.added {
            add.extend(address.args());
            add.extend(entry.args());
            let (source, id): (Arg, Arg) = match teacher {
                Some(t) => ((&t.source).into(), (&t.id).into()),
                None => (Arg::Word(""), Arg::Word("")),
            };
            add.extend([source, id]);
        }
        pen.put(Put::Rows(&sql::ADDRESS_ADD, add));
        let drop =
            self.ahead.dropped.iter().flat_map(|(address, entry)| {
                address.args().into_iter().chain(entry.args()).collect::<Vec<_>>()
            });
        pen.put(Put::Rows(&sql::ADDRESS_DROP, drop.collect()));
    }
}

fn key_of((id, code): &(CaseId, LoopCode), track: &TrackId) -> [Arg; 6] {
    [
        part::case(&id.0, &id.1).into(),
        id.0.shared().into(),
        (&id.1).into(),
        code.shared().into(),
        i64::from(track.scope.0).into(),
        (&track.value).into(),
    ]
}

/// The patient's department as stated, else that of the ward stated.
fn department(campus: Option<&Campus>, patient: &Patient) -> Option<Arg> {
    let of_ward = || campus?.wards.get(&**patient.ward.as_ref()?).map(|d| Arg::from(d.as_str()));
    patient.dept.as_ref().map(Arg::from).or_else(of_ward)
}

/// The row of an order's own track, which stands for the instance.
fn order_row(
    at: &(CaseId, LoopCode),
    held: &mut Held,
    judged: &Judged,
    dept: Option<Arg>,
    now: i64,
) -> Result<Vec<Arg>> {
    let tracks = i64::try_from(held.tracks.len()).unwrap_or(i64::MAX);
    let patient = held.patient().cloned();
    held.order.version += 1;
    let mut row = Vec::with_capacity(24);
    row.extend(key_of(at, &TrackId::order()));
    row.extend([
        held.order.version.into(),
        again::write(&held.order.numbers).into(),
        Arg::Word(""),
        Arg::Word(word(judged.status)),
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
        dept.unwrap_or(Arg::Null),
        tracks.into(),
        rows::text(&Stood { standing: held.standing.clone(), mixed: held.mixed })?.into(),
        i64::from(held.held()).into(),
    ]);
    Ok(row)
}

/// The row of any other track.
fn track_row(
    at: &(CaseId, LoopCode),
    track: &TrackId,
    slot: &mut Slot,
    told: Option<&TrackSummary>,
) -> Result<Vec<Arg>> {
    slot.version += 1;
    let mut row = Vec::with_capacity(24);
    row.extend(key_of(at, track));
    row.extend([
        slot.version.into(),
        again::write(&slot.numbers).into(),
        rows::text(&told)?.into(),
        Arg::Word(told.map_or("open", |s| word(s.status))),
        told.and_then(|s| s.next_change).map(|t| t.0).into(),
    ]);
    row.extend(std::iter::repeat_n(Arg::Null, 6));
    row.push(slot.patient.as_ref().map(rows::text).transpose()?.into());
    row.extend(std::iter::repeat_n(Arg::Null, 4));
    row.push((!slot.alerts.is_empty()).then(|| rows::text(&slot.alerts)).transpose()?.into());
    row.push(Arg::Null);
    Ok(row)
}

/// The contract's word for a status.
pub(crate) fn word(status: medloop_engine::state::Status) -> &'static str {
    medloop_engine::words::Worded::word(status).json
}
