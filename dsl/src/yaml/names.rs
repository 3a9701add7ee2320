//! Things that are called by name or by code: each text leads to one code, and no two things share one.

use super::node::Node;
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use std::collections::BTreeMap;

/// The names and codes of one kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    by_text: BTreeMap<String, (String, Place)>,
}

type Place = (String, Span);

impl Names {
    /// Takes a thing in under its code and its names; reports the first of them that is taken.
    pub fn add(&mut self, file: &str, code: &str, span: Span, names: &[&str], found: &mut Vec<Diagnostic>) {
        for text in std::iter::once(&code).chain(names).filter(|text| !text.is_empty()) {
            let place = (file.to_owned(), span);
            match self.by_text.get(*text) {
                Some((other, (first_file, first))) if other != code || *text == code => {
                    let words =
                        crate::say!("“{text}” 已经是 {other} 的名称或编码", "“{text}” already names {other}");
                    let there = Words::new("已在这里", "it stands here");
                    found.push(Diagnostic::error("E0708", file, span, words).label_in(
                        first_file.clone(),
                        *first,
                        there,
                    ));
                    return;
                }
                _ => {
                    self.by_text.insert((*text).to_owned(), (code.to_owned(), place));
                }
            }
        }
    }

    /// The code that a name or code leads to.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<&str> {
        self.by_text.get(text).map(|(code, _)| code.as_str())
    }

    /// As [`Names::code`] for a text of a file; what leads nowhere is reported as a missing `kind`.
    pub fn find(
        &self,
        file: &str,
        node: &Node,
        kind: (&str, &str),
        found: &mut Vec<Diagnostic>,
    ) -> Option<&str> {
        self.find_text(file, node.text()?, node.span, kind, found)
    }

    /// As [`Names::find`], for a text and its place.
    pub fn find_text(
        &self,
        file: &str,
        text: &str,
        span: Span,
        (zh, en): (&str, &str),
        found: &mut Vec<Diagnostic>,
    ) -> Option<&str> {
        let code = self.code(text);
        if code.is_none() {
            let words = crate::say!("没有叫 “{text}” 的{zh}", "there is no {en} “{text}”");
            let near = nearest(text, self.by_text.keys().map(String::as_str));
            found.push(Diagnostic::error("E0707", file, span, words).nearest(near));
        }
        code
    }
}
