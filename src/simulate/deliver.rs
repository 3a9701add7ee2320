//! From what happened to what a server is sent: CloudEvents, each with the moment at which it arrives, with everything
//! that lines and interfaces do to them.

use medloop_engine::facts::EventRef;
use medloop_engine::graph::{Definition, EndingKind};
use medloop_engine::name::SystemCode;
use medloop_engine::time::{Instant, Span};
use serde_json::{Map, Value, json};

use super::fault::Fault;
use super::plan::{Model, Plan, Step};
use super::random::Random;
use super::truth::EventFate;
use super::values;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// One CloudEvent on its way.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    /// When it reaches the server.
    pub(super) at: Instant,
    /// The event.
    pub(super) event: Value,
}

/// Turns a story into deliveries, not yet in the order of their arrival, and says what becomes of the odd ones.
pub(crate) fn all(
    model: &Model<'_>,
    random: &mut Random,
    plan: &mut Plan,
    fault: Option<&Fault>,
) -> (Vec<Sent>, Vec<EventFate>) {
    let ending = fault.and_then(|f| ending(model.definition, plan, random, f));
    if let Some(Ending { cut: true, after, .. }) = ending {
        plan.steps.truncate(after + 1);
    }
    let mut post =
        Post { model, random, plan, fault, sent: Vec::new(), fates: Vec::new(), number: 0, teacher: None };
    for (position, step) in plan.steps.iter().enumerate() {
        post.step(step);
        if let Some(ending) = ending.as_ref().filter(|e| e.after == position) {
            post.ending(ending, step, "病情变化");
        }
    }
    // A standing order ends with its stop, unless it is still under way.
    let standing = model.definition.scopes.iter().any(|s| s.until_stop);
    if standing && !ending.is_some_and(|e| e.cut) && !matches!(fault, Some(Fault::Stuck(_))) {
        post.stop();
    }
    post.spoil();
    (post.sent, post.fates)
}

/// An event that ends the order from outside its flow.
struct Ending {
    index: usize,
    /// Right after this step.
    after: usize,
    /// Nothing happens afterwards.
    cut: bool,
}

fn ending(definition: &Definition, plan: &Plan, random: &mut Random, fault: &Fault) -> Option<Ending> {
    let last = plan.steps.len().checked_sub(1)?;
    let first_in_track = plan.steps.iter().position(|s| s.track.is_some()).unwrap_or(last);
    let before = |index: usize| {
        let node = definition.endings.get(index).and_then(|e| e.before);
        node.and_then(|n| plan.steps.iter().position(|s| s.node == n)).unwrap_or(first_in_track)
    };
    let early = |random: &mut Random, limit: usize| {
        let most = i64::try_from(limit.saturating_sub(1)).unwrap_or(0);
        usize::try_from(random.between(0, most)).unwrap_or(0)
    };
    Some(match fault {
        Fault::CancelBefore(index) => {
            let limit = before(*index).min(first_in_track);
            Ending { index: *index, after: early(random, limit), cut: true }
        }
        Fault::CancelAfter(index) => Ending { index: *index, after: before(*index), cut: true },
        Fault::DoneAfterCancel(index) => {
            let limit = before(*index).min(first_in_track);
            Ending { index: *index, after: early(random, limit), cut: false }
        }
        Fault::Stopped(index) | Fault::Superseded(index) => {
            Ending { index: *index, after: early(random, first_in_track), cut: true }
        }
        _ => return None,
    })
}

struct Post<'a, 'b> {
    model: &'a Model<'a>,
    random: &'b mut Random,
    plan: &'a Plan,
    fault: Option<&'a Fault>,
    sent: Vec<Sent>,
    fates: Vec<EventFate>,
    number: u32,
    /// Where in `sent` the event stands that leads those of the first track to the order.
    teacher: Option<usize>,
}

