//! The fold on a transfusion: what a nurse, a quality manager and an auditor would say of each situation.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod common;
#[cfg(test)]
mod regressions;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod told;

use common::*;
use medloop_engine::facts::Hit;
use medloop_engine::fold::{Others, Recalled, Rest, fold, fold_with};
use medloop_engine::graph::NodeIx;
use medloop_engine::state::*;
use medloop_engine::time::{Instant, Span};

fn ordered() -> Vec<medloop_engine::facts::Fact> {
    vec![on("08:00", REQUEST), on("08:20", COLLECT), on("08:40", RECEIVE)]
}

#[test]
fn blood_out_for_more_than_half_an_hour_is_a_violation_without_any_event() {
    let def = transfusion();
    let bag = vec![on("09:20", ISSUE), checked("09:30", "zhao", Some("qian"))];
    let facts = instance(ordered(), vec![("B1", bag)]);
    let before = fold(&def, &facts, clock("09:50:59"));
    assert_eq!(verdict(&before, 1, 1), Verdict::Undecided);
    assert_eq!(status(&before, 1, START), NodeStatus::Due);
    assert_eq!(before.next_change, Some(clock("09:51")));
    let after = fold(&def, &facts, clock("09:51"));
    assert_eq!(verdict(&after, 1, 1), Verdict::Violated);
    assert_eq!(status(&after, 1, START), NodeStatus::Overdue);
    let rule = &after.tracks[1].rules[1];
    assert_eq!(rule.decided_at, Some(clock("09:51")));
    assert_eq!(rule.because, Because::NotHappened(NodeIx(START), Some(clock("09:51"))));
}

#[test]
fn a_late_start_is_late_and_the_loop_closes_with_defects() {
    let def = transfusion();
    let bag = vec![
        on("09:20", ISSUE),
        checked("09:30", "zhao", Some("qian")),
        on("09:55", START),
        on("10:10", PATROL),
        on("10:30", FINISH),
    ];
    let state = fold(&def, &instance(ordered(), vec![("B1", bag)]), clock("23:00"));
    let start = state.tracks[1].nodes.iter().find(|n| n.node == NodeIx(START)).unwrap();
    assert_eq!((start.status, start.timing.late_by), (NodeStatus::Late, Span::minutes(5)));
    assert_eq!(verdict(&state, 1, 0), Verdict::Holds);
    assert_eq!(verdict(&state, 1, 2), Verdict::Holds);
    assert_eq!(state.status, Status::ClosedWithDefects);
    assert_eq!(state.closed_at, Some(clock("10:30")));
    assert_eq!(status(&state, 0, REVIEW), NodeStatus::Skipped);
    assert_eq!(state.next_change, None);
}

#[test]
fn the_second_checker_must_be_there_and_another() {
    let def = transfusion();
    let verdict_of = |check| {
        let facts = instance(ordered(), vec![("B1", vec![on("09:20", ISSUE), check])]);
        verdict(&fold(&def, &facts, clock("09:31")), 1, 0)
    };
    assert_eq!(verdict_of(checked("09:30", "zhao", Some("qian"))), Verdict::Holds);
    assert_eq!(verdict_of(checked("09:30", "zhao", Some("zhao"))), Verdict::Violated);
    assert_eq!(verdict_of(checked("09:30", "zhao", None)), Verdict::Violated);
}

#[test]
fn a_rejected_specimen_begins_a_new_round() {
    let def = transfusion();
    let order = vec![on("08:00", REQUEST), on("08:20", COLLECT), on("08:40", REJECT), on("09:00", COLLECT)];
    let state = fold(&def, &instance(order, vec![]), clock("09:05"));
    let rounds: Vec<_> = state.tracks[0].nodes.iter().map(|n| (n.node.0, n.round, n.status)).collect();
    assert_eq!(
        rounds,
        [
            (REQUEST, 1, NodeStatus::Done),
            (REVIEW, 1, NodeStatus::Skipped),
            (COLLECT, 1, NodeStatus::Done),
            (RECEIVE, 1, NodeStatus::NotApplicable),
            (REJECT, 1, NodeStatus::Done),
            (COLLECT, 2, NodeStatus::Done),
            (RECEIVE, 2, NodeStatus::Due),
            (ISSUE, 1, NodeStatus::Pending),
        ]
    );
}

