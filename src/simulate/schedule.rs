//! Times that are known only when the whole story is: what was planned, and what a fault puts in the wrong order.

use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{Length, NodeIx, Plan as Due};
use medloop_engine::time::{Instant, Span};
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
        let (from, to) = widest(model, due);
        for track in std::iter::once(None).chain((0..plan.tracks.len()).map(Some)) {
            let here = track.unwrap_or(0) == 0;
            let mut happened = plan.steps.iter().filter(|s| s.node == ix && s.track == track);
            let at = happened.next().map(|s| s.at).or_else(|| {
                let last = plan.steps.iter().filter(|s| s.track == track).map(|s| s.at).max();
                last.map(|at| at.plus(Span(30 * MINUTE)))
            });
            let Some(at) = at else { continue };
            let off = Span(random.between(6, 25) * MINUTE);
            let planned = match fault {
                Some(Fault::Late(f)) if *f == ix && here => at.plus(to.plus(off).negated()),
                Some(Fault::Early(f)) if *f == ix && here => at.plus(from.negated().plus(off)),
                _ => at.plus(Span(random.between(-10, 3) * MINUTE)),
            };
            let holders = plan.steps.iter_mut().filter(|s| s.node == due.node && s.track == track);
            for (earlier, step) in holders.rev().enumerate() {
                let hours = i64::try_from(earlier).unwrap_or(0) * 120;
                let planned = minute(planned.plus(Span(-hours * MINUTE)));
                step.fields.insert(due.field.clone(), json!(model.settings.zone.rfc3339(planned)));
            }
        }
    }
}

/// The window, and of a named one as far as any of its rows reaches.
fn widest(model: &Model<'_>, due: &Due) -> (Span, Span) {
    let table = due.by.as_ref().and_then(|by| model.definition.lengths.get(usize::from(by.table.0)));
    let rows = table.into_iter().flat_map(|t| t.rows.iter().map(|r| r.cell));
    let windows = rows.filter_map(|c| Some((c.from?, c.to))).chain([(due.from, due.to)]);
    windows.fold((Span::ZERO, Span::ZERO), |(least, most), (from, to)| {
        (least.min(length(model, from)), most.max(length(model, to)))
    })
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
