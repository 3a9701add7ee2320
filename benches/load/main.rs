//! What the server does with more than it can take, and how its work grows with what it holds.
//!
//! `cargo bench --bench load`; `-- overload`, `-- growth` or `-- standing` runs that part alone. `MEDLOOP_BENCH_TRACKS` says up to how many
//! open tracks it grows (100,000 when it says nothing; 1,000,000 takes some minutes), `MEDLOOP_BENCH_SECONDS` how long the overload lasts (20),
//! `MEDLOOP_BENCH_ORDERS` of how many standing orders the events are (25).

#[expect(dead_code, reason = "the other benchmark uses the rest")]
#[path = "../ingest/client.rs"]
mod client;
mod growth;
#[path = "../ingest/orders.rs"]
mod orders;
mod overload;
mod standing;

use std::io::Write as _;
use std::time::Duration;

/// What benchmarks return.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let dir = tempfile::tempdir()?;
    if part("overload") {
        overload::run(&dir.path().join("overload.db"), number("MEDLOOP_BENCH_SECONDS", 20))?;
    }
    if part("growth") {
        growth::run(&dir.path().join("growth.db"), number("MEDLOOP_BENCH_TRACKS", 100_000))?;
    }
    if part("standing") {
        standing::run(&dir.path().join("standing.db"), number("MEDLOOP_BENCH_ORDERS", 25))?;
    }
    Ok(())
}

/// Whether a part is to run: those named, else all.
fn part(name: &str) -> bool {
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|n| n == name)
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// The memory a process holds, in MiB, where the system says so.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

/// A percentile of some times.
fn at(took: &mut [Duration], percent: usize) -> Duration {
    took.sort();
    took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// A benchmark's figures are its output.
fn say(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}
