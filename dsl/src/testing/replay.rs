//! The events of a test in the order of their arrival, and its expectations when their time comes.

use super::script::{Check, Script, Step};
use super::{Outcome, expect};
use crate::diagnostic::{Diagnostic, Words};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival};
use medloop_engine::facts::InstanceFacts;
use medloop_engine::fold::fold;
use medloop_engine::state::InstanceState;
use medloop_engine::time::Instant;
use medloop_engine::world::{InstanceId, Outcome as Admitted, World};
use std::sync::Arc;

/// What is known at some moment.
pub(super) struct Scene {
    pub(super) facts: InstanceFacts,
    pub(super) state: InstanceState,
    pub(super) now: Instant,
}

/// A loop has at most some hundred timers; what goes on longer than this never ends.
const MOST_CHANGES: usize = 100_000;

/// Runs the test in its own order. Returns the scene at the end; `None` when there is no instance or an event was refused.
pub(super) fn in_order(
    file: &str,
    script: &Script,
    catalogue: &Arc<Catalogue>,
    outcome: &mut Outcome,
) -> Option<Scene> {
    let mut events: Vec<&Step> = script.events.iter().collect();
    events.sort_by_key(|step| step.arrives);
    let mut timed: Vec<&Check> = script.checks.iter().filter(|c| c.at.is_some()).collect();
    timed.sort_by_key(|c| c.at);
    let mut world = world(script, catalogue);
    let mut events = events.into_iter().peekable();
    for check in timed {
        let Some(now) = check.at else { continue };
        while let Some(step) = events.next_if(|step| step.arrives <= now) {
            submit(file, &mut world, catalogue, step, outcome)?;
        }
        let scene = scene(&world, script, now);
        expect::check(file, script, check, scene.as_ref(), outcome);
    }
    for step in events {
        submit(file, &mut world, catalogue, step, outcome)?;
    }
    let end = end(&world, script);
    for check in script.checks.iter().filter(|c| c.at.is_none()) {
        expect::check(file, script, check, end.as_ref(), outcome);
    }
    end
}

/// A world with this loop alone.
pub(super) fn world(script: &Script, catalogue: &Arc<Catalogue>) -> World {
    World::new(Arc::clone(catalogue), vec![Arc::clone(&script.definition)])
}

/// The scene once no timer of the loop is left.
pub(super) fn end(world: &World, script: &Script) -> Option<Scene> {
    let mut now = script.events.iter().map(|e| e.arrives).max()?;
    let facts = facts(world, script)?;
    let mut state = fold(&script.definition, &facts, now);
    for _ in 0..MOST_CHANGES {
        match state.next_change {
            Some(next) if next > now => now = next,
            _ => break,
        }
        state = fold(&script.definition, &facts, now);
    }
    Some(Scene { facts, state, now })
}

/// Shows the instance as it is after each arrival and at each moment at which it changes by itself, up to the end. Events that are
/// refused are passed over.
pub(super) fn every_moment(
    script: &Script,
    catalogue: &Arc<Catalogue>,
    look: &mut impl FnMut(&InstanceFacts, &InstanceState),
) {
    let mut events: Vec<&Step> = script.events.iter().collect();
    events.sort_by_key(|step| step.arrives);
    let mut world = world(script, catalogue);
    let mut events = events.into_iter().peekable();
    while let Some(step) = events.next() {
        if let Ok(event) = event::read(&step.json, catalogue, Arrival::Now(step.arrives)) {
            world.submit(event);
        }
        let until = events.peek().map(|s| s.arrives);
        let Some(facts) = facts(&world, script) else { continue };
        let mut now = Some(step.arrives);
        for _ in 0..MOST_CHANGES {
            let Some(at) = now.filter(|now| until.is_none_or(|until| *now < until)) else { break };
            let state = fold(&script.definition, &facts, at);
            look(&facts, &state);
            now = state.next_change.filter(|next| *next > at);
        }
    }
}

fn scene(world: &World, script: &Script, now: Instant) -> Option<Scene> {
    let facts = facts(world, script)?;
    let state = fold(&script.definition, &facts, now);
    Some(Scene { facts, state, now })
}

/// What is known of the instance of the test; `None` while no event leads to it.
fn facts(world: &World, script: &Script) -> Option<InstanceFacts> {
    let id = InstanceId {
        campus: script.campus.clone(),
        code: script.definition.code.clone(),
        key: Arc::from(script.key.as_str()),
    };
    let facts = world.facts(&id);
    let any = !facts.order.facts.is_empty() || facts.tracks.values().any(|t| !t.facts.is_empty());
    any.then_some(facts)
}

fn submit(
    file: &str,
    world: &mut World,
    catalogue: &Catalogue,
    step: &Step,
    outcome: &mut Outcome,
) -> Option<()> {
    let refused = match event::read(&step.json, catalogue, Arrival::Now(step.arrives)) {
        Ok(event) => match world.submit(event) {
            Admitted::Rejected(no) => no,
            Admitted::Conflict => {
                let words = Words::new(
                    "同一事件同一修订号，内容却不同",
                    "the same event and revision with other content",
                );
                outcome.failures.push(Diagnostic::error("E0611", file, step.span, words));
                return None;
            }
            _ => return Some(()),
        },
        Err(no) => no,
    };
    let (zh, en, path) = (&refused.zh, &refused.en, &refused.path);
    let words = crate::say!("事件被拒绝：{zh}（{path}）", "the event is rejected: {en} ({path})");
    outcome.failures.push(Diagnostic::error("E0611", file, step.span, words));
    None
}
