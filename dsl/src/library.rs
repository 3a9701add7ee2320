//! Everything that one folder of definitions says, compiled: texts in, the catalogue and the loops out.

use crate::diagnostic::{self, Diagnostic, Span};
use crate::{compile, parse, tree, yaml};
use medloop_engine::calendar::Calendar;
use medloop_engine::catalogue::{Campus, Catalogue};
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::{Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The definitions of one hospital group.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    /// Campuses, systems, fields, events, roles, tables.
    pub catalogue: Arc<Catalogue>,
    /// The loops by code, each with its hash.
    pub definitions: BTreeMap<LoopCode, (Arc<Definition>, String)>,
    /// The texts of `sources/*.yaml` by path.
    pub sources: BTreeMap<String, String>,
    /// The loops as written, with their tests, in the order of files and texts.
    pub files: Vec<tree::File>,
    /// What campuses set otherwise than the group, as written.
    pub deviations: Vec<yaml::Deviation>,
    /// Where the work calendars are written: files and places.
    calendars: Vec<(String, Span)>,
}

impl Library {
    /// Every test with its file and the loop it belongs to.
    pub fn tests(&self) -> impl Iterator<Item = (&str, &tree::Test, &Arc<Definition>)> {
        self.files.iter().flat_map(move |file| {
            file.loops.iter().flat_map(move |loop_| {
                let definition = self.definition_of(loop_);
                loop_.items.iter().filter_map(move |item| match item {
                    tree::LoopItem::Test(test) => Some((file.name.as_str(), test, definition?)),
                    _ => None,
                })
            })
        })
    }

    /// Says as a warning where loops measure in working time and a campus's holidays of `year` are not listed: its working days are
    /// then those of the week alone. Nothing here reads a clock, so the year is asked for.
    #[must_use]
    pub fn calendars_lack(&self, year: i32) -> Vec<Diagnostic> {
        let utc = Zone::fixed("UTC", 0);
        let of = |day: &i32| utc.civil(Instant(i64::from(*day) * 86_400_000_000)).year;
        let needed = |campus: &CampusCode| {
            let mut loops = self.definitions.values();
            loops.any(|(d, _)| d.campuses.get(campus).is_some_and(|s| s.calendar.is_some()))
        };
        let lacking = |(code, campus): &(&CampusCode, &Campus)| {
            let listed = |c: &Calendar| c.days.is_empty() || c.days.keys().any(|day| of(day) == year);
            campus.calendar.as_ref().is_some_and(|c| !listed(c)) && needed(code)
        };
        let lacking: Vec<&str> =
            self.catalogue.campuses.iter().filter(lacking).map(|(_, c)| c.name.name.as_str()).collect();
        let Some((file, span)) = self.calendars.first().filter(|_| !lacking.is_empty()) else {
            return Vec::new();
        };
        let (zh, en) = (lacking.join("、"), lacking.join(", "));
        let words = crate::say!(
            "工作日历没有 {year} 年的节假日：{zh} 的工作时长只按每周作息计算",
            "the work calendar lists no holidays of {year}: working time at {en} goes by the week alone"
        );
        let help = crate::say!("在 calendars/*.yaml 里加上这一年", "add that year to calendars/*.yaml");
        vec![Diagnostic::warning("E0719", file.as_str(), *span, words).help(help)]
    }

    /// What a loop as written compiled to; `None` when it has mistakes.
    #[must_use]
    pub fn definition_of(&self, loop_: &tree::Loop) -> Option<&Arc<Definition>> {
        let named = |d: &Definition| match &loop_.code {
            Some(code) => d.code.as_str() == code.text,
            None => d.name == loop_.name.text,
        };
        self.definitions.values().map(|(d, _)| d).find(|d| named(d))
    }
}

