//! Walks the flow of a loop and writes down what happens to one order: who does what when, and what is recorded.

use medloop_engine::admit::typed;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::facts::Fields;
use medloop_engine::graph::{
    CampusSettings, Compare, Definition, Expr, Flow, GuardIx, NodeIx, Rule, ScopeIx,
};
use medloop_engine::guard::Look;
use medloop_engine::name::{CampusCode, FieldCode, SystemCode};
use medloop_engine::time::{Instant, Moment, Precision, Span};
use medloop_engine::value::{Type, Value as Typed};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use super::fault::{Fault, flow_nodes};
use super::ordinary;
use super::patterns::{Asked, Asks, Place};
use super::people::Staff;
use super::random::Random;
use super::{schedule, values};

const MINUTE: i64 = 60_000_000;

/// What one loop at one campus is simulated from; the same for all its orders.
pub(crate) struct Model<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) definition: &'a Definition,
    pub(crate) campus: CampusCode,
    pub(crate) settings: CampusSettings,
    pub(crate) asked: Vec<Asked>,
    pub(crate) thresholds: Vec<(usize, Place, f64)>,
    /// Nodes that happen only after something out of the ordinary.
    pub(crate) exceptional: Vec<NodeIx>,
    /// Fields that say why it was done all the same.
    pub(crate) excuses: Vec<Place>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) node: NodeIx,
    /// Index into [`Plan::tracks`]; none: the order's own.
    pub(crate) track: Option<usize>,
    pub(crate) at: Instant,
    pub(crate) actor: Staff,
    pub(crate) system: Option<SystemCode>,
    pub(crate) fields: BTreeMap<FieldCode, Value>,
}

/// One order's whole story.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) key: String,
    pub(crate) patient: Value,
    pub(crate) tracks: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// Writes the story of the order `key`, beginning at `start`, with at most one fault.
pub(crate) fn write(
    model: &Model<'_>,
    random: &mut Random,
    key: String,
    patient: Value,
    start: Instant,
    fault: Option<&Fault>,
) -> Plan {
    let plan = Plan { key, patient, tracks: Vec::new(), steps: Vec::new() };
    let mut walk = Walk::new(model, random, fault, plan, start);
    walk.foresee();
    walk.flow(&model.definition.flow);
    let Walk { mut plan, .. } = walk;
    schedule::settle(model, random, fault, &mut plan);
    plan
}

/// The nodes that an ordinary order may pass at this campus, optional ones included.
pub(crate) fn reached(model: &Model<'_>) -> BTreeSet<NodeIx> {
    let mut random = Random::new(0, 0);
    let plan = Plan { key: "KEY".into(), patient: json!({}), tracks: Vec::new(), steps: Vec::new() };
    let mut walk = Walk::new(model, &mut random, None, plan, Instant(0));
    walk.every = true;
    walk.foresee();
    walk.flow(&model.definition.flow);
    walk.plan.steps.iter().map(|s| s.node).collect()
}

/// A walk under way.
pub(super) struct Walk<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) random: &'a mut Random,
    pub(super) fault: Option<&'a Fault>,
    pub(super) plan: Plan,
    /// When the last thing happened, on the way the walk has taken.
    pub(super) now: Instant,
    pub(super) track: Option<usize>,
    /// What a field holds on every node of this order.
    pub(super) usual: BTreeMap<FieldCode, Value>,
    /// Everybody who had to do with the order so far.
    pub(super) met: Vec<String>,
    /// The order got stuck.
    halted: bool,
    /// The fault that delays has been placed.
    pub(super) pushed: bool,
    /// Nothing that is optional is left out.
    every: bool,
    /// This round is done again: what is out of the ordinary answers what sent it back.
    again: bool,
}

impl<'a> Walk<'a> {
    fn new(
        model: &'a Model<'a>,
        random: &'a mut Random,
        fault: Option<&'a Fault>,
        plan: Plan,
        start: Instant,
    ) -> Self {
        Self {
            model,
            random,
            fault,
            plan,
            now: start,
            track: None,
            usual: BTreeMap::new(),
            met: Vec::new(),
            halted: false,
            pushed: false,
            every: false,
            again: false,
        }
    }
}

