//! How far the writer is: who reads waits until what was acknowledged before can be read.

use crate::meters::{BOUNDS_US, Buckets, Spread};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// A reader waits no longer than this: what is shown is never older than a second, even when the database is in trouble.
const LONGEST: Duration = Duration::from_secs(1);

/// Batches that are in the log, and batches of which everything that follows is written too.
#[derive(Debug)]
pub(crate) struct Progress {
    committed: AtomicU64,
    settled: watch::Sender<u64>,
    wanted: Notify,
    /// Since when the log is ahead of the other tables.
    ahead: Mutex<Option<Instant>>,
    lag: Buckets,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            committed: AtomicU64::new(0),
            settled: watch::Sender::new(0),
            wanted: Notify::new(),
            ahead: Mutex::new(None),
            lag: Buckets::new(&BOUNDS_US),
        }
    }
}

impl Progress {
    /// Another batch is in the log.
    pub(crate) fn committed(&self) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
        self.committed.fetch_add(1, Ordering::AcqRel);
    }

    /// All that is in the log is settled; only the writer says so.
    pub(crate) fn settled(&self) {
        self.settled.send_replace(self.committed.load(Ordering::Acquire));
        if let Some(since) = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.lag.add_duration(since.elapsed());
        }
    }

    /// How long the log was ahead each time, in microseconds.
    pub(crate) fn lag(&self) -> Spread {
        self.lag.read()
    }

    /// Waits until someone wants to read what is not settled.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Waits until all that was acknowledged before this call can be read.
    pub(crate) async fn caught_up(&self) {
        let target = self.committed.load(Ordering::Acquire);
        if *self.settled.borrow() >= target {
            return;
        }
        self.wanted.notify_one();
        let mut settled = self.settled.subscribe();
        let reached = settled.wait_for(|n| *n >= target);
        if !matches!(tokio::time::timeout(LONGEST, reached).await, Ok(Ok(_))) {
            tracing::warn!("a reader did not wait for what is behind");
        }
    }
}
