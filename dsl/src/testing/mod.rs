//! Runs the 测试 blocks of a loop: lines become events, events go through the engine as they would from outside, expectations are
//! looked at when their time comes, and the end must be the same in whatever order the events arrived.

mod coverage;
mod expect;
mod line;
mod mutants;
mod order;
mod replay;
mod script;
mod values;
mod words;

pub use coverage::{Kind, Point, coverage};
pub use mutants::{Fate, Mutant, Mutants};
pub(crate) use script::DAY_ONE;
pub(crate) use values::json as value_json;
pub use words::{meaning, spellings};

use crate::diagnostic::{Diagnostic, Span};
use crate::tree;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use std::sync::Arc;

/// How tests are run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many random orders of arrival each test is run in besides its own.
    pub orders: u32,
    /// Where the random orders begin; the same seed gives the same orders.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { orders: 50, seed: 1 }
    }
}

/// What became of one test.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The file that holds it.
    pub file: String,
    /// The code of the loop.
    pub of: String,
    /// Its title.
    pub title: String,
    /// Its title's place.
    pub span: Span,
    /// How many expectations were looked at.
    pub expectations: usize,
    /// In how many random orders its events were sent as well.
    pub orders: u32,
    /// What was not as expected; `E061x`. Empty: passed.
    pub failures: Vec<Diagnostic>,
}

impl Outcome {
    /// Nothing yet.
    fn new(file: &str, test: &tree::Test, definition: &Definition) -> Self {
        Self {
            file: file.to_owned(),
            of: definition.code.as_str().to_owned(),
            title: test.title.value.clone(),
            span: test.title.span,
            expectations: 0,
            orders: 0,
            failures: Vec::new(),
        }
    }
}

/// Runs one test of a loop.
#[must_use]
pub fn run(
    file: &str,
    test: &tree::Test,
    catalogue: &Arc<Catalogue>,
    definition: &Arc<Definition>,
    options: Options,
) -> Outcome {
    let mut outcome = Outcome::new(file, test, definition);
    let script = script::read(file, test, catalogue, definition, &mut outcome.failures);
    if let Some(script) = script {
        let end = replay::in_order(file, &script, catalogue, &mut outcome);
        if let Some(end) = end {
            order::shuffled(&script, catalogue, &end, options, &mut outcome);
        }
    }
    outcome
}
