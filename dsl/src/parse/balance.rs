//! Pairs brackets before the grammar looks: a missing one is told where it was opened, and put in where the next statement begins.

use super::build::Body;
use super::lex::{Kind, Token};
use super::sink::Sink;
use super::wrong::beginnings;
use crate::diagnostic::Span;
use crate::say;

/// The deepest nesting of brackets.
pub(crate) const DEEPEST: usize = 64;

/// Statements that stand in a loop and nowhere deeper.
const IN_LOOP: &[&str] =
    &["node", "rule", "test", "param", "measure", "flow", "grade", "starts", "interrupt", "seal"];
/// Statements that no parenthesis can contain.
const STATEMENTS: &[&str] = &[
    "loop",
    "fragment",
    "node",
    "rule",
    "test",
    "param",
    "measure",
    "flow",
    "grade",
    "category",
    "basis",
    "key",
    "starts",
    "use",
    "cancel",
    "stop",
    "supersede",
    "excuse",
    "interrupt",
    "seal",
    "by",
    "stage",
    "icon",
    "required",
    "optional",
    "within",
    "due",
    "severity",
    "check",
    "applies",
    "missing",
    "ties",
    "alert",
    "escalate",
    "finally",
    "set",
    "on",
];

/// A bracket that is open.
struct Open {
    sign: &'static str,
    span: Span,
    /// Whether it was missing and is put in: that has been told, so that nothing more is told of it.
    put_in: bool,
}

struct Balance<'s> {
    out: Vec<Token>,
    open: Vec<Open>,
    sink: &'s mut Sink,
}

/// The same tokens with every bracket in a pair; `None` when they nest too deep. `text` is the file's.
pub(crate) fn balance(tokens: Vec<Token>, text: &str, sink: &mut Sink) -> Option<Vec<Token>> {
    let mut state = Balance { out: Vec::with_capacity(tokens.len()), open: Vec::new(), sink };
    let mut rest = tokens.as_slice();
    // How many tokens are left where a `{` is missing.
    let mut missing = None;
    while let [token, after @ ..] = rest {
        if token.first {
            state.begin(token, after);
        }
        if missing == Some(rest.len()) {
            state.put_in(token, text);
            missing = None;
        }
        if !state.take(token, after) {
            return None;
        }
        if let Some(head) = state.lacks_brace(token, after) {
            missing = after.len().checked_sub(head);
        }
        rest = after;
    }
    state.close_down(0, 0, text.len());
    Some(state.out)
}

