//! The sentence behind a node's status.

use super::scene::Scene;
use crate::facts::TrackId;
use crate::graph::NodeIx;
use crate::state::{NodeState, NodeStatus, Reason, Timing};
use crate::time::{Moment, Span};

pub(super) fn sentence(scene: &Scene<'_>, track: &TrackId, node: &NodeState) -> Option<String> {
    let name = scene.title(node.node);
    let t = &node.timing;
    let en = scene.lang == crate::words::Lang::En;
    match node.status {
        NodeStatus::Done => timed(scene, node, &name),
        NodeStatus::Early | NodeStatus::Late if t.planned.is_some() => planned(scene, node, &name),
        NodeStatus::Early | NodeStatus::Late => {
            let (base, at) = base(scene, t)?;
            let (took, standard) = (scene.duration(t.elapsed?), scene.standard(node.node, t.standard?));
            let late = scene.duration(t.late_by);
            Some(if en {
                format!(
                    "because {name} followed {base} ({at}) only after {took}: {late} over the standard of {standard}"
                )
            } else {
                format!("因为 {at} {base} 之后 {took}才有 {name}，标准 {standard}，超 {late}")
            })
        }
        NodeStatus::Overdue if t.planned.is_some() => planned(scene, node, &name),
        NodeStatus::Overdue => {
            let (base, at) = base(scene, t)?;
            let standard = scene.standard(node.node, t.standard?);
            Some(if en {
                format!("because {name} did not follow {base} ({at}) within {standard}")
            } else {
                format!("因为 {at} {base} 之后 {standard}内没有 {name}")
            })
        }
        NodeStatus::Due => Some(due(scene, t, &name)),
        NodeStatus::Pending => Some(pending(scene, track, node, &name)),
        NodeStatus::Missing => Some(match seen_later(scene, track, node) {
            Some((later, at)) if en => format!("because {later} ({at}) was recorded and {name} was not"),
            Some((later, at)) => format!("因为 {at} 已有 {later}，却没有 {name} 的记录"),
            None if en => format!("because this ended without a record of {name}"),
            None => format!("因为到结束仍没有 {name} 的记录"),
        }),
        NodeStatus::Skipped => {
            Some(if en { "optional, was not done".to_owned() } else { "可选环节，没有做".to_owned() })
        }
        NodeStatus::NotApplicable => node.reason.as_ref().map(|r| reason(scene, node.node, r)),
    }
}

/// Why a node is not applicable.
pub(super) fn reason(scene: &Scene<'_>, node: NodeIx, reason: &Reason) -> String {
    let en = scene.lang == crate::words::Lang::En;
    match reason {
        Reason::Branch if scene.conditional(node) => {
            scene.pick("不符合流程中的条件", "its condition in the flow is not met").to_owned()
        }
        Reason::Branch => scene.pick("走了另一条分支", "another branch was taken").to_owned(),
        Reason::Cancelled => scene.pick("已取消", "cancelled").to_owned(),
        Reason::Stopped => scene.pick("已停止", "stopped").to_owned(),
        Reason::Superseded => scene.pick("已换单", "replaced by another order").to_owned(),
        Reason::Excused => scene.pick("已豁免", "excused").to_owned(),
        Reason::Ended(node) => {
            let name = scene.title(*node);
            if en { format!("ended by {name}") } else { format!("因 {name} 而终止") }
        }
        Reason::Unavailable(why) if en => format!("not provided at this campus: {why}"),
        Reason::Unavailable(why) => format!("本院区无法提供：{why}"),
        Reason::Off(why) if en => format!("switched off at this campus: {why}"),
        Reason::Off(why) => format!("本院区已关闭：{why}"),
    }
}

fn base(scene: &Scene<'_>, t: &Timing) -> Option<(String, String)> {
    t.base.map(|(node, at)| (scene.title(node), scene.clock(at)))
}

fn timed(scene: &Scene<'_>, node: &NodeState, name: &str) -> Option<String> {
    let t = &node.timing;
    let en = scene.lang == crate::words::Lang::En;
    if let (Some(plan), Some(window)) = (t.planned, t.window) {
        let (plan_text, (from, to)) = (scene.clock(plan), edges(scene, plan, window));
        return Some(if en {
            format!("planned {plan_text}, on time from {from} to {to}")
        } else {
            format!("计划 {plan_text}，{from} 至 {to} 为按时")
        });
    }
    let (base, at) = base(scene, t)?;
    let (took, standard) = (t.elapsed?, scene.standard(node.node, t.standard?));
    if took.0 < 0 {
        let early = scene.duration(Span(took.0.saturating_neg()));
        return Some(if en {
            format!("{name} came {early} before {base} ({at}), the standard is {standard} after it")
        } else {
            format!("比 {at} {base} 早 {early}，应在它之后，标准 {standard}内")
        });
    }
    let took = scene.duration(took);
    Some(if en {
        format!("{name} followed {base} ({at}) after {took}, the standard is {standard}")
    } else {
        format!("{at} {base} 之后 {took}，标准 {standard}内")
    })
}

