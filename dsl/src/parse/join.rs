//! Writes tokens out as the text that the grammar reads, and finds the way back from there to the file.

use super::lex::{Kind, Token, plain, plain_text};
use crate::diagnostic::Span;

/// The text of the grammar with the way back.
pub(crate) struct Joined {
    pub(crate) text: String,
    /// Where each token begins here, where it ends here, and its place in the file. Ascending.
    places: Vec<(usize, usize, Span)>,
    /// For every [`BLOCK`] bytes of the text, the first token that ends behind their beginning.
    blocks: Vec<usize>,
}

/// How many bytes of the text share one entry of the index: a few tokens.
const BLOCK: usize = 32;

/// The same with places moved on by `by`: for a text within a text.
pub(crate) fn join_at(tokens: &[Token], source: &str, by: usize) -> Joined {
    let mut joined = join(tokens, source);
    for (_, _, span) in &mut joined.places {
        *span = Span::new(span.start + by, span.end + by);
    }
    joined
}

/// Writes `tokens` out; `source` is the file's text.
pub(crate) fn join(tokens: &[Token], source: &str) -> Joined {
    let mut joined = Joined {
        text: String::with_capacity(source.len()),
        places: Vec::with_capacity(tokens.len()),
        blocks: Vec::with_capacity(source.len() / BLOCK + 1),
    };
    for token in tokens {
        if !token.glued && !joined.text.is_empty() {
            joined.text.push(' ');
        }
        let start = joined.text.len();
        let written = source.get(token.span.start..token.span.end).unwrap_or("");
        match token.kind {
            Kind::Keyword(word) => {
                joined.text.push('@');
                joined.text.push_str(word);
            }
            Kind::Sign(sign) => joined.text.push_str(sign),
            Kind::Text if written.starts_with('“') => joined.text.push_str(written),
            Kind::Text => {
                let mut inner = written.chars();
                inner.next();
                inner.next_back();
                joined.text.push('"');
                joined.text.push_str(inner.as_str());
                joined.text.push('"');
            }
            Kind::Word if written.starts_with('「') => joined.text.push_str(written),
            Kind::Word => joined.text.push_str(&plain_text(written)),
            Kind::Number => joined.text.extend(written.chars().map(plain).filter(|c| *c != ',')),
            Kind::Junk => joined.text.push('\u{fffd}'),
        }
        let stop = joined.text.len();
        while joined.blocks.len() * BLOCK < stop {
            joined.blocks.push(joined.places.len());
        }
        joined.places.push((start, stop, token.span));
    }
    joined
}

impl Joined {
    /// The place in the file of a stretch of [`Joined::text`].
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let first = self.ending_behind(start);
        let Some((here, stop, span)) = self.places.get(first).copied() else {
            return Span::at(self.end());
        };
        let from = inside(here, stop, span, start);
        // Most stretches lie within one token.
        let last = if end <= stop { first + usize::from(end > here) } else { self.beginning_at(end) };
        let last = last.checked_sub(1).and_then(|i| self.places.get(i));
        let to = last.map_or(
            from,
            |(here, stop, span)| if end >= *stop { span.end } else { inside(*here, *stop, *span, end) },
        );
        Span::new(from, to.max(from))
    }

    /// The place in the file of the token that stands at or after an offset of [`Joined::text`].
    pub(crate) fn token(&self, offset: usize) -> Span {
        self.at(offset).map_or_else(|| Span::at(self.end()), |(_, _, span)| span)
    }

    /// The place in the file of the token that ends at or before an offset of [`Joined::text`].
    pub(crate) fn before(&self, offset: usize) -> Option<Span> {
        let i = self.ending_behind(offset).checked_sub(1)?;
        self.places.get(i).map(|p| p.2)
    }

    /// What the grammar read for the token at `index`.
    pub(crate) fn written(&self, index: usize) -> &str {
        self.places.get(index).and_then(|(start, stop, _)| self.text.get(*start..*stop)).unwrap_or("")
    }

    /// Where the token at `index` begins in [`Joined::text`]; its end when there is no such token.
    pub(crate) fn start(&self, index: usize) -> usize {
        self.places.get(index).map_or(self.text.len(), |p| p.0)
    }

    /// The tokens that begin within a stretch of [`Joined::text`].
    pub(crate) fn tokens(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        self.beginning_at(start)..self.beginning_at(end)
    }

    fn at(&self, offset: usize) -> Option<(usize, usize, Span)> {
        self.places.get(self.ending_behind(offset)).copied()
    }
    /// The first token that ends behind an offset.
    fn ending_behind(&self, offset: usize) -> usize {
        self.first(offset, |(_, stop, _)| *stop > offset)
    }
    /// The first token that begins at or behind an offset.
    fn beginning_at(&self, offset: usize) -> usize {
        self.first(offset, |(here, _, _)| *here >= offset)
    }
    /// The first token that `fits`, looked for from where the block of an offset begins.
    fn first(&self, offset: usize, fits: impl Fn(&(usize, usize, Span)) -> bool) -> usize {
        let block = self.blocks.get(offset / BLOCK).copied().unwrap_or(self.places.len());
        let rest = self.places.get(block..).unwrap_or_default();
        block + rest.iter().position(fits).unwrap_or(rest.len())
    }
    fn end(&self) -> usize {
        self.places.last().map_or(0, |(_, _, span)| span.end)
    }
}

/// Within a token that was written as it stands, the same distance from its start; else its start.
fn inside(here: usize, stop: usize, span: Span, offset: usize) -> usize {
    if stop - here == span.end - span.start && offset > here {
        span.start + (offset - here)
    } else {
        span.start
    }
}
