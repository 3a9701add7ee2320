//! Random expressions, typed as `dsl` would type them.

use super::definition::{ROLES, SYSTEMS, ix, name};
use super::facts::START;
use super::tape::Tape;
use crate::graph::{
    Ask, AskIx, Attr, Compare, EndingKind, Expr, Gather, GatherIx, Node, NodeIx, ParamIx, Pick, ScopeIx,
};
use crate::keyed::LengthsIx;
use crate::patient::Of;
use crate::time::{Moment, Precision, Span};
use crate::value::{Person, Value};
use std::sync::Arc;

/// Makes expressions of one rule.
pub(super) struct Exprs<'t, 'a, 'n> {
    pub(super) tape: &'t mut Tape<'a>,
    pub(super) nodes: &'n [Node],
    pub(super) scope: ScopeIx,
    /// The node that a quantifier around has bound: preferred.
    pub(super) bound: Option<NodeIx>,
    pub(super) asked: &'t mut Asked,
}

/// What rules of the order ask of tracks.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) asks: Vec<Ask>,
    pub(super) gathers: Vec<Gather>,
    /// How many scopes there are; 0 where nothing can be asked.
    pub(super) scopes: usize,
    pub(super) ties: bool,
}

fn text(t: &str) -> Value {
    Value::Text(Arc::from(t))
}

