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
use medloop_engine::name::LoopCode;
use model::{Chance, Model, Step, any_model, events};
use proptest::prelude::*;
use serde_json::{Value, json};
use shape::{shape, told};
use std::collections::BTreeSet;
use std::sync::Arc;

fn settings(noise: f64, lang: Lang) -> Settings {
    Settings { key: None, noise, name: None, code: LoopCode::parse("found").unwrap(), lang }
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
