//! A sound text as the formatter sees it: its statements, and how each token stands beside the one before it.

use super::Rule;
use super::join::Joined;
use super::lex::{self, Kind as TokenKind, Token};
use crate::diagnostic::Span;
use pest::iterators::Pair;
use std::ops::Range;

/// The tokens of a file and its statements.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) statements: Vec<Statement>,
}

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) word: Word,
    pub(crate) span: Span,
    pub(crate) gap: Gap,
    pub(crate) turn: Option<Turn>,
    /// Whether it is the first on its line in the text.
    pub(crate) first: bool,
}

/// What is written for a token.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    /// As it is.
    Plain(String),
    /// A keyword: its English form, and its Chinese one here.
    Keyword { en: &'static str, zh: &'static str, written_zh: bool },
    /// `→`
    Arrow,
    /// `、`
    Comma,
}

/// What stands between a token and the one before it in its statement.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing.
    None,
    /// One blank.
    Blank,
    /// Two blanks: a part of its own.
    Wide,
    /// A blank where the comma is an English one.
    AfterComma,
}

/// Where a line may break, before this token. Numbers are depths of brackets.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// An operator of a flow.
    Flow(usize),
    /// The opening bracket of a block of a flow: the break is behind it.
    Open,
    /// Its closing bracket.
    Close,
    /// 且 and 或.
    Logic(usize),
    /// What follows a comma.
    Item,
}

/// What a statement is to the formatter.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// 闭环 and 片段: a line for each statement within.
    Loop,
    /// 环节 and 规则: on one line when there is room.
    Short,
    /// 测试: a line for each statement within.
    Test,
    /// 参数: stands under its like.
    Param,
    /// A line of a test: never broken.
    Line,
    /// Anything else.
    Other,
}

/// One statement.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) shape: Shape,
    /// Its tokens; of one with a body, those up to `{`.
    pub(crate) pieces: Range<usize>,
    /// The statements within, and the place of `}`.
    pub(crate) body: Option<(Vec<Statement>, usize)>,
    /// Whether the `;` behind it keeps it apart from the next.
    pub(crate) semicolon: bool,
}

/// The outline of a text without mistakes of lexis and syntax, by what the grammar made of it.
pub(super) fn outline(file: Pair<'_, Rule>, tokens: &[Token], text: &str, joined: &Joined) -> Outline {
    let mut draft = Draft::new(tokens, text, joined);
    let statements = draft.statements(file, None);
    Outline { pieces: draft.pieces, statements }
}

/// An outline on its way.
struct Draft<'a> {
    joined: &'a Joined,
    pieces: Vec<Piece>,
}

impl<'a> Draft<'a> {
    fn new(tokens: &[Token], source: &str, joined: &'a Joined) -> Self {
        let pieces = tokens.iter().enumerate().map(|(i, token)| Piece {
            word: word(token, source, joined.written(i)),
            span: token.span,
            gap: if token.glued { Gap::None } else { Gap::Blank },
            turn: None,
            first: token.first,
        });
        Self { joined, pieces: pieces.collect() }
    }

    fn range(&self, pair: &Pair<'_, Rule>) -> Range<usize> {
        let span = pair.as_span();
        self.joined.tokens(span.start(), span.end())
    }

    fn gap(&mut self, at: usize, gap: Gap) {
        if let Some(piece) = self.pieces.get_mut(at) {
            piece.gap = gap;
        }
    }

    fn turn(&mut self, at: usize, turn: Turn) {
        if let Some(piece) = self.pieces.get_mut(at) {
            piece.turn = Some(turn);
        }
    }

