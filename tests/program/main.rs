//! The program from outside: its verbs as a shell starts them, its pages and answers as a client gets them.

mod demo;
mod serve;
mod server;
mod simulate;
