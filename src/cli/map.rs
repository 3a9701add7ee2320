//! `medloop map`: shows the events that a source's files become, without storing anything.

use super::{FINDINGS, bulk, pipe, say};
use crate::feed::{self, Item, Tally};
use medloop_dsl::diagnostic::Lang;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 显示来源文件会变成哪些事件。Shows the events that the files of a source become, as NDJSON.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 来源的 YAML。The source's YAML, e.g. examples/mimic4demo/sources/mimic.yaml
    #[arg(long, value_name = "FILE")]
    source: PathBuf,
    /// 文件或文件夹。Files, or folders that hold them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// 至多显示多少个事件。How many events to show at most
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", value_parser = feed::lang)]
    lang: Lang,
}

/// Runs it: events to standard output, mistakes and the summary to standard error.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let loaded = feed::load(&args.source, args.lang)?;
    if !loaded.warnings.is_empty() {
        say(&loaded.warnings);
    }
    let mut tally = Tally::default();
    let mut out = bulk();
    let progress = feed::progress();
    let read = feed::read(&loaded.source, &args.paths, &|| progress.inc(1), &mut |item| {
        tally.count(&item);
        match &item {
            Item::Event { text, .. } if args.limit.is_none_or(|limit| tally.total() <= limit) => {
                pipe(writeln!(out, "{text}"))?;
            }
            Item::Faulty(faulty) if tally.shows() => say(feed::fault_line(faulty, args.lang)),
            _ => {}
        }
        Ok(())
    })?;
    pipe(out.flush())?;
    progress.finish_and_clear();
    for line in tally.lines(&read, args.lang) {
        say(line);
    }
    Ok(if tally.faulty() > 0 { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}