impl Exprs<'_, '_, '_> {
    fn node(&mut self) -> NodeIx {
        if let Some(bound) = self.bound
            && self.tape.chance(70)
        {
            return bound;
        }
        let fits = |n: &&(usize, &Node)| n.1.scope == self.scope || n.1.scope == ScopeIx::ORDER;
        let mut visible: Vec<usize> =
            self.nodes.iter().enumerate().filter(|n| fits(&n)).map(|n| n.0).collect();
        // A rule of a track is mostly about the track.
        if self.scope != ScopeIx::ORDER && self.tape.chance(70) {
            visible.retain(|i| self.nodes.get(*i).is_some_and(|n| n.scope == self.scope));
        }
        NodeIx(ix(self.tape.pick(&visible).unwrap_or(0)))
    }

    fn picked(&mut self) -> Pick {
        if self.tape.chance(75) {
            return Pick::Counting;
        }
        self.tape.pick(&[Pick::Counting, Pick::First, Pick::Last]).unwrap_or(Pick::Counting)
    }

    fn boxed(expr: Expr) -> Box<Expr> {
        Box::new(expr)
    }

    /// How many tracks are owed.
    pub(super) fn count(&mut self) -> Expr {
        match self.tape.below(4) {
            0 => Expr::Literal(Value::Number(1.0)),
            1 => Expr::Literal(Value::Number(2.0)),
            2 => Expr::Field(self.node(), Pick::Counting, name("f_num")),
            _ => Expr::Add(
                Self::boxed(Expr::Count(self.node())),
                Self::boxed(Expr::Literal(Value::Number(1.0))),
            ),
        }
    }

    /// A condition.
    pub(super) fn condition(&mut self, depth: u32) -> Expr {
        if depth > 0 && self.scope == ScopeIx::ORDER && self.asked.scopes > 0 && self.tape.chance(35) {
            return self.over_tracks(depth);
        }
        let kind = self.tape.below(if depth == 0 { 14 } else { 20 });
        let op = |t: &mut Tape<'_>| {
            let all = [Compare::Le, Compare::Lt, Compare::Ge, Compare::Gt, Compare::Eq, Compare::Ne];
            t.pick(&all).unwrap_or(Compare::Le)
        };
        let equal = |t: &mut Tape<'_>| if t.chance(50) { Compare::Ne } else { Compare::Eq };
        match kind {
            0..=3 => {
                let (op, a, b) = (op(self.tape), self.span(1), self.span(0));
                Expr::Compare(op, Self::boxed(a), Self::boxed(b))
            }
            4 | 5 => {
                let (op, a, b) = (op(self.tape), self.moment(1), self.moment(1));
                Expr::Compare(op, Self::boxed(a), Self::boxed(b))
            }
            6 => {
                let (op, a, b) = (op(self.tape), self.number(1), self.number(0));
                Expr::Compare(op, Self::boxed(a), Self::boxed(b))
            }
            7 => {
                let (op, a, b) = (equal(self.tape), self.text(), self.text());
                Expr::Compare(op, Self::boxed(a), Self::boxed(b))
            }
            8 => {
                let (op, a, b) = (equal(self.tape), self.person(), self.person());
                Expr::Compare(op, Self::boxed(a), Self::boxed(b))
            }
            9 => {
                let (a, b) = (self.text(), self.list());
                Expr::In(Self::boxed(a), Self::boxed(b))
            }
            10 => Expr::Matches(Self::boxed(self.text()), "[ab]".into()),
            11 => Expr::Filled(self.node(), self.picked(), name("f_text")),
            12 => match self.tape.below(3) {
                0 => Expr::Done(self.node()),
                1 => Expr::EndingDone(self.ending()),
                _ => Expr::Field(self.node(), self.picked(), name("f_bool")),
            },
            13 => Expr::Compare(
                Compare::Le,
                Self::boxed(self.gap()),
                Self::boxed(Expr::Literal(Value::Span(Span::seconds(self.tape.of(&[1800, 600, 60, 30]))))),
            ),
            14 => Expr::Not(Self::boxed(self.condition(depth - 1))),
            15 => Expr::And(self.conditions(depth)),
            16 => Expr::Or(self.conditions(depth)),
            17 | 18 => {
                let node = self.node();
                let (bound, every) = (self.bound.replace(node), self.tape.chance(50));
                let inner = Self::boxed(self.condition(depth - 1));
                self.bound = bound;
                if every { Expr::EveryOf(node, inner) } else { Expr::SomeOf(node, inner) }
            }
            _ => Expr::Not(Self::boxed(Expr::And(self.conditions(depth)))),
        }
    }

    /// 每个 or 任一 over the tracks of a scope.
    fn over_tracks(&mut self, depth: u32) -> Expr {
        let scope = ScopeIx(ix(1 + self.tape.below(self.asked.scopes)));
        let (any, scopes) = (self.tape.chance(40), std::mem::take(&mut self.asked.scopes));
        let (outer, bound) = (std::mem::replace(&mut self.scope, scope), self.bound.take());
        let body = self.condition(depth - 1);
        (self.scope, self.bound, self.asked.scopes) = (outer, bound, scopes);
        let ask = AskIx(ix(self.asked.asks.len()));
        self.asked.asks.push(Ask { scope, body, ties: self.asked.ties });
        if any { Expr::AnyOf(ask) } else { Expr::EachOf(ask) }
    }

    /// 总和 or 不同 over the occurrences of a node, of every track where the rule is the order's.
    fn gathered(&mut self) -> Expr {
        let node = if self.scope == ScopeIx::ORDER && self.asked.scopes > 0 && self.tape.chance(70) {
            NodeIx(ix(self.tape.below(self.nodes.len())))
        } else {
            self.node()
        };
        let total = self.tape.chance(50);
        let of = match self.tape.below(3) {
            _ if total => Expr::Field(node, Pick::Counting, name("f_num")),
            0 => Expr::Attr(node, Pick::Counting, Attr::By),
            1 => Expr::Field(node, Pick::Counting, name("f_text")),
            _ => Expr::Attr(node, Pick::Counting, Attr::System),
        };
        let gather = GatherIx(ix(self.asked.gathers.len()));
        self.asked.gathers.push(Gather { node, of });
        if total { Expr::Total(gather) } else { Expr::Distinct(gather) }
    }

    fn conditions(&mut self, depth: u32) -> Vec<Expr> {
        let count = 2 + self.tape.below(2);
        (0..count).map(|_| self.condition(depth - 1)).collect()
    }

    fn ending(&mut self) -> EndingKind {
        let all = [EndingKind::Stop, EndingKind::Cancel, EndingKind::Supersede, EndingKind::Excuse];
        self.tape.pick(&all).unwrap_or(EndingKind::Stop)
    }

    fn gap(&mut self) -> Expr {
        let mut nodes = Vec::new();
        for _ in 0..2 + self.tape.below(2) {
            let node = self.node();
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        Expr::Gap(nodes)
    }

    /// What was known of the patient, by a moment or by the opening.
    fn patient(&mut self, of: Of) -> Expr {
        let at = self.tape.chance(60).then(|| {
            let attr =
                self.tape.pick(&[Attr::At, Attr::At, Attr::Recorded, Attr::Arrived]).unwrap_or(Attr::At);
            Self::boxed(match self.tape.below(5) {
                0 => Expr::Field(self.node(), self.picked(), name("f_plan")),
                1 => Expr::EndingAt(self.ending()),
                _ => Expr::Attr(self.node(), self.picked(), attr),
            })
        });
        Expr::Patient(of, at)
    }

    fn moment(&mut self, depth: u32) -> Expr {
        let other = [Attr::Began, Attr::Recorded, Attr::Arrived];
        if self.tape.chance(4) {
            return self.patient(Of::BirthDate);
        }
        match self.tape.below(if depth == 0 { 8 } else { 10 }) {
            4 => {
                let attr = self.tape.pick(&other).unwrap_or(Attr::Began);
                Expr::Attr(self.node(), self.picked(), attr)
            }
            5 => Expr::Field(self.node(), self.picked(), name("f_plan")),
            6 => Expr::EndingAt(self.ending()),
            7 => {
                let at = START.plus(Span::seconds(self.tape.of(&[1800, 0, 3600])));
                Expr::Literal(Value::Moment(Moment { at, precision: Precision::Minute }))
            }
            8 if self.tape.chance(40) => {
                let work = if self.tape.chance(30) {
                    Expr::Param(ParamIx(3))
                } else if self.tape.chance(25) {
                    Expr::Length(LengthsIx(2), vec![self.text()])
                } else {
                    Expr::Literal(Value::Work(super::definition::work(self.tape)))
                };
                let (moment, work) = (Self::boxed(self.moment(0)), Self::boxed(work));
                if self.tape.chance(80) { Expr::Add(moment, work) } else { Expr::Sub(moment, work) }
            }
            8 => Expr::Add(Self::boxed(self.moment(0)), Self::boxed(self.span(0))),
            9 => Expr::Sub(Self::boxed(self.moment(0)), Self::boxed(self.span(0))),
            _ => Expr::Attr(self.node(), self.picked(), Attr::At),
        }
    }

    fn span(&mut self, depth: u32) -> Expr {
        if depth == 0 {
            return match self.tape.below(5) {
                2 => Expr::Param(ParamIx(ix(self.tape.below(2)))),
                3 if self.tape.chance(30) => Expr::Length(LengthsIx(1), vec![self.text()]),
                3 => Expr::Field(self.node(), self.picked(), name("f_span")),
                _ => Expr::Literal(Value::Span(Span::seconds(
                    self.tape.of(&[1800, 600, 60, 30, 0, 3600, -600]),
                ))),
            };
        }
        match self.tape.below(8) {
            5 => self.gap(),
            6 => Expr::Add(Self::boxed(self.span(0)), Self::boxed(self.span(0))),
            7 => {
                let pair = Expr::Sub(Self::boxed(self.moment(0)), Self::boxed(self.moment(0)));
                Expr::Sub(Self::boxed(pair), Self::boxed(self.span(0)))
            }
            _ => Expr::Sub(Self::boxed(self.moment(0)), Self::boxed(self.moment(0))),
        }
    }

    fn number(&mut self, depth: u32) -> Expr {
        if self.tape.chance(8) {
            return self.patient(Of::Age);
        }
        match self.tape.below(if depth == 0 { 7 } else { 8 }) {
            5 => self.gathered(),
            6 if self.scope == ScopeIx::ORDER && self.asked.scopes > 0 => {
                Expr::Tracks(ScopeIx(ix(1 + self.tape.below(self.asked.scopes))))
            }
            7 if depth > 0 => Expr::Add(Self::boxed(self.number(0)), Self::boxed(self.number(0))),
            0 | 1 | 6 => Expr::Count(self.node()),
            2 if self.scope == ScopeIx::ORDER && self.asked.scopes > 0 && self.tape.chance(40) => {
                Expr::Tracks(ScopeIx(ix(1 + self.tape.below(self.asked.scopes))))
            }
            2 => Expr::Literal(Value::Number(1.0)),
            3 => Expr::Param(ParamIx(2)),
            4 => Expr::Field(self.node(), self.picked(), name("f_num")),
            _ => Expr::Sub(Self::boxed(self.number(0)), Self::boxed(self.number(0))),
        }
    }

    fn text(&mut self) -> Expr {
        let attrs =
            [Attr::Role, Attr::Dept, Attr::Title, Attr::Terminal, Attr::Capture, Attr::System, Attr::Campus];
        if self.tape.chance(20) {
            let of = [Of::Ward, Of::Dept, Of::Bed, Of::Sex, Of::Id, Of::VisitNo, Of::Name, Of::BabyNo];
            let of = self.tape.pick(&of).unwrap_or(Of::Ward);
            return self.patient(of);
        }
        match self.tape.below(7) {
            5 => Expr::EndingReason(self.ending()),
            0 | 1 => Expr::Field(self.node(), self.picked(), name("f_text")),
            2 | 3 => {
                let attr = self.tape.pick(&attrs).unwrap_or(Attr::Role);
                Expr::Attr(self.node(), self.picked(), attr)
            }
            4 if self.scope != ScopeIx::ORDER => Expr::TrackKey,
            _ => {
                let words = ["a", "b", ROLES[0], SYSTEMS[0], "D1", "scan"];
                Expr::Literal(text(self.tape.pick(&words).unwrap_or("a")))
            }
        }
    }

    fn person(&mut self) -> Expr {
        match self.tape.below(5) {
            0 | 1 => Expr::Attr(self.node(), self.picked(), Attr::By),
            2 | 3 => Expr::Field(self.node(), self.picked(), name("f_person")),
            _ => Expr::Literal(Value::Person(Person { id: Some(Arc::from("1")), name: None })),
        }
    }

    fn list(&mut self) -> Expr {
        match self.tape.below(4) {
            0 => Expr::List(vec![Expr::Literal(text("a")), Expr::Literal(text("nurse"))]),
            1 => Expr::Literal(Value::List(vec![text("a"), text("scan")])),
            2 => Expr::Lookup(name("maps"), Self::boxed(self.text())),
            _ => Expr::Field(self.node(), self.picked(), name("f_list")),
        }
    }
}

