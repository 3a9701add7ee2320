//! Every place of a tree: a statement of one file can stand in another's loop and still know where it was written, and two trees
//! can be compared without their places.

use super::{
    AlertPiece, Clock, CompareOp, Day, Ending, EndingKind, EventChange, EventLine, Expectation, Expr,
    ExprKind, Flow, FlowKind, FlowOp, Length, LengthKind, LogicOp, Loop, LoopItem, Measure, Name, Node,
    NodeClause, On, Param, Person, QuantifierKind, Quantity, Refer, Rule, RuleClause, Selector, Setting,
    Span, Spanned, Starts, Suffix, Test, TestItem, Text, Value, ValueKind, What, When,
};

/// Something that holds places.
pub(crate) trait Places {
    /// Calls `change` for each of them.
    fn places(&mut self, change: &mut impl FnMut(&mut Span));
}

impl Places for Span {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        change(self);
    }
}

impl<T: Places> Places for Option<T> {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        self.iter_mut().for_each(|x| x.places(change));
    }
}

impl<T: Places> Places for Vec<T> {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        self.iter_mut().for_each(|x| x.places(change));
    }
}

impl<T: Places> Places for Box<T> {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        (**self).places(change);
    }
}

impl<A: Places, B: Places> Places for (A, B) {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        self.0.places(change);
        self.1.places(change);
    }
}

impl<T: Places> Places for Spanned<T> {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        self.value.places(change);
        self.span.places(change);
    }
}

/// Things without a place.
macro_rules! nowhere {
    ($($kind:ty),*) => { $(impl Places for $kind {
        fn places(&mut self, _: &mut impl FnMut(&mut Span)) {}
    })* };
}

nowhere!(
    bool,
    f64,
    String,
    Suffix,
    FlowOp,
    LogicOp,
    CompareOp,
    QuantifierKind,
    EndingKind,
    EventChange,
    Day,
    Clock
);

/// Structs, all fields named: one that is added is missed by the compiler.
macro_rules! fields {
    ($($kind:ident { $($field:ident),* })*) => { $(impl Places for $kind {
        fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
            let Self { $($field),* } = self;
            $($field.places(change);)*
        }
    })* };
}

fields! {
    Name { text, span }
    Text { value, span }
    Param { doc, name, code, value, range, basis, span }
    Length { negative, kind, span }
    Quantity { number, unit, span }
    On { types, systems, guard, span }
    Node { doc, name, code, clauses, span }
    Ending { kind, on, before, effective, resume, successor, span }
    Rule { doc, name, code, clauses, span }
    Measure { doc, name, code, from, to, target, basis, span }
    Flow { kind, suffix, again, ends, guard, span }
    Expr { kind, span }
    Value { kind, wrong, span }
    Loop { doc, fragment, name, code, items, span }
    Starts { any, nodes, guard, span }
    Refer { name, target, field, other, span }
    Test { doc, title, items, span }
    When { day, clock, span }
    EventLine { when, what, person, source, arriving, change, fields, span }
    Person { id, roles }
    Selector { field, value }
}

impl Places for LengthKind {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Quantity(q) => q.places(change),
            Self::Name(n) => n.places(change),
        }
    }
}

impl Places for NodeClause {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::On(on) => on.places(change),
            Self::By(names) => names.places(change),
            Self::Stage(name) | Self::Icon(name) => name.places(change),
            Self::Fields { required: _, fields, span } => {
                fields.places(change);
                span.places(change);
            }
            Self::Within { length, of, span } => {
                length.places(change);
                of.places(change);
                span.places(change);
            }
            Self::Due { field, from, to, miss, span } => {
                field.places(change);
                from.places(change);
                to.places(change);
                miss.places(change);
                span.places(change);
            }
            Self::Basis(text) => text.places(change),
        }
    }
}

impl Places for RuleClause {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Severity(name) | Self::Missing(name) | Self::Ties(name) => name.places(change),
            Self::Check(e, _) | Self::Applies(e) => e.places(change),
            Self::Alert(text, pieces) => {
                text.places(change);
                pieces.places(change);
            }
            Self::Escalate(length, names) => {
                length.places(change);
                names.places(change);
            }
            Self::Basis(text) => text.places(change),
        }
    }
}

impl Places for AlertPiece {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Text(_) => {}
            Self::Value(e) => e.places(change),
        }
    }
}

impl Places for FlowKind {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Name(name) => name.places(change),
            Self::Many(_, flows) => flows.places(change),
            Self::Group(flow) => flow.places(change),
            Self::Each { field, count, until_stop: _, body } => {
                field.places(change);
                count.places(change);
                body.places(change);
            }
        }
    }
}

impl Places for ExprKind {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Text(_) | Self::Moment(_) | Self::Clock(_) | Self::Bool(_) => {}
            Self::Number(q) => q.places(change),
            Self::Path(names) => names.places(change),
            Self::Call(names, arguments) => {
                names.places(change);
                arguments.places(change);
            }
            Self::Member(call, names) => {
                call.places(change);
                names.places(change);
            }
            Self::List(all) | Self::Logic(_, all) => all.places(change),
            Self::Not(e) | Self::Negative(e) => e.places(change),
            Self::Compare(_, a, b) => {
                a.places(change);
                b.places(change);
            }
            Self::Sum(first, rest) => {
                first.places(change);
                rest.places(change);
            }
            Self::Quantified(_, name, e) => {
                name.places(change);
                e.places(change);
            }
        }
    }
}

impl Places for ValueKind {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Number(q) => q.places(change),
            Self::List(all) => all.places(change),
            Self::Text(_) | Self::Word(_) | Self::Moment(_) | Self::Clock(_) | Self::Bool(_) => {}
        }
    }
}

impl Places for LoopItem {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Flow(flow) => flow.places(change),
            Self::Use(name) => name.places(change),
            Self::Param(param) => param.places(change),
            Self::Node(node) => node.places(change),
            Self::Ending(ending) => ending.places(change),
            Self::Rule(rule) => rule.places(change),
            Self::Measure(measure) => measure.places(change),
            Self::Basis(text) => text.places(change),
            Self::Grade(grade) => grade.places(change),
            Self::Category(name) | Self::Key(name) => name.places(change),
            Self::Starts(starts) => starts.places(change),
            Self::Refer(refer) => refer.places(change),
            Self::Interrupt(length) | Self::Seal(length) => length.places(change),
            Self::Test(test) => test.places(change),
        }
    }
}

impl Places for TestItem {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Setting(setting) => setting.places(change),
            Self::Event(line) => line.places(change),
            Self::Expect { when, expectation, span } => {
                when.places(change);
                expectation.places(change);
                span.places(change);
            }
        }
    }
}

impl Places for Setting {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Key(value) | Self::Campus(value) | Self::Patient(value) => value.places(change),
            Self::Param(name, value) => {
                name.places(change);
                value.places(change);
            }
        }
    }
}

impl Places for What {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Node(name) | Self::Event(name) => name.places(change),
            Self::Ending(_, span) | Self::Resume(span) => span.places(change),
        }
    }
}

impl Places for Expectation {
    fn places(&mut self, change: &mut impl FnMut(&mut Span)) {
        match self {
            Self::Loop { selector, status } => {
                selector.places(change);
                status.places(change);
            }
            Self::Alert { raised: _, rule, selector } => {
                rule.places(change);
                selector.places(change);
            }
            Self::Named { name, selector, status, by } => {
                name.places(change);
                selector.places(change);
                status.places(change);
                by.places(change);
            }
        }
    }
}
