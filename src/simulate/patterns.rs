//! What a loop's rules ask for, as far as it can be read off their form: what an order must keep to be faultless, and
//! what to change in it so that exactly one rule is broken.

use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{Attr, CampusSettings, Compare, Definition, Expr, Length, NodeIx, ParamIx, Pick};
use medloop_engine::name::{FieldCode, TableCode};
use medloop_engine::patient::Of;
use medloop_engine::time::Span;
use medloop_engine::value::Value;
use serde_json::{Value as Json, json};
use std::sync::Arc;

use super::{ordinary, values};

/// A field at a node.
pub(crate) type Place = (NodeIx, FieldCode);

/// One thing that one rule asks for.
#[derive(Clone, Debug)]
pub(crate) enum Asks {
    /// `a.时间 - b.时间 <= L`.
    /// Of a named duration: the shortest and the longest that it may be.
    Within { node: NodeIx, base: NodeIx, length: Span, longest: Span },
    /// `a.时间 - b.时间 >= L`.
    Apart { node: NodeIx, base: NodeIx, length: Span },
    /// `间隔(…) <= L`.
    Pauses { nodes: Vec<NodeIx>, length: Span },
    /// `n.F != m.人员`: somebody else.
    OtherPerson { place: Place, than: NodeIx },
    /// `a.人员 != b.人员`.
    OtherActor { node: NodeIx, than: NodeIx },
    /// `a.人员 == b.人员`, alone or as one of several ways to comply.
    SameActor { node: NodeIx, with: NodeIx },
    /// `a.F == b.G`.
    Equal { place: Place, with: Place },
    /// `a.F == "…"`, `a.F == 真`.
    Is { place: Place, value: Json },
    /// `a.F 属于 T(b.G)`.
    Fits { place: Place, table: TableCode, with: Place },
    /// `a.F` lies after the time of a node.
    After { place: Place },
    /// `a.F` lies before the time of a node.
    Before { place: Place },
    /// `已填(a.F)`.
    Filled { place: Place },
    /// `a.时间 < b.时间` or `<=`.
    Order { first: NodeIx, then: NodeIx },
    /// `n.科室 == 患者.科室`, `患者.病区`.
    Dept { of: NodeIx },
    /// `n.科室 != m.科室`.
    OtherDept { of: NodeIx, than: NodeIx },
    /// `n.完成`, of a node that is optional.
    Happened { node: NodeIx },
    /// `n.次数 >= L`.
    Times { node: NodeIx, least: i64 },
    /// `n.职称 属于 (…)`.
    Title { of: NodeIx, titles: Vec<Arc<str>> },
}

/// What is read off one rule.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Index in [`Definition::rules`].
    pub(crate) rule: usize,
    /// What it asks for.
    pub(crate) asks: Asks,
    /// Whether doing otherwise breaks the rule: it applies to an ordinary order, and there is no other way to comply.
    pub(crate) breakable: bool,
}

/// Everything the rules of a definition ask for, at one campus.
pub(crate) fn read(definition: &Definition, campus: &CampusSettings) -> Vec<Asked> {
    let mut found = Vec::new();
    let strange = ordinary::exceptional(definition);
    let grave = thresholds(definition, campus);
    for (rule, written) in definition.rules.iter().enumerate() {
        // A faultless order is no grave case: what is asked of one is not asked of it.
        let rare = |part: &Expr| ordinary::rare(definition, part);
        if grave.iter().any(|(r, ..)| *r == rule) || written.applies.iter().flat_map(parts).any(rare) {
            continue;
        }
        let mut asks = Vec::new();
        gather(&written.check, definition, campus, &mut asks);
        let usual =
            written.applies.iter().flat_map(parts).all(|part| ordinary::applies(definition, &strange, part));
        let breakable = usual && ordinary::one_way(&written.check, definition, campus);
        // What is left out altogether is another fault.
        let doable =
            |asks: &Asks| !matches!(asks, Asks::Happened { .. } | Asks::Times { .. } | Asks::Apart { .. });
        found.extend(asks.into_iter().map(|asks| Asked {
            rule,
            breakable: breakable && doable(&asks),
            asks,
        }));
    }
    found
}

/// Every node an expression names.
pub(crate) fn named(expression: &Expr, found: &mut Vec<NodeIx>) {
    found.extend(expression.nodes());
}

