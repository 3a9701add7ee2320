//! The writer: one task that drains the queue, applies a batch, commits it, and only then answers.

mod act;
mod ahead;
mod alerts;
mod attach;
mod batch;
mod contested;
mod flush;
mod job;
mod joins;
mod lags;
mod marks;
mod moves;
mod persons;
mod place;
mod rebuild;
mod recover;
mod retract;
pub(crate) mod rows;
mod settle;
mod take;
mod visits;
mod work;

pub use act::Acted;
pub(crate) use act::Wanted;
pub(crate) use flush::word;
pub(crate) use job::{Came, Job};
pub(crate) use lags::period;
pub(crate) use marks::Marks;

use crate::cache::Cache;
use crate::clock::Clock;
use crate::db::Conn;
use crate::definitions::Definitions;
use crate::error::{Error, Result};
use crate::pen::{Pen, Put, Written};
use crate::progress::Progress;
use crate::queue::{Intake, Message, Submitted};
use crate::submit::Receipt;
use ahead::Ahead;
use batch::Batch;
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

/// As many messages are taken at once while others are written: fewer are not worth look-ups of their own.
const BESIDE: usize = 64;
/// Most instances that one turn of the ticker folds.
const TICK: i64 = 200;

/// What the writer owns.
pub(crate) struct Writer {
    /// Writes.
    pub(crate) pen: Pen,
    /// Reads what is committed.
    pub(crate) look: Conn,
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
        if let Err(error) = crate::db::close(self.look).await {
            tracing::warn!(%error, "the connection that reads was not closed in order");
        }
        self.pen.close().await;
        tracing::debug!("the writer has ended");
    }

    /// Takes what waits in the queue, batch after batch, and answers each when it is in the log. While one is on its way there
    /// the next is taken.
    async fn drain(&mut self, first: Submitted) {
        let mut batch = Batch::default();
        batch.all.push(first);
        while !batch.is_full() {
            match self.intake.waiting() {
                Some(Message::Submit(next)) => batch.all.push(next),
                None => break,
                Some(other) => {
                    self.intake.put_back(other);
                    break;
                }
            }
        }
        loop {
            self.take(&mut batch).await;
            if let Some(error) = batch.failed.take() {
                self.lose();
                self.answer_one_by_one(batch, &error).await;
                break;
            }
            let Some(written) = self.log(&mut batch) else {
                self.entered();
                self.answer(batch);
                break;
            };
            let mut next = Batch::default();
            let result = self.take_beside(written, &mut next).await;
            match result {
                Ok(_) => {
                    self.entered();
                    self.answer(batch);
                }
                Err(error) => {
                    self.lose();
                    next.reset();
                    self.answer_one_by_one(batch, &error).await;
                }
            }
            if next.all.is_empty() {
                break;
            }
            batch = next;
        }
        if self.is_due()
            && let Err(error) = self.settle().await
        {
            tracing::error!(%error, "what follows from the log could not be written");
        }
    }

    /// Waits until a batch is written, and takes what comes meanwhile when it is enough to be worth its own look-ups.
    async fn take_beside(&mut self, written: Written, next: &mut Batch) -> Result<u64> {
        let mut written = std::pin::pin!(written.wait());
        let mut more = true;
        loop {
            let open = more && !self.is_due() && !next.is_full();
            let message = tokio::select! {
                biased;
                result = &mut written => return result,
                message = self.intake.next(), if open => message,
            };
            match message {
                Some(Message::Submit(submitted)) => {
                    next.all.push(submitted);
                    if next.untaken() >= BESIDE {
                        self.take(next).await;
                    }
                }
                Some(other) => {
                    self.intake.put_back(other);
                    more = false;
                }
                None => more = false,
            }
        }
    }

    /// Whether what follows from the log is to be written now.
    fn is_due(&self) -> bool {
        self.ahead.due().is_some_and(|due| due <= tokio::time::Instant::now())
    }

    async fn answer_one_by_one(&mut self, mut batch: Batch, error: &Error) {
        tracing::warn!(%error, events = batch.jobs(), "a batch failed; its events are taken one by one");
        let receipts = self.one_by_one(&mut batch).await;
        self.reply(batch, receipts.into_iter());
    }

    fn answer(&mut self, mut batch: Batch) {
        let receipts = std::mem::take(&mut batch.receipts);
        self.reply(batch, receipts.into_iter().map(Ok));
    }

    fn reply(&mut self, batch: Batch, mut receipts: impl Iterator<Item = Result<Receipt>>) {
        self.intake.took(batch.jobs(), batch.begun.elapsed());
        for submitted in batch.all {
            let mine: Result<Vec<Receipt>> = receipts.by_ref().take(submitted.jobs.len()).collect();
            self.intake.done(submitted.jobs.len(), submitted.bytes);
            // A caller that has gone away gets no answer; what it sent is durable all the same.
            drop(submitted.reply.send(mine));
        }
    }

    /// A message in quarantine was taken after all.
    async fn mended(&mut self, id: &str) -> Result<u64> {
        let args = vec![crate::part::of(id).into(), id.into()];
        self.pen.put(Put::Plain(crate::sql::QUARANTINE_MENDED, args));
        self.pen.commit().wait().await
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
