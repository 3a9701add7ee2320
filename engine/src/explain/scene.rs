//! What a sentence is written about: definition, facts, state, language, and the look-ups that sentences need.

use crate::calendar::Stretch;
use crate::catalogue::{Catalogue, FieldDef, Named};
use crate::facts::{Fact, InstanceFacts, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, Flow, Node, NodeIx, ScopeIx, title};
use crate::name::{FieldCode, RoleCode, SystemCode};
use crate::state::{InstanceState, NodeState, TrackState};
use crate::time::{Instant, Moment, Precision, Span, Zone};
use crate::value::Value;
use crate::words::Lang;
use std::borrow::Cow;

/// Everything that a sentence about an instance may look at.
pub struct Scene<'a> {
    /// The definition under which the instance runs.
    pub def: &'a Definition,
    /// Its facts.
    pub facts: &'a InstanceFacts,
    /// Its state.
    pub state: &'a InstanceState,
    /// The reader's language.
    pub lang: Lang,
    /// Names of campuses, departments and systems; codes are shown where it is absent.
    pub names: Option<&'a Catalogue>,
    pub(super) settings: Cow<'a, CampusSettings>,
    day: (i32, u32, u32),
}

impl<'a> Scene<'a> {
    /// Sets the scene. Times on the day on which the instance opened are shown without their date.
    #[must_use]
    pub fn new(
        def: &'a Definition,
        facts: &'a InstanceFacts,
        state: &'a InstanceState,
        lang: Lang,
        names: Option<&'a Catalogue>,
    ) -> Self {
        let settings = def
            .campuses
            .get(&facts.campus)
            .map_or_else(|| Cow::Owned(CampusSettings::of(def, &facts.campus)), Cow::Borrowed);
        let first = state
            .opened_at
            .or_else(|| facts.order.facts.first().map(|f| f.at.at))
            .or_else(|| facts.tracks.values().filter_map(|t| t.facts.first()).map(|f| f.at.at).min());
        let c = settings.zone.civil(first.unwrap_or_default());
        Self { def, facts, state, lang, names, day: (c.year, c.month, c.day), settings }
    }

    /// Whether the innermost thing that decides if a node is expected is a 当 outside a choice.
    #[must_use]
    pub(super) fn conditional(&self, node: NodeIx) -> bool {
        let scope = self.node(node).map_or(ScopeIx::ORDER, |n| n.scope);
        let own = closest(self.def.flow_of(scope), &|f| *f == Flow::Node(node), None).flatten();
        let around = || closest(&self.def.flow, &|f| *f == Flow::Each(scope), None).flatten();
        own.or_else(around).unwrap_or(false)
    }

