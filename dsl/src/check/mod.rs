//! Resolved → checked: types and units fit, rules stand on one level, limits lie in their ranges, events lead somewhere.

mod asks;
mod branches;
mod compare;
mod events;
mod network;
mod params;
mod range;
mod scopes;
mod sense;
mod tests_lines;
mod tests_values;
mod times;
mod twins;
mod types;
mod unused;

use crate::diagnostic::{Diagnostic, Span, Words};
use crate::resolve::{Bound, BoundKind, Loop, Names};
use crate::say;
use types::Ty;

/// One loop under examination.
pub(crate) struct Checker<'c, 'a> {
    pub(crate) names: &'c Names<'a>,
    pub(crate) file: &'a str,
    pub(crate) found: Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    pub(crate) fn error(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        Diagnostic::error(code, self.file, span, message)
    }
    pub(crate) fn warning(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        Diagnostic::warning(code, self.file, span, message)
    }
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }
}

/// Checks a loop. Texts that are compared with codes become those codes.
pub(crate) fn check<'a>(of: &mut Loop<'a>, names: &Names<'a>) -> Vec<Diagnostic> {
    let mut checker = Checker { names, file: &of.file.name, found: Vec::new() };
    checker.params(of);
    checker.expressions(of);
    checker.scopes(of);
    checker.events(of);
    checker.sense(of);
    checker.twins(of);
    checker.branches(of);
    checker.times(of);
    checker.unused(of);
    checker.tests(of);
    checker.found
}

impl Checker<'_, '_> {
    /// Guards of events know no campus's working hours.
    fn by_the_clock(&mut self, params: &[Ty], guard: Option<&Bound>) {
        let mut work = None;
        if let Some(guard) = guard {
            guard.walk(&mut |e| match &e.kind {
                BoundKind::Work(_) => work = Some(e.span),
                BoundKind::Param(ix) if params.get(usize::from(ix.0)) == Some(&Ty::Work) => {
                    work = Some(e.span);
                }
                _ => {}
            });
        }
        if let Some(span) = work {
            let message = say!("事件的条件里不能用工作时长", "a guard cannot reckon in working time");
            self.push(self.error("E0314", span, message));
        }
    }

    /// The types of every expression.
    fn expressions(&mut self, of: &mut Loop<'_>) {
        let params: Vec<Ty> =
            of.params.iter().map(|p| p.value.as_ref().map_or(Ty::Any, Ty::of_value)).collect();
        let visit = |this: &mut Self, e: Option<&mut Bound>, want: Option<&Ty>| {
            if let Some(e) = e {
                this.root(&params, e, want);
            }
        };
        for node in &mut of.nodes {
            for trigger in &mut node.triggers {
                visit(self, trigger.guard.as_mut(), Some(&Ty::Bool));
                self.by_the_clock(&params, trigger.guard.as_ref());
            }
        }
        for ending in &mut of.endings {
            for trigger in ending.triggers.iter_mut().chain(&mut ending.resume) {
                visit(self, trigger.guard.as_mut(), Some(&Ty::Bool));
                self.by_the_clock(&params, trigger.guard.as_ref());
            }
        }
        visit(self, of.starts.guard.as_mut(), Some(&Ty::Bool));
        self.by_the_clock(&params, of.starts.guard.as_ref());
        for guard in &mut of.guards {
            visit(self, guard.bound.as_mut(), Some(&Ty::Bool));
        }
        for scope in &mut of.scopes {
            visit(self, scope.count.as_mut(), Some(&Ty::Number));
        }
        for rule in &mut of.rules {
            visit(self, rule.applies.as_mut(), Some(&Ty::Bool));
            visit(self, rule.check.as_mut(), Some(&Ty::Bool));
            for part in rule.alert.iter_mut().flatten() {
                visit(self, part.value_mut(), None);
            }
        }
    }
}
