//! What a change of definitions means: two folders, compiled, and the sentences that tell them apart.
//!
//! Loops are compared as they were compiled, so that layout, comments, the order of statements and the language of keywords say nothing;
//! YAML is compared value by value.

mod flow;
mod found;
mod markdown;
mod node;
mod rule;
mod say;
mod strength;
mod whole;
mod yaml;

pub use found::{Change, Effect, Place};
pub use markdown::markdown;

use crate::diagnostic::Words;
use crate::fragments::{self, Origins};
use crate::library::Library;
use crate::say;
use crate::tree::File;
use found::{Found, Side};
use medloop_engine::words::counted;
use say::Say;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// One folder of definitions.
#[derive(Copy, Clone)]
pub struct Folder<'a> {
    /// What it compiled to, without errors.
    pub library: &'a Library,
    /// Its texts by path.
    pub texts: &'a BTreeMap<String, String>,
    /// What the paths begin with: the folder of its `hospital.yaml`, with its `/`.
    pub root: &'a str,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Loop by loop, by code, then what stands beside them; within each in the order of places.
    pub changes: Vec<Change>,
    /// The loops whose definition is another, came or went, by code.
    pub loops: Vec<Version>,
}

/// A loop whose definition is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its code.
    pub code: String,
    /// Its name, the new one if there is one.
    pub name: String,
    /// The hash it was known by; `None`: it is new.
    pub old: Option<String>,
    /// The hash it is known by; `None`: it is gone.
    pub new: Option<String>,
    /// Its flow before and after, where that is written otherwise.
    pub flows: Option<(Words, Words)>,
}

impl Version {
    /// What becomes of its instances.
    #[must_use]
    pub fn instances(&self) -> Words {
        let short = |hash: &String| hash.chars().take(12).collect::<String>();
        match (self.old.as_ref().map(short), self.new.as_ref().map(short)) {
            (Some(old), Some(new)) => say!(
                "在途实例仍按 {old} 判定，启用后新开立的按 {new}；没有实例被重算",
                "running instances are judged by {old} as before, those that open once this is published by {new}; none is judged again"
            ),
            (None, Some(new)) => say!(
                "启用后开立的实例按 {new} 判定；此前已收到的同一单号的事件也会计入",
                "instances that open once this is published are judged by {new}; events of their keys that came before count as well"
            ),
            (Some(old), None) => say!(
                "在途实例仍按 {old} 判定，不再开立新的",
                "running instances are judged by {old} as before, and none opens any more"
            ),
            (None, None) => Words::new("", ""),
        }
    }
}

/// The loops of a folder, fragments written in.
struct Whole<'a> {
    library: &'a Library,
    files: Cow<'a, [File]>,
    origins: Origins<'a>,
    old: bool,
}

impl<'a> Whole<'a> {
    fn new(library: &'a Library, old: bool) -> Self {
        let (files, origins, _) = fragments::expand(&library.files);
        Self { library, files, origins, old }
    }

    fn sides(&self) -> BTreeMap<&str, Side<'_>> {
        let all = self.files.iter().flat_map(|file| {
            file.loops.iter().filter(|l| !l.fragment).filter_map(|tree| {
                let def = self.library.definition_of(tree)?;
                let side = Side { def, tree, file: &file.name, origins: &self.origins, old: self.old };
                Some((def.code.as_str(), side))
            })
        });
        all.collect()
    }

    fn hash(&self, code: &str) -> Option<&String> {
        self.library.definitions.iter().find(|(c, _)| c.as_str() == code).map(|(_, (_, hash))| hash)
    }
}

/// Says what differs between two folders.
#[must_use]
pub fn diff(old: Folder<'_>, new: Folder<'_>) -> Difference {
    let (was, is) = (Whole::new(old.library, true), Whole::new(new.library, false));
    let (before, after) = (was.sides(), is.sides());
    let codes: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let (mut changes, mut loops) = (Vec::new(), Vec::new());
    for code in codes {
        let (a, b) = (before.get(code), after.get(code));
        let mut own = match (a, b) {
            (Some(a), Some(b)) => one(*a, *b),
            (None, Some(side)) => vec![came(side, Effect::Added)],
            (Some(side), None) => vec![came(side, Effect::Removed)],
            (None, None) => Vec::new(),
        };
        own.sort_by(|a, b| {
            (a.place.old, &a.place.file, a.place.span).cmp(&(b.place.old, &b.place.file, b.place.span))
        });
        changes.extend(own);
        let (old, new) = (was.hash(code).cloned(), is.hash(code).cloned());
        if old != new {
            let flow = |side: &Side<'_>| say::both(side.def, |s: Say<'_>| flow::written(s, &s.def.flow));
            let flows = a.zip(b).map(|(a, b)| (flow(a), flow(b))).filter(|(a, b)| a.en != b.en);
            let name = b.or(a).map_or_else(String::new, |s| s.def.name.clone());
            loops.push(Version { code: code.to_owned(), name, old, new, flows });
        }
    }
    changes.extend(yaml::compare(&within(&old), &within(&new)));
    Difference { changes, loops }
}

/// The texts of a folder by their path within it, each with its whole path.
fn within<'a>(folder: &Folder<'a>) -> BTreeMap<&'a str, (&'a str, &'a str)> {
    let all = folder.texts.iter();
    all.filter_map(|(path, text)| Some((path.strip_prefix(folder.root)?, (path.as_str(), text.as_str()))))
        .collect()
}

fn one(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let mut found = Found { old, new, changes: Vec::new() };
    whole::head(&mut found);
    flow::compare(&mut found);
    whole::params(&mut found);
    node::compare(&mut found);
    whole::endings(&mut found);
    rule::compare(&mut found);
    whole::measures(&mut found);
    whole::campuses(&mut found);
    whole::tests(&mut found);
    found.changes
}

fn came(side: &Side<'_>, effect: Effect) -> Change {
    let (name, nodes, rules) = (&side.def.name, side.def.nodes.len(), side.def.rules.len());
    let words = if effect == Effect::Added {
        let (nodes_en, rules_en) = (counted(nodes, "node"), counted(rules, "rule"));
        say!("闭环 {name}：{nodes} 个环节，{rules} 条规则", "the loop {name}: {nodes_en}, {rules_en}")
    } else {
        say!("闭环 {name}", "the loop {name}")
    };
    Change { of: Some(side.def.code.to_string()), effect, place: side.home(), words }
}