fn edges(scene: &Scene<'_>, plan: Moment, (from, to): (Span, Span)) -> (String, String) {
    let edge = |by: Span| {
        scene.clock(Moment {
            at: scene.zone().truncate(plan.at, plan.precision).plus(by),
            precision: plan.precision,
        })
    };
    (edge(from), edge(to))
}

fn planned(scene: &Scene<'_>, node: &NodeState, name: &str) -> Option<String> {
    let t = &node.timing;
    let en = scene.lang == crate::words::Lang::En;
    let plan = t.planned?;
    let (from, to) = edges(scene, plan, t.window?);
    let at = scene.clock(plan);
    let (early, late) = (scene.duration(t.early_by), scene.duration(t.late_by));
    Some(match (node.status, en) {
        (NodeStatus::Early, false) => format!("因为计划 {at}，{from} 起为按时，提前了 {early}"),
        (NodeStatus::Early, true) => {
            format!("because it was planned for {at}, from {from} on, and came {early} early")
        }
        (NodeStatus::Late, false) => format!("因为计划 {at}，{to} 前为按时，晚了 {late}"),
        (NodeStatus::Late, true) => format!("because it was planned for {at}, by {to}, and came {late} late"),
        (_, false) => format!("因为计划 {at}，到 {to} 仍没有 {name}"),
        (_, true) => format!("because it was planned for {at} and there was no {name} by {to}"),
    })
}

fn due(scene: &Scene<'_>, t: &Timing, name: &str) -> String {
    let en = scene.lang == crate::words::Lang::En;
    let last = t.deadline.map(|d| scene.clock(d));
    match (base(scene, t), last, en) {
        (Some((base, at)), Some(last), false) => format!("{at} {base} 之后等待 {name}，最迟 {last}"),
        (Some((base, at)), None, false) => format!("{at} {base} 之后等待 {name}"),
        (None, Some(last), false) => format!("等待 {name}，最迟 {last}"),
        (None, None, false) => format!("等待 {name}"),
        (Some((base, at)), Some(last), true) => {
            format!("waiting for {name} after {base} ({at}), at the latest {last}")
        }
        (Some((base, at)), None, true) => format!("waiting for {name} after {base} ({at})"),
        (None, Some(last), true) => format!("waiting for {name}, at the latest {last}"),
        (None, None, true) => format!("waiting for {name}"),
    }
}

fn pending(scene: &Scene<'_>, track: &TrackId, node: &NodeState, name: &str) -> String {
    let en = scene.lang == crate::words::Lang::En;
    let open = |s: NodeStatus| matches!(s, NodeStatus::Due | NodeStatus::Overdue | NodeStatus::Pending);
    let own = scene.state.tracks.iter().find(|t| &t.id == track);
    let tracks = own.into_iter().chain(scene.order().filter(|o| !track.is_order() && o.id != *track));
    let before = tracks
        .flat_map(|t| t.nodes.iter())
        .filter(|n| n.node < node.node && open(n.status))
        .filter(|n| scene.node(n.node).is_some_and(|d| !d.optional))
        .min_by_key(|n| (n.status == NodeStatus::Pending, n.node));
    match (before, node.timing.planned.zip(node.timing.window)) {
        (Some(before), _) => {
            let before = scene.title(before.node);
            if en { format!("{name} waits for {before}") } else { format!("等 {before} 之后") }
        }
        (None, Some((plan, window))) => {
            let (at, (from, _)) = (scene.clock(plan), edges(scene, plan, window));
            if en {
                format!("planned {at}, may begin from {from}")
            } else {
                format!("计划 {at}，{from} 起可以执行")
            }
        }
        (None, None) => {
            if en {
                format!("{name} waits for what comes before it")
            } else {
                "等前面的环节".to_owned()
            }
        }
    }
}

/// The first later node that happened, with its time: what makes this one missing.
fn seen_later(scene: &Scene<'_>, track: &TrackId, node: &NodeState) -> Option<(String, String)> {
    let mut best: Option<(crate::graph::NodeIx, Moment)> = None;
    for t in &scene.state.tracks {
        if &t.id != track && !track.is_order() && !t.id.is_order() {
            continue;
        }
        for n in t.nodes.iter().filter(|n| n.node > node.node && n.round > 0) {
            if scene.node(n.node).is_none_or(|d| d.negative) {
                continue;
            }
            let Some(fact) = scene.hit(&t.id, n) else { continue };
            if best.is_none_or(|(b, at)| (n.node, fact.at.at) < (b, at.at)) {
                best = Some((n.node, fact.at));
            }
        }
    }
    best.map(|(n, at)| (scene.title(n), scene.clock(at)))
}
