//! Lengths of time: numbers with their units, or parameters.

use super::Cx;
use super::symbols::Symbols;
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon::{self, Unit};
use crate::say;
use crate::tree::{Length, LengthKind, Quantity};
use medloop_engine::calendar::Stretch;
use medloop_engine::graph;
use medloop_engine::time::Span;

/// The longest length that is taken, in days.
const LONGEST: f64 = 36_525.0;

impl Cx<'_> {
    /// A number with its unit as a length. Mistakes are told.
    pub(super) fn stretch(&mut self, quantity: &Quantity) -> Option<Stretch> {
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
            let expected = say!(
                "秒、分钟、小时、天、周、工作日、工作小时",
                "`s`, `min`, `h`, `d`, `w`, `workday`, `workhour`"
            );
            let diagnostic = self.error("E0301", unit.span, message);
            let number = quantity.number;
            self.push(match lexicon::unit_said(word) {
                Some(said) => {
                    let (zh, en) = (said.zh, said.en);
                    diagnostic.help(say!("写成 {number}{zh}", "write {number}{en}"))
                }
                None if ["月", "个月", "年", "month", "months", "year", "years"].contains(&word.as_str()) => {
                    diagnostic.help(say!(
                        "月和年长短不一，写天数，如 30天",
                        "months and years differ in length: write days, such as 30d"
                    ))
                }
                None => match nearest(word, all) {
                    Some(near) => diagnostic.nearest(Some(near)),
                    None => diagnostic.expected(expected),
                },
            });
            return None;
        };
        let Some(seconds) = known.seconds else { return self.work(quantity, known) };
        #[expect(clippy::cast_precision_loss, reason = "units are at most a week of seconds")]
        let micros = quantity.number * seconds as f64 * 1e6;
        if micros.abs() > LONGEST * 86_400e6 {
            let message = say!("时长超过一百年", "a duration of more than a hundred years");
            self.push(self.error("E0301", quantity.span, message));
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
        Some(Stretch::Clock(Span(micros.round() as i64)))
    }

    /// Working time, which needs a calendar at every campus.
    fn work(&mut self, quantity: &Quantity, unit: Unit) -> Option<Stretch> {
        let Some(work) = unit.work(quantity.number) else {
            let message = say!(
                "工作日是整数，至多 1000；工作小时至多 10000",
                "working days are whole and at most 1000, working hours at most 10000"
            );
            self.push(self.error("E0301", quantity.span, message));
            return None;
        };
        let without = self.names.catalogue.campuses.values().find(|c| c.calendar.is_none());
        if let Some(campus) = without {
            let name = &campus.name.name;
            let message = say!("院区“{name}”没有工作日历", "the campus `{name}` has no work calendar");
            let help = say!("在 hospital.yaml 里写 calendar", "say `calendar` in hospital.yaml");
            self.push(self.error("E0904", quantity.span, message).help(help));
            return None;
        }
        Some(Stretch::Work(work))
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
                let stretch = self.stretch(quantity)?;
                Some(match if length.negative { stretch.negated() } else { stretch } {
                    Stretch::Clock(span) => graph::Length::Span(span),
                    Stretch::Work(work) => graph::Length::Work(work),
                })
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
                Some(if length.negative { graph::Length::Minus(ix) } else { graph::Length::Param(ix) })
            }
        }
    }

    /// As [`Cx::forward`], of somebody who is called by the clock and not in working time.
    pub(super) fn by_the_clock(
        &mut self,
        symbols: &Symbols<'_>,
        params: &[super::Param<'_>],
        length: &Length,
    ) -> Option<graph::Length> {
        use medloop_engine::value::Value;
        let found = self.forward(symbols, params, length)?;
        let work = match found {
            graph::Length::Work(_) => true,
            graph::Length::Param(ix) => {
                params.get(usize::from(ix.0)).is_some_and(|p| matches!(p.value, Some(Value::Work(_))))
            }
            _ => false,
        };
        if work {
            let message = say!("升级的时长不能是工作时长", "escalation does not wait in working time");
            self.push(self.error("E0314", length.span, message));
            return None;
        }
        Some(found)
    }

    /// As [`Cx::length`], where it cannot lead backwards.
    pub(super) fn forward(
        &mut self,
        symbols: &Symbols<'_>,
        params: &[super::Param<'_>],
        length: &Length,
    ) -> Option<graph::Length> {
        self.not_negative(length.negative, length.span);
        self.length(symbols, params, length)
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
