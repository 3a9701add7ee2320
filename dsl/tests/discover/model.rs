//! Random processes, what they do, and events that tell it.

use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A process. Every number stands in it once.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    Leaf(usize),
    Maybe(Box<Model>),
    /// A leaf, several times.
    Often(usize),
    Seq(Vec<Model>),
    Choice(Vec<Model>),
    Par(Vec<Model>),
    /// The first, and as often as the second the first again.
    Again(Box<Model>, Box<Model>),
    /// The first, which the second may cut short anywhere.
    Ends(Box<Model>, usize),
}

use Model::{Again, Choice, Ends, Leaf, Maybe, Often, Par, Seq};

/// A source of chance.
#[derive(Clone, Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// Any process of up to nine numbers, which may be cut short by another.
pub(crate) fn any_model() -> impl Strategy<Value = Model> {
    (blocks(), 0..3).prop_map(|(m, ends)| if ends == 0 { Ends(Box::new(m), CUT) } else { m })
}

/// The number of what cuts a process short.
const CUT: usize = 50;

fn blocks() -> impl Strategy<Value = Model> {
    let leaf = prop_oneof![4 => Just(Leaf(0)), 1 => Just(Often(0))];
    leaf.prop_recursive(3, 9, 3, |inner| {
        let several = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            3 => several.clone().prop_map(Seq),
            2 => several.clone().prop_map(Choice),
            2 => several.prop_map(Par),
            1 => inner.clone().prop_map(|m| Maybe(Box::new(m))),
            1 => (inner.clone(), inner).prop_map(|(a, b)| Again(Box::new(a), Box::new(b))),
        ]
    })
    .prop_map(|m| numbered(m, &mut 0))
}

fn numbered(model: Model, next: &mut usize) -> Model {
    let mut take = || {
        *next += 1;
        *next - 1
    };
    match model {
        Leaf(_) => Leaf(take()),
        Often(_) => Often(take()),
        Maybe(m) => Maybe(Box::new(numbered(*m, next))),
        Seq(all) => Seq(all.into_iter().map(|m| numbered(m, next)).collect()),
        Choice(all) => Choice(all.into_iter().map(|m| numbered(m, next)).collect()),
        Par(all) => Par(all.into_iter().map(|m| numbered(m, next)).collect()),
        Ends(m, n) => Ends(Box::new(numbered(*m, next)), n),
        Again(a, b) => {
            let a = numbered(*a, next);
            Again(Box::new(a), Box::new(numbered(*b, next)))
        }
    }
}

impl Model {
    /// One way through it.
    pub(crate) fn play(&self, chance: &mut Chance) -> Vec<usize> {
        match self {
            Leaf(n) => vec![*n],
            Often(n) => vec![*n; 1 + chance.below(3)],
            Maybe(m) => {
                if chance.below(3) > 0 {
                    m.play(chance)
                } else {
                    Vec::new()
                }
            }
            Seq(all) => all.iter().flat_map(|m| m.play(chance)).collect(),
            Choice(all) => all[chance.below(all.len())].play(chance),
            Par(all) => {
                let mut open: Vec<Vec<usize>> = all.iter().map(|m| m.play(chance)).collect();
                open.iter_mut().for_each(|t| t.reverse());
                let mut trace = Vec::new();
                while open.iter().any(|t| !t.is_empty()) {
                    let at = chance.below(open.len());
                    trace.extend(open[at].pop());
                }
                trace
            }
            Ends(body, ends) => {
                let mut trace = body.play(chance);
                if chance.below(4) == 0 {
                    trace.truncate(chance.below(trace.len() + 1));
                    trace.push(*ends);
                }
                trace
            }
            Again(body, redo) => {
                let mut trace = body.play(chance);
                while chance.below(3) == 0 {
                    trace.extend(redo.play(chance));
                    trace.extend(body.play(chance));
                }
                trace
            }
        }
    }

    /// Whether it can do nothing.
    pub(crate) fn skips(&self) -> bool {
        match self {
            Leaf(_) | Often(_) => false,
            Maybe(_) => true,
            Seq(all) | Par(all) => all.iter().all(Self::skips),
            Choice(all) => all.iter().any(Self::skips),
            Again(body, _) | Ends(body, _) => body.skips(),
        }
    }

