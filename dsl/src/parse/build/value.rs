//! Numbers with units, lengths, values, times of day.

use super::Builder;
use crate::diagnostic::Span;
use crate::parse::Rule;
use crate::say;
use crate::tree::{Clock, Length, LengthKind, Name, Quantity, Value, ValueKind};
use medloop_engine::time::{Zone, parse_moment};
use pest::iterators::Pair;

impl Builder<'_> {
    /// `30`, `30分钟`.
    pub(super) fn quantity(&self, pair: Pair<'_, Rule>) -> Quantity {
        let span = self.span(&pair);
        let mut quantity = Quantity { number: 0.0, unit: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::number => quantity.number = part.as_str().parse().unwrap_or(f64::MAX),
                _ => quantity.unit = Some(Name { text: part.as_str().to_owned(), span: self.span(&part) }),
            }
        }
        quantity
    }

    /// A length with its sign.
    pub(super) fn length(&self, pair: Pair<'_, Rule>) -> Option<Length> {
        let span = self.span(&pair);
        let (mut negative, mut kind) = (false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::sign => negative = part.as_str() == "-",
                Rule::measured => kind = Some(LengthKind::Quantity(self.quantity(part))),
                Rule::name => kind = Some(LengthKind::Name(self.name(&part))),
                _ => {}
            }
        }
        kind.map(|kind| Length { negative, kind, span })
    }

    /// The length inside a clause.
    pub(super) fn inner_length(&self, pair: Pair<'_, Rule>) -> Option<Length> {
        pair.into_inner().find(|p| p.as_rule() == Rule::length).and_then(|p| self.length(p))
    }

    /// A value with its sign.
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> Option<Value> {
        let span = self.span(&pair);
        let (mut negative, mut kind) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::sign => negative = Some((part.as_str() == "-", self.span(&part))),
                Rule::string => kind = Some(ValueKind::Text(self.text(&part).value)),
                Rule::name => kind = Some(ValueKind::Word(self.name(&part).text)),
                Rule::measured => kind = Some(ValueKind::Number(self.quantity(part))),
                Rule::moment => kind = self.moment(&part).map(ValueKind::Moment),
                Rule::clock => kind = self.clock(&part).map(ValueKind::Clock),
                Rule::k_true => kind = Some(ValueKind::Bool(true)),
                Rule::k_false => kind = Some(ValueKind::Bool(false)),
                Rule::list_value => {
                    let values = part.into_inner().filter(|p| p.as_rule() == Rule::value).collect::<Vec<_>>();
                    kind = Some(ValueKind::List(values.into_iter().filter_map(|v| self.value(v)).collect()));
                }
                _ => {}
            }
        }
        match (negative, &mut kind) {
            (Some((true, _)), Some(ValueKind::Number(quantity))) => quantity.number = -quantity.number,
            (Some((_, sign)), Some(other)) if !matches!(other, ValueKind::Number(_)) => {
                let message = say!("正负号只能写在数字之前", "a sign stands only before a number");
                self.sink.push(self.sink.error("E0118", sign, message));
            }
            _ => {}
        }
        kind.map(|kind| Value { kind, wrong: false, span })
    }

    /// A date, or a date with a time of day, that exists.
    pub(super) fn moment(&mut self, pair: &Pair<'_, Rule>) -> Option<String> {
        let text = pair.as_str().to_owned();
        let padded = match text.split_once(['T', ' ']) {
            Some((date, clock)) if clock.find(':') == Some(1) => format!("{date}T0{clock}"),
            _ => text.clone(),
        };
        if parse_moment(&padded, &Zone::fixed("UTC", 0)).is_some() {
            return Some(padded);
        }
        self.no_such_time(&text, self.span(pair));
        None
    }

    /// A time of day that exists.
    pub(super) fn clock(&mut self, pair: &Pair<'_, Rule>) -> Option<Clock> {
        let parts: Vec<u32> = pair.as_str().split(':').filter_map(|p| p.parse().ok()).collect();
        let clock = match parts.as_slice() {
            [hour, minute] => Some(Clock { hour: *hour, minute: *minute, second: None }),
            [hour, minute, second] => Some(Clock { hour: *hour, minute: *minute, second: Some(*second) }),
            _ => None,
        };
        let good = clock.filter(|c| c.hour < 24 && c.minute < 60 && c.second.unwrap_or(0) < 60);
        if good.is_none() {
            self.no_such_time(pair.as_str(), self.span(pair));
        }
        good
    }

    pub(super) fn no_such_time(&mut self, text: &str, span: Span) {
        let message = say!("没有“{text}”这个时间", "there is no time `{text}`");
        let expected = say!(
            "日期如 2026-01-05，时刻如 08:00，至 23:59:59",
            "a date as 2026-01-05, a time as 08:00, up to 23:59:59"
        );
        self.sink.push(self.sink.error("E0302", span, message).expected(expected));
    }
}
