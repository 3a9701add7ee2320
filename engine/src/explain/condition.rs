//! The condition of a `当` in the flow, in the names of the fields it asks.

use super::Titles;
use crate::graph::{Compare, Expr, GuardIx, ScopeIx};

impl Titles<'_> {
    /// A guard of the flow: `取药方式 = 静配中心`; `…` for what is computed.
    #[must_use]
    pub fn guard(&self, ix: GuardIx) -> String {
        self.def.guards.get(usize::from(ix.0)).map_or_else(String::new, |guard| self.condition(guard))
    }

    fn condition(&self, e: &Expr) -> String {
        let both =
            |a: &Expr, sign: &str, b: &Expr| format!("{} {sign} {}", self.condition(a), self.condition(b));
        let all = |parts: &[Expr], word: &str| {
            parts.iter().map(|p| self.condition(p)).collect::<Vec<_>>().join(word)
        };
        match e {
            Expr::Compare(how, a, b) => both(a, sign(*how), b),
            Expr::In(a, b) => both(a, "∈", b),
            Expr::Add(a, b) => both(a, "+", b),
            Expr::Sub(a, b) => both(a, "−", b),
            Expr::And(parts) => all(parts, self.lang.pick(" 且 ", " and ")),
            Expr::Or(parts) => all(parts, self.lang.pick(" 或 ", " or ")),
            Expr::List(parts) => all(parts, self.lang.pick("、", ", ")),
            Expr::Not(inner) => format!("{}({})", self.lang.pick("非", "not "), self.condition(inner)),
            Expr::Matches(inner, pattern) => format!("{} ~ {pattern}", self.condition(inner)),
            other => self.placeholder(other, ScopeIx::ORDER),
        }
    }
}

const fn sign(how: Compare) -> &'static str {
    match how {
        Compare::Eq => "=",
        Compare::Ne => "≠",
        Compare::Lt => "<",
        Compare::Le => "≤",
        Compare::Gt => ">",
        Compare::Ge => "≥",
    }
}
