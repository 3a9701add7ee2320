//! Discovered loops: they check, they hold every order that they were found in, and what is simple is found again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

mod model;
mod shape;

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::discover::{Log, Proposal, Settings, propose};
use medloop_dsl::format::format;
use medloop_dsl::library;
use medloop_engine::graph::Definition;
use medloop_engine::name::{EventType, LoopCode};
use model::{Chance, Model, Step, any_model, events};
use proptest::prelude::*;
use serde_json::{Value, json};
use shape::{shape, told};
use std::collections::BTreeSet;
use std::sync::Arc;

fn settings(noise: f64, lang: Lang) -> Settings {
    Settings { key: None, only: None, noise, name: None, code: LoopCode::parse("found").unwrap(), lang }
}

fn discovered(events: &[Value], settings: &Settings) -> Proposal {
    let mut log = Log::default();
    for event in events {
        log.take(event).unwrap();
    }
    propose(log, settings, None).unwrap()
}

/// Compiles a proposal with the YAML beside it: it is laid out, and nothing is wrong with it, not even a warning.
fn compiled(proposal: &Proposal) -> Arc<Definition> {
    let mut texts = proposal.beside.clone();
    texts.insert("found.loop".to_owned(), proposal.text.clone());
    let (library, found) = library::load(&texts);
    assert!(found.is_empty(), "{}\n{}", proposal.text, render_all(&found, &Sources::new(texts), Lang::En));
    assert_eq!(format("found.loop", &proposal.text, None).unwrap(), proposal.text);
    Arc::clone(&library.definitions.values().next().unwrap().0)
}

fn word(step: usize) -> String {
    format!("n{step}")
}

/// The order's own trace with the block where it begins, or where it ends.
fn own(steps: &[Step], begins: bool) -> Vec<String> {
    let tracked = |s: &Step| s.1.is_some();
    let at = if begins { steps.iter().position(tracked) } else { steps.iter().rposition(tracked) };
    let mut trace = Vec::new();
    for (i, (step, track)) in steps.iter().enumerate() {
        match track {
            None => trace.push(word(*step)),
            Some(_) if Some(i) == at => trace.push("each".to_owned()),
            Some(_) => {}
        }
    }
    trace
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_is_one_of_the_flow_it_was_found_in(model in any_model(), seed: u64, orders in 1usize..40) {
        let mut chance = Chance(seed);
        let mut all: Vec<Vec<usize>> = (0..orders).map(|_| model.play(&mut chance)).collect();
        all.retain(|t| !t.is_empty());
        // One kind alone, or orders of one event each, tell nothing about which field names the order.
        prop_assume!(!all.is_empty());
        let steps: Vec<Vec<Step>> = all.iter().map(|t| t.iter().map(|n| (*n, None)).collect()).collect();
        let mut log = events(&steps);
        let lang = if seed % 2 == 0 { Lang::Zh } else { Lang::En };
        let proposal = discovered(&log, &settings(0.0, lang));
        let loop_ = compiled(&proposal);
        let shape = shape(&loop_, &loop_.flow);
        for trace in &all {
            let trace: Vec<String> = trace.iter().map(|n| word(*n)).collect();
            prop_assert!(shape.accepts(&trace), "{:?}\n{}", trace, proposal.text);
        }
        // In whatever order they came, and some twice.
        for at in (1..log.len()).rev() {
            log.swap(at, chance.below(at + 1));
        }
        log.extend_from_within(..log.len() / 3);
        prop_assert_eq!(discovered(&log, &settings(0.0, lang)), proposal);
        // What is overlooked makes a flow narrower, not wrong.
        compiled(&discovered(&log, &settings(0.3, lang)));
    }

    #[test]
    fn what_is_simple_is_found_again(model in any_model().prop_filter("in the miner's class", Model::can_be_found), seed: u64) {
        let mut chance = Chance(seed);
        let orders: Vec<Vec<Step>> =
            (0..400).map(|_| model.play(&mut chance).into_iter().map(|n| (n, None)).collect()).collect();
        let proposal = discovered(&events(&orders), &settings(0.0, Lang::En));
        let loop_ = compiled(&proposal);
        prop_assert_eq!(told(&loop_, &loop_.flow), model.told(), "{}", proposal.text);
    }

    #[test]
    fn tracks_are_found_and_held(inner in any_model(), seed: u64, orders in 20usize..40) {
        let mut chance = Chance(seed);
        let mut all: Vec<Vec<Step>> = Vec::new();
        for _ in 0..orders {
            let mut tracks: Vec<Vec<Step>> = (0..1 + chance.below(3))
                .map(|track| inner.play(&mut chance).into_iter().rev().map(|n| (n, Some(track))).collect())
                .collect();
            let mut steps = vec![(100, None)];
            while tracks.iter().any(|t| !t.is_empty()) {
                let at = chance.below(tracks.len());
                steps.extend(tracks[at].pop());
                if chance.below(12) == 0 {
                    steps.push((101, None));
                }
            }
            steps.push((102, None));
            all.push(steps);
        }
        let proposal = discovered(&events(&all), &settings(0.0, Lang::Zh));
        let loop_ = compiled(&proposal);
        let outer = shape(&loop_, &loop_.flow);
        let tracked: BTreeSet<usize> = all.iter().flatten().filter(|(_, t)| t.is_some()).map(|(n, _)| *n).collect();
        // A field that one kind alone carries, once for each value, names that event and no track.
        if tracked.len() < 2 {
            return Ok(());
        }
        let [scope] = loop_.scopes.as_slice() else { panic!("{}", proposal.text) };
        prop_assert_eq!(scope.field.as_str(), "bag_no");
        let within = shape(&loop_, &scope.flow);
        for steps in &all {
            for begins in [true, false] {
                prop_assert!(outer.accepts(&own(steps, begins)), "{:?}\n{}", own(steps, begins), proposal.text);
            }
            for track in 0..3 {
                let trace: Vec<String> =
                    steps.iter().filter(|(_, t)| *t == Some(track)).map(|(n, _)| word(*n)).collect();
                prop_assert!(trace.is_empty() || within.accepts(&trace), "{:?}\n{}", trace, proposal.text);
            }
        }
    }
}

