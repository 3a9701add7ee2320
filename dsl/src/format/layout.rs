//! Statements → lines: what stands on a line of its own, what comes on one line when there is room, where comments go.

use super::WIDTH;
use super::align::{self, Like, Line};
use crate::diagnostic::Lang;
use crate::parse::outline::{Gap, Outline, Piece, Shape, Statement, Turn, Word};
use crate::tree::Comment;
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// Blanks by which what stands within is moved in.
const STEP: usize = 2;

/// A text on its way to its layout.
pub(super) struct Layout<'a> {
    source: &'a str,
    outline: &'a Outline,
    /// Comments that are still to come.
    comments: std::iter::Peekable<std::slice::Iter<'a, Comment>>,
    keywords: Option<Lang>,
    /// The language of commas and arrows.
    signs: Lang,
    pub(super) lines: Vec<Line>,
    /// Where in the source that ends which was written last.
    done: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn new(
        source: &'a str,
        outline: &'a Outline,
        comments: &'a [Comment],
        keywords: Option<Lang>,
    ) -> Self {
        let first = outline.pieces.iter().find_map(|p| match p.word {
            Word::Keyword { written_zh, .. } => Some(if written_zh { Lang::Zh } else { Lang::En }),
            _ => None,
        });
        let signs = keywords.or(first).unwrap_or_default();
        let comments = comments.iter().peekable();
        Self { source, outline, comments, keywords, signs, lines: Vec::new(), done: 0 }
    }

    /// The whole text.
    pub(super) fn write(mut self) -> String {
        let outline = self.outline;
        for statement in &outline.statements {
            self.statement(statement, 0);
        }
        self.comments_before(self.source.len(), 0);
        align::text(self.lines)
    }

    pub(super) fn piece(&self, at: usize) -> Option<&'a Piece> {
        self.outline.pieces.get(at)
    }

    /// Where the token at `at` begins in the source.
    fn start(&self, at: usize) -> usize {
        self.piece(at).map_or(self.source.len(), |p| p.span.start)
    }

    fn statement(&mut self, statement: &'a Statement, indent: usize) {
        let start = self.start(statement.pieces.start);
        self.comments_before(start, indent);
        self.blank_line(start);
        let Some((body, close)) = &statement.body else {
            let lines = self.lines.len();
            self.run(statement.pieces.clone(), statement.shape, indent);
            let semicolon = statement.semicolon;
            if let Some(last) = self.lines.last_mut().filter(|_| semicolon) {
                last.append(";");
            }
            if statement.shape == Shape::Param && self.lines.len() == lines + 1 {
                self.param(statement.pieces.clone(), indent, semicolon);
            }
            return;
        };
        if statement.shape == Shape::Short && self.fits(statement, body, *close, indent) {
            let mut head = statement.pieces.clone();
            head.end = head.end.saturating_sub(1);
            let inside: Vec<String> = body.iter().map(|s| self.flat(s.pieces.clone())).collect();
            let inside = if inside.is_empty() { "{}".into() } else { format!("{{ {} }}", inside.join("  ")) };
            self.lines.push(Line { indent, cells: vec![self.flat(head), inside], like: Like::Short, gap: 1 });
            self.done = self.end(*close);
            return;
        }
        self.run(statement.pieces.clone(), statement.shape, indent);
        for inner in body {
            self.statement(inner, indent + STEP);
        }
        self.comments_before(self.start(*close), indent + STEP);
        self.lines.push(Line::new(indent, "}"));
        self.done = self.end(*close);
    }

    fn end(&self, at: usize) -> usize {
        self.piece(at).map_or(self.source.len(), |p| p.span.end)
    }

    /// Whether a statement with a body stands on one line: its writer did not break the line behind `{`, and there is room.
    fn fits(&mut self, statement: &Statement, body: &[Statement], close: usize, indent: usize) -> bool {
        let all = statement.pieces.start..close + 1;
        let from = self.end(statement.pieces.end.saturating_sub(1));
        let to = self.start(body.first().map_or(close, |s| s.pieces.start));
        let broken = !body.is_empty() && self.source.get(from..to).is_none_or(|t| t.contains('\n'));
        let commented = self.has_comment_before(close);
        let turned = all.clone().any(|i| self.is_turned(i));
        let apart = body.iter().any(|s| s.semicolon);
        let gaps = 2 * body.len();
        !broken && !commented && !turned && !apart && indent + self.width(all) + gaps <= WIDTH
    }

    /// Whether the writer broke the line before or behind the operator at `at`.
    pub(super) fn is_turned(&self, at: usize) -> bool {
        let first = |i: usize| self.piece(i).is_some_and(|p| p.first);
        match self.piece(at).and_then(|p| p.turn) {
            Some(Turn::Flow(_) | Turn::Logic(_)) => first(at) || first(at + 1),
            Some(Turn::Open) => first(at + 1),
            Some(Turn::Close) => first(at),
            Some(Turn::Item) | None => false,
        }
    }

    /// The token at `at` as it is written out.
    pub(super) fn word(&self, at: usize) -> &'a str {
        let Some(piece) = self.piece(at) else { return "" };
        match &piece.word {
            Word::Plain(_) if piece.is_dropped() => "",
            Word::Plain(text) => text,
            Word::Keyword { en, zh, written_zh } => match self.keywords {
                Some(Lang::Zh) => zh,
                Some(Lang::En) => en,
                None if *written_zh => self.source.get(piece.span.start..piece.span.end).unwrap_or(zh),
                None => en,
            },
            Word::Arrow => self.sign("→", "->"),
            Word::Comma => self.sign("、", ","),
        }
    }

    fn sign(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.signs == Lang::Zh { zh } else { en }
    }

    /// The blanks before the token at `at`.
    pub(super) fn gap(&self, at: usize) -> &'static str {
        let Some(piece) = self.piece(at).filter(|p| !p.is_dropped()) else { return "" };
        match piece.gap {
            Gap::None => "",
            Gap::Blank => " ",
            Gap::Wide => "  ",
            Gap::AfterComma => self.sign("", " "),
        }
    }

    /// Tokens on one line.
    pub(super) fn flat(&self, pieces: Range<usize>) -> String {
        let mut out = String::new();
        for i in pieces {
            if !out.is_empty() {
                out.push_str(self.gap(i));
            }
            out.push_str(self.word(i));
        }
        out
    }

    /// The columns that tokens take on one line, in the wider of the two languages: a text breaks its lines alike in both.
    pub(super) fn width(&self, pieces: Range<usize>) -> usize {
        let first = pieces.start;
        pieces.map(|i| self.width_of(i) + if i == first { 0 } else { self.width_before(i) }).sum()
    }

    /// The columns that the token at `at` takes.
    pub(super) fn width_of(&self, at: usize) -> usize {
        match self.piece(at).map(|p| &p.word) {
            Some(Word::Keyword { en, zh, .. }) => en.width().max(zh.width()),
            Some(Word::Arrow | Word::Comma) => 2,
            _ => self.word(at).width(),
        }
    }

    /// The columns that the blanks before it take.
    pub(super) fn width_before(&self, at: usize) -> usize {
        match self.piece(at).filter(|p| !p.is_dropped()).map(|p| p.gap) {
            None | Some(Gap::None | Gap::AfterComma) => 0,
            Some(Gap::Blank) => 1,
            Some(Gap::Wide) => 2,
        }
    }

    /// A param in columns: what stands behind its name, its range, its basis.
    fn param(&mut self, pieces: Range<usize>, indent: usize, semicolon: bool) {
        let equals = pieces.clone().find(|i| self.word(*i) == "=");
        let parts: Vec<usize> =
            pieces.clone().filter(|i| self.piece(*i).is_some_and(|p| p.gap == Gap::Wide)).collect();
        let is = |at: usize, keyword: &str| matches!(self.piece(at), Some(Piece { word: Word::Keyword { en, .. }, .. }) if *en == keyword);
        let (range, basis) = match parts.as_slice() {
            [] => (None, None),
            [a] if is(*a, "range") => (Some(*a), None),
            [a] => (None, Some(*a)),
            [a, b] if is(*a, "range") && is(*b, "basis") => (Some(*a), Some(*b)),
            _ => return,
        };
        let Some(equals) = equals else { return };
        let mut cells = vec![self.flat(pieces.start..equals)];
        cells.push(self.flat(equals..range.or(basis).unwrap_or(pieces.end)));
        if range.is_some() || basis.is_some() {
            cells.push(range.map_or(String::new(), |r| self.flat(r..basis.unwrap_or(pieces.end))));
        }
        cells.extend(basis.map(|b| self.flat(b..pieces.end)));
        if let Some(last) = cells.last_mut().filter(|_| semicolon) {
            last.push(';');
        }
        self.lines.pop();
        self.lines.push(Line { indent, cells, like: Like::Param, gap: 2 });
    }

    /// Comments that stand before `at`: one behind something goes to the end of its line.
    pub(super) fn comments_before(&mut self, at: usize, indent: usize) {
        while let Some(comment) = self.comments.next_if(|c| c.span.start < at) {
            let slashes = if comment.doc { "///" } else { "//" };
            // A row of slashes stays one; any other text that begins with one stands apart, or it would be of the other kind.
            let row = !comment.doc && comment.text.starts_with("//");
            let close = if comment.text.is_empty() || row { "" } else { " " };
            let text = format!("{slashes}{close}{}", comment.text);
            match self.lines.last_mut() {
                Some(last) if comment.trailing => last.append(&format!("  {text}")),
                _ => {
                    self.blank_line(comment.span.start);
                    self.lines.push(Line { like: Like::Comment, ..Line::new(indent, text) });
                }
            }
            self.done = comment.span.end;
        }
    }

    /// Whether a comment stands before the token at `at`.
    pub(super) fn has_comment_before(&mut self, at: usize) -> bool {
        let start = self.start(at);
        self.comments.peek().is_some_and(|c| c.span.start < start)
    }

    pub(super) fn comments_before_piece(&mut self, at: usize, indent: usize) {
        self.comments_before(self.start(at), indent);
    }

    /// One blank line where there are some in the source, but not at the beginning of a body.
    fn blank_line(&mut self, until: usize) {
        let between = self.source.get(self.done..until).unwrap_or("");
        let opened = self.lines.last().is_none_or(|l| l.like != Like::Comment && l.ends_with("{"));
        if between.matches('\n').count() > 1 && !opened {
            self.lines.push(Line { like: Like::Blank, ..Line::new(0, "") });
        }
    }

    /// Says that everything up to the token at `at` is written.
    pub(super) fn written(&mut self, at: usize) {
        self.done = self.end(at);
    }
}
