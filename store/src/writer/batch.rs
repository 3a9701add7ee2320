//! One batch: taken into memory, then entered in the log.

use super::Writer;
use super::attach::{addresses, taught};
use super::job::Job;
use super::rows::{Refused, campus, code as loop_code};
use super::take::Taken;
use super::work::Work;
use crate::db::{self, Arg};
use crate::error::{Error, Result};
use crate::pen::{Put, Written};
use crate::queue::Submitted;
use crate::sql;
use crate::submit::{Reason, Receipt, ReceiptStatus};
use medloop_engine::admit;
use medloop_engine::facts::TrackId;
use medloop_engine::graph::ScopeIx;
use medloop_engine::world::EventState;

/// Most events in one transaction.
const EVENTS: usize = 1000;
/// Most bytes of messages in one transaction.
const BYTES: usize = 2 << 20;

/// Messages on their way into the log together.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) all: Vec<Submitted>,
    /// As many of them are taken.
    taken: usize,
    /// What became of those.
    pub(crate) receipts: Vec<Receipt>,
    refused: Vec<Refused>,
    /// The number of the first event that may be new.
    first: Option<i64>,
    /// What went wrong with taking them.
    pub(crate) failed: Option<Error>,
    pub(crate) begun: std::time::Instant,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            taken: 0,
            receipts: Vec::new(),
            refused: Vec::new(),
            first: None,
            failed: None,
            begun: std::time::Instant::now(),
        }
    }
}

impl Batch {
    pub(crate) fn jobs(&self) -> usize {
        self.all.iter().map(|s| s.jobs.len()).sum()
    }

    /// Whether another message would be too much for one transaction.
    pub(crate) fn is_full(&self) -> bool {
        self.jobs() >= EVENTS || self.all.iter().map(|s| s.bytes).sum::<usize>() >= BYTES
    }

    /// Messages that are not taken yet.
    pub(crate) fn untaken(&self) -> usize {
        self.all.iter().skip(self.taken).map(|s| s.jobs.len()).sum()
    }

    /// Nothing of it is taken any more.
    pub(crate) fn reset(&mut self) {
        let all = std::mem::take(&mut self.all);
        *self = Self { all, begun: self.begun, ..Self::default() };
    }
}

impl Writer {
    /// Takes what of a batch is not taken yet: what it does is in memory then, and nowhere else.
    pub(crate) async fn take(&mut self, batch: &mut Batch) {
        let taken = std::mem::replace(&mut batch.taken, batch.all.len());
        let mut jobs: Vec<&mut Job> = batch.all.iter_mut().skip(taken).flat_map(|s| &mut s.jobs).collect();
        if jobs.is_empty() || batch.failed.is_some() {
            return;
        }
        match self.take_jobs(&mut jobs).await {
            Ok(fresh) => {
                batch.first.get_or_insert(fresh.first);
                batch.receipts.extend(fresh.receipts);
                batch.refused.extend(fresh.refused);
            }
            Err(error) => batch.failed = Some(error),
        }
    }

    async fn take_jobs(&mut self, jobs: &mut [&mut Job]) -> Result<Fresh> {
        self.recover_if_lost().await?;
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.look, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        let receipts = run(&mut work, jobs).await?;
        let fresh = Fresh { receipts, first: work.first, refused: std::mem::take(&mut work.refused) };
        self.marks = work.marks;
        Ok(fresh)
    }

    /// Begins to enter a batch in the log, and what was refused of it in quarantine: this is what acknowledgements wait for.
    /// `None`: there is nothing new in it.
    pub(crate) fn log(&mut self, batch: &mut Batch) -> Option<Written> {
        let first = batch.first.unwrap_or(i64::MAX);
        let fresh = self.ahead.rows.range_mut(first..).filter(|(_, row)| row.written.is_none());
        let most = usize::try_from(self.marks.next_no.saturating_sub(first)).unwrap_or(0);
        let mut events = Vec::with_capacity(most * sql::EVENT_ADD.width());
        for (no, row) in fresh {
            events.extend(row.args(*no));
            row.written = Some(row.state);
            row.raw = None;
        }
        let now = self.clock.now();
        let refused: Vec<Arg> = std::mem::take(&mut batch.refused).iter().flat_map(|r| r.args(now)).collect();
        if events.is_empty() && refused.is_empty() {
            return None;
        }
        self.pen.put(Put::Rows(&sql::EVENT_ADD, events));
        self.pen.put(Put::Rows(&sql::QUARANTINE_ADD, refused));
        Some(self.pen.commit())
    }

    /// A batch is in the log.
    pub(crate) fn entered(&mut self) {
        if self.ahead.is_empty() {
            self.keep();
        } else {
            self.progress.committed();
        }
    }

    /// Each event in a transaction of its own: one that cannot be applied goes to quarantine, the others go on.
    pub(crate) async fn one_by_one(&mut self, batch: &mut Batch) -> Vec<Result<Receipt>> {
        let mut out = Vec::new();
        for job in batch.all.iter_mut().flat_map(|s| &mut s.jobs) {
            let receipt = match self.alone(job).await {
                Ok(receipt) => Ok(receipt),
                Err(error) => {
                    tracing::error!(%error, "an event could not be applied and goes to quarantine");
                    let mut poison = job.poison(&error);
                    self.alone(&mut poison).await
                }
            };
            out.push(receipt);
        }
        out
    }

    async fn alone(&mut self, job: &mut Job) -> Result<Receipt> {
        let result = self.alone_in_log(job).await;
        if result.is_err() {
            self.lose();
        }
        result
    }

