//! The fold equals the naive oracle on random definitions, facts and moments; and does so however the facts came.
//!
//! `MEDLOOP_CASES` says how many cases; the default fits a pull request, a nightly run asks for 100000.

mod alerts;
mod recall;
mod told;
mod world;

use medloop_engine::facts::{InstanceFacts, TrackFacts, TrackId};
use medloop_engine::fold::{self, Folded, Others, Recalled};
use medloop_engine::oracle;
use medloop_engine::state::{InstanceState, TrackState};
use medloop_engine::testing::{CONSTRUCTS, LINKS, Sample, links_reached, moments, reached, sample};
use medloop_engine::time::{Instant, Span};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use recall::step_fold;
use std::collections::BTreeMap;
use told::{Told, difference, plain, still, told, when};

type Tapes = (Vec<u32>, Vec<u32>, Vec<u32>);

fn cases(default: u32) -> u32 {
    let asked = std::env::var("MEDLOOP_CASES").ok().and_then(|c| c.parse().ok());
    asked.map_or(default, |n: u32| n * default / 3000).max(10)
}

fn tapes() -> impl Strategy<Value = Tapes> {
    (vec(any::<u32>(), 0..700), vec(any::<u32>(), 0..900), vec(any::<u32>(), 0..120))
}

/// Runs a property; a failing sample is shrunk and told with what differs.
fn hold(default: u32, property: impl Fn(&Sample, &[u32]) -> Result<(), String>) -> Result<(), Told> {
    let config = Config {
        cases: cases(default),
        failure_persistence: None,
        max_shrink_iters: 6_000,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&tapes(), |(def, facts, now)| {
        property(&sample(&def, &facts, &now), &now).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => Ok(()),
        Err(TestError::Fail(why, (def, facts, now))) => {
            Err(Told(format!("\n{}\n{why}", told(&sample(&def, &facts, &now)))))
        }
        Err(TestError::Abort(why)) => Err(Told(why.to_string())),
    }
}

#[test]
fn the_fold_equals_the_oracle() -> Result<(), Told> {
    hold(3000, |s, _| {
        let fold = plain(fold::fold(&s.def, &s.facts, s.now));
        difference(&fold, &plain(oracle::fold(&s.def, &s.facts, s.now)))
    })
}

#[test]
fn nothing_changes_before_the_next_change() -> Result<(), Told> {
    hold(600, |s, tape| {
        let state = fold::fold(&s.def, &s.facts, s.now);
        let next = state.next_change;
        if next.is_some_and(|n| n <= s.now) {
            return Err(format!("next change {next:?} is not after now"));
        }
        let before = still(state);
        let later: Vec<Instant> = moments(&s.def, &s.facts).into_iter().filter(|m| *m > s.now).collect();
        let mut looked: Vec<Instant> = (0..6)
            .filter_map(|i| {
                let n = tape.get(i + 3).copied().unwrap_or(0) as usize;
                later.get(n % later.len().max(1)).copied()
            })
            .collect();
        looked.extend(next.map(|n| Instant(n.0 - 1)));
        looked.extend(later.first());
        for at in looked.into_iter().filter(|at| *at > s.now && next.is_none_or(|n| *at < n)) {
            let then = still(oracle::fold(&s.def, &s.facts, at));
            difference(&before, &then)
                .map_err(|d| format!("next change {:?}, but at {}:\n{d}", next.map(when), when(at)))?;
        }
        Ok(())
    })
}

#[test]
fn the_order_in_which_facts_are_given_does_not_matter() -> Result<(), Told> {
    hold(600, |s, tape| {
        let mut facts = s.facts.clone();
        for track in facts.tracks.values_mut().chain([&mut facts.order]) {
            shuffle(track, tape);
        }
        let given = fold::fold(&s.def, &s.facts, s.now);
        difference(&fold::fold(&s.def, &facts, s.now), &given)
    })
}

/// Puts facts in another order, as they arrive, and back into theirs, as the store keeps them.
fn shuffle(track: &mut TrackFacts, tape: &[u32]) {
    let n = track.facts.len();
    for i in 0..n {
        let j = tape.get(i).copied().unwrap_or(0) as usize % n;
        track.facts.swap(i, j);
    }
    track.facts.sort_by(|a, b| a.order().cmp(&b.order()));
}

/// A track that gets its facts one after the other, all others recalled from what they last gave: the same as all at once.
#[test]
fn recalled_tracks_give_the_same_as_all_facts() -> Result<(), Told> {
    hold(1000, |s, tape| {
        let crowd = tape.first().filter(|n| *n % 8 == 0).map(|_| recall::crowded(s, 12));
        let s = crowd.as_ref().unwrap_or(s);
        let (def, campus) = (&s.def, &s.facts.campus);
        let mut sofar = InstanceFacts {
            campus: campus.clone(),
            key: s.facts.key.clone(),
            order: TrackFacts::default(),
            tracks: BTreeMap::new(),
            sealed: None,
        };
        let mut known = Recalled::new();
        let mut states: BTreeMap<TrackId, TrackState> = BTreeMap::new();
        let mut arriving: Vec<(TrackId, usize)> =
            s.facts.tracks.iter().flat_map(|(id, t)| (0..t.facts.len()).map(|i| (id.clone(), i))).collect();
        arriving.extend((0..s.facts.order.facts.len()).map(|i| (TrackId::order(), i)));
        let n = arriving.len();
        for i in 0..n {
            arriving.swap(i, tape.get(i).copied().unwrap_or(0) as usize % n);
        }
        // Time goes on between arrivals, and everything that is due is folded again, as the ticker does.
        let mut now = Instant(s.now.0 - Span::hours(40).0);
        let step = Span::hours(40).0 / i64::try_from(n.max(1)).unwrap();
        let mut folded: Option<Folded> = None;
        for (id, i) in arriving {
            now = Instant((now.0 + step).min(s.now.0));
            let source = if id.is_order() { &s.facts.order } else { &s.facts.tracks[&id] };
            let place =
                if id.is_order() { &mut sofar.order } else { sofar.tracks.entry(id.clone()).or_default() };
            // Some come with other content first, or are taken back for a while.
            let mut first = (*source.facts[i]).clone();
            match tape.get(i).copied().unwrap_or(0) % 5 {
                1 => first.fields.clear(),
                2 => first.dead = !first.dead,
                3 => first.actor = None,
                _ => {}
            }
            let at = place.facts.partition_point(|f| f.order() < first.order());
            let fact = source.facts[i].clone();
            let other = first != *fact;
            place.facts.insert(at, first.into());
            folded = Some(step_fold(s, &sofar, &mut known, &mut states, Some(&id), now)?);
            if other {
                let place = if id.is_order() {
                    &mut sofar.order
                } else {
                    sofar.tracks.entry(id.clone()).or_default()
                };
                place.facts[at] = fact;
                folded = Some(step_fold(s, &sofar, &mut known, &mut states, Some(&id), now)?);
            }
        }
        let Some(_) = folded else { return Ok(()) };
        let last = step_fold(s, &sofar, &mut known, &mut states, None, s.now)?;
        let all = fold::fold_with(def, campus, &sofar.order, Others::none(), &sofar.tracks, s.now);
        let order = |f: &Folded| (f.status, f.opened_at, f.closed_at, f.ended_by.clone(), f.context);
        if order(&last) != order(&all) {
            return Err(format!("instance: recalled {:?}, whole {:?}", order(&last), order(&all)));
        }
        let rebuilt = InstanceState {
            status: last.status,
            opened_at: last.opened_at,
            closed_at: last.closed_at,
            ended_by: last.ended_by.clone(),
            sealed_at: None,
            tracks: std::iter::once(last.order.clone()).chain(states.into_values()).collect(),
            next_change: None,
        };
        let fresh = fold::fold(def, &sofar, s.now);
        difference(&still(rebuilt), &still(fresh))
    })
}

/// Events in another order, some of them twice, with revisions and retractions: the same instances, facts and states.
#[test]
fn the_order_of_events_does_not_matter_to_the_world() -> Result<(), Told> {
    hold(150, world::same_in_any_order)
}

/// Whatever arrives, is taken back or revised after the seal.
#[test]
fn nothing_changes_after_a_seal() -> Result<(), Told> {
    hold(600, world::nothing_changes_after_a_seal)
}

/// The events of the samples are worth something for routing only when they reach every use of link values.
#[test]
fn samples_of_events_reach_every_use_of_links() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..2000 {
        let (def, facts, now) =
            proptest::strategy::ValueTree::current(&tapes().new_tree(&mut runner).unwrap());
        for what in links_reached(&sample(&def, &facts, &now), &now) {
            *seen.entry(what).or_default() += 1;
        }
    }
    for what in LINKS {
        assert!(seen.get(what).copied().unwrap_or(0) >= 10, "{what}: {seen:?}");
    }
}

