//! The program from outside: its verbs as a shell starts them, its pages and answers as a client gets them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod demo;
mod serve;
mod server;
mod simulate;
