//! Events → a log: what each says in a few numbers, revisions and retractions heeded.

use super::values::{Cell, Fields};
use crate::diagnostic::Words;
use crate::say;
use medloop_engine::event::RETRACTED;
use medloop_engine::name::{CampusCode, EventType, RoleCode, SystemCode};
use medloop_engine::time::{Precision, Zone, parse_moment};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The most kinds of events that one loop is looked for in.
const MOST_KINDS: usize = 400;

/// Recorded events, taken in one by one in any order.
#[derive(Debug, Default)]
pub struct Log {
    /// Types in the order in which they were first seen.
    pub(super) kinds: Vec<Kind>,
    pub(super) fields: Fields,
    pub(super) rows: Vec<Row>,
    pub(super) campuses: BTreeSet<CampusCode>,
    systems: Vec<SystemCode>,
    roles: Vec<RoleCode>,
    /// Offsets from UTC that times were stated with, as `+08:00`, and how often.
    pub(super) offsets: BTreeMap<String, u64>,
    by_type: BTreeMap<EventType, u16>,
    /// The revision of each event that counts and its row; none for a retraction.
    known: BTreeMap<Id, (u64, Option<usize>)>,
    /// What each retraction takes back.
    retracts: BTreeMap<Id, Id>,
}

/// The source and id of an event.
type Id = (String, String);

/// A type of events; how many that count came from which system and by whom is known once [`Log::settle`] has looked.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) event: EventType,
    pub(super) systems: BTreeMap<SystemCode, u64>,
    pub(super) roles: BTreeMap<RoleCode, u64>,
}

/// An event.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: u16,
    /// When, in microseconds.
    pub(super) at: i64,
    pub(super) precision: Precision,
    pub(super) sequence: i64,
    /// Which of the log's systems sent it, and which of its roles did it.
    system: Option<u16>,
    role: Option<u16>,
    /// What it says, by field.
    pub(super) cells: Box<[(u16, Cell)]>,
    /// Whether it counts: neither replaced nor, once [`Log::settle`] has looked, taken back.
    pub(super) live: bool,
}

impl Log {
    /// Takes an event as the contract has it: a CloudEvent with its fields in `data`. The same again has no effect.
    ///
    /// # Errors
    /// Why it is no such event.
    pub fn take(&mut self, event: &Value) -> Result<(), Words> {
        let Value::Object(event) = event else {
            return Err(say!("不是 JSON 对象", "it is no JSON object"));
        };
        let text = |name: &str| event.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        let missing = |name: &str| say!("没有 {name}", "it has no {name}");
        let (id, source) =
            (text("id").ok_or_else(|| missing("id"))?, text("source").ok_or_else(|| missing("source"))?);
        let kind = text("type").ok_or_else(|| missing("type"))?;
        let kind = EventType::parse(kind)
            .map_err(|_| say!("type 不是事件类型：{kind}", "its type is no event type: {kind}"))?;
        let time = text("time").ok_or_else(|| missing("time"))?;
        let stated = parse_moment(time, &Zone::fixed("UTC", 0))
            .ok_or_else(|| say!("time 不是时间：{time}", "its time is no time: {time}"))?;
        let nothing = Map::new();
        let data = event.get("data").and_then(Value::as_object).unwrap_or(&nothing);
        let revision = event.get("revision").and_then(whole).and_then(|n| u64::try_from(n).ok()).unwrap_or(1);
        let name = (source.to_owned(), id.to_owned());
        let before = self.known.get(&name).copied();
        if before.is_some_and(|(known, _)| known >= revision) {
            return Ok(());
        }
        if let Some(row) = before.and_then(|(_, row)| row).and_then(|at| self.rows.get_mut(at)) {
            row.live = false;
        }
        self.retracts.remove(&name);
        if kind.as_str() == RETRACTED {
            self.retracts.extend(target(data).map(|target| (name.clone(), target)));
            self.known.insert(name, (revision, None));
            return Ok(());
        }
        let Some(kind) = self.kind(kind) else {
            return Err(say!("事件类型超过 {MOST_KINDS} 种", "there are more than {MOST_KINDS} event types"));
        };
        self.known.insert(name, (revision, Some(self.rows.len())));
        let (system, role) = self.said(event, data, source, time);
        let row = Row {
            kind,
            at: stated.at.0,
            precision: precision(data).unwrap_or(stated.precision),
            sequence: event.get("sequence").and_then(whole).unwrap_or(0),
            system,
            role,
            cells: self.fields.read(data),
            live: true,
        };
        self.rows.push(row);
        Ok(())
    }