/// Retractions, revisions, links: for how long each fact counted.
#[test]
fn facts_count_as_long_as_the_world_says() -> Result<(), Told> {
    hold(150, world::counted_as_long_as_the_world_says)
}

/// Alerts follow from what arrived when: found from the beginning they are the oracle's.
#[test]
fn alerts_equal_the_oracle() -> Result<(), Told> {
    hold(2000, alerts::equal_the_oracle)
}

/// However arrivals are gathered into batches, and whenever the clock is looked at between them.
#[test]
fn alerts_do_not_depend_on_batches() -> Result<(), Told> {
    hold(2000, alerts::same_in_any_batches)
}

/// The samples for alerts are worth something only when they raise, hold back, clear and reopen.
#[test]
fn samples_of_alerts_reach_every_turn() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..6000 {
        let (def, facts, now) =
            proptest::strategy::ValueTree::current(&tapes().new_tree(&mut runner).unwrap());
        for what in alerts::reached(&sample(&def, &facts, &now), &now) {
            *seen.entry(what).or_default() += 1;
        }
    }
    for what in alerts::TURNS {
        assert!(seen.get(what).copied().unwrap_or(0) >= 10, "{what}: {seen:?}");
    }
}

/// The generators are worth something only when they reach everything.
#[test]
fn the_generators_reach_every_construct() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let runs = 6000;
    for _ in 0..runs {
        let (def, facts, now) =
            proptest::strategy::ValueTree::current(&tapes().new_tree(&mut runner).unwrap());
        let sample = sample(&def, &facts, &now);
        let state = oracle::fold(&sample.def, &sample.facts, sample.now);
        for what in reached(&sample, &state) {
            *seen.entry(what).or_default() += 1;
        }
    }
    let rare: Vec<(&str, u32)> = CONSTRUCTS
        .iter()
        .map(|c| (*c, seen.get(*c).copied().unwrap_or(0)))
        .filter(|(_, n)| *n < 10)
        .collect();
    assert!(rare.is_empty(), "fewer than 10 times in {runs} samples: {rare:?}");
    let unknown: Vec<&String> = seen.keys().filter(|k| !CONSTRUCTS.contains(&k.as_str())).collect();
    assert!(unknown.is_empty(), "not in the list: {unknown:?}");
}
