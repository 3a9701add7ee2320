//! One page, one handler: reads from the store, fills the page's model, renders it.

mod alerts;
mod departments;
mod error;
mod loops;
mod message;
mod moves;
mod orders;
mod patients;
mod quarantine;
mod rows;
mod sources;
mod start;
mod timeline;
mod waiting;
mod work;

pub(crate) use alerts::alerts;
pub(crate) use departments::{department, departments};
pub(crate) use loops::{definition, loops};
pub(crate) use message::message;
pub(crate) use orders::orders;
pub(crate) use patients::{patient, visit};
pub(crate) use quarantine::{quarantine, quarantined};
pub(crate) use sources::sources;
pub(crate) use start::start;
pub(crate) use timeline::timeline;
pub(crate) use waiting::waiting;
