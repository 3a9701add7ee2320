//! What an event costs in the pure fold: beside the oracle on the same rows, and with 300 tracks beside 3.
//!
//! `cargo bench -p medloop-engine --bench fold`. It belongs to the engine's package, so that no other crate is built for it.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use medloop_engine::facts::InstanceFacts;
use medloop_engine::fold::{self, Others, Recalled, Rest};
use medloop_engine::graph::Definition;
use medloop_engine::oracle;
use medloop_engine::testing::transfusion::{definition, fact, facts, minutes};
use std::hint::black_box;

/// One order with one bag, as it happens: node and minute.
const STORY: [(&str, i64); 11] = [
    ("request", 0),
    ("review", 10),
    ("accept", 15),
    ("crossmatch", 70),
    ("issue", 80),
    ("verify", 90),
    ("start", 95),
    ("patrol", 110),
    ("patrol", 135),
    ("patrol", 160),
    ("finish", 180),
];

/// Every event of the order as it arrives: what is known by then, and now.
fn arrivals(def: &Definition) -> Vec<(InstanceFacts, i64)> {
    (1..=STORY.len())
        .map(|n| {
            let known: Vec<(&str, i64)> = STORY.iter().take(n).copied().collect();
            (facts(def, "B1", &known), STORY.get(n - 1).map_or(0, |s| s.1))
        })
        .collect()
}

fn beside_the_oracle(c: &mut Criterion) {
    let def = definition();
    let rows = arrivals(&def);
    let mut group = c.benchmark_group("one transfusion, event by event");
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("fold", |b| {
        b.iter(|| {
            for (facts, now) in &rows {
                black_box(fold::fold(&def, black_box(facts), minutes(*now)));
            }
        });
    });
    group.bench_function("oracle", |b| {
        b.iter(|| {
            for (facts, now) in &rows {
                black_box(oracle::fold(&def, black_box(facts), minutes(*now)));
            }
        });
    });
    group.finish();
}

/// An order with many bags, each in the middle of its transfusion, and what each of them last gave.
fn many(def: &Definition, bags: usize) -> (InstanceFacts, Recalled) {
    let story: Vec<(&str, i64)> = STORY.iter().take(8).copied().collect();
    let mut all = facts(def, "B0000", &story);
    for bag in 1..bags {
        let name = format!("B{bag:04}");
        for (track, fact) in story.iter().skip(4).filter_map(|(code, at)| fact(def, &name, code, *at)) {
            all.tracks.entry(track).or_default().facts.push(fact.into());
        }
    }
    let folded = fold::fold_with(def, &all.campus, &all.order, Others::none(), &all.tracks, minutes(115));
    let told = folded.summaries.into_iter().map(|s| {
        let rest = Rest { due: s.next_change, held: false };
        (s, rest)
    });
    (all, told.collect())
}

fn with_many_tracks(c: &mut Criterion) {
    let def = definition();
    let mut group = c.benchmark_group("one event of one bag");
    group.throughput(Throughput::Elements(1));
    for bags in [3, 300] {
        let (mut all, known) = many(&def, bags);
        let Some((id, arriving)) = fact(&def, "B0001", "patrol", 120) else { continue };
        if let Some(track) = all.tracks.get_mut(&id) {
            track.facts.push(arriving.into());
        }
        let Some(facts) = all.tracks.get(&id) else { continue };
        let mut known = known;
        let step = |known: &Recalled| {
            fold::fold_with(&def, &all.campus, &all.order, Others::of(known), [(&id, facts)], minutes(120))
        };
        let stale = step(&known).stale;
        group.bench_function(format!("{bags} bags, the others recalled"), |b| {
            b.iter(|| {
                let mut folded = step(&known);
                for summary in folded.summaries.drain(..) {
                    let rest = Rest { due: summary.next_change, held: false };
                    known.set(summary, rest);
                }
                folded
            });
        });
        group.bench_function(format!("{bags} bags, all folded"), |b| {
            b.iter(|| fold::fold(&def, black_box(&all), minutes(120)));
        });
        assert!(!stale, "an event of one bag leaves the others' summaries valid");
    }
    group.finish();
}

criterion_group!(benches, beside_the_oracle, with_many_tracks);
criterion_main!(benches);
