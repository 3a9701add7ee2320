//! The text of an alert with its placeholders, each an expression of its own.

use super::Builder;
use crate::diagnostic::Span;
use crate::parse::{LoopParser, Rule, balance, join, lex};
use crate::say;
use crate::tree::{AlertPiece, Expr};
use pest::Parser;

impl Builder<'_> {
    /// The pieces of the text literal at `span`, quotes included.
    pub(super) fn alert(&mut self, span: Span) -> Vec<AlertPiece> {
        let written = self.source.get(span.start..span.end).unwrap_or("");
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut open: Option<usize> = None;
        let last = written.char_indices().next_back().map_or(0, |(i, _)| i);
        let mut chars = written.char_indices().peekable();
        chars.next();
        while let Some((i, c)) = chars.next() {
            if i >= last {
                break;
            }
            let doubled = chars.peek().is_some_and(|(j, d)| *d == c && *j < last);
            match (c, open) {
                ('{' | '}', None) if doubled => {
                    chars.next();
                    plain.push(c);
                }
                ('{', None) => open = Some(i + 1),
                // One that is left open is told where it stands.
                ('{', Some(start)) => {
                    self.lone(span.start + start - 1, "{");
                    open = Some(i + 1);
                }
                ('｛', None) => self.full_width(span.start + i, written.get(i..last).unwrap_or("")),
                ('}', Some(start)) => {
                    open = None;
                    if !plain.is_empty() {
                        pieces.push(AlertPiece::Text(std::mem::take(&mut plain)));
                    }
                    pieces
                        .extend(self.placeholder(span.start + start, span.start + i).map(AlertPiece::Value));
                }
                ('}', None) => self.lone(span.start + i, "}"),
                ('\\', None) => plain.extend(chars.next().map(|(_, c)| c)),
                (c, None) => plain.push(c),
                _ => {}
            }
        }
        if let Some(start) = open {
            self.lone(span.start + start - 1, "{");
        }
        if !plain.is_empty() {
            pieces.push(AlertPiece::Text(plain));
        }
        pieces
    }

    /// `｛血袋号｝`
    fn full_width(&mut self, at: usize, text: &str) {
        let Some(end) = text.find('｝') else { return };
        let inner = text.get('｛'.len_utf8()..end).unwrap_or("");
        let message = say!("占位用半角的 {{ }}", "a placeholder stands between plain {{ and }}");
        let help = say!("写成 {{{inner}}}", "write {{{inner}}}");
        let span = Span::new(at, at + end + '｝'.len_utf8());
        self.sink.push(self.sink.error("E0124", span, message).help(help));
    }

    fn lone(&mut self, at: usize, sign: &str) {
        let message = say!(
            "提示中单独的“{sign}”：占位写 {{名称}}，原样的括号写两遍",
            "a lone `{sign}` in an alert: a placeholder is {{NAME}}, the sign itself is doubled"
        );
        self.sink.push(self.sink.error("E0124", Span::new(at, at + 1), message));
    }

    /// The expression in `start..end` of the file.
    fn placeholder(&mut self, start: usize, end: usize) -> Option<Expr> {
        let text = self.source.get(start..end).unwrap_or("");
        // A file of its own for the reader; its mistakes are told here as one.
        let mut quiet = super::Sink::new("");
        let tokens = lex::lex(text, &mut quiet).0;
        let tokens = balance::balance(tokens, text, &mut quiet)?;
        let joined = join::join_at(&tokens, text, start);
        let read = LoopParser::parse(Rule::only_expr, &joined.text).ok();
        let pair = read
            .and_then(|mut pairs| pairs.next())
            .and_then(|p| p.into_inner().find(|p| p.as_rule() == Rule::expr));
        let clean = quiet.finish().is_empty();
        let Some(pair) = pair.filter(|_| clean) else {
            let span = Span::new(start.saturating_sub(1), end + 1);
            let message = say!("占位“{{{text}}}”不是名称", "the placeholder `{{{text}}}` is no name");
            let expected = say!("参数、字段，或“环节.字段”", "a param, a field, or `NODE.FIELD`");
            self.sink.push(self.sink.error("E0124", span, message).expected(expected));
            return None;
        };
        let mut inner = Builder {
            source: self.source,
            joined: &joined,
            comments: &[],
            sink: self.sink,
            lost: Vec::new(),
            hurt: Vec::new(),
        };
        inner.expr(pair)
    }
}
