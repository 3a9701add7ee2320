//! Params that nothing uses.

use super::Checker;
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use medloop_engine::graph::{Length, ParamIx};
use std::collections::BTreeSet;

impl Checker<'_, '_> {
    /// A limit that a campus may set, and that limits nothing, would pass for one that is kept.
    pub(super) fn unused(&mut self, of: &Loop<'_>) {
        if of.file.broken {
            return;
        }
        let mut used: BTreeSet<u16> = BTreeSet::new();
        let mut length = |l: &Length| {
            if let Length::Param(ParamIx(ix)) | Length::Minus(ParamIx(ix)) = l {
                used.insert(*ix);
            }
        };
        for node in &of.nodes {
            node.limit.iter().for_each(|l| length(&l.length));
            if let Some(plan) = &node.plan {
                let all = [Some(&plan.from), Some(&plan.to), plan.missed.as_ref()];
                all.into_iter().flatten().for_each(&mut length);
            }
        }
        of.interrupt.iter().chain(&of.seal).for_each(&mut length);
        of.measures.iter().filter_map(|m| m.target.as_ref()).for_each(&mut length);
        of.rules.iter().flat_map(|r| &r.escalate).for_each(|(l, _)| length(l));
        let triggers = of.nodes.iter().flat_map(|n| &n.triggers);
        let endings = of.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
        let guards = triggers.chain(endings).filter_map(|t| t.guard.as_ref());
        let flow = of.guards.iter().filter_map(|g| g.bound.as_ref());
        let counts = of.scopes.iter().filter_map(|s| s.count.as_ref());
        let rules = of.rules.iter().flat_map(|r| {
            let alert = r.alert.iter().flatten().filter_map(|p| p.value());
            r.applies.iter().chain(&r.check).chain(alert)
        });
        let all: Vec<&Bound> =
            guards.chain(flow).chain(counts).chain(rules).chain(&of.starts.guard).collect();
        for e in all {
            e.walk(&mut |e| {
                if let BoundKind::Param(ParamIx(ix)) = e.kind {
                    used.insert(ix);
                }
            });
        }
        for (i, param) in of.params.iter().enumerate() {
            let told = param.value.is_none() || crate::fragments::is_far(param.tree.name.span);
            if !told && u16::try_from(i).is_ok_and(|ix| !used.contains(&ix)) {
                let word = &param.tree.name.text;
                let message = say!("参数“{word}”没有用到", "nothing uses the param `{word}`");
                let help = say!(
                    "写进时限、计划或规则，或删去",
                    "put it into a limit, a plan or a rule, or delete it"
                );
                let warning = self.warning("E0516", param.tree.name.span, message).help(help);
                self.push(warning);
            }
        }
    }
}
