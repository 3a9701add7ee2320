//! Brings a text to one alphabet before the grammar sees it: tokens without comments, full-width signs as ASCII, keywords by one name.

mod slips;

use super::sink::Sink;
use crate::diagnostic::Span;
use crate::lexicon;
use crate::say;
use crate::tree::Comment;
use slips::unknown;
use std::borrow::Cow;

/// What a token is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word that is no keyword, or `「…」`.
    Word,
    /// A keyword, by its English form.
    Keyword(&'static str),
    /// A run of digits.
    Number,
    /// A text literal.
    Text,
    /// A sign.
    Sign(&'static str),
    /// Something that has no place in a text; told already.
    Junk,
}

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Where it stands in the text; empty for one that was put in by recovery.
    pub(crate) span: Span,
    /// Whether it touches the token before it.
    pub(crate) glued: bool,
    /// Whether it is the first on its line.
    pub(crate) first: bool,
}

/// Characters that stand for others outside strings.
pub(crate) fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '、' => ',',
        '【' => '[',
        '】' => ']',
        '−' => '-',
        '\u{3000}' | '\u{a0}' | '\t' => ' ',
        c => c,
    }
}

/// A text with its characters as they are read: mostly as it stands.
pub(crate) fn plain_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| plain(c) == c) { Cow::Borrowed(text) } else { text.chars().map(plain).collect() }
}

/// Whether a word may begin with a character. Most are of the first two kinds, and need no table.
fn letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '_' | '\u{4e00}'..='\u{9fff}' => true,
        c if c.is_ascii() => false,
        c => plain(c) == '_' || plain(c).is_alphabetic(),
    }
}

const SIGNS: &[&str] = &[
    "->", "<=", ">=", "==", "!=", "..", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "<", ">", "|",
    "&", "?", "*", "+", "-",
];

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    first: bool,
    /// Whether something stands before this on its line, semicolons not counted.
    behind: bool,
    glued: bool,
}

/// The tokens and comments of a text. Mistakes of spelling go to `sink`.
pub(crate) fn lex(text: &str, sink: &mut Sink) -> (Vec<Token>, Vec<Comment>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        comments: Vec::new(),
        first: true,
        glued: false,
        behind: false,
    };
    if text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    while let Some(c) = lexer.peek() {
        lexer.step(c, sink);
    }
    let (tokens, mut comments) = (lexer.tokens, lexer.comments);
    attach(&tokens, &mut comments, text.len());
    (tokens, comments)
}

