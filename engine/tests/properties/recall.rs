//! Folds as the store does them: one track with its facts, the others recalled from their summaries.

use medloop_engine::facts::{InstanceFacts, TrackId};
use medloop_engine::fold::{self, Folded, TrackInput};
use medloop_engine::state::TrackState;
use medloop_engine::testing::Sample;
use medloop_engine::time::Instant;
use std::collections::BTreeMap;

pub(crate) fn whole(s: &InstanceFacts) -> BTreeMap<TrackId, TrackInput<'_>> {
    s.tracks.iter().map(|(id, t)| (id.clone(), TrackInput::Facts(t))).collect()
}

/// One fold as the store does it: the track at hand and those that are due with their facts, the rest recalled.
pub(crate) fn step_fold(
    s: &Sample,
    sofar: &InstanceFacts,
    known: &mut BTreeMap<TrackId, fold::TrackSummary>,
    states: &mut BTreeMap<TrackId, TrackState>,
    touched: Option<&TrackId>,
    now: Instant,
) -> Result<Folded, String> {
    let due = |id: &TrackId| states.get(id).and_then(|t| t.next_change).is_some_and(|n| n <= now);
    let inputs: BTreeMap<TrackId, TrackInput<'_>> = sofar
        .tracks
        .iter()
        .map(|(id, facts)| match known.get(id) {
            Some(summary) if touched != Some(id) && !due(id) => (id.clone(), TrackInput::Known(summary)),
            _ => (id.clone(), TrackInput::Facts(facts)),
        })
        .collect();
    let mut folded = fold::fold_with(&s.def, &sofar.campus, &sofar.order, &inputs, now);
    let stale = inputs.values().any(|t| matches!(t, TrackInput::Known(k) if k.context != folded.context));
    if stale {
        folded = fold::fold_with(&s.def, &sofar.campus, &sofar.order, &whole(sofar), now);
    }
    let given: Vec<TrackId> = folded.tracks.iter().map(|t| t.id.clone()).collect();
    for track in &folded.tracks {
        states.insert(track.id.clone(), track.clone());
    }
    let summarised: Vec<TrackId> = if stale {
        sofar.tracks.keys().cloned().collect()
    } else {
        inputs.iter().filter(|(_, t)| matches!(t, TrackInput::Facts(_))).map(|(id, _)| id.clone()).collect()
    };
    states.retain(|id, _| given.contains(id) || !summarised.contains(id));
    if folded.summaries.len() != summarised.len() {
        return Err(format!("{} summaries of {} tracks", folded.summaries.len(), summarised.len()));
    }
    for (id, summary) in summarised.into_iter().zip(&folded.summaries) {
        let text = serde_json::to_string(summary).map_err(|e| e.to_string())?;
        let back: fold::TrackSummary = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        if back != *summary {
            return Err(format!("a summary does not survive JSON: {text}"));
        }
        known.insert(id, back);
    }
    Ok(folded)
}
