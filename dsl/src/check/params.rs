//! Params: the value within its range.

use super::Checker;
use crate::resolve::Loop;
use crate::say;
use medloop_engine::calendar::Work;
use medloop_engine::value::Value;

impl Checker<'_, '_> {
    pub(super) fn params(&mut self, of: &Loop<'_>) {
        for param in &of.params {
            let (Some(value), Some((low, high)), Some((low_tree, high_tree))) =
                (&param.value, &param.range, &param.tree.range)
            else {
                continue;
            };
            let word = &param.tree.name.text;
            let range = low_tree.span.to(high_tree.span);
            if size(low) > size(high) {
                self.push(self.error(
                    "E0310",
                    range,
                    say!("范围的下限大于上限", "the range begins above its end"),
                ));
            } else if size(value) < size(low) || size(value) > size(high) {
                let message = say!(
                    "参数“{word}”的值在它自己的范围之外",
                    "the value of `{word}` lies outside its own range"
                );
                self.push(
                    self.error("E0509", param.tree.value.span, message)
                        .label(range, say!("范围", "the range")),
                );
            }
        }
    }
}

fn size(value: &Value) -> f64 {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "lengths are below a hundred years in microseconds, less than 2^53"
        )]
        Value::Span(span) => span.0 as f64,
        Value::Number(n) => *n,
        Value::Work(Work::Days(n)) => f64::from(*n),
        #[expect(clippy::cast_precision_loss, reason = "at most ten thousand hours")]
        Value::Work(Work::Hours(span)) => span.0 as f64,
        _ => 0.0,
    }
}
