//! A definition, facts and a moment, read from three tapes.

use super::facts::START;
use super::tape::Tape;
use crate::facts::{Fact, InstanceFacts};
use crate::graph::{Definition, Length};
use crate::time::{Instant, Precision, Span};
use crate::value::Value;
use std::sync::Arc;

/// One sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The definition.
    pub def: Definition,
    /// The facts of one instance.
    pub facts: InstanceFacts,
    /// A moment, often near a deadline.
    pub now: Instant,
}

/// The sample that three tapes give.
#[must_use]
pub fn sample(definition: &[u32], facts: &[u32], now: &[u32]) -> Sample {
    let def = super::definition::definition(&mut Tape::new(definition));
    let mut facts = super::facts::facts(&mut Tape::new(facts), &def);
    let mut tape = Tape::new(now);
    let all = moments(&def, &facts);
    let n = tape.below(all.len());
    let base = all.get(n).copied().unwrap_or(START);
    let now = match tape.below(4) {
        0 | 1 => base,
        2 => Instant(base.0 + tape.of(&[-1, 1, 1000, 59_999_999, 60_000_000, -60_000_000])),
        _ => base.plus(Span::hours(tape.of(&[1, 30, 2000]))),
    };
    // Where the definition has a seal, some instances are sealed near now, and some of what came by then counts later still.
    if def.seal.is_some() && tape.chance(60) {
        facts.sealed = Some(now.plus(Span::seconds(tape.of(&[0, 0, -600, -3600, -36_000, 60]))));
        let every = facts.tracks.values_mut().chain([&mut facts.order]).flat_map(|t| &mut t.facts);
        for fact in every {
            Arc::make_mut(fact).late = tape.chance(8);
        }
    }
    Sample { def, facts, now }
}

/// Moments at which something may change: stated times, with each length that the definition knows, at the edges of units.
#[must_use]
pub fn moments(def: &Definition, facts: &InstanceFacts) -> Vec<Instant> {
    let zone = crate::graph::CampusSettings::of(def, &facts.campus).zone;
    let every = facts.order.facts.iter().chain(facts.tracks.values().flat_map(|t| &t.facts));
    let mut lengths: Vec<i64> = [0, 60, 600, 1800, 3600].map(|s| s * 1_000_000).to_vec();
    let mut add = |l: &Length| {
        if let Length::Span(s) = l {
            lengths.push(s.0);
        }
    };
    for node in &def.nodes {
        node.limit.iter().for_each(|l| add(&l.length));
        node.plan
            .iter()
            .for_each(|p| [Some(p.from), Some(p.to), p.missed].iter().flatten().for_each(&mut add));
    }
    def.lengths.iter().flat_map(|t| t.lengths()).for_each(|l| add(&l));
    let patience = if let Some(Length::Span(d)) = def.interrupt { d.0 } else { 0 };
    let mut out = vec![START];
    for fact in every {
        for at in stated(fact) {
            for length in &lengths {
                for patience in [0, patience] {
                    let v = Instant(at.0 + length + patience);
                    out.push(v);
                    out.push(zone.next_unit(v, Precision::Minute));
                }
            }
            out.push(zone.next_unit(at, Precision::Day));
        }
    }
    out.sort();
    out.dedup();
    out
}

fn stated(fact: &Fact) -> Vec<Instant> {
    let fields =
        fact.fields.values().filter_map(|v| if let Value::Moment(m) = v { Some(m.at) } else { None });
    fields.chain([fact.at.at]).collect()
}
