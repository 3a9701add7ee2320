//! What an event of one execution costs in orders of few executions and of hundreds: the same events on the same three bags.

use crate::client::{flood, serve};
use crate::{Outcome, orders, say};
use std::path::Path;

/// Orders, so that no batch has two events of one, and few enough to be kept in memory.
const ORDERS: usize = 25;
/// Events on each of the three bags.
const ROUNDS: usize = 100;

pub(crate) fn run(file: &Path) -> Outcome<()> {
    let (mut server, address) = serve(file)?;
    let mut told = Vec::new();
    // Once to warm up.
    for (run, bags) in [3, 3, 300, 3, 300].into_iter().enumerate() {
        let (opening, then) = orders::standing(&format!("S{run}"), ORDERS, bags, ROUNDS);
        flood(&address, &opening, 4, 100);
        let rate = flood(&address, &then, 4, ORDERS);
        if run > 0 {
            told.push(format!("{bags} bags {rate:.0} events/s"));
        }
    }
    say(&format!(
        "standing: the same {} events on three bags of each order, of {}",
        ORDERS * 3 * ROUNDS,
        told.join(", ")
    ));
    server.kill()?;
    server.wait()?;
    Ok(())
}
