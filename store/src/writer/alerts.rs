//! Lets the alerts of touched instances go on, or finds them again from the log; writes what was raised and cleared.

use super::attach::{addresses, taught};
use super::engine;
use super::rows::Address;
use super::settle::Judged;
use super::work::Work;
use crate::again::Life;
use crate::alerts::{record, values};
use crate::case::{CaseId, Held};
use crate::db::{self, Arg};
use crate::definitions::Compiled;
use crate::error::Result;
use crate::pen::{Pen, Put};
use crate::{part, sql};
use medloop_engine::admit;
use medloop_engine::alert::{
    About, Advanced, Change, Ground, Known, Record, Sources, Subject, Timed, Unread, advance, id, mark,
    replay, silence,
};
use medloop_engine::event::Event;
use medloop_engine::facts::{EventRef, Fact, InstanceFacts, TrackFacts, TrackId};
use medloop_engine::graph::{CampusSettings, Definition, Rule};
use medloop_engine::name::{CampusCode, LoopCode, SystemCode};
use medloop_engine::time::Instant;
use medloop_engine::world::{InstanceId, timeline};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Events by their number in the log.
type Log = BTreeMap<i64, Arc<Event>>;

/// What has happened to the alerts of one instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turned {
    pub(crate) changes: Vec<Change>,
    /// They are all there ever were, not only the new ones.
    pub(crate) whole: bool,
}

