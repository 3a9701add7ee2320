//! Events through the reference in memory: only their set counts.

use crate::told::{difference, plain};
use medloop_engine::event::{Arrival, Event, read};
use medloop_engine::state::{Finding, InstanceState};
use medloop_engine::testing::{Sample, catalogue, events};
use medloop_engine::time::{Instant, Span};
use medloop_engine::world::World;
use medloop_engine::{fold, oracle};
use std::sync::Arc;

/// Submits the sample's events as they stand, and shuffled with duplicates: the two worlds are one.
pub(crate) fn same_in_any_order(s: &Sample, tape: &[u32]) -> Result<(), String> {
    let known = Arc::new(catalogue(s));
    let arrival = Arrival::Backfill { shift: Span::ZERO, received: Instant(s.now.0 + Span::hours(9000).0) };
    let said = events(s, tape);
    let mut told: Vec<Event> = Vec::new();
    for json in &said {
        told.push(
            read(json, &known, arrival).map_err(|r| format!("{json} is rejected: {} {}", r.code, r.en))?,
        );
    }
    // Two revisions of one number are a conflict, in which the first to come wins: that is not this property's business.
    let mut seen = Vec::new();
    told.retain(|e| {
        let id = (e.reference(), e.revision);
        let fresh = !seen.contains(&id);
        seen.push(id);
        fresh
    });
    let mut world = World::new(known.clone(), vec![Arc::new(s.def.clone())]);
    for event in &told {
        world.submit(event.clone());
    }
    let mut other = World::new(known, vec![Arc::new(s.def.clone())]);
    let mut shuffled = told.clone();
    let n = shuffled.len();
    for i in 0..n {
        let j = tape.get(i % tape.len().max(1)).copied().unwrap_or(0) as usize % n;
        shuffled.swap(i, j);
        if j % 4 == 1 {
            shuffled.push(told.get(j).cloned().ok_or("no such event")?);
        }
    }
    for event in shuffled {
        other.submit(event);
    }
    if world.instances() != other.instances() {
        return Err(format!("instances {:?} and {:?}", world.instances(), other.instances()));
    }
    if world.waiting() != other.waiting() {
        return Err(format!("waiting {:?} and {:?}", world.waiting(), other.waiting()));
    }
    for id in world.instances() {
        let facts = world.facts(&id);
        if facts != other.facts(&id) {
            return Err(format!("facts of {id:?}:\n{facts:?}\n{:?}", other.facts(&id)));
        }
        let state = plain(fold::fold(&s.def, &facts, s.now));
        difference(&state, &plain(oracle::fold(&s.def, &facts, s.now)))
            .map_err(|d| format!("{said:?}\n{id:?}\n{d}"))?;
    }
    Ok(())
}

/// For how long each fact counted is what the world as of each moment says.
pub(crate) fn counted_as_long_as_the_world_says(s: &Sample, tape: &[u32]) -> Result<(), String> {
    let known = Arc::new(catalogue(s));
    let def = medloop_engine::graph::Definition { seal: None, ..s.def.clone() };
    let mut world = World::new(known.clone(), vec![Arc::new(def)]);
    for (i, json) in events(s, tape).iter().enumerate() {
        let draw = tape.get(i % tape.len().max(1)).copied().unwrap_or(0);
        let at = Instant(s.now.0 + Span::seconds(i64::from(draw % 7)).0);
        let event =
            read(json, &known, Arrival::Now(at)).map_err(|r| format!("{json} is rejected: {}", r.en))?;
        world.submit(event);
    }
    for id in world.instances() {
        let timed = world.timeline(&id);
        for second in -1..8 {
            let at = Instant(s.now.0 + Span::seconds(second).0);
            let facts = world.as_of(at).facts(&id);
            let tracks = std::iter::once(&facts.order).chain(facts.tracks.values());
            let mut counts: Vec<_> = tracks.flat_map(|t| &t.facts).filter(|f| !f.dead).collect();
            let by = timed.iter().filter(|t| t.from <= at && t.until.is_none_or(|u| at < u));
            let mut said: Vec<_> = by.map(|t| &t.fact).collect();
            let order = |f: &&Arc<medloop_engine::facts::Fact>| format!("{f:?}");
            counts.sort_by_key(order);
            said.sort_by_key(order);
            if counts != said {
                return Err(format!("{id:?} at {second}: {counts:?}\nand {said:?}"));
            }
        }
    }
    Ok(())
}

/// What arrives after a seal is shown and changes nothing; what had come by then is what the world then knew.
pub(crate) fn nothing_changes_after_a_seal(s: &Sample, tape: &[u32]) -> Result<(), String> {
    let known = Arc::new(catalogue(s));
    let mut world = World::new(known.clone(), vec![Arc::new(s.def.clone())]);
    for (i, json) in events(s, tape).iter().enumerate() {
        let draw = tape.get(i % tape.len().max(1)).copied().unwrap_or(0);
        let at = Instant(s.now.0 + Span::minutes(i64::from(draw % 40)).0);
        let event =
            read(json, &known, Arrival::Now(at)).map_err(|r| format!("{json} is rejected: {}", r.en))?;
        world.submit(event);
    }
    for id in world.instances() {
        let facts = world.facts(&id);
        let end = Instant(s.now.0 + Span::hours(9000).0);
        let last = fold::fold(&s.def, &facts, end);
        difference(&plain(last.clone()), &plain(oracle::fold(&s.def, &facts, end)))?;
        let Some(sealed) = facts.sealed else { continue };
        let by_then = world.as_of(sealed).facts(&id);
        if by_then.sealed != facts.sealed {
            return Err(format!("{id:?} was sealed at {:?}, later at {sealed:?}", by_then.sealed));
        }
        let then = fold::fold(&s.def, &by_then, sealed);
        difference(&without_late(last), &without_late(then))
            .map_err(|d| format!("{id:?} at {sealed:?}\n{d}"))?;
    }
    Ok(())
}

/// A state without what came too late; facts by their number would differ.
fn without_late(state: InstanceState) -> InstanceState {
    let mut state = plain(state);
    for track in &mut state.tracks {
        track.nodes.retain(|n| !n.findings.contains(&Finding::AfterSeal));
        track.nodes.iter_mut().for_each(|n| n.hits.clear());
    }
    state.tracks.retain(|t| t.id.is_order() || !t.nodes.is_empty());
    state
}
