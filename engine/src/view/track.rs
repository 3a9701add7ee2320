//! Tracks, and the verdicts on them.

use super::shape::{EventView, RuleText, RuleView, TrackText, TrackView, Withdrawn};
use crate::explain::{Scene, alert};
use crate::facts::{Fact, Hit};
use crate::graph::{EndingKind, NodeIx};
use crate::state::{Because, EndedBy, Status, TrackState, Verdict};
use crate::words::{Lang, Worded as _};
use std::sync::Arc;

/// The view of one track.
pub(super) fn track(scene: &Scene<'_>, state: &TrackState) -> TrackView {
    let zone = scene.zone();
    let field = scene.def.scope(state.id.scope).map(|s| &s.field);
    let facts = scene.track_facts(&state.id).map(|f| f.facts.as_slice()).unwrap_or_default();
    let withdrawn = facts.iter().filter(|f| f.dead).map(|f| {
        let node = f.hits.iter().find_map(|h| match h {
            Hit::Node(n, _) => Some(*n),
            Hit::Ending(_) | Hit::Resume(_) => None,
        });
        Withdrawn {
            event: EventView { source: f.event.source.clone(), id: f.event.id.clone() },
            at: zone.rfc3339(f.at.at),
            node: node.and_then(|n| scene.node(n)).map(|n| n.code.to_string()),
            text: (node.map_or_else(String::new, |n| scene.title(n)), scene.clock(f.at)),
        }
    });
    TrackView {
        key: key(state),
        field: field.map(ToString::to_string),
        status: state.status.word().json,
        ended_at: state.ended_at.map(|at| zone.rfc3339(at)),
        ended_by: state.ended_by.as_ref().map(|e| super::ended(scene, e)),
        replaced_by: state.replaced_by.as_ref().map(ToString::to_string),
        nodes: state.nodes.iter().map(|n| super::node::node(scene, &state.id, n)).collect(),
        withdrawn: withdrawn.collect(),
        text: TrackText {
            title: field.map_or_else(|| scene.pick("医嘱", "Order").to_owned(), |f| scene.field_title(f)),
            status: state.status.word().text(scene.lang).to_owned(),
            ended: state.ended_at.map(|at| scene.clock_at(at)),
            ended_by: state
                .ended_by
                .as_ref()
                .map(|e| ended_sentence(scene, e))
                .or_else(|| replaced(scene, state))
                .or_else(|| partly_ended(scene, facts)),
        },
        state: state.status,
    }
}

/// Which track took this one's place, or that one is still owed.
fn replaced(scene: &Scene<'_>, state: &TrackState) -> Option<String> {
    let zh = scene.lang == Lang::Zh;
    match &state.replaced_by {
        Some(by) if zh => Some(format!("由 {by} 接替")),
        Some(by) => Some(format!("{by} took its place")),
        None if state.status == Status::Replaced => {
            Some(scene.pick("等待另一条接替", "another one is to take its place").to_owned())
        }
        None => None,
    }
}

/// Which items of an order were stopped or cancelled while the others go on: of a track that no ending ends.
fn partly_ended(scene: &Scene<'_>, facts: &[Arc<Fact>]) -> Option<String> {
    let kind = |f: &Fact| {
        f.hits.iter().find_map(|h| match h {
            Hit::Ending(i) => scene.def.endings.get(usize::from(*i)).map(|e| e.kind),
            Hit::Node(..) | Hit::Resume(_) => None,
        })
    };
    let live: Vec<&Fact> = facts.iter().map(|f| &**f).filter(|f| !f.dead).collect();
    let resumed = |from: usize, f: &Fact| {
        let back = |g: &&&Fact| g.hits.iter().any(|h| matches!(h, Hit::Resume(_)));
        let of_it = |g: &&Fact| g.items.is_empty() || g.items.iter().any(|item| f.items.contains(item));
        live.iter().skip(from + 1).filter(back).any(of_it)
    };
    let told: Vec<String> = live
        .iter()
        .enumerate()
        .filter(|(i, f)| !f.items.is_empty() && !resumed(*i, f))
        .filter_map(|(_, f)| {
            let (at, items) = (scene.clock(f.at), f.items.join(scene.pick("、", ", ")));
            Some(match (kind(f)?, scene.lang) {
                (EndingKind::Stop, Lang::Zh) => format!("{at} 停止 {items}，其余照旧"),
                (EndingKind::Stop, Lang::En) => format!("{items} stopped at {at}, the others go on"),
                (EndingKind::Cancel, Lang::Zh) => format!("{at} 取消 {items}，其余照旧"),
                (EndingKind::Cancel, Lang::En) => format!("{items} cancelled at {at}, the others go on"),
                (EndingKind::Supersede | EndingKind::Excuse, _) => return None,
            })
        })
        .collect();
    (!told.is_empty()).then(|| told.join(scene.pick("；", "; ")))
}

