//! Folds as the store does them: one track with its facts, the others recalled from their summaries.

use medloop_engine::facts::{InstanceFacts, TrackFacts, TrackId};
use medloop_engine::fold::{self, Folded, Others, Recalled, Rest, TrackSummary};
use medloop_engine::state::TrackState;
use medloop_engine::testing::Sample;
use medloop_engine::time::Instant;
use std::collections::BTreeMap;

/// The sample with every track several times, under other values: more than are summed one by one.
pub(crate) fn crowded(s: &Sample, times: usize) -> Sample {
    let mut out = s.clone();
    for (id, facts) in &s.facts.tracks {
        for n in 1..times {
            let value = format!("{}.{n}", id.value).into();
            out.facts.tracks.insert(TrackId { scope: id.scope, value }, facts.clone());
        }
    }
    out
}

/// One fold as the store does it: the track at hand and those that are due with their facts, the rest recalled.
pub(crate) fn step_fold(
    s: &Sample,
    sofar: &InstanceFacts,
    known: &mut Recalled,
    states: &mut BTreeMap<TrackId, TrackState>,
    touched: Option<&TrackId>,
    now: Instant,
) -> Result<Folded, String> {
    let due = known.due(now);
    let given: Vec<(&TrackId, &TrackFacts)> = sofar
        .tracks
        .iter()
        .filter(|(id, _)| touched == Some(*id) || due.contains(id) || known.get(id).is_none())
        .collect();
    let mut folded =
        fold::fold_with(&s.def, &sofar.campus, &sofar.order, Others::of(known), given.iter().copied(), now);
    let mut summarised: Vec<TrackId> = given.iter().map(|(id, _)| (*id).clone()).collect();
    if folded.stale {
        folded = fold::fold_with(&s.def, &sofar.campus, &sofar.order, Others::of(known), &sofar.tracks, now);
        summarised = sofar.tracks.keys().cloned().collect();
    }
    for id in &summarised {
        states.remove(id);
    }
    states.extend(folded.tracks.iter().map(|track| (track.id.clone(), track.clone())));
    if folded.summaries.len() != summarised.len() {
        return Err(format!("{} summaries of {} tracks", folded.summaries.len(), summarised.len()));
    }
    for summary in &folded.summaries {
        let text = serde_json::to_string(summary).map_err(|e| e.to_string())?;
        let back: TrackSummary = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        let back = TrackSummary { id: summary.id.clone(), ..back };
        if back != *summary {
            return Err(format!("a summary does not survive JSON: {text}"));
        }
        let rest = Rest { due: back.next_change, held: false };
        known.set(back, rest);
    }
    Ok(folded)
}
