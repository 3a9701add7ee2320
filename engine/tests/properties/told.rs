//! Samples and states as text, and what differs between two states.

use medloop_engine::facts::TrackId;
use medloop_engine::state::{Because, InstanceState, NodeStatus, TrackState, What};
use medloop_engine::testing::Sample;
use medloop_engine::time::{Instant, Span};
use std::fmt::{self, Write};

/// A failure whose lines stand as they are.
pub(crate) struct Told(pub(crate) String);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sample, compactly.
pub(crate) fn told(sample: &Sample) -> String {
    let mut out = String::new();
    let d = &sample.def;
    let _ = writeln!(out, "flow {:?}", d.flow);
    for (i, g) in d.guards.iter().enumerate() {
        let _ = writeln!(out, "guard {i} {g:?}");
    }
    for (i, s) in d.scopes.iter().enumerate() {
        let _ = writeln!(out, "scope {} {:?} count {:?} until_stop {}", i + 1, s.flow, s.count, s.until_stop);
    }
    for (i, n) in d.nodes.iter().enumerate() {
        let flags = [(n.optional, "?"), (n.repeated, "+"), (n.negative, "-")];
        let flags: String = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
        let fields: Vec<String> =
            n.fields.iter().map(|f| format!("{}{}", f.field, if f.required { "!" } else { "" })).collect();
        let _ = writeln!(
            out,
            "node {i}{flags} scope {} limit {:?} plan {:?} roles {:?} fields {fields:?}",
            n.scope.0, n.limit, n.plan, n.roles
        );
    }
    for (i, e) in d.endings.iter().enumerate() {
        let _ = writeln!(
            out,
            "ending {i} {:?} before {:?} effective {:?} successor {:?}",
            e.kind, e.before, e.effective, e.successor
        );
    }
    for (i, a) in d.asks.iter().enumerate() {
        let _ = writeln!(out, "ask {i} {a:?}");
    }
    for (i, g) in d.gathers.iter().enumerate() {
        let _ = writeln!(out, "gather {i} {g:?}");
    }
    for r in &d.rules {
        let _ = writeln!(
            out,
            "rule {} scope {} {:?} ties {:?} missing {} applies {:?}\n     check {:?}",
            r.code, r.scope.0, r.severity, r.ties, r.missing_violates, r.applies, r.check
        );
    }
    let _ = writeln!(
        out,
        "starts {:?} interrupt {:?} seal {:?} backfill {:?}",
        d.starts.nodes, d.interrupt, d.seal, d.backfill_after
    );
    for c in d.campuses.values() {
        let _ = writeln!(
            out,
            "campus {:?} params {:?} off {:?} unavailable {:?}",
            c.zone.name, c.params, c.off, c.unavailable
        );
    }
    let order = TrackId::order();
    let tracks = std::iter::once((&order, &sample.facts.order)).chain(&sample.facts.tracks);
    for (id, track) in tracks {
        for (i, f) in track.facts.iter().enumerate() {
            let _ = writeln!(
                out,
                "fact {}{:?}[{i}]{} {:?} {:?} seq {} {}/{} began {:?} recorded {:?} actor {:?} fields {:?} bad {:?}",
                id.scope.0,
                id.value,
                if f.dead { " dead" } else { "" },
                f.hits,
                when(f.at.at),
                f.sequence,
                format_args!("{:?}", f.at.precision),
                f.event.id,
                f.began,
                f.recorded,
                f.actor,
                f.fields,
                f.bad
            );
        }
    }
    let _ = writeln!(out, "now {}", when(sample.now));
    out
}

pub(crate) fn when(at: Instant) -> String {
    format!("{}({})", medloop_engine::time::Zone::fixed("UTC", 0).rfc3339(at), at.0)
}

/// A state without what the oracle does not say: the next change, and the words for a value.
pub(crate) fn plain(mut state: InstanceState) -> InstanceState {
    state.next_change = None;
    for track in &mut state.tracks {
        plain_track(track);
    }
    state
}

pub(crate) fn plain_track(track: &mut TrackState) {
    track.next_change = None;
    for rule in &mut track.rules {
        let mut because = &mut rule.because;
        while let Because::OnTrack(_, inner) = because {
            because = inner;
        }
        if let Because::Compared(seen) = because {
            for s in seen {
                s.what = What::Done;
            }
        }
    }
}

/// Without what moves with the clock all the time.
pub(crate) fn still(state: InstanceState) -> InstanceState {
    let mut state = plain(state);
    for node in state.tracks.iter_mut().flat_map(|t| &mut t.nodes) {
        if matches!(node.status, NodeStatus::Due | NodeStatus::Overdue) {
            node.timing.elapsed = None;
            node.timing.late_by = Span::ZERO;
        }
    }
    state
}

/// What differs between two states, line by line.
pub(crate) fn difference(fold: &InstanceState, oracle: &InstanceState) -> Result<(), String> {
    if fold == oracle {
        return Ok(());
    }
    let lines = |s: &InstanceState| -> Vec<String> {
        let mut out = vec![format!(
            "instance {:?} opened {:?} closed {:?} by {:?}",
            s.status, s.opened_at, s.closed_at, s.ended_by
        )];
        for t in &s.tracks {
            out.push(format!(
                "track {}{:?} {:?} ended {:?} by {:?} replaced by {:?}",
                t.id.scope.0, t.id.value, t.status, t.ended_at, t.ended_by, t.replaced_by
            ));
            out.extend(t.nodes.iter().map(|n| format!("  {n:?}")));
            out.extend(t.rules.iter().map(|r| format!("  {r:?}")));
        }
        out
    };
    let (f, o) = (lines(fold), lines(oracle));
    let mut text = String::new();
    for i in 0..f.len().max(o.len()) {
        let (a, b) = (f.get(i), o.get(i));
        if a != b {
            let _ = writeln!(text, "fold   {}\noracle {}", a.map_or("-", |x| x), b.map_or("-", |x| x));
        }
    }
    Err(text)
}