    /// The statements of a body. Semicolons are left out, except where one keeps two statements apart.
    fn statements(&mut self, body: Pair<'_, Rule>, within: Option<Rule>) -> Vec<Statement> {
        let mut all: Vec<Statement> = Vec::new();
        let mut before: Option<Rule> = None;
        for pair in body.into_inner() {
            let kind = pair.as_rule();
            if kind == Rule::EOI {
                continue;
            }
            let at = self.range(&pair).start;
            let apart = matches!(
                (before, kind),
                (Some(Rule::param | Rule::measure), Rule::basis) | (Some(Rule::timed), Rule::setting)
            );
            let semicolon =
                at.checked_sub(1).and_then(|i| self.pieces.get(i)).is_some_and(Piece::is_semicolon);
            if let Some(last) = all.last_mut() {
                last.semicolon = apart && semicolon;
            }
            all.push(self.statement(pair, within));
            before = Some(kind);
        }
        all
    }

    fn statement(&mut self, pair: Pair<'_, Rule>, within: Option<Rule>) -> Statement {
        let kind = pair.as_rule();
        let all = self.range(&pair);
        for i in all.clone() {
            self.gap(i, Gap::Blank);
        }
        let shape = match kind {
            Rule::loop_item | Rule::fragment_item => Shape::Loop,
            Rule::node | Rule::rule => Shape::Short,
            Rule::test => Shape::Test,
            Rule::param => Shape::Param,
            _ if within == Some(Rule::test) => Shape::Line,
            _ => Shape::Other,
        };
        if matches!(shape, Shape::Loop | Shape::Short | Shape::Test) {
            let (mut head, mut body, mut close) = (all.start..all.end, Vec::new(), all.end);
            for part in pair.into_inner() {
                match part.as_rule() {
                    Rule::open => head.end = self.range(&part).end,
                    Rule::close => close = self.range(&part).start,
                    Rule::body | Rule::node_body | Rule::rule_body | Rule::test_body => {
                        body = self.statements(part, Some(kind));
                    }
                    _ => self.mark(part, kind, 0),
                }
            }
            return Statement { shape, pieces: head, body: Some((body, close)), semicolon: false };
        }
        self.mark(pair, kind, 0);
        Statement { shape, pieces: all, body: None, semicolon: false }
    }

    /// Says of every token of `pair` how it stands; `of` is the rule around it, `depth` counts brackets.
    fn mark(&mut self, pair: Pair<'_, Rule>, of: Rule, depth: usize) {
        let all = self.range(&pair);
        let kind = pair.as_rule();
        let last = all.end.saturating_sub(1);
        let mut inner = depth;
        match kind {
            Rule::path
            | Rule::measured
            | Rule::quantity
            | Rule::number
            | Rule::date
            | Rule::clock
            | Rule::plus_days
            | Rule::person_id
            | Rule::icon_name => self.keep(all.clone()),
            // Its blank is part of it; whatever touches, touches.
            Rule::moment => self.keep_touching(&pair),
            Rule::members => all.clone().for_each(|i| self.gap(i, Gap::None)),
            Rule::code => {
                self.gap(all.start + 1, Gap::None);
                self.gap(last, Gap::None);
            }
            Rule::arguments | Rule::roles | Rule::selector => {
                inner += 1;
                self.gap(all.start, Gap::None);
                self.gap(all.start + 1, Gap::None);
                self.gap(last, Gap::None);
            }
            Rule::wrong_value => {
                inner += 1;
                self.gap(all.start + 1, Gap::None);
                self.gap(all.start + 2, Gap::None);
                self.gap(last, Gap::None);
            }
            Rule::paren | Rule::list | Rule::list_value => {
                inner += 1;
                self.gap(all.start + 1, Gap::None);
                self.gap(last, Gap::None);
            }
            Rule::sign => self.gap(all.end, Gap::None),
            Rule::suffix | Rule::colon => self.gap(all.start, Gap::None),
            Rule::range_to => {
                self.gap(all.start, Gap::None);
                self.gap(all.end, Gap::None);
            }
            Rule::comma => {
                self.gap(all.start, Gap::None);
                self.gap(all.end, Gap::AfterComma);
                self.turn(all.end, Turn::Item);
            }
            Rule::flow_op => self.turn(all.start, Turn::Flow(depth)),
            Rule::logic_op => self.turn(all.start, Turn::Logic(depth)),
            Rule::open_paren if matches!(of, Rule::flow_group | Rule::each) => {
                self.turn(all.start, Turn::Open);
            }
            Rule::close_paren if matches!(of, Rule::flow_group | Rule::each) => {
                self.turn(all.start, Turn::Close);
            }
            Rule::flow_group | Rule::each => inner += 1,
            Rule::field_value => self.gap(all.start, Gap::Wide),
            Rule::range | Rule::basis if of == Rule::param => self.gap(all.start, Gap::Wide),
            Rule::k_from if of == Rule::measure => self.from(all.start),
            _ => {}
        }
        for part in pair.into_inner() {
            self.mark(part, kind, inner);
        }
        if kind == Rule::fields {
            self.fields(all);
        }
    }

