//! One node in one round.

use super::record::record;
use super::shape::{FindingView, NodeText, NodeView, Record};
use crate::explain::{Scene, finding};
use crate::facts::{Fact, Hit, TrackId};
use crate::graph::{NodeIx, Stage};
use crate::state::{NodeState, Reason};
use crate::time::Span;
use crate::words::Worded as _;
use std::sync::Arc;

/// The view of a node state on the track `track`.
pub(super) fn node(scene: &Scene<'_>, track: &TrackId, state: &NodeState) -> NodeView {
    let def = scene.node(state.node);
    let t = &state.timing;
    let zone = scene.zone();
    let facts = scene.track_facts(track).map(|f| f.facts.as_slice()).unwrap_or_default();
    let own: Vec<&Fact> = state.hits.iter().filter_map(|i| facts.get(*i).map(|f| &**f)).collect();
    let records: Vec<Record> =
        own.iter().map(|f| record(scene, def, f, &joined(facts, state.node, &own, f))).collect();
    let stage = def.map_or(Stage::Execute, |n| n.stage);
    let (late, early) = (positive(t.late_by), positive(t.early_by));
    let roles = def.map(|n| n.roles.as_slice()).unwrap_or_default();
    let role_titles: Vec<String> = roles.iter().map(|r| scene.role_title(r.as_str())).collect();
    NodeView {
        node: def.map_or_else(String::new, |n| n.code.to_string()),
        title: scene.title(state.node),
        status: state.status.word().json,
        reason: state.reason.as_ref().map(reason_code),
        round: state.round,
        record: records.first().cloned().unwrap_or_default(),
        elapsed_s: t.elapsed.map(Span::whole_seconds),
        standard_s: t.standard.map(Span::whole_seconds),
        late_by_s: late.map_or(0, Span::whole_seconds),
        early_by_s: early.map_or(0, Span::whole_seconds),
        due_at: t.deadline.map(|d| zone.rfc3339(d.at)),
        planned_at: t.planned.map(|p| zone.rfc3339(p.at)),
        window_s: t.window.map(|(from, to)| (from.whole_seconds(), to.whole_seconds())),
        base: t.base.and_then(|(n, _)| scene.node(n)).map(|n| n.code.to_string()),
        findings: state
            .findings
            .iter()
            .map(|f| {
                let (code, message) = finding(scene, state.node, f);
                FindingView { code, message, defect: def.is_some_and(|n| f.leaves_out(n)) }
            })
            .collect(),
        because: scene.node_status(track, state),
        optional: def.is_some_and(|n| n.optional),
        repeated: def.is_some_and(|n| n.repeated),
        icon: def
            .map(|n| n.icon.clone())
            .filter(|i| !i.is_empty())
            .unwrap_or_else(|| stage.word().json.to_owned()),
        stage: stage.word().json,
        text: NodeText {
            status: state.status.word().text(scene.lang).to_owned(),
            stage: stage.word().text(scene.lang).to_owned(),
            roles: role_titles.join(scene.pick("、", ", ")),
            planned: t.planned.map(|p| scene.clock(p)),
            due: t.deadline.map(|d| scene.clock(d)),
            elapsed: t.elapsed.map(|e| scene.duration(e)),
            standard: t.standard.map(|s| scene.standard(state.node, s)),
            off_by: late.or(early).map(|d| scene.duration(d)),
        },
        state: state.status,
        negative: def.is_some_and(|n| n.negative),
        occurrences: if records.len() > 1 { records } else { Vec::new() },
    }
}

/// What tells of the same act of this node for other items.
fn joined<'f>(facts: &'f [Arc<Fact>], node: NodeIx, own: &[&Fact], act: &Fact) -> Vec<&'f Fact> {
    let hits = |f: &Fact| !f.dead && f.hits.iter().any(|h| matches!(h, Hit::Node(n, _) if *n == node));
    let apart = |f: &Fact| !own.iter().any(|o| std::ptr::eq(*o, f));
    facts.iter().map(|f| &**f).filter(|f| hits(f) && apart(f) && f.is_one_act_with(act)).collect()
}

fn positive(span: Span) -> Option<Span> {
    (span.0 > 0).then_some(span)
}

fn reason_code(reason: &Reason) -> &'static str {
    match reason {
        Reason::Branch => "branch",
        Reason::Cancelled => "cancelled",
        Reason::Stopped => "stopped",
        Reason::Superseded => "superseded",
        Reason::Excused => "excused",
        Reason::Ended(_) => "ended",
        Reason::Unavailable(_) => "unavailable",
        Reason::Off(_) => "off",
    }
}
