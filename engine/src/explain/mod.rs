//! Why a status or a verdict is what it is: the state's reasons, which are data, as sentences in Chinese and English.

mod alert;
mod condition;
mod finding;
mod node;
mod pause;
mod rule;
mod scene;
pub mod text;
mod titles;
mod what;

pub use alert::alert;
pub use finding::finding;
pub use pause::Pause;
pub use scene::Scene;
pub use titles::Titles;

use crate::facts::{InstanceFacts, TrackId};
use crate::graph::{Definition, Rule};
use crate::state::{InstanceState, NodeState, RuleState};
use crate::words::Lang;

/// Why a rule's verdict is what it is: `因为 09:20 配发血液 之后 30 分钟内没有 开始输血`. Empty when there is nothing to say.
///
/// `verdict` is one of `state`'s own: its track is found by that.
#[must_use]
pub fn rule(
    def: &Definition,
    facts: &InstanceFacts,
    state: &InstanceState,
    verdict: &RuleState,
    lang: Lang,
) -> String {
    let scene = Scene::new(def, facts, state, lang, None);
    let track = place(state, |t| t.rules.iter().any(|r| std::ptr::eq(r, verdict)))
        .or_else(|| place(state, |t| t.rules.contains(verdict)));
    scene.rule(track.unwrap_or(&TrackId::order()), verdict)
}

/// Why a node's status is what it is. Empty when there is nothing to say.
///
/// `node` is one of `state`'s own: its track is found by that.
#[must_use]
pub fn node(
    def: &Definition,
    facts: &InstanceFacts,
    state: &InstanceState,
    node: &NodeState,
    lang: Lang,
) -> String {
    let scene = Scene::new(def, facts, state, lang, None);
    let track = place(state, |t| t.nodes.iter().any(|n| std::ptr::eq(n, node)))
        .or_else(|| place(state, |t| t.nodes.contains(node)));
    scene.node_status(track.unwrap_or(&TrackId::order()), node)
}

fn place(state: &InstanceState, has: impl Fn(&crate::state::TrackState) -> bool) -> Option<&TrackId> {
    state.tracks.iter().find(|t| has(t)).map(|t| &t.id)
}

impl Scene<'_> {
    /// [`rule`] for a verdict on the track `track`.
    #[must_use]
    pub fn rule(&self, track: &TrackId, verdict: &RuleState) -> String {
        rule::sentence(self, track, verdict).unwrap_or_default()
    }

    /// [`node`] for a node on the track `track`.
    #[must_use]
    pub fn node_status(&self, track: &TrackId, node: &NodeState) -> String {
        node::sentence(self, track, node).unwrap_or_default()
    }

    /// The rule that a verdict is about.
    #[must_use]
    pub fn rule_of(&self, verdict: &RuleState) -> Option<&Rule> {
        self.def.rules.get(usize::from(verdict.rule))
    }
}
