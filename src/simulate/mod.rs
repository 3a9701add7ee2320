//! Invents hospital days: orders of every loop as CloudEvents, some with a fault, and the list of what was injected.
//!
//! Nothing here knows a loop: flows, limits, rules and fields of the definitions say what a faultless order looks like
//! and in how many ways one can go wrong. The same seed gives the same bytes.

mod deliver;
mod fault;
mod fit;
mod limits;
mod ordinary;
mod patterns;
mod people;
mod plan;
mod prove;
mod random;
mod record;
mod schedule;
mod show;
mod slow;
mod title;
mod truth;
mod turns;
mod values;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::{CampusSettings, Definition};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::{Instant, Span};

use deliver::Sent;
use fault::Fault;
use plan::{Model, Plan};
use prove::Proof;
use random::Random;

pub(crate) use prove::LeftOut;
pub(crate) use slow::SlowClock;
pub(crate) use title::title;
use truth::EventFate;
pub(crate) use truth::Injected;
use turns::Turns;

const DAY: i64 = 86_400_000_000;

/// One CloudEvent on its way to a server.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// When it arrives.
    pub(crate) at: Instant,
    /// Number of its order, from 0.
    pub(crate) order: u64,
    /// Key of its order.
    pub(crate) key: String,
    /// The event, one line of JSON.
    pub(crate) text: String,
}

/// What to invent.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Two runs with the same seed write the same.
    pub(crate) seed: u64,
    /// When the first order may begin.
    pub(crate) from: Instant,
    /// For how long orders begin; none: without end.
    pub(crate) length: Option<Span>,
    /// How many orders begin in a day.
    pub(crate) per_day: u32,
    /// How many of a hundred orders have a fault.
    pub(crate) faulty: u32,
    /// Only these campuses; empty: all.
    pub(crate) campuses: BTreeSet<CampusCode>,
    /// Only these loops; empty: all.
    pub(crate) loops: BTreeSet<LoopCode>,
    /// A source whose clock runs behind all the time.
    pub(crate) slow: Option<SlowClock>,
    /// When somebody looks: a fault of an order of which all has come by then should show by then.
    pub(crate) shown_by: Option<Instant>,
}

/// Deliveries in the order of their arrival, made as they are taken.
pub(crate) struct Simulation {
    settings: Settings,
    catalogue: Arc<Catalogue>,
    /// Every loop at every campus, with the faults it can have.
    grounds: Vec<Ground>,
    /// How many orders have begun.
    begun: u64,
    /// Which faults have been injected: they take turns.
    injected: Turns,
    open: BinaryHeap<Reverse<Waiting>>,
    truth: Vec<Injected>,
    left_out: Vec<LeftOut>,
    spoilt: BTreeSet<LoopCode>,
}

struct Ground {
    definition: Arc<Definition>,
    campus: CampusCode,
    faults: Vec<Fault>,
}

/// An order, and what is sent of it.
struct Order {
    plan: Plan,
    deliveries: Vec<Sent>,
    fates: Vec<EventFate>,
}

/// How often an order is written anew that did not become what it was to be.
const TRIES: usize = 8;

/// How many orders of a ground are looked at before any is sent, and how far apart they begin: at all times of the day.
const PROOFS: u64 = 8;
const APART: Span = Span(7 * 3_600_000_000);

impl Ground {
    fn new(catalogue: &Catalogue, definition: &Arc<Definition>, campus: &CampusCode, seed: u64) -> Self {
        let model = model(catalogue, definition, campus);
        let duties = patterns::duties(definition);
        let reached = plan::reached(&model);
        let mut faults = fault::all(definition, &model.asked, &model.thresholds, &duties, &reached);
        // Kinds alternate instead of coming in a row.
        let mut random = Random::new(seed, people::hash(campus.as_str()));
        for last in (1..faults.len()).rev() {
            let other = random.between(0, i64::try_from(last).unwrap_or(0));
            faults.swap(last, usize::try_from(other).unwrap_or(0));
        }
        Self { definition: Arc::clone(definition), campus: campus.clone(), faults }
    }

    /// Writes an order, all of it; `name` is the seed and the number of the order, of which its key is made.
    fn write(
        &self,
        catalogue: &Catalogue,
        random: &mut Random,
        (seed, number): (u64, u64),
        start: Instant,
        (fault, slow): (Option<&Fault>, Option<&SlowClock>),
    ) -> Order {
        let model = model(catalogue, &self.definition, &self.campus);
        let day: String =
            model.settings.zone.rfc3339(start).chars().take(10).filter(char::is_ascii_digit).collect();
        let key = format!("ZY{day}{:03}{number:05}", seed % 1000);
        let patient =
            people::patient(random, catalogue, &self.campus, (seed % 1000) * 10_000 + number % 10_000);
        let mut plan = plan::write(&model, random, key, patient, start, fault);
        let (mut deliveries, fates) = deliver::all(&model, random, &mut plan, fault);
        slow.into_iter().for_each(|clock| clock.tell(&model.settings.zone, &mut deliveries));
        Order { plan, deliveries, fates }
    }

