//! Tests: settings, lines with their time, expectations.

use super::{Body, Builder};
use crate::diagnostic::Span;
use crate::lexicon;
use crate::parse::Rule;
use crate::say;
use crate::tree::{
    Day, EndingKind, EventChange, EventLine, Expectation, Name, Person, Selector, Setting, Test, TestItem,
    Text, Value, ValueKind, What, When,
};
use medloop_engine::time::civil;
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn test(&mut self, pair: Pair<'_, Rule>) -> Option<Test> {
        let span = self.span(&pair);
        let (mut title, mut items) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => title = Some(self.text(&part)),
                Rule::test_body => {
                    self.statements(Body::Test, part.into_inner(), |this, clause| {
                        items.extend(this.test_clause(clause))
                    });
                }
                _ => {}
            }
        }
        Some(Test { doc: self.doc(span), title: title?, items, span })
    }

    fn test_clause(&mut self, pair: Pair<'_, Rule>) -> Option<TestItem> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::timed => {
                let mut inner = pair.into_inner();
                let when = inner.next().and_then(|p| self.when(p));
                let rest = inner.next()?;
                if rest.as_rule() == Rule::event_line {
                    return Some(TestItem::Event(self.event_line(when?, rest, span)?));
                }
                let expectation = rest.into_inner().find(|p| p.as_rule() == Rule::expectation)?;
                let expectation = self.expectation(expectation)?;
                Some(TestItem::Expect { when: Some(when?), expectation, span })
            }
            Rule::finally => {
                let expectation = pair.into_inner().find(|p| p.as_rule() == Rule::expectation)?;
                let expectation = self.expectation(expectation)?;
                Some(TestItem::Expect { when: None, expectation, span })
            }
            _ => self.setting(pair).map(TestItem::Setting),
        }
    }

    fn setting(&mut self, pair: Pair<'_, Rule>) -> Option<Setting> {
        let kind = pair.as_rule();
        let (mut name, mut value): (Option<Name>, Option<Value>) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name | Rule::setting_name => name = Some(self.name(&part)),
                Rule::value => value = self.value(part),
                _ => {}
            }
        }
        let value = value?;
        match kind {
            Rule::key_value => Some(Setting::Key(value)),
            Rule::set => Some(Setting::Param(name?, value)),
            _ => {
                let name = name?;
                match lexicon::position(lexicon::TEST_SETTINGS, &name.text) {
                    Some(0) => Some(Setting::Campus(value)),
                    Some(_) => Some(Setting::Patient(value)),
                    None => None,
                }
            }
        }
    }

    /// `[日期 | 次日 | +N天] HH:MM[:SS]`
    fn when(&mut self, pair: Pair<'_, Rule>) -> Option<When> {
        let span = self.span(&pair);
        let (mut day, mut clock) = (Some(Day::Same), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::next_day => day = Some(Day::Plus(1)),
                Rule::plus_days => day = self.plus_days(part),
                Rule::date => day = self.date(&part),
                Rule::clock => clock = self.clock(&part),
                _ => {}
            }
        }
        Some(When { day: day?, clock: clock?, span })
    }

    fn plus_days(&mut self, pair: Pair<'_, Rule>) -> Option<Day> {
        let span = self.span(&pair);
        let (mut count, mut unit) = (None, String::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::digits => count = part.as_str().parse::<u32>().ok().filter(|n| *n <= 10_000),
                _ => part.as_str().clone_into(&mut unit),
            }
        }
        if !matches!(unit.as_str(), "天" | "d") || count.is_none() {
            let message =
                say!("“+N”之后只能用“天”，至多 10000 天", "only days stand behind `+N`, at most 10000d");
            self.sink.push(self.sink.error("E0302", span, message).expected(say!("如 +2天", "such as +2d")));
            return None;
        }
        count.map(Day::Plus)
    }

    fn date(&mut self, pair: &Pair<'_, Rule>) -> Option<Day> {
        let mut parts = pair.as_str().split('-');
        let year = parts.next()?.parse::<i32>().ok()?;
        let month = parts.next()?.parse::<u32>().ok()?;
        let day = parts.next()?.parse::<u32>().ok()?;
        if civil(year, month, day, 0, 0, 0, 0).is_none() {
            self.no_such_time(pair.as_str(), self.span(pair));
            return None;
        }
        Some(Day::Date(year, month, day))
    }

    fn event_line(&mut self, when: When, pair: Pair<'_, Rule>, span: Span) -> Option<EventLine> {
        let mut what = None;
        let (mut person, mut source, mut arriving, mut change, mut fields) =
            (None, None, None, None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::what => what = self.what(part),
                Rule::person => person = self.person(part).filter(|p| self.same_line(span, p)),
                Rule::source => source = self.source(part),
                Rule::arriving => {
                    let inner = part.into_inner().find(|p| p.as_rule() == Rule::when)?;
                    arriving = self.when(inner);
                }
                Rule::retract => change = Some(EventChange::Retract),
                Rule::revise => change = self.revise(part),
                Rule::fields => {
                    for field in part.into_inner().filter(|p| p.as_rule() == Rule::field_value) {
                        fields.extend(self.field_value(field));
                    }
                }
                _ => {}
            }
        }
        Some(EventLine { when, what: what?, person, source, arriving, change, fields, span })
    }

    fn revise(&mut self, pair: Pair<'_, Rule>) -> Option<EventChange> {
        let digits = pair.into_inner().find(|p| p.as_rule() == Rule::digits)?;
        let number = digits.as_str().parse().ok().filter(|n| *n >= 2 && *n <= 1_000_000);
        if number.is_none() {
            let message =
                say!("更正的序号从 2 起：第一次就是 1", "revisions count from 2: the first sending is 1");
            self.sink.push(self.sink.error("E0602", self.span(&digits), message));
        }
        number.map(EventChange::Revise)
    }

    fn what(&self, pair: Pair<'_, Rule>) -> Option<What> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        Some(match inner.as_rule() {
            Rule::k_cancel => What::Ending(EndingKind::Cancel, span),
            Rule::k_stop => What::Ending(EndingKind::Stop, span),
            Rule::k_supersede => What::Ending(EndingKind::Supersede, span),
            Rule::k_excuse => What::Ending(EndingKind::Excuse, span),
            Rule::k_resume => What::Resume(span),
            Rule::event_what => {
                let path = inner.into_inner().find(|p| p.as_rule() == Rule::path)?;
                What::Event(self.dotted(path))
            }
            _ => What::Node(self.name(&inner)),
        })
    }

    fn person(&self, pair: Pair<'_, Rule>) -> Option<Person> {
        let (mut id, mut roles) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => id = Some(self.name(&part)),
                Rule::string => {
                    let text = self.text(&part);
                    id = Some(Name { text: text.value, span: text.span });
                }
                Rule::person_id => id = Some(Name { text: part.as_str().to_owned(), span: self.span(&part) }),
                Rule::roles => {
                    let names = part.into_inner().find(|p| p.as_rule() == Rule::names);
                    roles = names.map(|n| self.names(n)).unwrap_or_default();
                }
                _ => {}
            }
        }
        id.map(|id| Person { id, roles })
    }

    /// A word on the next line is no person: it was meant as a statement.
    fn same_line(&mut self, line: Span, person: &Person) -> bool {
        let between = self.source.get(line.start..person.id.span.start).unwrap_or("");
        let same = !between.contains('\n');
        if !same {
            let word = &person.id.text;
            let message = say!(
                "“{word}”不是语句；人员与环节写在同一行",
                "`{word}` is no statement; a person stands on the line of the node"
            );
            self.sink.push(self.sink.error("E0604", person.id.span, message));
        }
        same
    }

    fn source(&self, pair: Pair<'_, Rule>) -> Option<Text> {
        let part = pair.into_inner().find(|p| matches!(p.as_rule(), Rule::name | Rule::string))?;
        Some(match part.as_rule() {
            Rule::name => {
                let name = self.name(&part);
                Text { value: name.text, span: name.span }
            }
            _ => self.text(&part),
        })
    }

    fn field_value(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Value)> {
        let (mut name, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path => name = Some(self.dotted(part)),
                Rule::value => value = self.value(part),
                Rule::wrong_value => {
                    let span = self.span(&part);
                    let inner = part.into_inner().find(|p| p.as_rule() == Rule::value)?;
                    value = self.value(inner).map(|v| Value { wrong: true, span, ..v });
                }
                _ => {}
            }
        }
        name.zip(value)
    }

    fn expectation(&mut self, pair: Pair<'_, Rule>) -> Option<Expectation> {
        let span = self.span(&pair);
        let (mut whole, mut names, mut selector, mut by) = (false, Vec::new(), None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_loop => whole = true,
                Rule::name => names.push(self.name(&part)),
                Rule::selector => {
                    let twice = selector.is_some();
                    selector = self.selector(part);
                    if twice {
                        let message = say!("一条只能写一个 [字段 值]", "there is one [FIELD VALUE] at most");
                        self.sink.push(self.sink.error("E0603", span, message));
                    }
                }
                Rule::quantity => by = Some(self.quantity(part)),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        let first = names.next()?;
        if whole {
            return Some(Expectation::Loop { selector, status: first });
        }
        let second = names.next()?;
        Some(match lexicon::position(lexicon::ALERT_TARGETS, &first.text) {
            Some(i) => Expectation::Alert { raised: i == 0, rule: second, selector },
            None => Expectation::Named { name: first, selector, status: second, by },
        })
    }

    fn selector(&mut self, pair: Pair<'_, Rule>) -> Option<Selector> {
        let (mut field, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => field = Some(self.name(&part)),
                Rule::value => value = self.value(part),
                _ => {}
            }
        }
        Some(Selector { field: field?, value: value? })
    }
}

/// The text of a value that names something, such as a campus or a key.
impl Value {
    /// Its text as an event would carry it; `None` for lists.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match &self.kind {
            ValueKind::Text(text) | ValueKind::Word(text) | ValueKind::Moment(text) => Some(text.clone()),
            ValueKind::Number(quantity) => Some(quantity.number.to_string()),
            ValueKind::Bool(value) => Some(value.to_string()),
            ValueKind::Clock(clock) => Some(format!("{:02}:{:02}", clock.hour, clock.minute)),
            ValueKind::List(_) => None,
        }
    }
}
