//! The `medloop` program: reads the command line and hands over to one file a verb.

mod cli;
mod definitions;
mod feed;
mod library;
mod revision;
mod server;
mod settings;
mod shipped;
mod simulate;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
