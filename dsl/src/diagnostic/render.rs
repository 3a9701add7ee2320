//! A diagnostic as plain text: `file:line:column`, the line, and a caret that is right under Chinese text.

use super::{Diagnostic, Lang, Severity, Source, Sources, Span};
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// The widest stretch of a line that is shown, in display columns.
const WIDEST: usize = 140;
/// How much of a long line is shown before the place.
const BEFORE: usize = 60;

/// All of them, one after the other, with a blank line between.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let parts: Vec<String> = diagnostics.iter().map(|d| render(d, sources, lang)).collect();
    parts.join("\n")
}

/// One of them, ending with a line end.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, lang: Lang) -> String {
    let mut out = String::new();
    let source = sources.get(&diagnostic.file);
    out.push_str(&place(&diagnostic.file, source, diagnostic.span));
    let _ = writeln!(
        out,
        ": {}[{}] {}",
        severity(diagnostic.severity, lang),
        diagnostic.code,
        diagnostic.message.get(lang)
    );
    if let Some(source) = source {
        excerpt(&mut out, source, diagnostic.span, '^', None);
    }
    for label in &diagnostic.labels {
        // One that stands on the line just shown is marked there.
        let beside = source.filter(|s| {
            let line = |span: Span| s.position(span.start).line;
            label.file == diagnostic.file && line(label.span) == line(diagnostic.span)
        });
        if let Some(source) = beside.filter(|s| reaches(s, diagnostic.span, label.span)) {
            excerpt(&mut out, source, diagnostic.span, '-', Some((label.span, label.words.get(lang))));
            continue;
        }
        let source = sources.get(&label.file);
        let _ = writeln!(out, "  {}: {}", place(&label.file, source, label.span), label.words.get(lang));
        if let Some(source) = source {
            excerpt(&mut out, source, label.span, '-', None);
        }
    }
    let note = |out: &mut String, zh: &str, en: &str, text: &str| {
        let word = if lang == Lang::Zh { zh } else { en };
        let _ = writeln!(out, "  = {word}{text}");
    };
    if let Some(expected) = &diagnostic.expected {
        note(&mut out, "应为：", "expected: ", expected.get(lang));
    }
    if let Some(name) = &diagnostic.nearest {
        let text = if lang == Lang::Zh { format!("“{name}”？") } else { format!("`{name}`?") };
        note(&mut out, "是不是", "did you mean ", &text);
    }
    for help in &diagnostic.help {
        note(&mut out, "提示：", "help: ", help.get(lang));
    }
    out
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Note, Lang::Zh) => "说明",
        (Severity::Note, Lang::En) => "note",
    }
}

fn place(file: &str, source: Option<&Source>, span: Span) -> String {
    match source {
        Some(source) => {
            let position = source.position(span.start);
            format!("{file}:{}:{}", position.line, position.column)
        }
        None => file.to_owned(),
    }
}

/// What is printed for a character, and how many columns it takes.
fn shown(c: char) -> (char, usize) {
    match c {
        '\t' => (' ', 1),
        '\u{feff}' => (' ', 0),
        c => match c.width() {
            Some(width) if width > 0 => (c, width),
            _ => ('\u{fffd}', 1),
        },
    }
}

/// Where the shown part of a line begins, in columns.
fn cut(source: &Source, span: Span) -> usize {
    let (start, line) = source.line(source.position(span.start).line);
    let from = span.start.min(start + line.len());
    let before: usize = line.get(..from - start).map_or(0, |t| t.chars().map(|c| shown(c).1).sum());
    before.saturating_sub(BEFORE)
}

/// Whether another place of the line is within the part that is shown for `span`.
fn reaches(source: &Source, span: Span, other: Span) -> bool {
    let (start, line) = source.line(source.position(span.start).line);
    let width = |to: usize| {
        line.get(..to.saturating_sub(start)).map_or(0, |t| t.chars().map(|c| shown(c).1).sum::<usize>())
    };
    let cut = cut(source, span);
    other.end <= start + line.len() && width(other.start) >= cut && width(other.end) <= cut + WIDEST
}

/// The line of `span` with marks below it; with `beside` only marks for another place of that line, and what is there.
fn excerpt(out: &mut String, source: &Source, span: Span, mark: char, beside: Option<(Span, &str)>) {
    let number = source.position(span.start).line;
    let (start, line) = source.line(number);
    let cut = cut(source, span);
    let marked = beside.map_or(span, |(other, _)| other);
    let (mut text, mut pad, mut marks) = (String::new(), 0, 0);
    if cut > 0 {
        text.push('…');
        pad += 1;
    }
    let mut column = 0;
    for (i, c) in line.char_indices() {
        let (c, width) = shown(c);
        column += width;
        if column <= cut || width == 0 {
            continue;
        }
        if column > cut + WIDEST {
            text.push('…');
            break;
        }
        text.push(c);
        if start + i < marked.start {
            pad += width;
        } else if start + i < marked.end {
            marks += width;
        }
    }
    let gutter = number.to_string();
    let blank = " ".repeat(gutter.len());
    let marks = mark.to_string().repeat(marks.max(1));
    match beside {
        None => {
            let _ = writeln!(out, "  {gutter} | {}", text.trim_end());
            let _ = writeln!(out, "  {blank} | {}{marks}", " ".repeat(pad));
        }
        Some((_, words)) => {
            let _ = writeln!(out, "  {blank} | {}{marks} {words}", " ".repeat(pad));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::*;

    #[test]
    fn the_caret_stands_under_chinese_text() {
        let text = "闭环 输血 {\n\t环节 执行配学 [x]\n}\n";
        let sources = Sources::new([("a.loop", text)]);
        let start = text.find("执行配学").unwrap();
        let span = Span::new(start, start + "执行配学".len());
        let d = Diagnostic::error("E0201", "a.loop", span, Words::new("没有“执行配学”", "no `执行配学`"))
            .nearest(Some("执行配血".into()));
        let shown = render(&d, &sources, Lang::Zh);
        assert_eq!(
            shown,
            "a.loop:2:5: 错误[E0201] 没有“执行配学”\n  2 |  环节 执行配学 [x]\n    |       ^^^^^^^^\n  = 是不是“执行配血”？\n"
        );
    }

    #[test]
    fn a_line_of_megabytes_is_cut() {
        let text = "血".repeat(1_000_000);
        let sources = Sources::new([("a", text.as_str())]);
        let d = Diagnostic::error("E0101", "a", Span::new(1_500_000, 3_000_000), Words::new("x", "x"));
        assert!(render(&d, &sources, Lang::En).len() < 2_000);
    }
}
