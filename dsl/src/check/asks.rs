//! What conditions ask of one operand, and whether two of them exclude each other.

use crate::diagnostic::Span as Place;
use crate::resolve::{Bound, BoundKind};
use crate::tree::CompareOp;

/// What a comparison asks of its operand.
#[derive(Debug)]
pub(super) enum Asks<'e> {
    /// One of these.
    Among(Vec<&'e BoundKind>),
    /// None of these.
    Without(Vec<&'e BoundKind>),
    /// A number or length above or below a bound: (greater, bound included, bound). Lengths are in microseconds.
    Beyond(bool, bool, f64),
}

/// A comparison of an operand with what is written out.
#[derive(Debug)]
pub(super) struct Asked<'e> {
    pub(super) operand: &'e Bound,
    pub(super) asks: Asks<'e>,
    /// Where the comparison stands.
    pub(super) span: Place,
}

/// True only when no event passes both guards.
pub(super) fn disjoint(a: &Bound, b: &Bound) -> bool {
    let field = |asked: &Asked<'_>| match &asked.operand.kind {
        BoundKind::EventField(field) => Some(field.clone()),
        _ => None,
    };
    let (a, b) = (all(a), all(b));
    a.iter().any(|one| {
        let wanted = field(one);
        wanted.is_some() && b.iter().any(|two| field(two) == wanted && exclude(&one.asks, &two.asks))
    })
}

/// What an expression asks at the top of its 且.
pub(super) fn all(e: &Bound) -> Vec<Asked<'_>> {
    parts(e).into_iter().filter_map(one).collect()
}

/// The parts of a 且, those of the 且 within it included; else the expression itself.
pub(super) fn parts(e: &Bound) -> Vec<&Bound> {
    match &e.kind {
        BoundKind::And(all) => all.iter().flat_map(parts).collect(),
        _ => vec![e],
    }
}

/// What a single comparison asks.
pub(super) fn one(e: &Bound) -> Option<Asked<'_>> {
    let BoundKind::Compare(op, a, b) = &e.kind else { return None };
    let (operand, other, op) = match (literal(a).is_some() || is_list(a), literal(b).is_some() || is_list(b))
    {
        (false, true) => (&**a, &**b, *op),
        (true, false) => (&**b, &**a, turned(*op)),
        _ => return None,
    };
    let number = amount(other);
    let asks = match op {
        CompareOp::Eq => Asks::Among(vec![literal(other)?]),
        CompareOp::Ne => Asks::Without(vec![literal(other)?]),
        CompareOp::In => match &other.kind {
            BoundKind::List(all) => Asks::Among(all.iter().map(literal).collect::<Option<_>>()?),
            _ => return None,
        },
        CompareOp::Lt => Asks::Beyond(false, false, number?),
        CompareOp::Le => Asks::Beyond(false, true, number?),
        CompareOp::Gt => Asks::Beyond(true, false, number?),
        CompareOp::Ge => Asks::Beyond(true, true, number?),
        CompareOp::Matches => return None,
    };
    Some(Asked { operand, asks, span: e.span })
}

/// What is asked when the comparison is false.
pub(super) fn opposite<'e>(asks: &Asks<'e>) -> Asks<'e> {
    match asks {
        Asks::Among(all) => Asks::Without(all.clone()),
        Asks::Without(all) => Asks::Among(all.clone()),
        Asks::Beyond(up, with, n) => Asks::Beyond(!up, !with, *n),
    }
}

fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        CompareOp::In => CompareOp::Matches,
        same => same,
    }
}

fn is_list(e: &Bound) -> bool {
    matches!(e.kind, BoundKind::List(_))
}

fn literal(e: &Bound) -> Option<&BoundKind> {
    let written =
        matches!(e.kind, BoundKind::Text(_) | BoundKind::Number(_) | BoundKind::Bool(_) | BoundKind::Span(_));
    written.then_some(&e.kind)
}

/// A number, or a length in microseconds.
fn amount(e: &Bound) -> Option<f64> {
    value(&e.kind)
}

fn value(kind: &BoundKind) -> Option<f64> {
    match kind {
        BoundKind::Number(n) => Some(*n),
        #[expect(clippy::cast_precision_loss, reason = "lengths are below a hundred years in microseconds")]
        BoundKind::Span(span) => Some(span.0 as f64),
        _ => None,
    }
}

/// Whether nothing fits both.
pub(super) fn exclude(a: &Asks<'_>, b: &Asks<'_>) -> bool {
    match (a, b) {
        (Asks::Among(x), Asks::Among(y)) => !x.iter().any(|v| y.contains(v)),
        (Asks::Among(x), Asks::Without(y)) | (Asks::Without(y), Asks::Among(x)) => {
            x.iter().all(|v| y.contains(v))
        }
        (Asks::Beyond(up, with, n), Asks::Beyond(other_up, other_with, m)) if up != other_up => {
            let (low, low_with, high, high_with) =
                if *up { (n, with, m, other_with) } else { (m, other_with, n, with) };
            low > high || (low - high).abs() < f64::EPSILON && !(*low_with && *high_with)
        }
        (Asks::Among(x), Asks::Beyond(up, with, n)) | (Asks::Beyond(up, with, n), Asks::Among(x)) => {
            x.iter().all(|v| {
                let Some(v) = value(v) else { return false };
                let inside = if *up { v > *n } else { v < *n };
                !(inside || *with && (v - n).abs() < f64::EPSILON)
            })
        }
        _ => false,
    }
}
