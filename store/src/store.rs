//! The handle by which doors and windows reach what lasts; cheap to clone.

use crate::cache::Cache;
use crate::checkpoint::Checkpoints;
use crate::clock::Clock;
use crate::db::{self, Readers};
use crate::definitions::{Compiled, Definitions};
use crate::error::{Error, Result};
use crate::meters::{Measured, Meters};
use crate::pen::Pen;
use crate::progress::Progress;
use crate::queue::{Limits, Queue, queue};
use crate::submit::{Mode, Receipt, Submission, Unreadable};
use crate::writer::{Came, END_OF, Job, Marks, Writer};
use medloop_dsl::library::Library;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{Arrival, Rejection};
use medloop_engine::facts::EventRef;
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// As many messages of one call are read together; more of them are read beside.
const TOGETHER: usize = 32;

/// What the store needs of compiled texts.
#[derive(Clone, Debug)]
pub struct Published {
    /// What the YAML beside the loops says.
    pub catalogue: Arc<Catalogue>,
    /// The loops that new instances begin with, each with its hash.
    pub definitions: BTreeMap<LoopCode, (Arc<Definition>, String)>,
}

impl From<&Library> for Published {
    fn from(library: &Library) -> Self {
        Self { catalogue: library.catalogue.clone(), definitions: library.definitions.clone() }
    }
}
impl From<Library> for Published {
    fn from(library: Library) -> Self {
        Self { catalogue: library.catalogue, definitions: library.definitions }
    }
}
impl From<Arc<Library>> for Published {
    fn from(library: Arc<Library>) -> Self {
        Self::from(&*library)
    }
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The clock.
    pub clock: Clock,
    /// How much may wait for the writer.
    pub limits: Limits,
    /// How many bytes of hot instances the writer keeps in memory, about.
    pub cache_bytes: usize,
    /// How many connections read.
    pub readers: u32,
    /// How often the writer looks at the time.
    pub tick: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Clock::System,
            limits: Limits::default(),
            cache_bytes: 48 << 20,
            readers: 4,
            tick: Duration::from_secs(1),
        }
    }
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    queue: Queue,
    readers: Readers,
    defs: Arc<Definitions>,
    loops: Vec<Arc<Compiled>>,
    clock: Clock,
    progress: Arc<Progress>,
    meters: Meters,
    writer: Mutex<Option<JoinHandle<()>>>,
    checkpoints: Checkpoints,
}

impl Store {
    /// Opens the database at `url` (`sqlite:medloop.db`), brings its schema up to date, publishes the loops, starts the writer.
    ///
    /// # Errors
    /// When the address is none, the database refuses, or what is stored cannot be read.
    pub async fn open(url: &str, published: impl Into<Published>, options: Options) -> Result<Self> {
        let published = published.into();
        let (mut conn, look, readers) = db::open(url, options.readers).await?;
        let now = options.clock.now();
        let defs = Definitions::open(&mut conn, published.catalogue, &published.definitions, now).await?;
        let defs = Arc::new(defs);
        let loops = defs.current.values().cloned().collect();
        let (queue, intake) = queue(options.limits);
        let progress = Arc::new(Progress::default());
        let mut writer = Writer {
            pen: Pen::new(conn),
            look,
            defs: defs.clone(),
            cache: Cache::new(options.cache_bytes),
            marks: Marks::default(),
            ahead: Default::default(),
            ends: BTreeMap::new(),
            lost: true,
            progress: progress.clone(),
            clock: options.clock.clone(),
            intake,
            every: options.tick,
        };
        // What the last run had acknowledged and not yet written everywhere.
        writer.recover_if_lost().await?;
        // A thread of its own: applying a batch is work without a pause, and would hold up the tasks beside it.
        let handle = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name("medloop-writer".to_owned());
        let writer = thread.spawn(move || handle.block_on(writer.run())).map_err(sqlx::Error::Io)?;
        let writer = Mutex::new(Some(writer));
        let meters = Meters::new(&defs.catalogue);
        let checkpoints = Checkpoints::begin(db::open_beside(url).await?);
        let clock = options.clock;
        let inner = Inner { queue, readers, defs, loops, clock, progress, meters, writer, checkpoints };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Takes messages, and answers when all that were accepted are durable, in the order sent.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full (nothing was taken), [`Error::Closed`] after the end, else what the database
    /// said; messages of a call that failed may be sent again without harm.
    pub async fn submit(&self, messages: Vec<Submission>, mode: Mode) -> Result<Vec<Receipt>> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let (count, begun, now) = (messages.len(), std::time::Instant::now(), self.inner.clock.now());
        let answer = self.take(messages, mode, now).await;
        self.inner.meters.answered(count, begun.elapsed(), now.0, &answer);
        answer
    }

    async fn take(&self, messages: Vec<Submission>, mode: Mode, now: Instant) -> Result<Vec<Receipt>> {
        let bytes = messages.iter().map(|m| m.raw.len()).sum();
        self.inner.queue.fits(messages.len(), bytes)?;
        let jobs = self.read_all(messages, mode, now).await?;
        self.inner.queue.submit(jobs, bytes).await
    }

