//! Nodes that wait for what no source brings: an event that no mapping makes, a required field that none of them fills in.
//!
//! Only systems whose messages are all mapped here are judged; one that sends events by itself may bring anything.

use crate::diagnostic::{Diagnostic, Span};
use crate::say;
use crate::sources::Source;
use crate::tree::{File, Node, NodeClause};
use crate::written::{self, Written};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::{self, Definition};
use medloop_engine::map::{Make, Pick, Then};
use medloop_engine::name::{EventType, FieldCode, SystemCode};
use std::collections::BTreeMap;

/// Every event that the mappings make, by system; none for a system that sends events by itself.
struct Made<'s>(BTreeMap<&'s SystemCode, Option<Vec<&'s Make>>>);

/// What is known of an event that a system sends.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Known {
    /// The system has no mapping, or sends events by itself.
    Nothing,
    /// No mapping makes it.
    Absent,
    /// Made without the field.
    Without,
    /// Made with it.
    With,
}

impl Known {
    /// Whether the field may come.
    fn perhaps(self) -> bool {
        matches!(self, Self::Nothing | Self::With)
    }
}

impl<'s> Made<'s> {
    fn new(sources: &'s [Source]) -> Self {
        let mut all: BTreeMap<&SystemCode, Option<Vec<&Make>>> = BTreeMap::new();
        for mapping in sources.iter().map(|s| &s.mapping) {
            let own = all.entry(&mapping.system).or_insert_with(|| Some(Vec::new()));
            if mapping.rules.is_empty() {
                *own = None;
            }
            for rule in &mapping.rules {
                if let Then::Event(make) = &rule.then {
                    let system = make.system.as_ref().unwrap_or(&mapping.system);
                    let made = all.entry(system).or_insert_with(|| Some(Vec::new()));
                    made.iter_mut().for_each(|m| m.push(make));
                }
            }
        }
        Self(all)
    }

    /// What is known of all events that complete a node, by each system that may send it.
    fn of(&self, node: &graph::Node, catalogue: &Catalogue, field: Option<&FieldCode>) -> Vec<Known> {
        let of = |t: &graph::Trigger| -> Vec<Known> {
            let all = catalogue.events.get(&t.event).map_or(&[][..], |e| &e.systems);
            let systems = if t.systems.is_empty() { all } else { &t.systems };
            systems.iter().map(|s| self.known(s, &t.event, field)).collect()
        };
        node.triggers.iter().flat_map(of).collect()
    }

    fn known(&self, system: &SystemCode, event: &EventType, field: Option<&FieldCode>) -> Known {
        let Some(Some(made)) = self.0.get(system) else { return Known::Nothing };
        let mut of = made.iter().copied().filter(|m| makes(m, event)).peekable();
        if of.peek().is_none() {
            return Known::Absent;
        }
        let sets = |m: &Make, field: &FieldCode| {
            m.set.iter().any(|(path, _)| path.first().is_some_and(|first| &**first == field.as_str()))
        };
        match field {
            Some(field) if !of.any(|m| sets(m, field)) => Known::Without,
            _ => Known::With,
        }
    }
}

/// A node with a plan whose planned time no source fills in. Where its node requires it, or its event never comes, that is told.
fn unplanned(
    made: &Made<'_>,
    (files, of): (&[File], &Definition),
    node: &graph::Node,
    catalogue: &Catalogue,
) -> Option<Diagnostic> {
    let plan = node.plan.as_ref()?;
    let from = of.node(plan.node)?;
    let told = from.fields.iter().any(|f| f.required && f.field == plan.field);
    let known = made.of(from, catalogue, Some(&plan.field));
    if told || !known.contains(&Known::Without) || known.iter().any(|k| k.perhaps()) {
        return None;
    }
    let Written { file, found, .. } = written::node(files, of, node)?;
    let (word, code) = (&node.name, plan.field.as_str());
    let title = catalogue.fields.get(&plan.field).map_or(code, |f| &f.name.name);
    let message = say!(
        "环节“{word}”的计划从不起作用：没有来源填写计划时间“{title}”",
        "the plan of the node `{word}` never counts: no source fills in the planned time `{title}`"
    );
    let help = say!("在来源映射的 set 里写上 {code}", "put {code} into the `set` of the mapping");
    Some(Diagnostic::warning("E0519", file, written::plan(found), message).help(help))
}

/// Whether a rule may make an event of this type; what is looked up in a row may be any.
fn makes(make: &Make, event: &EventType) -> bool {
    match &make.event {
        Pick::Const(value) => value.as_str() == Some(event.as_str()),
        _ => true,
    }
}

/// Says as warnings what no mapping brings.
pub(crate) fn lacking<'d>(
    files: &[File],
    definitions: impl Iterator<Item = &'d Definition>,
    catalogue: &Catalogue,
    sources: &[Source],
) -> Vec<Diagnostic> {
    let made = Made::new(sources);
    let mut found = Vec::new();
    if sources.is_empty() {
        return found;
    }
    for definition in definitions {
        for node in &definition.nodes {
            let know = |field: Option<&FieldCode>| made.of(node, catalogue, field);
            found.extend(unplanned(&made, (files, definition), node, catalogue));
            let whole = know(None);
            if whole.is_empty() || whole.contains(&Known::Nothing) {
                continue;
            }
            let Some(Written { file, found: written, .. }) = written::node(files, definition, node) else {
                continue;
            };
            let word = &node.name;
            if whole.iter().all(|k| *k == Known::Absent) {
                let message = say!(
                    "没有来源发送环节“{word}”的事件：各系统的映射都没有它",
                    "no source sends the event of the node `{word}`: no mapping of its systems makes it"
                );
                found.push(Diagnostic::warning("E0809", file, written.name.span, message));
                continue;
            }
            for field in node.fields.iter().filter(|f| f.required) {
                if know(Some(&field.field)).iter().any(|k| k.perhaps()) {
                    continue;
                }
                let title = catalogue.fields.get(&field.field).map_or(field.field.as_str(), |f| &f.name.name);
                let at = field_place(written, &[title, field.field.as_str()]).unwrap_or(written.name.span);
                let message = say!(
                    "没有来源填写环节“{word}”必填的“{title}”",
                    "no source fills in `{title}`, which the node `{word}` requires"
                );
                let code = field.field.as_str();
                let help = say!("在来源映射的 set 里写上 {code}", "put {code} into the `set` of the mapping");
                found.push(Diagnostic::warning("E0808", file, at, message).help(help));
            }
        }
    }
    found.dedup();
    found
}

fn field_place(node: &Node, words: &[&str]) -> Option<Span> {
    node.clauses.iter().find_map(|c| match c {
        NodeClause::Fields { fields, .. } => {
            fields.iter().find(|(name, _)| words.contains(&name.text.as_str())).map(|(name, _)| name.span)
        }
        _ => None,
    })
}
