//! Nodes, endings, rules, params and measures of the graph.

use super::expr::Lower;
use crate::resolve::{self, AlertPart};
use medloop_engine::graph::{self, Ending, Limit, Measure, Node, NodeField, Param, Plan, Rule, Trigger};
use medloop_engine::keyed::Keyed;

pub(super) fn param(p: &resolve::Param<'_>) -> Option<Param> {
    Some(Param {
        code: p.code.clone()?,
        name: p.tree.name.text.clone(),
        value: p.value.clone()?,
        range: p.range.clone(),
        basis: p.tree.basis.as_ref().map(|t| t.value.clone()),
    })
}

pub(super) fn measure(m: &resolve::Measure<'_>) -> Option<Measure> {
    Some(Measure {
        code: m.code.clone()?,
        name: m.tree.name.text.clone(),
        from: m.from?,
        to: m.to?,
        target: m.target,
    })
}

impl Lower<'_> {
    fn triggers(&self, triggers: &[resolve::Trigger]) -> Option<Vec<Trigger>> {
        let one = |t: &resolve::Trigger| {
            let guard = match &t.guard {
                Some(guard) => Some(self.expr(guard)?),
                None => None,
            };
            Some(Trigger { event: t.event.clone(), systems: t.systems.clone(), guard })
        };
        triggers.iter().map(one).collect()
    }

    pub(super) fn node(&self, n: &resolve::Node<'_>) -> Option<Node> {
        let field =
            |f: &resolve::NodeField| NodeField { field: f.field.clone(), required: f.required, link: f.link };
        Some(Node {
            code: n.code.clone()?,
            name: n.name.to_owned(),
            doc: n.tree.doc.clone(),
            scope: n.scope,
            optional: n.optional,
            repeated: n.repeated,
            negative: n.negative,
            triggers: self.triggers(&n.triggers)?,
            roles: n.roles.clone(),
            stage: n.stage?,
            icon: n.icon.to_owned(),
            fields: n.fields.iter().map(field).collect(),
            limit: match &n.limit {
                Some(limit) => Some(Limit { by: self.by(n.limit_by.as_ref())?, ..limit.clone() }),
                None => None,
            },
            plan: match &n.plan {
                Some(p) => Some(Plan {
                    node: p.node,
                    field: p.field.clone(),
                    from: p.from,
                    to: p.to,
                    missed: p.missed,
                    by: self.by(p.by.as_ref())?,
                }),
                None => None,
            },
        })
    }

    fn by(&self, by: Option<&resolve::Keyed>) -> Option<Option<Keyed>> {
        match by {
            Some(by) => self.keyed(by).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn ending(&self, e: &resolve::Ending<'_>) -> Option<Ending> {
        Some(Ending {
            kind: e.kind,
            triggers: self.triggers(&e.triggers)?,
            before: e.before,
            effective: e.effective.clone(),
            resume: self.triggers(&e.resume)?,
            successor: e.successor.clone(),
        })
    }

    pub(super) fn rule(&self, r: &resolve::Rule<'_>) -> Option<Rule> {
        let part = |p: &AlertPart<'_>| match p {
            AlertPart::Text(text) => Some(graph::AlertPart::Text((*text).to_owned())),
            AlertPart::Key => Some(graph::AlertPart::Key),
            AlertPart::Value(e) => self.expr(e).map(graph::AlertPart::Value),
        };
        self.ties.set(r.ties.unwrap_or(true));
        let applies = match &r.applies {
            Some(e) => Some(self.expr(e)?),
            None => None,
        };
        let alert = match &r.alert {
            Some(parts) => Some(parts.iter().map(part).collect::<Option<_>>()?),
            None => None,
        };
        Some(Rule {
            code: r.code.clone()?,
            name: r.tree.name.text.clone(),
            doc: r.tree.doc.clone(),
            scope: r.scope,
            severity: r.severity?,
            applies,
            check: self.expr(r.check.as_ref()?)?,
            text: r.text.to_owned(),
            missing_violates: r.missing_violates,
            ties: r.ties,
            alert,
            escalate: r.escalate.clone(),
            basis: r.basis.map(str::to_owned),
        })
    }
}
