//! What only the texts of the definitions tell: the tests that loops carry, and why a campus sets something otherwise.

use medloop_dsl::library::Library;
use medloop_dsl::yaml::Item;
use medloop_engine::name::{CampusCode, LoopCode};
use std::collections::BTreeMap;

/// What is written about the published loops beside what they compile to.
#[derive(Clone, Debug, Default)]
pub struct Written {
    loops: BTreeMap<LoopCode, About>,
}

/// What is written about one loop.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Its tests in the order of the text.
    pub tests: Vec<TestOf>,
    /// Why a campus sets a parameter otherwise: campus, name or code of the parameter, reason.
    pub reasons: Vec<(CampusCode, String, String)>,
}

/// A test that a loop carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOf {
    /// Its title.
    pub title: String,
    /// What is written above it.
    pub doc: String,
    /// How many events and expectations it has.
    pub steps: usize,
}

impl From<&Library> for Written {
    fn from(library: &Library) -> Self {
        let mut loops: BTreeMap<LoopCode, About> = BTreeMap::new();
        for (_, test, def) in library.tests() {
            loops.entry(def.code.clone()).or_default().tests.push(TestOf {
                title: test.title.value.clone(),
                doc: test.doc.clone(),
                steps: test.items.len(),
            });
        }
        for deviation in &library.deviations {
            let named = library.definitions.values().map(|(d, _)| d);
            let found = named.into_iter().find(|d| d.name == deviation.of || d.code.as_str() == deviation.of);
            let Some(def) = found else { continue };
            let about = loops.entry(def.code.clone()).or_default();
            about.reasons.extend(deviation.items.iter().filter_map(|(item, _)| match item {
                Item::Param { name, reason, .. } => {
                    Some((deviation.campus.clone(), name.clone(), reason.clone()))
                }
                // The definition itself keeps these.
                Item::Off { .. } | Item::Unavailable { .. } => None,
            }));
        }
        Self { loops }
    }
}

impl Written {
    /// What is written about a loop.
    #[must_use]
    pub fn of(&self, code: &LoopCode) -> About {
        self.loops.get(code).cloned().unwrap_or_default()
    }
}
