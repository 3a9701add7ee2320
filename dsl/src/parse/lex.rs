//! Brings a text to one alphabet before the grammar sees it: tokens without comments, full-width signs as ASCII, keywords by one name.

use super::sink::Sink;
use crate::diagnostic::Span;
use crate::lexicon;
use crate::say;
use crate::tree::Comment;

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
    glued: bool,
}

/// The tokens and comments of a text. Mistakes of spelling go to `sink`.
pub(crate) fn lex(text: &str, sink: &mut Sink) -> (Vec<Token>, Vec<Comment>) {
    let mut lexer =
        Lexer { text, at: 0, tokens: Vec::new(), comments: Vec::new(), first: true, glued: false };
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
        (self.at, self.first, self.glued) = (end, false, true);
    }

    fn step(&mut self, c: char, sink: &mut Sink) {
        let p = plain(c);
        match p {
            '\n' => {
                self.at += 1;
                (self.first, self.glued) = (true, false);
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
            p if p == '_' || p.is_alphabetic() => self.word(),
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
        self.comments.push(Comment { text, doc, trailing: !self.first, span, next: span.end });
        self.at = span.end;
        self.glued = false;
    }

    /// A comment as other languages write it: told, and passed over.
    fn no_comment(&mut self, c: char, sink: &mut Sink) {
        let line = self.rest().lines().next().unwrap_or("").trim_end();
        let body = line.trim_start_matches(['#', '/', '*', '-', '<', '!']);
        let body = body.trim_end_matches(['/', '*', '-', '>']).trim();
        let sign = line.get(..line.len() - line.trim_start_matches(['#', '/', '*', '-', '<', '!']).len());
        let sign = sign.unwrap_or("").to_owned();
        let message = say!("注释不写成“{sign}”", "a comment does not begin with `{sign}`");
        let help = say!("写成 // {body}", "write // {body}");
        let span = Span::new(self.at, self.at + sign.len().max(c.len_utf8()));
        let diagnostic = sink.error("E0102", span, message).help(help);
        sink.push(diagnostic);
        let end = match self.rest().find("*/").filter(|_| sign.starts_with("/*")) {
            Some(end) => self.at + end + 2,
            None => self.at + line.len(),
        };
        self.first |= self.text.get(self.at..end).is_some_and(|t| t.contains('\n'));
        (self.at, self.glued) = (end, false);
    }

    /// A text between quotes that are not those of the language: told, and read as one. False when they do not close on the line.
    fn wrong_quotes(&mut self, open: char, sink: &mut Sink) -> bool {
        let close = match open {
            '‘' | '’' => '’',
            '《' => '》',
            '『' => '』',
            '«' => '»',
            open => open,
        };
        let line = self.rest().lines().next().unwrap_or("");
        let Some(end) = line.char_indices().skip(1).find(|(_, c)| *c == close).map(|(i, c)| i + c.len_utf8())
        else {
            return false;
        };
        let inner = line.get(open.len_utf8()..end - close.len_utf8()).unwrap_or("");
        let message = say!("文字写在双引号里", "a text stands between double quotes");
        let help = say!("写成 \"{inner}\"", "write \"{inner}\"");
        sink.push(sink.error("E0117", Span::new(self.at, self.at + end), message).help(help));
        self.push(Kind::Text, self.at + end);
        true
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
        let letter = |c: char| plain(c) == '_' || plain(c).is_alphabetic();
        let slash = |next: &str| next.chars().next().is_some_and(letter);
        let end = self.run(|i, c, next| {
            letter(c) || plain(c).is_ascii_digit() || i > 0 && plain(c) == '/' && slash(next)
        });
        let word: String = self.text.get(self.at..end).unwrap_or("").chars().map(plain).collect();
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

    /// `blood。issued`: told, and read as the dot that was meant.
    fn dot(&mut self, sink: &mut Sink) -> bool {
        let next = self.rest().chars().nth(1).is_some_and(|c| plain(c).is_ascii_alphabetic());
        let word = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Word);
        if !(next && word) {
            return false;
        }
        let end = self.at + '。'.len_utf8();
        let message = say!("名称之间写英文句点，不写“。”", "a plain dot stands between names, not `。`");
        sink.push(sink.error("E0102", Span::new(self.at, end), message).help(say!("写“.”", "write `.`")));
        self.push(Kind::Sign("."), end);
        true
    }

    /// `2026/01/05`: told, and read as the date that was meant.
    fn date(&mut self, sink: &mut Sink) -> bool {
        let number = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Number);
        let rest = self.rest();
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let month = rest.get(1..).map_or(0, digits);
        let day =
            rest.get(1 + month..).filter(|t| t.starts_with('/')).and_then(|t| t.get(1..)).map_or(0, digits);
        let Some(start) = self.tokens.last().map(|t| t.span.start).filter(|_| number && month > 0 && day > 0)
        else {
            return false;
        };
        let end = self.at + month + day + 2;
        let parts: Vec<&str> = self.text.get(start..end).unwrap_or("").split('/').collect();
        let [year, month, day] = parts.as_slice() else { return false };
        let message = say!("日期里不写“/”", "a date has no `/`");
        let help = say!("写成 {year}-{month:0>2}-{day:0>2}", "write {year}-{month:0>2}-{day:0>2}");
        sink.push(sink.error("E0302", Span::new(start, end), message).help(help));
        let (month, day) = (month.len(), day.len());
        for (kind, length) in
            [(Kind::Sign("-"), 1), (Kind::Number, month), (Kind::Sign("-"), 1), (Kind::Number, day)]
        {
            self.push(kind, self.at + length);
        }
        true
    }

    fn sign(&mut self, c: char, sink: &mut Sink) {
        let mut next = self.rest().chars();
        let pair: String = next.by_ref().take(2).map(plain).collect();
        for sign in SIGNS {
            if pair.starts_with(sign) {
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

fn unknown(c: char, span: Span, sink: &Sink) -> crate::diagnostic::Diagnostic {
    let code = u32::from(c);
    let invisible = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if invisible {
        let message = say!(
            "这里有看不见的字符 U+{code:04X}，请删去",
            "there is an invisible character U+{code:04X} here: delete it"
        );
        return sink.error("E0102", span, message);
    }
    let message = say!("这里不能写“{c}”", "`{c}` has no meaning here");
    let diagnostic = sink.error("E0102", span, message);
    match c {
        '—' | '–' | '⇒' | '➔' | '➜' => {
            diagnostic.help(say!("箭头写“→”或“->”，减号写“-”", "an arrow is `→` or `->`, a minus is `-`"))
        }
        '~' | '～' | '…' => diagnostic.help(say!("范围写“5分钟..2小时”", "a range is written `5min..2h`")),
        '。' => diagnostic.help(say!("语句之后不写句号", "a statement does not end with a full stop")),
        '!' | '！' => {
            diagnostic.help(say!("否定写“非”，不等写“!=”", "negation is `not`, different is `!=`"))
        }
        '%' => diagnostic.help(say!(
            "没有百分号，写小数，如 0.95",
            "there is no percent sign: write a fraction, such as 0.95"
        )),
        '/' => diagnostic.help(say!(
            "没有除法；几个名称之间写“、”，日期写 2026-01-05",
            "there is no division; names are parted by `,`, a date is 2026-01-05"
        )),
        '‘' | '’' | '\'' => diagnostic.help(say!("文字用双引号", "a text stands between double quotes")),
        _ => diagnostic,
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
