//! Brings the other tables up to the log: in the ordinary course of things, and after everything in memory was lost.

use super::Writer;
use super::ahead::Ahead;
use super::marks::Marks;
use super::rows::{self, Refused};
use super::take::Admitted;
use super::work::Work;
use crate::db::{self, Arg};
use crate::error::{Error, Result};
use crate::pen::Put;
use crate::submit::Reason;
use crate::{again, part, sql};
use medloop_engine::admit;
use medloop_engine::facts::EventRef;
use medloop_engine::world::EventState;
use std::sync::Arc;

/// Events of the log that are settled in one transaction.
const CHUNK: i64 = 1000;

/// An event of the log.
struct Logged {
    no: i64,
    arrived: i64,
    campus: String,
    shift: Option<i64>,
    state: EventState,
    raw: Arc<str>,
}

impl Writer {
    /// Writes what the log holds and the other tables do not say yet.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        self.recover_if_lost().await?;
        if self.ahead.is_empty() {
            return Ok(());
        }
        match self.write().await {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "what follows from the log could not be written; made again from the log");
                self.lose();
                self.recover_if_lost().await
            }
        }
    }

    /// One transaction with all of it.
    async fn write(&mut self) -> Result<()> {
        let begin = tokio::time::Instant::now();
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.look, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        work.flush(&self.pen, &self.ends).await?;
        let marks = work.marks;
        self.pen.commit().wait().await?;
        self.marks = marks;
        self.ends.clone_from(&self.marks.ends);
        self.ahead.took = begin.elapsed();
        self.keep();
        self.progress.settled();
        Ok(())
    }

    /// Keeps cases for the events to come; nothing of them is unwritten.
    pub(crate) fn keep(&mut self) {
        for (id, case) in self.ahead.written().filter(|(_, c)| !c.instances.is_empty()) {
            self.cache.put(id, case);
        }
    }

    /// After a failure: what is in memory may be half done. It is let go, and made again from the log before anything else.
    pub(crate) fn lose(&mut self) {
        self.pen.abandon();
        self.ahead = Ahead::default();
        self.cache.clear();
        self.lost = true;
    }

    /// Makes what was lost again.
    pub(crate) async fn recover_if_lost(&mut self) -> Result<()> {
        if !self.lost {
            return Ok(());
        }
        self.marks = Marks::read(&mut self.look, &self.defs.catalogue).await?;
        self.ends.clone_from(&self.marks.ends);
        let mut after = self.marks.settled;
        loop {
            let logged = self.logged(after).await?;
            let Some(last) = logged.last() else { break };
            after = last.no;
            if let Err(error) = self.again(&logged).await {
                if !spoilt(&error) {
                    return Err(error);
                }
                self.one_after_the_other(&logged).await?;
            }
        }
        self.lost = false;
        self.progress.settled();
        Ok(())
    }

    async fn logged(&mut self, after: i64) -> Result<Vec<Logged>> {
        let rows = db::read_own(&mut self.look, sql::EVENT_AFTER, vec![after.into(), CHUNK.into()]).await?;
        let read = |row: &db::Row| {
            let state = db::text(row, 4)?;
            let known = EventState::parse(&state).ok_or(Error::Stored { what: "state", why: state });
            Ok(Logged {
                no: db::int(row, 0)?,
                arrived: db::int(row, 1)?,
                campus: db::text(row, 2)?,
                shift: db::maybe_int(row, 3)?,
                state: known?,
                raw: db::shared(row, 5)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Takes events of the log again, and writes what follows from them.
    async fn again(&mut self, logged: &[Logged]) -> Result<()> {
        let result = self.take_again(logged).await;
        let result = match result {
            Ok(()) => self.write().await,
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.lose();
            self.marks.ends.clone_from(&self.ends);
        }
        result
    }

    async fn take_again(&mut self, logged: &[Logged]) -> Result<()> {
        let now = self.clock.now();
        let marks = self.marks.clone();
        let mut work = Work::new(&mut self.look, &self.defs, &mut self.cache, &mut self.ahead, now, marks);
        work.first = logged.first().map_or(work.first, |l| l.no);
        for one in logged {
            let event = again::event(&self.defs, one.arrived, &one.campus, &one.raw)
                .map_err(|why| Error::Stored { what: "event", why })?;
            let wanting = self.defs.current.values().filter(|c| admit::wants(&c.definition, &event));
            let mut facts = Vec::new();
            for compiled in wanting {
                let found = super::engine(|| admit::facts(&compiled.definition, &event))?;
                facts.push((compiled.hash.clone(), found));
            }
            let mut job = Admitted { event: Arc::new(event), raw: one.raw.clone(), shift: one.shift, facts };
            work.take(&mut job, Some((one.no, one.state))).await?;
        }
        work.fold_unsure().await?;
        work.restate().await?;
        self.marks = work.marks;
        Ok(())
    }

    /// Each by itself: one that nothing can be made of is set aside, and the others go on.
    async fn one_after_the_other(&mut self, logged: &[Logged]) -> Result<()> {
        for one in logged {
            match self.again(std::slice::from_ref(one)).await {
                Ok(()) => {}
                Err(error) if spoilt(&error) => {
                    tracing::error!(%error, no = one.no, "an event of the log could not be applied; it waits, and stands in quarantine");
                    self.set_aside(one, &error).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Leaves an event of the log without effect, and says so where people look.
    async fn set_aside(&mut self, one: &Logged, error: &Error) -> Result<()> {
        let found = db::read_own(&mut self.look, sql::EVENT_ONE, vec![one.no.into()]).await?;
        let row = found.first().ok_or_else(|| Error::Stored { what: "event", why: one.no.to_string() })?;
        let (event, key) =
            (EventRef { source: db::shared(row, 1)?, id: db::shared(row, 2)? }, db::shared(row, 8)?);
        let campus = rows::campus(&db::text(row, 7)?)?;
        let reason = Reason::new(
            "not_applied",
            &format!("事件已保存，但无法并入闭环：{error}"),
            &format!("the event is kept, and could not be applied: {error}"),
        );
        let refused = Refused {
            source: event.source.clone(),
            id: event.id.clone(),
            reason,
            raw: one.raw.clone(),
            shift: one.shift,
        };
        let now = self.clock.now();
        if !key.is_empty() {
            let at =
                vec![part::case(&campus, &key).into(), campus.shared().into(), key.into(), one.no.into()];
            self.pen.put(Put::Rows(&sql::EVENT_KEY_ADD, at));
        }
        self.pen
            .put(Put::Plain(sql::EVENT_STATE, vec![one.no.into(), Arg::Word(EventState::Waiting.word())]));
        self.pen.put(Put::Rows(&sql::QUARANTINE_ADD, refused.args(now).into()));
        self.pen.put(Put::Rows(&sql::META_SET, vec![super::SETTLED.into(), one.no.into()]));
        self.pen.commit().wait().await?;
        self.marks.settled = one.no;
        Ok(())
    }
}

/// Whether the fault lies in what was stored, so that trying again is of no use.
fn spoilt(error: &Error) -> bool {
    matches!(error, Error::Engine(_) | Error::Stored { .. })
}
