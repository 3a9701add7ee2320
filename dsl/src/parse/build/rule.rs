//! Rules and measures.

use super::{Body, Builder};
use crate::parse;
use crate::tree::{Measure, Rule, RuleClause};
use pest::iterators::Pair;

type Kind = parse::Rule;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_, Kind>) -> Option<Rule> {
        let span = self.span(&pair);
        let (mut head, mut clauses) = ((None, None), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Kind::head => head = self.head(part),
                Kind::rule_body => {
                    self.statements(Body::Rule, part.into_inner(), |this, clause| {
                        clauses.extend(this.rule_clause(clause))
                    });
                }
                _ => {}
            }
        }
        Some(Rule { doc: self.doc(span), name: head.0?, code: head.1, clauses, span })
    }

    fn rule_clause(&mut self, pair: Pair<'_, Kind>) -> Option<RuleClause> {
        Some(match pair.as_rule() {
            Kind::severity => RuleClause::Severity(self.inner_name(pair)?),
            Kind::check => {
                let expr = self.inner_expr(pair)?;
                let text = self.source.get(expr.span.start..expr.span.end).unwrap_or("");
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                RuleClause::Check(expr, text)
            }
            Kind::applies => RuleClause::Applies(self.inner_expr(pair)?),
            Kind::missing => RuleClause::Missing(self.inner_name(pair)?),
            Kind::ties => RuleClause::Ties(self.inner_name(pair)?),
            Kind::alert => {
                let text = pair.into_inner().find(|p| p.as_rule() == Kind::string)?;
                let text = self.text(&text);
                let pieces = self.alert(text.span);
                RuleClause::Alert(text, pieces)
            }
            Kind::escalate => {
                let (mut length, mut roles) = (None, Vec::new());
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Kind::length => length = self.length(part),
                        Kind::names => roles = self.names(part),
                        _ => {}
                    }
                }
                RuleClause::Escalate(length?, roles)
            }
            Kind::basis => RuleClause::Basis(self.inner_text(pair)?),
            _ => return None,
        })
    }

    pub(super) fn measure(&mut self, pair: Pair<'_, Kind>) -> Option<Measure> {
        let span = self.span(&pair);
        let (mut names, mut code, mut target, mut basis) = (Vec::new(), None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Kind::name => names.push(self.name(&part)),
                Kind::code => code = self.code(part),
                Kind::target => target = self.inner_length(part),
                Kind::basis => basis = self.inner_text(part),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        let (name, from, to) = (names.next()?, names.next()?, names.next()?);
        Some(Measure { doc: self.doc(span), name, code, from, to, target, basis, span })
    }
}