impl Work<'_> {
    /// Goes on with an instance up to `now`. `None`: its facts have to be read first.
    pub(crate) fn advanced(&self, id: &CaseId, code: &LoopCode, now: Instant) -> Result<Option<Advanced>> {
        let Some(held) = self.ahead.cases.get(id).and_then(|c| c.instances.get(code)) else {
            return Ok(None);
        };
        let nothing = TrackFacts::default();
        let touched: Vec<&TrackId> = held.moved.iter().filter(|track| !track.is_order()).collect();
        let order = held.order.facts.as_ref().unwrap_or(&nothing);
        let known = Known { order, tracks: &**held, touched: &touched };
        let at = (&id.0, &id.1);
        let sources = self.sources();
        let def = &held.compiled.definition;
        match engine(|| advance(def, at, &held.standing, known, now, &sources))? {
            Ok(advanced) => Ok(Some(advanced)),
            Err(Unread) => Ok(None),
        }
    }

    fn sources(&self) -> Sources<'_> {
        Sources { catalogue: Some(&self.defs.catalogue), pulses: &self.marks.pulses }
    }

    /// Finds every alert of an instance from its beginning, and where it stands then.
    pub(crate) async fn replayed(&mut self, id: &CaseId, code: &LoopCode, now: Instant) -> Result<Turned> {
        self.read_all_facts(id, code).await?;
        let Some(held) = self.held(id, code) else { return Ok(Turned::default()) };
        let simple = (!held.mixed).then(|| Timed::all(&facts(id, held)));
        let (timed, log) = match simple {
            Some(timed) => (timed, BTreeMap::new()),
            None => self.timeline(id, code).await?,
        };
        let Some(compiled) = self.compiled(id, code) else { return Ok(Turned::default()) };
        let sources = self.sources();
        let found = engine(|| replay(&compiled.definition, (&id.0, &id.1), &timed, now, &sources))?;
        let Some(held) = self.held(id, code) else { return Ok(Turned::default()) };
        held.standing = found.standing;
        held.replay = false;
        if held.mixed && compiled.definition.seal.is_some() {
            self.mark_lives((id, code), &timed, &log)?;
        }
        let Some(held) = self.held(id, code) else { return Ok(Turned::default()) };
        let mut alerts = found.alerts;
        for track in held.tracks.keys().cloned().collect::<Vec<_>>() {
            let mine = alerts.remove(&track).unwrap_or_default();
            held.watches(&track, mine);
        }
        Ok(Turned { changes: found.changes, whole: true })
    }

    /// Says of every event of an instance what it is to its track, now that it is known which counted at its seal, if it has
    /// one; `log`: all that may concern it. What had its say then and has been led away since comes back.
    fn mark_lives(&mut self, (id, code): (&CaseId, &LoopCode), timed: &[Timed], log: &Log) -> Result<()> {
        let Some(held) = self.held(id, code) else { return Ok(()) };
        let (compiled, sealed) = (held.compiled.clone(), held.standing.sealed());
        let mut tracks: BTreeSet<TrackId> = held.tracks.keys().cloned().chain([TrackId::order()]).collect();
        tracks.extend(timed.iter().filter(|_| sealed.is_some()).map(|t| t.track.clone()));
        for track in tracks {
            let mut brought: Vec<(i64, Fact)> = Vec::new();
            for (no, event) in log {
                let all = self.facts(&compiled, event, *no)?;
                brought.extend(all.into_iter().filter(|(t, _)| *t == track).map(|(_, fact)| (*no, fact)));
            }
            let Some(held) = self.held(id, code) else { return Ok(()) };
            let slot = if track.is_order() {
                Some(&held.order)
            } else {
                held.tracks.get(&track).map(|slot| &**slot)
            };
            let before = slot.map(|slot| slot.numbers.clone()).unwrap_or_default();
            let (mut here, away): (Vec<_>, Vec<_>) =
                brought.into_iter().partition(|(no, _)| before.contains(*no));
            let gone = mark(timed, &track, sealed, here.iter_mut().map(|(_, fact)| fact));
            for t in gone {
                here.extend(away.iter().rev().find(|(_, fact)| t.fact.says_the_same(fact)).cloned());
            }
            let life = |fact: &Fact| if fact.late { Life::Late } else { Life::of(!fact.dead) };
            let mut numbers = before.clone();
            for (no, fact) in &here {
                numbers.set(*no, life(fact));
            }
            if numbers == before {
                continue;
            }
            let slot = held.moved(&track);
            let mut facts: Vec<_> = here.into_iter().map(|(_, fact)| Arc::new(fact)).collect();
            admit::sort(&mut facts);
            (slot.numbers, slot.facts) = (numbers, Some(TrackFacts { facts }));
            slot.patient = slot.stated_patient(None);
            held.dirty = true;
        }
        Ok(())
    }

    /// For how long each fact counted, by every event of the log that may concern the instance.
    async fn timeline(&mut self, id: &CaseId, code: &LoopCode) -> Result<(Vec<Timed>, Log)> {
        let Some(compiled) = self.compiled(id, code) else { return Ok((Vec::new(), Log::new())) };
        let mut todo: Vec<EventRef> = self.stored_under(id).await?.into_iter().collect();
        let (mut done, mut seen_at) = (BTreeSet::new(), BTreeSet::new());
        let mut pool = Log::new();
        while let Some(reference) = todo.pop() {
            if !done.insert(reference.clone()) {
                continue;
            }
            let seen = self.seen(&reference).await?;
            todo.extend(seen.retractors.iter().cloned());
            let revisions: Vec<i64> = seen.revisions.values().copied().collect();
            for no in revisions {
                let Some((event, _)) = self.event(no).await? else { continue };
                let key = admit::key(&compiled.definition, &event);
                let mine = event.campus == id.0 && key.is_none_or(|k| k == id.1);
                pool.insert(no, event.clone());
                let here = addresses(&compiled, &event).into_iter().chain(taught(&compiled, &event));
                for address in here.filter(|_| mine) {
                    if seen_at.insert(address.clone()) {
                        todo.extend(self.claimants(code, &compiled, &address).await?);
                        let here = &self.spot(&address).await?.events;
                        todo.extend(
                            here.iter().filter(|(c, ..)| c == code).map(|(_, event, _)| event.clone()),
                        );
                    }
                }
            }
        }
        let instance = InstanceId { campus: id.0.clone(), code: code.clone(), key: id.1.clone() };
        let timed = engine(|| timeline(&compiled.definition, &instance, pool.values().map(|e| &**e)))?;
        Ok((timed, pool))
    }

    /// The events with a key that have a say in where those at an address go: none when values simply lead to all who learnt them.
    async fn claimants(
        &mut self,
        code: &LoopCode,
        compiled: &Compiled,
        address: &Address,
    ) -> Result<Vec<EventRef>> {
        let mut out = Vec::new();
        if !compiled.choosy {
            return Ok(out);
        }
        let links = self.spot(address).await?.links.keys().filter(|(c, _)| c == code);
        let places: Vec<CaseId> = links.map(|(_, key)| (address.campus.clone(), key.clone())).collect();
        let at = BTreeSet::from([address.clone()]);
        for place in places {
            let claims = self.claims(&place, code, compiled, Some(&at)).await?;
            out.extend(claims.iter().map(|body| body.event.reference()));
        }
        Ok(out)
    }

    /// Writes what has happened to the alerts of these instances.
    pub(crate) async fn put_alerts(
        &mut self,
        pen: &Pen,
        judged: &BTreeMap<(CaseId, LoopCode), Judged>,
    ) -> Result<()> {
        let (mut set, mut gone) = (Vec::new(), Vec::new());
        for ((id, code), judged) in
            judged.iter().filter(|(_, j)| j.turned.whole || !j.turned.changes.is_empty())
        {
            let args = vec![id.0.as_str().into(), (&id.1).into(), code.as_str().into()];
            let mut kept: BTreeMap<Arc<str>, Record> = BTreeMap::new();
            for row in db::read_own(self.look, sql::ALERTS_OF, args).await? {
                let record = record(&row)?;
                kept.insert(record.id.clone(), record);
            }
            let Some(held) = self.ahead.cases.get(id).and_then(|c| c.instances.get(code)) else { continue };
            let changed = merge(&mut kept, (id, code), held, &judged.turned);
            for alert in changed.into_iter().filter_map(|id| kept.get(&id)) {
                match values(alert, self.now)? {
                    Some(row) => set.extend(row),
                    None => gone.extend([part::of(&alert.id).into(), Arg::from(&alert.id)]),
                }
            }
        }
        pen.put(Put::Rows(&sql::ALERT_DROP, gone));
        pen.put(Put::Rows(&sql::ALERT_SET, set));
        Ok(())
    }

    /// Writes pulses that changed and the alerts about silences, and wakes what a silent system held back.
    pub(crate) async fn put_sources(&mut self, pen: &Pen) -> Result<()> {
        let beaten = std::mem::take(&mut self.marks.beaten);
        let (mut rows, mut set): (Vec<Arg>, Vec<Arg>) = (Vec::new(), Vec::new());
        for (place, moved) in beaten {
            let (system, campus) = &place;
            let Some(pulse) = self.marks.pulses.get(&place) else { continue };
            let Some((first, last)) = pulse.reach() else { continue };
            let silences = super::rows::text(&pulse.silences())?;
            rows.extend([
                system.as_str().into(),
                campus.as_str().into(),
                first.0.into(),
                last.0.into(),
                silences.into(),
            ]);
            if !moved {
                continue;
            }
            let going_on = pulse.quiet_from().filter(|from| *from <= self.now);
            let ended = pulse.silences().iter().rev().take(SILENCES).map(|(from, to)| (*from, Some(*to)));
            let all: Vec<_> = ended.chain(going_on.map(|from| (from, None))).collect();
            let back = pulse.silences().last().map(|(_, to)| *to);
            if let Some(from) = going_on {
                self.marks.told.insert(place.clone(), from);
            }
            for one in all {
                self.silence((system, campus), one, &mut set).await?;
            }
            if let Some(back) = back {
                pen.put(Put::Plain(sql::WAKE, vec![campus.as_str().into(), back.0.into()]));
            }
        }
        pen.put(Put::Rows(&sql::PULSE_SET, rows));
        pen.put(Put::Rows(&sql::ALERT_SET, set));
        Ok(())
    }

    async fn silence(
        &mut self,
        (system, campus): (&SystemCode, &CampusCode),
        one: (Instant, Option<Instant>),
        set: &mut Vec<Arg>,
    ) -> Result<()> {
        let Some(heartbeat) = self.defs.catalogue.heartbeat(system, campus) else { return Ok(()) };
        let mut alert = silence(system, campus, heartbeat, one, &self.defs.catalogue);
        let args = vec![part::of(&alert.id).into(), (&alert.id).into()];
        if let Some(row) = db::read_own(self.look, sql::ALERT_ONE, args).await?.first() {
            alert.actions = record(row)?.actions;
        }
        set.extend(values(&alert, self.now)?.into_iter().flatten());
        Ok(())
    }
}

