//! Whether tests would notice: small changes of a loop, each compiled as if it had been written so and run against the loop's tests.
//!
//! Changes are made in the tree, fragments written in: a mutant is always a loop that somebody could have written. One that does not
//! compile, or means the same, is left out.

mod expr;
mod flow;
mod length;
mod node;
mod statement;

use super::{replay, script};
use crate::compile;
use crate::diagnostic::{Diagnostic, Span, Words};
use crate::fragments;
use crate::library::Library;
use crate::testing::Outcome;
use crate::testing::order::Random;
use crate::ties::plain;
use crate::tree::{Expectation, File, LoopItem, Test, TestItem};
use medloop_engine::graph::Definition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One changed statement: where, what is changed, what would show it, and what stands there instead (`None`: nothing).
struct Change<T> {
    span: Span,
    what: Words,
    test: Words,
    new: Option<T>,
}

impl<T> Change<T> {
    fn new(span: Span, what: Words, test: Words, new: T) -> Self {
        Self { span, what, test, new: Some(new) }
    }
    /// The same change seen from what it stands in.
    fn within<U>(self, wrap: impl FnOnce(T) -> U) -> Change<U> {
        Change { span: self.span, what: self.what, test: self.test, new: self.new.map(wrap) }
    }
}

/// A changed loop, not yet compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// Where the change is written.
    pub file: String,
    /// The place there.
    pub span: Span,
    /// What is changed: `把 <= 改为 <`.
    pub what: Words,
    /// What a test would have to look at.
    pub test: Words,
    /// Which loop of [`Mutants`], which statement of it, and what stands there instead.
    of: usize,
    item: usize,
    new: Option<LoopItem>,
}

impl Mutant {
    /// The warning that no test notices it.
    #[must_use]
    pub fn warning(&self) -> Diagnostic {
        let (zh, en) = (&self.what.zh, &self.what.en);
        let words = crate::say!("{zh}，没有测试发觉", "no test notices: {en}");
        Diagnostic::warning("E0621", self.file.as_str(), self.span, words).help(self.test.clone())
    }
}

/// What became of a mutant.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It does not compile, or means the same: it says nothing about the tests.
    Void,
    /// No test of the loop fails.
    Unnoticed,
    /// Some test fails.
    Noticed,
}

/// A loop and its tests.
struct Subject {
    /// The file and this one loop, fragments written in, without its tests.
    file: File,
    tests: Vec<Test>,
    definition: Arc<Definition>,
}

/// The mutants of every loop of a library. Running one needs no other: threads may share them.
pub struct Mutants<'a> {
    library: &'a Library,
    subjects: Vec<Subject>,
    mutants: Vec<Mutant>,
}

impl<'a> Mutants<'a> {
    /// Every mutant of the loops in the files that `asked` allows, in the order of files and places.
    #[must_use]
    pub fn new(library: &'a Library, asked: impl Fn(&str) -> bool) -> Self {
        let (whole, origins, _) = fragments::expand(&library.files);
        let (mut subjects, mut mutants) = (Vec::new(), Vec::new());
        for file in whole.iter().filter(|f| asked(&f.name)) {
            for of in file.loops.iter().filter(|l| !l.fragment) {
                let Some(definition) = library.definition_of(of) else { continue };
                let mut of = of.clone();
                let mut tests = Vec::new();
                for item in std::mem::take(&mut of.items) {
                    match item {
                        LoopItem::Test(test) => tests.push(test),
                        item => of.items.push(item),
                    }
                }
                let keys = keys(definition);
                for (item, old) in of.items.iter().enumerate() {
                    mutants.extend(statement::changes(old, &keys).into_iter().map(|change| {
                        let (mut at, mut span) = (file.name.clone(), change.span);
                        origins.place(&mut at, &mut span);
                        let (what, test, new) = (change.what, change.test, change.new);
                        Mutant { file: at, span, what, test, of: subjects.len(), item, new }
                    }));
                }
                let file = File { loops: vec![of], comments: Vec::new(), ..file.clone() };
                subjects.push(Subject { file, tests, definition: Arc::clone(definition) });
            }
        }
        mutants.sort_by(|a, b| (&a.file, a.span.start, a.of).cmp(&(&b.file, b.span.start, b.of)));
        Self { library, subjects, mutants }
    }

    /// The mutants.
    #[must_use]
    pub fn all(&self) -> &[Mutant] {
        &self.mutants
    }

