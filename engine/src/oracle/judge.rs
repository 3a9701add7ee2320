//! Whether a track has ended, when, whether it is defective or interrupted (§4, §6).

use super::case::Case;
use super::instance::{Card, Judged};
use super::walk::{EachPlace, Entry, Kind};
use crate::facts::TrackId;
use crate::graph::Severity;
use crate::name::FieldCode;
use crate::state::{Finding, NodeStatus, Reason, RuleState, Status, Verdict};
use crate::time::Instant;

/// Still expected, so far as the status says.
fn expected(card: &Card<'_>) -> bool {
    matches!(card.status, NodeStatus::Pending | NodeStatus::Due | NodeStatus::Overdue)
}

/// Not happened, mandatory, of the last round.
fn mandatory<'c, 'a>(case: &'c Case<'a>, cards: &'c [Card<'a>]) -> impl Iterator<Item = &'c Card<'a>> {
    cards.iter().filter(|c| c.place.occs.is_empty() && c.place.last && !case.is_optional(&c.place))
}

/// Whether a scope has ended, before optional nodes are skipped.
pub(super) fn has_ended(case: &Case<'_>, cards: &[Card<'_>], eaches: &[EachPlace<'_>]) -> bool {
    let forced = !case.forces(&TrackId::order()).is_empty();
    let settled = |e: &EachPlace<'_>| {
        let w = &e.within;
        let taken = forced && e.tracks.is_empty();
        e.complete || w.later || w.branch || w.ended.is_some() || w.optional || taken
    };
    mandatory(case, cards).all(|c| !expected(c)) && eaches.iter().all(settled)
}

/// The latest instant on one track that its end may have.
pub(super) fn last_instant(case: &Case<'_>, id: &TrackId, cards: &[Card<'_>]) -> Option<Instant> {
    let own = cards.iter().filter(|c| c.place.kind != Kind::Unassigned);
    let occurrences = own.flat_map(|c| {
        let count = if c.place.kind == Kind::Negative { c.place.occs.len() } else { 1 };
        c.place.occs.iter().take(count).map(|o| o.fact.at.at)
    });
    occurrences.chain(case.forces(id).first().map(|f| f.at.at)).max()
}

/// Something mandatory is missing, a required field did not come or was refused, or a rule of some weight is broken.
pub(super) fn defective(case: &Case<'_>, track: &Judged<'_>, rules: &[RuleState]) -> bool {
    let cards = &track.cards;
    let replaced = case.replaced(&track.id).is_some();
    let missing = mandatory(case, cards).any(|c| c.status == NodeStatus::Missing);
    let field = cards.iter().any(|c| {
        let counts = c.place.last && c.place.kind != Kind::Unassigned;
        let required = |field: &FieldCode| {
            let node = case.node(c.place.node);
            node.is_some_and(|n| n.fields.iter().any(|f| f.required && f.field == *field))
        };
        let lacking = |f: &Finding| match f {
            Finding::FieldMissing(_) => true,
            Finding::FieldInvalid(field, _) => required(field),
            _ => false,
        };
        counts && c.findings.iter().any(lacking)
    });
    let broken = rules.iter().any(|r| {
        let grave = case.def.rules.get(usize::from(r.rule)).is_some_and(|d| d.severity >= Severity::Medium);
        grave && r.verdict == Verdict::Violated
    });
    broken || (!replaced && (missing || field))
}

/// Overdue, or due without a judged standard, for longer than 中断 allows.
pub(super) fn interrupted(case: &Case<'_>, cards: &[Card<'_>]) -> bool {
    let Some(patience) = case.def.interrupt else { return false };
    mandatory(case, cards).any(|c| {
        let since = match c.status {
            NodeStatus::Overdue => c.clocked.overdue_since,
            NodeStatus::Due if c.place.kind == (Kind::Standing { beside: true }) => None,
            NodeStatus::Due if !c.clocked.by_plan && !c.clocked.by_limit => match c.place.entry {
                Entry::Running(_, moment) => Some(moment.at),
                _ => None,
            },
            _ => None,
        };
        since.is_some_and(|s| case.length(patience, s).is_some_and(|d| case.now >= s.plus(d)))
    })
}

/// Whether an ending took a mandatory node.
pub(super) fn took(case: &Case<'_>, cards: &[Card<'_>], reason: &Reason) -> bool {
    mandatory(case, cards).any(|c| c.reason.as_ref() == Some(reason))
}

/// The status of one track.
pub(super) fn track_status(case: &Case<'_>, track: &Judged<'_>, rules: &[RuleState]) -> Status {
    let cards = &track.cards;
    if took(case, cards, &Reason::Cancelled) {
        Status::Cancelled
    } else if took(case, cards, &Reason::Superseded) {
        Status::Superseded
    } else if took(case, cards, &Reason::Stopped) && !(case.begun(&track.id) && defective(case, track, rules))
    {
        Status::Stopped
    } else if took(case, cards, &Reason::Excused) {
        Status::Excused
    } else if case.replaced(&track.id).is_some() {
        Status::Replaced
    } else if !track.complete && track.interrupted {
        Status::Interrupted
    } else if track.ended && defective(case, track, rules) {
        Status::ClosedWithDefects
    } else if track.ended {
        Status::Closed
    } else {
        Status::Open
    }
}