    /// Checks messages, many of them at several places at once: who sends a batch waits for all of it.
    async fn read_all(&self, mut messages: Vec<Submission>, mode: Mode, now: Instant) -> Result<Vec<Job>> {
        let mut beside = Vec::new();
        while messages.len() >= 2 * TOGETHER {
            let some = messages.split_off(messages.len() - TOGETHER);
            let store = self.clone();
            beside.push(tokio::spawn(async move { store.read_some(some, mode, now) }));
        }
        let mut jobs = self.read_some(messages, mode, now);
        for task in beside.into_iter().rev() {
            match task.await.map_err(tokio::task::JoinError::try_into_panic) {
                Ok(some) => jobs.extend(some),
                // A fault in it is the caller's, as if it had read the messages itself.
                Err(Ok(panic)) => std::panic::resume_unwind(panic),
                Err(Err(_)) => return Err(Error::Closed),
            }
        }
        Ok(jobs)
    }

    fn read_some(&self, messages: Vec<Submission>, mode: Mode, now: Instant) -> Vec<Job> {
        messages.into_iter().map(|m| self.read(m, mode, now)).collect()
    }

    /// What was counted since the store was opened.
    #[must_use]
    pub fn measured(&self) -> Measured {
        self.inner.meters.read(self.inner.queue.batches(), self.inner.progress.lag())
    }

    /// Messages that wait for the writer or are being written, and their bytes.
    #[must_use]
    pub fn queued(&self) -> (usize, usize) {
        self.inner.queue.load()
    }

    /// Keeps in quarantine what a door could make no event of; durable when it answers.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn refuse(&self, messages: Vec<Unreadable>, mode: Mode) -> Result<Vec<Receipt>> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let shift = match mode {
            Mode::Live => None,
            Mode::Backfill { shift } => Some(shift.0),
        };
        let bytes = messages.iter().map(|m| m.raw.len()).sum();
        let job = |m: Unreadable| {
            Job::refused(EventRef { source: m.source, id: "".into() }, m.reason, m.raw, shift)
        };
        self.inner.queue.submit(messages.into_iter().map(job).collect(), bytes).await
    }

    /// Checks a message as far as that needs no database.
    fn read(&self, message: Submission, mode: Mode, now: Instant) -> Job {
        let (shift, arrival) = match mode {
            Mode::Live => (None, Arrival::Now(now)),
            Mode::Backfill { shift } => (Some(shift.0), Arrival::Backfill { shift, received: now }),
        };
        let raw = message.raw;
        let json = match message.json.map_or_else(|| serde_json::from_str(&raw), Ok) {
            Ok(json) => json,
            Err(error) => {
                let zh = format!("不是 JSON:{error}");
                let reason = Rejection::new("not_json", "", zh, format!("not JSON: {error}"));
                return Job::refused(
                    EventRef { source: "".into(), id: "".into() },
                    reason.into(),
                    raw,
                    shift,
                );
            }
        };
        Job::read(&self.inner.defs, Came { json, raw, arrival, shift })
    }

    /// Folds every instance whose next moment has come; how many. The writer does so by itself; tests turn the clock.
    ///
    /// # Errors
    /// [`Error::Closed`] after the end; else what the database said.
    pub async fn tick(&self) -> Result<u64> {
        self.inner.queue.tick().await
    }

    /// Writes what waits and ends the writer; later calls that write answer [`Error::Closed`].
    pub async fn close(&self) {
        self.inner.queue.close();
        let writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let joined = tokio::task::spawn_blocking(move || writer.join().is_ok()).await;
            if !joined.unwrap_or(false) {
                tracing::error!("the writer ended by a fault");
            }
        }
        self.inner.checkpoints.end();
        self.inner.readers.close().await;
    }

    /// What the store's clock says.
    pub(crate) fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// What the YAML beside the loops says.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.inner.defs.catalogue
    }

    /// The loops that new instances begin with, by code.
    #[must_use]
    pub fn loops(&self) -> &[Arc<Compiled>] {
        &self.inner.loops
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Connections that read, once they can read all that was acknowledged before this call.
    pub(crate) async fn readers(&self) -> &Readers {
        self.inner.progress.caught_up().await;
        &self.inner.readers
    }
    pub(crate) fn queue(&self) -> &Queue {
        &self.inner.queue
    }
    pub(crate) fn definitions(&self) -> &Definitions {
        &self.inner.defs
    }

    /// The end of a campus's loaded history.
    pub(crate) async fn history_end(&self, campus: &CampusCode) -> Result<Option<Instant>> {
        let args = vec![format!("{END_OF}{campus}").into()];
        let rows = db::read(self.readers().await, crate::sql::META_ONE, args).await?;
        Ok(rows.first().map(|row| db::int(row, 0)).transpose()?.map(Instant))
    }
}
