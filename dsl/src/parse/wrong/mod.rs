//! Says what is wrong with a statement that the grammar could not take: reads it again alone, and looks where that stops.

mod condition;
mod expected;
mod flow;
mod known;
mod lines;
mod meant;
mod statement;

use super::build::{Body, Builder};
use super::{LoopParser, Rule};
use crate::diagnostic::{Diagnostic, Span, Words};
use crate::say;
use expected::expected_words;
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

/// Where a reading stopped, in bytes.
pub(super) fn offset(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The keywords that begin a statement of a body.
pub(super) fn beginnings(body: Body) -> &'static [&'static str] {
    match body {
        Body::File => &["loop", "fragment"],
        Body::Loop => &[
            "grade",
            "category",
            "basis",
            "key",
            "starts",
            "flow",
            "use",
            "refer",
            "param",
            "node",
            "cancel",
            "stop",
            "supersede",
            "excuse",
            "interrupt",
            "seal",
            "rule",
            "measure",
            "test",
        ],
        Body::Node => &["on", "by", "stage", "icon", "required", "optional", "within", "due", "basis"],
        Body::Rule => &["severity", "check", "applies", "missing", "ties", "alert", "escalate", "basis"],
        Body::Test => &["key", "set", "finally", "expect"],
    }
}

/// Where the statement begins that stops being readable at `start`: there, or where the one `before` began that `start..end` goes on.
/// Of that one the start is given, and whether it ended with `}`.
pub(super) fn begin(
    builder: &Builder<'_>,
    body: Body,
    before: Option<(usize, bool)>,
    start: usize,
    end: usize,
) -> usize {
    match before {
        Some((from, false)) if !begins(body, builder.joined.text.get(start..end).unwrap_or("")) => from,
        _ => start,
    }
}

/// Whether what could not be read begins like a statement of its body.
fn begins(body: Body, junk: &str) -> bool {
    let keyword =
        junk.strip_prefix('@').map(|t| t.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or(""));
    keyword.is_some_and(|k| beginnings(body).contains(&k)) || (body == Body::Test && starts_line(junk))
}

/// Tells what is wrong in `start..end` of the grammar's text, which belongs to the statement that begins at `from`.
pub(super) fn tell(builder: &mut Builder<'_>, body: Body, from: usize, start: usize, end: usize) {
    let text = builder.joined.text.as_str();
    let junk = text.get(start..end).unwrap_or("");
    // What the spelling scan has told already.
    if junk.contains('\u{fffd}') {
        return;
    }
    if builder.sink.is_full() {
        builder.sink.skip(builder.joined.token(start));
        return;
    }
    let begins = begins(body, junk);
    let slice = text.get(from..end).unwrap_or("");
    let (at, expected) = match LoopParser::parse(alone(body), slice) {
        Ok(_) => (start, Vec::new()),
        Err(error) => (from + offset(&error), positives(&error)),
    };
    // A place before the junk was read well: what is wrong begins with the junk.
    let (at, expected) = if at < start { (start, Vec::new()) } else { (at, expected) };
    let at = at + text.get(at..).map_or(0, |t| t.len() - t.trim_start().len());
    let diagnostic = Finding::new(builder, body, (from, start, at), &expected, begins).diagnostic();
    builder.sink.push(diagnostic);
}

/// The rule that reads one statement of a body and nothing else.
fn alone(body: Body) -> Rule {
    match body {
        Body::File => Rule::only_item,
        Body::Loop => Rule::only_loop,
        Body::Node => Rule::only_node,
        Body::Rule => Rule::only_rule,
        Body::Test => Rule::only_test,
    }
}

fn starts_line(junk: &str) -> bool {
    junk.starts_with(|c: char| c.is_ascii_digit() || c == '+')
        || junk.starts_with("次日")
        || junk.starts_with("next_day")
}

fn positives(error: &Error<Rule>) -> Vec<Rule> {
    match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    }
}

/// A place where reading stopped.
struct Finding<'a, 'b> {
    builder: &'a Builder<'b>,
    body: Body,
    /// Where the statement begins, in the grammar's text.
    from: usize,
    /// Where what could not be read begins.
    start: usize,
    /// Where reading stopped, at `start` or behind it.
    at: usize,
    /// What the grammar would have taken there.
    expected: &'a [Rule],
    /// Whether what could not be read begins like a statement.
    begins: bool,
    /// What stands there in the file: a whole word, path, time or run of signs.
    span: Span,
    written: String,
}

impl<'a, 'b> Finding<'a, 'b> {
    fn new(
        builder: &'a Builder<'b>,
        body: Body,
        (from, start, at): (usize, usize, usize),
        expected: &'a [Rule],
        begins: bool,
    ) -> Self {
        let rest = builder.joined.text.get(at..).unwrap_or("");
        let token = builder.joined.token(at);
        let span = match lump(rest) {
            0 => token,
            length => token.to(builder.joined.span(at, at + length)),
        };
        let written = builder.source.get(span.start..span.end).unwrap_or("").to_owned();
        Self { builder, body, from, start, at, expected, begins, span, written }
    }

