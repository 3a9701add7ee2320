//! What no campus lets happen: rules and plans that hang on nodes which are off or unavailable everywhere.

use crate::diagnostic::{Diagnostic, Span, Words};
use crate::say;
use crate::tree::{File, LoopItem};
use crate::written::{self, Written, called, statement};
use crate::yaml::{Deviation, Item};
use medloop_engine::graph::{CampusSettings, Definition, Expr, Node, NodeIx, Plan, Rule};

/// Says as warnings which rules never alert and which plans never count, once campuses have set what they set.
pub(crate) fn idle(files: &[File], definitions: &[Definition], deviations: &[Deviation]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for of in definitions {
        let settings: Vec<&CampusSettings> = of.campuses.values().collect();
        if settings.is_empty() || settings.iter().any(|s| s.off.is_empty() && s.unavailable.is_empty()) {
            continue;
        }
        let idle = Idle { files, of, deviations };
        for rule in &of.rules {
            let mut named = Vec::new();
            needed(&rule.check, &mut named);
            let lacking = settings.iter().map(|s| named.iter().copied().find(|node| gone(s, *node)));
            found.extend(lacking.collect::<Option<Vec<_>>>().and_then(|lacking| idle.rule(rule, lacking)));
        }
        for (ix, node) in of.nodes() {
            // Where the node itself is not done nothing waits for its plan.
            let mut there = settings.iter().filter(|s| !gone(s, ix)).peekable();
            let plan = node.plan.as_ref().filter(|plan| plan.node != ix && there.peek().is_some());
            if let Some(plan) = plan.filter(|plan| there.all(|s| gone(s, plan.node))) {
                found.extend(idle.plan(node, plan));
            }
        }
    }
    found
}

fn gone(campus: &CampusSettings, node: NodeIx) -> bool {
    campus.off.contains_key(&node) || campus.unavailable.contains_key(&node)
}

struct Idle<'a> {
    files: &'a [File],
    of: &'a Definition,
    deviations: &'a [Deviation],
}

impl Idle<'_> {
    /// A rule, with a node for each campus that is not done there.
    fn rule(&self, rule: &Rule, mut lacking: Vec<NodeIx>) -> Option<Diagnostic> {
        let written = statement(self.files, self.of, |item| match item {
            LoopItem::Rule(r) if called(&r.name, r.code.as_ref(), (rule.code.as_str(), &rule.name)) => {
                Some(r.name.span)
            }
            _ => None,
        })?;
        lacking.sort_unstable();
        lacking.dedup();
        let names: Vec<&str> =
            lacking.iter().filter_map(|ix| self.of.node(*ix)).map(|n| n.name.as_str()).collect();
        let (word, zh, en) = (&rule.name, names.join("”、“"), names.join("`, `"));
        let message = say!(
            "规则“{word}”永远不会告警：每个院区都没有它要看的环节“{zh}”",
            "the rule `{word}` never alerts: no campus has the node that it looks at, `{en}`"
        );
        Some(self.settings("E0517", &written, message, &lacking))
    }

    /// A node whose planned time no campus records.
    fn plan(&self, node: &Node, plan: &Plan) -> Option<Diagnostic> {
        let Written { file, found, fragment } = written::node(self.files, self.of, node)?;
        let written = Written { file, found: written::plan(found), fragment };
        let (word, from) = (&node.name, &self.of.node(plan.node)?.name);
        let message = say!(
            "环节“{word}”的计划从不起作用：记录计划时间的环节“{from}”各院区都没有",
            "the plan of the node `{word}` never counts: no campus has the node `{from}`, which records the planned time"
        );
        Some(self.settings("E0519", &written, message, &[plan.node]))
    }

    /// A warning that points at where campuses say that they do not do these nodes.
    fn settings(
        &self,
        code: &'static str,
        at: &Written<'_, Span>,
        message: Words,
        nodes: &[NodeIx],
    ) -> Diagnostic {
        let mut warning = Diagnostic::warning(code, at.file, at.found, message);
        if at.fragment {
            let of = &self.of.name;
            warning = warning.help(say!("说的是闭环“{of}”", "this is about the loop `{of}`"));
        }
        let named = |name: &str| {
            let mut nodes = nodes.iter().filter_map(|ix| self.of.node(*ix));
            nodes.any(|n| n.name == name || n.code.as_str() == name)
        };
        let own = self.deviations.iter().filter(|d| d.of == self.of.name || d.of == self.of.code.as_str());
        let said = own.flat_map(|d| {
            d.items.iter().filter_map(move |(item, span)| match item {
                Item::Off { name, .. } | Item::Unavailable { name, .. } => Some((d, name.as_str(), *span)),
                Item::Param { .. } => None,
            })
        });
        said.filter(|(_, name, _)| named(name)).fold(warning, |warning, (d, _, span)| {
            warning.label_in(d.file.as_str(), span, say!("这个院区不做", "not done at this campus"))
        })
    }
}

/// The nodes that have to happen before an expression has a value.
fn needed(e: &Expr, found: &mut Vec<NodeIx>) {
    match e {
        Expr::Attr(node, ..) | Expr::Field(node, ..) => found.push(*node),
        Expr::Gap(nodes) => found.extend(nodes),
        Expr::And(all) | Expr::List(all) | Expr::Length(_, all) => all.iter().for_each(|e| needed(e, found)),
        Expr::Not(e) | Expr::Patient(_, Some(e)) | Expr::Lookup(_, e) | Expr::Matches(e, _) => {
            needed(e, found)
        }
        Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Add(a, b) | Expr::Sub(a, b) => {
            needed(a, found);
            needed(b, found);
        }
        // One part may be enough; what counts, or looks over occurrences or tracks, goes its own way.
        _ => {}
    }
}