fn closer(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

impl Balance<'_> {
    fn braces(&self) -> usize {
        self.open.iter().filter(|o| o.sign == "{").count()
    }

    /// A token that is first on its line may show that something before it was left open.
    fn begin(&mut self, token: &Token, after: &[Token]) {
        let Kind::Keyword(word) = token.kind else { return };
        if matches!(word, "loop" | "fragment") && heads_a_loop(after) {
            self.close_down(0, 0, token.span.start);
        } else if IN_LOOP.contains(&word) && self.braces() > 1 {
            self.close_down(1, 1, token.span.start);
        } else if STATEMENTS.contains(&word) {
            let kept = self.open.iter().rposition(|o| o.sign == "{").map_or(0, |i| i + 1);
            if self.braces() > 0 {
                self.close_down(usize::MAX, kept, token.span.start);
            }
        }
    }

    /// Closes what is open until at most `braces` braces and `kept` brackets are left.
    fn close_down(&mut self, braces: usize, kept: usize, at: usize) {
        while self.open.len() > kept || (braces != usize::MAX && self.braces() > braces) {
            let Some(Open { sign: open, span, put_in }) = self.open.pop() else { return };
            let close = closer(open);
            let before = self.out.last().map_or(Span::at(at), |t| Span::at(t.span.end));
            if !put_in {
                let message = say!(
                    "“{open}”没有闭合，缺“{close}”",
                    "this `{open}` is not closed: `{close}` is missing"
                );
                let diagnostic = self.sink.error("E0104", span, message);
                self.sink.push(
                    diagnostic.label(before, say!("应在这里之后闭合", "it should be closed after this")),
                );
            }
            self.out.push(Token { kind: Kind::Sign(close), span: before, glued: false, first: false });
        }
    }

    /// After how many tokens a head ends that has no `{`, though a statement of its body follows.
    fn lacks_brace(&self, token: &Token, after: &[Token]) -> Option<usize> {
        let Kind::Keyword(word) = token.kind else { return None };
        let (within, body) = match word {
            "node" => (1, Body::Node),
            "rule" => (1, Body::Rule),
            "test" => (1, Body::Test),
            "loop" | "fragment" if token.first => (0, Body::Loop),
            _ => return None,
        };
        let title = if body == Body::Test { Kind::Text } else { Kind::Word };
        let head = match after {
            [name, open, _, close, ..] if name.kind == title && is_sign(open, "[") && is_sign(close, "]") => {
                4
            }
            [name, ..] if name.kind == title => 1,
            _ => return None,
        };
        let begins = match after.get(head)?.kind {
            Kind::Keyword(next) => beginnings(body).contains(&next),
            Kind::Number => body == Body::Test,
            _ => false,
        };
        (begins && self.braces() == within && !self.sink.is_full()).then_some(head)
    }

    /// Puts a `{` before a token.
    fn put_in(&mut self, before: &Token, text: &str) {
        let written = text.get(before.span.start..before.span.end).unwrap_or("");
        let message = say!("“{written}”之前缺“{{”", "`{{` is missing before `{written}`");
        self.sink.push(self.sink.error("E0116", before.span, message));
        let span = Span::at(before.span.start);
        self.open.push(Open { sign: "{", span, put_in: true });
        self.out.push(Token { kind: Kind::Sign("{"), span, glued: false, first: false });
    }

    /// Whether the `}` that comes belongs to the brace around the one that was put in, which has none of its own.
    fn belongs_outside(&self, after: &[Token]) -> bool {
        let innermost = self.open.iter().rev().find(|o| o.sign == "{");
        if !innermost.is_some_and(|o| o.put_in) {
            return false;
        }
        let mut left = 1;
        let mut rest = after;
        while let [token, next @ ..] = rest {
            match token.kind {
                Kind::Keyword("loop" | "fragment") if token.first && heads_a_loop(next) => break,
                Kind::Sign("}") => left += 1,
                Kind::Sign("{") => left -= 1,
                _ => {}
            }
            rest = next;
        }
        left < i64::try_from(self.braces()).unwrap_or(i64::MAX)
    }

    /// Takes one token; false when brackets nest too deep.
    fn take(&mut self, token: &Token, after: &[Token]) -> bool {
        match token.kind {
            Kind::Sign(open @ ("(" | "[" | "{")) => {
                self.open.push(Open { sign: open, span: token.span, put_in: false });
                if self.open.len() > DEEPEST {
                    let message = say!("括号嵌套超过 {DEEPEST} 层", "brackets nest deeper than {DEEPEST}");
                    self.sink.push(self.sink.error("E0103", token.span, message));
                    return false;
                }
            }
            Kind::Sign(close @ (")" | "]" | "}")) => {
                if close == "}" && self.belongs_outside(after) {
                    let kept = self.open.iter().rposition(|o| o.sign == "{").unwrap_or(0);
                    self.close_down(usize::MAX, kept, token.span.start);
                }
                let opened = self.open.iter().rposition(|open| closer(open.sign) == close);
                let brace = self.open.iter().rposition(|open| open.sign == "{");
                // A `)` does not reach beyond its own braces, a `}` closes what stands open inside it.
                let fits = opened.filter(|i| close == "}" || brace.is_none_or(|b| *i > b));
                let Some(i) = fits else {
                    let message = say!("多余的“{close}”", "this `{close}` closes nothing");
                    self.sink.push(self.sink.error("E0105", token.span, message));
                    return true;
                };
                self.close_down(usize::MAX, i + 1, token.span.start);
                self.open.pop();
            }
            _ => {}
        }
        self.out.push(token.clone());
        true
    }
}

fn is_sign(token: &Token, sign: &str) -> bool {
    matches!(token.kind, Kind::Sign(s) if s == sign)
}

/// `NAME [code] {`: the head of a loop, unlike `闭环 有缺陷闭合` in a test.
fn heads_a_loop(after: &[Token]) -> bool {
    matches!(after, [name, open, ..] if name.kind == Kind::Word && matches!(open.kind, Kind::Sign("{" | "[")))
}
