//! Windows for people: server-rendered pages, complete without scripts, every label of which comes from the definitions.

mod app;
mod ask;
mod assets;
pub mod chrome;
mod handlers;
mod icons;
mod links;
mod message_text;
pub mod pages;
mod router;
mod templates;
pub mod timeline;
mod written;

pub use router::router;
pub use templates::Templates;
pub use written::{About, TestOf, Written};
