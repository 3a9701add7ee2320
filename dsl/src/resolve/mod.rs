//! Tree → resolved: every name leads to what it names; nodes have their place in the flow; lengths have their units.

mod bound;
mod clauses;
mod endings;
mod expr;
mod flow;
mod keyed;
mod length;
mod loops;
mod names;
mod nodes;
mod order;
mod path;
mod patient;
mod symbols;

pub(crate) use bound::{Bound, BoundKind};
pub(crate) use loops::AlertPart;
pub(crate) use loops::Ending;
pub(crate) use loops::{Keyed, Loop, Measure, Node, NodeField, Param, Rule, Trigger};
pub(crate) use names::Names;
pub(crate) use nodes::ends_before;
pub(crate) use symbols::Symbol;

use crate::diagnostic::{Diagnostic, Span, Words};
use crate::say;
use crate::tree::File;
use std::collections::BTreeMap;

/// What resolving needs of the world, and where it puts its mistakes.
pub(crate) struct Cx<'a> {
    pub(crate) names: &'a Names<'a>,
    pub(crate) file: &'a str,
    /// Names that broken statements of the file would have given.
    pub(crate) lost: &'a [String],
    pub(crate) found: Vec<Diagnostic>,
}

impl Cx<'_> {
    pub(crate) fn error(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        Diagnostic::error(code, self.file, span, message)
    }
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }
    /// Says that a construct is understood but cannot run yet.
    pub(crate) fn not_yet(&mut self, code: &'static str, span: Span, zh: &str, en: &str) {
        let message = say!("{zh}暂不支持", "{en} is not available yet");
        self.push(self.error(code, span, message));
    }
}

/// Resolves the loops of a file.
pub(crate) fn resolve<'a>(file: &'a File, names: &'a Names<'a>) -> (Vec<Loop<'a>>, Vec<Diagnostic>) {
    let mut cx = Cx { names, file: &file.name, lost: &file.lost, found: Vec::new() };
    let loops = file.loops.iter().filter(|item| !item.fragment);
    let loops = loops.filter_map(|item| loops::resolve(&mut cx, file, item)).collect();
    (loops, cx.found)
}

/// Names and codes that two loops or fragments go by.
pub(crate) fn taken(files: &[File]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut known: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for file in files {
        for name in file.loops.iter().flat_map(|item| std::iter::once(&item.name).chain(&item.code)) {
            let word = &name.text;
            if let Some((other, at)) = known.insert(word, (&file.name, name.span)) {
                let message =
                    say!("“{word}”已是另一个闭环的名称或代码", "`{word}` already names another loop");
                let error = Diagnostic::error("E0205", file.name.as_str(), name.span, message);
                found.push(error.label_in(other, at, say!("在这里", "here")));
            }
        }
    }
    found
}
