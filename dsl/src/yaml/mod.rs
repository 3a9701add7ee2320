//! The YAML beside the loops: texts in, the engine's catalogue out, every mistake at its place.

mod assemble;
mod calendar;
mod campus;
mod codes;
mod duration;
mod events;
mod fields;
mod hospital;
mod lengths;
mod names;
mod node;
mod parse;
mod schema;
mod slips;
mod staff;
mod zone;

pub use assemble::{Context, read};
pub use campus::{Deviation, Item, apply, spell};
pub use duration::duration;
pub use names::Names;
pub use node::{Entry, Kind, Node};
pub use parse::{LARGEST, parse};
pub use schema::{Schema, check, check_against, compile};
pub use zone::lower;
