//! The one sentence that matters: the worst thing now, else what is due next and at whose hands.

use super::owed::Hands;
use super::shape::Headline;
use crate::explain::{Pause, Scene, alert, finding};
use crate::graph::{NodeIx, Severity};
use crate::state::{Because, NodeState, NodeStatus, RuleState, Status, TrackState, Verdict};
use crate::time::{Instant, Moment, Precision, Span};
use crate::words::{Lang, Worded as _};

/// The sentence for an instance at `now`.
pub(super) fn headline(scene: &Scene<'_>, now: Instant) -> Headline {
    let state = scene.state;
    let text = match state.status {
        Status::Cancelled | Status::Superseded | Status::Stopped | Status::Excused => {
            let text = state.ended_by.as_ref().map(|e| super::track::ended_sentence(scene, e));
            text.unwrap_or_else(|| word(scene))
        }
        Status::Void => {
            scene.pick("开立它的消息已被撤回", "the event that opened it was taken back").to_owned()
        }
        Status::Waiting => {
            scene.pick("还没有收到开立它的消息", "the event that opens it has not come").to_owned()
        }
        Status::Closed | Status::Replaced => return say(scene, lasted(scene), "good", None),
        Status::ClosedWithDefects => return defects(scene, now),
        Status::Open | Status::Interrupted => return running(scene, now),
    };
    say(scene, text, "over", None)
}

fn say(
    scene: &Scene<'_>,
    text: String,
    tone: &'static str,
    about: Option<(&TrackState, NodeIx)>,
) -> Headline {
    Headline {
        text,
        tone,
        track: about.and_then(|(t, _)| super::track::key(t)),
        node: about.and_then(|(_, n)| scene.node(n)).map(|n| n.code.to_string()),
    }
}

/// What is worst on an order that goes on, else what is due next.
fn running(scene: &Scene<'_>, now: Instant) -> Headline {
    let broken = violated(scene, Severity::High);
    if let Some((track, rule)) = broken.first() {
        let text = with_others(scene, violation(scene, track, rule, now), broken.len() - 1);
        return say(scene, text, "bad", super::track::decided(&rule.because).map(|n| (*track, n)));
    }
    let mut overdue = nodes(scene, NodeStatus::Overdue);
    overdue.sort_by_key(|(_, n)| std::cmp::Reverse(n.timing.late_by));
    if let Some((track, node)) = overdue.first() {
        let text = with_others(scene, late(scene, track, node), overdue.len() - 1);
        return say(scene, text, "bad", Some((track, node.node)));
    }
    if scene.state.status == Status::Interrupted {
        let stuck = nodes(scene, NodeStatus::Due);
        let first = stuck.first();
        let text = first.map(|(t, n)| format!("{}{}{}", word(scene), sep(scene), next(scene, t, n)));
        let about = first.map(|(t, n)| (*t, n.node));
        return say(scene, text.unwrap_or_else(|| word(scene)), "bad", about);
    }
    let minor = violated(scene, Severity::Low);
    if let Some((track, rule)) = minor.first() {
        let text = with_others(scene, violation(scene, track, rule, now), minor.len() - 1);
        return say(scene, text, "warn", super::track::decided(&rule.because).map(|n| (*track, n)));
    }
    let mut due = nodes(scene, NodeStatus::Due);
    due.retain(|(_, n)| scene.node(n.node).is_some_and(|d| !d.optional));
    due.sort_by_key(|(_, n)| (n.timing.deadline.map_or(i64::MAX, |d| d.at.0), n.node));
    match due.first() {
        Some((track, node)) => {
            let text = with_more(scene, next(scene, track, node), due.len() - 1);
            say(scene, text, "next", Some((track, node.node)))
        }
        None => say(scene, waiting(scene), "next", None),
    }
}

fn word(scene: &Scene<'_>) -> String {
    scene.state.status.word().text(scene.lang).to_owned()
}

fn sep(scene: &Scene<'_>) -> &'static str {
    match scene.lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    }
}

fn lasted(scene: &Scene<'_>) -> String {
    match (scene.state.opened_at, scene.state.closed_at) {
        (Some(from), Some(to)) => {
            let took = scene.duration(to.since(from));
            let late = nodes(scene, NodeStatus::Late).len();
            let marked = scene
                .state
                .tracks
                .iter()
                .flat_map(|t| &t.nodes)
                .filter(|n| !n.findings.is_empty() && n.round > 0)
                .count();
            let more = |n: usize, zh: &str, en: &str| match (n, scene.lang) {
                (0, _) => String::new(),
                (n, Lang::Zh) => format!(" · {n} 个环节{zh}"),
                (n, Lang::En) => format!(" · {n} {en}"),
            };
            let more =
                more(late, "延迟", "late") + &more(marked, "的记录有问题", "with remarks on the record");
            match scene.lang {
                Lang::Zh => format!("已闭合，用时 {took}{more}"),
                Lang::En => format!("closed after {took}{more}"),
            }
        }
        _ => word(scene),
    }
}

