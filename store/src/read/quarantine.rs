//! What could not be taken, and taking it after all.

use super::{Page, bounded, seal, unseal};
use crate::db::{self, Arg, Row};
use crate::error::{Error, Result};
use crate::filter::Where;
use crate::store::Store;
use crate::submit::{Mode, Reason, Receipt, ReceiptStatus, Submission};
use crate::{part, sql};
use medloop_engine::time::{Instant, Span};
use std::sync::Arc;

/// A message in quarantine.
#[derive(Clone, Debug, PartialEq)]
pub struct Quarantined {
    /// Its number here: the same message refused for the same reason is one entry.
    pub id: Arc<str>,
    /// Its `source`; empty when it has none.
    pub source: Arc<str>,
    /// Its `id`; empty when it has none.
    pub event_id: Arc<str>,
    /// Why it was refused.
    pub reason: Reason,
    /// The message as it came.
    pub raw: Arc<str>,
    /// History: the shift it came with.
    pub shift: Option<Span>,
    /// When it first came.
    pub first_at: Instant,
    /// When it last came.
    pub last_at: Instant,
    /// How often it came.
    pub times: i64,
    /// `open`, or `mended` once a retry went well.
    pub state: Arc<str>,
}

const COLUMNS: &str = "SELECT id, source, event_id, code, zh, en, path, raw, shift, first_at, last_at, times, state FROM quarantine \
     WHERE times > 0";

impl Store {
    /// A page of messages in quarantine, the last one first; with `mended` those that were taken after all.
    ///
    /// # Errors
    /// [`Error::Cursor`] for a cursor that was not given out here; else when the database refuses.
    pub async fn quarantine(
        &self,
        mended: bool,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<Page<Quarantined>> {
        let limit = bounded(limit);
        let mut w = Where::new(COLUMNS);
        w.and("state = #", [Arg::from(if mended { "mended" } else { "open" })]);
        if let Some(cursor) = cursor {
            let text = unseal(&cursor)?;
            let (at, id) = text.split_once('\t').ok_or(Error::Cursor)?;
            let at: i64 = at.parse().map_err(|_| Error::Cursor)?;
            w.and("(last_at, id) < (#, #)", [Arg::Int(at), id.into()]);
        }
        w.push(" ORDER BY last_at DESC, id DESC LIMIT #", [Arg::Int(i64::from(limit) + 1)]);
        let (text, args) = w.end();
        let rows = db::read_made(self.readers().await, text, args).await?;
        let items: Result<Vec<Quarantined>> = rows.iter().map(row).collect();
        Ok(Page::cut(items?, limit, |q| seal(&format!("{}\t{}", q.last_at.0, q.id))))
    }

    /// One message in quarantine, mended ones included; `None` when there is none of this id.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn quarantined(&self, id: &str) -> Result<Option<Quarantined>> {
        let at = vec![part::of(id).into(), id.into()];
        let found = db::read(self.readers().await, sql::QUARANTINE_ONE, at).await?;
        found.first().map(row).transpose()
    }

    /// The entry under which a message was last refused; looked for among the latest.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refused(&self, raw: &str) -> Result<Option<Quarantined>> {
        const LATEST: u32 = 100;
        let latest = self.quarantine(false, None, LATEST).await?.items;
        Ok(latest.into_iter().find(|q| &*q.raw == raw))
    }

    /// Sends a message in quarantine again, as it came or as mended; `None` when there is none of this id.
    ///
    /// # Errors
    /// As [`Store::submit`].
    pub async fn retry(&self, id: &str, mended: Option<Submission>) -> Result<Option<Receipt>> {
        let Some(entry) = self.quarantined(id).await? else { return Ok(None) };
        let mode = entry.shift.map_or(Mode::Live, |shift| Mode::Backfill { shift });
        let message = mended.unwrap_or_else(|| Submission::text(entry.raw.clone()));
        let receipt = self.submit(vec![message], mode).await?.pop().ok_or(Error::Closed)?;
        if receipt.status != ReceiptStatus::Rejected {
            self.queue().mended(id).await?;
        }
        Ok(Some(receipt))
    }
}

fn row(row: &Row) -> Result<Quarantined> {
    Ok(Quarantined {
        id: db::shared(row, 0)?,
        source: db::shared(row, 1)?,
        event_id: db::shared(row, 2)?,
        reason: Reason {
            code: db::text(row, 3)?.into(),
            zh: db::text(row, 4)?,
            en: db::text(row, 5)?,
            path: db::text(row, 6)?,
        },
        raw: db::shared(row, 7)?,
        shift: db::maybe_int(row, 8)?.map(Span),
        first_at: Instant(db::int(row, 9)?),
        last_at: Instant(db::int(row, 10)?),
        times: db::int(row, 11)?,
        state: db::shared(row, 12)?,
    })
}
