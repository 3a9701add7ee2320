//! An instance as others see it: the fold's state with names, times and sentences in the reader's language.

mod alert_shape;
mod alerts;
mod headline;
mod json;
mod node;
mod owed;
mod patient;
mod record;
mod shape;
mod track;

pub use crate::words::Lang;
pub use alert_shape::{AlertStep, AlertTold, AlertView};
pub use alerts::alert;
pub use json::value as field_json;
pub use owed::{Owed, OwedText, owed, urgency};
pub use patient::patient;
pub use shape::{
    ByView, EndedByView, EventView, FindingView, Headline, InstanceText, InstanceView, NodeText, NodeView,
    Record, RecordText, RuleText, RuleView, ShownField, TrackText, TrackView, Withdrawn,
};

use crate::explain::Scene;
use crate::facts::InstanceFacts;
use crate::graph::Definition;
use crate::state::{EndedBy, InstanceState};
use crate::time::Instant;
use crate::words::Worded as _;

/// An instance in the shape of the contract, with codes for campuses, departments and systems.
#[must_use]
pub fn instance(
    def: &Definition,
    hash: &str,
    facts: &InstanceFacts,
    state: &InstanceState,
    now: Instant,
    lang: Lang,
) -> InstanceView {
    named(&Scene::new(def, facts, state, lang, None), hash, now)
}

/// The same, its sentences and texts with the names that the scene's catalogue gives.
#[must_use]
pub fn named(scene: &Scene<'_>, hash: &str, now: Instant) -> InstanceView {
    let (def, facts, state) = (scene.def, scene.facts, scene.state);
    let id = format!("{}/{}/{}", facts.campus, def.code, facts.key);
    let rules = track::rules(scene);
    let time = |at: Instant| scene.zone().rfc3339(at);
    let patient = patient(facts, state.closed_at);
    let opened = state.opened_at.map(|at| scene.zone().civil(at));
    let text = InstanceText {
        status: state.status.word().text(scene.lang).to_owned(),
        campus: scene.campus_title(),
        key_title: scene.field_title(&def.key),
        opened: state.opened_at.map(|at| {
            let at = crate::time::Moment { at, precision: crate::time::Precision::Minute };
            crate::explain::text::clock(scene.zone(), at, None)
        }),
        closed: state.closed_at.map(|at| scene.clock_at(at)),
        lasted: state
            .opened_at
            .map(|at| scene.duration(crate::time::Span(state.closed_at.unwrap_or(now).since(at).0.max(0)))),
        sealed: state.sealed_at.map(|at| sealed(scene, at)),
        ended: state.ended_by.as_ref().map(|e| track::ended_sentence(scene, e)),
        ward: patient
            .as_ref()
            .and_then(|p| p.ward.as_ref().or(p.dept.as_ref()))
            .map(|w| scene.department_title(w)),
        age: patient.as_ref().and_then(|p| crate::patient::age(p.birth_date.as_deref()?, opened?)),
    };
    InstanceView {
        alerts: Vec::new(),
        loop_code: def.code.to_string(),
        title: scene.coded(&def.name, def.code.as_str()),
        version: hash.to_owned(),
        campus: facts.campus.to_string(),
        key: facts.key.to_string(),
        status: state.status.word().json,
        opened_at: state.opened_at.map(time),
        closed_at: state.closed_at.map(time),
        sealed_at: state.sealed_at.map(time),
        ended_by: state.ended_by.as_ref().map(|e| ended(scene, e)),
        patient,
        headline: headline::headline(scene, now),
        tracks: state.tracks.iter().map(|t| track::track(scene, t)).collect(),
        rules,
        text,
        state: state.status,
        id,
    }
}

/// Since when it is sealed, and how much came after.
fn sealed(scene: &Scene<'_>, at: Instant) -> String {
    let tracks = std::iter::once(&scene.facts.order).chain(scene.facts.tracks.values());
    let late = tracks.flat_map(|t| &t.facts).filter(|f| !f.dead && !f.counts_at_seal(at));
    let late = late.map(|f| &f.event).collect::<std::collections::BTreeSet<_>>().len();
    let since = scene.clock_at(at);
    match (scene.lang, late) {
        (Lang::Zh, 0) => format!("{since} 起封存"),
        (Lang::Zh, n) => format!("{since} 起封存；之后到达 {n} 条，只作记录"),
        (Lang::En, 0) => format!("sealed since {since}"),
        (Lang::En, 1) => format!("sealed since {since}; 1 message came later and changes nothing"),
        (Lang::En, n) => format!("sealed since {since}; {n} messages came later and change nothing"),
    }
}

fn ended(scene: &Scene<'_>, by: &EndedBy) -> EndedByView {
    EndedByView {
        kind: by.kind.word().json,
        at: scene.zone().rfc3339(by.at.at),
        wasted: by.wasted,
        reason: by.reason.clone(),
        successor: by.successor.clone(),
    }
}
