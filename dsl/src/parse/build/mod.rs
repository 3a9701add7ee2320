//! Turns the grammar's pairs into the tree. Parts that do not fit are told and left out; their neighbours stay.

mod alert;
mod expr;
mod flow;
mod head;
mod loops;
mod node;
mod rule;
mod test;
mod value;

use super::Rule;
use super::join::Joined;
use super::sink::Sink;
use super::wrong;
use crate::diagnostic::Span;
use crate::tree::{Comment, Name, Text};
use pest::iterators::{Pair, Pairs};

/// One file on its way into the tree.
pub(super) struct Builder<'a> {
    pub(super) source: &'a str,
    pub(super) joined: &'a Joined,
    pub(super) comments: &'a [Comment],
    pub(super) sink: &'a mut Sink,
    /// Names that broken statements would have given.
    pub(super) lost: Vec<String>,
    /// Where something could not be read.
    pub(super) hurt: Vec<Span>,
}

/// Which kind of statement a body holds.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    File,
    Loop,
    Node,
    Rule,
    Test,
}

impl Builder<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.joined.span(span.start(), span.end())
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: bare(pair.as_str()).to_owned(), span: self.span(pair) }
    }

    fn names(&self, pair: Pair<'_, Rule>) -> Vec<Name> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()
    }

    /// The first name inside.
    fn inner_name(&self, pair: Pair<'_, Rule>) -> Option<Name> {
        pair.into_inner().find(|p| p.as_rule() == Rule::name).map(|p| self.name(&p))
    }

    fn path(&self, pair: Pair<'_, Rule>) -> Vec<Name> {
        pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()
    }

    /// A dotted path as one name.
    fn dotted(&self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        let parts: Vec<String> = pair.into_inner().map(|p| bare(p.as_str()).to_owned()).collect();
        Name { text: parts.join("."), span }
    }

    fn text(&self, pair: &Pair<'_, Rule>) -> Text {
        Text { value: unescape(pair.as_str()), span: self.span(pair) }
    }

    /// The text inside a clause such as 依据.
    fn inner_text(&self, pair: Pair<'_, Rule>) -> Option<Text> {
        pair.into_inner().find(|p| p.as_rule() == Rule::string).map(|p| self.text(&p))
    }

    /// `///` lines right above the statement that begins at `span`.
    fn doc(&self, span: Span) -> String {
        let first = self.comments.partition_point(|c| c.next < span.start);
        let above = self.comments.get(first..).unwrap_or(&[]).iter().take_while(|c| c.next == span.start);
        let lines: Vec<&str> = above.filter(|c| c.doc && !c.trailing).map(|c| c.text.as_str()).collect();
        lines.join("\n")
    }

    /// Walks over the statements of a body; junk is told with what stands before it.
    fn statements<'i>(
        &mut self,
        body: Body,
        pairs: Pairs<'i, Rule>,
        mut each: impl FnMut(&mut Self, Pair<'i, Rule>),
    ) {
        let mut before: Option<(usize, bool)> = None;
        let mut after_junk = false;
        for pair in pairs {
            let span = pair.as_span();
            match pair.as_rule() {
                Rule::file_junk | Rule::loop_junk | Rule::node_junk | Rule::rule_junk | Rule::test_junk => {
                    self.lose(pair.as_str());
                    let from = wrong::begin(self, body, before, span.start(), span.end());
                    self.hurt.push(self.joined.span(from, span.end()));
                    // Rubbish right behind rubbish on the same line is its consequence.
                    if !(after_junk && self.continues_line(span.start())) {
                        wrong::tell(self, body, from, span.start(), span.end());
                    }
                    (before, after_junk) = (None, true);
                }
                Rule::EOI => {}
                _ => {
                    after_junk = false;
                    before = Some((span.start(), pair.as_str().trim_end().ends_with('}')));
                    let told = pair.clone();
                    each(self, pair);
                    if !self.sink.is_empty() {
                        let place = self.head_place(&told);
                        if self.sink.touches(place) {
                            self.hurt.push(place);
                            after_junk = true;
                        }
                    }
                }
            }
        }
    }

    /// A statement, or what stands before its `{`.
    fn head_place(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let open = pair.clone().into_inner().find(|p| p.as_rule() == Rule::open);
        self.joined.span(span.start(), open.map_or(span.end(), |o| o.as_span().start()))
    }

    /// Keeps the name that a broken statement would have given, so that it is not missed later.
    fn lose(&mut self, junk: &str) {
        // A head without its keyword.
        if let Some((name, rest)) = junk.split_once(' ').filter(|(_, rest)| rest.starts_with('['))
            && !name.starts_with('@')
        {
            self.lost.push(bare(name).to_owned());
            self.lost.extend(rest.split(['[', ']']).nth(1).map(str::to_owned));
            return;
        }
        let named = ["@node ", "@param ", "@rule ", "@measure "].iter().find_map(|k| junk.strip_prefix(k));
        // A misspelt keyword before a head.
        let headed = |rest: &&str| {
            let behind = rest.trim_start_matches(|c: char| !" [{=".contains(c)).trim_start();
            behind.starts_with(['[', '{', '='])
        };
        let other = || junk.split_once(' ').map(|(_, rest)| rest).filter(headed);
        let Some(rest) = named.or_else(other) else { return };
        let mut words = rest.split([' ', '[', ']', '{', '=']).filter(|w| !w.is_empty());
        self.lost.extend(words.by_ref().take(2).map(|w| bare(w).to_owned()));
    }

    fn continues_line(&self, offset: usize) -> bool {
        let start = self.joined.token(offset).start;
        let before = self.joined.before(offset).map_or(0, |b| b.end);
        self.source.get(before..start).is_some_and(|between| !between.contains('\n'))
    }
}

/// Without `「」`.
fn bare(text: &str) -> &str {
    text.strip_prefix('「').and_then(|t| t.strip_suffix('」')).unwrap_or(text)
}

/// Without quotes, with `\"`, `\\` and the like resolved.
fn unescape(text: &str) -> String {
    let mut chars = text.chars();
    chars.next();
    chars.next_back();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
