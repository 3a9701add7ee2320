//! Random facts of a definition: times clustered so that ties and boundary cases are frequent.

use super::definition::{FIELDS, ROLES, SYSTEMS, name};
use super::tape::Tape;
use crate::admit::by_visit;
use crate::facts::{
    Actor, BadField, EventRef, Fact, Fields, Hit, InstanceFacts, Patient, TrackFacts, TrackId,
};
use crate::graph::{Definition, EndingKind, Node, NodeIx, ScopeIx};
use crate::staff::{Doubt, Doubtful};
use crate::time::{Instant, Moment, Precision, Span};
use crate::value::{Person, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// 2026-03-08T03:00:00Z, from where samples run.
pub(super) const START: Instant = Instant(1_772_938_800_000_000);

/// A moment of a sample: somewhere within hours, seldom days, of the start.
fn moment(tape: &mut Tape<'_>, around: Instant) -> Moment {
    let step = match tape.below(5) {
        0 | 1 => 600,
        2 => 60,
        3 => 1,
        _ => 30,
    };
    let days = if tape.chance(8) { 86_400 } else { 0 };
    let off = step * tape.of(&[0, 1, 3, 2, 4, -1, 6]) + days * tape.of(&[1, 2, -1]);
    let extra = if tape.chance(15) { tape.of(&[1000, 500_000, 30_000_000, 59_999_999]) } else { 0 };
    let all = [Precision::Minute, Precision::Minute, Precision::Second, Precision::Milli, Precision::Day];
    let n = if tape.chance(90) { tape.below(4) } else { 4 };
    let precision = all.get(n).copied().unwrap_or(Precision::Minute);
    Moment { at: Instant(around.0 + off * 1_000_000 + extra), precision }
}

fn value(tape: &mut Tape<'_>, code: &str, kind: &Type, around: Instant) -> Value {
    let word =
        |tape: &mut Tape<'_>| Value::Text(Arc::from(tape.pick(&["a", "b", "c", "nurse"]).unwrap_or("a")));
    match kind {
        _ if code == "f_list" => Value::List((0..tape.below(3)).map(|_| word(tape)).collect()),
        Type::Bool => Value::Bool(!tape.chance(50)),
        Type::Number => Value::Number(if tape.chance(50) { 2.0 } else { 1.0 }),
        Type::Moment => Value::Moment(moment(tape, around)),
        Type::Span => Value::Span(Span::seconds(tape.of(&[600, 1800, 60]))),
        Type::Person => Value::Person(person(tape)),
        Type::Text | Type::Code(_) | Type::List(_) => word(tape),
    }
}

fn person(tape: &mut Tape<'_>) -> Person {
    let id = if tape.chance(25) { None } else { Some(Arc::from(tape.pick(&["1", "2"]).unwrap_or("1"))) };
    Person { id, name: tape.chance(60).then(|| Arc::from("王")) }
}

fn actor(tape: &mut Tape<'_>) -> Actor {
    Actor {
        person: if tape.chance(15) { None } else { Some(person(tape)) },
        role: if tape.chance(20) { None } else { Some(Arc::from(tape.pick(&ROLES).unwrap_or("doctor"))) },
        dept: if tape.chance(20) { None } else { Some(Arc::from("D1")) },
        title: tape.chance(20).then(|| Arc::from("a")),
    }
}

fn doubts(tape: &mut Tape<'_>) -> Vec<Doubtful> {
    let field = |tape: &mut Tape<'_>| tape.chance(50).then(|| name("f_person"));
    let doubt = tape.pick(&[Doubt::NameAsCode, Doubt::Unknown]).unwrap_or(Doubt::Unknown);
    if tape.chance(8) { vec![Doubtful { field: field(tape), doubt }] } else { Vec::new() }
}

fn patient(tape: &mut Tape<'_>) -> Patient {
    let mut word =
        |chance: u32, all: &[&str]| tape.chance(chance).then(|| Arc::from(tape.pick(all).unwrap_or("a")));
    Patient {
        id: word(50, &["a", "b"]),
        name: word(10, &["a"]),
        sex: word(20, &["a", "b"]),
        birth_date: word(50, &["2012-03-08", "2025-01-01", "1961-12-31", "2026-03-09", "?"]),
        visit_no: word(20, &["a", "b"]),
        dept: word(40, &["a", "D1", "b"]),
        ward: word(60, &["a", "b"]),
        bed: word(20, &["a", "b"]),
        baby_no: word(10, &["a"]),
    }
}

fn some_text(tape: &mut Tape<'_>, text: &str) -> Option<Arc<str>> {
    tape.chance(60).then(|| Arc::from(text))
}

struct Made {
    track: TrackId,
    fact: Fact,
}

fn fact(tape: &mut Tape<'_>, n: usize, at: Moment, hits: Vec<Hit>, wanted: &[&Node]) -> Fact {
    let mut fields = Fields::new();
    let mut bad = Vec::new();
    for (code, kind) in &FIELDS {
        let named = wanted.iter().any(|node| node.fields.iter().any(|f| f.field.as_str() == *code));
        let planned = *code == "f_plan" || *code == "f_eff";
        let chance = if named {
            75
        } else if planned {
            45
        } else {
            15
        };
        if tape.chance(chance) {
            fields.insert(name(code), value(tape, code, kind, at.at));
        } else if named && tape.chance(30) {
            bad.push(BadField { field: name(code), text: "?".into() });
        }
    }
    let mut hits = hits;
    hits.sort();
    let system = tape.pick(&SYSTEMS).unwrap_or("his");
    Fact {
        event: EventRef { source: Arc::from(system), id: Arc::from(format!("{n:02}")) },
        at,
        sequence: if tape.chance(15) { 1 } else { 0 },
        hits,
        began: tape.chance(20).then(|| Moment { at: Instant(at.at.0 - 300_000_000), ..at }),
        recorded: if tape.chance(40) { Some(moment(tape, at.at)) } else { None },
        arrived: at.at.plus(Span::seconds(tape.of(&[5, 0, 700]))),
        system: name(system),
        campus: name("east"),
        actor: if tape.chance(15) { None } else { Some(actor(tape)) },
        terminal: some_text(tape, "a"),
        capture: some_text(tape, "scan"),
        patient: if tape.chance(65) { None } else { Some(Arc::new(patient(tape))) },
        items: Vec::new(),
        unit: None,
        fields,
        doubts: doubts(tape),
        bad,
        visit: false,
        dead: tape.chance(7),
        late: false,
    }
}

fn track_of(tape: &mut Tape<'_>, scope: ScopeIx, values: usize) -> TrackId {
    if scope == ScopeIx::ORDER || tape.chance(6) {
        return TrackId::order();
    }
    TrackId { scope, value: Arc::from(["A", "B", "C"].get(tape.below(values)).copied().unwrap_or("A")) }
}

fn node_hit(tape: &mut Tape<'_>, n: usize) -> Hit {
    let rank = if tape.chance(20) { 1 } else { 0 };
    Hit::Node(NodeIx(super::definition::ix(n)), rank)
}

/// Facts of one instance, read from a tape.
pub(super) fn facts(tape: &mut Tape<'_>, def: &Definition) -> InstanceFacts {
    let mut made: Vec<Made> = Vec::new();
    let values = 1 + tape.below(3);
    if tape.chance(70) {
        orderly(tape, def, values, &mut made);
    }
    let wild = tape.below(if made.is_empty() { 12 } else { 5 });
    for _ in 0..wild {
        let n = tape.below(def.nodes.len());
        let Some(node) = def.nodes.get(n) else { continue };
        let track = track_of(tape, node.scope, values);
        let mut hits = vec![node_hit(tape, n)];
        let mut wanted = vec![node];
        if tape.chance(10) {
            let m = tape.below(def.nodes.len());
            if let Some(second) = def.nodes.get(m).filter(|s| m != n && s.scope == node.scope) {
                hits.push(node_hit(tape, m));
                wanted.push(second);
            }
        }
        if tape.chance(5) && !def.endings.is_empty() {
            hits.push(Hit::Ending(super::definition::ix(tape.below(def.endings.len()))));
        }
        let at = moment(tape, START);
        let fact = fact(tape, made.len(), at, hits, &wanted);
        made.push(Made { track, fact });
    }
    endings(tape, def, values, &mut made);
    if tape.chance(12) {
        group(tape, &mut made);
    }
    visits(tape, def, &mut made);
    gather(made)
}

/// An order of several items: events name some of them, and some come once for each.
fn group(tape: &mut Tape<'_>, made: &mut Vec<Made>) {
    let items = |tape: &mut Tape<'_>| -> Vec<Arc<str>> {
        ["1", "2", "3"].iter().filter(|_| tape.chance(45)).map(|item| Arc::from(*item)).collect()
    };
    for n in 0..made.len() {
        let (own, other, unit) = (items(tape), items(tape), tape.chance(20));
        let Some(one) = made.get_mut(n) else { continue };
        one.fact.items = own;
        one.fact.unit = unit.then(|| Arc::from("x"));
        if tape.chance(30) {
            let (track, mut fact) = (one.track.clone(), one.fact.clone());
            fact.event.id = Arc::from(format!("{n:02}+"));
            fact.items = other;
            made.push(Made { track, fact });
        }
    }
}

