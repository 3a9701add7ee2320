//! Lengths of time: numbers with their units, or parameters.

use super::Cx;
use super::symbols::Symbols;
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon;
use crate::say;
use crate::tree::{Length, LengthKind, Quantity};
use medloop_engine::graph;
use medloop_engine::time::Span;

/// The longest length that is taken, in days.
const LONGEST: f64 = 36_525.0;

impl Cx<'_> {
    /// A number with its unit as a length. Mistakes are told.
    pub(super) fn span(&mut self, quantity: &Quantity) -> Option<Span> {
        let Some(unit) = &quantity.unit else {
            let number = quantity.number;
            let message = say!("时长必须写单位", "a duration has a unit");
            let help = say!("如 {number}分钟、{number}小时", "such as {number}min, {number}h");
            self.push(self.error("E0301", quantity.span, message).help(help));
            return None;
        };
        let Some(known) = lexicon::unit_of(&unit.text) else {
            let word = &unit.text;
            let message = say!("没有时间单位“{word}”", "there is no unit of time `{word}`");
            let all = lexicon::UNITS.iter().flat_map(|u| [u.word.zh, u.word.en]);
            let expected = say!("秒、分钟、小时、天、周", "`s`, `min`, `h`, `d`, `w`");
            self.push(self.error("E0301", unit.span, message).expected(expected).nearest(nearest(word, all)));
            return None;
        };
        let Some(seconds) = known.seconds else {
            self.not_yet("E0904", quantity.span, "工作日历", "the work calendar");
            return None;
        };
        #[expect(clippy::cast_precision_loss, reason = "units are at most a week of seconds")]
        let micros = quantity.number * seconds as f64 * 1e6;
        if micros.abs() > LONGEST * 86_400e6 {
            let message = say!("时长超过一百年", "a duration of more than a hundred years");
            self.push(self.error("E0301", quantity.span, message));
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
        Some(Span(micros.round() as i64))
    }

    /// A length of the graph: written out, or a parameter that holds a duration.
    pub(super) fn length(
        &mut self,
        symbols: &Symbols<'_>,
        params: &[super::Param<'_>],
        length: &Length,
    ) -> Option<graph::Length> {
        match &length.kind {
            LengthKind::Quantity(quantity) => {
                let span = self.span(quantity)?;
                Some(graph::Length::Span(if length.negative { span.negated() } else { span }))
            }
            LengthKind::Name(name) => {
                let ix = symbols.param(self, name)?;
                let param = params.get(usize::from(ix.0))?;
                if matches!(param.value, Some(medloop_engine::value::Value::Number(_))) {
                    let word = &name.text;
                    let message = say!(
                        "参数“{word}”是数字，这里要时长",
                        "the param `{word}` is a number; a duration belongs here"
                    );
                    self.push(self.error("E0303", name.span, message));
                    return None;
                }
                if length.negative {
                    self.not_yet("E0907", length.span, "参数之前的负号", "a minus before a param");
                    return None;
                }
                Some(graph::Length::Param(ix))
            }
        }
    }

    /// A length that must be written out and not be negative.
    pub(super) fn plain_length(&mut self, length: &Length) -> Option<Span> {
        match &length.kind {
            LengthKind::Name(name) => {
                self.not_yet("E0908", name.span, "这里用参数作时长", "a param as this duration");
                None
            }
            LengthKind::Quantity(quantity) => {
                let span = self.span(quantity)?;
                self.not_negative(length.negative, length.span);
                Some(span)
            }
        }
    }

    pub(super) fn not_negative(&mut self, negative: bool, place: Place) {
        if negative {
            self.push(self.error(
                "E0508",
                place,
                say!("这里的时长不能是负的", "this duration cannot be negative"),
            ));
        }
    }
}
