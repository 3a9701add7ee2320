//! The oracle on a transfusion, by hand: what `language.md` says of it.

use super::fold;
use crate::state::{NodeStatus, Status, Verdict};
use crate::testing::transfusion::{definition, facts, minutes};

fn statuses(at: i64, events: &[(&str, i64)]) -> (Status, Vec<(String, NodeStatus)>, Vec<Verdict>) {
    let def = definition();
    let state = fold(&def, &facts(&def, "B1", events), minutes(at));
    let nodes = state.tracks.iter().flat_map(|t| &t.nodes);
    let nodes = nodes.map(|n| (def.node(n.node).unwrap().code.to_string(), n.status)).collect();
    (state.status, nodes, state.tracks.iter().flat_map(|t| t.rules.iter().map(|r| r.verdict)).collect())
}

const BEFORE: &[(&str, i64)] =
    &[("request", 0), ("accept", 15), ("crossmatch", 70), ("issue", 80), ("verify", 90)];

#[test]
fn a_bag_that_is_not_started_within_its_limit_breaks_the_rule_and_is_late_when_it_comes() {
    let (status, nodes, rules) = statuses(109, BEFORE);
    assert_eq!((status, rules), (Status::Open, vec![Verdict::Undecided, Verdict::Undecided]));
    assert!(nodes.contains(&("start".into(), NodeStatus::Due)));
    assert!(nodes.contains(&("finish".into(), NodeStatus::Pending)));

    let (_, nodes, rules) = statuses(111, BEFORE);
    assert_eq!(rules, [Verdict::Violated, Verdict::Undecided]);
    assert!(nodes.contains(&("start".into(), NodeStatus::Overdue)));

    let after = [BEFORE, &[("start", 115), ("patrol", 130), ("finish", 150)]].concat();
    let (status, nodes, rules) = statuses(200, &after);
    assert_eq!((status, rules), (Status::ClosedWithDefects, vec![Verdict::Violated, Verdict::Holds]));
    assert!(nodes.contains(&("start".into(), NodeStatus::Late)));
    assert!(nodes.contains(&("review".into(), NodeStatus::Skipped)));
}

#[test]
fn what_a_later_event_passes_is_missing() {
    let (status, nodes, _) =
        statuses(200, &[("request", 0), ("issue", 80), ("start", 90), ("patrol", 100), ("finish", 120)]);
    assert_eq!(status, Status::ClosedWithDefects);
    assert!(nodes.contains(&("crossmatch".into(), NodeStatus::Missing)));
    assert!(nodes.contains(&("verify".into(), NodeStatus::Missing)));
}

#[test]
fn while_no_bag_is_known_its_first_node_stands_on_the_order() {
    let (status, nodes, rules) = statuses(90, &[("request", 0), ("accept", 15), ("crossmatch", 70)]);
    assert_eq!((status, rules.len()), (Status::Open, 0));
    assert_eq!(nodes.last(), Some(&("issue".into(), NodeStatus::Due)));
}
