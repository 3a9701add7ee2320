//! The machine: state graphs, events, the fold, verdicts, explanations. Pure: no input or output, no clock, no randomness.
//!
//! What it computes is written down in `engine/SEMANTICS.md`; `engine/src/oracle` recomputes it naively.

pub mod admit;
pub mod alert;
pub mod calendar;
pub mod catalogue;
pub mod drift;
pub mod event;
pub mod explain;
mod expr;
pub mod facts;
pub mod fold;
pub mod graph;
pub mod guard;
pub mod keyed;
pub mod lag;
pub mod map;
pub mod moves;
pub mod name;
pub mod net;
#[cfg(any(test, feature = "oracle"))]
pub mod oracle;
pub mod patient;
pub mod person;
pub mod picture;
pub mod staff;
pub mod state;
#[cfg(any(test, feature = "oracle"))]
pub mod testing;
pub mod time;
pub mod value;
pub mod view;
pub mod words;
pub mod world;
