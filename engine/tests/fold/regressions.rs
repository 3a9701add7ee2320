//! Differences between fold and oracle that random samples found once, each as small as it can be.

use super::common::*;
use medloop_engine::facts::{Hit, InstanceFacts};
use medloop_engine::fold::{Others, fold, fold_with};
use medloop_engine::graph::*;
use medloop_engine::oracle;
use medloop_engine::state::{Because, InstanceState, Status, Verdict};
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::Value;

fn at(n: u16) -> Box<Expr> {
    Box::new(Expr::Attr(NodeIx(n), Pick::Counting, Attr::At))
}

fn minutes(n: i64) -> Box<Expr> {
    Box::new(Expr::Literal(Value::Span(Span::minutes(n))))
}

/// The transfusion with one rule in place of its own.
fn with_rule(scope: u16, check: Expr) -> Definition {
    let mut def = transfusion();
    def.rules.truncate(1);
    def.rules[0] = Rule { scope: ScopeIx(scope), check, missing_violates: false, ..def.rules[0].clone() };
    def
}

/// Both say the same of verdicts and ends.
fn both(def: &Definition, facts: &InstanceFacts, now: Instant) -> InstanceState {
    let (state, naive) = (fold(def, facts, now), oracle::fold(def, facts, now));
    let told = |s: &InstanceState| {
        let rules: Vec<_> =
            s.tracks.iter().flat_map(|t| &t.rules).map(|r| (r.rule, r.verdict, r.decided_at)).collect();
        (s.status, s.closed_at, rules)
    };
    assert_eq!(told(&state), told(&naive));
    state
}

#[test]
fn what_was_left_out_in_an_earlier_round_is_not_optional_in_the_last() {
    let mut def =
        with_rule(0, Expr::Compare(Compare::Le, Box::new(Expr::Sub(at(RECEIVE), at(COLLECT))), minutes(30)));
    let pair = Flow::Seq(vec![Flow::Node(NodeIx(COLLECT)), Flow::Node(NodeIx(RECEIVE))]);
    let body = Box::new(Flow::Opt(Box::new(pair)));
    def.flow = Flow::Seq(vec![Flow::Node(NodeIx(REQUEST)), Flow::Again { body, node: NodeIx(REJECT) }]);
    let order = vec![on("08:00", REQUEST), on("08:05", REJECT), on("08:10", COLLECT)];
    let facts = instance(order, vec![]);
    let waits = both(&def, &facts, clock("08:40"));
    assert_eq!(verdict(&waits, 0, 0), Verdict::Undecided);
    assert_eq!(waits.next_change, Some(clock("08:41")));
    assert_eq!(waits.tracks[0].rules[0].because, Because::NotHappened(NodeIx(RECEIVE), Some(clock("08:41"))));
    assert_eq!(verdict(&both(&def, &facts, clock("08:41")), 0, 0), Verdict::Violated);
}

#[test]
fn a_track_of_events_taken_back_does_not_move_the_end() {
    let mut def = transfusion();
    let planned = field("checker");
    def.nodes[usize::from(ISSUE)].plan = Some(Plan {
        node: NodeIx(REQUEST),
        field: planned.clone(),
        from: Length::Span(Span::minutes(-5)),
        to: Length::Span(Span::minutes(5)),
        missed: None,
        by: None,
    });
    for (ending, kind) in def.endings.iter_mut().zip([EndingKind::Supersede, EndingKind::Excuse]) {
        (ending.kind, ending.before) = (kind, None);
    }
    let mut request = on("08:00", REQUEST);
    request.fields.insert(planned, Value::Moment(minute("08:05")));
    let order = vec![request, fact("08:10", Hit::Ending(0), "wang"), fact("09:00", Hit::Ending(1), "wang")];
    let mut taken_back = on("09:20", ISSUE);
    taken_back.dead = true;
    let facts = instance(order, vec![("B1", vec![taken_back])]);
    let state = both(&def, &facts, clock("12:00"));
    assert_eq!((state.status, state.closed_at), (Status::Superseded, Some(clock("08:10"))));
}

#[test]
fn tracks_know_when_the_end_of_their_order_has_moved() {
    // The pause of order nodes is closed by the order's end, which another bag moves.
    let pause = Expr::Gap(vec![NodeIx(RECEIVE), NodeIx(REVIEW)]);
    let def = with_rule(1, Expr::Compare(Compare::Le, Box::new(pause), minutes(600)));
    let bag = |end: &str| {
        vec![
            on("09:20", ISSUE),
            on("09:30", VERIFY),
            on("09:40", START),
            on("09:50", PATROL),
            on(end, FINISH),
        ]
    };
    let order = || vec![on("08:00", REQUEST), on("08:20", COLLECT), on("08:40", RECEIVE)];
    let context = |end: &str| {
        let facts = instance(order(), vec![("B1", bag("10:00")), ("B2", bag(end))]);
        both(&def, &facts, clock("23:00"));
        fold_with(&def, &facts.campus, &facts.order, Others::none(), &facts.tracks, clock("23:00")).context
    };
    assert_eq!(context("10:30"), context("10:30"));
    assert_ne!(context("10:30"), context("10:40"));
}

#[test]
fn a_pause_names_the_node_for_which_an_event_counts() {
    let pause = Expr::Gap(vec![NodeIx(COLLECT), NodeIx(REVIEW), NodeIx(RECEIVE)]);
    let def = with_rule(0, Expr::Compare(Compare::Le, Box::new(pause), minutes(30)));
    // One event is the review and a collection of the first round; only the review is of the last.
    let mut review = on("08:10", REVIEW);
    review.hits = vec![Hit::Node(NodeIx(REVIEW), 0), Hit::Node(NodeIx(COLLECT), 0)];
    let order =
        vec![on("08:00", REQUEST), review, on("08:15", REJECT), on("09:00", COLLECT), on("09:10", RECEIVE)];
    let state = both(&def, &instance(order, vec![]), clock("12:00"));
    assert_eq!(verdict(&state, 0, 0), Verdict::Violated);
    let Because::Compared(seen) = &state.tracks[0].rules[0].because else { panic!("compared") };
    assert_eq!(
        seen.iter().map(|s| s.node).collect::<Vec<_>>(),
        [Some(NodeIx(REVIEW)), Some(NodeIx(COLLECT))]
    );
}
