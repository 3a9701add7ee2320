//! Random definitions, facts and moments that keep to what `dsl` accepts, for property tests; and a transfusion by hand.
//!
//! Everything is read from tapes of numbers: the same tape gives the same sample, zeros give the simplest one. So a failing
//! sample shrinks by shrinking its tapes, and no library for random data is needed here.

mod definition;
mod events;
mod expr;
mod facts;
mod house;
mod lengths;
mod links;
mod reach;
mod sample;
mod tape;
pub mod transfusion;

pub use events::{catalogue, events};
pub use links::{LINKS, links_reached};
pub use reach::{CONSTRUCTS, reached};
pub use sample::{Sample, moments, sample};
