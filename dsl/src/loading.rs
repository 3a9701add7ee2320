//! Texts on their way into a library. What was read stays, so that a loop file that reads otherwise costs no more than itself.

use crate::check::Implied;
use crate::compile::{self, Unit};
use crate::diagnostic::{self, Diagnostic, Span};
use crate::fragments::Fragments;
use crate::library::{Library, folder_of_hospital};
use crate::resolve::Names;
use crate::sources::Source;
use crate::whole::Whole;
use crate::{idle, parse, tree, yaml};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use medloop_engine::name::FieldCode;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The texts of one context, read.
#[derive(Clone, Debug)]
pub(crate) struct Loading {
    /// What stands beside the loops; nothing when there is no `hospital.yaml`.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The loop files, in the order of their names; new ones behind them.
    pub(crate) files: Vec<tree::File>,
    /// The mistakes that reading each of them found.
    parsed: Vec<Vec<Diagnostic>>,
    /// What each of them came to, unless it or a fragment reads otherwise since.
    units: Vec<Option<Unit>>,
    context: Option<Beside>,
    sources: Sources,
    /// The mistakes of YAML.
    beside: Vec<Diagnostic>,
    /// A dictionary could not be read at all: whatever loops say of it would pass for unknown. That is told, and nothing of it.
    dark: bool,
}

/// What else the YAML beside the loops says.
#[derive(Clone, Debug, Default)]
struct Beside {
    deviations: Vec<yaml::Deviation>,
    calendars: Vec<(String, Span)>,
    dictionary: Vec<(FieldCode, String, Span)>,
}

/// The files of `sources/`.
#[derive(Clone, Debug, Default)]
struct Sources {
    texts: BTreeMap<String, String>,
    read: Vec<Source>,
}

impl Loading {
    /// Reads texts; loops are compiled when their mistakes are asked for.
    pub(crate) fn new(texts: &BTreeMap<String, String>) -> Self {
        let mut beside = Vec::new();
        let mut folders: Vec<&str> = texts.keys().filter_map(|path| folder_of_hospital(path)).collect();
        folders.sort_by_key(|folder| folder.len());
        let folder = folders.first().copied().unwrap_or_default();
        for other in folders.iter().skip(1) {
            let (a, b) = (format!("{folder}hospital.yaml"), format!("{other}hospital.yaml"));
            let words = crate::say!(
                "一次只能装载一个 hospital.yaml，另有 {a}",
                "one hospital.yaml is loaded at a time, and there is {a}"
            );
            beside.push(Diagnostic::error("E0715", b, Span::at(0), words));
        }
        let (context, mistakes) = yaml::read(folder, texts);
        let dark = mistakes.iter().any(|d| matches!(d.code, "E0701" | "E0127"));
        beside.extend(mistakes);
        let Some(yaml::Context { mut catalogue, deviations, calendars, dictionary }) = context else {
            let file = texts.keys().next().cloned().unwrap_or_default();
            let words = crate::say!(
                "没有 hospital.yaml：向上的文件夹里也没有",
                "there is no hospital.yaml in this folder or above it"
            );
            let none = !dark || !texts.contains_key(&format!("{folder}hospital.yaml"));
            beside.extend(none.then(|| Diagnostic::error("E0714", file, Span::at(0), words)));
            return Self {
                catalogue: Arc::new(nothing()),
                files: Vec::new(),
                parsed: Vec::new(),
                units: Vec::new(),
                context: None,
                sources: Sources::default(),
                beside,
                dark,
            };
        };
        let prefix = format!("{folder}sources/");
        let own = texts.iter().filter(|(path, _)| path.starts_with(&prefix) && path.ends_with(".yaml"));
        let mut sources =
            Sources { texts: own.map(|(p, t)| (p.clone(), t.clone())).collect(), read: Vec::new() };
        for (path, text) in &sources.texts {
            let (source, mistakes) = crate::sources::read(path, text, &catalogue);
            beside.extend(mistakes.into_iter().filter(|_| !dark));
            catalogue.feeds.extend(source.as_ref().map(Source::feed));
            sources.read.extend(source);
        }
        let loops = texts.iter().filter(|(path, _)| path.ends_with(".loop"));
        let (files, parsed): (Vec<_>, Vec<_>) = loops.map(|(path, text)| parse::parse(path, text)).unzip();
        let units = vec![None; files.len()];
        let context = Some(Beside { deviations, calendars, dictionary });
        Self { catalogue: Arc::new(catalogue), files, parsed, units, context, sources, beside, dark }
    }

