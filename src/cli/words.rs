//! Words for people go to standard error, data to standard output; this is the one place that writes either.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes one line of data to standard output. A closed pipe (`| head`) is no error: the reader has enough.
pub(crate) fn data(line: impl Display) -> io::Result<()> {
    pipe(writeln!(io::stdout().lock(), "{line}"))
}

/// Standard output for many lines of data. Whoever takes it flushes it.
pub(crate) fn bulk() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes one line of words to standard error. Where even that fails there is nobody left to tell.
pub(crate) fn say(line: impl Display) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// Says what ended a verb, outermost reason first.
pub(crate) fn error(problem: &anyhow::Error) {
    say(format_args!("错误 error: {problem:#}"));
}

/// Turns the error of a closed pipe into success.
pub(crate) fn pipe(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(problem) if problem.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Sends log lines to standard error: from `info` on, or what `MEDLOOP_LOG` asks for (`warn`, `medloop=debug`).
pub(crate) fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("MEDLOOP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false);
    // Refused only when somebody else has set one up already.
    drop(lines.try_init());
}
