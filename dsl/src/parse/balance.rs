//! Pairs brackets before the grammar looks: a missing one is told where it was opened, and put in where the next statement begins.

use super::heads::{begins, body_of, headed, heads_a_loop, is_sign, mend_parentheses};
use super::lex::{Kind, Token};
use super::sink::Sink;
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
    /// Where in `out` the last loop was closed, and the bracket that it was.
    closed: Option<(usize, Open)>,
    sink: &'s mut Sink,
}

/// The same tokens with every bracket in a pair; `None` when they nest too deep. `text` is the file's.
pub(crate) fn balance(mut tokens: Vec<Token>, text: &str, sink: &mut Sink) -> Option<Vec<Token>> {
    mend_parentheses(&mut tokens, sink);
    let mut state = Balance { out: Vec::with_capacity(tokens.len()), open: Vec::new(), closed: None, sink };
    let mut rest = tokens.as_slice();
    // How many tokens are left where a `{` is missing.
    let mut missing = None;
    while let [token, after @ ..] = rest {
        if token.first {
            state.begin(token, after);
            state.begin_line(token, after);
            state.reopen(token);
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

    /// What begins a line of a test ends the fields of the line before.
    fn begin_line(&mut self, token: &Token, after: &[Token]) {
        let timed = token.kind == Kind::Number
            && after.first().is_some_and(|t| t.glued && (is_sign(t, ":") || is_sign(t, "-")));
        let told = matches!(token.kind, Kind::Keyword("finally" | "set" | "key"));
        if (timed || told) && self.braces() == 3 {
            self.close_down(2, 2, token.span.start);
        }
    }

    /// A statement of a loop that stands in none: the `}` before it closed the loop too early.
    fn reopen(&mut self, token: &Token) {
        let Kind::Keyword(word) = token.kind else { return };
        if !IN_LOOP.contains(&word) || !self.open.is_empty() {
            return;
        }
        if let Some((at, open)) = self.closed.take()
            && at + 1 == self.out.len()
            && let Some(close) = self.out.pop()
        {
            let message = say!("多余的“}}”：闭环在这里就结束了", "this `}}` ends the loop too early");
            self.sink.push(self.sink.error("E0105", close.span, message));
            self.open.push(open);
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
        let (within, head) = headed(token, after)?;
        let (next, body) = (after.get(head)?, body_of(token)?);
        let begins = begins(next, body);
        (begins && self.braces() == within && !self.sink.is_full()).then_some(head)
    }

    /// Puts a `{` before a token.
    fn put_in(&mut self, before: &Token, text: &str) {
        let written =
            text.get(before.span.start..).and_then(|t| t.split([' ', '\n', '\u{3000}']).next()).unwrap_or("");
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
                let open = self.open.pop();
                self.closed = open.filter(|_| self.open.is_empty()).map(|open| (self.out.len(), open));
            }
            _ => {}
        }
        self.out.push(token.clone());
        true
    }
}