    async fn alone_in_log(&mut self, job: &mut Job) -> Result<Receipt> {
        let mut fresh = self.take_jobs(&mut [job]).await?;
        let receipt = fresh.receipts.pop().ok_or(Error::Closed)?;
        let mut batch = Batch { first: Some(fresh.first), refused: fresh.refused, ..Batch::default() };
        if let Some(written) = self.log(&mut batch) {
            written.wait().await?;
        }
        self.entered();
        Ok(receipt)
    }

    /// Folds instances whose next moment has come, at most `limit` for each clock; how many.
    pub(crate) async fn fold_due(&mut self, limit: i64) -> Result<u64> {
        self.settle().await?;
        if self.marks.fallen_silent(self.clock.now()) {
            self.ahead.begin();
            self.settle().await?;
        }
        let mut due =
            db::read_own(&mut self.look, sql::DUE, vec![self.clock.now().0.into(), limit.into()]).await?;
        for (campus, end) in &self.marks.ends {
            let args = vec![end.0.into(), limit.into(), campus.shared().into()];
            due.extend(db::read_own(&mut self.look, sql::DUE_HISTORY, args).await?);
        }
        if due.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.look, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        if let Err(error) = touch(&mut work, &due).await {
            self.lose();
            return Err(error);
        }
        self.settle().await?;
        Ok(u64::try_from(due.len()).unwrap_or(0))
    }
}

/// What taking some messages gave.
struct Fresh {
    receipts: Vec<Receipt>,
    first: i64,
    refused: Vec<Refused>,
}

async fn run(work: &mut Work<'_>, jobs: &mut [&mut Job]) -> Result<Vec<Receipt>> {
    prefetch(work, jobs).await?;
    let mut taken = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        if let Job::Unplaced(unplaced) = &**job {
            **job = work.place(unplaced).await?;
        }
        taken.push(match &mut **job {
            Job::Event(admitted) => Some(work.take(admitted, None).await?),
            // Its campus is said, so it is one of the others.
            Job::Unplaced(_) => None,
            Job::Refused(refused) => {
                work.refused.push(refused.clone());
                None
            }
        });
    }
    work.fold_unsure().await?;
    work.restate().await?;
    Ok(jobs.iter().zip(taken).map(|(job, taken)| receipt(work, job, taken)).collect())
}

/// Makes these instances be folded and written.
async fn touch(work: &mut Work<'_>, due: &[db::Row]) -> Result<()> {
    let mut ids = Vec::new();
    for row in due {
        ids.push(((campus(&db::text(row, 0)?)?, db::shared(row, 1)?), loop_code(&db::text(row, 2)?)?));
    }
    work.read_cases(ids.iter().map(|(id, _)| id.clone())).await?;
    for (id, code) in &ids {
        if let Some(held) = work.held(id, code) {
            held.dirty = true;
        }
    }
    work.ahead.begin();
    Ok(())
}

/// Reads in few statements what the events of a batch will most likely need.
async fn prefetch(work: &mut Work<'_>, jobs: &[&mut Job]) -> Result<()> {
    let events = || jobs.iter().filter_map(|j| if let Job::Event(a) = &**j { Some(&a.event) } else { None });
    work.read_seen(events().map(|e| e.reference())).await?;
    let defs = work.defs;
    let (mut cases, mut spots, mut tracks) = (Vec::new(), Vec::new(), Vec::new());
    for event in events() {
        for code in defs.wanting(event) {
            let Some(leading) = defs.leading(code) else { continue };
            let by_visit = admit::by_visit(&leading.definition, event.kind.as_str());
            spots.extend(if by_visit { addresses(leading, event) } else { taught(leading, event) });
            let Some(key) = admit::key(&leading.definition, event) else { continue };
            let id = (event.campus.clone(), key);
            for (i, scope) in leading.definition.scopes.iter().enumerate() {
                if let Some(value) = event.data.get(scope.field.as_str()).and_then(admit::as_text) {
                    let scope = ScopeIx(u16::try_from(i + 1).unwrap_or(u16::MAX));
                    tracks.push((id.clone(), code.clone(), TrackId { scope, value }));
                }
            }
            cases.push(id);
        }
    }
    work.read_cases(cases).await?;
    work.read_spots(spots).await?;
    work.read_facts(tracks).await
}

fn receipt(work: &Work<'_>, job: &Job, taken: Option<Taken>) -> Receipt {
    let (source, id) = match job {
        Job::Event(a) => (a.event.source.text.clone(), a.event.id.clone()),
        Job::Refused(r) => (r.source.clone(), r.id.clone()),
        Job::Unplaced(_) => Default::default(),
    };
    let (status, reason) = match (taken, job) {
        (Some(Taken::Stored(no)), _) => {
            let waiting = work.ahead.rows.get(&no).is_some_and(|r| r.state == EventState::Waiting);
            (ReceiptStatus::Accepted, waiting.then(waits))
        }
        (Some(Taken::Duplicate), _) => (ReceiptStatus::Duplicate, None),
        (Some(Taken::Stale), _) => (ReceiptStatus::Duplicate, Some(stale())),
        (Some(Taken::Refused(reason)), _) => (ReceiptStatus::Rejected, Some(reason)),
        (None, Job::Refused(r)) => (ReceiptStatus::Rejected, Some(r.reason.clone())),
        (None, Job::Event(_) | Job::Unplaced(_)) => (ReceiptStatus::Rejected, None),
    };
    Receipt { source, id, status, reason }
}

fn waits() -> Reason {
    Reason::new(
        "waiting",
        "已保存;所属医嘱尚未出现,出现后自动并入",
        "kept; its order is not known yet, and it is applied when it comes",
    )
}

fn stale() -> Reason {
    Reason::new(
        "stale",
        "已有更高的 revision;本条保存而不生效",
        "a higher revision is known; this one is kept without effect",
    )
}
