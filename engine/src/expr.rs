//! What stands inside an expression, for whoever must find things in it.

use crate::graph::{Expr, NodeIx};

impl Expr {
    /// Calls `visit` for this expression and all inside it, from left to right.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Self)) {
        visit(self);
        match self {
            Self::Not(e)
            | Self::Lookup(_, e)
            | Self::Matches(e, _)
            | Self::EveryOf(_, e)
            | Self::SomeOf(_, e) => e.walk(visit),
            Self::And(all) | Self::Or(all) | Self::List(all) => all.iter().for_each(|e| e.walk(visit)),
            Self::Compare(_, a, b) | Self::In(a, b) | Self::Add(a, b) | Self::Sub(a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Literal(_)
            | Self::Param(_)
            | Self::Attr(..)
            | Self::Field(..)
            | Self::Count(_)
            | Self::Done(_)
            | Self::EventField(_)
            | Self::TrackKey
            | Self::EndingAt(_)
            | Self::EndingReason(_)
            | Self::EndingDone(_)
            | Self::Filled(..)
            | Self::EachOf(_)
            | Self::AnyOf(_)
            | Self::Tracks(_)
            | Self::Total(_)
            | Self::Distinct(_)
            | Self::Gap(_) => {}
        }
    }

    /// The nodes that it names, those of all inside it too, in text order; one that is named twice stands twice.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeIx> {
        let mut found = Vec::new();
        self.walk(&mut |e| match e {
            Self::Attr(n, ..)
            | Self::Field(n, ..)
            | Self::Count(n)
            | Self::Done(n)
            | Self::Filled(n, _)
            | Self::EveryOf(n, _)
            | Self::SomeOf(n, _) => found.push(*n),
            Self::Gap(nodes) => found.extend(nodes),
            _ => {}
        });
        found
    }
}
