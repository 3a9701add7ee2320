//! Texts with their lines: byte offsets become lines and columns that people count.

use serde::Serialize;
use std::collections::BTreeMap;

/// A stretch of a text, in bytes; `end` is after the last one.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// After the last byte.
    pub end: usize,
}

impl Span {
    /// From `start` to before `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
    /// A place between two bytes.
    #[must_use]
    pub const fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }
    /// From the start of this to the end of `other`.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// Line and column, both from 1; columns count characters.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A text and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    starts: Vec<usize>,
}

impl Source {
    /// Takes a text in.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Self { name: name.into(), text, starts }
    }
    /// Its name, as it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The line and column of a byte; one within a character counts as its start, one after the end as the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().filter(|c| *c != '\u{feff}').count());
        Position { line, column: column + 1 }
    }
    /// The byte of a line and column, both from 1; the nearest one when there is no such place.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        let (start, line) = self.line(position.line);
        line.char_indices()
            .nth(position.column.saturating_sub(1))
            .map_or(start + line.len(), |(i, _)| start + i)
    }
    /// Where a line (from 1) begins, and the line without its end.
    #[must_use]
    pub fn line(&self, line: usize) -> (usize, &str) {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.starts.get(line).map_or(self.text.len(), |next| next.saturating_sub(1));
        (start, self.text.get(start..end).unwrap_or("").trim_end_matches('\r'))
    }
    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Texts by name.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<String, Source>);

impl Sources {
    /// Takes texts in, by name.
    pub fn new<N: Into<String>, T: Into<String>>(texts: impl IntoIterator<Item = (N, T)>) -> Self {
        let mut sources = Self::default();
        for (name, text) in texts {
            sources.add(name, text);
        }
        sources
    }
    /// Takes one more text in.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let name = name.into();
        self.0.insert(name.clone(), Source::new(name, text));
    }
    /// One of them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.0.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_begin_at_one() {
        let source = Source::new("a", "环节 甲\r\n  乙丙\n");
        let at = |needle: &str| source.position(source.text().find(needle).unwrap());
        assert_eq!(at("甲"), Position { line: 1, column: 4 });
        assert_eq!(at("丙"), Position { line: 2, column: 4 });
        assert_eq!(source.line(1).1, "环节 甲");
        assert_eq!(source.position(1), Position { line: 1, column: 1 });
        assert_eq!(source.position(9999), Position { line: 3, column: 1 });
        assert_eq!(source.offset(Position { line: 2, column: 4 }), source.text().find('丙').unwrap());
    }
}
