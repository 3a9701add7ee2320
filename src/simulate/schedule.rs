//! Times that are known only when the whole story is: what was planned, and what a fault puts in the wrong order.

use medloop_engine::admit::typed;
use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{Length, NodeIx, Plan as Due};
use medloop_engine::name::FieldCode;
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::Value as Typed;
use serde_json::json;

use super::fault::Fault;
use super::patterns::{Asked, Asks};
use super::plan::{Model, Plan};
use super::random::Random;

const MINUTE: i64 = 60_000_000;

/// By how much a fast clock is ahead.
const FAST: Span = Span(7 * MINUTE);

/// Writes planned times where they belong, and moves what a fault moves.
pub(super) fn settle(model: &Model<'_>, random: &mut Random, fault: Option<&Fault>, plan: &mut Plan) {
    ordered(model, random, plan);
    planned(model, random, fault, plan);
    match fault {
        Some(Fault::Broken(Asked { asks: Asks::Order { first, then }, .. })) => {
            if let (Some(first), Some(then)) = (place(plan, *first), place(plan, *then))
                && let Some(at) = plan.steps.get(then).map(|s| s.at)
                && let Some(step) = plan.steps.get_mut(first)
            {
                step.at = at.plus(Span(random.between(1, 4) * MINUTE));
            }
        }
        Some(Fault::FastClock(Asked { asks: Asks::Order { first, then }, .. })) => {
            fast_clock(random, plan, *first, *then);
        }
        _ => {}
    }
}

/// A rule may ask for another order than the flow has, of a node that may stand anywhere: it follows what must come first.
fn ordered(model: &Model<'_>, random: &mut Random, plan: &mut Plan) {
    for asked in &model.asked {
        let Asks::Order { first, then } = asked.asks else { continue };
        for at in 0..plan.steps.len() {
            let Some(step) = plan.steps.get(at).filter(|s| s.node == then) else { continue };
            let due = plan.steps.iter().find(|s| s.node == first && s.track == step.track).map(|s| s.at);
            let Some(due) = due.filter(|due| step.at < *due) else { continue };
            if let Some(step) = plan.steps.get_mut(at) {
                step.at = due.plus(Span(random.between(2, 9) * MINUTE));
            }
        }
    }
}

/// What comes first is told by a source whose clock is so far ahead that it seems to come last.
fn fast_clock(random: &mut Random, plan: &mut Plan, first: NodeIx, then: NodeIx) {
    let (Some(first), Some(then)) = (place(plan, first), place(plan, then)) else { return };
    let Some(later) = plan.steps.get(then).map(|s| s.at) else { return };
    let close = later.plus(Span(-random.between(2, 4) * MINUTE));
    let Some(step) = plan.steps.get_mut(first) else { return };
    step.at = step.at.max(close);
    let system = step.system.clone();
    for step in plan.steps.iter_mut().filter(|s| s.system == system) {
        step.at = step.at.plus(FAST);
    }
}

/// The first step of a node on the first track, or on the order.
fn place(plan: &Plan, node: NodeIx) -> Option<usize> {
    plan.steps.iter().position(|s| s.node == node && s.track.unwrap_or(0) == 0)
}

/// A node with a plan was planned for about when it happened, unless the fault says otherwise; what was planned before and
/// planned anew lay two hours earlier.
fn planned(model: &Model<'_>, random: &mut Random, fault: Option<&Fault>, plan: &mut Plan) {
    for (ix, node) in model.definition.nodes() {
        let Some(due) = &node.plan else { continue };
        for track in std::iter::once(None).chain((0..plan.tracks.len()).map(Some)) {
            let here = track.unwrap_or(0) == 0;
            let mut happened = plan.steps.iter().filter(|s| s.node == ix && s.track == track);
            let at = happened.next().map(|s| s.at).or_else(|| {
                let last = plan.steps.iter().filter(|s| s.track == track).map(|s| s.at).max();
                last.map(|at| at.plus(Span(30 * MINUTE)))
            });
            let Some(at) = at else { continue };
            let (from, to) = window(model, due, plan, track);
            let off = Span(random.between(6, 25) * MINUTE);
            let planned = match fault {
                Some(Fault::Late(f)) if *f == ix && here => at.plus(to.plus(off).negated()),
                Some(Fault::Early(f)) if *f == ix && here => at.plus(from.negated().plus(off)),
                // Planned times have whole minutes, so one minute of the window stays free.
                _ => {
                    let (early, late) = (from.0 / MINUTE, to.0 / MINUTE - 1);
                    let off = random.between((-3).max(early), 10.min(late));
                    at.plus(Span(-off.clamp(early, late.max(early)) * MINUTE))
                }
            };
            let holders = plan.steps.iter_mut().filter(|s| s.node == due.node && s.track == track);
            for (earlier, step) in holders.rev().enumerate() {
                let hours = i64::try_from(earlier).unwrap_or(0) * 120;
                let planned = minute(planned.plus(Span(-hours * MINUTE)));
                // What was planned anew had been planned for later than now as well.
                let planned =
                    if earlier > 0 { planned.max(minute(step.at.plus(Span(2 * MINUTE)))) } else { planned };
                step.fields.insert(due.field.clone(), json!(model.settings.zone.rfc3339(planned)));
            }
        }
    }
}

/// The window, of a named one the row for what was recorded.
fn window(model: &Model<'_>, due: &Due, plan: &Plan, track: Option<usize>) -> (Span, Span) {
    let definition = model.definition;
    let cell = due.by.as_ref().and_then(|by| {
        let recorded = |node: NodeIx, field: &FieldCode| {
            let on = |track| plan.steps.iter().rev().filter(move |s| s.node == node && s.track == track);
            let raw = on(track).chain(on(None)).find_map(|s| s.fields.get(field))?;
            typed(definition.fields.get(field)?, &definition.tables, &model.settings.zone, raw)
        };
        let values: Vec<Option<Typed>> = by.keys.iter().map(|(node, field)| recorded(*node, field)).collect();
        let values: Vec<Option<&Typed>> = values.iter().map(Option::as_ref).collect();
        Some(definition.lengths.get(usize::from(by.table.0))?.cell(&values))
    });
    let (from, to) = cell.map_or((due.from, due.to), |cell| (cell.from.unwrap_or(due.from), cell.to));
    (length(model, from), length(model, to))
}

/// Nobody plans by the second.
fn minute(at: Instant) -> Instant {
    Instant(at.0 - at.0.rem_euclid(MINUTE))
}

/// A length by the clock; windows in working time are not simulated, and count as none.
fn length(model: &Model<'_>, length: Length) -> Span {
    match model.settings.stretch(length) {
        Some(Stretch::Clock(span)) => span,
        _ => Span::ZERO,
    }
}