    /// Keeps `most` of them, chosen by `seed`; the same seed chooses the same.
    pub fn sample(&mut self, most: usize, seed: u64) {
        let mut random = Random::new(seed);
        let surplus = self.mutants.len().saturating_sub(most);
        for _ in 0..surplus {
            let one = random.below(self.mutants.len());
            if one < self.mutants.len() {
                self.mutants.remove(one);
            }
        }
    }

    /// Compiles a mutant and runs the tests of its loop until one fails.
    #[must_use]
    pub fn run(&self, mutant: &Mutant) -> Fate {
        let Some(subject) = self.subjects.get(mutant.of) else { return Fate::Void };
        let Some(definition) = self.compile(subject, mutant) else { return Fate::Void };
        if plain(&definition) == plain(&subject.definition) {
            return Fate::Void;
        }
        let definition = Arc::new(definition);
        let named = names(subject.file.loops.first().and_then(|l| l.items.get(mutant.item)));
        let mut tests: Vec<&Test> = subject.tests.iter().collect();
        // Those that speak of what was changed notice soonest.
        tests.sort_by_key(|t| (!speaks_of(t, &named), t.items.len()));
        let noticed = tests.into_iter().any(|test| self.fails(&subject.file.name, test, &definition));
        if noticed { Fate::Noticed } else { Fate::Unnoticed }
    }

    fn compile(&self, subject: &Subject, mutant: &Mutant) -> Option<Definition> {
        let mut file = subject.file.clone();
        let items = &mut file.loops.first_mut()?.items;
        match &mutant.new {
            Some(new) => items.get_mut(mutant.item)?.clone_from(new),
            None => drop((mutant.item < items.len()).then(|| items.remove(mutant.item))),
        }
        compile::alone(&file, &self.library.catalogue, &self.library.deviations)
    }

    fn fails(&self, file: &str, test: &Test, definition: &Arc<Definition>) -> bool {
        let mut outcome = Outcome::new(file, test, definition);
        let catalogue = &self.library.catalogue;
        let Some(script) = script::read(file, test, catalogue, definition, &mut outcome.failures) else {
            return true;
        };
        replay::in_order(file, &script, catalogue, &mut outcome);
        !outcome.failures.is_empty()
    }

    /// What becomes of every mutant, from the fates of [`Mutants::all`] in their order: those that no test notices, and how many say
    /// something. What a fragment says is noticed when the tests of one of the loops that use it do so.
    #[must_use]
    pub fn unnoticed(&self, fates: &[Fate]) -> (Vec<&Mutant>, usize) {
        let mut all: BTreeMap<(&str, Span, &Words), (Fate, &Mutant)> = BTreeMap::new();
        for (mutant, fate) in self.mutants.iter().zip(fates) {
            let key = (mutant.file.as_str(), mutant.span, &mutant.what);
            let known = all.entry(key).or_insert((*fate, mutant));
            known.0 = known.0.max(*fate);
        }
        let telling = all.values().filter(|(fate, _)| *fate != Fate::Void).count();
        let unnoticed = all.into_values().filter(|(fate, _)| *fate == Fate::Unnoticed);
        (unnoticed.map(|(_, mutant)| mutant).collect(), telling)
    }
}

/// The names and codes of the fields that name an order or a track: what belongs there has them, whatever its node records.
fn keys(definition: &Definition) -> Vec<&str> {
    let codes = std::iter::once(&definition.key).chain(definition.scopes.iter().map(|s| &s.field));
    let fields = codes.filter_map(|code| definition.fields.get(code));
    fields.flat_map(|f| [f.code.as_str(), f.name.name.as_str()]).collect()
}

/// The name and code of what a statement is about.
fn names(item: Option<&LoopItem>) -> Vec<&str> {
    let (name, code) = match item {
        Some(LoopItem::Node(n)) => (&n.name, &n.code),
        Some(LoopItem::Rule(r)) => (&r.name, &r.code),
        _ => return Vec::new(),
    };
    std::iter::once(name).chain(code).map(|n| n.text.as_str()).collect()
}

fn speaks_of(test: &Test, names: &[&str]) -> bool {
    test.items.iter().any(|item| match item {
        TestItem::Expect { expectation, .. } => match expectation {
            Expectation::Alert { rule: name, .. } | Expectation::Named { name, .. } => {
                names.contains(&name.text.as_str())
            }
            Expectation::Loop { .. } => false,
        },
        _ => false,
    })
}
