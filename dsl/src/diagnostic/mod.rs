//! What is wrong with a text, said so that its writer can mend it: code, place, words in two languages, the nearest right name.
//!
//! Codes are stable and grouped: `E01xx` lexis and syntax, `E02xx` names, `E03xx` types, units and values, `E04xx` flows, `E05xx` rules,
//! limits and params, `E06xx` tests, `E07xx` YAML, `E08xx` source mappings, `E09xx` constructs that are not available yet.

mod json;
mod nearest;
mod render;
mod source;

pub use json::{to_json, to_json_list};
pub use nearest::{nearest, nearest_of};
pub use render::{render, render_all};
pub use source::{Position, Source, Sources, Span};

use serde::Serialize;

/// A language that people read.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

/// One text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// `say!("没有 {name}", "no {name}")`: [`Words`] from two format strings that see the same variables.
#[macro_export]
macro_rules! say {
    ($zh:literal, $en:literal $(,)?) => {
        $crate::diagnostic::Words::new(format!($zh), format!($en))
    };
}

/// How bad it is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is published while one stands.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// A second place that helps to understand the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Label {
    /// The file of this place.
    pub file: String,
    /// Where.
    pub span: Span,
    /// What is there.
    pub words: Words,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code: `E0201`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Name of the file, as it was given.
    pub file: String,
    /// Where, in bytes of that file.
    pub span: Span,
    /// What is wrong: one sentence without a full stop.
    pub message: Words,
    /// What should stand there.
    pub expected: Option<Words>,
    /// What to do, or both readings of an ambiguous text.
    pub help: Vec<Words>,
    /// The right name that is nearest to what was written.
    pub nearest: Option<String>,
    /// Other places that matter.
    pub labels: Vec<Label>,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, file: impl Into<String>, span: Span, message: Words) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: file.into(),
            span,
            message,
            expected: None,
            help: Vec::new(),
            nearest: None,
            labels: Vec::new(),
        }
    }
    /// A warning.
    pub fn warning(code: &'static str, file: impl Into<String>, span: Span, message: Words) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, span, message) }
    }
    /// Something worth knowing, which is no mistake.
    pub fn note(code: &'static str, file: impl Into<String>, span: Span, message: Words) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, file, span, message) }
    }
    /// Says what should stand there.
    #[must_use]
    pub fn expected(mut self, words: Words) -> Self {
        self.expected = Some(words);
        self
    }
    /// Says what to do.
    #[must_use]
    pub fn help(mut self, words: Words) -> Self {
        self.help.push(words);
        self
    }
    /// Proposes a name, when there is one.
    #[must_use]
    pub fn nearest(mut self, name: Option<String>) -> Self {
        self.nearest = name;
        self
    }
    /// Points at another place of the same file.
    #[must_use]
    pub fn label(mut self, span: Span, words: Words) -> Self {
        self.labels.push(Label { file: self.file.clone(), span, words });
        self
    }
    /// Points at a place of another file.
    #[must_use]
    pub fn label_in(mut self, file: impl Into<String>, span: Span, words: Words) -> Self {
        self.labels.push(Label { file: file.into(), span, words });
        self
    }
    /// Whether it forbids publishing.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Puts diagnostics in reading order: by file, place, code; equal ones once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (&a.file, a.span.start, a.span.end, a.code, &a.message).cmp(&(
            &b.file,
            b.span.start,
            b.span.end,
            b.code,
            &b.message,
        ))
    });
    diagnostics.dedup();
}
