//! Places of a text as the protocol counts them: lines from 0, columns in units of UTF-16.

use lsp_types::{Position, Range};
use medloop_dsl::tree::Span;

/// A text with the beginnings of its lines.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The byte at a position; the end of the line, or of the text, for one beyond it.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let rest = self.text.get(start..).unwrap_or_default();
        let mut units = 0;
        for (at, c) in rest.char_indices() {
            if units >= position.character || c == '\n' {
                return start + at;
            }
            units += u32::try_from(c.len_utf16()).unwrap_or(1);
        }
        self.text.len()
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        let units: usize = before.chars().map(char::len_utf16).sum();
        Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(units).unwrap_or(u32::MAX))
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16() {
        let lines = Lines::new("闭环 a\n  𠮷 b\n");
        assert_eq!(lines.position("闭环 a\n  𠮷 ".len()), Position::new(1, 5));
        assert_eq!(lines.offset(Position::new(1, 5)), "闭环 a\n  𠮷 ".len());
        assert_eq!(lines.offset(Position::new(0, 99)), "闭环 a".len());
        assert_eq!(lines.offset(Position::new(9, 0)), "闭环 a\n  𠮷 b\n".len());
    }
}
