//! A node, param, rule or measure that restates one of a fragment: what it says counts, what it leaves out stays.

use crate::tree::{LoopItem, Measure, Name, Node, NodeClause, Param, Rule, RuleClause};
use std::mem::{Discriminant, discriminant};

/// Whether `own` restates `theirs`: the same kind of statement under the name or the code of the other.
pub(super) fn restates(own: &LoopItem, theirs: &LoopItem) -> bool {
    let (Some((name, _)), Some((their_name, their_code))) = (head(own), head(theirs)) else {
        return false;
    };
    discriminant(own) == discriminant(theirs)
        && (name.text == their_name.text || their_code.is_some_and(|code| code.text == name.text))
}

/// Name and code of a statement that can be restated.
pub(super) fn head(item: &LoopItem) -> Option<(&Name, Option<&Name>)> {
    Some(match item {
        LoopItem::Node(n) => (&n.name, n.code.as_ref()),
        LoopItem::Param(p) => (&p.name, p.code.as_ref()),
        LoopItem::Rule(r) => (&r.name, r.code.as_ref()),
        LoopItem::Measure(m) => (&m.name, m.code.as_ref()),
        _ => return None,
    })
}

/// `theirs` with what `own` says written over it.
pub(super) fn restated(own: LoopItem, theirs: LoopItem) -> LoopItem {
    match (own, theirs) {
        (LoopItem::Node(own), LoopItem::Node(theirs)) => LoopItem::Node(node(own, theirs)),
        (LoopItem::Rule(own), LoopItem::Rule(theirs)) => LoopItem::Rule(rule(own, theirs)),
        (LoopItem::Param(own), LoopItem::Param(theirs)) => LoopItem::Param(Param {
            doc: either(own.doc, theirs.doc),
            name: name(own.name, theirs.name),
            code: own.code.or(theirs.code),
            range: own.range.or(theirs.range),
            basis: own.basis.or(theirs.basis),
            ..own
        }),
        (LoopItem::Measure(own), LoopItem::Measure(theirs)) => LoopItem::Measure(Measure {
            doc: either(own.doc, theirs.doc),
            name: name(own.name, theirs.name),
            code: own.code.or(theirs.code),
            target: own.target.or(theirs.target),
            basis: own.basis.or(theirs.basis),
            ..own
        }),
        (own, _) => own,
    }
}

fn either(own: String, theirs: String) -> String {
    if own.is_empty() { theirs } else { own }
}

/// The name stays as the fragment has it, for its flow and rules say it; the place is that of the restatement.
fn name(own: Name, theirs: Name) -> Name {
    Name { text: theirs.text, span: own.span }
}

fn node(own: Node, theirs: Node) -> Node {
    let mut clauses = theirs.clauses;
    let said: Vec<(Discriminant<NodeClause>, Option<bool>)> = own.clauses.iter().map(kind).collect();
    clauses.retain(|c| !said.contains(&kind(c)));
    let mut named: Vec<String> = Vec::new();
    for clause in &own.clauses {
        if let NodeClause::Fields { fields, .. } = clause {
            named.extend(fields.iter().map(|(f, _)| f.text.clone()));
        }
    }
    // A field that moves from 可填 to 必填, or back, is said once.
    for clause in &mut clauses {
        if let NodeClause::Fields { fields, .. } = clause {
            fields.retain(|(f, _)| !named.contains(&f.text));
        }
    }
    clauses.extend(own.clauses);
    Node {
        doc: either(own.doc, theirs.doc),
        name: name(own.name, theirs.name),
        code: own.code.or(theirs.code),
        clauses,
        span: own.span,
    }
}

fn kind(clause: &NodeClause) -> (Discriminant<NodeClause>, Option<bool>) {
    let required = if let NodeClause::Fields { required, .. } = clause { Some(*required) } else { None };
    (discriminant(clause), required)
}

fn rule(own: Rule, theirs: Rule) -> Rule {
    let said: Vec<Discriminant<RuleClause>> = own.clauses.iter().map(discriminant).collect();
    let mut clauses = theirs.clauses;
    clauses.retain(|c| !said.contains(&discriminant(c)));
    clauses.extend(own.clauses);
    Rule {
        doc: either(own.doc, theirs.doc),
        name: name(own.name, theirs.name),
        code: own.code.or(theirs.code),
        clauses,
        span: own.span,
    }
}
