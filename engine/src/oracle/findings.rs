//! Findings on a node that happened (§9).

use super::case::Case;
use super::walk::{Entry, Kind, Place};
use crate::facts::TrackId;
use crate::staff::Doubt;
use crate::state::Finding;

impl Case<'_> {
    pub(super) fn findings(&self, track: &TrackId, place: &Place<'_>) -> Vec<Finding> {
        let mut out = Vec::new();
        let (Some(node), Some(first)) = (self.node(place.node), place.occs.first()) else { return out };
        let fact = first.fact;
        let unassigned = place.kind == Kind::Unassigned;
        for wanted in node.fields.iter().filter(|f| f.required) {
            let bad = fact.bad.iter().any(|b| b.field == wanted.field);
            if !fact.fields.contains_key(&wanted.field) && !bad {
                out.push(Finding::FieldMissing(wanted.field.clone()));
            }
        }
        for bad in fact.bad.iter().filter(|b| node.fields.iter().any(|f| f.field == b.field)) {
            out.push(Finding::FieldInvalid(bad.field.clone(), bad.text.clone()));
        }
        if let Some(role) = fact.actor.as_ref().and_then(|a| a.role.clone())
            && !node.roles.is_empty()
        {
            let included =
                self.def.roles.iter().find(|(code, _)| code.as_str() == &*role).map(|(_, r)| &r.includes);
            let fits = node.roles.iter().any(|wanted| {
                wanted.as_str() == &*role || included.is_some_and(|list| list.contains(wanted))
            });
            if !fits {
                out.push(Finding::WrongRole(role));
            }
        }
        for doubtful in &fact.doubts {
            let field = doubtful.field.clone();
            if field.as_ref().is_some_and(|f| node.fields.iter().all(|n| n.field != *f)) {
                continue;
            }
            out.push(match doubtful.doubt {
                Doubt::NameAsCode => Finding::NameAsCode(field),
                Doubt::Unknown => Finding::UnknownPerson(field),
            });
        }
        if !unassigned && !node.repeated {
            let same = place.occs.iter().filter(|o| o.rank == first.rank).count();
            if same > 1 {
                out.push(Finding::Repeated(u32::try_from(same).unwrap_or(u32::MAX)));
            }
            for other in place.occs.iter().filter(|o| o.rank != first.rank) {
                if self.diff(other.fact.at, fact.at).0 != 0 {
                    out.push(Finding::SourceDiffers(other.fact.system.clone()));
                }
            }
        }
        if place.within.branch && !unassigned {
            out.push(Finding::BranchNotTaken);
        }
        if let (Kind::Plain, Entry::Running(before, at)) = (place.kind, place.entry)
            && self.diff(fact.at, at).0 < 0
        {
            out.push(Finding::OutOfOrder(before));
        }
        if unassigned && let Some(scope) = self.def.scope(node.scope) {
            out.push(Finding::Unassigned(scope.field.clone()));
        }
        if !unassigned && !node.negative {
            let cancels = [self.first_cancel(&TrackId::order()), self.first_cancel(track)];
            let after =
                |o: &super::case::Occ<'_>| cancels.iter().flatten().any(|c| self.diff(o.fact.at, *c).0 > 0);
            if place.occs.iter().any(after) {
                out.push(Finding::ExecAfterCancel);
            }
        }
        if let (Some(recorded), Some(limit)) = (fact.recorded, self.def.backfill_after) {
            let delay = self.diff(recorded, fact.at);
            if delay > limit {
                out.push(Finding::Backfilled(delay));
            }
        }
        out
    }
}