    /// Leaves out what was taken back, before or after it came, unless that was taken back in turn; counts who sent and did the rest.
    pub(super) fn settle(&mut self) {
        let mut by: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
        for (retraction, target) in &self.retracts {
            by.entry(target).or_default().push(retraction);
        }
        for target in by.keys() {
            let row = self.known.get(*target).and_then(|(_, row)| self.rows.get_mut((*row)?));
            if let Some(row) = row.filter(|_| taken_back(target, &by, &mut BTreeSet::new())) {
                row.live = false;
            }
        }
        for row in self.rows.iter().filter(|r| r.live) {
            let Some(kind) = self.kinds.get_mut(usize::from(row.kind)) else { continue };
            let system = row.system.and_then(|at| self.systems.get(usize::from(at)));
            let role = row.role.and_then(|at| self.roles.get(usize::from(at)));
            system.into_iter().for_each(|s| *kind.systems.entry(s.clone()).or_default() += 1);
            role.into_iter().for_each(|r| *kind.roles.entry(r.clone()).or_default() += 1);
        }
    }

    /// Gives the kinds their numbers anew, the commonest first, so that the order in which events came leaves no trace.
    pub(super) fn by_number(&mut self) {
        let mut counts: Vec<(u64, u16)> = (0..).zip(&self.kinds).map(|(kind, _)| (0, kind)).collect();
        for row in self.rows.iter().filter(|r| r.live) {
            if let Some((n, _)) = counts.get_mut(usize::from(row.kind)) {
                *n += 1;
            }
        }
        let mut order: Vec<((u64, u16), Kind)> =
            counts.into_iter().zip(std::mem::take(&mut self.kinds)).collect();
        order.sort_by(|((n, _), a), ((m, _), b)| m.cmp(n).then_with(|| a.event.cmp(&b.event)));
        let mut now: BTreeMap<u16, u16> = BTreeMap::new();
        for (new, ((_, old), kind)) in (0..).zip(order) {
            now.insert(old, new);
            self.by_type.insert(kind.event.clone(), new);
            self.kinds.push(kind);
        }
        for row in &mut self.rows {
            row.kind = now.get(&row.kind).copied().unwrap_or(row.kind);
        }
    }

    fn kind(&mut self, event: EventType) -> Option<u16> {
        if let Some(kind) = self.by_type.get(&event) {
            return Some(*kind);
        }
        let kind = u16::try_from(self.kinds.len()).ok().filter(|_| self.kinds.len() < MOST_KINDS)?;
        self.kinds.push(Kind { event: event.clone(), systems: BTreeMap::new(), roles: BTreeMap::new() });
        self.by_type.insert(event, kind);
        Some(kind)
    }

    /// Who sent it and who did it; where, and in which zone, is kept.
    fn said(
        &mut self,
        event: &Map<String, Value>,
        data: &Map<String, Value>,
        source: &str,
        time: &str,
    ) -> (Option<u16>, Option<u16>) {
        let mut parts = source.split('/');
        let system = parts.next().and_then(|s| SystemCode::parse(s).ok());
        let campus = event.get("campus").and_then(Value::as_str).or_else(|| parts.next());
        self.campuses.extend(campus.and_then(|c| CampusCode::parse(c).ok()));
        // Behind the date, whose parts have the same sign between them.
        let clock = time.get(10..).unwrap_or_default();
        let offset = clock.rfind(['+', '-', 'Z', 'z']).and_then(|at| clock.get(at..)).unwrap_or_default();
        *self.offsets.entry(offset.to_owned()).or_default() += 1;
        let role = data.get("actor").and_then(|a| a.get("role")).and_then(Value::as_str);
        let role = role.and_then(|r| RoleCode::parse(r).ok());
        (system.and_then(|s| number(&mut self.systems, s)), role.and_then(|r| number(&mut self.roles, r)))
    }
}

/// The number of one of a few codes.
fn number<T: PartialEq>(known: &mut Vec<T>, code: T) -> Option<u16> {
    let at = known.iter().position(|k| *k == code).unwrap_or(known.len());
    if at == known.len() {
        known.push(code);
    }
    u16::try_from(at).ok()
}

/// What the `data` of a retraction takes back.
fn target(data: &Map<String, Value>) -> Option<Id> {
    let of = data.get("retracts")?;
    let text = |name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    Some((text("source")?, text("id")?))
}

/// How many retractions of retractions are followed.
const DEEPEST: usize = 64;

/// Whether a retraction that was not taken back itself takes an event back. Those that go round take nothing.
fn taken_back<'i>(of: &'i Id, by: &BTreeMap<&'i Id, Vec<&'i Id>>, above: &mut BTreeSet<&'i Id>) -> bool {
    if above.len() > DEEPEST || !above.insert(of) {
        return true;
    }
    let taken = by.get(of).is_some_and(|all| all.iter().any(|r| !taken_back(r, by, above)));
    above.remove(of);
    taken
}

fn precision(data: &Map<String, Value>) -> Option<Precision> {
    match data.get("precision").and_then(Value::as_str)? {
        "day" => Some(Precision::Day),
        "minute" => Some(Precision::Minute),
        "second" => Some(Precision::Second),
        _ => None,
    }
}

/// A whole number, also one that stands in a text.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|t| t.parse().ok()))
}