/// Tells each comment what follows it.
fn attach(tokens: &[Token], comments: &mut [Comment], end: usize) {
    let mut following = tokens.iter().peekable();
    for comment in comments {
        while following.peek().is_some_and(|t| t.span.start < comment.span.end) {
            following.next();
        }
        comment.next = following.peek().map_or(end, |t| t.span.start);
    }
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }
    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
    fn push(&mut self, kind: Kind, end: usize) {
        self.tokens.push(Token { kind, span: Span::new(self.at, end), glued: self.glued, first: self.first });
        self.behind |= kind != Kind::Sign(";");
        (self.at, self.first, self.glued) = (end, false, true);
    }

    fn step(&mut self, c: char, sink: &mut Sink) {
        let p = plain(c);
        match p {
            '\n' => {
                self.at += 1;
                (self.first, self.glued, self.behind) = (true, false, false);
            }
            ' ' | '\r' => {
                self.at += c.len_utf8();
                self.glued = false;
            }
            '/' if self.rest().starts_with("//") => self.comment(),
            '#' => self.no_comment(c, sink),
            '/' if self.rest().starts_with("/*") => self.no_comment(c, sink),
            '-' if self.rest().starts_with("-- ") => self.no_comment(c, sink),
            '<' if self.rest().starts_with("<!--") => self.no_comment(c, sink),
            '"' | '“' => self.string(c, sink),
            '\'' | '‘' | '’' | '《' | '『' | '«' if self.wrong_quotes(c, sink) => {}
            '「' => self.quoted(sink),
            p if p.is_ascii_digit() => self.number(sink),
            p if letter(p) => self.word(),
            '→' => self.push(Kind::Sign("->"), self.at + c.len_utf8()),
            '≤' | '≦' => self.push(Kind::Sign("<="), self.at + c.len_utf8()),
            '≥' | '≧' => self.push(Kind::Sign(">="), self.at + c.len_utf8()),
            '≠' => self.push(Kind::Sign("!="), self.at + c.len_utf8()),
            _ => self.sign(c, sink),
        }
    }

    fn comment(&mut self) {
        let line = self.rest().lines().next().unwrap_or("").trim_end_matches('\r');
        let doc = line.starts_with("///") && !line.starts_with("////");
        let body = line.get(if doc { 3 } else { 2 }..).unwrap_or("");
        let span = Span::new(self.at, self.at + line.len());
        let text = body.strip_prefix(' ').unwrap_or(body).trim_end().to_owned();
        self.comments.push(Comment { text, doc, trailing: self.behind, span, next: span.end });
        self.at = span.end;
        self.glued = false;
    }

    fn string(&mut self, open: char, sink: &mut Sink) {
        let close = if open == '“' { '”' } else { '"' };
        let start = self.at;
        let mut escaped = false;
        for (i, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == close || plain(c) == close => {
                    self.push(Kind::Text, start + i + c.len_utf8());
                    return;
                }
                _ => {}
            }
        }
        let end = start + self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        let message = say!("引号没有闭合", "this quote is not closed on its line");
        let help = say!(
            "文字写在一行之内，用 \"…\" 或成对的 “…”",
            "a text stays on one line, between \"…\" or a pair “…”"
        );
        sink.push(sink.error("E0106", Span::new(start, start + open.len_utf8()), message).help(help));
        self.push(Kind::Junk, end);
    }

    fn quoted(&mut self, sink: &mut Sink) {
        let line = self.rest().lines().next().unwrap_or("");
        match line.find('」') {
            Some(i) if i > '「'.len_utf8() => self.push(Kind::Word, self.at + i + '」'.len_utf8()),
            Some(i) => {
                let end = self.at + i + '」'.len_utf8();
                let message = say!("「」之间没有名称", "there is no name between 「 and 」");
                sink.push(sink.error("E0107", Span::new(self.at, end), message));
                self.push(Kind::Junk, end);
            }
            None => {
                let message =
                    say!("“「”没有闭合，应在同一行写“」”", "this 「 is not closed by 」 on its line");
                sink.push(sink.error("E0107", Span::new(self.at, self.at + '「'.len_utf8()), message));
                self.push(Kind::Junk, self.at + line.trim_end().len());
            }
        }
    }

    fn number(&mut self, sink: &mut Sink) {
        let end = self.run(|_, c, _| plain(c).is_ascii_digit());
        let comma = matches!(self.tokens.as_slice(), [.., a, b] if a.kind == Kind::Number && b.kind == Kind::Sign(",") && b.glued)
            && self.glued
            && self
                .tokens
                .last()
                .is_some_and(|t| self.text.get(t.span.start..t.span.end).is_none_or(|s| s != "、"));
        let digits = self.text.get(self.at..end).map_or(0, |t| t.chars().count());
        if comma && digits == 3 {
            let start = self.tokens.iter().rev().nth(1).map_or(self.at, |t| t.span.start);
            let message = say!("数字中不能写逗号", "a number has no comma in it");
            let help = say!(
                "一个数写作 1000；两个数之间在逗号后空一格",
                "write one number as 1000; between two numbers put a blank after the comma"
            );
            sink.push(sink.error("E0121", Span::new(start, end), message).help(help));
            // Read on as one number.
            let first = self.tokens.iter().rev().nth(1).cloned();
            self.tokens.truncate(self.tokens.len().saturating_sub(2));
            if let Some(first) = first {
                self.push(Kind::Number, end);
                self.tokens.pop();
                self.tokens.push(Token { span: Span::new(start, end), ..first });
            }
            return;
        }
        self.push(Kind::Number, end);
    }

    /// The end of the run from here whose characters (byte offset from here, character, what follows) all pass.
    fn run(&self, pass: impl Fn(usize, char, &str) -> bool) -> usize {
        let rest = self.rest();
        let mut chars = rest.char_indices();
        let end = chars
            .find(|(i, c)| !pass(*i, *c, rest.get(i + c.len_utf8()..).unwrap_or("")))
            .map_or(rest.len(), |(i, _)| i);
        self.at + end
    }

    fn word(&mut self) {
        let slash = |next: &str| next.chars().next().is_some_and(letter);
        let end = self.run(|i, c, next| {
            letter(c) || plain(c).is_ascii_digit() || i > 0 && plain(c) == '/' && slash(next)
        });
        let word = plain_text(self.text.get(self.at..end).unwrap_or(""));
        // Part of a dotted path, or a unit that touches its number: never a keyword.
        let after_dot = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Sign("."));
        let after_number = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Number);
        let mut next = self.text.get(end..).unwrap_or("").chars().map(plain);
        let before_dot = next.next() == Some('.') && next.next().is_some_and(|c| letter(c) || c == '「');
        match lexicon::keyword(&word) {
            Some(keyword) if !(after_dot || after_number || before_dot) => {
                self.push(Kind::Keyword(keyword.en), end)
            }
            _ => self.push(Kind::Word, end),
        }
    }

    fn sign(&mut self, c: char, sink: &mut Sink) {
        let mut next = self.rest().chars().map(plain);
        let (first, second) = (next.next(), next.next());
        for sign in SIGNS {
            let mut signs = sign.chars();
            if signs.next() == first && signs.next().is_none_or(|c| Some(c) == second) {
                let end = self.at + self.rest().chars().take(sign.len()).map(char::len_utf8).sum::<usize>();
                self.push(Kind::Sign(sign), end);
                return;
            }
        }
        // The same again right behind is the same mistake.
        let span = Span::new(self.at, self.run(|_, other, _| other == c));
        if c == '。' && self.dot(sink) || c == '/' && self.date(sink) {
            return;
        }
        sink.push(unknown(c, span, sink));
        self.push(Kind::Junk, span.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        let mut sink = Sink::new("a");
        let tokens = lex(text, &mut sink).0.into_iter().map(|t| t.kind).collect();
        assert!(sink.finish().is_empty(), "{text}");
        tokens
    }

    #[test]
    fn keywords_are_whole_words_outside_paths() {
        assert_eq!(kinds("环节 node 环节甲 a.node node.a 「环节」"), {
            use Kind::{Keyword, Sign, Word};
            vec![Keyword("node"), Keyword("node"), Word, Word, Sign("."), Word, Word, Sign("."), Word, Word]
        });
        assert_eq!(kinds("检验/检查申请 退血/报废 // x"), vec![Kind::Word, Kind::Word]);
    }

    #[test]
    fn the_grammar_takes_for_a_word_what_the_scan_does() {
        use crate::parse::grammar::{LoopParser, Rule};
        use pest::Parser;
        let all: String = (char::MIN..=char::MAX).filter(|c| letter(*c)).map(plain).collect();
        assert!(all.contains(['a', '甲', 'é', '〇', '𠮷']) && all.chars().count() > 100_000);
        let read = LoopParser::parse(Rule::name, &all).unwrap();
        assert_eq!(read.as_str().len(), all.len());
        for sign in SIGNS.iter().copied().chain(["@", "\"", "“", "「", " ", "\u{fffd}"]) {
            assert!(LoopParser::parse(Rule::word, sign).is_err(), "{sign}");
            assert_eq!(LoopParser::parse(Rule::word, &format!("a{sign}")).unwrap().as_str(), "a");
        }
    }

    #[test]
    fn full_width_signs_are_ascii() {
        use Kind::{Number, Sign, Text, Word};
        assert_eq!(kinds("（ａ→ｂ？，３０分钟≤“x”】"), {
            vec![
                Sign("("),
                Word,
                Sign("->"),
                Word,
                Sign("?"),
                Sign(","),
                Number,
                Word,
                Sign("<="),
                Text,
                Sign("]"),
            ]
        });
        assert_eq!(kinds("\u{feff}a\u{3000}＝＝ b"), vec![Word, Sign("=="), Word]);
    }
}
