//! Terms of expressions: values, and what is known of those that are missing (§7).

use super::case::{Case, Occ};
use super::combine::as_value;
use super::instance::{Card, Judged};
use super::rounds::Rounds;
use super::walk::Kind;
use crate::calendar::Work;
use crate::facts::Fact;
use crate::graph::{Attr, EndingKind, Expr, NodeIx, Pick};
use crate::name::FieldCode;
use crate::state::{Because, EndedBy, NodeStatus, Seen, What};
use crate::time::{Instant, Moment, Precision};
use crate::value::Value;
use std::sync::Arc;

/// One rule's view of its instance.
pub(super) struct View<'c, 'a> {
    pub(super) case: &'c Case<'a>,
    pub(super) order: &'c Judged<'a>,
    pub(super) track: &'c Judged<'a>,
    /// Occurrences that 每次 and 任一 have bound.
    pub(super) bound: Vec<Occ<'a>>,
    /// The moment at which open terms are looked at: now, or another when a flip is looked for.
    pub(super) now: Instant,
}

/// What a leaf looked at is not told apart, except for 完成, 次数 and 已填 of what has not happened, which are values at once: those
/// are `Done`.
pub(super) const RECORDED: What = What::Count;

/// What is known of a term's value.
#[derive(Clone, Debug)]
pub(super) enum Form {
    Plain(Value),
    Moment {
        at: Instant,
        p: Precision,
        shift: i64,
    },
    /// The time of a node that has not happened, shifted.
    AfterNow {
        shift: i64,
        p: Option<Precision>,
    },
    /// A moment, or (without one) later than now, shifted and then moved by working time.
    Worked {
        at: Option<(Instant, Precision)>,
        shift: i64,
        work: Work,
    },
    MomentBetween {
        lo: Option<i64>,
        hi: Option<i64>,
        p: Precision,
    },
    Span {
        len: i64,
        p: Option<Precision>,
    },
    SpanBetween {
        lo: Option<i64>,
        hi: Option<i64>,
        p: Option<Precision>,
    },
    /// A number that is at least this, and may still grow.
    Growing(f64),
    Unknown,
}

/// What a leaf lacks.
#[derive(Clone, Debug)]
pub(super) enum Lack {
    Nothing,
    NotApplicable(Because),
    NoData(Because),
    /// Open; whether it may stay so without fault (★), and whether the track it is awaited on has ended.
    Open {
        because: Because,
        star: bool,
        ended: bool,
    },
}

/// One leaf of a comparison.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'a> {
    pub(super) lack: Lack,
    pub(super) node: Option<NodeIx>,
    pub(super) precision: Option<Precision>,
    pub(super) seen: Vec<Seen>,
    /// The counting occurrences that it names.
    pub(super) facts: Vec<&'a Fact>,
}

pub(super) struct Term<'a> {
    pub(super) form: Form,
    pub(super) leaves: Vec<Leaf<'a>>,
}

impl<'a> Term<'a> {
    pub(super) fn plain(value: Value, node: Option<NodeIx>, facts: Vec<&'a Fact>) -> Self {
        let precision = if let Value::Moment(m) = &value { Some(m.precision) } else { None };
        let seen = Seen { node, what: RECORDED, value: value.clone() };
        let form = match value {
            Value::Moment(m) => Form::Moment { at: m.at, p: m.precision, shift: 0 },
            Value::Span(s) => Form::Span { len: s.0, p: None },
            other => Form::Plain(other),
        };
        let leaf = Leaf { lack: Lack::Nothing, node, precision, seen: vec![seen], facts };
        Self { form, leaves: vec![leaf] }
    }

    /// 完成, 次数, 已填: what also an absent node has.
    fn at_once(value: Value, node: NodeIx, facts: Vec<&'a Fact>) -> Self {
        let mut term = Self::plain(value, Some(node), facts);
        term.leaves.iter_mut().flat_map(|l| &mut l.seen).for_each(|s| s.what = What::Done);
        term
    }

    /// A value that `Compared` does not list.
    fn unlisted(value: Value) -> Self {
        let mut term = Self::plain(value, None, Vec::new());
        term.leaves.iter_mut().for_each(|l| l.seen.clear());
        term
    }

    pub(super) fn lacking(lack: Lack, node: Option<NodeIx>, facts: Vec<&'a Fact>) -> Self {
        let leaf = Leaf { lack, node, precision: None, seen: Vec::new(), facts };
        Self { form: Form::Unknown, leaves: vec![leaf] }
    }
}

/// What a rule knows of a node.
pub(super) enum Known<'a> {
    Happened(&'a Fact),
    Lacks(Lack),
}

impl<'c, 'a> View<'c, 'a> {
    /// The track on which a node happens, as this rule sees it.
    pub(super) fn place(&self, node: NodeIx) -> &'c Judged<'a> {
        if self.case.scope(node) == self.track.id.scope { self.track } else { self.order }
    }

    pub(super) fn card(&self, node: NodeIx) -> Option<&'c Card<'a>> {
        let fits = |c: &&Card<'a>| c.place.node == node && c.place.last && c.place.kind == Kind::Plain;
        self.place(node).cards.iter().find(fits)
    }