/// Fields that must stay below a number so that a rule for grave cases does not apply: `适用 … n.F >= L`.
pub(crate) fn thresholds(definition: &Definition, campus: &CampusSettings) -> Vec<(usize, Place, f64)> {
    let mut found = Vec::new();
    for (rule, written) in definition.rules.iter().enumerate() {
        for part in written.applies.iter().flat_map(parts) {
            if let Expr::Compare(Compare::Ge | Compare::Gt, left, right) = part
                && let Expr::Field(node, _, field) = left.as_ref()
                && let Some(Value::Number(least)) = constant(right, campus)
            {
                found.push((rule, (*node, field.clone()), least));
            }
        }
    }
    found
}

/// Rules of the form "when F is X, then NODE must have happened": the rule, where X stands, X, and the node.
pub(crate) fn duties(definition: &Definition) -> Vec<(usize, Place, Arc<str>, NodeIx)> {
    let mut found = Vec::new();
    for (rule, written) in definition.rules.iter().enumerate() {
        let (Some(applies), Expr::Done(duty)) = (&written.applies, &written.check) else { continue };
        let mut cases = Vec::new();
        equalities(applies, &mut cases);
        found.extend(cases.into_iter().map(|(place, text)| (rule, place, text, *duty)));
    }
    found
}

fn equalities(expression: &Expr, found: &mut Vec<(Place, Arc<str>)>) {
    match expression {
        Expr::Or(all) => all.iter().for_each(|e| equalities(e, found)),
        Expr::SomeOf(_, inner) => equalities(inner, found),
        Expr::Compare(Compare::Eq, left, right) => {
            if let (Expr::Field(node, _, field), Expr::Literal(Value::Text(text))) =
                (left.as_ref(), right.as_ref())
            {
                found.push(((*node, field.clone()), text.clone()));
            }
        }
        _ => {}
    }
}

