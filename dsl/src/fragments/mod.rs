//! Tree → tree: `使用` brings a fragment's statements into the loop, and its name in a flow becomes its flow.
//!
//! A statement that came in keeps the place where it was written: its bytes are counted from a far offset of its own file, and
//! [`Origins::home`] brings the mistakes that the later stages find there back to that file. No later stage knows of fragments.

mod expand;
mod merge;

pub(crate) use expand::{Fragments, expand};

use crate::diagnostic::{Diagnostic, Span};
use crate::tree::File;

/// How far apart the files' bytes are counted; a file is far smaller.
const APART: usize = 1 << 32;

/// Whether a place is one of a fragment that was written into a loop.
pub(crate) fn is_far(span: Span) -> bool {
    span.start >= APART
}

/// The names of the files by their place.
pub(crate) struct Origins<'a> {
    files: &'a [File],
}

impl Origins<'_> {
    /// Where the bytes of the file at `position` are counted from.
    fn base(position: usize) -> usize {
        (position + 1).saturating_mul(APART)
    }

    /// Lets one place point into the file in which it was written; `file` is the one in whose loop it stands.
    pub(crate) fn place(&self, file: &mut String, span: &mut Span) {
        let Some(position) = (span.start / APART).checked_sub(1) else {
            // A stretch that leads from one file into another ends where it began.
            span.end = if span.end >= APART { span.start } else { span.end };
            return;
        };
        let base = Self::base(position);
        let end = span.end.checked_sub(base).filter(|end| *end < APART);
        span.start -= base;
        span.end = end.unwrap_or(span.start);
        if let Some(origin) = self.files.get(position) {
            file.clone_from(&origin.name);
        }
    }

    /// Lets mistakes point into the files in which they were written.
    pub(crate) fn home(&self, found: &mut [Diagnostic]) {
        for diagnostic in found {
            self.place(&mut diagnostic.file, &mut diagnostic.span);
            for label in &mut diagnostic.labels {
                self.place(&mut label.file, &mut label.span);
            }
        }
    }
}
