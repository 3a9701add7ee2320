//! Rules that say what another says already.

use super::Checker;
use super::range::range;
use crate::resolve::{Bound, BoundKind, Loop, Rule};
use crate::say;
use crate::tree::CompareOp;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The tightest bound on one operand: the least of the greatest it may be, and whose rule that is.
type Tightest<'r, 'a> = BTreeMap<(String, bool), (f64, &'r Rule<'a>)>;

impl Checker<'_, '_> {
    pub(super) fn twins(&mut self, of: &Loop<'_>) {
        let mut said: BTreeMap<String, &Rule<'_>> = BTreeMap::new();
        let mut left: Vec<&Rule<'_>> = Vec::new();
        for rule in &of.rules {
            let Some(check) = rule.check.as_ref().filter(|c| is_whole(c)) else { continue };
            let whole = format!("{}|{}", applies(rule), key(check));
            match said.get(&whole) {
                Some(twin) => {
                    let (a, b) = (&rule.tree.name.text, &twin.tree.name.text);
                    let message =
                        say!("规则“{a}”与“{b}”说的是同一件事", "the rules `{a}` and `{b}` say the same");
                    let warning = self.warning("E0511", rule.tree.name.span, message);
                    self.push(warning.label(twin.tree.name.span, say!("另一条", "the other")));
                }
                None => {
                    said.insert(whole, rule);
                    left.push(rule);
                }
            }
        }
        self.weaker(of, &left);
    }

    /// A bound on what another rule bounds as tightly or more, no graver: it is never the first to be broken.
    fn weaker(&mut self, of: &Loop<'_>, rules: &[&Rule<'_>]) {
        let mut tightest: Tightest<'_, '_> = BTreeMap::new();
        for rule in rules {
            let Some((what, (_, high))) = bounded(of, rule) else { continue };
            match tightest.get(&what) {
                Some((other, _)) if *other <= high => {}
                _ => {
                    tightest.insert(what, (high, rule));
                }
            }
        }
        for rule in rules {
            let Some((what, (low, _))) = bounded(of, rule) else { continue };
            let Some((high, tight)) = tightest.get(&what) else { continue };
            let graver = rule.severity > tight.severity;
            if std::ptr::eq(*tight, *rule) || graver || low < *high {
                continue;
            }
            let (a, b) = (&rule.tree.name.text, &tight.tree.name.text);
            let message = say!(
                "规则“{a}”不比“{b}”严，级别也不更高：违反它时“{b}”早已违反",
                "the rule `{a}` is no stricter than `{b}` and no graver: whenever it is broken `{b}` was broken before"
            );
            let warning = self.warning("E0515", rule.tree.name.span, message);
            self.push(warning.label(tight.tree.name.span, say!("更严的一条", "the stricter one")));
        }
    }
}

fn applies(rule: &Rule<'_>) -> String {
    rule.applies.as_ref().map(key).unwrap_or_default()
}

/// What a rule bounds, whether from above, and its bound as it may be set; downward bounds are turned round.
fn bounded(of: &Loop<'_>, rule: &Rule<'_>) -> Option<((String, bool), (f64, f64))> {
    let BoundKind::Compare(op, a, b) = &rule.check.as_ref()?.kind else { return None };
    let (operand, bound, up) = match op {
        CompareOp::Le | CompareOp::Lt => (a, b, true),
        CompareOp::Ge | CompareOp::Gt => (a, b, false),
        _ => return None,
    };
    let (operand, bound, up) = match range(of, bound) {
        Some(_) => (operand, bound, up),
        None => (bound, operand, !up),
    };
    let (low, high) = range(of, bound)?;
    let strict = matches!(op, CompareOp::Lt | CompareOp::Gt);
    let what = format!("{strict}|{}|{}", applies(rule), key(operand));
    Some(((what, up), if up { (low, high) } else { (-high, -low) }))
}

fn is_whole(e: &Bound) -> bool {
    let mut whole = true;
    e.walk(&mut |e| whole &= !matches!(e.kind, BoundKind::Wrong));
    whole
}

/// Whether two expressions say the same, wherever they stand.
pub(super) fn same(a: &Bound, b: &Bound) -> bool {
    key(a) == key(b)
}

/// What an expression says, without its places.
pub(super) fn key(e: &Bound) -> String {
    let mut out = String::new();
    put(e, &mut out);
    out
}

fn put(e: &Bound, out: &mut String) {
    let head = match &e.kind {
        BoundKind::Patient(of, _) => format!("patient {of:?}"),
        BoundKind::Lookup(table, _) => format!("lookup {table:?}"),
        BoundKind::Length(table, _) => format!("length {table:?}"),
        BoundKind::Not(_) => "not".to_owned(),
        BoundKind::Negative(_) => "minus".to_owned(),
        BoundKind::And(_) => "and".to_owned(),
        BoundKind::Or(_) => "or".to_owned(),
        BoundKind::List(_) => "list".to_owned(),
        BoundKind::Compare(op, ..) => format!("{op:?}"),
        BoundKind::Sum(_, rest) => rest.iter().map(|(plus, _)| if *plus { '+' } else { '-' }).collect(),
        BoundKind::Every(node, _) => format!("every {node:?}"),
        BoundKind::Any(node, _) => format!("any {node:?}"),
        BoundKind::EachTrack(scope, _) => format!("each {scope:?}"),
        BoundKind::AnyTrack(scope, _) => format!("some {scope:?}"),
        BoundKind::Total(..) => "total".to_owned(),
        BoundKind::Distinct(..) => "distinct".to_owned(),
        leaf => format!("{leaf:?}"),
    };
    let _ = write!(out, "({head}");
    for child in e.children() {
        out.push(' ');
        put(child, out);
    }
    out.push(')');
}
