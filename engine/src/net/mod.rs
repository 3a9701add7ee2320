//! A loop's flow as a net of tasks and gateways, for tools that draw flowcharts: Mermaid, and BPMN 2.0 with its layout.
//!
//! Blocks become what these notations have for them: a choice two exclusive gateways, a parallel two parallel ones, what may be left out a way
//! around it, `每个` a sub-process with many instances, `重来` and `终止` a sub-process that an event at its edge interrupts.

mod bpmn;
mod build;
mod mermaid;
mod place;

pub use bpmn::bpmn;
pub use mermaid::mermaid;

use crate::graph::{Definition, NodeIx};
use crate::picture::Rect;
use crate::words::Lang;

/// One thing of a net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// A name for machines, unlike all others of the net.
    pub id: String,
    /// What people read on it; empty for a plain gateway.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// The sub-process in which it stands.
    pub within: Option<usize>,
    /// Its place in pixels, y downwards.
    pub rect: Rect,
    /// How far below its upper edge the flow comes in and goes out.
    pub axis: i32,
}

/// What a thing of a net is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where an order, or a part, begins.
    Start,
    /// Where it is complete.
    End,
    /// A node.
    Task(NodeIx),
    /// Opens or joins ways of which one is taken.
    Choice,
    /// Opens or joins ways that are all taken.
    Fork,
    /// A part of its own; with many instances for `每个`.
    Sub {
        /// Whether it runs once for each value of a field.
        many: bool,
    },
    /// At the edge of a sub-process: what happens there leaves it.
    Edge {
        /// The sub-process.
        of: usize,
    },
}

/// A way from one thing to another, both within the same sub-process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where it begins: the position in [`Net::items`].
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// On which condition; empty: on none.
    pub title: String,
    /// Whether it is the way that is taken when no condition is true.
    pub otherwise: bool,
    /// The corners of its line, first and last at the edges of what it joins.
    pub line: Vec<(i32, i32)>,
    /// Where its condition is written, when it has one.
    pub label: Option<Rect>,
}

/// A flow as a net.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Net {
    /// Its things; a sub-process stands before what is within it.
    pub items: Vec<Item>,
    /// Its ways.
    pub ways: Vec<Way>,
}

/// The net of a loop's flow, laid out.
#[must_use]
pub fn net(def: &Definition, lang: Lang) -> Net {
    build::build(def, lang)
}