impl Post<'_, '_> {
    fn step(&mut self, step: &Step) {
        let Some(node) = self.model.definition.node(step.node) else { return };
        let Some(trigger) =
            node.triggers.iter().find(|t| t.guard.is_none()).or_else(|| node.triggers.first())
        else {
            return;
        };
        let mut data = Map::new();
        if self.carries_key(step) {
            data.insert(self.model.definition.key.to_string(), json!(self.plan.key));
        }
        for (field, value) in &step.fields {
            data.insert(field.to_string(), value.clone());
        }
        if step.track == Some(0) && self.teacher.is_none() {
            self.teacher = Some(self.sent.len());
        }
        let here = step.track.unwrap_or(0) == 0;
        let first =
            !self.plan.steps.iter().take_while(|s| !std::ptr::eq(*s, step)).any(|s| s.node == step.node);
        match self.fault {
            Some(Fault::Retracted(ix)) if *ix == step.node && here && first => {
                self.mistake(step, trigger.event.as_str(), &data);
            }
            Some(Fault::Revised((ix, field))) if *ix == step.node && here && first => {
                if let Some(entry) = self.model.definition.fields.get(field) {
                    let mut wrong = data.clone();
                    wrong.insert(field.to_string(), values::refused(entry));
                    self.send(step, trigger.event.as_str(), wrong, 0);
                    let Some(sent) = self.sent.last_mut().map(|d| (d.at, d.event.clone())) else { return };
                    let (at, mut right) = sent;
                    set(&mut right, "revision", json!(2));
                    let data = right.get_mut("data").and_then(Value::as_object_mut);
                    if let (Some(data), Some(value)) = (data, step.fields.get(field)) {
                        data.insert(field.to_string(), value.clone());
                    }
                    self.sent
                        .push(Sent { at: at.plus(Span(self.random.between(3, 9) * MINUTE)), event: right });
                    return;
                }
            }
            _ => {}
        }
        let late = matches!(self.fault, Some(Fault::LateRecord(ix)) if *ix == step.node) && here && first;
        let allowed = self.model.catalogue.backfill_after.map_or(60 * MINUTE, |s| s.0);
        let delay = if late { allowed + self.random.between(10, 60) * MINUTE } else { 0 };
        self.send(step, trigger.event.as_str(), data, delay);
    }

    /// Systems that do not know the order number send only the value that leads to it.
    fn carries_key(&mut self, step: &Step) -> bool {
        let definition = self.model.definition;
        if matches!(self.fault, Some(Fault::LateLink)) && step.track == Some(0) {
            return self.teacher.is_none();
        }
        let plain =
            self.fault.is_none_or(|f| matches!(f, Fault::Duplicate | Fault::OutOfOrder | Fault::LateArrival));
        let taught = |field: &str| {
            let mut earlier = self.plan.steps.iter().take_while(|s| !std::ptr::eq(*s, step));
            earlier
                .any(|s| s.fields.iter().any(|(f, v)| f.as_str() == field && step.fields.get(f) == Some(v)))
        };
        let links =
            definition.nodes.iter().flat_map(|n| &n.fields).filter(|f| f.link).map(|f| f.field.as_str());
        let tracks = definition.scopes.iter().map(|s| s.field.as_str());
        let led =
            links.chain(tracks).any(|field| step.fields.keys().any(|f| f.as_str() == field) && taught(field));
        !(plain && led && self.random.percent(25))
    }

    /// An event sent for something that never happened, and taken back.
    fn mistake(&mut self, step: &Step, kind: &str, data: &Map<String, Value>) {
        let mut early = step.clone();
        early.at = step.at.plus(Span(-self.random.between(60, 150) * SECOND));
        self.send(&early, kind, data.clone(), 0);
        let Some(wrong) = self.sent.last().map(|d| (d.at, reference(&d.event))) else { return };
        let (at, wrong) = wrong;
        self.fates.push(EventFate {
            source: wrong.source.to_string(),
            id: wrong.id.to_string(),
            fate: "retracted",
        });
        let mut back = Map::new();
        back.insert("retracts".into(), json!({ "source": &*wrong.source, "id": &*wrong.id }));
        let mut after = step.clone();
        after.at = at.plus(Span(20 * SECOND));
        self.send(&after, medloop_engine::event::RETRACTED, back, 0);
    }

    fn ending(&mut self, ending: &Ending, step: &Step, reason: &str) {
        let Some(found) = self.model.definition.endings.get(ending.index) else { return };
        let Some(trigger) = found.triggers.first() else { return };
        let mut data = Map::new();
        data.insert(self.model.definition.key.to_string(), json!(self.plan.key));
        data.insert("reason".into(), json!(reason));
        if let (EndingKind::Supersede, Some(field)) = (found.kind, &found.successor) {
            data.insert(field.to_string(), json!(format!("{}N", self.plan.key)));
        }
        let mut last = step.clone();
        last.at = step.at.plus(Span(self.random.between(60, 170) * SECOND));
        // Who opened the order ends it.
        if let Some(opening) = self.plan.steps.first() {
            (last.actor, last.system) = (opening.actor.clone(), opening.system.clone());
        }
        if let Some(system) = trigger.systems.first().cloned().or_else(|| self.sender(trigger.event.as_str()))
        {
            last.system = Some(system);
        }
        self.send(&last, trigger.event.as_str(), data, 0);
    }

    /// The stop of an order that has run its course.
    fn stop(&mut self) {
        let stop = self.model.definition.endings.iter().position(|e| e.kind == EndingKind::Stop);
        let last = self.plan.steps.iter().max_by_key(|s| s.at);
        if let (Some(index), Some(last)) = (stop, last) {
            self.ending(&Ending { index, after: 0, cut: false }, last, "疗程结束");
        }
    }

