//! Events: they carry what nodes record, lead to their loop, and complete one node each.

use super::Checker;
use super::asks::disjoint;
use crate::diagnostic::Span as Place;
use crate::resolve::{Loop, Node, Trigger};
use crate::say;
use medloop_engine::admit::OF_VISITS;
use medloop_engine::catalogue::EventDef;
use medloop_engine::graph::ScopeIx;
use medloop_engine::name::{EventType, FieldCode};
use std::collections::BTreeMap;

impl Checker<'_, '_> {
    pub(super) fn events(&mut self, of: &Loop<'_>) {
        for node in &of.nodes {
            self.carried(node);
            self.track(of, node);
        }
        let endings = of.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
        for trigger in of.nodes.iter().flat_map(|n| &n.triggers).chain(endings) {
            self.leads(of, trigger);
        }
        self.two_nodes(of);
    }

    fn def(&self, trigger: &Trigger) -> Option<&EventDef> {
        self.names.catalogue.events.get(&trigger.event)
    }

    fn title(&self, field: &FieldCode) -> String {
        self.names.catalogue.fields.get(field).map_or_else(|| field.to_string(), |f| f.name.name.clone())
    }

    /// Every field of a node is carried by one of its events.
    fn carried(&mut self, node: &Node<'_>) {
        for field in &node.fields {
            let mut defs = node.triggers.iter().filter_map(|t| self.def(t)).peekable();
            if defs.peek().is_none() || defs.any(|d| d.fields.contains(&field.field)) {
                continue;
            }
            let (word, of) = (self.title(&field.field), node.name);
            let events: Vec<String> = node.triggers.iter().map(|t| t.event.to_string()).collect();
            let events = events.join("、");
            let message = say!(
                "环节“{of}”的事件 {events} 不带字段“{word}”",
                "the events {events} of `{of}` do not carry the field `{word}`"
            );
            let help = say!("在 events.yaml 的事件里加上它", "add it to the event in events.yaml");
            self.push(self.error("E0213", field.span, message).help(help));
        }
    }

    /// An event of a node within 每个 says which track it belongs to.
    fn track(&mut self, of: &Loop<'_>, node: &Node<'_>) {
        if node.scope == ScopeIx::ORDER || of.flow_lost {
            return;
        }
        let Some(scope) = of.scopes.get(usize::from(node.scope.0).wrapping_sub(1)) else { return };
        for trigger in &node.triggers {
            if self.def(trigger).is_some_and(|d| !d.fields.contains(&scope.field)) {
                let (event, word) = (&trigger.event, self.title(&scope.field));
                let message = say!(
                    "事件 {event} 不带“{word}”，不知道属于哪一条轨迹",
                    "the event {event} does not carry `{word}`: to which track does it belong?"
                );
                self.push(
                    self.error("E0408", trigger.span, message)
                        .label(scope.span, say!("这个“每个”", "this `each`")),
                );
            }
        }
    }

    /// An event carries the key or something linked to it; what goes by the visit says whose it is in `patient`.
    fn leads(&mut self, of: &Loop<'_>, trigger: &Trigger) {
        let Some(key) = of.key.as_ref().filter(|_| !of.flow_lost) else { return };
        if OF_VISITS.contains(&trigger.event.as_str()) {
            return;
        }
        let linked = of.nodes.iter().flat_map(|n| &n.fields).filter(|f| f.link).map(|f| &f.field);
        let ways: Vec<&FieldCode> =
            std::iter::once(key).chain(linked).chain(of.scopes.iter().map(|s| &s.field)).collect();
        if self.def(trigger).is_some_and(|d| !ways.iter().any(|w| d.fields.contains(w))) {
            let event = &trigger.event;
            let words: Vec<String> = ways.iter().map(|w| self.title(w)).collect();
            let words = words.join("、");
            let message = say!(
                "事件 {event} 找不到它的医嘱：不带主键，也不带关联的字段",
                "the event {event} leads to no order: it carries neither the key nor a linked field"
            );
            self.push(
                self.error("E0219", trigger.span, message).expected(say!("{words} 之一", "one of {words}")),
            );
        }
    }

    /// One event completes one node.
    fn two_nodes(&mut self, of: &Loop<'_>) {
        let mut by_event: BTreeMap<&EventType, Vec<(usize, &Trigger)>> = BTreeMap::new();
        for (i, node) in of.nodes.iter().enumerate() {
            for trigger in &node.triggers {
                by_event.entry(&trigger.event).or_default().push((i, trigger));
            }
        }
        let name = |i: usize| of.nodes.get(i).map_or("", |n| n.name);
        for (event, triggers) in by_event {
            for (i, (one, a)) in triggers.iter().enumerate() {
                for (other, b) in triggers.iter().skip(i + 1) {
                    if one != other && shared(a, b) && !guarded(a, b) {
                        self.both((name(*one), a.span), (name(*other), b.span), event.as_str());
                    }
                }
            }
        }
    }

    fn both(&mut self, (a, first): (&str, Place), (b, second): (&str, Place), event: &str) {
        let message =
            say!("事件 {event} 同时完成“{a}”和“{b}”", "the event {event} completes both `{a}` and `{b}`");
        let help = say!(
            "用互斥的“当”区分，如 当 结论 == \"通过\"",
            "tell them apart by guards that exclude each other, such as when result == \"passed\""
        );
        self.push(self.error("E0411", second, message).label(first, say!("另一处", "the other")).help(help));
    }
}

fn shared(a: &Trigger, b: &Trigger) -> bool {
    a.systems.is_empty() || b.systems.is_empty() || a.systems.iter().any(|s| b.systems.contains(s))
}

fn guarded(a: &Trigger, b: &Trigger) -> bool {
    match (&a.guard, &b.guard) {
        (Some(a), Some(b)) => disjoint(a, b),
        _ => false,
    }
}
