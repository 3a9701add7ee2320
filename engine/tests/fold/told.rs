//! The sentence that matters, and what is said of things done the other way round.

use super::common::*;
use medloop_engine::facts::{BadField, Fact};
use medloop_engine::fold::fold;
use medloop_engine::graph::{Definition, Flow, NodeIx};
use medloop_engine::name::RoleCode;
use medloop_engine::state::{Finding, Status};
use medloop_engine::time::Span;
use medloop_engine::view::{self, InstanceView};
use medloop_engine::words::Lang;

/// issue → verify → start → patrol+ → finish for each bag: verify within 15 minutes by a porter; start within 30 minutes of issue
/// is a critical rule.
fn held_up() -> Definition {
    let mut def = transfusion();
    def.nodes[usize::from(VERIFY)].limit = limit(15, None);
    def.nodes[usize::from(VERIFY)].roles = vec![RoleCode::parse("porter").unwrap()];
    def.nodes[usize::from(START)].roles = vec![RoleCode::parse("nurse").unwrap()];
    def
}

fn seen(def: &Definition, bag: Vec<Fact>, now: &str) -> InstanceView {
    let order = vec![on("08:00", REQUEST), on("08:20", COLLECT), on("08:40", RECEIVE)];
    let facts = instance(order, vec![("B1", bag)]);
    let state = fold(def, &facts, clock(now));
    view::instance(def, "hash", &facts, &state, clock(now), Lang::Zh)
}

#[test]
fn the_sentence_names_the_node_that_holds_an_order_up_and_not_the_one_that_waits_for_it() {
    let def = held_up();
    let stuck = seen(&def, vec![on("09:00", ISSUE)], "23:00");
    assert_eq!(
        stuck.headline.text,
        "bag_no B1 issue 14 小时未verify · 超标准 13 小时 45 分钟 · 责任：porter · 另有 1 处异常"
    );
    assert_eq!(stuck.headline.node.as_deref(), Some("verify"));
    // Nobody is late with what has no limit, and yet the next one cannot begin.
    let mut free = held_up();
    free.nodes[usize::from(VERIFY)].limit = None;
    free.interrupt = None;
    let waits = seen(&free, vec![on("09:00", ISSUE)], "09:40");
    assert_eq!(
        waits.headline.text,
        "bag_no B1 issue 40 分钟未start · 超标准 10 分钟 · 卡在 verify · 责任：porter"
    );
    let own = seen(&def, vec![on("09:00", ISSUE), checked("09:10", "zhao", Some("qian"))], "09:40");
    assert_eq!(own.headline.text, "bag_no B1 issue 40 分钟未start · 超标准 10 分钟 · 责任：nurse");
}

#[test]
fn what_was_done_before_the_node_that_comes_first_is_told_and_is_no_defect() {
    let def = held_up();
    let bag = || vec![on("09:20", ISSUE), checked("08:25", "zhao", Some("qian"))];
    let facts = instance(Vec::new(), vec![("B1", bag())]);
    let state = fold(&def, &facts, clock("09:30"));
    let verify = state.tracks[1].nodes.iter().find(|n| n.node == NodeIx(VERIFY)).unwrap();
    assert_eq!(verify.timing.elapsed, Some(Span::minutes(-55)));
    assert_eq!(verify.findings, [Finding::OutOfOrder(NodeIx(ISSUE))]);
    let seen = seen(&def, bag(), "09:30");
    let node = seen.tracks[1].nodes.iter().find(|n| n.node == "verify").unwrap();
    assert_eq!(node.because, "比 09:20 issue 早 55 分钟，应在它之后，标准 15 分钟内");
    assert_eq!(
        (node.findings[0].code, node.findings[0].message.as_str()),
        ("out_of_order", "时间早于前面的环节 issue")
    );
    assert!(!node.findings[0].defect);
}

#[test]
fn a_refused_value_of_a_required_field_is_a_defect_like_an_absent_one() {
    let mut def = transfusion();
    def.rules.clear();
    def.flow = Flow::Seq(vec![Flow::Node(NodeIx(REQUEST)), Flow::Node(NodeIx(VERIFY))]);
    def.nodes[usize::from(VERIFY)].scope = medloop_engine::graph::ScopeIx::ORDER;
    def.scopes.clear();
    let ended = |def: &Definition, fact: Fact| {
        let facts = instance(vec![on("08:00", REQUEST), fact], Vec::new());
        let state = fold(def, &facts, clock("09:00"));
        let sentence = view::instance(def, "hash", &facts, &state, clock("09:00"), Lang::Zh).headline.text;
        (state.status, sentence)
    };
    let refused = || {
        let mut fact = checked("08:10", "zhao", None);
        fact.bad.push(BadField { field: field("checker"), text: "??".to_owned() });
        fact
    };
    assert_eq!(ended(&def, checked("08:10", "zhao", Some("qian"))).0, Status::Closed);
    assert_eq!(ended(&def, checked("08:10", "zhao", None)).0, Status::ClosedWithDefects);
    let told = "有缺陷闭合：verify 必填项 核对人 的值“??”不合要求".to_owned();
    assert_eq!(ended(&def, refused()), (Status::ClosedWithDefects, told));
    def.nodes[usize::from(VERIFY)].fields[0].required = false;
    assert_eq!(ended(&def, refused()).0, Status::Closed);
}
