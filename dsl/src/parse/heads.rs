//! The heads of loops, nodes, rules and tests among the tokens, with or without the `{` that belongs behind them.

use super::build::Body;
use super::lex::{Kind, Token};
use super::sink::Sink;
use super::wrong::beginnings;
use crate::say;

/// What kind of body a keyword opens.
pub(super) fn body_of(token: &Token) -> Option<Body> {
    match token.kind {
        Kind::Keyword("node") => Some(Body::Node),
        Kind::Keyword("rule") => Some(Body::Rule),
        Kind::Keyword("test") => Some(Body::Test),
        Kind::Keyword("loop" | "fragment") if token.first => Some(Body::Loop),
        _ => None,
    }
}

/// Of a keyword that opens a body: within how many braces it stands, and how many tokens its head has.
pub(super) fn headed(token: &Token, after: &[Token]) -> Option<(usize, usize)> {
    let body = body_of(token)?;
    let title = if body == Body::Test { Kind::Text } else { Kind::Word };
    let head = match after {
        [name, open, _, close, ..] if name.kind == title && is_sign(open, "[") && is_sign(close, "]") => 4,
        [name, ..] if name.kind == title => 1,
        _ => return None,
    };
    Some((usize::from(body != Body::Loop), head))
}

/// Whether a token begins a statement of a body.
pub(super) fn begins(token: &Token, body: Body) -> bool {
    match token.kind {
        Kind::Keyword(next) => beginnings(body).contains(&next),
        Kind::Number => body == Body::Test,
        _ => false,
    }
}

/// Reads `环节 审核 [review] ( … )` as if it had its braces.
pub(super) fn mend_parentheses(tokens: &mut [Token], sink: &mut Sink) {
    let mut at = 0;
    while let Some([token, after @ ..]) = tokens.get(at..) {
        at += 1;
        let Some((head, body)) = headed(token, after).map(|(_, h)| h).zip(body_of(token)) else { continue };
        let [open, next, ..] = after.get(head..).unwrap_or(&[]) else { continue };
        if !is_sign(open, "(") || !begins(next, body) || sink.is_full() {
            continue;
        }
        let (first, span) = (at + head, open.span);
        let mut depth = 0_i32;
        let close = tokens.iter().skip(first).position(|t| {
            depth += i32::from(is_sign(t, "(")) - i32::from(is_sign(t, ")"));
            depth == 0
        });
        sink.push(sink.error("E0116", span, say!("这里写“{{”，不写“(”", "`{{` belongs here, not `(`")));
        for (place, sign) in [(Some(first), "{"), (close.map(|c| first + c), "}")] {
            if let Some(token) = place.and_then(|i| tokens.get_mut(i)) {
                token.kind = Kind::Sign(sign);
            }
        }
    }
}

/// Whether a token is this sign.
pub(super) fn is_sign(token: &Token, sign: &str) -> bool {
    matches!(token.kind, Kind::Sign(s) if s == sign)
}

/// `NAME [code] {`: the head of a loop, unlike `闭环 有缺陷闭合` in a test.
pub(super) fn heads_a_loop(after: &[Token]) -> bool {
    matches!(after, [name, open, ..] if name.kind == Kind::Word && matches!(open.kind, Kind::Sign("{" | "[")))
}
