//! One page, one handler: reads from the store, fills the page's model, renders it.

mod alerts;
mod error;
mod lists;
mod loops;
mod message;
mod orders;
mod rows;
mod start;
mod timeline;

pub(crate) use alerts::alerts;
pub(crate) use lists::{quarantine, waiting};
pub(crate) use loops::{definition, loops};
pub(crate) use message::message;
pub(crate) use orders::orders;
pub(crate) use start::start;
pub(crate) use timeline::timeline;
