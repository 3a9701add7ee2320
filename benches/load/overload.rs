//! Ten times what can be taken: the rest is answered with 429, memory stays flat, what was accepted is all there, and
//! afterwards the server is at once as fast as before.

use crate::client::{connect, flood, offer, serve};
use crate::{Outcome, at, memory, orders, say};
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Connections that send without a pause, each a batch of 100 after the other whatever the answer was.
const CLIENTS: usize = 256;
/// Events of a batch.
const SIZE: usize = 100;

pub(crate) fn run(file: &Path, seconds: usize) -> Outcome<()> {
    let (mut server, address) = serve(file)?;
    let process = server.id();
    let rate = flood(&address, &orders::events("W", 20_000), 4, SIZE);
    let before = alone(&address, "B");
    say(&format!("overload: {rate:.0} events/s can be taken; {} MiB", memory(process).unwrap_or(0)));

    let (accepted, refused, other) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let over = AtomicBool::new(false);
    let begin = Instant::now();
    let mut most = Vec::new();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (address, accepted, refused, other, over) = (&address, &accepted, &refused, &other, &over);
            scope.spawn(move || {
                let mut stream = connect(address);
                for round in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let events = orders::open(&format!("O{client:03}R{round:06}N"), 0, 10, SIZE / 10);
                    let body = format!("[{}]", events.join(","));
                    // The same batch is offered again until it is taken: nothing of it may have been taken before.
                    loop {
                        match offer(&mut stream, address, &body) {
                            (200, answer) if answer.contains(&format!("\"accepted\":{SIZE}")) => {
                                accepted.fetch_add(SIZE as u64, Ordering::Relaxed);
                                break;
                            }
                            (429, _) if over.load(Ordering::Relaxed) => return,
                            (429, _) => refused.fetch_add(SIZE as u64, Ordering::Relaxed),
                            _ => other.fetch_add(SIZE as u64, Ordering::Relaxed),
                        };
                    }
                }
            });
        }
        for _ in 0..seconds {
            std::thread::sleep(Duration::from_secs(1));
            most.push(memory(process).unwrap_or(0));
        }
        over.store(true, Ordering::Relaxed);
    });
    let took = begin.elapsed().as_secs_f64();
    let after = alone(&address, "A");
    let (accepted, refused, other) = (accepted.into_inner(), refused.into_inner(), other.into_inner());
    say(&format!(
        "overload: {CLIENTS} connections for {took:.0} s offered {:.0} events/s; taken {:.0}/s, answered with 429 {:.0}/s, otherwise {other}",
        (accepted + refused) as f64 / took,
        accepted as f64 / took,
        refused as f64 / took,
    ));
    say(&format!("overload: memory each second, MiB: {most:?}"));
    say(&format!("overload: a single event took {before:?} before, {after:?} right after (p50 of 50)"));
    server.kill()?;
    server.wait()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stored = runtime.block_on(stored(file))?;
    let expected = 20_000 + 100 + accepted;
    say(&format!("overload: {stored} events stored, {expected} were accepted"));
    if stored != expected || other != 0 {
        return Err(format!(
            "{stored} events are stored, {expected} were accepted; {other} got another answer"
        )
        .into());
    }
    Ok(())
}

/// How long a single event takes when nothing else is sent.
fn alone(address: &str, prefix: &str) -> Duration {
    let mut stream = connect(address);
    let mut took: Vec<Duration> = orders::events(prefix, 50)
        .iter()
        .map(|event| {
            let begin = Instant::now();
            let (status, answer) = offer(&mut stream, address, event);
            assert_eq!(status, 200, "{answer}");
            begin.elapsed()
        })
        .collect();
    at(&mut took, 50)
}

/// How many events are in the log, asked of the database itself.
async fn stored(file: &Path) -> Outcome<u64> {
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM event").fetch_one(&mut conn).await?;
    conn.close().await?;
    Ok(u64::try_from(count)?)
}
