//! One statement → its lines. Breaks that the writer put before operators stay; a line that is too long is broken at the outermost ones.

use super::WIDTH;
use super::align::Line;
use super::layout::Layout;
use crate::parse::outline::{Shape, Turn};
use std::ops::Range;

/// Columns that 流程 or `flow` takes with its blank.
const KEYWORD: usize = 5;
/// Columns that an operator of a flow takes with its blank; the Latin arrow takes one more.
const OPERATOR: usize = 2;
/// Columns by which the lines of a flow are moved in, so that operators hang before.
const FLOW: usize = KEYWORD - OPERATOR;
/// Columns by which other lines of a statement are moved in.
const ON: usize = 4;

/// A bracket of a flow that is open.
struct Open {
    /// The column of its closing bracket when that stands on a line of its own.
    column: usize,
    /// Whether the line ends behind it.
    broken: bool,
}

/// A statement on its way to its lines.
struct Run {
    line: String,
    indent: usize,
    /// The column that is reached, in the wider of the two languages.
    column: usize,
    open: Vec<Open>,
    /// Where the first item of this line stands, behind its operator.
    item: usize,
    /// How many brackets were open when this line began.
    before: usize,
}

impl Run {
    fn begin(&mut self, indent: usize) {
        self.line.clear();
        self.indent = indent;
        self.column = indent;
        self.item = indent;
        self.before = self.open.len();
    }
}

impl Layout<'_> {
    /// Writes the tokens of a statement, or those up to its `{`.
    pub(super) fn run(&mut self, pieces: Range<usize>, shape: Shape, indent: usize) {
        let mut run =
            Run { line: String::new(), indent, column: indent, open: Vec::new(), item: indent, before: 0 };
        for i in pieces.clone() {
            let turn = self.piece(i).and_then(|p| p.turn);
            let first = i == pieces.start;
            let commented = !first && self.has_comment_before(i);
            let broken = !first && self.breaks(&run, i, &pieces, shape);
            if commented || broken {
                let column = continuation(&run, turn, indent);
                self.flush(&mut run);
                if commented {
                    self.comments_before_piece(i, column);
                }
                run.begin(column);
            }
            if turn == Some(Turn::Close) {
                run.open.pop();
            }
            let begins = run.line.is_empty();
            if !begins {
                run.line.push_str(self.gap(i));
                run.column += self.width_before(i);
            }
            run.line.push_str(self.word(i));
            run.column += self.width_of(i);
            // What follows the keyword or operator that begins a line is its first item.
            if begins && (first || matches!(turn, Some(Turn::Flow(_)))) {
                run.item = run.indent + if first { KEYWORD } else { OPERATOR };
            }
            if turn == Some(Turn::Open) {
                let column = run.item + 2 * run.open.len().saturating_sub(run.before);
                run.open.push(Open { column, broken: self.is_turned(i) });
            }
            self.written(i);
        }
        self.flush(&mut run);
    }

    fn flush(&mut self, run: &mut Run) {
        if !run.line.is_empty() {
            self.lines.push(Line::new(run.indent, std::mem::take(&mut run.line)));
        }
    }

    /// Whether the line breaks before the token at `at`.
    fn breaks(&self, run: &Run, at: usize, pieces: &Range<usize>, shape: Shape) -> bool {
        if shape == Shape::Line {
            return false;
        }
        let behind_open =
            at.checked_sub(1).and_then(|b| self.piece(b)).and_then(|p| p.turn) == Some(Turn::Open);
        if behind_open && run.open.last().is_some_and(|o| o.broken) {
            return true;
        }
        match self.piece(at).and_then(|p| p.turn) {
            Some(Turn::Flow(_) | Turn::Logic(_)) => self.is_turned(at) || self.too_long(run, at, pieces),
            Some(Turn::Close) => self.is_turned(at) || run.open.last().is_some_and(|o| o.broken),
            Some(Turn::Item) => self.too_long(run, at, pieces),
            Some(Turn::Open) | None => false,
        }
    }

    /// Whether what stands from `at` to the next place of the same rank does not fit on the line.
    fn too_long(&self, run: &Run, at: usize, pieces: &Range<usize>) -> bool {
        let rank = |i: usize| match self.piece(i).and_then(|p| p.turn) {
            Some(Turn::Flow(depth) | Turn::Logic(depth)) => Some(depth),
            Some(Turn::Item) => Some(usize::MAX),
            Some(Turn::Open | Turn::Close) | None => None,
        };
        let own = rank(at).unwrap_or(usize::MAX);
        let end = (at + 1..pieces.end).find(|i| rank(*i).is_some_and(|r| r <= own)).unwrap_or(pieces.end);
        run.column + self.width_before(at) + self.width(at..end) > WIDTH
    }
}

/// The column at which a line goes on that breaks before a token.
fn continuation(run: &Run, turn: Option<Turn>, indent: usize) -> usize {
    match (turn, run.open.last()) {
        (Some(Turn::Close), Some(open)) => open.column,
        (_, Some(open)) => open.column + 2,
        (Some(Turn::Flow(_)), None) => indent + FLOW,
        (_, None) => indent + ON,
    }
}