    /// Tokens that touch in the text go on touching: nothing may stand between the parts of a literal.
    fn keep(&mut self, all: Range<usize>) {
        all.skip(1).for_each(|i| self.gap(i, Gap::None));
    }

    fn keep_touching(&mut self, pair: &Pair<'_, Rule>) {
        let (all, start) = (self.range(pair), pair.as_span().start());
        for i in all.skip(1) {
            let before = self.joined.start(i).checked_sub(start + 1);
            let blank = before.and_then(|at| pair.as_str().as_bytes().get(at)) == Some(&b' ');
            self.gap(i, if blank { Gap::Blank } else { Gap::None });
        }
    }

    /// `{ F V  G W }`: the commas between are blanks.
    fn fields(&mut self, all: Range<usize>) {
        let (first, last) = (all.start + 1, all.end.saturating_sub(1));
        let mut depth = 0_usize;
        for i in all {
            let Some(piece) = self.pieces.get_mut(i) else { return };
            match &piece.word {
                Word::Plain(text) if text == "(" || text == "[" => depth += 1,
                Word::Plain(text) if text == ")" || text == "]" => depth = depth.saturating_sub(1),
                Word::Comma if depth == 0 => piece.word = Word::Plain(String::new()),
                _ => {}
            }
        }
        let begins = (first..last).find(|i| self.pieces.get(*i).is_some_and(|p| !p.is_dropped()));
        self.gap(last, if begins.is_some() { Gap::Blank } else { Gap::None });
        if let Some(first) = begins {
            self.gap(first, Gap::Blank);
        }
    }

    /// The `from` of a measure is 从, not 来自.
    fn from(&mut self, at: usize) {
        if let Some(Piece { word: Word::Keyword { zh, .. }, .. }) = self.pieces.get_mut(at) {
            *zh = "从";
        }
    }
}

impl Piece {
    /// `;`, which only separates.
    fn is_semicolon(&self) -> bool {
        matches!(&self.word, Word::Plain(text) if text == ";")
    }

    /// Whether nothing is written for it.
    pub(crate) fn is_dropped(&self) -> bool {
        self.is_semicolon() || matches!(&self.word, Word::Plain(text) if text.is_empty())
    }
}

/// What is written for a token; `joined` is what the grammar read of it.
fn word(token: &Token, source: &str, joined: &str) -> Word {
    let written = source.get(token.span.start..token.span.end).unwrap_or("");
    match token.kind {
        TokenKind::Keyword(en) => {
            let zh = crate::lexicon::keyword(en).map_or(en, |k| k.zh);
            Word::Keyword {
                en,
                zh,
                written_zh: !written.chars().next().is_some_and(|c| lex::plain(c).is_ascii()),
            }
        }
        TokenKind::Sign("->") => Word::Arrow,
        TokenKind::Sign(",") => Word::Comma,
        TokenKind::Text => Word::Plain(quoted(joined)),
        _ => Word::Plain(joined.to_owned()),
    }
}

/// A text between straight quotes, unless it holds something that would then have to be escaped.
fn quoted(text: &str) -> String {
    let inner = text.strip_prefix('“').and_then(|t| t.strip_suffix('”'));
    match inner {
        Some(inner) if !inner.contains(['"', '＂', '\\']) => format!("\"{inner}\""),
        _ => text.to_owned(),
    }
}
