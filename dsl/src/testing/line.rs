//! One line of a test as an event: what it says in the words of the loop, in the form in which a system would send it.

use super::script::{Reader, Sent, Step};
use super::values;
use crate::diagnostic::{Span, Words, nearest};
use crate::lexicon;
use crate::tree::{self, Clock, EventChange, EventLine, What};
use medloop_engine::admit::asks_for_visits;
use medloop_engine::graph::EndingKind;
use medloop_engine::time::{Instant, parse_moment};
use medloop_engine::value::Type;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

impl Reader<'_> {
    /// The event of a line; `None` when a name or value in it fits nothing, which is then reported.
    pub(super) fn event(&mut self, line: &EventLine) -> Option<Step> {
        let kind = self.kind(&line.what)?;
        let at = self.instant(&line.when);
        let source = self.source(line, &kind)?;
        let mut data = Map::new();
        // What the interface dictionary does not list, the source does not send: then a link has to lead the event.
        let listed = self.catalogue.events.iter().find(|(k, _)| k.as_str() == kind);
        if listed.is_none_or(|(_, def)| def.fields.contains(&self.definition.key)) {
            data.insert(self.definition.key.as_str().to_owned(), json!(self.key));
        }
        data.insert("precision".to_owned(), json!(precision(line.when.clock)));
        let mut patient = Map::new();
        if let Some(id) = &self.patient {
            patient.insert("id".to_owned(), json!(id));
        }
        for (name, value) in &line.fields {
            if let Some(member) = lexicon::of_patient(&name.text).and_then(lexicon::patient_member) {
                patient.insert(member.to_owned(), json!(values::text(value)));
            }
        }
        // All events of a test are of one visit unless they say otherwise.
        if asks_for_visits(&self.definition) {
            patient.entry("visit_no").or_insert_with(|| json!(format!("{}-V", self.key)));
        }
        if !patient.is_empty() {
            data.insert("patient".to_owned(), Json::Object(patient));
        }
        let mut actor = Map::new();
        if let Some(person) = &line.person {
            actor.insert("id".to_owned(), json!(person.id.text));
            for role in &person.roles {
                let code = self.role(role)?;
                actor.entry("role").or_insert(json!(code));
            }
        }
        for (name, value) in line.fields.iter().filter(|f| lexicon::of_patient(&f.0.text).is_none()) {
            self.field(name, value, line, &mut data, &mut actor)?;
        }
        if !actor.is_empty() {
            data.insert("actor".to_owned(), Json::Object(actor));
        }
        // What is not said to be late arrives at once, but not before it was written down.
        let recorded =
            data.get("recorded_at").and_then(Json::as_str).and_then(|t| parse_moment(t, &self.zone));
        let at_once = recorded.map_or(at, |m| m.at.max(at));
        let arrives = line.arriving.as_ref().map_or(at_once, |when| self.instant(when));
        let track = self.definition.scopes.iter().find_map(|s| data.get(s.field.as_str()).cloned());
        let what = kind.clone();
        let mut id = format!("{}-{}", self.key, self.sent.len() + 1);
        let mut revision = 1;
        let mut kind = kind;
        let mut source = source;
        if let Some(change) = line.change {
            let earlier = self.earlier(&what, at, track.as_ref(), line.span)?;
            match change {
                EventChange::Retract => {
                    data = Map::new();
                    data.insert("retracts".to_owned(), json!({ "source": earlier.0, "id": earlier.1 }));
                    kind = medloop_engine::event::RETRACTED.to_owned();
                }
                EventChange::Revise(n) => {
                    (source, id) = earlier;
                    revision = n;
                }
            }
        }
        let json = json!({
            "specversion": "1.0", "id": id, "source": source, "type": kind, "time": self.zone.rfc3339(at),
            "campus": self.campus.as_str(), "revision": revision, "data": data,
        });
        self.sent.push(Sent { what, at, track, source, id });
        Some(Step { json, arrives, span: line.span })
    }

    /// The event that a line takes back or corrects: the last of its kind and track, one of the same time before others.
    fn earlier(
        &mut self,
        what: &str,
        at: Instant,
        track: Option<&Json>,
        span: Span,
    ) -> Option<(String, String)> {
        let fits =
            |s: &&Sent| s.what == what && (track.is_none() || s.track.is_none() || s.track.as_ref() == track);
        let same = self.sent.iter().rev().filter(fits).find(|s| s.at == at);
        let found =
            same.or_else(|| self.sent.iter().rev().find(fits)).map(|s| (s.source.clone(), s.id.clone()));
        if found.is_none() {
            let words = Words::new(
                "前面没有可撤回或更正的事件",
                "there is no event before it to take back or correct",
            );
            self.fail(span, words, None);
        }
        found
    }

    fn kind(&mut self, what: &What) -> Option<String> {
        let definition = Arc::clone(&self.definition);
        let ending = |kind: EndingKind| definition.endings.iter().find(move |e| e.kind == kind);
        let (found, span, zh, en) = match what {
            What::Event(name) => return Some(name.text.clone()),
            What::Node(name) => {
                let wanted = name.text.as_str();
                let node = definition.nodes.iter().find(|n| n.code.as_str() == wanted || n.name == wanted);
                if node.is_none() {
                    let names = definition.nodes.iter().flat_map(|n| [n.name.as_str(), n.code.as_str()]);
                    let words = crate::say!("没有叫 “{wanted}” 的环节", "there is no node “{wanted}”");
                    self.fail(name.span, words, nearest(wanted, names));
                    return None;
                }
                let event = node.and_then(|n| n.triggers.first()).map(|t| t.event.as_str().to_owned());
                (event, name.span, "环节没有事件", "the node has no event")
            }
            What::Ending(kind, span) => {
                let event = ending(kind.compiled())
                    .and_then(|e| e.triggers.first())
                    .map(|t| t.event.as_str().to_owned());
                (event, *span, "这个闭环没有这样的语句", "this loop has no such statement")
            }
            What::Resume(span) => {
                let event = ending(EndingKind::Stop)
                    .and_then(|e| e.resume.first())
                    .map(|t| t.event.as_str().to_owned());
                (event, *span, "停止没有说明由什么事件恢复", "the stop does not say which event resumes it")
            }
        };
        if found.is_none() {
            self.fail(span, Words::new(zh, en), None);
        }
        found
    }

    fn source(&mut self, line: &EventLine, kind: &str) -> Option<String> {
        let campus = self.campus.as_str();
        if let Some(text) = &line.source {
            let first = text.value.split('/').next().unwrap_or_default();
            let systems = &self.catalogue.systems;
            let system = systems.iter().find(|(code, named)| code.as_str() == first || named.name == first);
            let Some((system, _)) = system else {
                let near = nearest(first, systems.iter().flat_map(|(c, n)| [c.as_str(), n.name.as_str()]));
                self.fail(
                    text.span,
                    crate::say!("没有叫 “{first}” 的系统", "there is no system “{first}”"),
                    near,
                );
                return None;
            };
            let rest = text.value.get(first.len()..).unwrap_or_default();
            return Some(if rest.is_empty() {
                format!("{system}/{campus}")
            } else {
                format!("{system}{rest}")
            });
        }
        let node = match &line.what {
            What::Node(name) => {
                self.definition.nodes.iter().find(|n| n.code.as_str() == name.text || n.name == name.text)
            }
            _ => None,
        };
        let stated = node.and_then(|n| n.triggers.first()).and_then(|t| t.systems.first());
        let listed = self
            .catalogue
            .events
            .iter()
            .find(|(k, _)| k.as_str() == kind)
            .and_then(|(_, d)| d.systems.first());
        let system = stated.or(listed).or_else(|| self.catalogue.systems.keys().next());
        system.map(|system| format!("{system}/{campus}"))
    }

    fn role(&mut self, name: &tree::Name) -> Option<String> {
        let wanted = name.text.as_str();
        let roles = &self.catalogue.roles;
        let found = roles.iter().find(|(c, r)| c.as_str() == wanted || r.name.name == wanted);
        if let Some((code, _)) = found {
            return Some(code.as_str().to_owned());
        }
        let near = nearest(wanted, roles.iter().flat_map(|(c, r)| [c.as_str(), r.name.name.as_str()]));
        self.fail(name.span, crate::say!("没有叫 “{wanted}” 的角色", "there is no role “{wanted}”"), near);
        None
    }

    fn field(
        &mut self,
        name: &tree::Name,
        value: &tree::Value,
        line: &EventLine,
        data: &mut Map<String, Json>,
        actor: &mut Map<String, Json>,
    ) -> Option<()> {
        let day = self.day(&line.when.day);
        let wanted = name.text.as_str();
        let def = self.definition.fields.values().chain(self.catalogue.fields.values());
        let def = def.into_iter().find(|d| d.code.as_str() == wanted || d.name.name == wanted);
        if let Some(def) = def {
            let json = values::json(value, Some(&def.kind), day, &self.zone);
            let code = def.code.as_str().to_owned();
            // An empty text says that the source does not send this field; so a line can leave the key out.
            if json == json!("") {
                data.remove(&code);
            } else {
                data.insert(code, json);
            }
            return Some(());
        }
        let attribute =
            lexicon::position(lexicon::ATTRIBUTES, wanted).and_then(|i| lexicon::ATTRIBUTES.get(i));
        let moment = || {
            let stated = values::stated(value, day, &self.zone);
            stated.unwrap_or_else(|| values::json(value, Some(&Type::Moment), day, &self.zone))
        };
        match attribute.map(|w| w.en) {
            Some(member @ ("dept" | "title")) => actor.insert(member.to_owned(), json!(values::text(value))),
            Some("terminal") => data.insert("terminal".to_owned(), json!(values::text(value))),
            Some("capture") => data.insert("capture".to_owned(), json!(values::text(value))),
            Some("began") => data.insert("started_at".to_owned(), moment()),
            Some("recorded") => data.insert("recorded_at".to_owned(), moment()),
            _ => {
                let names =
                    self.catalogue.fields.values().flat_map(|d| [d.name.name.as_str(), d.code.as_str()]);
                let near = nearest(wanted, names);
                self.fail(
                    name.span,
                    crate::say!("没有叫 “{wanted}” 的字段", "there is no field “{wanted}”"),
                    near,
                );
                return None;
            }
        };
        Some(())
    }
}

const fn precision(clock: Clock) -> &'static str {
    if clock.second.is_some() { "second" } else { "minute" }
}