/// What came by the visit alone: what hits a node or an ending that goes by it, and some of the others.
fn visits(tape: &mut Tape<'_>, def: &Definition, made: &mut [Made]) {
    let goes = |hit: &Hit| {
        let first = match hit {
            Hit::Node(n, _) => def.node(*n).and_then(|n| n.triggers.first()),
            Hit::Ending(n) => def.endings.get(usize::from(*n)).and_then(|e| e.triggers.first()),
            Hit::Resume(n) => def.endings.get(usize::from(*n)).and_then(|e| e.resume.first()),
        };
        first.is_some_and(|t| by_visit(def, t.event.as_str()))
    };
    for one in made.iter_mut().filter(|m| m.track.is_order()) {
        if one.fact.hits.iter().any(goes) || tape.chance(6) {
            one.fact.visit = true;
            one.fact.items.clear();
            // Often what happened to the visit is older than the order.
            if tape.chance(30) {
                one.fact.at.at = one.fact.at.at.plus(Span::minutes(-90));
            }
        }
    }
}

/// An order that goes more or less as it should.
fn orderly(tape: &mut Tape<'_>, def: &Definition, values: usize, made: &mut Vec<Made>) {
    let mut at = START;
    let reached = 1 + tape.below(def.nodes.len() + 3);
    for (n, node) in def.nodes.iter().enumerate().take(reached) {
        let skip = if node.negative { 75 } else { 12 };
        let tracks = if node.scope == ScopeIx::ORDER { 1 } else { values };
        for value in ["A", "B", "C"].iter().take(tracks) {
            if tape.chance(skip) {
                continue;
            }
            let track = if node.scope == ScopeIx::ORDER {
                TrackId::order()
            } else {
                TrackId { scope: node.scope, value: Arc::from(*value) }
            };
            at = at.plus(Span::seconds(tape.of(&[600, 0, 60, 30, 1800, 1200])));
            let drawn = moment(tape, at);
            let time = Moment { at, precision: drawn.precision };
            let hit = node_hit(tape, n);
            let fact = fact(tape, made.len(), time, vec![hit], &[node]);
            made.push(Made { track, fact });
        }
    }
}