    fn sender(&self, event: &str) -> Option<SystemCode> {
        let entry = self.model.catalogue.events.iter().find(|(code, _)| code.as_str() == event);
        entry.and_then(|(_, e)| e.systems.first().cloned())
    }

    fn send(&mut self, step: &Step, kind: &str, mut data: Map<String, Value>, delay: i64) {
        let zone = &self.model.settings.zone;
        self.number += 1;
        let written = step.at.plus(Span(delay + self.random.between(3, 40) * SECOND));
        let arrives = written.plus(Span(self.random.between(1, 15) * SECOND));
        let system = step.system.as_ref().map_or("his", SystemCode::as_str);
        data.insert("patient".into(), self.plan.patient.clone());
        data.insert("actor".into(), step.actor.actor());
        data.insert(
            "terminal".into(),
            json!(format!("{}-{:02}", system.to_uppercase(), self.random.between(1, 24))),
        );
        data.insert("capture".into(), json!(if system == "pda" { "scan" } else { "manual" }));
        data.insert("recorded_at".into(), json!(zone.rfc3339(written)));
        let event = json!({
            "specversion": "1.0",
            "id": format!("{}-{:03}", self.plan.key, self.number),
            "source": format!("{system}/{}", self.model.campus),
            "type": kind,
            "time": zone.rfc3339(step.at),
            "campus": self.model.campus.as_str(),
            "data": data,
        });
        self.sent.push(Sent { at: arrives, event });
    }

    /// What lines and interfaces do to a delivery.
    fn spoil(&mut self) {
        let last = i64::try_from(self.sent.len()).unwrap_or(0) - 1;
        let victim = usize::try_from(self.random.between(1.min(last), last)).unwrap_or(0);
        let Some(chosen) = self.sent.get(victim).cloned() else { return };
        let later = |minutes: i64| chosen.at.plus(Span(minutes * MINUTE));
        let fate = |fate| {
            let EventRef { source, id } = reference(&chosen.event);
            EventFate { source: source.to_string(), id: id.to_string(), fate }
        };
        match self.fault {
            Some(Fault::Duplicate) => {
                self.fates.push(fate("duplicate"));
                self.sent.push(Sent { at: later(self.random.between(1, 30)), event: chosen.event });
            }
            Some(Fault::OutOfOrder) => {
                // The one before arrives a minute after this one.
                if let Some(earlier) = victim.checked_sub(1).and_then(|v| self.sent.get_mut(v)) {
                    earlier.at = later(1);
                }
            }
            Some(Fault::LateArrival) => {
                let at = later(self.random.between(180, 360));
                if let Some(delivery) = self.sent.get_mut(victim) {
                    delivery.at = at;
                }
            }
            Some(Fault::Outage) => {
                let source = chosen.event.get("source").cloned();
                let last = self.sent.iter().map(|s| s.at).max().unwrap_or(chosen.at);
                let back = last.plus(Span(self.random.between(120, 240) * MINUTE));
                let down = |s: &&mut Sent| s.at >= chosen.at && s.event.get("source") == source.as_ref();
                self.sent.iter_mut().filter(down).for_each(|s| s.at = back);
            }
            Some(Fault::LateLink) => {
                let late = later(self.random.between(120, 240));
                let last = self.sent.iter().map(|s| s.at).max().unwrap_or(late);
                if let Some(teacher) = self.teacher.and_then(|t| self.sent.get_mut(t)) {
                    teacher.at = last.max(late);
                }
            }
            Some(Fault::Conflict) => {
                let mut other = chosen.event.clone();
                if let Some(data) = other.get_mut("data").and_then(Value::as_object_mut) {
                    data.insert("terminal".into(), json!("ELSEWHERE"));
                }
                self.fates.push(fate("conflict"));
                self.sent.push(Sent { at: later(self.random.between(1, 30)), event: other });
            }
            Some(Fault::UnknownType) => {
                let mut unknown = chosen.event.clone();
                let id = format!("{}-X", unknown.get("id").and_then(Value::as_str).unwrap_or_default());
                set(&mut unknown, "id", json!(id));
                set(&mut unknown, "type", json!("interface.heartbeat_v2"));
                self.fates.push(EventFate { id, ..fate("rejected") });
                self.sent.push(Sent { at: later(1), event: unknown });
            }
            _ => {}
        }
    }
}

fn set(event: &mut Value, member: &str, value: Value) {
    if let Some(event) = event.as_object_mut() {
        event.insert(member.into(), value);
    }
}

fn reference(event: &Value) -> EventRef {
    let text = |member: &str| event.get(member).and_then(Value::as_str).unwrap_or_default().into();
    EventRef { source: text("source"), id: text("id") }
}
