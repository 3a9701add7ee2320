//! Text → the same text in its one layout, comments kept; the keywords stay, or become those of one language.
//!
//! What comes out is read again before it is returned: only what says the same ever leaves here.

mod align;
mod break_lines;
mod layout;

use crate::diagnostic::{Diagnostic, Lang, Span};
use crate::parse::lex::{self, Kind};
use crate::parse::sink::Sink;
use crate::parse::{parse, parse_outlined};
use crate::say;
use crate::tree::{Comment, File, LoopItem, Places, RuleClause};
use layout::Layout;

/// The widest line, in columns of a terminal: a Chinese character takes two. Lines of tests and single long words may be wider.
pub const WIDTH: usize = 140;

/// The text of a loop file in its one layout. With `keywords` those of the other language are replaced; names and the words for
/// stages, statuses and units stay as they are. Formatting what came out changes nothing any more.
///
/// # Errors
/// The mistakes of a text that cannot be read; E0126 when the new text would not say the same, which is a fault of the formatter.
pub fn format(file_name: &str, text: &str, keywords: Option<Lang>) -> Result<String, Vec<Diagnostic>> {
    let (before, found, outline) = parse_outlined(file_name, text);
    if before.broken {
        return Err(found);
    }
    let Some(outline) = outline else { return Err(vec![unequal(file_name)]) };
    let new = Layout::new(text, &outline, &before.comments, keywords).write();
    let (after, _) = parse(file_name, &new);
    if after.broken || !same(before, after) {
        return Err(vec![unequal(file_name)]);
    }
    Ok(new)
}

/// A text, or a piece of one, with English keywords, `->` and `, `; all else stays as it is, mistakes too.
#[must_use]
pub fn in_english(text: &str) -> String {
    let (tokens, _) = lex::lex(text, &mut Sink::new(""));
    let (mut out, mut end) = (String::new(), 0);
    for token in &tokens {
        let (written, next) = (text.get(token.span.start..token.span.end), text.get(token.span.end..));
        let new = match (token.kind, written) {
            (Kind::Keyword(en), Some(_)) => en,
            (Kind::Sign("->"), Some("→")) => "->",
            (Kind::Sign(","), Some("、" | "，")) if next.is_some_and(|t| t.starts_with([' ', '\n'])) => ",",
            (Kind::Sign(","), Some("、" | "，")) => ", ",
            _ => continue,
        };
        out.push_str(text.get(end..token.span.start).unwrap_or_default());
        out.push_str(new);
        end = token.span.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

fn unequal(file_name: &str) -> Diagnostic {
    let message = say!(
        "排版之后意思会变，没有改动；请把这个文件报给维护者",
        "the formatted text would not say the same, so nothing was changed: please report this file"
    );
    Diagnostic::error("E0126", file_name, Span::at(0), message)
}

/// Whether two trees are equal but for their places, with the same comments.
fn same(mut a: File, mut b: File) -> bool {
    for file in [&mut a, &mut b] {
        file.loops.places(&mut |span| *span = Span::default());
        let items = file.loops.iter_mut().flat_map(|l| &mut l.items);
        let rules = items.filter_map(|i| if let LoopItem::Rule(rule) = i { Some(rule) } else { None });
        for clause in rules.flat_map(|r| &mut r.clauses) {
            // The condition as it was written.
            if let RuleClause::Check(_, text) = clause {
                text.clear();
            }
        }
    }
    let comments = |file: &File| -> Vec<(String, bool, bool)> {
        file.comments.iter().map(|c: &Comment| (c.text.clone(), c.doc, c.trailing)).collect()
    };
    a.loops == b.loops && comments(&a) == comments(&b)
}
