//! Folds the log that SQLite writes ahead back into the database file, beside the writer and not in its way.

use crate::db::{self, Conn};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often.
const EVERY: Duration = Duration::from_millis(250);

/// The task that does it, as long as this lives.
#[derive(Debug)]
pub(crate) struct Checkpoints(JoinHandle<()>);

impl Checkpoints {
    /// Begins, with a connection of its own.
    pub(crate) fn begin(mut conn: Conn) -> Self {
        Self(tokio::spawn(async move {
            let mut timer = tokio::time::interval(EVERY);
            timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                timer.tick().await;
                if let Err(error) = db::checkpoint(&mut conn).await {
                    tracing::warn!(%error, "the log ahead of the database could not be folded back");
                }
            }
        }))
    }

    /// Ends it.
    pub(crate) fn end(&self) {
        self.0.abort();
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.end();
    }
}