    /// What it may begin with (or end with).
    pub(crate) fn edge(&self, begin: bool) -> BTreeSet<usize> {
        match self {
            Leaf(n) | Often(n) => BTreeSet::from([*n]),
            Maybe(m) | Again(m, _) | Ends(m, _) => m.edge(begin),
            Choice(all) | Par(all) => all.iter().flat_map(|m| m.edge(begin)).collect(),
            Seq(all) => {
                let mut edge = BTreeSet::new();
                let mut turned: Vec<&Model> = all.iter().collect();
                if !begin {
                    turned.reverse();
                }
                for m in turned {
                    edge.extend(m.edge(begin));
                    if !m.skips() {
                        break;
                    }
                }
                edge
            }
        }
    }

    /// Whether the miner is bound to find it again, and the language can say it.
    pub(crate) fn can_be_found(&self) -> bool {
        match self {
            // Cut at one place only it would be a choice.
            Ends(m, _) => m.needs() > 1 && m.fits(true, false),
            other => other.fits(true, false),
        }
    }

    /// How many steps are in every way through it.
    fn needs(&self) -> usize {
        match self {
            Leaf(_) | Often(_) => 1,
            Maybe(_) | Choice(_) => 0,
            Seq(all) | Par(all) => all.iter().map(Self::needs).sum(),
            Again(m, _) | Ends(m, _) => m.needs(),
        }
    }

    fn fits(&self, again: bool, may_skip: bool) -> bool {
        match self {
            Leaf(_) | Often(_) => true,
            Maybe(m) => may_skip && matches!(**m, Leaf(_) | Often(_)),
            Seq(all) | Par(all) => {
                let same = |m: &Model| std::mem::discriminant(m) == std::mem::discriminant(self);
                !self.skips() && all.iter().all(|m| !same(m) && m.fits(again, true))
            }
            Choice(all) => all.iter().all(|m| !matches!(m, Choice(_)) && m.fits(again, false)),
            Ends(..) => false,
            Again(body, redo) => {
                again
                    && matches!(**redo, Leaf(_))
                    && body.fits(false, false)
                    && body.edge(true).is_disjoint(&body.edge(false))
            }
        }
    }

    /// It in words, in which order does not matter where it does not matter to the process.
    pub(crate) fn told(&self) -> String {
        match self {
            Leaf(n) => format!("n{n}"),
            Often(n) => format!("n{n}+"),
            Maybe(m) => format!("{}?", m.told()).replace("+?", "*"),
            Seq(all) => format!("({})", all.iter().map(Self::told).collect::<Vec<_>>().join(" -> ")),
            Choice(all) => format!("({})", sorted(all.iter().map(Self::told)).join(" | ")),
            Par(all) => format!("({})", sorted(all.iter().map(Self::told)).join(" & ")),
            Ends(body, n) => format!("({} ends n{n})", body.told()),
            Again(body, redo) => format!("({} again {})", body.told(), redo.told()),
        }
    }
}

pub(crate) fn sorted(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = words.collect();
    all.sort();
    all
}

/// A step of an order: what was done, and on which track.
pub(crate) type Step = (usize, Option<usize>);

/// The events of orders, a minute apart.
pub(crate) fn events(orders: &[Vec<Step>]) -> Vec<Value> {
    let mut events = Vec::new();
    for (order, steps) in orders.iter().enumerate() {
        for (minute, (step, track)) in steps.iter().enumerate() {
            let mut data =
                json!({ "order_no": format!("Z{order}"), "actor": { "id": "1", "role": "nurse" } });
            if let Some(track) = track {
                data["bag_no"] = json!(format!("B{order}-{track}"));
            }
            events.push(json!({
                "specversion": "1.0", "id": format!("{order}-{minute}"), "source": "his/east", "type": format!("x.n{step}"),
                "time": format!("2026-01-{:02}T{:02}:{:02}:00+08:00", 1 + minute / 1440, minute / 60 % 24, minute % 60),
                "data": data,
            }));
        }
    }
    events
}
