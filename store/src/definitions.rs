//! The definitions that instances run under: what is published now, and what running instances began with.

use crate::case::Map;
use crate::db::{self, Conn};
use crate::error::{Error, Result};
use crate::sql;
use medloop_engine::admit;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::drift::Order;
use medloop_engine::event::Event;
use medloop_engine::graph::Definition;
use medloop_engine::name::{EventType, FieldCode, LoopCode};
use medloop_engine::time::Instant;
use medloop_engine::world::rule;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One definition by its hash.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What it says.
    pub definition: Arc<Definition>,
    /// What it is known by.
    pub hash: Arc<str>,
    /// Whether events were stored before it was published: a new instance then looks for earlier events of its key.
    pub(crate) late: bool,
    pub(crate) links: BTreeSet<FieldCode>,
    /// The field of the visit, where its orders learn theirs: found out once, because it takes a walk through all rules.
    visit: Option<FieldCode>,
    /// Whether some value does not simply lead to all who learnt it.
    pub(crate) choosy: bool,
    /// What must come before what.
    pub(crate) order: Order,
}

/// All definitions of a store.
#[derive(Debug)]
pub(crate) struct Definitions {
    pub(crate) catalogue: Arc<Catalogue>,
    /// What new instances begin with.
    pub(crate) current: BTreeMap<LoopCode, Arc<Compiled>>,
    latest: BTreeMap<LoopCode, Arc<Compiled>>,
    by_hash: Map<Arc<str>, Arc<Compiled>>,
    wanted: Map<EventType, Vec<LoopCode>>,
    keys: BTreeSet<FieldCode>,
}

impl Definitions {
    /// Publishes `published` (loops that are not yet stored are stored now) and reads the older ones.
    ///
    /// # Errors
    /// When the database refuses or a stored definition cannot be read.
    pub(crate) async fn open(
        conn: &mut Conn,
        catalogue: Arc<Catalogue>,
        published: &BTreeMap<LoopCode, (Arc<Definition>, String)>,
        now: Instant,
    ) -> Result<Self> {
        let late = !db::read_own(conn, sql::ANY_EVENT, vec![]).await?.is_empty();
        for (code, (definition, hash)) in published {
            let text = serde_json::to_string(&**definition)
                .map_err(|e| Error::Stored { what: "definition", why: e.to_string() })?;
            let args = vec![
                hash.as_str().into(),
                code.shared().into(),
                text.into(),
                now.0.into(),
                i64::from(late).into(),
            ];
            db::write(conn, sql::DEFINITION_ADD, args).await?;
        }
        let mut by_hash = Map::default();
        let mut latest = BTreeMap::new();
        for row in db::read_own(conn, sql::DEFINITIONS, vec![]).await? {
            let hash = db::shared(&row, 0)?;
            let late = db::int(&row, 3)? != 0;
            let definition: Definition = serde_json::from_str(&db::text(&row, 2)?)
                .map_err(|e| Error::Stored { what: "definition", why: e.to_string() })?;
            let compiled = Arc::new(Compiled::new(Arc::new(definition), hash.clone(), late));
            latest.insert(compiled.definition.code.clone(), compiled.clone());
            by_hash.insert(hash, compiled);
        }
        let current: BTreeMap<LoopCode, Arc<Compiled>> = published
            .iter()
            .filter_map(|(code, (_, hash))| Some((code.clone(), by_hash.get(hash.as_str())?.clone())))
            .collect();
        latest.extend(current.iter().map(|(code, c)| (code.clone(), c.clone())));
        Ok(Self::index(catalogue, current, latest, by_hash))
    }

    fn index(
        catalogue: Arc<Catalogue>,
        current: BTreeMap<LoopCode, Arc<Compiled>>,
        latest: BTreeMap<LoopCode, Arc<Compiled>>,
        by_hash: Map<Arc<str>, Arc<Compiled>>,
    ) -> Self {
        let mut wanted: Map<EventType, Vec<LoopCode>> = Map::default();
        let mut keys = BTreeSet::new();
        for compiled in by_hash.values() {
            let def = &compiled.definition;
            keys.insert(def.key.clone());
            let of_nodes = def.nodes.iter().flat_map(|n| &n.triggers);
            let of_endings = def.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
            let of_visits = admit::OF_VISITS.iter().filter_map(|kind| EventType::parse(kind).ok());
            let of_visits = of_visits.filter(|_| admit::asks_for_visits(def));
            for kind in of_nodes.chain(of_endings).map(|t| t.event.clone()).chain(of_visits) {
                let loops = wanted.entry(kind).or_default();
                if !loops.contains(&def.code) {
                    loops.push(def.code.clone());
                }
            }
        }
        wanted.values_mut().for_each(|loops| loops.sort());
        Self { catalogue, current, latest, by_hash, wanted, keys }
    }

    /// The loops of which some version names the event's type.
    pub(crate) fn wanting(&self, event: &Event) -> &[LoopCode] {
        self.wanted.get(&event.kind).map_or(&[], Vec::as_slice)
    }

    /// The published loops among them.
    pub(crate) fn wanted(&self, event: &Event) -> impl Iterator<Item = &Arc<Compiled>> {
        self.wanting(event).iter().filter_map(|code| self.current.get(code))
    }

    /// A definition that an instance runs under.
    pub(crate) fn by_hash(&self, hash: &str) -> Option<&Arc<Compiled>> {
        self.by_hash.get(hash)
    }

    /// What leads events of a loop: the published version, or, when the loop is gone, the one published last.
    pub(crate) fn leading(&self, code: &LoopCode) -> Option<&Arc<Compiled>> {
        self.latest.get(code)
    }

    /// The key under which an event is stored: of the first loop that wants it, else of any loop's key field.
    pub(crate) fn home(&self, event: &Event) -> Option<Arc<str>> {
        let wanting = self.wanting(event).iter().filter_map(|code| self.leading(code));
        let any = || self.keys.iter().find_map(|f| event.data.get(f.as_str()).and_then(admit::as_text));
        wanting.filter_map(|c| admit::key(&c.definition, event)).next().or_else(any)
    }
}

impl Compiled {
    pub(crate) fn new(definition: Arc<Definition>, hash: Arc<str>, late: bool) -> Self {
        let links: BTreeSet<FieldCode> = admit::link_fields(&definition).into_iter().cloned().collect();
        let choosy = links.iter().any(|field| !rule(&definition, field).is_default());
        let visit = FieldCode::parse(admit::VISIT_NO).ok().filter(|_| admit::asks_for_visits(&definition));
        let order = Order::of(&definition);
        Self { definition, hash, late, links, visit, choosy, order }
    }

    /// [`admit::links`].
    pub(crate) fn links(&self, event: &Event) -> Vec<(FieldCode, Arc<str>)> {
        if admit::by_visit(&self.definition, event.kind.as_str()) {
            return admit::links(&self.definition, event);
        }
        let carried = |f: &FieldCode| Some((f.clone(), event.data.get(f.as_str()).and_then(admit::as_text)?));
        self.links.iter().filter_map(carried).collect()
    }

    /// [`admit::lessons`].
    pub(crate) fn lessons(&self, event: &Event) -> Vec<(FieldCode, Arc<str>)> {
        if admit::by_visit(&self.definition, event.kind.as_str()) {
            return Vec::new();
        }
        let mut all = self.links(event);
        let visit = self.visit.as_ref().and_then(|field| Some((field.clone(), admit::visit(event)?)));
        all.extend(visit.filter(|v| !all.contains(v)));
        all
    }
}