impl Walk<'_> {
    fn flow(&mut self, flow: &Flow) {
        match flow {
            Flow::Node(ix) => self.node(*ix),
            Flow::Seq(all) => all.iter().for_each(|f| self.flow(f)),
            Flow::Par(all) => {
                let (start, mut last) = (self.now, self.now);
                for branch in all {
                    self.now = start;
                    self.flow(branch);
                    last = last.max(self.now);
                }
                self.now = last;
            }
            Flow::Choice(all) => {
                let asks = |f: &Flow| match f {
                    Flow::When { guard, body } => (self.guard(*guard), (**body).clone()),
                    other => (None, other.clone()),
                };
                let mut branches: Vec<(Option<bool>, Flow)> = all.iter().map(asks).collect();
                branches.retain(|(guard, _)| *guard != Some(false));
                let chosen = branches.iter().position(|(guard, _)| *guard == Some(true));
                let branch = match chosen {
                    Some(i) => branches.get(i).cloned(),
                    // Faults are about the usual way.
                    None if self.every || self.fault.is_some() => branches.first().cloned(),
                    None => self.random.pick(&branches).cloned(),
                };
                if let Some((_, branch)) = branch {
                    self.flow(&branch);
                }
            }
            Flow::When { guard, body } => match self.guard(*guard) {
                Some(true) => self.flow(body),
                Some(false) => {}
                None => {
                    if self.random.percent(50) {
                        self.flow(body);
                    }
                }
            },
            Flow::Opt(body) => {
                if self.every || self.random.percent(50) {
                    self.flow(body);
                }
            }
            Flow::Again { body, node } => {
                if matches!(self.fault, Some(Fault::Again(f)) if f == node) {
                    self.first_of(body);
                    self.place(*node);
                    self.again = true;
                }
                self.flow(body);
                self.again = false;
            }
            Flow::Ends { body, nodes } => match self.fault {
                Some(Fault::Ended(f)) if nodes.contains(f) && self.track.unwrap_or(0) == 0 => {
                    // An order-level block is left before anything of it happened, a track after its first node.
                    if self.track.is_some() {
                        self.first_of(body);
                    }
                    self.place(*f);
                }
                _ => self.flow(body),
            },
            Flow::Each(scope) => {
                let Some(block) = self.model.definition.scope(*scope) else { return };
                let (start, mut last) = (self.now, self.now);
                let count = self
                    .count(block.count.as_ref())
                    .max(self.tracks_by_rule(*scope, Compare::Ge).unwrap_or(1));
                let count = count.min(self.tracks_by_rule(*scope, Compare::Le).unwrap_or(count));
                for number in 0..count {
                    if self.halted {
                        break;
                    }
                    let initial: String =
                        block.field.as_str().chars().take(1).flat_map(char::to_uppercase).collect();
                    self.plan.tracks.push(format!("{initial}{}{}", self.plan.key, number + 1));
                    self.track = Some(self.plan.tracks.len() - 1);
                    self.now = start.plus(Span(number * self.random.between(20, 45) * MINUTE));
                    self.flow(&block.flow);
                    last = last.max(self.now);
                }
                self.track = None;
                self.now = last;
            }
        }
    }

    /// Settles what the guards of the flow ask for: the event that says it may come after what they stand before.
    fn foresee(&mut self) {
        let definition = self.model.definition;
        let mut asked = Vec::new();
        definition.guards.iter().for_each(|guard| ordinary::event_fields(guard, &mut asked));
        for code in asked {
            let Some(entry) = definition.fields.get(&code).filter(|f| matches!(f.kind, Type::Code(_))) else {
                continue;
            };
            // What opens the order must be what its event's guard asks for.
            let opening = definition.starts.nodes.iter().min();
            let demanded = opening.map(|ix| ordinary::demanded(definition, *ix)).unwrap_or_default();
            if let Some((_, Typed::Text(text))) = demanded.iter().find(|(field, _)| *field == code) {
                self.usual.insert(code, json!(text.as_ref()));
                continue;
            }
            let zone = &self.model.settings.zone;
            if let Some(value) = values::draw(self.random, definition, entry, self.now, zone) {
                self.usual.insert(code, value);
            }
        }
    }

    /// What a guard of the flow comes to by what the order's events say.
    fn guard(&self, guard: GuardIx) -> Option<bool> {
        let (definition, settings) = (self.model.definition, &self.model.settings);
        let fields = self.usual.iter().filter_map(|(code, raw)| {
            let field = definition.fields.get(code)?;
            Some((code.clone(), typed(field, &definition.tables, &settings.zone, raw)?))
        });
        let fields: Fields = fields.collect();
        let patient = serde_json::from_value(self.plan.patient.clone()).ok();
        let at = Moment { at: self.now, precision: Precision::Minute };
        Look { def: definition, settings, fields: &fields, patient: patient.as_ref(), at }
            .truth(definition.guards.get(usize::from(guard.0))?)
    }

    /// How many tracks: what the order asks for where the loop says so, else one or two.
    fn count(&mut self, count: Option<&Expr>) -> i64 {
        if let Some(Expr::Field(_, _, field)) = count {
            let asked = self.usual.get(field).and_then(Value::as_i64);
            return asked.unwrap_or(1).clamp(1, 8);
        }
        self.random.between(1, 2)
    }

    /// How many tracks a rule allows (`个数(F) <= NODE.FIELD`) or asks for (`>=`), by what the order says.
    fn tracks_by_rule(&self, scope: ScopeIx, how: Compare) -> Option<i64> {
        let said = |rule: &Rule| match &rule.check {
            Expr::Compare(is, tracks, field) if *is == how => match (tracks.as_ref(), field.as_ref()) {
                (Expr::Tracks(of), Expr::Field(_, _, field)) if *of == scope => {
                    self.usual.get(field).and_then(Value::as_i64)
                }
                _ => None,
            },
            _ => None,
        };
        let all = self.model.definition.rules.iter().filter_map(said).map(|n| n.clamp(1, 1000));
        if how == Compare::Ge { all.max() } else { all.min() }
    }

    fn first_of(&mut self, body: &Flow) {
        let mut nodes = Vec::new();
        flow_nodes(self.model.definition, body, &mut nodes);
        let mandatory = |ix: &&NodeIx| self.model.definition.node(**ix).is_some_and(|n| !n.optional);
        if let Some(first) = nodes.iter().find(mandatory).or_else(|| nodes.first()) {
            self.place(*first);
        }
    }

    /// Whether this is where faults strike: the order itself or its first track.
    pub(super) fn here(&self) -> bool {
        self.track.unwrap_or(0) == 0
    }

    fn node(&mut self, ix: NodeIx) {
        let Some(node) = self.model.definition.node(ix) else { return };
        if self.halted
            || (self.model.settings.off.contains_key(&ix)
                || self.model.settings.unavailable.contains_key(&ix))
        {
            return;
        }
        if matches!(self.fault, Some(Fault::Stuck(f)) if *f == ix) && self.here() {
            self.halted = true;
            return;
        }
        if matches!(self.fault, Some(Fault::Missing(f)) if *f == ix) && self.here() {
            return;
        }
        let wanted = self.fault.is_some_and(|f| f.nodes().contains(&ix));
        let needed =
            |a: &Asked| matches!(a.asks, Asks::Happened { node } | Asks::Times { node, .. } if node == ix);
        let wanted = wanted || self.model.asked.iter().any(needed);
        let strange = self.model.exceptional.contains(&ix) && !self.again;
        if strange || (node.optional && !wanted && !self.every && self.random.percent(30)) {
            return;
        }
        let asked = self.model.asked.iter().filter_map(|a| match a.asks {
            Asks::Times { node, least } if node == ix => Some(least),
            _ => None,
        });
        let least = asked.max().unwrap_or(2);
        let times = if node.repeated { self.random.between(least, least.max(3)) } else { 1 };
        for _ in 0..times {
            self.place(ix);
        }
    }

    /// Lets a node happen once, now.
    fn place(&mut self, ix: NodeIx) {
        let Some(node) = self.model.definition.node(ix) else { return };
        let (gap, latest) = (self.random.between(4, 11) * MINUTE, self.latest(ix));
        let room = latest.map(|l| l.0 - self.now.0);
        let gap = match room {
            // A limit of many hours is used by the hour, a short one never to its end.
            Some(room) if room > 600 * MINUTE => self.random.between(25, 90) * MINUTE,
            Some(room) => gap.min(room.saturating_mul(self.random.between(35, 70)) / 100).max(0),
            None => gap,
        };
        // What is still to come on this track must find room within its own limits.
        let ahead = self
            .ahead(ix)
            .map_or(gap, |l| (l.0 - self.now.0).max(0).saturating_mul(self.random.between(25, 45)) / 100);
        let gap = gap.min(ahead);
        let mut at = if self.plan.steps.is_empty() { self.now } else { self.now.plus(Span(gap)) };
        let apart = self.earliest(ix).map(|least| least.plus(Span(self.random.between(1, 4) * MINUTE)));
        at = apart.map_or(at, |apart| at.max(apart));
        if let Some(over) = self.push(ix) {
            at = over.plus(Span(self.random.between(6, 25) * MINUTE));
            self.pushed = true;
        }
        let at = Instant(at.0 - at.0.rem_euclid(1_000_000));
        let Some(actor) = self.actor(ix, &node.roles) else { return };
        let fields = self.fields(ix, at, &actor);
        let trigger = node.triggers.iter().find(|t| t.guard.is_none()).or_else(|| node.triggers.first());
        let system =
            trigger.and_then(|t| t.systems.first().cloned().or_else(|| self.any_system(t.event.as_str())));
        self.plan.steps.push(Step { node: ix, track: self.track, at, actor, system, fields });
        self.now = at;
    }

    fn any_system(&self, event: &str) -> Option<SystemCode> {
        let entry = self.model.catalogue.events.iter().find(|(code, _)| code.as_str() == event);
        entry.and_then(|(_, e)| e.systems.first().cloned())
    }
}
