//! Everything that one folder of definitions says, compiled: texts in, the catalogue and the loops out.

use crate::diagnostic::{Diagnostic, Span};
use crate::fragments::Fragments;
use crate::loading::Loading;
use crate::resolve::Names;
use crate::{compile, tree, yaml};
use medloop_engine::calendar::Calendar;
use medloop_engine::catalogue::{Campus, Catalogue};
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, FieldCode, LoopCode};
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
    pub(crate) calendars: Vec<(String, Span)>,
    /// Where the fields of the dictionary are written.
    pub(crate) dictionary: Vec<(FieldCode, String, Span)>,
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

    /// The limits that follow from others, as notes; many, and none of them a mistake.
    #[must_use]
    pub fn hints(&self) -> Vec<Diagnostic> {
        let (names, fragments) = (Names::new(&self.catalogue), Fragments::of(&self.files));
        let of =
            |file| compile::implied(file, &fragments, &names).into_iter().map(|one| one.note(&file.name));
        self.files.iter().flat_map(of).collect()
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
    let mut loading = Loading::new(texts);
    let (definitions, found) = loading.judge();
    (loading.library(definitions), found)
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
pub(crate) fn folder_of_hospital(path: &str) -> Option<&str> {
    path.strip_suffix("hospital.yaml").filter(|folder| folder.is_empty() || folder.ends_with('/'))
}
