//! Windows for people: server-rendered pages, complete without scripts, every label of which comes from the definitions.

mod assets;
pub mod chrome;
mod icons;
mod links;
pub mod pages;
mod templates;
pub mod timeline;

pub use templates::Templates;