#[test]
fn what_is_no_event_is_told() {
    let mut log = Log::default();
    let event = json!({ "id": "1", "source": "s", "type": "a.b", "time": "2026-01-05T08:00:00Z" });
    log.take(&event).unwrap();
    for (lacking, told) in [("id", "it has no id"), ("time", "it has no time"), ("type", "it has no type")] {
        let mut event = event.clone();
        event.as_object_mut().unwrap().remove(lacking);
        assert_eq!(log.take(&event).unwrap_err().en, told);
    }
    assert_eq!(log.take(&json!(3)).unwrap_err().en, "it is no JSON object");
    let words = propose(log, &settings(0.0, Lang::En), None).unwrap_err();
    assert!(words[0].en.contains("--key"), "{words:?}");
}

/// An event at a minute of the day.
fn at(minute: usize, id: &str, kind: &str, fields: Value) -> Value {
    let time = format!("2026-01-05T{:02}:{:02}:00+08:00", minute / 60, minute % 60);
    json!({ "specversion": "1.0", "id": id, "source": "lis/east", "type": kind, "time": time, "data": fields })
}

#[test]
fn events_without_the_key_are_led_to_their_order_and_what_leads_them_is_linked() {
    let mut events = Vec::new();
    for n in 0..50 {
        let (order, tube) = (format!("Z{n}"), format!("S{n}"));
        events.push(at(0, &format!("{n}a"), "lab.ordered", json!({ "order_no": order })));
        events.push(at(
            5,
            &format!("{n}b"),
            "lab.collected",
            json!({ "order_no": order, "specimen_no": tube }),
        ));
        events.push(at(9, &format!("{n}c"), "lab.received", json!({ "specimen_no": tube })));
        events.push(at(
            10,
            &format!("{n}d"),
            "order.stopped",
            json!({ "order_no": order, "reason": "出院" }),
        ));
    }
    let proposal = discovered(&events, &settings(0.2, Lang::En));
    compiled(&proposal);
    for expected in [
        "key order_no",
        "flow ordered -> collected -> received\n",
        "required specimen_no link",
        "stop on order.stopped",
    ] {
        assert!(proposal.text.contains(expected), "{expected}\n{}", proposal.text);
    }
    let carried = &proposal.beside["events.yaml"];
    assert!(
        carried.contains("lab.received:\n    title: \"Lab received\"\n    fields: [specimen_no]"),
        "{carried}"
    );
    assert!(carried.contains("fields: [order_no, reason]"), "{carried}");
}

