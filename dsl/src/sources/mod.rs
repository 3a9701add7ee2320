//! `sources/*.yaml`: how a source system's messages become events, checked and lowered to [`medloop_engine::map::Mapping`].
//!
//! The form is checked against `dsl/schemas/source.json`; what a schema cannot say (names that exist, exactly one operator,
//! patterns that can be read, fields that the event carries) is checked while lowering. All mistakes of a file come in one run.

mod checks;
mod condition;
mod context;
mod rules;
mod tables;
mod value;

use crate::diagnostic::{Diagnostic, Words, sort};
use crate::yaml;
use context::Context;
use medloop_engine::catalogue::{Catalogue, Feed};
use medloop_engine::map::{Mapping, Order, Then};
use medloop_engine::name::SystemCode;
use medloop_engine::time;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// The JSON Schema of `sources/*.yaml`, as it is published for editors.
pub const SCHEMA: &str = include_str!("../../schemas/source.json");

static COMPILED: LazyLock<Option<(Value, jsonschema::Validator)>> = LazyLock::new(|| yaml::compile(SCHEMA));

/// Said of the campus of a source that serves all, and whose messages say none.
const ANY: &str = "any";

/// How a source's files are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// What stands between columns; comma unless said. One ASCII character.
    pub delimiter: u8,
}

/// A source, compiled.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name for people, in Chinese.
    pub name: String,
    /// How its files are written.
    pub csv: Csv,
    /// What the engine interprets; without tables and rules for a system that sends events by itself.
    pub mapping: Mapping,
    /// At most how long it says nothing while all is well.
    pub heartbeat: Option<time::Span>,
    /// Whether it serves every campus and its messages say none (`campus: any`).
    pub anywhere: bool,
}

impl Source {
    /// What the catalogue keeps of it: whose events it brings, and how long they take.
    #[must_use]
    pub fn feed(&self) -> Feed {
        let made = self.mapping.rules.iter().filter_map(|rule| match &rule.then {
            Then::Event(make) => Some(make),
            Then::Ignore(_) => None,
        });
        let mut systems = vec![self.mapping.system.clone()];
        let mut campus = self.mapping.campus.clone();
        for make in made {
            systems.extend(make.system.clone());
            if make.campus.is_some() {
                campus = None;
            }
        }
        systems.sort();
        systems.dedup();
        let source = self.mapping.name.to_string();
        let (lag, heartbeat, anywhere) = (self.mapping.lag, self.heartbeat, self.anywhere);
        Feed { source, systems, campus, anywhere, lag, heartbeat }
    }
}

/// Reads the text of a source file. `None` when it holds an error.
#[must_use]
pub fn read(file: &str, text: &str, catalogue: &Catalogue) -> (Option<Source>, Vec<Diagnostic>) {
    let (root, mut found) = yaml::parse(file, text);
    let Some(root) = root else {
        return (None, found);
    };
    found.extend(COMPILED.iter().flat_map(|compiled| yaml::check_against(file, &root, compiled)));
    let mut cx = Context::new(file, catalogue, found);
    let source = lower(&mut cx, &root);
    let mut found = cx.found;
    sort(&mut found);
    (source.filter(|_| !found.iter().any(Diagnostic::is_error)), found)
}

fn lower(cx: &mut Context<'_>, root: &yaml::Node) -> Option<Source> {
    let system = root.get("system").and_then(|n| cx.system(n));
    let anywhere = root.text_at("campus") == Some(ANY);
    let campus = root.get("campus").filter(|_| !anywhere).and_then(|n| cx.campus(n));
    let zone = match root.get("zone") {
        Some(node) => cx.zone(node),
        None => cx.default_zone(campus.as_ref()),
    };
    cx.format = root.get("format").and_then(|n| cx.format(n)).unwrap_or(medloop_engine::map::Format::Iso);
    cx.precision = root.text_at("precision").and_then(context::precision);
    let alone = checks::sends_events(root);
    if root.get("campus").is_none()
        && cx.catalogue.campuses.len() > 1
        && !alone
        && !every_rule_says_campus(root)
    {
        let words = Words::new("有多个院区，须写 campus", "with several campuses, campus must be said");
        cx.error("E0805", root.get("source").map_or(root.span, |n| n.span), words);
    }
    let tables = tables::tables(cx, root);
    let codes = tables::codes(cx, root);
    let rules = rules::rules(cx, root);
    let indexes = std::mem::take(&mut cx.indexes);
    let delimiter =
        root.get("transport").and_then(|t| t.get("delimiter")).and_then(|n| cx.delimiter(n)).unwrap_or(b',');
    let name = root.text_at("source").unwrap_or_default();
    let mapping = Mapping {
        name: Arc::from(name),
        system: system.or_else(|| SystemCode::parse("unknown").ok())?,
        campus,
        zone: zone?,
        precision: cx.precision,
        format: cx.format.clone(),
        backfill: root.flag("backfill"),
        shift: length(root, "shift"),
        lag: length(root, "lag"),
        order: if root.text_at("order") == Some("arrival") { Order::Arrival } else { Order::Source },
        tables,
        codes,
        rules,
        indexes,
    };
    checks::transport(cx, root);
    checks::anywhere(cx, root);
    checks::unused(cx, root, &mapping);
    let heartbeat = root.text_at("heartbeat").and_then(yaml::duration);
    Some(Source {
        name: root.text_at("name").unwrap_or(name).to_owned(),
        csv: Csv { delimiter },
        mapping,
        heartbeat,
        anywhere,
    })
}

fn length(root: &yaml::Node, key: &str) -> time::Span {
    root.text_at(key).and_then(yaml::duration).unwrap_or(time::Span::ZERO)
}

fn every_rule_says_campus(root: &yaml::Node) -> bool {
    let rules = root.get("map").map(yaml::Node::items).unwrap_or_default();
    rules.iter().all(|r| r.get("campus").is_some() || r.get("ignore").is_some())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_is_valid() {
        assert!(super::COMPILED.is_some());
    }
}
