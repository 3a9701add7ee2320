//! Remarks on the record of a node that happened.

use super::moments::{difference, later};
use super::side::{Occurrence, Side};
use super::walk::Entry;
use crate::graph::{Definition, Node, ScopeIx};
use crate::name::RoleCode;
use crate::staff::{Doubt, Doubtful};
use crate::state::Finding;
use crate::time::{Moment, Zone};

/// Beyond the record itself, what is wrong with where and when it happened.
pub(super) struct Circumstance<'a> {
    /// It belongs to a branch that was not taken.
    pub(super) branch: bool,
    /// After which node it stands in the flow, and when that happened.
    pub(super) entry: Entry,
    /// The first cancel that acts on it.
    pub(super) cancels: &'a [Moment],
    /// It lacks the value that would tell its track.
    pub(super) unassigned: bool,
}

/// The findings about one round of a node, in their fixed order.
pub(super) fn findings(
    def: &Definition,
    zone: &Zone,
    side: &Side<'_>,
    node: &Node,
    hits: &[Occurrence],
    around: &Circumstance<'_>,
) -> Vec<Finding> {
    let mut out = Vec::new();
    let Some((first, fact)) = hits.first().and_then(|o| side.fact(o).map(|f| (o, f))) else { return out };
    for f in node.fields.iter().filter(|f| f.required) {
        if !fact.fields.contains_key(&f.field) && !fact.bad.iter().any(|b| b.field == f.field) {
            out.push(Finding::FieldMissing(f.field.clone()));
        }
    }
    for bad in fact.bad.iter().filter(|b| node.fields.iter().any(|f| f.field == b.field)) {
        out.push(Finding::FieldInvalid(bad.field.clone(), bad.text.clone()));
    }
    if let Some(role) = fact.actor.as_ref().and_then(|a| a.role.as_ref())
        && !node.roles.is_empty()
        && !may(def, node, role)
    {
        out.push(Finding::WrongRole(role.clone()));
    }
    let here = |d: &&Doubtful| d.field.as_ref().is_none_or(|f| node.fields.iter().any(|n| n.field == *f));
    out.extend(fact.doubts.iter().filter(here).map(|d| match d.doubt {
        Doubt::NameAsCode => Finding::NameAsCode(d.field.clone()),
        Doubt::Unknown => Finding::UnknownPerson(d.field.clone()),
    }));
    if !around.unassigned {
        if !node.repeated {
            let same = hits.iter().filter(|o| o.rank == first.rank).count();
            if same > 1 {
                out.push(Finding::Repeated(u32::try_from(same).unwrap_or(u32::MAX)));
            }
            for other in hits.iter().filter(|o| o.rank != first.rank).filter_map(|o| side.fact(o)) {
                if difference(zone, other.at, fact.at).0.0 != 0 {
                    out.push(Finding::SourceDiffers(other.system.clone()));
                }
            }
        }
        if around.branch {
            out.push(Finding::BranchNotTaken);
        }
        if let Entry::Running(before, at) = around.entry
            && later(zone, at, fact.at)
        {
            out.push(Finding::OutOfOrder(before));
        }
    }
    if around.unassigned
        && let Some(scope) = def.scope(node.scope).filter(|_| node.scope != ScopeIx::ORDER)
    {
        out.push(Finding::Unassigned(scope.field.clone()));
    }
    if !around.unassigned
        && !node.negative
        && hits
            .iter()
            .filter_map(|o| side.fact(o))
            .any(|f| around.cancels.iter().any(|c| later(zone, f.at, *c)))
    {
        out.push(Finding::ExecAfterCancel);
    }
    if let (Some(recorded), Some(after)) = (fact.recorded, def.backfill_after) {
        let (delay, _) = difference(zone, recorded, fact.at);
        if delay > after {
            out.push(Finding::Backfilled(delay));
        }
    }
    out
}

fn may(def: &Definition, node: &Node, role: &str) -> bool {
    let named = |r: &RoleCode| node.roles.contains(r);
    RoleCode::parse(role)
        .is_ok_and(|r| named(&r) || def.roles.get(&r).is_some_and(|r| r.includes.iter().any(named)))
}
