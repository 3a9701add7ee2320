//! The bounded queue before the writer: what does not fit is refused at once, never half taken.

use crate::error::{Error, Result};
use crate::meters::{BOUNDS_MESSAGES, BOUNDS_US, Buckets, Spread};
use crate::submit::Receipt;
use crate::writer::{Acted, Job, Wanted};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How much may wait.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most messages.
    pub messages: usize,
    /// Most bytes of messages.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { messages: 20_000, bytes: 64 << 20 }
    }
}

/// What goes to the writer.
pub(crate) enum Message {
    Submit(Submitted),
    Tick(Option<oneshot::Sender<Result<u64>>>),
    /// A message of this id in quarantine was taken after all.
    Mended(String, oneshot::Sender<Result<u64>>),
    /// A person does something about an alert.
    Act(Wanted, oneshot::Sender<Result<Acted>>),
    /// What is in the log is to be written elsewhere too.
    Settle,
    Close,
}

/// Messages that were sent together.
#[derive(Debug)]
pub(crate) struct Submitted {
    pub(crate) jobs: Vec<Job>,
    pub(crate) bytes: usize,
    pub(crate) reply: oneshot::Sender<Result<Vec<Receipt>>>,
}

#[derive(Debug)]
struct Load {
    messages: AtomicUsize,
    bytes: AtomicUsize,
    batch: Buckets,
    took: Buckets,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            messages: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            batch: Buckets::new(&BOUNDS_MESSAGES),
            took: Buckets::new(&BOUNDS_US),
        }
    }
}

/// The callers' end.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    sender: mpsc::UnboundedSender<Message>,
    load: Arc<Load>,
    limits: Limits,
}

/// The writer's end.
pub(crate) struct Intake {
    receiver: mpsc::UnboundedReceiver<Message>,
    ahead: Option<Message>,
    load: Arc<Load>,
}

/// A queue of that size.
pub(crate) fn queue(limits: Limits) -> (Queue, Intake) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let load = Arc::new(Load::default());
    let intake = Intake { receiver, ahead: None, load: load.clone() };
    (Queue { sender, load, limits }, intake)
}

impl Queue {
    /// Puts messages in, all or none, and waits for what became of them.
    ///
    /// # Errors
    /// [`Error::Busy`] when they do not fit; [`Error::Closed`] when the writer has ended.
    pub(crate) async fn submit(&self, jobs: Vec<Job>, bytes: usize) -> Result<Vec<Receipt>> {
        let count = jobs.len();
        self.load.take(count, bytes, self.limits)?;
        let (reply, answer) = oneshot::channel();
        if self.sender.send(Message::Submit(Submitted { jobs, bytes, reply })).is_err() {
            self.load.give(count, bytes);
            return Err(Error::Closed);
        }
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Lets the writer look at the time; how many instances it folded.
    pub(crate) async fn tick(&self) -> Result<u64> {
        let (reply, answer) = oneshot::channel();
        self.sender.send(Message::Tick(Some(reply))).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Notes that a message in quarantine was taken after all.
    pub(crate) async fn mended(&self, id: &str) -> Result<u64> {
        let (reply, answer) = oneshot::channel();
        self.sender.send(Message::Mended(id.to_owned(), reply)).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Does something about an alert.
    pub(crate) async fn act(&self, wanted: Wanted) -> Result<Acted> {
        let (reply, answer) = oneshot::channel();
        self.sender.send(Message::Act(wanted, reply)).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Lets the writer end after what waits.
    pub(crate) fn close(&self) {
        // One that has ended already needs no telling.
        drop(self.sender.send(Message::Close));
    }

    /// Whether that much would find room now: asked before messages are read, so that a full queue costs little.
    pub(crate) fn fits(&self, count: usize, bytes: usize) -> Result<()> {
        self.load.take(count, bytes, self.limits)?;
        self.load.give(count, bytes);
        Ok(())
    }

    /// Messages and bytes that wait or are being written.
    pub(crate) fn load(&self) -> (usize, usize) {
        (self.load.messages.load(Ordering::Relaxed), self.load.bytes.load(Ordering::Relaxed))
    }

    /// How many messages batches held, and how long each took from the writer's hand to the log, in microseconds.
    pub(crate) fn batches(&self) -> (Spread, Spread) {
        (self.load.batch.read(), self.load.took.read())
    }

    /// Whether the writer still runs.
    pub(crate) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }
}

impl Load {
    /// Reserves room. Something larger than the whole queue is taken when nothing else is there.
    fn take(&self, count: usize, bytes: usize, limits: Limits) -> Result<()> {
        let messages = self.messages.fetch_add(count, Ordering::AcqRel);
        let held = self.bytes.fetch_add(bytes, Ordering::AcqRel);
        let fits = messages + count <= limits.messages && held + bytes <= limits.bytes;
        if fits || messages == 0 {
            return Ok(());
        }
        self.give(count, bytes);
        Err(Error::Busy)
    }

    fn give(&self, count: usize, bytes: usize) {
        self.messages.fetch_sub(count, Ordering::AcqRel);
        self.bytes.fetch_sub(bytes, Ordering::AcqRel);
    }
}

impl Intake {
    /// The next message; `None` when every caller is gone.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        match self.ahead.take() {
            Some(message) => Some(message),
            None => self.receiver.recv().await,
        }
    }

    /// A message that is there already.
    pub(crate) fn waiting(&mut self) -> Option<Message> {
        self.ahead.take().or_else(|| self.receiver.try_recv().ok())
    }

    /// Lets a message be the next one again.
    pub(crate) fn put_back(&mut self, message: Message) {
        self.ahead = Some(message);
    }

    /// Whether one is there already.
    pub(crate) fn is_waiting(&self) -> bool {
        self.ahead.is_some() || !self.receiver.is_empty()
    }

    /// A batch of so many messages is durable, so long after its first was taken out.
    pub(crate) fn took(&self, messages: usize, time: Duration) {
        self.load.batch.add(u64::try_from(messages).unwrap_or(u64::MAX));
        self.load.took.add_duration(time);
    }

    /// Gives the room of answered messages back.
    pub(crate) fn done(&self, count: usize, bytes: usize) {
        self.load.give(count, bytes);
    }
}