/// Compiles the definitions of one context: `texts` by path (with `/`) hold one `hospital.yaml` and what lies beside and below it.
///
/// Every mistake of every file is found in one run. What has errors must not be published; the library still holds whatever could be
/// compiled. Texts that are neither `.loop` nor known YAML are passed over.
#[must_use]
pub fn load(texts: &BTreeMap<String, String>) -> (Library, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut folders: Vec<&str> = texts.keys().filter_map(|path| folder_of_hospital(path)).collect();
    folders.sort_by_key(|folder| folder.len());
    let folder = folders.first().copied().unwrap_or_default();
    for other in folders.iter().skip(1) {
        let (a, b) = (format!("{folder}hospital.yaml"), format!("{other}hospital.yaml"));
        let words = crate::say!(
            "一次只能装载一个 hospital.yaml，另有 {a}",
            "one hospital.yaml is loaded at a time, and there is {a}"
        );
        found.push(Diagnostic::error("E0715", b, Span::at(0), words));
    }
    let (context, mistakes) = yaml::read(folder, texts);
    found.extend(mistakes);
    let Some(yaml::Context { mut catalogue, deviations, calendars }) = context else {
        let file = texts.keys().next().cloned().unwrap_or_default();
        let words = crate::say!(
            "没有 hospital.yaml：向上的文件夹里也没有",
            "there is no hospital.yaml in this folder or above it"
        );
        found.push(Diagnostic::error("E0714", file, Span::at(0), words));
        return (
            library(nothing(), Vec::new(), Vec::new(), (Vec::new(), Vec::new()), BTreeMap::new()),
            found,
        );
    };
    let mut files = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".loop")) {
        let (file, mistakes) = parse::parse(path, text);
        found.extend(mistakes);
        files.push(file);
    }
    let (mut definitions, mistakes) = compile::compile(&files, &catalogue);
    found.extend(mistakes);
    // A loop that did not compile is there all the same: its own mistakes are what has to be told.
    // What a file says that could not be read at all, nobody knows.
    let unread = files.iter().any(|f| f.broken && f.loops.is_empty());
    let written =
        |of: &str| unread || files.iter().flat_map(|f| &f.loops).any(|l| l.name.text == of || is_code(l, of));
    let compiled = |of: &str| definitions.iter().any(|d| d.name == of || d.code.as_str() == of);
    let (apt, _): (Vec<yaml::Deviation>, Vec<_>) =
        deviations.iter().cloned().partition(|d| compiled(&d.of) || !written(&d.of));
    found.extend(yaml::apply(&mut definitions, &apt));
    let prefix = format!("{folder}sources/");
    let sources: BTreeMap<String, String> = texts
        .iter()
        .filter(|(path, _)| path.starts_with(&prefix) && path.ends_with(".yaml"))
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    let mut read = Vec::new();
    for (path, text) in &sources {
        let (source, mistakes) = crate::sources::read(path, text, &catalogue);
        found.extend(mistakes);
        catalogue.feeds.extend(source.as_ref().map(crate::sources::Source::feed));
        read.extend(source);
    }
    // Of a source with mistakes it is not known what it brings.
    if read.len() == sources.len() {
        found.extend(crate::provided::lacking(&files, definitions.iter(), &catalogue, &read));
    }
    diagnostic::sort(&mut found);
    (library(catalogue, definitions, files, (deviations, calendars), sources), found)
}

/// Splits texts by the nearest folder upward that holds a `hospital.yaml`; files without one stand under `""`.
#[must_use]
pub fn contexts(texts: &BTreeMap<String, String>) -> BTreeMap<String, BTreeMap<String, String>> {
    let folders: BTreeSet<&str> = texts.keys().filter_map(|path| folder_of_hospital(path)).collect();
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (path, text) in texts {
        let nearest = folders.iter().filter(|f| path.starts_with(**f)).max_by_key(|f| f.len()).copied();
        all.entry(nearest.unwrap_or_default().to_owned()).or_default().insert(path.clone(), text.clone());
    }
    all
}

/// The folder of a `hospital.yaml`, with its `/`.
fn folder_of_hospital(path: &str) -> Option<&str> {
    path.strip_suffix("hospital.yaml").filter(|folder| folder.is_empty() || folder.ends_with('/'))
}

fn is_code(loop_: &tree::Loop, of: &str) -> bool {
    loop_.code.as_ref().is_some_and(|code| code.text == of)
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

fn library(
    catalogue: Catalogue,
    definitions: Vec<Definition>,
    files: Vec<tree::File>,
    (deviations, calendars): (Vec<yaml::Deviation>, Vec<(String, Span)>),
    sources: BTreeMap<String, String>,
) -> Library {
    let definitions = definitions
        .into_iter()
        .map(|d| {
            let hash = d.hash();
            (d.code.clone(), (Arc::new(d), hash))
        })
        .collect();
    Library { catalogue: Arc::new(catalogue), definitions, sources, files, deviations, calendars }
}