fn nodes<'a>(scene: &Scene<'a>, status: NodeStatus) -> Vec<(&'a TrackState, &'a NodeState)> {
    let all = scene.state.tracks.iter().flat_map(|t| t.nodes.iter().map(move |n| (t, n)));
    all.filter(|(_, n)| n.status == status).collect()
}

/// Violated rules of at least this severity: gravest first, those that can still be acted on before the rest, then the latest.
fn violated<'a>(scene: &Scene<'a>, least: Severity) -> Vec<(&'a TrackState, &'a RuleState)> {
    let all = scene.state.tracks.iter().flat_map(|t| t.rules.iter().map(move |r| (t, r)));
    let severity = |r: &RuleState| scene.def.rules.get(usize::from(r.rule)).map(|d| d.severity);
    let mut found: Vec<_> = all
        .filter(|(_, r)| r.verdict == Verdict::Violated && severity(r).is_some_and(|s| s >= least))
        .collect();
    found.sort_by_key(|(_, r)| {
        let open = matches!(r.because, Because::NotHappened(..));
        std::cmp::Reverse((severity(r), open, r.decided_at))
    });
    found
}

/// `配发血液 31 分钟后仍未 开始输血 · 超标准 1 分钟 · 责任：护士（12 病区）`
fn violation(scene: &Scene<'_>, track: &TrackState, verdict: &RuleState, now: Instant) -> String {
    let Some(rule) = scene.rule_of(verdict) else { return String::new() };
    let zh = scene.lang == Lang::Zh;
    let pause = Pause::find(scene, &rule.check, &verdict.because);
    let open = matches!(verdict.because, Because::NotHappened(..));
    if let (Some(p), true) = (pause, open)
        && let Some(from) = scene.happened(&track.id, p.from)
        && scene.state.closed_at.is_none()
    {
        let since = scene.difference(Moment { at: now, precision: Precision::Milli }, from.at);
        let over = Span(since.0.saturating_sub(p.limit.0).max(0));
        return overdue(scene, track, p.from, p.to, since, over);
    }
    if let (Some(p), false) = (pause, open)
        && let (Some(from), Some(to)) = (scene.happened(&track.id, p.from), scene.happened(&track.id, p.to))
    {
        // The alert was worded for the moment at which nothing had happened yet.
        let took = scene.difference(to.at, from.at);
        let (a, b, place) = (scene.title(p.from), scene.title(p.to), place(scene, track));
        let (over, took) = (scene.duration(Span(took.0.saturating_sub(p.limit.0))), scene.duration(took));
        return match scene.lang {
            Lang::Zh => format!("{place}{a} {took}后才{b} · 超标准 {over}"),
            Lang::En => format!("{place}{b} only {took} after {a} · {over} over the standard"),
        };
    }
    let name = scene.coded(&rule.name, rule.code.as_str());
    let what = match (rule.alert.is_some(), zh) {
        (true, true) => alert(scene, rule, &track.id),
        (false, true) => format!("违反 {name}"),
        (_, false) => format!("violates {name}"),
    };
    let why = scene.rule(&track.id, verdict);
    // An alert that names the track itself needs no second mention of it.
    let named = super::track::key(track).is_some_and(|k| what.contains(&k));
    let place = if named { String::new() } else { place(scene, track) };
    let comma = if zh { "：" } else { ": " };
    if why.is_empty() { format!("{place}{what}") } else { format!("{place}{what}{comma}{why}") }
}

fn overdue(
    scene: &Scene<'_>,
    track: &TrackState,
    from: NodeIx,
    to: NodeIx,
    since: Span,
    over: Span,
) -> String {
    let (a, b, place) = (scene.title(from), scene.title(to), place(scene, track));
    let (since, over) = (scene.duration(since), scene.duration(over));
    let hands = hands(scene, to);
    match scene.lang {
        Lang::Zh => format!("{place}{a} {since}未{b} · 超标准 {over}{hands}"),
        Lang::En => format!("{place}{since} after {a} without {b} · {over} over the standard{hands}"),
    }
}

fn late(scene: &Scene<'_>, track: &TrackState, node: &NodeState) -> String {
    let t = &node.timing;
    if let (Some((base, _)), Some(since), None) = (t.base, t.elapsed, t.planned) {
        return overdue(scene, track, base, node.node, since, t.late_by);
    }
    let (name, place, hands) = (scene.title(node.node), place(scene, track), hands(scene, node.node));
    let over = scene.duration(t.late_by);
    match (scene.lang, t.planned.map(|p| scene.clock(p))) {
        (Lang::Zh, Some(at)) => format!("{place}计划 {at} 的{name}未执行 · 超 {over}{hands}"),
        (Lang::Zh, None) => format!("{place}{name} 超时 {over}{hands}"),
        (Lang::En, Some(at)) => {
            format!("{place}{name} planned for {at} has not happened · {over} over{hands}")
        }
        (Lang::En, None) => format!("{place}{name} overdue by {over}{hands}"),
    }
}

