//! The command line: which verbs there are, and what their endings mean to a shell.

mod check;
mod demo;
mod diff;
mod discover;
mod explain;
mod fmt;
mod graph;
mod import;
mod lsp;
mod machine;
mod map;
mod openapi;
mod post;
mod serve;
mod simulate;
mod test;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use words::{bulk, data, error, pipe, say};

/// Exit status of a run that found something: a mistake in a file, a failed test, a refused event.
pub(crate) const FINDINGS: u8 = 1;
/// Exit status of a wrong use: unknown flags, files that are not there, an address that is taken.
pub(crate) const WRONG_USE: u8 = 2;

/// 看住每一条医嘱的闭环。Watches every medical order through its closed loop.
#[derive(Parser)]
#[command(name = "medloop", version, about, max_term_width = 110, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

/// One line a verb, in the order of a newcomer's first day: `Verb(verb::Args)`, with `verb::run(Args) -> anyhow::Result<ExitCode>`.
#[derive(Subcommand)]
enum Verb {
    Demo(demo::Args),
    Serve(serve::Args),
    Check(check::Args),
    Explain(explain::Args),
    Test(test::Args),
    Fmt(fmt::Args),
    Diff(diff::Args),
    Graph(graph::Args),
    Lsp(lsp::Args),
    Map(map::Args),
    Import(import::Args),
    Discover(discover::Args),
    Simulate(simulate::Args),
    Openapi(openapi::Args),
}

/// Runs the verb the command line names.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    words::log();
    let outcome: anyhow::Result<ExitCode> = match cli.verb {
        Verb::Demo(args) => demo::run(args),
        Verb::Serve(args) => serve::run(args),
        Verb::Check(args) => check::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Test(args) => test::run(args),
        Verb::Fmt(args) => fmt::run(args),
        Verb::Diff(args) => diff::run(args),
        Verb::Graph(args) => graph::run(args),
        Verb::Lsp(args) => lsp::run(args),
        Verb::Map(args) => map::run(args),
        Verb::Import(args) => import::run(args),
        Verb::Discover(args) => discover::run(args),
        Verb::Simulate(args) => simulate::run(args),
        Verb::Openapi(args) => openapi::run(args),
    };
    outcome.unwrap_or_else(|problem| {
        error(&problem);
        ExitCode::from(WRONG_USE)
    })
}
