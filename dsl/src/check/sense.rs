//! Rules that cannot be meant: always true or always false, or said twice.

use super::Checker;
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use crate::tree::CompareOp;

impl Checker<'_, '_> {
    pub(super) fn sense(&mut self, of: &Loop<'_>) {
        for (i, rule) in of.rules.iter().enumerate() {
            let Some(check) = &rule.check else { continue };
            check.walk(&mut |e| {
                if let BoundKind::Compare(op, a, b) = &e.kind
                    && same(a, b)
                    && !matches!(a.kind, BoundKind::Wrong)
                {
                    let always = matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge);
                    let (zh, en) = if always {
                        ("总是成立", "always true")
                    } else {
                        ("总不成立", "always false")
                    };
                    let message = say!("两边相同：{zh}", "both sides are the same: {en}");
                    let warning = self.warning("E0510", e.span, message);
                    self.push(warning);
                }
            });
            let twin = of.rules.iter().take(i).find(|other| {
                let applies = match (&rule.applies, &other.applies) {
                    (None, None) => true,
                    (Some(a), Some(b)) => same(a, b),
                    _ => false,
                };
                applies
                    && other.check.as_ref().is_some_and(|c| same(c, check))
                    && !matches!(check.kind, BoundKind::Wrong)
            });
            if let Some(twin) = twin {
                let (a, b) = (&rule.tree.name.text, &twin.tree.name.text);
                let message =
                    say!("规则“{a}”与“{b}”说的是同一件事", "the rules `{a}` and `{b}` say the same");
                let warning = self.warning("E0511", rule.tree.name.span, message);
                self.push(warning.label(twin.tree.name.span, say!("另一条", "the other")));
            }
        }
    }
}

/// Whether two expressions say the same, wherever they stand.
fn same(a: &Bound, b: &Bound) -> bool {
    let all = |x: &[Bound], y: &[Bound]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y));
    match (&a.kind, &b.kind) {
        (BoundKind::Wrong, _) => false,
        (BoundKind::Lookup(t, x), BoundKind::Lookup(u, y)) => t == u && same(x, y),
        (BoundKind::Not(x), BoundKind::Not(y)) | (BoundKind::Negative(x), BoundKind::Negative(y)) => {
            same(x, y)
        }
        (BoundKind::And(x), BoundKind::And(y))
        | (BoundKind::Or(x), BoundKind::Or(y))
        | (BoundKind::List(x), BoundKind::List(y)) => all(x, y),
        (BoundKind::Compare(o, a, b), BoundKind::Compare(p, c, d)) => o == p && same(a, c) && same(b, d),
        (BoundKind::Sum(a, x), BoundKind::Sum(b, y)) => {
            same(a, b) && x.len() == y.len() && x.iter().zip(y).all(|(x, y)| x.0 == y.0 && same(&x.1, &y.1))
        }
        (BoundKind::Every(n, x), BoundKind::Every(m, y)) | (BoundKind::Any(n, x), BoundKind::Any(m, y)) => {
            n == m && same(x, y)
        }
        (BoundKind::EachTrack(s, x), BoundKind::EachTrack(t, y))
        | (BoundKind::AnyTrack(s, x), BoundKind::AnyTrack(t, y)) => s == t && same(x, y),
        (BoundKind::Total(_, x), BoundKind::Total(_, y))
        | (BoundKind::Distinct(_, x), BoundKind::Distinct(_, y)) => same(x, y),
        (x, y) => x == y,
    }
}
