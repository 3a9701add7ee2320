//! Types of expressions.

use super::Checker;
use crate::diagnostic::Span as Place;
use crate::resolve::{Bound, BoundKind};
use crate::say;
use medloop_engine::graph::{Attr, Length};
use medloop_engine::patient::Of;
use medloop_engine::time::Span;
use medloop_engine::value::{Type, Value};
use std::sync::Arc;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    Bool,
    Number,
    Text,
    /// A code of that table.
    Code(Arc<str>),
    /// A role, system or campus code.
    World(World),
    Moment,
    Span,
    /// A length of working time.
    Work,
    Person,
    List(Box<Ty>),
    /// Unknown because of a mistake that was told, or open.
    Any,
}

/// Code spaces outside the tables.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum World {
    Role,
    System,
    Campus,
    Department,
    Ward,
}

impl Ty {
    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::Text(_) => Self::Text,
            Value::Moment(_) => Self::Moment,
            Value::Span(_) => Self::Span,
            Value::Work(_) => Self::Work,
            Value::Person(_) => Self::Person,
            Value::List(_) => Self::List(Box::new(Self::Any)),
        }
    }
    pub(super) fn of_type(kind: &Type) -> Self {
        match kind {
            Type::Bool => Self::Bool,
            Type::Number => Self::Number,
            Type::Text => Self::Text,
            Type::Code(table) => Self::Code(table.clone()),
            Type::Moment => Self::Moment,
            Type::Span => Self::Span,
            Type::Person => Self::Person,
            Type::List(inner) => Self::List(Box::new(Self::of_type(inner))),
        }
    }
    /// What it is called, in Chinese and English.
    pub(super) fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Bool => ("真假", "a truth value"),
            Self::Number => ("数字", "a number"),
            Self::Text => ("文字", "a text"),
            Self::Code(_) | Self::World(_) => ("代码", "a code"),
            Self::Moment => ("时间", "a time"),
            Self::Span => ("时长", "a duration"),
            Self::Work => ("工作时长", "a length of working time"),
            Self::Person => ("人员", "a person"),
            Self::List(_) => ("清单", "a list"),
            Self::Any => ("值", "a value"),
        }
    }
    /// Texts and codes are one family.
    pub(super) fn is_texty(&self) -> bool {
        matches!(self, Self::Text | Self::Code(_) | Self::World(_))
    }
    pub(super) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(a), Self::List(b)) => a.fits(b),
            (a, b) if a.is_texty() && b.is_texty() => true,
            (a, b) => a == b,
        }
    }
}

impl Checker<'_, '_> {
    /// A whole expression that should have a type.
    pub(super) fn root(&mut self, params: &[Ty], e: &mut Bound, want: Option<&Ty>) {
        let is = self.ty(params, e);
        if let Some(want) = want {
            self.want(&is, want, e.span);
        }
    }

    pub(super) fn want(&mut self, is: &Ty, want: &Ty, place: Place) {
        if is.fits(want) {
            return;
        }
        let ((is_zh, is_en), (want_zh, want_en)) = (is.words(), want.words());
        let message = say!("这里要{want_zh}，写的是{is_zh}", "{want_en} belongs here, not {is_en}");
        let mut diagnostic = self.error("E0303", place, message);
        if *want == Ty::Bool {
            diagnostic = diagnostic.help(say!(
                "写成比较，如 … == …、… <= 30分钟",
                "write a comparison, such as … == … or … <= 30min"
            ));
        }
        self.push(diagnostic);
    }

