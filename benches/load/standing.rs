//! What an event of one execution costs in orders of few executions and of hundreds: the same events on the same three bags.

use crate::client::{flood, serve};
use crate::{Outcome, orders, say};
use std::path::Path;

/// Events on each of the three bags.
const ROUNDS: usize = 100;

/// Of so many orders, which is also the size of a batch: none has two events of one.
pub(crate) fn run(file: &Path, count: usize) -> Outcome<()> {
    let (mut server, address) = serve(file)?;
    let mut told = Vec::new();
    // Once to warm up.
    for (run, bags) in [3, 3, 300, 3, 300].into_iter().enumerate() {
        let (opening, then) = orders::standing(&format!("S{run}"), count, bags, ROUNDS);
        flood(&address, &opening, 4, 100);
        let rate = flood(&address, &then, 4, count);
        if run > 0 {
            told.push(format!("{bags} bags {rate:.0} events/s"));
        }
    }
    say(&format!(
        "standing: the same {} events on three bags of each order, of {}",
        count * 3 * ROUNDS,
        told.join(", ")
    ));
    server.kill()?;
    server.wait()?;
    Ok(())
}
