//! Between which numbers an expression lies, whatever happens.

use crate::resolve::{Bound, BoundKind, Loop};
use medloop_engine::value::Value;

/// The least and the greatest that it can be, lengths in microseconds; `None` where nothing is known. What a campus may set counts.
pub(super) fn range(of: &Loop<'_>, e: &Bound) -> Option<(f64, f64)> {
    match &e.kind {
        BoundKind::Number(n) => Some((*n, *n)),
        BoundKind::Span(span) => Some((micros(*span), micros(*span))),
        BoundKind::Param(ix) => {
            let param = of.params.get(usize::from(ix.0))?;
            match &param.range {
                Some((low, high)) => Some((amount(low)?, amount(high)?)),
                None => param.value.as_ref().and_then(amount).map(|n| (n, n)),
            }
        }
        BoundKind::Count(_) | BoundKind::Tracks(_) | BoundKind::Distinct(..) | BoundKind::Gap(_) => {
            Some((0.0, f64::INFINITY))
        }
        BoundKind::Negative(e) => range(of, e).map(|(low, high)| (-high, -low)),
        BoundKind::Sum(first, rest) => rest.iter().try_fold(range(of, first)?, |(low, high), (plus, e)| {
            let (a, b) = range(of, e)?;
            Some(if *plus { (low + a, high + b) } else { (low - b, high - a) })
        }),
        _ => None,
    }
}

fn amount(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => Some(*n),
        Value::Span(span) => Some(micros(*span)),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "lengths are below a hundred years in microseconds, less than 2^53"
)]
fn micros(span: medloop_engine::time::Span) -> f64 {
    span.0 as f64
}