/// A guard over fields of an event.
pub(super) fn guard_expr(tape: &mut Tape<'_>, depth: u32) -> Expr {
    let field = |code: &str| Box::new(Expr::EventField(name(code)));
    let literal = |value: Value| Box::new(Expr::Literal(value));
    if tape.chance(15) {
        return match tape.below(2) {
            0 => Expr::Compare(
                Compare::Lt,
                Box::new(Expr::Patient(Of::Age, None)),
                literal(Value::Number(14.0)),
            ),
            _ => Expr::Compare(Compare::Eq, Box::new(Expr::Patient(Of::Ward, None)), literal(text("a"))),
        };
    }
    match tape.below(if depth == 0 { 5 } else { 8 }) {
        0 => Expr::Compare(Compare::Eq, field("f_text"), literal(text("a"))),
        1 => Expr::Compare(Compare::Gt, field("f_num"), literal(Value::Number(1.0))),
        2 => Expr::EventField(name("f_bool")),
        3 => Expr::In(field("f_text"), Box::new(Expr::List(vec![*literal(text("a")), *literal(text("b"))]))),
        4 => Expr::Compare(Compare::Le, field("f_span"), Box::new(Expr::Param(ParamIx(0)))),
        5 => Expr::Not(Box::new(guard_expr(tape, 0))),
        6 => Expr::And(vec![guard_expr(tape, 0), guard_expr(tape, 0)]),
        _ => Expr::Or(vec![guard_expr(tape, 0), guard_expr(tape, 0)]),
    }
}
