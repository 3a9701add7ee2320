//! Whether events can be taken, and how many of everything there are.

use crate::db;
use crate::error::{Error, Result};
use crate::sql;
use crate::store::Store;
use medloop_engine::time::{Instant, Span};
use std::collections::BTreeMap;

/// How the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Version of the database.
    pub database: String,
    /// Messages waiting for the writer.
    pub queued: usize,
    /// Bytes of messages waiting for the writer.
    pub queued_bytes: usize,
}

/// How many of everything; counted, so not for every second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Opened instances by status.
    pub instances: BTreeMap<String, i64>,
    /// Events that lead nowhere yet.
    pub waiting: i64,
    /// Messages in quarantine.
    pub quarantine: i64,
    /// Alerts about which somebody has to do something, by severity.
    pub alerts: BTreeMap<String, i64>,
}

impl Store {
    /// Whether the writer runs and the database answers.
    ///
    /// # Errors
    /// [`Error::Closed`] when the writer has ended; else when the database refuses.
    pub async fn health(&self) -> Result<Health> {
        if !self.queue().is_open() {
            return Err(Error::Closed);
        }
        let (queued, queued_bytes) = self.queue().load();
        Ok(Health { database: db::version(self.readers().await).await?, queued, queued_bytes })
    }

    /// What the database finds wrong with its own file; empty: nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        let found = db::read(self.readers().await, sql::INTEGRITY, vec![]).await?;
        let lines: Result<Vec<String>> = found.iter().map(|row| db::text(row, 0)).collect();
        Ok(lines?.into_iter().filter(|line| line != "ok").collect())
    }

    /// How far time is behind: how long ago the instance should have been folded that waits longest for it. Zero: nothing waits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn time_lag(&self) -> Result<Span> {
        let rows = db::read(self.readers().await, sql::NEXT_DUE, vec![]).await?;
        let next = rows.first().map(|row| db::maybe_int(row, 0)).transpose()?.flatten();
        let now = self.clock().now();
        Ok(next.map_or(Span::ZERO, |at| Span(now.since(Instant(at)).0.max(0))))
    }

    /// How many of everything there are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counts(&self) -> Result<Counts> {
        let mut counts = Counts::default();
        for row in db::read(self.readers().await, sql::STATUS_COUNTS, vec![]).await? {
            counts.instances.insert(db::text(&row, 0)?, db::int(&row, 1)?);
        }
        for row in db::read(self.readers().await, sql::WAITING_COUNT, vec![]).await? {
            counts.waiting = db::int(&row, 0)?;
        }
        for row in db::read(self.readers().await, sql::QUARANTINE_COUNT, vec![]).await? {
            counts.quarantine = db::int(&row, 0)?;
        }
        for row in db::read(self.readers().await, sql::ALERT_COUNTS, vec![]).await? {
            counts.alerts.insert(db::text(&row, 0)?, db::int(&row, 1)?);
        }
        Ok(counts)
    }
}
