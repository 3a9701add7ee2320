//! A sealed instance as people see it: since when, what came after, and that it changed nothing.

use super::common::*;
use medloop_engine::explain::Scene;
use medloop_engine::fold::fold;
use medloop_engine::state::{Finding, Status, Verdict};
use medloop_engine::view::{Lang, instance as view};
use medloop_engine::{facts::InstanceFacts, graph::Length, time::Span};

fn sealed() -> (medloop_engine::graph::Definition, InstanceFacts) {
    let mut def = transfusion();
    def.seal = Some(Length::Span(Span::hours(2)));
    let mut start = on("09:40", START);
    start.arrived = clock("15:00");
    let bag = vec![on("09:20", ISSUE), checked("09:30", "zhao", Some("qian")), start, on("10:30", FINISH)];
    let mut facts =
        instance(vec![on("08:00", REQUEST), on("08:20", COLLECT), on("08:40", RECEIVE)], vec![("B1", bag)]);
    facts.sealed = Some(clock("12:30"));
    (def, facts)
}

#[test]
fn what_came_after_the_seal_is_shown_and_changes_nothing() {
    let (def, facts) = sealed();
    let state = fold(&def, &facts, clock("16:00"));
    assert_eq!(state.sealed_at, Some(clock("12:30")));
    assert_eq!((state.status, state.next_change), (Status::ClosedWithDefects, None));
    let starts: Vec<_> = state.tracks[1].nodes.iter().filter(|n| n.node.0 == START).collect();
    assert_eq!(starts.iter().map(|n| n.round).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(starts[1].findings, [Finding::AfterSeal]);
    assert_eq!(verdict(&state, 1, 1), Verdict::Violated, "as it was without the start");
    let before = fold(&def, &facts, clock("12:29"));
    assert_eq!((before.sealed_at, before.next_change), (None, Some(clock("12:30"))));
    let shown = view(&def, "h", &facts, &state, clock("16:00"), Lang::Zh);
    assert_eq!(shown.sealed_at.as_deref(), Some("2026-01-05T12:30:00+08:00"));
    let text = |lang| view(&def, "h", &facts, &state, clock("16:00"), lang).text.sealed.unwrap();
    assert!(text(Lang::Zh).ends_with("起封存；之后到达 1 条，只作记录"), "{}", text(Lang::Zh));
    assert!(text(Lang::En).ends_with("; 1 message came later and changes nothing"), "{}", text(Lang::En));
    let late = shown.tracks[1].nodes.iter().find(|n| n.round == 0).unwrap();
    assert_eq!(late.findings[0].code, "after_seal");
    let scene = Scene::new(&def, &facts, &state, Lang::En, None);
    let why = scene.rule(&state.tracks[1].id, &state.tracks[1].rules[1]);
    assert!(!why.contains("09:40"), "{why}");
}

#[test]
fn an_open_order_is_cut_off_by_its_seal() {
    let (def, mut facts) = sealed();
    let bag = facts.tracks.values_mut().next().unwrap();
    bag.facts.retain(|f| f.at.at < clock("09:35"));
    let state = fold(&def, &facts, clock("16:00"));
    assert_eq!((state.status, state.closed_at), (Status::ClosedWithDefects, Some(clock("12:30"))));
    assert_eq!(status(&state, 1, FINISH), medloop_engine::state::NodeStatus::Missing);
}
