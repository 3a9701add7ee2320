//! Instances, whole: each with its definition, its facts, and the moment it is to be judged at.

use crate::db::{self, Row};
use crate::definitions::Compiled;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::writer::rows;
use crate::{part, sql};
use medloop_engine::facts::{InstanceFacts, Patient, TrackFacts, TrackId};
use medloop_engine::graph::{Definition, ScopeIx};
use medloop_engine::name::CampusCode;
use medloop_engine::time::Instant;
use medloop_engine::world::InstanceId;
use std::collections::BTreeMap;
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

/// The tracks of one instance while they are read.
#[derive(Debug)]
pub(super) struct Tracks {
    facts: InstanceFacts,
    /// Definition, whether it is history, the moment below which its now never falls, version.
    own: Option<(Arc<Compiled>, bool, Instant, i64)>,
}

impl Tracks {
    pub(super) fn new(id: &InstanceId) -> Self {
        let (campus, key) = (id.campus.clone(), id.key.clone());
        Self {
            facts: InstanceFacts { campus, key, order: TrackFacts::default(), tracks: BTreeMap::new() },
            own: None,
        }
    }

    /// Takes a row in: scope, value, version, facts, definition, history, as_of, from the column `at` on.
    pub(super) fn add(&mut self, store: &Store, row: &Row, at: usize) -> Result<()> {
        let mine: TrackFacts = rows::json(Some(db::text(row, at + 3)?))?.unwrap_or_default();
        let scope = ScopeIx(u16::try_from(db::int(row, at)?).unwrap_or(u16::MAX));
        if scope != ScopeIx::ORDER {
            self.facts.tracks.insert(TrackId { scope, value: db::shared(row, at + 1)? }, mine);
            return Ok(());
        }
        self.facts.order = mine;
        let hash = db::text(row, at + 4)?;
        let compiled = store.definitions().by_hash(&hash).cloned();
        let compiled = compiled.ok_or_else(|| Error::Stored { what: "definition", why: hash })?;
        let history = db::maybe_text(row, at + 5)?.is_some();
        let as_of = Instant(db::maybe_int(row, at + 6)?.unwrap_or(i64::MIN));
        self.own = Some((compiled, history, as_of, db::int(row, at + 2)?));
        Ok(())
    }

    /// The patient as last stated.
    pub(super) fn patient(&self) -> Option<Patient> {
        medloop_engine::view::patient(&self.facts)
    }

    /// The instance; `None` when the order's own track is not there. `ends` keeps the ends of histories already asked for.
    pub(super) async fn whole(
        self,
        store: &Store,
        id: InstanceId,
        ends: &mut BTreeMap<CampusCode, Option<Instant>>,
    ) -> Result<Option<Instance>> {
        let Some((compiled, history, as_of, version)) = self.own else { return Ok(None) };
        let now = match (history, ends.get(&id.campus)) {
            (false, _) => Some(store.clock().now()),
            (true, Some(known)) => *known,
            (true, None) => {
                let end = store.history_end(&id.campus).await?;
                ends.insert(id.campus.clone(), end);
                end
            }
        };
        Ok(Some(Instance {
            id,
            definition: compiled.definition.clone(),
            hash: compiled.hash.clone(),
            facts: self.facts,
            now: now.unwrap_or(as_of).max(as_of),
            version,
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
            id.campus.as_str().into(),
            (&id.key).into(),
            id.code.as_str().into(),
        ];
        let mut tracks = Tracks::new(id);
        for row in db::read(self.readers().await, sql::INSTANCE, args).await? {
            tracks.add(self, &row, 0)?;
        }
        tracks.whole(self, id.clone(), &mut BTreeMap::new()).await
    }
}
