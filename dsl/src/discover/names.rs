//! What nodes, fields, systems and roles are called: as the definitions at hand have it, else by their codes.

use super::log::Log;
use super::variants::Act;
use crate::diagnostic::Lang;
use crate::editor::written_name;
use crate::lexicon;
use crate::library::Library;
use medloop_engine::catalogue::{Catalogue, Named};
use medloop_engine::name::{EventType, FieldCode, RoleCode, SystemCode};
use std::collections::{BTreeMap, BTreeSet};

/// The longest code, in bytes.
const LONGEST: usize = 64;

/// A name and a code that nothing else in the loop has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Called {
    /// As it is written in a loop.
    pub(super) name: String,
    pub(super) code: String,
}

/// Names for one loop.
pub(super) struct Names<'a> {
    pub(super) library: Option<&'a Library>,
    pub(super) lang: Lang,
    taken: BTreeSet<String>,
    pub(super) nodes: BTreeMap<Act, Called>,
}

impl<'a> Names<'a> {
    /// Names the nodes of these kinds.
    pub(super) fn new(log: &Log, acts: &BTreeSet<Act>, library: Option<&'a Library>, lang: Lang) -> Self {
        let mut names = Self { library, lang, taken: BTreeSet::new(), nodes: BTreeMap::new() };
        let kinds: Vec<(Act, &EventType)> =
            acts.iter().filter_map(|a| log.kinds.get(usize::from(*a)).map(|k| (*a, &k.event))).collect();
        let last = |event: &EventType| event.as_str().rsplit('.').next().unwrap_or_default().to_owned();
        for (act, event) in &kinds {
            let short = last(event);
            let alone = kinds.iter().filter(|(_, other)| last(other) == short).count() == 1;
            let code = if alone { short } else { event.as_str().replace('.', "_") };
            let title = names.catalogue().and_then(|c| c.events.get(event)).map(|d| names.worded(&d.name));
            let called = names.call(title.as_deref(), &code);
            names.nodes.insert(*act, called);
        }
        names
    }

    pub(super) fn catalogue(&self) -> Option<&'a Catalogue> {
        self.library.map(|l| &*l.catalogue)
    }

    /// A name and a code like these that are not taken yet.
    pub(super) fn call(&mut self, name: Option<&str>, code: &str) -> Called {
        let code: String = code.chars().take(LONGEST - 3).collect();
        let free = |text: &String| lexicon::keyword(text).is_none() && !self.taken.contains(text);
        let numbered = (2..).map(|n| format!("{code}_{n}"));
        let code = std::iter::once(code.clone()).chain(numbered).find(free).unwrap_or_default();
        let name = name.filter(|n| written_name(n).is_some()).unwrap_or(&code).to_owned();
        let other = std::iter::once(format!("{name}_{code}")).chain((2..).map(|n| format!("{name}_{n}")));
        let name = std::iter::once(name.clone())
            .chain(other)
            .find(|n| *n == code || !self.taken.contains(n))
            .unwrap_or_default();
        self.taken.extend([code.clone(), name.clone()]);
        Called { name: written_name(&name).unwrap_or_else(|| code.clone()), code }
    }

    pub(super) fn node(&self, act: Act) -> &str {
        self.nodes.get(&act).map_or("", |c| &c.name)
    }

    /// A field as it is written in a loop.
    pub(super) fn field(&self, code: &FieldCode) -> String {
        self.by(code.as_str(), self.catalogue().and_then(|c| c.fields.get(code)).map(|f| &f.name))
    }

    pub(super) fn system(&self, code: &SystemCode) -> String {
        self.by(code.as_str(), self.catalogue().and_then(|c| c.systems.get(code)))
    }

    pub(super) fn role(&self, code: &RoleCode) -> String {
        self.by(code.as_str(), self.catalogue().and_then(|c| c.roles.get(code)).map(|r| &r.name))
    }

    /// Chinese names, and codes where English is wanted: both are names to the language.
    fn by(&self, code: &str, named: Option<&Named>) -> String {
        let name = named.filter(|_| self.lang == Lang::Zh).map_or(code, |n| &n.name);
        written_name(name).unwrap_or_else(|| code.to_owned())
    }

    fn worded(&self, named: &Named) -> String {
        match (self.lang, &named.name_en) {
            (Lang::En, Some(en)) => en.clone(),
            _ => named.name.clone(),
        }
    }
}
