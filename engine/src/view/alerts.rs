//! One alert for each violated rule.

use super::shape::AlertView;
use crate::explain::{Pause, Scene, alert};
use crate::facts::TrackId;
use crate::graph::Rule;
use crate::state::Verdict;
use crate::words::Worded as _;
use sha2::{Digest as _, Sha256};

/// The alerts of an instance, the gravest first.
pub(super) fn alerts(scene: &Scene<'_>, instance: &str) -> Vec<AlertView> {
    let mut found = Vec::new();
    for track in &scene.state.tracks {
        for verdict in track.rules.iter().filter(|r| r.verdict == Verdict::Violated) {
            let Some(rule) = scene.rule_of(verdict) else { continue };
            let key = super::track::key(track);
            let round = round(scene, &track.id, rule);
            let due = Pause::find(scene, &rule.check, &verdict.because).and_then(|p| {
                let from = scene.happened(&track.id, p.from)?.at;
                Some(scene.zone().truncate(from.at, from.precision).plus(p.limit))
            });
            let alert = AlertView {
                id: id(instance, rule.code.as_str(), key.as_deref(), round),
                rule: rule.code.to_string(),
                loop_code: scene.def.code.to_string(),
                instance: instance.to_owned(),
                track: key,
                round,
                severity: rule.severity.word().json,
                status: "open",
                raised_at: verdict.decided_at.map(|at| scene.zone().rfc3339(at)),
                due_at: due.map(|at| scene.zone().rfc3339(at)),
                message: alert(scene, rule, &track.id),
                because: scene.rule(&track.id, verdict),
                history: Vec::new(),
            };
            found.push((rule.severity, alert));
        }
    }
    found.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    found.into_iter().map(|(_, a)| a).collect()
}

fn id(instance: &str, rule: &str, track: Option<&str>, round: u32) -> String {
    let text = serde_json::json!([instance, rule, track, round]).to_string();
    Sha256::digest(text.as_bytes()).iter().take(12).map(|b| format!("{b:02x}")).collect()
}

/// The round that the rule is about: the last one of the nodes it names.
fn round(scene: &Scene<'_>, track: &TrackId, rule: &Rule) -> u32 {
    rule.check.nodes().iter().flat_map(|n| scene.states(track, *n)).map(|(_, s)| s.round).max().unwrap_or(1)
}
