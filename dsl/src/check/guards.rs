//! Whether two guards exclude each other, as far as that can be seen from the values they ask of one field.

use crate::resolve::{Bound, BoundKind};
use crate::tree::CompareOp;
use medloop_engine::name::FieldCode;

/// What a guard asks of one field, when it asks that at the top of its 且.
enum Asks<'e> {
    /// One of these.
    Among(Vec<&'e BoundKind>),
    /// None of these.
    Without(Vec<&'e BoundKind>),
    /// A number above or below a bound: (greater, bound included, bound).
    Beyond(bool, bool, f64),
}

/// True only when no event passes both.
pub(super) fn disjoint(a: &Bound, b: &Bound) -> bool {
    let (a, b) = (asks(a), asks(b));
    a.iter().any(|(field, one)| b.iter().any(|(other, two)| field == other && exclude(one, two)))
}

fn asks(e: &Bound) -> Vec<(&FieldCode, Asks<'_>)> {
    match &e.kind {
        BoundKind::And(all) => all.iter().flat_map(asks).collect(),
        BoundKind::Compare(op, a, b) => one(*op, a, b).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn one<'e>(op: CompareOp, a: &'e Bound, b: &'e Bound) -> Option<(&'e FieldCode, Asks<'e>)> {
    let (field, other, op) = match (&a.kind, &b.kind) {
        (BoundKind::EventField(f), _) => (f, b, op),
        (_, BoundKind::EventField(f)) => (f, a, turned(op)),
        _ => return None,
    };
    let number = if let BoundKind::Number(n) = other.kind { Some(n) } else { None };
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
    Some((field, asks))
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

fn literal(e: &Bound) -> Option<&BoundKind> {
    matches!(e.kind, BoundKind::Text(_) | BoundKind::Number(_) | BoundKind::Bool(_)).then_some(&e.kind)
}

fn exclude(a: &Asks<'_>, b: &Asks<'_>) -> bool {
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
                let BoundKind::Number(v) = v else { return false };
                let inside = if *up { v > n } else { v < n };
                !(inside || *with && (v - n).abs() < f64::EPSILON)
            })
        }
        _ => false,
    }
}
