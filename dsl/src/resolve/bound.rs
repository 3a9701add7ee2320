//! Expressions whose names lead to what they name; their types are not checked yet.

use crate::diagnostic::Span as Place;
use crate::tree::CompareOp;
use medloop_engine::calendar::Work;
use medloop_engine::graph::{Attr, EndingKind, NodeIx, ParamIx, Pick, ScopeIx};
use medloop_engine::name::{FieldCode, TableCode};
use medloop_engine::patient;
use medloop_engine::time::Span;
use std::sync::Arc;

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) kind: BoundKind,
    pub(crate) span: Place,
}

/// What it is; as `engine::graph::Expr`, before types.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BoundKind {
    /// A text; a code once its comparison is checked.
    Text(Arc<str>),
    Number(f64),
    Span(Span),
    /// Working time.
    Work(Work),
    Moment(String),
    Bool(bool),
    Param(ParamIx),
    Attr(NodeIx, Pick, Attr),
    Field(NodeIx, Pick, FieldCode),
    Count(NodeIx),
    Done(NodeIx),
    EventField(FieldCode),
    /// The track's value, with the field it is of.
    TrackKey(FieldCode),
    EndingAt(EndingKind),
    /// With the field that states it.
    EndingReason(EndingKind, FieldCode),
    EndingDone(EndingKind),
    /// 患者.FIELD, by a moment or by the opening.
    Patient(patient::Of, Option<Box<Bound>>),
    Lookup(TableCode, Box<Bound>),
    /// The length that a named table holds for these values.
    Length(TableCode, Vec<Bound>),
    Not(Box<Bound>),
    And(Vec<Bound>),
    Or(Vec<Bound>),
    Compare(CompareOp, Box<Bound>, Box<Bound>),
    Filled(NodeIx, Pick, FieldCode),
    Negative(Box<Bound>),
    Sum(Box<Bound>, Vec<(bool, Bound)>),
    Every(NodeIx, Box<Bound>),
    Any(NodeIx, Box<Bound>),
    Gap(Vec<NodeIx>),
    /// 每个 F: over the tracks of a scope.
    EachTrack(ScopeIx, Box<Bound>),
    /// 任一 F:
    AnyTrack(ScopeIx, Box<Bound>),
    /// 个数(F)
    Tracks(ScopeIx),
    /// 总和(x.f): the node, and what is read of each occurrence.
    Total(NodeIx, Box<Bound>),
    /// 不同(x.f)
    Distinct(NodeIx, Box<Bound>),
    List(Vec<Bound>),
    /// Something that was told already.
    Wrong,
}

impl Bound {
    /// Calls `visit` for this expression and all inside it.
    pub(crate) fn walk(&self, visit: &mut impl FnMut(&Bound)) {
        visit(self);
        self.children().into_iter().for_each(|e| e.walk(visit));
    }

    /// What stands directly inside it, in text order.
    pub(crate) fn children(&self) -> Vec<&Bound> {
        match &self.kind {
            BoundKind::Patient(_, Some(e))
            | BoundKind::Lookup(_, e)
            | BoundKind::Not(e)
            | BoundKind::Negative(e)
            | BoundKind::Every(_, e)
            | BoundKind::Any(_, e)
            | BoundKind::EachTrack(_, e)
            | BoundKind::AnyTrack(_, e)
            | BoundKind::Total(_, e)
            | BoundKind::Distinct(_, e) => vec![e],
            BoundKind::And(all) | BoundKind::Or(all) | BoundKind::List(all) | BoundKind::Length(_, all) => {
                all.iter().collect()
            }
            BoundKind::Compare(_, a, b) => vec![a, b],
            BoundKind::Sum(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|r| &r.1)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The nodes that it names itself.
    pub(crate) fn own_nodes(&self) -> Vec<NodeIx> {
        match &self.kind {
            BoundKind::Attr(n, ..)
            | BoundKind::Field(n, ..)
            | BoundKind::Count(n)
            | BoundKind::Done(n)
            | BoundKind::Filled(n, ..)
            | BoundKind::Every(n, _)
            | BoundKind::Any(n, _) => vec![*n],
            BoundKind::Gap(all) => all.clone(),
            _ => Vec::new(),
        }
    }
}