    fn has(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|e| rules.contains(e))
    }

    /// The text of the grammar from the place on.
    fn rest(&self) -> &str {
        self.builder.joined.text.get(self.at..).unwrap_or("")
    }

    /// What of the statement was read, in the text of the grammar.
    fn read(&self) -> &str {
        self.builder.joined.text.get(self.from..self.at).unwrap_or("")
    }

    /// The keyword that begins the statement.
    fn head(&self) -> Option<&str> {
        keyword(self.builder.joined.text.get(self.from..).unwrap_or(""))
    }

    /// The token before the place, when it belongs to the statement.
    fn before(&self) -> Option<(Span, &str)> {
        let span = self.builder.joined.before(self.at).filter(|_| self.at > self.from)?;
        Some((span, self.builder.source.get(span.start..span.end)?))
    }

    /// Whether a word stands at the place that is no keyword.
    fn is_word(&self) -> bool {
        self.rest().starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '「')
    }

    /// What stands between the token before and the place.
    fn gap(&self) -> &str {
        let from = self.builder.joined.before(self.at).map_or(0, |b| b.end);
        self.builder.source.get(from..self.span.start).unwrap_or("")
    }

    fn begins_line(&self) -> bool {
        self.gap().contains('\n')
    }

    fn error(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        self.builder.sink.error(code, span, message)
    }

    /// The first reading that knows the mistake tells it.
    fn diagnostic(&self) -> Diagnostic {
        let known = self
            .range()
            .or_else(|| self.unfinished())
            .or_else(|| self.in_flow())
            .or_else(|| self.in_test())
            .or_else(|| self.in_condition())
            .or_else(|| self.known())
            .or_else(|| self.instead())
            .or_else(|| self.keyword())
            .or_else(|| self.no_statement())
            .or_else(|| self.lacking());
        known.unwrap_or_else(|| {
            let written = &self.written;
            let message = say!("这里读不懂“{written}”", "cannot make sense of `{written}` here");
            self.with_expected(self.error("E0111", self.span, message))
        })
    }

    fn with_expected(&self, diagnostic: Diagnostic) -> Diagnostic {
        match expected_words(self.expected, self.head()) {
            Some(expected) => diagnostic.expected(expected),
            None => diagnostic,
        }
    }

    /// A statement ends before it is complete: the next one begins, or its body is closed.
    fn unfinished(&self) -> Option<Diagnostic> {
        let rest = self.rest();
        let next = keyword(rest).is_some_and(|k| beginnings(self.body).contains(&k))
            || self.body == Body::Test && starts_line(rest);
        let ends = rest.is_empty() || rest.starts_with('}') || self.begins_line() && next;
        let (before, text) = self.before().filter(|_| ends).map(|(span, text)| self.whole(span, text))?;
        if LoopParser::parse(alone(self.body), self.read().trim_end()).is_ok() {
            return None;
        }
        let message = say!("“{text}”之后没有写完", "the statement is not complete behind `{text}`");
        Some(self.with_expected(self.error("E0111", before, message)))
    }

    /// A token with those before it that it touches: `08:10`, `10分钟`.
    fn whole<'t>(&'t self, span: Span, text: &'t str) -> (Span, &'t str) {
        let read = self.read().trim_end();
        let last = read.rsplit(' ').next().unwrap_or("");
        if text.ends_with(['"', '”']) || last.contains(['(', ')', '[', ']', '{']) {
            return (span, text);
        }
        let from = self.from + read.len() - last.len();
        let whole = Span::new(self.builder.joined.token(from).start, span.end);
        (whole, self.builder.source.get(whole.start..whole.end).unwrap_or(text))
    }

    /// A keyword stands in the place of another: 从 for 自.
    fn instead(&self) -> Option<Diagnostic> {
        let keyword = keyword(self.rest())?;
        let alike = |en: &str| matches!((keyword, en), ("from", "of") | ("of", "from"));
        expected::only(self.expected).filter(|(_, en)| alike(en)).and_then(|_| self.lacking())
    }

    /// One thing is missing, or another stands in its place.
    fn lacking(&self) -> Option<Diagnostic> {
        let (zh, en) = expected::only(self.expected).filter(|_| self.at > self.from)?;
        let written = &self.written;
        let instead = !self.rest().starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '“');
        let message = if instead {
            say!("这里写“{zh}”，不写“{written}”", "`{en}` belongs here, not `{written}`")
        } else {
            say!("“{written}”之前缺“{zh}”", "`{en}` is missing before `{written}`")
        };
        let diagnostic = self.error("E0111", self.span, message);
        let before = self.before().map_or("", |(_, text)| text);
        let before = if before.starts_with(|c: char| c.is_alphanumeric()) { before } else { "…" };
        Some(if instead {
            diagnostic
        } else {
            diagnostic.help(say!("写成 {before} {zh} {written}", "write {before} {en} {written}"))
        })
    }
}

/// The keyword with which a text of the grammar begins.
fn keyword(text: &str) -> Option<&str> {
    text.strip_prefix('@').and_then(|t| t.split(|c: char| !c.is_ascii_alphabetic()).next())
}

/// How many bytes belong together at the beginning of a text of the grammar: a word with its dots, a number with its unit, a time, a run of signs.
fn lump(text: &str) -> usize {
    let signs = "=<>|&!-+*:";
    let ends = " ()[]{},;=<>|&?*+@\"“「\u{fffd}";
    let first = text.chars().next().unwrap_or(' ');
    let inside = |c: char| {
        if signs.contains(first) {
            signs.contains(c)
        } else {
            !ends.contains(c) && (c != '-' || first.is_ascii_digit())
        }
    };
    if ends.contains(first) && !signs.contains(first) {
        return 0;
    }
    text.find(|c| !inside(c)).unwrap_or(text.len())
}