#[test]
fn a_returned_bag_ends_its_track() {
    let def = transfusion();
    let facts = instance(ordered(), vec![("B1", vec![on("09:20", ISSUE), on("09:45", RETURN)])]);
    let state = fold(&def, &facts, clock("12:00"));
    assert_eq!(state.tracks[1].status, Status::Closed);
    assert_eq!(verdict(&state, 1, 1), Verdict::NotApplicable);
    assert_eq!(state.status, Status::Closed);
    assert_eq!(state.tracks[1].nodes[2].reason, Some(Reason::Ended(NodeIx(RETURN))));
}

#[test]
fn a_cancel_before_issue_leaves_no_trace_and_after_it_is_waste() {
    let def = transfusion();
    let cancelled = |bags| {
        let mut order = ordered();
        order.push(fact("09:00", Hit::Ending(0), "wang"));
        fold(&def, &instance(order, bags), clock("12:00"))
    };
    let clean = cancelled(vec![]);
    assert_eq!(clean.status, Status::Cancelled);
    assert!(!clean.ended_by.unwrap().wasted);
    let same_minute = cancelled(vec![("B1", vec![on("09:00", ISSUE)])]);
    assert_eq!(same_minute.status, Status::Cancelled);
    assert!(same_minute.ended_by.unwrap().wasted);
    let ignored = cancelled(vec![("B1", vec![on("09:20", ISSUE)])]);
    assert_eq!(ignored.status, Status::Open);
    assert_eq!(ignored.tracks[1].nodes[0].findings, [Finding::ExecAfterCancel]);
}

#[test]
fn a_gap_between_patrols_runs_on_until_the_end() {
    let def = transfusion();
    let bag = vec![
        on("09:20", ISSUE),
        checked("09:22", "zhao", Some("qian")),
        on("09:30", START),
        on("09:45", PATROL),
    ];
    let facts = instance(ordered(), vec![("B1", bag)]);
    assert_eq!(verdict(&fold(&def, &facts, clock("10:15:59")), 1, 2), Verdict::Undecided);
    let late = fold(&def, &facts, clock("10:16"));
    assert_eq!(verdict(&late, 1, 2), Verdict::Violated);
    assert_eq!(late.tracks[1].rules[2].decided_at, Some(clock("10:16")));
}

#[test]
fn two_days_without_the_next_step_interrupt_the_loop() {
    let def = transfusion();
    let facts = instance(vec![on("08:00", REQUEST)], vec![]);
    let day = Span::hours(24);
    assert_eq!(fold(&def, &facts, Instant(clock("08:00").plus(day).0 - 1)).status, Status::Open);
    assert_eq!(fold(&def, &facts, clock("08:00").plus(day)).status, Status::Interrupted);
}

#[test]
fn what_nothing_opened_waits_and_what_was_taken_back_is_void() {
    let def = transfusion();
    let mut request = on("08:00", REQUEST);
    let waiting = instance(vec![on("08:20", COLLECT)], vec![]);
    assert_eq!(fold(&def, &waiting, clock("09:00")).status, Status::Waiting);
    request.dead = true;
    let void = instance(vec![request, on("08:20", COLLECT)], vec![]);
    assert_eq!(fold(&def, &void, clock("09:00")).status, Status::Void);
}

#[test]
fn a_recalled_track_gives_the_same_order() {
    let def = transfusion();
    let bag = |end| {
        vec![
            on("09:20", ISSUE),
            checked("09:22", "a", Some("b")),
            on("09:30", START),
            on("09:40", PATROL),
            on(end, FINISH),
        ]
    };
    let facts = instance(ordered(), vec![("B1", bag("10:00")), ("B2", bag("10:05"))]);
    let now = clock("10:04");
    let first = fold_with(&def, &facts.campus, &facts.order, Others::none(), &facts.tracks, now);
    let told = first.summaries.iter().map(|s| (s.clone(), Rest { due: s.next_change, held: false }));
    let known: Recalled = told.collect();
    let again = fold_with(&def, &facts.campus, &facts.order, Others::of(&known), None, now);
    assert!(!again.stale);
    assert_eq!((again.order, again.status, again.context), (first.order, first.status, first.context));
    assert!(again.tracks.is_empty());
}
