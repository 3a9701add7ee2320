//! One instance, whole: its definition, its facts, and the moment it is to be judged at.

use crate::again::{self, Numbers};
use crate::db;
use crate::definitions::Compiled;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::{part, sql};
use medloop_engine::facts::{InstanceFacts, TrackFacts, TrackId};
use medloop_engine::graph::{Definition, ScopeIx};
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
        let readers = self.readers().await;
        let mut tracks = BTreeMap::new();
        let mut own = None;
        for row in db::read(readers, sql::INSTANCE, args).await? {
            let scope = ScopeIx(u16::try_from(db::int(&row, 0)?).unwrap_or(u16::MAX));
            let track = TrackId { scope, value: db::shared(&row, 1)? };
            if track.is_order() {
                let hash = db::text(&row, 4)?;
                let compiled = self.definitions().by_hash(&hash).cloned();
                let compiled = compiled.ok_or_else(|| Error::Stored { what: "definition", why: hash })?;
                let history = db::maybe_text(&row, 5)?.is_some();
                let as_of = Instant(db::maybe_int(&row, 6)?.unwrap_or(i64::MIN));
                own = Some((compiled, history, as_of, db::int(&row, 2)?));
            }
            tracks.insert(track, again::read(&db::text(&row, 3)?)?);
        }
        let Some((compiled, history, as_of, version)) = own else { return Ok(None) };
        let facts = self.facts(id, &compiled, tracks).await?;
        let now = if history { self.history_end(&id.campus).await? } else { Some(self.clock().now()) };
        Ok(Some(Instance {
            id: id.clone(),
            definition: compiled.definition.clone(),
            hash: compiled.hash.clone(),
            facts,
            now: now.unwrap_or(as_of).max(as_of),
            version,
        }))
    }

    /// What the tracks know, made again from their events.
    async fn facts(
        &self,
        id: &InstanceId,
        compiled: &Compiled,
        tracks: BTreeMap<TrackId, Numbers>,
    ) -> Result<InstanceFacts> {
        let numbers: BTreeSet<i64> = tracks.values().flat_map(|n| n.keys().copied()).collect();
        let args = numbers.into_iter().map(Into::into).collect();
        let mut events = BTreeMap::new();
        for row in db::read_many_of(self.readers().await, &sql::EVENT_GET, args).await? {
            let no = db::int(&row, 0)?;
            let raw = db::text(&row, 4)?;
            match again::event(self.definitions(), db::int(&row, 1)?, &db::text(&row, 2)?, &raw) {
                Ok(event) => drop(events.insert(no, event)),
                Err(why) => tracing::warn!(no, why, "a stored event cannot be read any more"),
            }
        }
        let mut facts = InstanceFacts {
            campus: id.campus.clone(),
            key: id.key.clone(),
            order: TrackFacts::default(),
            tracks: BTreeMap::new(),
        };
        for (track, numbers) in tracks {
            let mine = again::facts(compiled, &track, &numbers, |no| events.get(&no))?;
            if track.is_order() {
                facts.order = mine;
            } else {
                facts.tracks.insert(track, mine);
            }
        }
        Ok(facts)
    }
}