/// What ended an order or a track from outside, as a sentence.
pub(super) fn ended_sentence(scene: &Scene<'_>, by: &EndedBy) -> String {
    let at = scene.clock(by.at);
    let zh = scene.lang == Lang::Zh;
    let mut text = match (by.kind, by.successor.as_deref()) {
        (EndingKind::Cancel, _) if zh => format!("{at} 取消"),
        (EndingKind::Cancel, _) => format!("cancelled at {at}"),
        (EndingKind::Stop, _) if zh => format!("{at} 停止"),
        (EndingKind::Stop, _) => format!("stopped at {at}"),
        (EndingKind::Excuse, _) if zh => format!("{at} 豁免"),
        (EndingKind::Excuse, _) => format!("excused at {at}"),
        (EndingKind::Supersede, Some(next)) if zh => format!("{at} 换单为 {next}"),
        (EndingKind::Supersede, Some(next)) => format!("replaced at {at} by {next}"),
        (EndingKind::Supersede, None) if zh => format!("{at} 换单"),
        (EndingKind::Supersede, None) => format!("replaced at {at}"),
    };
    if let Some(why) = &by.reason {
        text.push_str(scene.pick("，原因：", ", reason: "));
        text.push_str(why);
    }
    if by.wasted {
        text.push_str(scene.pick("；已做的工作作废", "; work already done is wasted"));
    }
    text
}

/// Every verdict of every track, the order's first.
pub(super) fn rules(scene: &Scene<'_>) -> Vec<RuleView> {
    let all = scene.state.tracks.iter().flat_map(|t| t.rules.iter().map(move |r| (t, r)));
    all.filter_map(|(track, verdict)| {
        let rule = scene.rule_of(verdict)?;
        let violated = verdict.verdict == Verdict::Violated;
        Some(RuleView {
            rule: rule.code.to_string(),
            title: scene.coded(&rule.name, rule.code.as_str()),
            track: key(track),
            severity: rule.severity.word().json,
            verdict: verdict.verdict.word().json,
            decided_at: verdict.decided_at.map(|at| scene.zone().rfc3339(at)),
            because: scene.rule(&track.id, verdict),
            requirement: rule.text.clone(),
            basis: rule.basis.clone(),
            node: decided(&verdict.because).and_then(|n| scene.node(n)).map(|n| n.code.to_string()),
            text: RuleText {
                verdict: verdict.verdict.word().text(scene.lang).to_owned(),
                severity: rule.severity.word().text(scene.lang).to_owned(),
                decided: verdict.decided_at.map(|at| scene.clock_at(at)),
                alert: (violated && rule.alert.is_some()).then(|| alert(scene, rule, &track.id)),
            },
            state: verdict.verdict,
        })
    })
    .collect()
}

pub(super) fn key(track: &TrackState) -> Option<String> {
    (!track.id.is_order()).then(|| track.id.value.to_string())
}

/// The node at which a verdict was decided: the one that is absent or lacks something, else the last of those compared.
pub(super) fn decided(because: &Because) -> Option<NodeIx> {
    match because {
        Because::Compared(seen) => seen.iter().filter_map(|s| s.node).max(),
        Because::NotHappened(n, _)
        | Because::FieldMissing(n, _)
        | Because::PersonUnknown(n)
        | Because::TooCoarse(n)
        | Because::NodeNotApplicable(n, _)
        | Because::NothingHappened(n) => Some(*n),
        Because::OnTrack(_, because) => decided(because),
        Because::NoTrack(_)
        | Because::NoEnding(_)
        | Because::NoReason(_)
        | Because::PatientUnknown(_)
        | Because::DoesNotApply
        | Because::Nothing => None,
    }
}
