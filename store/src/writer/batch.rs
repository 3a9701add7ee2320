//! One batch from begin to commit.

use super::Writer;
use super::attach::addresses;
use super::rows::{Refused, campus, code as loop_code};
use super::take::{Admitted, Taken, conflict};
use super::work::Work;
use crate::error::{Error, Result};
use crate::submit::{Reason, Receipt, ReceiptStatus};
use crate::{db, sql};
use medloop_engine::admit;
use medloop_engine::facts::{EventRef, TrackId};
use medloop_engine::graph::ScopeIx;
use medloop_engine::world::EventState;
use std::sync::Arc;

/// One message on its way through the writer.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// An event that passed every check which needs no database.
    Event(Admitted),
    /// A message that did not.
    Refused(Refused),
}

impl Job {
    /// A message that is no event.
    pub(crate) fn refused(event: EventRef, reason: Reason, raw: Arc<str>, shift: Option<i64>) -> Self {
        Self::Refused(Refused { source: event.source, id: event.id, reason, raw, shift })
    }

    /// The same message, refused because it could not be applied.
    pub(crate) fn poison(&self, error: &Error) -> Self {
        match self {
            Self::Refused(refused) => Self::Refused(refused.clone()),
            Self::Event(job) => Self::Refused(Refused {
                source: job.event.source.text.clone(),
                id: job.event.id.clone(),
                reason: Reason::new(
                    "not_applied",
                    &format!("事件无法写入:{error}"),
                    &format!("the event could not be applied: {error}"),
                ),
                raw: job.raw.clone(),
                shift: job.shift,
            }),
        }
    }
}

impl Writer {
    /// Enters all jobs in the log in one transaction; nothing has happened when it fails.
    pub(crate) async fn apply(&mut self, jobs: &mut [&mut Job]) -> Result<Vec<Receipt>> {
        self.recover_if_lost().await?;
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.conn, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        let result = run(&mut work, jobs).await;
        let marks = work.marks;
        match result {
            Ok(receipts) => {
                self.marks = marks;
                if self.ahead.is_empty() {
                    self.keep();
                } else {
                    self.progress.committed();
                }
                Ok(receipts)
            }
            Err(error) => {
                self.lose().await;
                Err(error)
            }
        }
    }

    /// Folds instances whose next moment has come, at most `limit` for each clock; how many.
    pub(crate) async fn fold_due(&mut self, limit: i64) -> Result<u64> {
        self.settle().await?;
        if self.marks.fallen_silent(self.clock.now()) {
            self.ahead.begin();
            self.settle().await?;
        }
        let mut due =
            db::read_own(&mut self.conn, sql::DUE, vec![self.clock.now().0.into(), limit.into()]).await?;
        for (campus, end) in &self.marks.ends {
            let args = vec![end.0.into(), limit.into(), campus.shared().into()];
            due.extend(db::read_own(&mut self.conn, sql::DUE_HISTORY, args).await?);
        }
        if due.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.conn, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        if let Err(error) = touch(&mut work, &due).await {
            self.lose().await;
            return Err(error);
        }
        self.settle().await?;
        Ok(u64::try_from(due.len()).unwrap_or(0))
    }
}

async fn run(work: &mut Work<'_>, jobs: &mut [&mut Job]) -> Result<Vec<Receipt>> {
    prefetch(work, jobs).await?;
    let mut taken = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        taken.push(match &mut **job {
            Job::Event(admitted) => Some(work.take(admitted, None).await?),
            Job::Refused(refused) => {
                work.refused.push(refused.clone());
                None
            }
        });
    }
    work.fold_unsure().await?;
    work.restate().await?;
    work.log().await?;
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
            spots.extend(addresses(leading, event));
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
    };
    let (status, reason) = match (taken, job) {
        (Some(Taken::Stored(no)), _) => {
            let waiting = work.ahead.rows.get(&no).is_some_and(|r| r.state == EventState::Waiting);
            (ReceiptStatus::Accepted, waiting.then(waits))
        }
        (Some(Taken::Duplicate), _) => (ReceiptStatus::Duplicate, None),
        (Some(Taken::Stale), _) => (ReceiptStatus::Duplicate, Some(stale())),
        (Some(Taken::Conflict), Job::Event(a)) => (ReceiptStatus::Rejected, Some(conflict(a).reason)),
        (_, Job::Refused(r)) => (ReceiptStatus::Rejected, Some(r.reason.clone())),
        (None, Job::Event(_)) => (ReceiptStatus::Rejected, None),
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
