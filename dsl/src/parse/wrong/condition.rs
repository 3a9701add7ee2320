//! What people write in a condition instead of the operators that there are.

use super::super::Rule;
use super::{Finding, meant};
use crate::diagnostic::Diagnostic;
use crate::say;

impl Finding<'_, '_> {
    pub(super) fn in_condition(&self) -> Option<Diagnostic> {
        let (rest, written) = (self.rest(), self.written.as_str());
        if self.has(&[Rule::compare_op, Rule::logic_op, Rule::sum_op]) {
            if written == "=" || written == "＝" {
                let message =
                    say!("比较相等写“==”，“=”只用于赋值", "equality is `==`; a single `=` sets a value");
                return Some(self.error("E0113", self.span, message).help(say!("写“==”", "write `==`")));
            }
            if rest.starts_with('*') {
                let message = say!("条件里没有乘法", "a condition has no multiplication");
                let help = say!("把算好的数写进参数", "work the number out and put it into a param");
                return Some(self.error("E0114", self.span, message).help(help));
            }
            if written == "包含" || written == "contains" {
                let message = say!("条件里没有“{written}”", "a condition has no `{written}`");
                return Some(
                    self.error("E0114", self.span, message)
                        .help(say!(
                            "值在清单里写 … 属于 (\"甲\"、\"乙\")",
                            "a value of a list is … in (\"a\", \"b\")"
                        ))
                        .help(say!(
                            "文字中有一段写 … 匹配 \".*甲.*\"（匹配的是整段文字）",
                            "a part of a text is … matches \".*a.*\" (the whole text has to match)"
                        )),
                );
            }
            return self.operator(self.span, written);
        }
        // `<>` and `===` stop at their second half.
        let (before, text) = self.before()?;
        if self.has(&[Rule::term, Rule::operand, Rule::sum, Rule::expr, Rule::sign])
            && before.end == self.span.start
        {
            return self.operator(before.to(self.span), &format!("{text}{written}"));
        }
        None
    }

    fn operator(&self, span: crate::diagnostic::Span, written: &str) -> Option<Diagnostic> {
        let plain: String = written.chars().map(super::super::lex::plain).collect();
        let (zh, en) = meant::operator(&plain)?;
        let message = say!("条件里不写“{written}”", "a condition has no `{written}`");
        Some(self.error("E0114", span, message).help(say!("写“{zh}”", "write `{en}`")))
    }
}