fn endings(tape: &mut Tape<'_>, def: &Definition, values: usize, made: &mut Vec<Made>) {
    let latest = made.iter().map(|m| m.fact.at.at).max().unwrap_or(START);
    for (n, ending) in def.endings.iter().enumerate() {
        let ix = super::definition::ix(n);
        for _ in 0..tape.below(3) {
            let mut hits = vec![Hit::Ending(ix)];
            if ending.kind == EndingKind::Stop && !ending.resume.is_empty() && tape.chance(30) {
                hits = vec![Hit::Resume(ix)];
                if tape.chance(10) {
                    hits.push(Hit::Ending(ix));
                }
            }
            let scope = ScopeIx(super::definition::ix(tape.below(def.scopes.len() + 1)));
            let scope = if tape.chance(30) { scope } else { ScopeIx::ORDER };
            let track = track_of(tape, scope, values);
            let around = if tape.chance(50) { START } else { latest };
            let at = moment(tape, around);
            let fact = fact(tape, made.len(), at, hits, &[]);
            made.push(Made { track, fact });
        }
    }
}

fn gather(made: Vec<Made>) -> InstanceFacts {
    let mut all: BTreeMap<TrackId, TrackFacts> = BTreeMap::new();
    for Made { track, fact } in made {
        all.entry(track).or_default().facts.push(Arc::new(fact));
    }
    for track in all.values_mut() {
        track.facts.sort_by(|a, b| a.order().cmp(&b.order()));
    }
    let order = all.remove(&TrackId::order()).unwrap_or_default();
    InstanceFacts { campus: name("east"), key: Arc::from("K1"), order, tracks: all, sealed: None }
}