fn next(scene: &Scene<'_>, track: &TrackState, node: &NodeState) -> String {
    let (name, place, hands) = (scene.title(node.node), place(scene, track), hands(scene, node.node));
    let last = node.timing.deadline.map(|d| scene.clock(d));
    match (scene.lang, last) {
        (Lang::Zh, Some(last)) => format!("{place}下一步 {name} · 最迟 {last}{hands}"),
        (Lang::Zh, None) => format!("{place}下一步 {name}{hands}"),
        (Lang::En, Some(last)) => format!("{place}next {name} · at the latest {last}{hands}"),
        (Lang::En, None) => format!("{place}next {name}{hands}"),
    }
}

/// Nothing is due: the earliest planned node that is still to come.
fn waiting(scene: &Scene<'_>) -> String {
    let planned = nodes(scene, NodeStatus::Pending);
    let first =
        planned.iter().filter_map(|(t, n)| n.timing.planned.map(|p| (p, t, n))).min_by_key(|(p, ..)| p.at);
    match first {
        Some((at, track, node)) => {
            let (name, at, place) = (scene.title(node.node), scene.clock(at), place(scene, track));
            match scene.lang {
                Lang::Zh => format!("{place}下一步 {name} · 计划 {at}"),
                Lang::En => format!("{place}next {name} · planned {at}"),
            }
        }
        None => word(scene),
    }
}

/// What made an ended order defective.
fn defects(scene: &Scene<'_>, now: Instant) -> Headline {
    let broken = violated(scene, Severity::Medium);
    let missing = nodes(scene, NodeStatus::Missing);
    let others = (broken.len() + missing.len()).saturating_sub(1);
    let (first, about) = if let Some((track, rule)) = broken.first() {
        let about = super::track::decided(&rule.because).map(|n| (*track, n));
        (violation(scene, track, rule, now), about)
    } else if let Some((track, node)) = missing.first() {
        let (name, place) = (scene.title(node.node), place(scene, track));
        let text = match scene.lang {
            Lang::Zh => format!("{place}{name}没有记录"),
            Lang::En => format!("{place}{name} was not recorded"),
        };
        (text, Some((*track, node.node)))
    } else {
        incomplete(scene)
    };
    let text = format!("{}{}{first}", word(scene), sep(scene));
    say(scene, with_others(scene, text, others), "bad", about)
}

/// The first record that lacks a required field, or holds a value for it that is refused.
fn incomplete<'a>(scene: &Scene<'a>) -> (String, Option<(&'a TrackState, NodeIx)>) {
    let all = scene.state.tracks.iter().flat_map(|t| t.nodes.iter().map(move |n| (t, n)));
    let lacking = all.filter_map(|(t, n)| {
        let node = scene.node(n.node)?;
        let f = n.findings.iter().find(|f| f.leaves_out(node))?;
        Some((t, n.node, f))
    });
    match lacking.into_iter().next() {
        Some((track, node, f)) => {
            let (name, place) = (scene.title(node), place(scene, track));
            let (_, what) = finding(scene, node, f);
            (format!("{place}{name} {what}"), Some((track, node)))
        }
        None => (scene.pick("必填项缺失", "a required field is missing").to_owned(), None),
    }
}

fn place(scene: &Scene<'_>, track: &TrackState) -> String {
    match super::track::key(track) {
        Some(key) => {
            let title =
                scene.def.scope(track.id.scope).map(|s| scene.field_title(&s.field)).unwrap_or_default();
            let short = title.strip_suffix('号').unwrap_or(&title);
            format!("{short} {key} ")
        }
        None => String::new(),
    }
}

/// Who must act.
fn hands(scene: &Scene<'_>, node: NodeIx) -> String {
    let Hands { roles: who, dept } = Hands::of(scene, node);
    let place = dept.map(|d| scene.department_title(&d));
    match (scene.lang, who.is_empty(), place) {
        (_, true, None) => String::new(),
        (Lang::Zh, true, Some(place)) => format!(" · 责任：{place}"),
        (Lang::Zh, false, Some(place)) => format!(" · 责任：{place}{who}"),
        (Lang::Zh, false, None) => format!(" · 责任：{who}"),
        (Lang::En, true, Some(place)) => format!(" · with {place}"),
        (Lang::En, false, Some(place)) => format!(" · with {who}, {place}"),
        (Lang::En, false, None) => format!(" · with {who}"),
    }
}

fn with_others(scene: &Scene<'_>, text: String, others: usize) -> String {
    match (others, scene.lang) {
        (0, _) => text,
        (n, Lang::Zh) => format!("{text} · 另有 {n} 处异常"),
        (n, Lang::En) => format!("{text} · {n} more"),
    }
}

fn with_more(scene: &Scene<'_>, text: String, others: usize) -> String {
    match (others, scene.lang) {
        (0, _) => text,
        (n, Lang::Zh) => format!("{text} · 另有 {n} 项待办"),
        (n, Lang::En) => format!("{text} · {n} more due"),
    }
}
