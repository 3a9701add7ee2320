//! A test as steps: events with their arrival, and expectations with their time.

use super::values;
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use crate::tree::{self, Day, Expectation, Setting, TestItem, When};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::{CampusSettings, Definition};
use medloop_engine::name::CampusCode;
use medloop_engine::time::{Civil, Instant, Zone};
use medloop_engine::value::{Type, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// A test made ready.
pub(super) struct Script {
    pub(super) definition: Arc<Definition>,
    pub(super) campus: CampusCode,
    pub(super) key: String,
    pub(super) events: Vec<Step>,
    pub(super) checks: Vec<Check>,
}

/// One event.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) json: Json,
    pub(super) arrives: Instant,
    pub(super) span: Span,
}

/// One expectation; `None`: when no timer of the loop is left.
pub(super) struct Check {
    pub(super) at: Option<Instant>,
    pub(super) expectation: Expectation,
    pub(super) span: Span,
}

/// What is known while the lines of a test are read.
pub(super) struct Reader<'a> {
    file: &'a str,
    pub(super) catalogue: &'a Catalogue,
    pub(super) definition: Arc<Definition>,
    pub(super) campus: CampusCode,
    pub(super) zone: Zone,
    pub(super) key: String,
    pub(super) patient: Option<String>,
    pub(super) sent: Vec<Sent>,
    /// From which 次日 and +N天 count: the date of the first line, else [`DAY_ONE`].
    first: Civil,
    /// The day of the line before.
    today: Option<Civil>,
    found: &'a mut Vec<Diagnostic>,
}

/// What a later 撤回 or 更正 may point at.
pub(super) struct Sent {
    pub(super) what: String,
    pub(super) at: Instant,
    pub(super) track: Option<Json>,
    pub(super) source: String,
    pub(super) id: String,
}

/// Reads a test; names and values that fit nothing are reported, and then it cannot be run.
pub(super) fn read(
    file: &str,
    test: &tree::Test,
    catalogue: &Catalogue,
    definition: &Arc<Definition>,
    found: &mut Vec<Diagnostic>,
) -> Option<Script> {
    let Some(campus) = catalogue.campuses.keys().next().cloned() else {
        let words =
            Words::new("目录里没有院区，测试无法运行", "the catalogue has no campus, so the test cannot run");
        found.push(Diagnostic::error("E0610", file, test.span, words));
        return None;
    };
    let mut reader = Reader {
        file,
        catalogue,
        definition: Arc::clone(definition),
        zone: Zone::fixed("UTC", 0),
        campus,
        key: "TEST-1".to_owned(),
        patient: None,
        sent: Vec::new(),
        first: DAY_ONE,
        today: None,
        found,
    };
    for item in &test.items {
        if let TestItem::Setting(setting) = item {
            reader.setting(setting);
        }
    }
    reader.zone = CampusSettings::of(&reader.definition, &reader.campus).zone;
    let (mut events, mut checks) = (Vec::new(), Vec::new());
    for item in &test.items {
        match item {
            TestItem::Event(line) => {
                reader.turn(&line.when.day);
                events.extend(reader.event(line));
            }
            TestItem::Expect { when, expectation, span } => {
                if let Some(when) = when {
                    reader.turn(&when.day);
                }
                let at = when.as_ref().map(|when| reader.instant(when));
                checks.push(Check { at, expectation: expectation.clone(), span: *span });
            }
            TestItem::Setting(_) => {}
        }
    }
    let Reader { definition, campus, key, .. } = reader;
    found.is_empty().then_some(Script { definition, campus, key, events, checks })
}

