//! The loop language, pure: texts in, values out. The module list is the pipeline.
//!
//! A loop file goes from text to [`tree`] ([`parse`]), its names are looked up, its types and rules of sense are checked, and what is
//! sound is lowered to [`medloop_engine::graph`]. Every stage collects its mistakes as [`diagnostic`]s and goes on.

/// Steps two to four: tree → resolved → checked → graph.
pub mod compile;
/// Mistakes: collected by every stage, shown by whoever runs it.
pub mod diagnostic;
/// What a change of definitions means.
pub mod diff;
/// Recorded events → a loop that says what was done.
pub mod discover;
/// What an editor asks of definitions.
pub mod editor;
/// What each code means, with examples.
pub mod explain;
/// Text → the same in its one layout.
pub mod format;
/// The names of icons.
pub mod icons;
/// Every word of the language in Chinese and English.
pub mod lexicon;
/// Everything that one folder of definitions says, compiled.
pub mod library;
/// Step one: text → tree.
pub mod parse;
/// Source systems: text → how their messages become events.
pub mod sources;
/// Tests of loops: lines → events → what the engine makes of them.
pub mod testing;
/// What step one gives: the text's constructs with their places.
pub mod tree;
/// YAML beside the loops: text → catalogue.
pub mod yaml;

mod check;
mod encoding;
mod fragments;
mod idle;
mod loading;
mod lower;
mod provided;
mod resolve;
mod ties;
mod unused;
mod whole;
mod written;

pub use check::Implied;