/// As many ended silences of a system are looked at again when one changes: later ones than that are not moved by stragglers.
const SILENCES: usize = 4;

fn facts(id: &CaseId, held: &Held) -> InstanceFacts {
    let tracks = held.tracks.iter();
    InstanceFacts {
        campus: id.0.clone(),
        key: id.1.clone(),
        order: held.order.facts.clone().unwrap_or_default(),
        tracks: tracks.map(|(track, slot)| (track.clone(), slot.facts.clone().unwrap_or_default())).collect(),
        sealed: held.standing.sealed(),
    }
}

/// Puts turns where they belong; the ids of the alerts that are to be written, or dropped when they have none left.
fn merge(
    kept: &mut BTreeMap<Arc<str>, Record>,
    (at, code): (&CaseId, &LoopCode),
    held: &Held,
    turned: &Turned,
) -> BTreeSet<Arc<str>> {
    let mut changed = BTreeSet::new();
    let mut before = BTreeMap::new();
    if turned.whole {
        for alert in kept.values_mut() {
            before.insert(alert.id.clone(), std::mem::take(&mut alert.turns));
        }
    }
    let instance = format!("{}/{code}/{}", at.0, at.1);
    for change in &turned.changes {
        let Some(rule) = held.compiled.definition.rules.get(usize::from(change.rule)) else { continue };
        let track = (!change.track.is_order()).then(|| change.track.value.clone());
        let name: Arc<str> = id(&instance, rule.code.as_str(), track.as_deref(), change.round).into();
        let record = kept.entry(name.clone()).or_insert_with(|| Record {
            id: name.clone(),
            rule: rule.code.as_str().into(),
            campus: at.0.clone(),
            about: About::Order(Subject {
                code: code.clone(),
                key: at.1.clone(),
                track,
                round: change.round,
            }),
            severity: rule.severity,
            ground: ground(&held.compiled.definition, &at.0, rule, held.history),
            history: held.history,
            turns: Vec::new(),
            actions: Vec::new(),
        });
        record.turns.push(change.turn.clone());
        changed.insert(name);
    }
    for (name, turns) in before {
        let Some(alert) = kept.get_mut(&name) else { continue };
        if alert.turns.is_empty() && !alert.actions.is_empty() {
            // It never was, but a person has acted on it: it stays as it was, cleared.
            let at = turns.iter().map(|t| t.at).max();
            alert.turns = turns;
            if alert.turns.last().is_some_and(|t| t.raised.is_some()) {
                alert.turns.extend(at.map(medloop_engine::alert::Turn::withdrawn));
            }
        }
        changed.insert(name);
    }
    changed
}

/// Nobody is told of what was loaded as history.
fn ground(def: &Definition, campus: &CampusCode, rule: &Rule, history: bool) -> Ground {
    let mut ground = Ground::of(rule, &CampusSettings::of(def, campus));
    if history {
        ground.escalate.clear();
    }
    ground
}