impl Reader<'_> {
    pub(super) fn fail(&mut self, span: Span, words: Words, near: Option<String>) {
        self.found.push(Diagnostic::error("E0610", self.file, span, words).nearest(near));
    }

    fn setting(&mut self, setting: &Setting) {
        match setting {
            Setting::Key(value) => self.key = values::text(value),
            Setting::Patient(value) => self.patient = Some(values::text(value)),
            Setting::Campus(value) => {
                let text = values::text(value);
                let campuses = &self.catalogue.campuses;
                let found = campuses.iter().find(|(c, d)| c.as_str() == text || d.name.name == text);
                if let Some((code, _)) = found {
                    self.campus = code.clone();
                } else {
                    let near =
                        nearest(&text, campuses.iter().flat_map(|(c, d)| [c.as_str(), d.name.name.as_str()]));
                    let words = crate::say!("没有叫 “{text}” 的院区", "there is no campus “{text}”");
                    self.fail(value.span, words, near);
                }
            }
            Setting::Param(name, value) => self.param(name, value),
        }
    }

    fn param(&mut self, name: &tree::Name, value: &tree::Value) {
        let wanted = name.text.as_str();
        let index = self.definition.params.iter().position(|p| p.code.as_str() == wanted || p.name == wanted);
        let Some(index) = index else {
            let names = self.definition.params.iter().flat_map(|p| [p.name.as_str(), p.code.as_str()]);
            let near = nearest(wanted, names);
            self.fail(
                name.span,
                crate::say!("没有叫 “{wanted}” 的参数", "there is no param “{wanted}”"),
                near,
            );
            return;
        };
        if matches!(self.definition.params.get(index).map(|p| &p.value), Some(Value::Work(_))) {
            return self.working(index, value);
        }
        let is_span = matches!(self.definition.params.get(index).map(|p| &p.value), Some(Value::Span(_)));
        let kind = if is_span { Type::Span } else { Type::Number };
        let number = values::json(value, Some(&kind), DAY_ONE, &self.zone).as_f64();
        let Some(number) = number else {
            let words = Words::new("参数的值应为数字或时长", "a param's value is a number or a duration");
            self.fail(value.span, words, None);
            return;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a limit is far below 2^53 microseconds")]
        let value = if is_span {
            Value::Span(medloop_engine::time::Span((number * 1_000_000.0).round() as i64))
        } else {
            Value::Number(number)
        };
        self.set(index, &value);
    }

    fn set(&mut self, index: usize, value: &Value) {
        let definition = Arc::make_mut(&mut self.definition);
        for settings in definition.campuses.values_mut() {
            if let Some(slot) = settings.params.get_mut(index) {
                slot.clone_from(value);
            }
        }
    }

    /// A param that holds working time.
    fn working(&mut self, index: usize, value: &tree::Value) {
        let work = match &value.kind {
            tree::ValueKind::Number(q) => {
                q.unit.as_ref().and_then(|u| crate::lexicon::unit_of(&u.text)).and_then(|u| u.work(q.number))
            }
            _ => None,
        };
        match work {
            Some(work) => self.set(index, &Value::Work(work)),
            None => {
                let words = Words::new(
                    "参数的值应为工作日或工作小时",
                    "the param's value is a number of working days or hours",
                );
                self.fail(value.span, words, None);
            }
        }
    }

    /// Goes on to a line of that day.
    fn turn(&mut self, stated: &Day) {
        let day = self.day(stated);
        if self.today.is_none() && matches!(stated, Day::Date(..)) {
            self.first = day;
        }
        self.today = Some(day);
    }

    /// The day that is meant on the line at hand.
    pub(super) fn day(&self, day: &Day) -> Civil {
        match day {
            Day::Same => self.today.unwrap_or(DAY_ONE),
            Day::Plus(n) => {
                let utc = Zone::fixed("UTC", 0);
                utc.civil(utc.instant(self.first).plus(medloop_engine::time::Span::days(i64::from(*n))))
            }
            Day::Date(year, month, day) => Civil { year: *year, month: *month, day: *day, micros: 0 },
        }
    }

    pub(super) fn instant(&self, when: &When) -> Instant {
        values::instant(self.day(&when.day), when.clock, &self.zone)
    }
}

/// 2026-01-05, a Monday.
pub(crate) const DAY_ONE: Civil = Civil { year: 2026, month: 1, day: 5, micros: 0 };
