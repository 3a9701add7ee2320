//! Everything that one folder of definitions says, compiled: texts in, the catalogue and the loops out.

use crate::diagnostic::{Diagnostic, Span};
use crate::fragments::Fragments;
use crate::loading::Loading;
use crate::resolve::Names;
use crate::sources::{self, Source};
use crate::whole::Whole;
use crate::{compile, tree, yaml};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use medloop_engine::name::{FieldCode, LoopCode};
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

    /// What only the whole of the library shows, as warnings: with [`Self::calendars_lack`] of these years, [`Self::unused_fields`].
    #[must_use]
    pub fn remarks(&self, years: &[i32]) -> Vec<Diagnostic> {
        self.whole(|whole| whole.remarks(years))
    }

    /// Says as a warning where loops measure in working time and a campus's holidays of `year` are not listed: its working days are
    /// then those of the week alone. Nothing here reads a clock, so the year is asked for.
    #[must_use]
    pub fn calendars_lack(&self, year: i32) -> Vec<Diagnostic> {
        self.whole(|whole| whole.calendars_lack(year))
    }

    /// Says as warnings which fields nothing uses. Nothing is said where a loop or a source has mistakes: what it uses is not known.
    #[must_use]
    pub fn unused_fields(&self) -> Vec<Diagnostic> {
        self.whole(|whole| whole.unused_fields())
    }

    fn whole<T>(&self, look: impl FnOnce(&Whole<'_>) -> T) -> T {
        let sources: Option<Vec<Source>> =
            self.sources.iter().map(|(path, text)| sources::read(path, text, &self.catalogue).0).collect();
        look(&Whole {
            catalogue: &self.catalogue,
            definitions: self.definitions.values().map(|(d, _)| &**d).collect(),
            files: &self.files,
            sources: sources.as_deref(),
            calendars: &self.calendars,
            dictionary: &self.dictionary,
        })
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