#[test]
fn revisions_replace_and_retractions_take_back() {
    let mut events = Vec::new();
    for n in 0..10 {
        let mut right = at(0, &format!("{n}a"), "x.a", json!({ "order_no": n.to_string() }));
        right["revision"] = json!(2);
        events.push(right);
        events.push(at(9, &format!("{n}b"), "x.b", json!({ "order_no": n.to_string() })));
        // Written down too late at first; and something that never happened.
        events.insert(0, at(20, &format!("{n}a"), "x.a", json!({ "order_no": n.to_string() })));
        events.push(at(5, &format!("{n}c"), "x.c", json!({ "order_no": n.to_string() })));
        let taken = json!({ "retracts": { "source": "lis/east", "id": format!("{n}c") } });
        events.insert(n * 2, at(30, &format!("{n}d"), "event.retracted", taken));
    }
    let proposal = discovered(&events, &settings(0.0, Lang::En));
    assert!(proposal.text.contains("Discovered in 20 events of 10 orders"), "{}", proposal.text);
    assert!(proposal.text.contains("flow a -> b\n"), "{}", proposal.text);
}

#[test]
fn a_retraction_that_was_taken_back_takes_nothing_back() {
    let back = |id: &str, of: &str| {
        at(30, id, "event.retracted", json!({ "retracts": { "source": "lis/east", "id": of } }))
    };
    let mut events = Vec::new();
    for n in 0..10 {
        let order = json!({ "order_no": n.to_string(), "actor": { "id": "1", "role": "nurse" } });
        events.push(at(0, &format!("{n}a"), "x.a", order.clone()));
        events.push(at(5, &format!("{n}b"), "x.b", order.clone()));
        // Taken back, which was taken back; one of two stands, and those that go round take nothing.
        events.insert(0, back(&format!("{n}d"), &format!("{n}c")));
        events.push(back(&format!("{n}c"), &format!("{n}a")));
        events.push(back(&format!("{n}e"), &format!("{n}f")));
        events.push(back(&format!("{n}f"), &format!("{n}e")));
        let mut wrong = order;
        wrong["actor"]["role"] = json!("doctor");
        events.push(at(6, &format!("{n}g"), "x.b", wrong));
        events.push(back(&format!("{n}h"), &format!("{n}g")));
    }
    let proposal = discovered(&events, &settings(0.0, Lang::En));
    assert!(proposal.text.contains("Discovered in 20 events of 10 orders"), "{}", proposal.text);
    assert!(
        proposal.text.contains("flow a -> b\n") && !proposal.text.contains("doctor"),
        "{}",
        proposal.text
    );
}

#[test]
fn times_of_a_whole_minute_tell_their_zone() {
    let mut events: Vec<Value> = Vec::new();
    for n in 0..10 {
        for (minute, kind) in [(0, "x.a"), (5, "x.b")] {
            let mut event = at(minute, &format!("{n}{kind}"), kind, json!({ "order_no": n.to_string() }));
            event["time"] = json!(format!("2026-01-05T08:{minute:02}+09:00"));
            events.push(event);
        }
    }
    let proposal = discovered(&events, &settings(0.0, Lang::En));
    assert!(proposal.beside["hospital.yaml"].contains("timezone: Asia/Tokyo"), "{:?}", proposal.beside);
}

