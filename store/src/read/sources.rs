//! The sources as their events show them: when the last came, how long they take, whether their clocks are right.

use crate::db;
use crate::error::{Error, Result};
use crate::sql;
use crate::store::Store;
use crate::writer::{period, rows};
use medloop_engine::drift::{self, Behind, Gap, Gaps};
use medloop_engine::lag::{Bucket, Lags};
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::time::{Instant, Span};
use std::collections::BTreeMap;

/// One system at one campus, from which live events have come.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The system.
    pub system: SystemCode,
    /// The campus of its events.
    pub campus: CampusCode,
    /// When the last event came.
    pub last_at: Option<Instant>,
    /// Since when it has been silent for longer than its heartbeat allows; `None`: it is not, or states none.
    pub silent_since: Option<Instant>,
    /// How many events are counted.
    pub events: u64,
    /// How long after their stated time half of them came; below zero where the stated time lies after the arrival.
    pub typical: Option<Span>,
    /// Between these lags lie nine events of ten.
    pub spread: Option<(Span, Span)>,
    /// By how much its clock runs ahead at least; `None`: nothing says so.
    pub ahead: Option<Span>,
    /// By how much its clock runs behind at least, by what must come after something that another system states; `None`: nothing
    /// says so.
    pub behind: Option<Behind>,
}

impl Store {
    /// Every source, by system and campus.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sources(&self) -> Result<Vec<Source>> {
        let mut all: BTreeMap<(SystemCode, CampusCode), Lags> = BTreeMap::new();
        for row in db::read(self.readers().await, sql::LAGS, vec![]).await? {
            let system = system(&db::text(&row, 0)?)?;
            let bucket = Bucket {
                n: u64::try_from(db::int(&row, 3)?).unwrap_or(0),
                least: Span(db::int(&row, 4)?),
                last: Instant(db::int(&row, 5)?),
            };
            let lags = all.entry((system, rows::campus(&db::text(&row, 1)?)?)).or_default();
            lags.put(db::int(&row, 2)?, bucket);
        }
        let now = self.now();
        let behind = self.behind(&all).await?;
        let one = |((system, campus), lags): ((SystemCode, CampusCode), Lags)| {
            let heartbeat = self.catalogue().heartbeat(&system, &campus);
            let quiet = lags.last().zip(heartbeat).map(|(last, beat)| last.plus(beat));
            Source {
                last_at: lags.last(),
                silent_since: quiet.filter(|from| *from <= now),
                events: lags.count(),
                typical: lags.at(500),
                spread: lags.at(50).zip(lags.at(950)),
                ahead: lags.ahead(),
                behind: behind.get(&campus).and_then(|of| of.get(&system)).cloned(),
                system,
                campus,
            }
        };
        Ok(all.into_iter().map(one).collect())
    }

    /// The clocks that run behind, by campus and system: by the pairs of this period and the last.
    async fn behind(
        &self,
        lags: &BTreeMap<(SystemCode, CampusCode), Lags>,
    ) -> Result<BTreeMap<CampusCode, BTreeMap<SystemCode, Behind>>> {
        let mut all: BTreeMap<CampusCode, BTreeMap<(SystemCode, SystemCode), Gaps>> = BTreeMap::new();
        let since = period(self.now()) - 1;
        for row in db::read(self.readers().await, sql::PAIRS, vec![since.into()]).await? {
            let (cause, effect) = (system(&db::text(&row, 1)?)?, system(&db::text(&row, 2)?)?);
            let gap = Gap {
                n: u64::try_from(db::int(&row, 4)?).unwrap_or(0),
                least: Span(db::int(&row, 5)?),
                first: Instant(db::int(&row, 6)?),
                last: Instant(db::int(&row, 7)?),
            };
            let pairs = all.entry(rows::campus(&db::text(&row, 0)?)?).or_default();
            pairs.entry((cause, effect)).or_default().put(db::int(&row, 3)?, gap);
        }
        let of = |(campus, pairs): (CampusCode, BTreeMap<_, Gaps>)| {
            let ahead = |system: &SystemCode| {
                let lags = lags.get(&(system.clone(), campus.clone()));
                lags.and_then(Lags::ahead).unwrap_or(Span::ZERO)
            };
            let found = drift::behind(&pairs, ahead);
            (campus, found)
        };
        Ok(all.into_iter().map(of).collect())
    }
}

/// A system code that was stored.
fn system(text: &str) -> Result<SystemCode> {
    SystemCode::parse(text).map_err(|e| Error::Stored { what: "system", why: e.to_string() })
}