    /// Shows some faultless orders to the engine, until one is not.
    fn prove(&self, catalogue: &Catalogue, from: Instant, proof: &mut Proof<'_>) {
        for number in 0..PROOFS {
            if !proof.holds(&self.definition.code) {
                return;
            }
            let start = from.plus(Span(APART.0 * i64::try_from(number).unwrap_or(0)));
            let mut random = Random::new(people::hash(self.definition.code.as_str()), number);
            let order = self.write(catalogue, &mut random, (0, number), start, (None, None));
            proof.judge(&self.definition, &order.plan.key, &order.deliveries);
        }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    at: Instant,
    order: u64,
    number: usize,
    key: String,
    text: String,
}

impl Simulation {
    /// Begins a simulation of these loops: of those whose faultless orders are faultless to the engine as well.
    pub(crate) fn new(
        catalogue: Arc<Catalogue>,
        definitions: &[Arc<Definition>],
        settings: Settings,
    ) -> Self {
        let mut grounds = Vec::new();
        let mut proof = Proof::new(&catalogue, definitions);
        for campus in catalogue.campuses.keys() {
            if !settings.campuses.is_empty() && !settings.campuses.contains(campus) {
                continue;
            }
            for definition in definitions {
                if !settings.loops.is_empty() && !settings.loops.contains(&definition.code) {
                    continue;
                }
                let ground = Ground::new(&catalogue, definition, campus, settings.seed);
                ground.prove(&catalogue, settings.from, &mut proof);
                grounds.push(ground);
            }
        }
        let (left_out, spoilt) = proof.outcome();
        grounds.retain(|g| !left_out.iter().any(|l| l.code == g.definition.code));
        let (injected, open, truth) = (Turns::default(), BinaryHeap::new(), Vec::new());
        Self { settings, catalogue, grounds, begun: 0, injected, open, truth, left_out, spoilt }
    }

    /// Whether there is nothing to simulate.
    pub(crate) fn is_empty(&self) -> bool {
        self.grounds.is_empty()
    }

    /// The loops that are not simulated, and why.
    pub(crate) fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Loops that are not simulated, and of which simulated orders of other loops would leave instances unfinished.
    pub(crate) fn spoilt(&self) -> &BTreeSet<LoopCode> {
        &self.spoilt
    }

    /// What has been injected into the orders begun so far.
    pub(crate) fn truth(&self) -> &[Injected] {
        &self.truth
    }

    /// The source whose clock runs behind, if one does.
    pub(crate) fn slow(&self) -> Option<&SlowClock> {
        self.settings.slow.as_ref()
    }

    /// When the next order begins; none when all have.
    fn next_start(&self) -> Option<Instant> {
        let share = DAY / i64::from(self.settings.per_day.max(1));
        let offset = share.saturating_mul(i64::try_from(self.begun).ok()?);
        if self.grounds.is_empty() || self.settings.length.is_some_and(|length| offset >= length.0) {
            return None;
        }
        Some(self.settings.from.plus(Span(offset)))
    }

    /// Writes the next order, all of it, and keeps its deliveries until their time comes.
    fn begin(&mut self, start: Instant) {
        let mut random = Random::new(self.settings.seed, self.begun);
        let last = i64::try_from(self.grounds.len()).unwrap_or(1) - 1;
        let chosen = usize::try_from(random.between(0, last)).unwrap_or(0);
        let Some(ground) = self.grounds.get(chosen) else { return };
        let faulty = random.percent(i64::from(self.settings.faulty)) && !ground.faults.is_empty();
        let start = start.plus(Span(random.between(0, 240) * 1_000_000));
        let name = (self.settings.seed, self.begun);
        let mut written = None;
        for _ in 0..TRIES {
            let fault = if faulty { self.injected.next(chosen, &ground.faults) } else { None };
            let slow = self.settings.slow.as_ref();
            let order = ground.write(&self.catalogue, &mut random, name, start, (fault, slow));
            let injected = fault.map(|fault| {
                let truth = truth::of(&ground.definition, &order.plan, ground.campus.as_str(), fault);
                Injected { events: order.fates.clone(), ..truth }
            });
            let id = (&*ground.definition, &ground.campus);
            if let Some(since) = show::as_told(&self.catalogue, id, &order, injected.as_ref(), slow) {
                let came = order.deliveries.iter().map(|sent| sent.at).max();
                let hidden = self.settings.shown_by.is_some_and(|by| came <= Some(by) && by < since);
                written = Some((order, injected.map(|truth| Injected { since, ..truth })));
                let Some(fault) = fault.filter(|_| hidden) else { break };
                self.injected.again(fault);
            }
        }
        let number = self.begun;
        self.begun += 1;
        let Some((Order { plan, deliveries, .. }, injected)) = written else { return };
        self.truth.extend(injected);
        self.keep(number, &plan.key, deliveries);
    }

    /// Keeps what is sent of an order until its time comes.
    fn keep(&mut self, order: u64, key: &str, deliveries: Vec<Sent>) {
        for (number, delivery) in deliveries.into_iter().enumerate() {
            let text = delivery.event.to_string();
            let key = key.to_owned();
            self.open.push(Reverse(Waiting { at: delivery.at, order, number, key, text }));
        }
    }
}

impl Iterator for Simulation {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        while let Some(start) = self.next_start() {
            if self.open.peek().is_some_and(|Reverse(w)| w.at < start) {
                break;
            }
            self.begin(start);
        }
        let Reverse(next) = self.open.pop()?;
        Some(Delivery { at: next.at, order: next.order, key: next.key, text: next.text })
    }
}

fn model<'a>(catalogue: &'a Catalogue, definition: &'a Definition, campus: &CampusCode) -> Model<'a> {
    let settings = CampusSettings::of(definition, campus);
    let asked = patterns::read(definition, &settings);
    let thresholds = patterns::thresholds(definition, &settings);
    let duties = patterns::duties(definition).into_iter().map(|(.., duty)| duty);
    let exceptional = duties.chain(ordinary::exceptional(definition)).collect();
    let excuses = ordinary::excuses(definition);
    Model { catalogue, definition, campus: campus.clone(), settings, asked, thresholds, exceptional, excuses }
}