    /// The campus's time zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.settings.zone
    }

    /// The value of a parameter at this campus.
    #[must_use]
    pub fn param(&self, ix: crate::graph::ParamIx) -> Option<&Value> {
        self.settings.params.get(usize::from(ix.0))
    }

    /// The title of a parameter.
    #[must_use]
    pub fn param_title(&self, ix: crate::graph::ParamIx) -> String {
        let param = self.def.params.get(usize::from(ix.0));
        param.map_or_else(String::new, |p| match self.lang {
            Lang::Zh => p.name.clone(),
            Lang::En => Definition::english(p.code.as_str()),
        })
    }

    /// A node's standard as it is written, where that is in working time; else as long as it is by the clock.
    #[must_use]
    pub fn standard(&self, node: NodeIx, length: Span) -> String {
        let limit = self.def.node(node).and_then(|n| n.limit.as_ref()).filter(|l| l.by.is_none());
        match limit.and_then(|l| self.settings.stretch(l.length)) {
            Some(Stretch::Work(work)) => super::text::work(work, self.lang),
            _ => self.duration(length),
        }
    }

    /// One of two texts, by language.
    #[must_use]
    pub fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        self.lang.pick(zh, en)
    }

    /// A name in the reader's language.
    #[must_use]
    pub fn named(&self, name: &Named, code: &str) -> String {
        title(name, code, self.lang == Lang::En)
    }

    /// A Chinese name, or the words of the code in English.
    #[must_use]
    pub fn coded(&self, name: &str, code: &str) -> String {
        match self.lang {
            Lang::Zh => name.to_owned(),
            Lang::En => Definition::english(code),
        }
    }

    /// The title of a node.
    #[must_use]
    pub fn title(&self, ix: NodeIx) -> String {
        self.def.node(ix).map_or_else(|| format!("#{}", ix.0), |n| self.coded(&n.name, n.code.as_str()))
    }

    /// The node at `ix`.
    #[must_use]
    pub fn node(&self, ix: NodeIx) -> Option<&'a Node> {
        self.def.node(ix)
    }

    /// The dictionary entry of a field.
    #[must_use]
    pub fn field(&self, code: &FieldCode) -> Option<&'a FieldDef> {
        self.def.fields.get(code)
    }

    /// The title of a field.
    #[must_use]
    pub fn field_title(&self, code: &FieldCode) -> String {
        self.field(code).map_or_else(|| code.to_string(), |f| self.named(&f.name, code.as_str()))
    }

    /// The title of a role; the text itself where it is no code of this loop.
    #[must_use]
    pub fn role_title(&self, text: &str) -> String {
        let known = RoleCode::parse(text).ok().and_then(|code| {
            self.def.roles.get(&code).or_else(|| self.names.and_then(|c| c.roles.get(&code)))
        });
        known.map_or_else(|| text.to_owned(), |r| self.named(&r.name, text))
    }

    /// The title of a system.
    #[must_use]
    pub fn system_title(&self, code: &SystemCode) -> String {
        self.names
            .and_then(|c| c.systems.get(code))
            .map_or_else(|| code.as_str().to_uppercase(), |n| self.named(n, code.as_str()))
    }

    /// The title of this instance's campus.
    #[must_use]
    pub fn campus_title(&self) -> String {
        let code = &self.facts.campus;
        self.names
            .and_then(|c| c.campuses.get(code))
            .map_or_else(|| code.to_string(), |c| self.named(&c.name, code.as_str()))
    }

    /// The title of a department or ward of this campus; the text itself where it is no code.
    #[must_use]
    pub fn department_title(&self, text: &str) -> String {
        self.names
            .and_then(|c| c.campuses.get(&self.facts.campus))
            .and_then(|c| c.departments.get(text))
            .map_or_else(|| text.to_owned(), |n| self.named(n, text))
    }

    /// The facts of a track.
    #[must_use]
    pub fn track_facts(&self, id: &TrackId) -> Option<&'a TrackFacts> {
        if id.is_order() { Some(&self.facts.order) } else { self.facts.tracks.get(id) }
    }

    /// The order's own track.
    #[must_use]
    pub fn order(&self) -> Option<&'a TrackState> {
        self.state.tracks.iter().find(|t| t.id.is_order())
    }

    /// The states of a node as seen from `track`, earlier rounds first: the track's own, else the order's. What came after a seal is
    /// not among them.
    #[must_use]
    pub fn states(&self, track: &TrackId, node: NodeIx) -> Vec<(&'a TrackId, &'a NodeState)> {
        let own = self.state.tracks.iter().find(|t| &t.id == track);
        let place = match (own, self.def.node(node)) {
            (Some(own), Some(n)) if n.scope == own.id.scope => Some(own),
            _ => self.order(),
        };
        place
            .map(|t| t.nodes.iter().filter(|n| n.node == node && n.round > 0).map(|n| (&t.id, n)).collect())
            .unwrap_or_default()
    }

    /// The occurrence of a node that counts, in the last round in which it happened, as seen from `track`.
    #[must_use]
    pub fn happened(&self, track: &TrackId, node: NodeIx) -> Option<&'a Fact> {
        self.states(track, node).into_iter().rev().find_map(|(id, n)| self.hit(id, n))
    }

    /// The counting occurrence of a node state on the track `id`.
    #[must_use]
    pub fn hit(&self, id: &TrackId, node: &NodeState) -> Option<&'a Fact> {
        let index = node.hits.first().copied()?;
        self.track_facts(id)?.get(index)
    }

    /// Cut down to the coarser of two precisions: the difference `a - b`.
    #[must_use]
    pub fn difference(&self, a: Moment, b: Moment) -> Span {
        let p = a.precision.min(b.precision);
        self.zone().truncate(a.at, p).since(self.zone().truncate(b.at, p))
    }

    /// A moment for people, by the minute: the time of day, with its date when it is not the day of opening.
    #[must_use]
    pub fn clock(&self, moment: Moment) -> String {
        super::text::clock(self.zone(), moment, Some(self.day))
    }

    /// The same with seconds, where the source states some: for values that are compared.
    #[must_use]
    pub fn clock_fine(&self, moment: Moment) -> String {
        super::text::clock_fine(self.zone(), moment, Some(self.day))
    }

    /// An instant for people, by the minute.
    #[must_use]
    pub fn clock_at(&self, at: Instant) -> String {
        self.clock(Moment { at, precision: Precision::Minute })
    }

    /// A length for people.
    #[must_use]
    pub fn duration(&self, span: Span) -> String {
        super::text::duration(span, self.lang)
    }

    /// A value for people.
    #[must_use]
    pub fn value(&self, field: Option<&FieldDef>, value: &Value) -> String {
        super::text::value(self, field, value)
    }
}

/// Where `is` says that a flow's leaf is the one that is looked for: whether a 当 or, `Some(false)`, a choice stands closest around it.
fn closest(flow: &Flow, is: &dyn Fn(&Flow) -> bool, around: Option<bool>) -> Option<Option<bool>> {
    match flow {
        leaf if is(leaf) => Some(around),
        Flow::Node(_) | Flow::Each(_) => None,
        Flow::Seq(items) | Flow::Par(items) => items.iter().find_map(|item| closest(item, is, around)),
        Flow::Choice(items) => items.iter().find_map(|item| match item {
            Flow::When { body, .. } => closest(body, is, Some(false)),
            other => closest(other, is, Some(false)),
        }),
        Flow::When { body, .. } => closest(body, is, Some(true)),
        Flow::Opt(body) | Flow::Again { body, .. } | Flow::Ends { body, .. } => closest(body, is, around),
    }
}