    pub(super) fn ty(&mut self, params: &[Ty], e: &mut Bound) -> Ty {
        let place = e.span;
        match &mut e.kind {
            BoundKind::Text(_) => Ty::Text,
            BoundKind::Number(_) => Ty::Number,
            BoundKind::Span(_) | BoundKind::Gap(_) => Ty::Span,
            BoundKind::Work(_) => Ty::Work,
            BoundKind::Moment(_) | BoundKind::EndingAt(_) => Ty::Moment,
            BoundKind::Bool(_) | BoundKind::Done(_) | BoundKind::EndingDone(_) | BoundKind::Filled(..) => {
                Ty::Bool
            }
            BoundKind::Count(_) | BoundKind::Tracks(_) => Ty::Number,
            BoundKind::Param(ix) => params.get(usize::from(ix.0)).cloned().unwrap_or(Ty::Any),
            BoundKind::Attr(_, _, attr) => attribute(*attr),
            BoundKind::Field(_, _, field)
            | BoundKind::EventField(field)
            | BoundKind::TrackKey(field)
            | BoundKind::EndingReason(_, field) => {
                self.names.catalogue.fields.get(field).map_or(Ty::Any, |f| Ty::of_type(&f.kind))
            }
            BoundKind::Lookup(table, inner) => {
                let table = table.clone();
                let is = self.ty(params, inner);
                self.want(&is, &Ty::Text, inner.span);
                if let BoundKind::Text(_) = inner.kind {
                    self.adapt(&Ty::Code(table.as_str().into()), inner);
                }
                Ty::List(Box::new(Ty::Code(table.as_str().into())))
            }
            BoundKind::Patient(of, at) => {
                let of = *of;
                if let Some(at) = at {
                    let is = self.ty(params, at);
                    self.want(&is, &Ty::Moment, at.span);
                }
                patient(of)
            }
            BoundKind::Length(table, keys) => {
                let table = self.names.catalogue.lengths.get(table);
                for (key, e) in table.iter().flat_map(|t| &t.keys).zip(keys) {
                    let want = self.names.catalogue.fields.get(key).map_or(Ty::Any, |f| Ty::of_type(&f.kind));
                    let is = self.ty(params, e);
                    self.want(&is, &want, e.span);
                    self.adapt(&want, e);
                }
                let works = table.map_or(0, |t| t.lengths().filter(|l| matches!(l, Length::Work(_))).count());
                match table.map_or(0, |t| t.lengths().count()) {
                    _ if works == 0 => Ty::Span,
                    all if all == works => Ty::Work,
                    _ => {
                        let message = say!(
                            "这张表里有的时长按时钟、有的按工作时间，不能比较",
                            "some lengths of this table go by the clock and some by working time: they cannot be compared"
                        );
                        self.push(self.error("E0314", place, message));
                        Ty::Any
                    }
                }
            }
            BoundKind::Total(_, inner) => {
                let is = self.ty(params, inner);
                self.want(&is, &Ty::Number, inner.span);
                self.occurrence(inner);
                Ty::Number
            }
            BoundKind::Distinct(_, inner) => {
                self.ty(params, inner);
                self.occurrence(inner);
                Ty::Number
            }
            BoundKind::Not(inner)
            | BoundKind::EachTrack(_, inner)
            | BoundKind::AnyTrack(_, inner)
            | BoundKind::Every(_, inner)
            | BoundKind::Any(_, inner) => {
                let is = self.ty(params, inner);
                self.want(&is, &Ty::Bool, inner.span);
                Ty::Bool
            }
            BoundKind::And(all) | BoundKind::Or(all) => {
                for inner in all {
                    let is = self.ty(params, inner);
                    self.want(&is, &Ty::Bool, inner.span);
                }
                Ty::Bool
            }
            BoundKind::Compare(op, a, b) => {
                let op = *op;
                let (mut left, mut right) = (self.ty(params, a), self.ty(params, b));
                if self.working(params, (a, &left), (b, &right)) {
                    (left, right) = (Ty::Moment, Ty::Moment);
                }
                self.compare(op, (a, left), (b, right), place);
                Ty::Bool
            }
            BoundKind::List(all) => {
                let mut of = Ty::Any;
                for inner in all.iter_mut() {
                    let is = self.ty(params, inner);
                    if of == Ty::Any {
                        of = is;
                    } else {
                        self.want(&is, &of, inner.span);
                    }
                }
                Ty::List(Box::new(of))
            }
            BoundKind::Negative(_) => self.negative(params, e),
            BoundKind::Sum(..) => self.sum(params, e),
            BoundKind::Wrong => Ty::Any,
        }
    }

    /// `a - b <= 1工作日` becomes `a <= b + 1工作日`: working time has no length of its own, it leads from a moment to another.
    fn working(
        &mut self,
        params: &[Ty],
        (a, left): (&mut Bound, &Ty),
        (b, right): (&mut Bound, &Ty),
    ) -> bool {
        let (times, work) = match (left, right) {
            (Ty::Span, Ty::Work) => (a, b),
            (Ty::Work, Ty::Span) => (b, a),
            _ => return false,
        };
        if let BoundKind::Sum(first, rest) = &mut times.kind
            && let [(false, second)] = rest.as_mut_slice()
            && self.ty(params, first) == Ty::Moment
            && self.ty(params, second) == Ty::Moment
            && !matches!(second.kind, BoundKind::Sum(..))
        {
            let nothing = |span| Bound { kind: BoundKind::Wrong, span };
            let (to_span, from_span, length_span) = (first.span, second.span, work.span);
            let to = std::mem::replace(&mut **first, nothing(to_span));
            let from = std::mem::replace(second, nothing(from_span));
            let length = std::mem::replace(work, nothing(length_span));
            let span = from.span.to(length.span);
            *times = to;
            *work = Bound { kind: BoundKind::Sum(Box::new(from), vec![(true, length)]), span };
            return true;
        }
        let message = say!(
            "工作时长只能与两个时间之差比较，或加在一个时间上",
            "working time is compared with the difference of two times, or added to a time"
        );
        let help = say!("如 签收.时间 - 采集.时间 <= 1工作日", "such as b.at - a.at <= 1workday");
        self.push(self.error("E0314", times.span, message).help(help));
        times.kind = BoundKind::Wrong;
        work.kind = BoundKind::Wrong;
        true
    }