    /// The occurrences of a node in the last round, in total order.
    pub(super) fn occs(&self, node: NodeIx) -> Vec<Occ<'a>> {
        self.case.occs(&self.place(node).id, node, Rounds::Last)
    }

    /// What a node that has not happened lacks.
    pub(super) fn lack(&self, node: NodeIx) -> Lack {
        let ended = self.place(node).ended;
        let open = |star| Lack::Open { because: Because::NotHappened(node, None), star, ended };
        if self.case.negative(node) {
            return if ended {
                Lack::NotApplicable(Because::NodeNotApplicable(node, None))
            } else {
                open(true)
            };
        }
        match self.card(node) {
            Some(card) if matches!(card.status, NodeStatus::Skipped | NodeStatus::NotApplicable) => {
                Lack::NotApplicable(Because::NodeNotApplicable(node, card.reason.clone()))
            }
            Some(card) => open(self.case.is_optional(&card.place)),
            None => open(false),
        }
    }

    pub(super) fn known(&self, node: NodeIx, pick: Pick) -> Known<'a> {
        if let Some(occ) = self.bound.iter().rev().find(|o| o.node == node) {
            return Known::Happened(occ.fact);
        }
        let all = self.case.occs(&self.place(node).id, node, Rounds::All);
        let found = match pick {
            Pick::Counting => self.case.counting(node, &self.occs(node)),
            Pick::First => all.first().copied(),
            Pick::Last => all.last().copied(),
        };
        found.map_or_else(|| Known::Lacks(self.lack(node)), |o| Known::Happened(o.fact))
    }

    fn attr(&self, node: NodeIx, pick: Pick, attr: Attr) -> Term<'a> {
        let fact = match self.known(node, pick) {
            Known::Happened(fact) => fact,
            Known::Lacks(lack) => {
                let mut term = Term::lacking(lack, Some(node), Vec::new());
                if attr == Attr::At {
                    term.form = Form::AfterNow { shift: 0, p: None };
                }
                return term;
            }
        };
        let text = |t: Option<&Arc<str>>| t.map(|t| Value::Text(t.clone()));
        let actor = fact.actor.as_ref();
        let (word, value) = match attr {
            Attr::At => ("at", Some(Value::Moment(fact.at))),
            Attr::Began => ("began", Some(Value::Moment(fact.began.unwrap_or(fact.at)))),
            Attr::Recorded => ("recorded", fact.recorded.map(Value::Moment)),
            Attr::Arrived => {
                ("arrived", Some(Value::Moment(Moment { at: fact.arrived, precision: Precision::Milli })))
            }
            Attr::By => (
                "by",
                actor
                    .and_then(|a| a.person.clone())
                    .filter(|p| p.id.is_some() || p.name.is_some())
                    .map(Value::Person),
            ),
            Attr::Role => ("role", text(actor.and_then(|a| a.role.as_ref()))),
            Attr::Dept => ("dept", text(actor.and_then(|a| a.dept.as_ref()))),
            Attr::Title => ("title", text(actor.and_then(|a| a.title.as_ref()))),
            Attr::Terminal => ("terminal", text(fact.terminal.as_ref())),
            Attr::Capture => ("capture", text(fact.capture.as_ref())),
            Attr::System => ("system", Some(Value::Text(Arc::from(fact.system.as_str())))),
            Attr::Campus => ("campus", Some(Value::Text(Arc::from(fact.campus.as_str())))),
        };
        match (value, FieldCode::parse(word)) {
            (Some(value), _) => Term::plain(value, Some(node), vec![fact]),
            (None, Ok(code)) => {
                Term::lacking(Lack::NoData(Because::FieldMissing(node, code)), Some(node), vec![fact])
            }
            (None, Err(_)) => Term::lacking(Lack::NoData(Because::Nothing), Some(node), vec![fact]),
        }
    }

    fn field(&self, node: NodeIx, pick: Pick, field: &FieldCode) -> Term<'a> {
        match self.known(node, pick) {
            Known::Lacks(lack) => Term::lacking(lack, Some(node), Vec::new()),
            Known::Happened(fact) => match fact.fields.get(field) {
                Some(value) => Term::plain(value.clone(), Some(node), vec![fact]),
                None => {
                    let lack = Lack::NoData(Because::FieldMissing(node, field.clone()));
                    Term::lacking(lack, Some(node), vec![fact])
                }
            },
        }
    }

    /// An occurrence, bound or not, as a list.
    fn named(&self, node: NodeIx, pick: Pick) -> Vec<&'a Fact> {
        match self.known(node, pick) {
            Known::Happened(fact) => vec![fact],
            Known::Lacks(_) => Vec::new(),
        }
    }

    fn ending(&self, kind: EndingKind) -> Term<'a> {
        if let Some(force) = self.case.named_force(&self.track.id, kind) {
            return Term::plain(Value::Moment(force.at), None, Vec::new());
        }
        let because = Because::NoEnding(kind);
        let lack = if self.track.ended {
            Lack::NotApplicable(because)
        } else {
            Lack::Open { because, star: true, ended: false }
        };
        let mut term = Term::lacking(lack, None, Vec::new());
        term.form = Form::AfterNow { shift: 0, p: None };
        term
    }

    pub(super) fn term(&self, expr: &Expr) -> Term<'a> {
        match expr {
            Expr::Literal(value) => Term::unlisted(value.clone()),
            Expr::Param(ix) => match self.case.settings.params.get(usize::from(ix.0)) {
                Some(value) => Term::plain(value.clone(), None, Vec::new()),
                None => Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new()),
            },
            Expr::Attr(node, pick, attr) => self.attr(*node, *pick, *attr),
            Expr::Field(node, pick, field) => self.field(*node, *pick, field),
            Expr::Count(node) => {
                let count = u32::try_from(self.occs(*node).len()).unwrap_or(u32::MAX);
                let facts = self.case.counting(*node, &self.occs(*node)).map(|o| o.fact);
                Term::at_once(Value::Number(f64::from(count)), *node, facts.into_iter().collect())
            }
            Expr::Done(node) => {
                let facts = self.case.counting(*node, &self.occs(*node)).map(|o| o.fact);
                Term::at_once(Value::Bool(facts.is_some()), *node, facts.into_iter().collect())
            }
            Expr::Filled(node, pick, field) => {
                let facts = self.named(*node, *pick);
                let filled = Value::Bool(facts.iter().any(|f| f.fields.contains_key(field)));
                if facts.is_empty() {
                    return Term::at_once(filled, *node, facts);
                }
                Term::plain(filled, Some(*node), facts)
            }
            Expr::TrackKey => Term::unlisted(Value::Text(self.track.id.value.clone())),
            Expr::EndingAt(kind) => self.ending(*kind),
            Expr::EndingReason(kind) => {
                let mut term = match self.case.named_force(&self.track.id, *kind).map(|f| f.shown()) {
                    Some(EndedBy { reason: Some(reason), .. }) => {
                        return Term::plain(Value::Text(Arc::from(reason)), None, Vec::new());
                    }
                    Some(_) => Term::lacking(Lack::NoData(Because::NoReason(*kind)), None, Vec::new()),
                    None => self.ending(*kind),
                };
                term.form = Form::Unknown;
                term
            }
            Expr::EndingDone(kind) => {
                let done = self.case.named_force(&self.track.id, *kind).is_some();
                Term::unlisted(Value::Bool(done))
            }
            Expr::Patient(of, at) => self.patient(*of, at.as_deref()),
            Expr::Lookup(table, inner) => {
                let mut term = self.term(inner);
                if let Form::Plain(Value::Text(code)) = &term.form {
                    let maps = self.case.def.tables.get(table).and_then(|t| t.maps.get(code));
                    let list = maps.map(|l| l.iter().map(|c| Value::Text(c.clone())).collect());
                    term.form = Form::Plain(Value::List(list.unwrap_or_default()));
                }
                term
            }
            Expr::Length(table, keys) => {
                let terms: Vec<Term<'a>> = keys.iter().map(|e| self.term(e)).collect();
                let values: Option<Vec<Value>> = terms.iter().map(|t| as_value(&t.form)).collect();
                let row =
                    self.case.def.lengths.get(usize::from(table.0)).zip(values).map(|(table, values)| {
                        let fits = |row: &&crate::keyed::Row| {
                            row.when.iter().zip(&values).all(|(w, v)| w.as_ref().is_none_or(|w| w == v))
                        };
                        table.rows.iter().find(fits).map_or(table.default, |row| row.cell).to
                    });
                let form = match row.and_then(|length| self.case.written(length)) {
                    Some(Value::Span(s)) => Form::Span { len: s.0, p: None },
                    Some(other) => Form::Plain(other),
                    None => Form::Unknown,
                };
                Term { form, leaves: terms.into_iter().flat_map(|t| t.leaves).collect() }
            }
            Expr::List(items) => {
                let terms: Vec<Term<'a>> = items.iter().map(|e| self.term(e)).collect();
                let values = terms.iter().map(|t| as_value(&t.form)).collect::<Option<Vec<Value>>>();
                let form = values.map_or(Form::Unknown, |v| Form::Plain(Value::List(v)));
                Term { form, leaves: terms.into_iter().flat_map(|t| t.leaves).collect() }
            }
            Expr::Add(a, b) => self.arithmetic(a, b, 1),
            Expr::Sub(a, b) => self.arithmetic(a, b, -1),
            Expr::Gap(nodes) => self.gap(nodes),
            Expr::Tracks(scope) => self.track_count(*scope),
            Expr::Total(ix) => self.gathered(*ix, false),
            Expr::Distinct(ix) => self.gathered(*ix, true),
            Expr::EventField(_) => Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new()),
            Expr::Not(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Compare(..)
            | Expr::In(..)
            | Expr::Matches(..)
            | Expr::EveryOf(..)
            | Expr::SomeOf(..)
            | Expr::EachOf(_)
            | Expr::AnyOf(_) => Term::lacking(Lack::NoData(Because::Nothing), None, Vec::new()),
        }
    }
}
