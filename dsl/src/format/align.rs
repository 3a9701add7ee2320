//! Lines → text: statements of one kind that stand one under the other have their parts in columns.

use unicode_width::UnicodeWidthStr;

/// What a line is like; lines of one kind share their columns.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Like {
    /// 参数.
    Param,
    /// 环节 and 规则 on one line.
    Short,
    /// A comment on a line of its own, which columns pass over.
    Comment,
    /// An empty line.
    Blank,
    /// Anything else.
    Other,
}

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    /// Blanks before it.
    pub(super) indent: usize,
    /// Its parts.
    pub(super) cells: Vec<String>,
    pub(super) like: Like,
    /// Blanks between its parts from the second on; one stands behind the first.
    pub(super) gap: usize,
}

impl Line {
    /// A line of one part.
    pub(super) fn new(indent: usize, text: impl Into<String>) -> Self {
        Self { indent, cells: vec![text.into()], like: Like::Other, gap: 1 }
    }

    /// Puts something at its end.
    pub(super) fn append(&mut self, text: &str) {
        if let Some(last) = self.cells.last_mut() {
            last.push_str(text);
        }
    }

    pub(super) fn ends_with(&self, text: &str) -> bool {
        self.cells.last().is_some_and(|c| c.ends_with(text))
    }
}

/// The text of all lines, each with its line end.
pub(super) fn text(lines: Vec<Line>) -> String {
    let mut out = String::new();
    let mut rest = lines.as_slice();
    while let [first, ..] = rest {
        let (group, after) = rest.split_at(together(first, rest));
        let widths = columns(group, first.like);
        for line in group {
            write(&mut out, line, if line.like == first.like { &widths } else { &[] });
        }
        rest = after;
    }
    out
}

/// How many lines stand in common columns.
fn together(first: &Line, lines: &[Line]) -> usize {
    if !matches!(first.like, Like::Param | Like::Short) {
        return 1;
    }
    let same = |l: &Line| (l.like == first.like || l.like == Like::Comment) && l.indent == first.indent;
    let near = lines.iter().take_while(|l| same(l)).count();
    let last = lines.iter().take(near).rposition(|l| l.like == first.like);
    last.map_or(1, |i| i + 1)
}

/// The width of each column but the last that a line fills.
fn columns(lines: &[Line], like: Like) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for line in lines.iter().filter(|l| l.like == like) {
        for (i, cell) in line.cells.iter().enumerate().take(line.cells.len().saturating_sub(1)) {
            if widths.len() <= i {
                widths.push(0);
            }
            if let Some(width) = widths.get_mut(i) {
                *width = (*width).max(cell.width());
            }
        }
    }
    widths
}

fn write(out: &mut String, line: &Line, widths: &[usize]) {
    let mut text = " ".repeat(line.indent);
    let last = line.cells.len().saturating_sub(1);
    for (i, cell) in line.cells.iter().enumerate() {
        text.push_str(cell);
        if i < last {
            let wide = widths.get(i).copied().unwrap_or(0).saturating_sub(cell.width());
            let gap = if i == 0 { 1 } else { line.gap };
            text.extend(std::iter::repeat_n(' ', wide + gap));
        }
    }
    out.push_str(text.trim_end());
    out.push('\n');
}