pub(super) fn parts(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::And(all) => all.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

/// What `expression` is at a campus, when it is written out or a parameter.
fn constant(expression: &Expr, campus: &CampusSettings) -> Option<Value> {
    match expression {
        Expr::Literal(value) => Some(value.clone()),
        Expr::Param(ParamIx(ix)) => campus.params.get(usize::from(*ix)).cloned(),
        _ => None,
    }
}

fn span(expression: &Expr, campus: &CampusSettings) -> Option<Span> {
    match constant(expression, campus)? {
        Value::Span(span) => Some(span),
        _ => None,
    }
}

/// Every length that an expression may be: written out, a parameter, or any of a named table.
fn spans(expression: &Expr, definition: &Definition, campus: &CampusSettings) -> Vec<Span> {
    let Expr::Length(table, keys) = expression else {
        return span(expression, campus).into_iter().collect();
    };
    let table = definition.lengths.get(usize::from(table.0));
    let usual = |key: &Expr| match key {
        Expr::Field(_, _, field) => values::ordinary(definition, field).map(|c| Value::Text(c.clone())),
        _ => None,
    };
    // Where all that chooses the row has an ordinary value, it is the row of that.
    let usual: Option<Vec<Value>> = keys.iter().map(usual).collect();
    let all: Vec<Length> = match (table, usual) {
        (Some(table), Some(usual)) => {
            vec![table.cell(&usual.iter().map(Some).collect::<Vec<_>>()).to]
        }
        (table, _) => table.into_iter().flat_map(|t| t.lengths()).collect(),
    };
    let all = all.into_iter();
    all.filter_map(|l| match campus.stretch(l) {
        Some(Stretch::Clock(span)) => Some(span),
        _ => None,
    })
    .collect()
}

pub(super) fn gather(
    expression: &Expr,
    definition: &Definition,
    campus: &CampusSettings,
    found: &mut Vec<Asks>,
) {
    match expression {
        Expr::And(all) => {
            for part in all {
                match part {
                    Expr::Done(node) => found.push(Asks::Happened { node: *node }),
                    other => gather(other, definition, campus, found),
                }
            }
        }
        Expr::EveryOf(_, inner) => gather(inner, definition, campus, found),
        // Of several ways to comply the first is taken.
        Expr::Or(all) => all.iter().take(1).for_each(|e| gather(e, definition, campus, found)),
        Expr::Filled(node, _, field) => found.push(Asks::Filled { place: (*node, field.clone()) }),
        Expr::In(left, right) => {
            if let (Expr::Attr(of, _, Attr::Title), Expr::List(all)) = (left.as_ref(), right.as_ref()) {
                let text = |e: &Expr| match e {
                    Expr::Literal(Value::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                found.push(Asks::Title { of: *of, titles: all.iter().filter_map(text).collect() });
            }
            if let (Expr::Field(node, _, field), Expr::Lookup(table, inner)) = (left.as_ref(), right.as_ref())
                && let Expr::Field(of, _, its) = inner.as_ref()
            {
                let (place, with) = ((*node, field.clone()), (*of, its.clone()));
                found.push(Asks::Fits { place, table: table.clone(), with });
            }
        }
        Expr::Compare(how, left, right) => found.extend(comparison(*how, left, right, definition, campus)),
        _ => {}
    }
}

fn comparison(
    how: Compare,
    left: &Expr,
    right: &Expr,
    definition: &Definition,
    campus: &CampusSettings,
) -> Option<Asks> {
    use Compare::{Eq, Ge, Gt, Le, Lt, Ne};
    Some(match (how, left, right) {
        (Le | Lt, Expr::Sub(late, early), length) => {
            let (Expr::Attr(node, Pick::Counting | Pick::First, Attr::At), Expr::Attr(base, _, Attr::At)) =
                (late.as_ref(), early.as_ref())
            else {
                return None;
            };
            let lengths = spans(length, definition, campus);
            let (shortest, longest) = (*lengths.iter().min()?, *lengths.iter().max()?);
            Asks::Within { node: *node, base: *base, length: shortest, longest }
        }
        (Ge | Gt, Expr::Sub(late, early), length) => {
            let (Expr::Attr(node, _, Attr::At), Expr::Attr(base, _, Attr::At)) =
                (late.as_ref(), early.as_ref())
            else {
                return None;
            };
            let length = spans(length, definition, campus).into_iter().max()?;
            Asks::Apart { node: *node, base: *base, length }
        }
        (Le | Lt, Expr::Gap(nodes), length) => {
            Asks::Pauses { nodes: nodes.clone(), length: span(length, campus)? }
        }
        (Ne, Expr::Field(node, _, field), Expr::Attr(than, _, Attr::By))
        | (Ne, Expr::Attr(than, _, Attr::By), Expr::Field(node, _, field)) => {
            Asks::OtherPerson { place: (*node, field.clone()), than: *than }
        }
        (Ne, Expr::Attr(node, _, Attr::By), Expr::Attr(than, _, Attr::By)) => {
            Asks::OtherActor { node: *node, than: *than }
        }
        (Eq, Expr::Attr(node, _, Attr::By), Expr::Attr(with, _, Attr::By)) => {
            Asks::SameActor { node: *node, with: *with }
        }
        (
            Le | Lt,
            Expr::Attr(first, _, Attr::At),
            Expr::Attr(then, Pick::Counting | Pick::First, Attr::At),
        ) => Asks::Order { first: *first, then: *then },
        (Eq, Expr::Attr(of, _, Attr::Dept), Expr::Patient(Of::Dept | Of::Ward, _)) => Asks::Dept { of: *of },
        (Eq, Expr::Field(node, _, field), Expr::Field(with, _, other)) => {
            Asks::Equal { place: (*node, field.clone()), with: (*with, other.clone()) }
        }
        (Eq, Expr::Field(node, _, field), Expr::Literal(Value::Text(text))) => {
            Asks::Is { place: (*node, field.clone()), value: json!(text.as_ref()) }
        }
        (Eq, Expr::Field(node, _, field), Expr::Literal(Value::Bool(said))) => {
            Asks::Is { place: (*node, field.clone()), value: json!(said) }
        }
        (Ne, Expr::Attr(of, _, Attr::Dept), Expr::Attr(than, _, Attr::Dept)) => {
            Asks::OtherDept { of: *of, than: *than }
        }
        (Ge, Expr::Count(node), least) => match constant(least, campus)? {
            #[expect(clippy::cast_possible_truncation, reason = "bounded")]
            Value::Number(least) => Asks::Times { node: *node, least: least.clamp(1.0, 100.0) as i64 },
            _ => return None,
        },
        (Le | Lt, Expr::Attr(_, _, Attr::At), Expr::Field(node, _, field))
        | (Ge | Gt, Expr::Field(node, _, field), Expr::Attr(_, _, Attr::At)) => {
            Asks::After { place: (*node, field.clone()) }
        }
        (Le | Lt, Expr::Field(node, _, field), Expr::Attr(_, _, Attr::At))
        | (Ge | Gt, Expr::Attr(_, _, Attr::At), Expr::Field(node, _, field)) => {
            Asks::Before { place: (*node, field.clone()) }
        }
        _ => return None,
    })
}