    /// What is summed up or told apart is recorded by each occurrence.
    fn occurrence(&mut self, of: &Bound) {
        if matches!(of.kind, BoundKind::Count(_) | BoundKind::Done(_)) {
            let message = say!(
                "“次数”和“完成”属于环节，不是每次发生记录的",
                "`count` and `done` are of the node: no occurrence records them"
            );
            self.push(self.error("E0307", of.span, message));
        }
    }

    /// `-x` becomes `0 - x` of its type.
    fn negative(&mut self, params: &[Ty], e: &mut Bound) -> Ty {
        let BoundKind::Negative(inner) = &mut e.kind else { return Ty::Any };
        let is = self.ty(params, inner);
        let zero = match is {
            Ty::Span => BoundKind::Span(Span::ZERO),
            Ty::Any => return Ty::Any,
            _ => BoundKind::Number(0.0),
        };
        if is != Ty::Span {
            self.want(&is, &Ty::Number, inner.span);
        }
        let zero = Bound { kind: zero, span: e.span };
        let inner = std::mem::replace(&mut **inner, Bound { kind: BoundKind::Wrong, span: e.span });
        e.kind = BoundKind::Sum(Box::new(zero), vec![(false, inner)]);
        is
    }

    fn sum(&mut self, params: &[Ty], e: &mut Bound) -> Ty {
        let BoundKind::Sum(first, rest) = &mut e.kind else { return Ty::Any };
        let mut left = self.ty(params, first);
        let alone = rest.len() == 1 && !matches!(first.kind, BoundKind::Sum(..));
        for (plus, inner) in rest {
            let right = self.ty(params, inner);
            let result = match (&left, *plus, &right) {
                (Ty::Any, ..) | (.., Ty::Any) => Some(Ty::Any),
                (Ty::Number, _, Ty::Number) => Some(Ty::Number),
                (Ty::Span, _, Ty::Span) | (Ty::Moment, false, Ty::Moment) => Some(Ty::Span),
                (Ty::Moment, _, Ty::Span) | (Ty::Span, true, Ty::Moment) => Some(Ty::Moment),
                // Nothing else is added where working time is: the sum would depend on the order.
                (Ty::Moment, _, Ty::Work) if alone => Some(Ty::Moment),
                _ => None,
            };
            if result.is_none() {
                let ((a, a_en), (b, b_en)) = (left.words(), right.words());
                let (sign, verb) = if *plus { ("+", "加") } else { ("-", "减") };
                let message = say!("{a}不能{verb}{b}", "{a_en} {sign} {b_en} has no meaning");
                let mut diagnostic = self.error("E0303", inner.span, message);
                if right == Ty::Number && matches!(left, Ty::Span | Ty::Moment) {
                    diagnostic = diagnostic
                        .help(say!("时长要写单位，如 30分钟", "a duration has a unit, such as 30min"));
                }
                self.push(diagnostic);
            }
            left = result.unwrap_or(Ty::Any);
        }
        left
    }
}

fn patient(of: Of) -> Ty {
    match of {
        Of::Age => Ty::Number,
        Of::BirthDate => Ty::Moment,
        Of::Dept => Ty::World(World::Department),
        Of::Ward => Ty::World(World::Ward),
        Of::Id | Of::Name | Of::Sex | Of::VisitNo | Of::Bed | Of::BabyNo => Ty::Text,
    }
}

fn attribute(attr: Attr) -> Ty {
    match attr {
        Attr::At | Attr::Began | Attr::Recorded | Attr::Arrived => Ty::Moment,
        Attr::By => Ty::Person,
        Attr::Role => Ty::World(World::Role),
        Attr::System => Ty::World(World::System),
        Attr::Campus => Ty::World(World::Campus),
        Attr::Dept | Attr::Title | Attr::Terminal | Attr::Capture => Ty::Text,
    }
}
