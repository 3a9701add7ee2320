//! How ingest, the timeline and the search grow with the number of open tracks that are stored.

use crate::client::{connect, flood, get, serve};
use crate::{Outcome, at, memory, orders, say};
use std::path::Path;
use std::time::{Duration, Instant};

/// Open tracks of an order of the benchmark: its own and two bags.
const TRACKS: usize = 3;
/// Events that open them: the bags are issued and nothing has been done with them.
const EVENTS: usize = 9;
/// Orders that are looked at.
const LOOKS: usize = 200;

pub(crate) fn run(file: &Path, most: usize) -> Outcome<()> {
    let (mut server, address) = serve(file)?;
    let mut orders = 0;
    for (step, tracks) in [10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= most).enumerate() {
        let wanted = tracks / TRACKS;
        while orders < wanted {
            let some = (wanted - orders).min(2_000);
            flood(&address, &orders::open("G", orders, some, EVENTS), 4, 100);
            orders += some;
        }
        let rate = flood(&address, &orders::events(&format!("M{step}"), 40_000), 4, 100);
        let look = |path: &dyn Fn(usize) -> String| -> Outcome<(Duration, Duration)> {
            let mut stream = connect(&address);
            let mut took = Vec::new();
            for n in 0..LOOKS {
                let path = path(n * (orders / LOOKS));
                let begin = Instant::now();
                let (status, page) = get(&mut stream, &address, &path);
                took.push(begin.elapsed());
                if status != 200 {
                    return Err(format!("{path}: {status} {page}").into());
                }
            }
            Ok((at(&mut took, 50), at(&mut took, 99)))
        };
        let page = look(&|n| format!("/orders/G{n:07}"))?;
        let search = look(&|n| format!("/api/v1/instances?campus=east&patient=PG{n:07}"))?;
        let bare = look(&|_| "/healthz".to_owned())?;
        say(&format!(
            "growth: {tracks} open tracks: {rate:.0} events/s; timeline p50 {:?} p99 {:?}; search by patient p50 {:?} p99 {:?}; an answer without \
             content p50 {:?}; {} MiB",
            page.0,
            page.1,
            search.0,
            search.1,
            bare.0,
            memory(server.id()).unwrap_or(0),
        ));
    }
    server.kill()?;
    server.wait()?;
    Ok(())
}