    /// A loop file reads otherwise now, or is new.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        let (file, found) = parse::parse(name, text);
        let has_fragments = |file: &tree::File| file.loops.iter().any(|l| l.fragment);
        let mut others = has_fragments(&file);
        match self.files.iter().position(|f| f.name == name) {
            Some(at) => {
                others |= self.files.get(at).is_some_and(has_fragments);
                self.files.get_mut(at).into_iter().for_each(|old| *old = file.clone());
                self.parsed.get_mut(at).into_iter().for_each(|old| old.clone_from(&found));
                self.units.get_mut(at).into_iter().for_each(|old| *old = None);
            }
            None => {
                self.files.push(file);
                self.parsed.push(found);
                self.units.push(None);
            }
        }
        if others {
            self.units.iter_mut().for_each(|unit| *unit = None);
        }
    }

    /// Compiles what is not compiled yet: the definitions, and every mistake.
    pub(crate) fn judge(&mut self) -> (Vec<Definition>, Vec<Diagnostic>) {
        let mut found = self.beside.clone();
        let Some(Beside { deviations, .. }) = &self.context else { return (Vec::new(), found) };
        found.extend(self.parsed.iter().flatten().cloned());
        let files = &self.files;
        let (names, fragments) = (Names::new(&self.catalogue), Fragments::of(files));
        for (file, unit) in files.iter().zip(&mut self.units).filter(|(_, unit)| unit.is_none()) {
            *unit = Some(compile::unit(file, &fragments, &names));
        }
        let units = self.units.iter().flatten().map(Cow::Borrowed).collect();
        let (mut definitions, mistakes) = compile::together(files, units, &fragments, &names);
        found.extend(mistakes.into_iter().filter(|_| !self.dark));
        // A loop that did not compile is there all the same: its own mistakes are what has to be told.
        // What a file says that could not be read at all, nobody knows.
        let unread = files.iter().any(|f| f.broken && f.loops.is_empty());
        let written = |of: &str| unread || files.iter().flat_map(|f| &f.loops).any(|l| is(l, of));
        let compiled = |of: &str| definitions.iter().any(|d| d.name == of || d.code.as_str() == of);
        let apt = deviations.iter().filter(|d| compiled(&d.of) || !written(&d.of));
        let apt: Vec<yaml::Deviation> = apt.cloned().collect();
        found.extend(yaml::apply(&mut definitions, &apt).into_iter().filter(|_| !self.dark));
        found.extend(idle::idle(files, &definitions, &apt).into_iter().filter(|_| !self.dark));
        // Of a source with mistakes it is not known what it brings.
        if self.sources.read.len() == self.sources.texts.len() && !self.dark {
            let read = &self.sources.read;
            found.extend(crate::provided::lacking(files, definitions.iter(), &self.catalogue, read));
        }
        diagnostic::sort(&mut found);
        (definitions, found)
    }

    /// What only the whole of it shows, with the definitions that it was judged to be.
    pub(crate) fn remarks(&self, definitions: &[Definition], years: &[i32]) -> Vec<Diagnostic> {
        let Some(Beside { calendars, dictionary, .. }) = &self.context else { return Vec::new() };
        let all = self.sources.read.len() == self.sources.texts.len();
        let whole = Whole {
            catalogue: &self.catalogue,
            definitions: definitions.iter().collect(),
            files: &self.files,
            sources: all.then_some(&self.sources.read),
            calendars,
            dictionary,
        };
        whole.remarks(years)
    }

    /// The limits that follow from those of a file's loops, as they read now.
    pub(crate) fn implied(&self, file: &str) -> Vec<Implied> {
        let Some(file) = self.files.iter().find(|f| f.name == file) else { return Vec::new() };
        compile::implied(file, &Fragments::of(&self.files), &Names::new(&self.catalogue))
    }

    /// What was read, with the definitions that it was judged to be.
    pub(crate) fn library(self, definitions: Vec<Definition>) -> Library {
        let hashed = definitions.into_iter().map(|d| {
            let hash = d.hash();
            (d.code.clone(), (Arc::new(d), hash))
        });
        let Beside { deviations, calendars, dictionary } = self.context.unwrap_or_default();
        Library {
            catalogue: self.catalogue,
            definitions: hashed.collect(),
            sources: self.sources.texts,
            files: self.files,
            deviations,
            calendars,
            dictionary,
        }
    }
}

fn is(item: &tree::Loop, of: &str) -> bool {
    item.name.text == of || item.code.as_ref().is_some_and(|code| code.text == of)
}

/// The catalogue of a folder that has none.
fn nothing() -> Catalogue {
    Catalogue {
        group: String::new(),
        campuses: BTreeMap::new(),
        systems: BTreeMap::new(),
        fields: BTreeMap::new(),
        events: BTreeMap::new(),
        roles: BTreeMap::new(),
        tables: BTreeMap::new(),
        future_limit: medloop_engine::time::Span::minutes(10),
        backfill_after: None,
        feeds: Vec::new(),
        lengths: BTreeMap::new(),
        staff: medloop_engine::staff::Register::default(),
    }
}
