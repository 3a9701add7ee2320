//! Instances, whole: each with its definition, its facts, and the moment it is to be judged at.

use crate::again::{self, Numbers};
use crate::alerts::Stood;
use crate::db::{self, Row};
use crate::definitions::Compiled;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::writer::rows;
use crate::{part, sql};
use medloop_engine::alert::Record;
use medloop_engine::event::Event;
use medloop_engine::facts::{InstanceFacts, TrackFacts, TrackId};
use medloop_engine::graph::{Definition, ScopeIx};
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use medloop_engine::world::InstanceId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An instance as it is stored.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Which.
    pub id: InstanceId,
    /// The definition under which it began.
    pub definition: Arc<Definition>,
    /// What that definition is known by.
    pub hash: Arc<str>,
    /// All its facts.
    pub facts: InstanceFacts,
    /// When it is judged: the clock, or the end of loaded history, never before anything it has seen.
    pub now: Instant,
    /// How often it was written.
    pub version: i64,
    /// Its alerts, in the order in which they were raised.
    pub alerts: Vec<Record>,
}

/// The tracks of one instance while they are read.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    events: BTreeMap<TrackId, Numbers>,
    /// Definition, whether it is history, the moment below which its now never falls, version.
    own: Option<(Arc<Compiled>, bool, Instant, i64)>,
    /// Since when it is sealed.
    sealed: Option<Instant>,
}

/// Stored events by their number in the log.
pub(super) type Events = BTreeMap<i64, Event>;

impl Tracks {
    /// Takes a row in: scope, value, version, events, definition, history, as_of, alerts, from the column `at` on.
    pub(super) fn add(&mut self, store: &Store, row: &Row, at: usize) -> Result<()> {
        let scope = ScopeIx(u16::try_from(db::int(row, at)?).unwrap_or(u16::MAX));
        let track = TrackId { scope, value: db::shared(row, at + 1)? };
        if track.is_order() {
            let hash = db::text(row, at + 4)?;
            let compiled = store.definitions().by_hash(&hash).cloned();
            let compiled = compiled.ok_or_else(|| Error::Stored { what: "definition", why: hash })?;
            let history = db::maybe_text(row, at + 5)?.is_some();
            let as_of = Instant(db::maybe_int(row, at + 6)?.unwrap_or(i64::MIN));
            let stood: Option<Stood> = rows::json(db::maybe_text(row, at + 7)?)?;
            self.sealed = stood.and_then(|stood| stood.standing.seal.at());
            self.own = Some((compiled, history, as_of, db::int(row, at + 2)?));
        }
        self.events.insert(track, again::read(&db::text(row, at + 3)?)?);
        Ok(())
    }

    /// The numbers of its events.
    pub(super) fn numbers(&self) -> impl Iterator<Item = i64> {
        self.events.values().flat_map(|n| n.keys())
    }

    /// The instance; `None` when the order's own track is not there. `ends` keeps the ends of histories already asked for.
    pub(super) async fn whole(
        self,
        store: &Store,
        id: InstanceId,
        events: &Events,
        ends: &mut BTreeMap<CampusCode, Option<Instant>>,
    ) -> Result<Option<Instance>> {
        let Some((compiled, history, as_of, version)) = self.own else { return Ok(None) };
        let mut facts = InstanceFacts {
            campus: id.campus.clone(),
            key: id.key.clone(),
            order: TrackFacts::default(),
            tracks: BTreeMap::new(),
            sealed: self.sealed,
        };
        for (track, numbers) in self.events {
            let mine = again::facts(&compiled, &track, &numbers, |no| events.get(&no))?;
            if track.is_order() {
                facts.order = mine;
            } else {
                facts.tracks.insert(track, mine);
            }
        }
        let now = match (history, ends.get(&id.campus)) {
            (false, _) => Some(store.clock().now()),
            (true, Some(known)) => *known,
            (true, None) => {
                let end = store.history_end(&id.campus).await?;
                ends.insert(id.campus.clone(), end);
                end
            }
        };
        let alerts = store.alerts_of(&id).await?;
        Ok(Some(Instance {
            id,
            definition: compiled.definition.clone(),
            hash: compiled.hash.clone(),
            facts,
            now: now.unwrap_or(as_of).max(as_of),
            version,
            alerts,
        }))
    }
}

impl Store {
    /// One instance; `None` when no event leads there.
    ///
    /// # Errors
    /// When the database refuses or a stored text cannot be read.
    pub async fn instance(&self, id: &InstanceId) -> Result<Option<Instance>> {
        let args = vec![
            part::case(&id.campus, &id.key).into(),
            id.campus.shared().into(),
            (&id.key).into(),
            id.code.shared().into(),
        ];
        let mut tracks = Tracks::default();
        for row in db::read(self.readers().await, sql::INSTANCE, args).await? {
            tracks.add(self, &row, 0)?;
        }
        let events = self.numbered(tracks.numbers().collect()).await?;
        tracks.whole(self, id.clone(), &events, &mut BTreeMap::new()).await
    }

    /// The events of these numbers, read again as they came.
    pub(super) async fn numbered(&self, numbers: BTreeSet<i64>) -> Result<Events> {
        let args = numbers.into_iter().map(Into::into).collect();
        let mut events = Events::new();
        for row in db::read_many_of(self.readers().await, &sql::EVENT_GET, args).await? {
            let no = db::int(&row, 0)?;
            let raw = db::text(&row, 4)?;
            match again::event(self.definitions(), db::int(&row, 1)?, &db::text(&row, 2)?, &raw) {
                Ok(event) => drop(events.insert(no, event)),
                Err(why) => tracing::warn!(no, why, "a stored event cannot be read any more"),
            }
        }
        Ok(events)
    }
}
