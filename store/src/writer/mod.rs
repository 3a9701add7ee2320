//! The writer: one task that drains the queue, applies a batch, commits it, and only then answers.

mod act;
mod ahead;
mod alerts;
mod attach;
mod batch;
mod flush;
mod marks;
mod rebuild;
mod recover;
mod retract;
pub(crate) mod rows;
mod settle;
mod take;
mod work;

pub use act::Acted;
pub(crate) use act::Wanted;
pub(crate) use batch::Job;
pub(crate) use flush::word;
pub(crate) use marks::Marks;
pub(crate) use take::Admitted;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::db::Conn;
use crate::definitions::Definitions;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::queue::{Intake, Message};
use crate::submit::Receipt;
use ahead::Ahead;
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// The name under which the number of the last event is kept of which everything that follows is written.
const SETTLED: &str = "settled";
/// Before a campus: the name under which the end of its loaded history is kept.
pub(crate) const END_OF: &str = "end_of_history/";

/// Most events in one transaction.
const BATCH: usize = 1000;
/// Most bytes of messages in one transaction.
const BATCH_BYTES: usize = 2 << 20;
/// Most instances that one turn of the ticker folds.
const TICK: i64 = 200;

/// What the writer owns.
pub(crate) struct Writer {
    pub(crate) conn: Conn,
    pub(crate) defs: Arc<Definitions>,
    pub(crate) cache: Cache,
    pub(crate) marks: Marks,
    /// What is in the log and not written elsewhere yet.
    pub(crate) ahead: Ahead,
    /// The ends of loaded histories that are written.
    pub(crate) ends: BTreeMap<CampusCode, Instant>,
    /// Whether what is in memory was lost, so that it must be made again from the log.
    pub(crate) lost: bool,
    pub(crate) progress: Arc<Progress>,
    pub(crate) clock: Clock,
    pub(crate) intake: Intake,
    /// How often time is looked at when nothing comes in.
    pub(crate) every: Duration,
}

impl Writer {
    /// Runs until every handle of the store is gone.
    pub(crate) async fn run(mut self) {
        let mut timer = tokio::time::interval(self.every);
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let due = self.ahead.due();
            let message = tokio::select! {
                message = self.intake.next() => message,
                () = self.progress.wanted() => Some(Message::Settle),
                () = until(due), if due.is_some() => Some(Message::Settle),
                _ = timer.tick() => Some(Message::Tick(None)),
            };
            match message {
                None | Some(Message::Close) => break,
                Some(Message::Settle) => {
                    if let Err(error) = self.settle().await {
                        tracing::error!(%error, "what follows from the log could not be written");
                    }
                }
                Some(Message::Act(act, reply)) => drop(reply.send(self.act(act).await)),
                Some(Message::Mended(id, reply)) => drop(reply.send(self.mended(&id).await)),
                Some(Message::Tick(reply)) => {
                    let result = self.tick(reply.is_some()).await;
                    match (reply, result) {
                        (Some(reply), result) => drop(reply.send(result)),
                        (None, Err(error)) => tracing::error!(%error, "time could not be applied"),
                        (None, Ok(_)) => {}
                    }
                }
                Some(Message::Submit(first)) => self.drain(first).await,
            }
        }
        if let Err(error) = self.settle().await {
            tracing::error!(%error, "what follows from the log could not be written; it will be at the next start");
        }
        if let Err(error) = crate::db::close(self.conn).await {
            tracing::warn!(%error, "the database was not closed in order");
        }
        tracing::debug!("the writer has ended");
    }

    /// Applies what waits in the queue, up to a batch, and answers.
    async fn drain(&mut self, first: crate::queue::Submitted) {
        let mut all = vec![first];
        let (mut count, mut bytes) = (0, 0);
        loop {
            if let Some(last) = all.last() {
                count += last.jobs.len();
                bytes += last.bytes;
            }
            if count >= BATCH || bytes >= BATCH_BYTES {
                break;
            }
            match self.intake.waiting() {
                Some(Message::Submit(next)) => all.push(next),
                None => break,
                Some(other) => {
                    self.intake.put_back(other);
                    break;
                }
            }
        }
        let mut jobs: Vec<&mut Job> = all.iter_mut().flat_map(|s| &mut s.jobs).collect();
        let mut receipts = match self.apply(&mut jobs).await {
            Ok(receipts) => receipts.into_iter().map(Ok).collect(),
            Err(error) => {
                tracing::warn!(%error, events = jobs.len(), "a batch failed; its events are taken one by one");
                self.one_by_one(&mut jobs).await
            }
        }
        .into_iter();
        for submitted in all {
            let mine: Result<Vec<Receipt>> = receipts.by_ref().take(submitted.jobs.len()).collect();
            self.intake.done(submitted.jobs.len(), submitted.bytes);
            // A caller that has gone away gets no answer; what it sent is durable all the same.
            drop(submitted.reply.send(mine));
        }
        if self.ahead.due().is_some_and(|due| due <= tokio::time::Instant::now())
            && let Err(error) = self.settle().await
        {
            tracing::error!(%error, "what follows from the log could not be written");
        }
    }

    /// Each event in a transaction of its own: one that cannot be applied goes to quarantine, the others go on.
    async fn one_by_one(&mut self, jobs: &mut [&mut Job]) -> Vec<Result<Receipt>> {
        let mut out = Vec::with_capacity(jobs.len());
        for job in jobs {
            let receipt = match self.apply(&mut [&mut **job]).await {
                Ok(mut receipts) => receipts.pop().ok_or(Error::Closed),
                Err(error) => {
                    tracing::error!(%error, "an event could not be applied and goes to quarantine");
                    let mut poison = job.poison(&error);
                    self.apply(&mut [&mut poison]).await.and_then(|mut r| r.pop().ok_or(error))
                }
            };
            out.push(receipt);
        }
        out
    }

    /// A message in quarantine was taken after all.
    async fn mended(&mut self, id: &str) -> Result<u64> {
        let args = vec![crate::part::of(id).into(), id.into()];
        crate::db::write(&mut self.conn, crate::sql::QUARANTINE_MENDED, args).await
    }

    /// Folds the instances whose next moment has come; how many.
    async fn tick(&mut self, all: bool) -> Result<u64> {
        let mut total = 0;
        loop {
            let n = self.fold_due(TICK).await?;
            total += n;
            // Events go first, unless a test waits for the end of it.
            if n == 0 || (!all && self.intake.is_waiting()) {
                return Ok(total);
            }
        }
    }
}

/// Waits until then.
async fn until(due: Option<tokio::time::Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due).await;
    }
}

/// Runs the engine; a fault in it costs one event, not the writer.
pub(crate) fn engine<T>(f: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Error::Engine(text.unwrap_or_default())
    })
}
