//! Changed lengths and numbers: twice, half, and one unit more.

use super::Change;
use crate::diagnostic::{Span, Words};
use crate::say;
use crate::tree::{Length, LengthKind, Quantity, Value, ValueKind};

/// Twice, half (where it stays whole, or has a unit), and one more.
pub(super) fn quantities(old: &Quantity) -> Vec<Change<Quantity>> {
    let n = old.number;
    let mut numbers = vec![n + 1.0, n * 2.0, n / 2.0];
    numbers.dedup();
    numbers.retain(|m| *m != n);
    let whole = old.unit.as_ref().is_none_or(|u| u.text == "工作日" || u.text == "workday");
    let fits = |m: &f64| !whole || m.fract() == 0.0;
    let new = numbers.into_iter().filter(fits).map(|number| Quantity { number, ..old.clone() });
    new.map(|q| Change::new(old.span, changed(old, &q), between(old, &q), q)).collect()
}

pub(super) fn lengths(old: &Length) -> Vec<Change<Length>> {
    let LengthKind::Quantity(quantity) = &old.kind else { return Vec::new() };
    let changes = quantities(quantity).into_iter();
    changes.map(|c| c.within(|q| Length { kind: LengthKind::Quantity(q), ..old.clone() })).collect()
}

pub(super) fn values(old: &Value) -> Vec<Change<Value>> {
    let ValueKind::Number(quantity) = &old.kind else { return Vec::new() };
    let changes = quantities(quantity).into_iter();
    changes.map(|c| c.within(|q| Value { kind: ValueKind::Number(q), ..old.clone() })).collect()
}

/// What leaving something out is called.
pub(super) fn removed<T>(span: Span, what: Words, test: Words) -> Change<T> {
    Change { span, what, test, new: None }
}

fn spell(q: &Quantity) -> String {
    format!("{}{}", q.number, q.unit.as_ref().map_or("", |u| u.text.as_str()))
}

fn changed(old: &Quantity, new: &Quantity) -> Words {
    let (old, new) = (spell(old), spell(new));
    say!("{old} 改为 {new}", "{old} becomes {new}")
}

fn between(old: &Quantity, new: &Quantity) -> Words {
    let (low, high) = if old.number < new.number { (old, new) } else { (new, old) };
    let (low, high) = (spell(low), spell(high));
    say!("写一个落在 {low} 与 {high} 之间的测试", "write a test in which it lies between {low} and {high}")
}
