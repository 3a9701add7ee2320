//! A loop's state graph as a picture: laid out from the definition alone, drawn as SVG.
//!
//! A flow is a tree of blocks, so its picture is one too. Every block is a rectangle that takes its flow in at the left edge
//! and gives it out at the right one; what belongs to it lies inside, and blocks are only ever put beside or below one
//! another. So nothing can overlap, however a definition is nested. A sequence runs from left to right and goes on in a
//! new row where the page is full; everything else is a frame with a title that says what it means.

mod block;
mod draw;
mod frame;
mod measure;
mod node;
mod page;
mod seq;
mod shape;

pub(crate) use measure::width;
pub use shape::{Line, Look, Picture, Rect, Shape, Text};

use crate::graph::Definition;
use crate::words::Lang;

/// The picture's shapes with their places, in pixels.
#[must_use]
pub fn picture(def: &Definition, lang: Lang) -> Picture {
    page::page(def, lang)
}

/// The picture as an SVG document that asks for nothing outside, fit to stand inside a page of HTML as well.
#[must_use]
pub fn svg(def: &Definition, lang: Lang) -> String {
    draw::svg(&picture(def, lang), lang)
}
