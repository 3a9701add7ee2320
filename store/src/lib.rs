//! What lasts: events, the tracks they make, links, quarantine, compiled definitions. The only crate that knows SQL.
//!
//! One writer drains a bounded queue, applies a batch with the pure engine, commits it at once, and answers only then.
//! Every number of a batch is decided by `writer`, every statement stands in `sql`, every window in `read`.

mod again;
mod alerts;
mod cache;
mod case;
mod checkpoint;
mod clock;
mod db;
mod definitions;
mod error;
mod filter;
mod meters;
mod part;
mod pen;
mod progress;
mod queue;
mod read;
mod schema;
mod sql;
mod store;
mod submit;
mod writer;

pub use clock::Clock;
pub use definitions::Compiled;
pub use error::{Error, Result};
pub use medloop_engine::world::{EventState, InstanceId};
pub use meters::{Measured, Spread, SystemCount};
pub use queue::Limits;
pub use read::{
    AlertFilter, COUNTED, Counts, Department, EventFilter, EventRow, Filter, Health, Instance, InstanceRow,
    MOST, OpenFilter, OpenOrders, Page, Quarantined, Source, WAITING_LOOKED, WaitingGroup,
};
pub use store::{Options, Published, Store};
pub use submit::{Mode, Reason, Receipt, ReceiptStatus, Submission, Unreadable};
pub use writer::Acted;
