//! Collects the mistakes of one file, up to a bound: a file of rubbish must not answer with more than people can read.

use crate::diagnostic::{Diagnostic, Span, Words};
use crate::say;
use medloop_engine::words::counted;

/// The most that is told of one file.
const MOST: usize = 200;

/// The mistakes of one file.
pub(crate) struct Sink {
    file: String,
    list: Vec<Diagnostic>,
    more: Option<(usize, Span)>,
}

impl Sink {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), list: Vec::new(), more: None }
    }
    /// An error of this file, to be added to and then given to [`Sink::push`].
    pub(crate) fn error(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        Diagnostic::error(code, self.file.as_str(), span, message)
    }
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.list.len() < MOST {
            self.list.push(diagnostic);
        } else {
            self.skip(diagnostic.span);
        }
    }
    /// Counts a mistake that is not worked out, because too many are told already.
    pub(crate) fn skip(&mut self, span: Span) {
        let (count, first) = self.more.unwrap_or((0, span));
        self.more = Some((count + 1, first));
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }
    /// Whether a mistake was told within a place.
    pub(crate) fn touches(&self, place: Span) -> bool {
        self.list.iter().any(|d| place.start <= d.span.start && d.span.start < place.end.max(place.start + 1))
    }
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if let Some((count, first)) = self.more {
            let (are, more) = (if count == 1 { "is" } else { "are" }, counted(count, "more mistake"));
            let message =
                say!("此后还有至少 {count} 处错误未列出", "at least {more} from here on {are} not listed");
            self.list.push(Diagnostic::error("E0100", self.file.as_str(), first, message));
        }
        self.list
    }
}
