//! A block: a rectangle with its way in at the left edge, its way out at the right one, and everything of it inside.

use super::shape::{Line, Rect, Shape, Text};
use super::{frame, measure, node, seq};
use crate::explain::Titles;
use crate::graph::Flow;

/// A block at the origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) w: i32,
    pub(super) h: i32,
    /// How far down the flow comes in at the left edge.
    pub(super) entry: i32,
    /// How far down it goes out at the right edge.
    pub(super) exit: i32,
    pub(super) shapes: Vec<Shape>,
}

/// The least width that a block is given to fill.
const LEAST: i32 = 240;

impl Block {
    /// The block of a flow, no wider than `room` where that can be.
    pub(super) fn of(titles: Titles<'_>, flow: &Flow, room: i32) -> Self {
        let room = room.max(LEAST);
        match flow {
            Flow::Node(ix) => node::step(titles, *ix),
            Flow::Seq(parts) => seq::seq(titles, parts, room),
            Flow::Par(branches) => frame::branches(titles, branches, false, room),
            Flow::Choice(branches) => frame::branches(titles, branches, true, room),
            Flow::When { guard, body } => frame::when(titles, *guard, body, room),
            Flow::Opt(body) => frame::optional(titles, body, room),
            Flow::Again { body, node } => frame::again(titles, body, *node, room),
            Flow::Ends { body, nodes } => frame::ends(titles, body, nodes, room),
            Flow::Each(scope) => frame::each(titles, *scope, room),
        }
    }

    /// Nothing but the line through it.
    pub(super) fn through() -> Self {
        let mut block = Self { w: 16, h: 16, entry: 8, exit: 8, shapes: Vec::new() };
        block.line(&[(0, 8), (16, 8)], false);
        block
    }

    /// Takes another block in with its corner at `(x, y)`.
    pub(super) fn put(&mut self, other: Self, x: i32, y: i32) {
        self.shapes.extend(other.shapes.into_iter().map(|s| s.moved(x, y)));
    }

    /// Draws a line of the normal flow; pieces without a length are left out.
    pub(super) fn line(&mut self, points: &[(i32, i32)], arrow: bool) {
        self.way(points, arrow, false);
    }

    /// Draws a line to or from what happens outside the normal flow.
    pub(super) fn detour(&mut self, points: &[(i32, i32)]) {
        self.way(points, true, true);
    }

    fn way(&mut self, points: &[(i32, i32)], arrow: bool, negative: bool) {
        let mut points = points.to_vec();
        points.dedup();
        if points.len() > 1 {
            self.shapes.push(Shape::Line(Line { points, arrow, negative }));
        }
    }
}

/// A text in one line, as wide as it is, with its upper left corner at `(x, y)`.
pub(super) fn text(text: String, size: i32, bold: bool, x: i32, y: i32) -> Text {
    let w = if bold { measure::bold(&text, size) } else { measure::width(&text, size) };
    let rect = Rect { x, y, w, h: size + 4 };
    Text { rect, text, size, bold }
}