#[test]
fn a_log_of_several_loops_is_looked_at_one_by_one() {
    let orders: Vec<Vec<Step>> = (0..20)
        .map(|n| if n % 2 == 0 { vec![(0, None), (1, None)] } else { vec![(2, None), (1, None)] })
        .collect();
    let mut only = settings(0.0, Lang::En);
    let all = discovered(&events(&orders), &only);
    assert!(all.text.contains("flow ( n0 | n2 ) -> n1\n"), "{}", all.text);
    only.only = Some(EventType::parse("x.n2").unwrap());
    let one = discovered(&events(&orders), &only);
    assert!(
        one.text.contains("20 events of 10 orders") && one.text.contains("flow n2 -> n1\n"),
        "{}",
        one.text
    );
    compiled(&one);
}

/// Orders of these kinds in turn, some reviewed and signed, others paid for. Of a hundred so many go the other way, and so many do not
/// say of which kind they are.
fn kinds_of_orders(orders: usize, kinds: &[(&str, bool)], (other, silent): (usize, usize)) -> Vec<Value> {
    let mut events = Vec::new();
    for n in 0..orders {
        let (kind, reviewed) = kinds[n % kinds.len()];
        let (astray, silent) = (n % 100 < other, n % 100 >= 100 - silent);
        let way: &[&str] = if reviewed != astray { &["x.review", "x.sign"] } else { &["x.pay"] };
        for (minute, step) in ["x.order"].iter().chain(way).chain(&["x.done"]).enumerate() {
            let mut data = json!({ "order_no": n.to_string(), "ward": format!("W{}", n % 7) });
            if !silent {
                data["visit_kind"] = json!(kind);
            }
            events.push(at(minute, &format!("{n}-{minute}"), step, data));
        }
    }
    events
}

#[test]
fn a_field_that_tells_branches_apart_is_their_guard() {
    let kinds = [("住院", true), ("门诊", false), ("急诊", false)];
    let guarded = |exceptions, noise, lang| {
        let proposal = discovered(&kinds_of_orders(400, &kinds, exceptions), &settings(noise, lang));
        let loop_ = compiled(&proposal);
        (proposal.text, loop_)
    };
    let (text, loop_) = guarded((0, 0), 0.0, Lang::En);
    assert!(text.contains("-> ( pay | ( review -> sign ) when visit_kind == \"住院\" ) ->"), "{text}");
    assert!(text.contains("// visit_kind tells the branch: of 400 orders 100% took it so"), "{text}");
    assert!(loop_.guards.len() == 1 && !text.contains("ward =="), "{text}");
    let (text, _) = guarded((1, 1), 0.2, Lang::Zh);
    assert!(text.contains("走哪一支由 visit_kind 分出：400 份医嘱中 98% 如此"), "{text}");
    // With noise a few may go the other way, but not many; without it none.
    for (exceptions, noise) in [((1, 0), 0.0), ((3, 0), 0.2), ((1, 2), 0.2)] {
        let (text, loop_) = guarded(exceptions, noise, Lang::En);
        assert!(loop_.guards.is_empty() && !text.contains("when"), "{text}");
    }
}

#[test]
fn a_guard_names_all_its_values_and_wants_enough_orders() {
    let kinds = [("自费", true), ("公费\"甲\"", true), ("医保", false), ("商保", false), ("异地", false)];
    let of = |orders| discovered(&kinds_of_orders(orders, &kinds, (0, 0)), &settings(0.0, Lang::En));
    let text = of(50).text;
    assert!(text.contains(r#"( review -> sign ) when visit_kind in ("公费\"甲\"", "自费") )"#), "{text}");
    compiled(&of(50));
    let text = of(46).text;
    assert!(text.contains("pay | ( review") && !text.contains("when"), "{text}");
}

#[test]
fn what_cuts_orders_short_stands_behind_ends() {
    let steps = |cut: usize| -> Vec<Step> {
        let whole = (0..5).map(|n| (n, None));
        if cut < 5 { whole.take(cut).chain([(9, None)]).collect() } else { whole.collect() }
    };
    let orders: Vec<Vec<Step>> =
        (0..60).map(|n| steps(if n % 10 == 0 { 1 + n / 10 % 4 } else { 5 })).collect();
    let loop_ = compiled(&discovered(&events(&orders), &settings(0.0, Lang::Zh)));
    assert_eq!(told(&loop_, &loop_.flow), "((n0 -> n1 -> n2 -> n3 -> n4) ends n9)");
}
