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
