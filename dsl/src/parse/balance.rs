//! Pairs brackets before the grammar looks: a missing one is told where it was opened, and put in where the next statement begins.

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

struct Balance<'s> {
    out: Vec<Token>,
    open: Vec<(&'static str, Span)>,
    sink: &'s mut Sink,
}

/// The same tokens with every bracket in a pair; `None` when they nest too deep.
pub(crate) fn balance(tokens: Vec<Token>, end: usize, sink: &mut Sink) -> Option<Vec<Token>> {
    let mut state = Balance { out: Vec::with_capacity(tokens.len()), open: Vec::new(), sink };
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        if token.first {
            state.begin(token, after);
        }
        if !state.take(token) {
            return None;
        }
        rest = after;
    }
    state.close_down(0, 0, end);
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
        self.open.iter().filter(|(b, _)| *b == "{").count()
    }

    /// A token that is first on its line may show that something before it was left open.
    fn begin(&mut self, token: &Token, after: &[Token]) {
        let Kind::Keyword(word) = token.kind else { return };
        if matches!(word, "loop" | "fragment") && heads_a_loop(after) {
            self.close_down(0, 0, token.span.start);
        } else if IN_LOOP.contains(&word) && self.braces() > 1 {
            self.close_down(1, 1, token.span.start);
        } else if STATEMENTS.contains(&word) {
            let kept = self.open.iter().rposition(|(b, _)| *b == "{").map_or(0, |i| i + 1);
            if self.braces() > 0 {
                self.close_down(usize::MAX, kept, token.span.start);
            }
        }
    }

    /// Closes what is open until at most `braces` braces and `kept` brackets are left.
    fn close_down(&mut self, braces: usize, kept: usize, at: usize) {
        while self.open.len() > kept || (braces != usize::MAX && self.braces() > braces) {
            let Some((open, span)) = self.open.pop() else { return };
            let close = closer(open);
            let message =
                say!("“{open}”没有闭合，缺“{close}”", "this `{open}` is not closed: `{close}` is missing");
            let mut diagnostic = self.sink.error("E0104", span, message);
            let before = self.out.last().map_or(Span::at(at), |t| Span::at(t.span.end));
            diagnostic = diagnostic.label(before, say!("应在这里之后闭合", "it should be closed after this"));
            self.sink.push(diagnostic);
            self.out.push(Token { kind: Kind::Sign(close), span: before, glued: false, first: false });
        }
    }

    /// Takes one token; false when brackets nest too deep.
    fn take(&mut self, token: &Token) -> bool {
        match token.kind {
            Kind::Sign(open @ ("(" | "[" | "{")) => {
                self.open.push((open, token.span));
                if self.open.len() > DEEPEST {
                    let message = say!("括号嵌套超过 {DEEPEST} 层", "brackets nest deeper than {DEEPEST}");
                    self.sink.push(self.sink.error("E0103", token.span, message));
                    return false;
                }
            }
            Kind::Sign(close @ (")" | "]" | "}")) => {
                let opened = self.open.iter().rposition(|(open, _)| closer(open) == close);
                let brace = self.open.iter().rposition(|(open, _)| *open == "{");
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

/// `NAME [code] {`: the head of a loop, unlike `闭环 有缺陷闭合` in a test.
fn heads_a_loop(after: &[Token]) -> bool {
    matches!(after, [name, open, ..] if name.kind == Kind::Word && matches!(open.kind, Kind::Sign("{" | "[")))
}
