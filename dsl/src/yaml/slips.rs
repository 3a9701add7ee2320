//! What an input method or a habit puts into YAML: full-width signs, a colon without its blank, a Tab. Read line by line, since a
//! text with such a slip mostly has no tree, or another one than was meant.

use crate::diagnostic::{Span, Words};
use crate::say;

/// A slip and its place.
pub(super) struct Slip {
    pub(super) span: Span,
    /// What is wrong there.
    pub(super) message: Words,
    /// What is written instead.
    pub(super) help: Words,
}

/// The slip on the line that holds the byte `at`, else the nearest one above it.
pub(super) fn near(text: &str, at: usize) -> Option<Slip> {
    let end = text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |n| at + n);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.get(..end)?.split('\n') {
        lines.push((start, line));
        start += line.len() + 1;
    }
    lines.into_iter().rev().find_map(|(start, line)| on(start, line))
}

/// The slip on the very line that holds the byte `at`.
pub(super) fn on_line(text: &str, at: usize) -> Option<Slip> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let line = text.get(start..)?.split('\n').next()?;
    on(start, line)
}

fn on(start: usize, line: &str) -> Option<Slip> {
    let plain = line.trim_start_matches(' ');
    if plain.starts_with('\t') && !plain.trim().is_empty() {
        let at = start + line.len() - plain.len();
        return Some(Slip {
            span: Span::new(at, at + 1),
            message: say!("缩进里有 Tab", "there is a Tab in the indentation"),
            help: say!("YAML 只用空格缩进，每层两个", "YAML is indented by blanks alone, two a level"),
        });
    }
    // A key begins the line, behind `- `, and each part in braces.
    let (mut key, mut depth, mut quote) = (Some(0), 0_u32, None);
    let mut before = ' ';
    for (i, c) in line.char_indices() {
        let at = start + i;
        let rest = line.get(i + c.len_utf8()..).unwrap_or("");
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if before == ' ' || before == '{' || before == '[' => quote = Some(c),
            (None, '#') if before == ' ' => return None,
            (None, '{' | '[') => {
                depth += 1;
                key = Some(i + 1);
            }
            (None, '}' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth > 0 => key = Some(i + 1),
            (None, '，') if depth > 0 && next_is_key(rest) => {
                return Some(Slip {
                    span: Span::new(at, at + c.len_utf8()),
                    message: say!("这里的逗号是全角的", "this comma is a full-width one"),
                    help: say!("写半角逗号和一个空格“, ”", "write a plain comma and a blank"),
                });
            }
            (None, ':' | '：') => {
                let from = key.take();
                let word = from.and_then(|from| line.get(from..i)).map(name).filter(|w| is_name(w));
                if let Some(word) = word
                    && let Some(message) = colon(c, rest)
                {
                    let value = rest.trim_start().split([',', '}', '，']).next().unwrap_or("").trim();
                    let written = format!("{word}: {value}");
                    let written = written.trim_end();
                    let help = say!("写成 {written}", "write `{written}`");
                    return Some(Slip { span: Span::new(at, at + c.len_utf8()), message, help });
                }
            }
            _ => {}
        }
        before = c;
    }
    None
}

/// What is wrong with the colon behind a key.
fn colon(c: char, rest: &str) -> Option<Words> {
    if c == '：' {
        return Some(say!("这里的冒号是全角的", "this colon is a full-width one"));
    }
    let touches = rest.starts_with(|n: char| !n.is_whitespace() && !matches!(n, '/' | ',' | '}' | ']'));
    touches.then(|| say!("冒号之后缺一个空格", "a blank is missing behind the colon"))
}

/// A key without the `- ` before it.
fn name(text: &str) -> &str {
    text.trim().trim_start_matches("- ").trim()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | '/'))
}

/// `type: text` behind a comma.
fn next_is_key(rest: &str) -> bool {
    let word = rest.trim_start().split([':', '：']).next().unwrap_or("");
    word.len() < rest.trim_start().len() && is_name(word.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_where_they_stand_and_nothing_else_is_one() {
        let slip = |line: &str| on(0, line).map(|s| line[s.span.start..s.span.end].to_owned());
        for (line, at) in [
            ("\tname: 甲", "\t"),
            ("  name:医嘱号", ":"),
            ("  name：医嘱号", "："),
            ("  a: { name: 医嘱号，type: text }", "，"),
            ("  a: { name:医嘱号, type: text }", ":"),
            ("- name：甲", "："),
        ] {
            assert_eq!(slip(line).as_deref(), Some(at), "{line}");
        }
        for line in [
            "name: 申请：急",
            "  title: \"a:b\"",
            "view: https://a.b/c",
            "  at: 08:30",
            "# name：甲",
            "  x: { name: 甲、乙，丙, type: text }",
            "fields:",
            "  A+: { name: A }",
            "  hours: [08:00, 17:30]",
        ] {
            assert_eq!(slip(line), None, "{line}");
        }
    }
}
