//! Lines of a test that are not written as one: their time, their person, their expectation.

use super::super::Rule;
use super::super::build::Body;
use super::{Finding, meant, starts_line};
use crate::diagnostic::{Diagnostic, nearest};
use crate::lexicon;
use crate::say;

impl Finding<'_, '_> {
    pub(super) fn in_test(&self) -> Option<Diagnostic> {
        if self.body != Body::Test {
            return None;
        }
        self.no_time().or_else(|| self.no_expectation()).or_else(|| self.no_person())
    }

    /// The statement, in the text of the grammar.
    fn line(&self) -> &str {
        self.builder.joined.text.get(self.from..).unwrap_or("")
    }

    /// `8点10分`, `08.10`, `8:5`, `次日08:10`.
    fn no_time(&self) -> Option<Diagnostic> {
        let line = self.line();
        let time = line.split(' ').next().filter(|t| starts_line(t) && self.at < self.from + t.len())?;
        let (day, rest) = [("次日", "次日 "), ("next_day", "next_day ")]
            .into_iter()
            .find_map(|(said, day)| Some((day, time.strip_prefix(said)?)))
            .unwrap_or(("", time));
        let numbers: Vec<u32> = rest
            .split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
            .filter_map(|n| n.parse().ok())
            .collect();
        let span = self.builder.joined.span(self.from, self.from + time.len());
        let written = self.builder.source.get(span.start..span.end).unwrap_or(time);
        let message = say!("时间不写成“{written}”", "a time is not written `{written}`");
        let diagnostic = self.error("E0302", span, message);
        let (hour, minute) = match numbers.as_slice() {
            [hour] => (*hour, 0),
            [hour, minute] => (*hour, *minute),
            _ => (99, 99),
        };
        Some(if hour < 24 && minute < 60 {
            diagnostic.help(say!("写成 {day}{hour:02}:{minute:02}", "write {day}{hour:02}:{minute:02}"))
        } else {
            diagnostic.expected(say!("时间如 08:10 或 次日 08:10", "a time such as 08:10 or next_day 08:10"))
        })
    }

    /// `09:30 应该 …`
    fn no_expectation(&self) -> Option<Diagnostic> {
        let line = self.line();
        let mut at = self.from;
        let timed = |word: &str| starts_line(word) || word == "次日" || word == "next_day";
        let word = line.split(' ').find(|word| {
            let found = !timed(word);
            at += if found { 0 } else { word.len() + 1 };
            found
        })?;
        if at == self.from || word.starts_with('@') || at >= self.at {
            return None;
        }
        let words = ["应有", "expect"];
        let near = meant::statement(word).filter(|w| words.contains(w)).map(str::to_owned);
        let near = near.or_else(|| nearest(word, words))?;
        let message = say!("“{word}”不是关键字", "`{word}` is no keyword");
        Some(self.error("E0111", self.builder.joined.token(at), message).nearest(Some(near)))
    }

    /// `审核 (医师)` and `审核 李 医师`.
    fn no_person(&self) -> Option<Diagnostic> {
        let (_, before) = self.before().filter(|_| starts_line(self.line()))?;
        if self.rest().starts_with('(') && self.has(&[Rule::k_arriving]) {
            let message = say!("角色之前缺人员", "a person is missing before the role");
            let help = say!("写成 {before} 李(…)", "write {before} LI(…)");
            return Some(self.error("E0111", self.span, message).help(help));
        }
        if !self.is_word() || self.begins_line() || lexicon::keyword(before).is_some() {
            return None;
        }
        let written = &self.written;
        let message = say!("“{before}”之后不能写“{written}”", "`{written}` cannot stand behind `{before}`");
        let help = say!(
            "角色写在括号里，如 {before}({written})",
            "a role stands in parentheses, as in {before}({written})"
        );
        Some(self.error("E0111", self.span, message).help(help))
    }
}
