//! Events made durable and applied, HTTP in, beside raw SQLite with the same rows on the same disk in the same run.
//!
//! `cargo bench --bench ingest`; `MEDLOOP_BENCH_EVENTS` says how many events (20,000 when it says nothing);
//! `-- batches` or `-- single` runs that part alone.
//! Figures are ratios within one run: machines differ and are noisy.

#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod client;
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod orders;
mod raw;

use client::{batches, serve, single};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// What benchmarks return.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let count: usize =
        std::env::var("MEDLOOP_BENCH_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let dir = tempfile::tempdir()?;
    let events = orders::events("A", count);
    let bytes: usize = events.iter().map(String::len).sum();
    say(&format!("{count} events of {} bytes each, transfusion orders, 200 at a time", bytes / count.max(1)));
    say(&format!("fsync of 4 KiB: p50 {:?}, p99 {:?}", fsync(dir.path(), 50)?, fsync(dir.path(), 99)?));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let raw = runtime.block_on(raw::rate(&dir.path().join("raw.db"), &events))?;
    say(&format!("raw SQLite, 1,000 rows a transaction: {raw:.0} events/s"));
    for clients in if part("batches") { vec![1, 4, 16] } else { vec![] } {
        let rate = batches(&dir.path().join(format!("batch{clients}.db")), &events, clients, 100)?;
        let share = rate / raw;
        say(&format!(
            "batches of 100 over {clients} connection(s): {rate:.0} events/s, {share:.2} of raw SQLite"
        ));
    }
    if !part("single") {
        return Ok(());
    }
    let (mut server, address) = serve(&dir.path().join("single.db"))?;
    let highest = single(&address, &orders::events("S", count / 4), 32, None)?.0;
    say(&format!("single events over 32 connections: {highest:.0} events/s"));
    let (rate, mut took) = single(&address, &orders::events("H", count / 4), 32, Some(highest / 2.0))?;
    took.sort();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    say(&format!("at half of that ({rate:.0} events/s): p50 {:?}, p99 {:?}", at(50), at(99)));
    server.kill()?;
    server.wait()?;
    Ok(())
}

/// Whether a part is to run: those named, else all.
fn part(name: &str) -> bool {
    let named: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|n| n == name)
}

/// The disk's own: a block of 4 KiB written over and synced, 300 times; the given percentile.
fn fsync(dir: &Path, percent: usize) -> Outcome<Duration> {
    let mut file = std::fs::File::create(dir.join("sync"))?;
    file.write_all(&[7; 4096])?;
    file.sync_data()?;
    let mut took = Vec::new();
    for n in 0..300_u16 {
        let begin = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[u8::try_from(n % 251)?; 4096])?;
        file.sync_data()?;
        took.push(begin.elapsed());
    }
    took.sort();
    Ok(took.get(took.len() * percent / 100).copied().unwrap_or_default())
}

/// A benchmark's figures are its output.
fn say(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}
