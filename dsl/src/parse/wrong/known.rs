//! Mistakes that people make again and again, in whatever statement.

use super::super::build::Body;
use super::super::{Rule, lex};
use super::Finding;
use crate::diagnostic::{Diagnostic, Span};
use crate::lexicon;
use crate::say;

impl Finding<'_, '_> {
    pub(super) fn known(&self) -> Option<Diagnostic> {
        self.sign_behind_keyword()
            .or_else(|| self.comma_in_number())
            .or_else(|| self.unit_apart())
            .or_else(|| self.within())
            .or_else(|| self.source_of_events())
            .or_else(|| self.role_first())
            .or_else(|| self.comma_at_end())
            .or_else(|| self.quotes())
            .or_else(|| self.no_title())
            .or_else(|| self.no_brace())
    }

    /// `角色：护士`, `角色 = 护士`, `数量: 1`.
    fn sign_behind_keyword(&self) -> Option<Diagnostic> {
        let sign = self.rest().chars().next().filter(|c| matches!(c, ':' | '='))?;
        let (_, before) = self.before()?;
        if self.has(&[Rule::equals]) && sign == ':' {
            let message = say!("这里写“=”，不写冒号", "`=` belongs here, not a colon");
            return Some(self.error("E0125", self.span, message).help(say!("写成 … = …", "write … = …")));
        }
        let value = self.body == Body::Test && self.has(&[Rule::value, Rule::string, Rule::name]);
        let keyword = lexicon::keyword(before).is_some();
        if self.has(&[Rule::colon]) || !(keyword || value) {
            return None;
        }
        let written = &self.written;
        let message = say!("“{before}”之后不写“{written}”", "no `{written}` stands behind `{before}`");
        let help = say!("只空一格：{before} …", "only a blank: {before} …");
        Some(self.error("E0125", self.span, message).help(help))
    }

    /// `0,5小时`
    fn comma_in_number(&self) -> Option<Diagnostic> {
        let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let text = self.builder.joined.text.as_str();
        let comma = match self.rest().strip_prefix(',') {
            Some(rest) if digit(rest) => self.at,
            _ => {
                self.at.checked_sub(1).filter(|i| text.get(*i..self.at) == Some(",") && digit(self.rest()))?
            }
        };
        let before = text.get(..comma)?.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
        let after = text.get(comma + 1..)?;
        let fraction = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (whole, part) = (text.get(before..comma)?, after.get(..fraction)?);
        if whole.is_empty() {
            return None;
        }
        let span = self.builder.joined.span(before, comma + 1 + fraction);
        let message = say!("数字中不能写逗号", "a number has no comma in it");
        Some(self.error("E0121", span, message).help(say!("小数写成 {whole}.{part}", "write {whole}.{part}")))
    }

    /// `30 分钟`
    fn unit_apart(&self) -> Option<Diagnostic> {
        let (_, number) = self.before()?;
        let written = &self.written;
        if !number.ends_with(|c: char| lex::plain(c).is_ascii_digit()) || lexicon::unit_of(written).is_none()
        {
            return None;
        }
        let message = say!("单位须紧跟数字，中间没有空格", "a unit touches its number, without a blank");
        let help = say!("写成 {number}{written}", "write {number}{written}");
        Some(self.error("E0123", self.span, message).help(help))
    }

    /// `时限 在 30分钟 内`
    fn within(&self) -> Option<Diagnostic> {
        let (place, before) = self.before()?;
        let written = &self.written;
        let digit = |text: &str| text.starts_with(|c: char| lex::plain(c).is_ascii_digit());
        let (span, word) = if before == "在" && digit(written) {
            (place, before)
        } else if matches!(written.as_str(), "内" | "以内" | "之内") && digit(self.whole(place, before).1)
        {
            (self.span, written.as_str())
        } else {
            return None;
        };
        let message = say!("时长的前后不写“{word}”", "no `{word}` stands beside a duration");
        Some(
            self.error("E0111", span, message)
                .help(say!("只写时长，如 30分钟", "only the duration, such as 30min")),
        )
    }

    /// `事件 lab.collected 来源 HIS`
    fn source_of_events(&self) -> Option<Diagnostic> {
        let said = matches!(self.written.as_str(), "来源" | "系统" | "source");
        if !said || !self.has(&[Rule::k_from]) {
            return None;
        }
        let written = &self.written;
        let message = say!("事件之后没有“{written}”", "no `{written}` stands behind an event");
        Some(self.error("E0111", self.span, message).nearest(Some("来自".to_owned())))
    }

    /// `升级 护士长 10分钟`
    fn role_first(&self) -> Option<Diagnostic> {
        let (_, before) = self.before().filter(|_| self.head() == Some("escalate"))?;
        let written = &self.written;
        if !written.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let message = say!("时长写在角色之前", "the duration stands before the role");
        let help = say!("写成 升级 {written} {before}", "write escalate {written} {before}");
        Some(self.error("E0111", self.span, message).help(help))
    }

    /// `范围 10分钟到30分钟`
    pub(super) fn range(&self) -> Option<Diagnostic> {
        let (place, before) = self.before().filter(|_| self.has(&[Rule::range_to]))?;
        let text = "范围的两端之间写“..”";
        if before.contains(['到', '至']) && !lexicon::KEYWORDS.iter().any(|k| k.zh == before) {
            let message = say!("{text}", "`..` stands between the ends of a range");
            return Some(
                self.error("E0111", place, message).help(say!("如 5分钟..2小时", "such as 5min..2h")),
            );
        }
        let between = matches!(self.written.as_str(), "到" | "至" | "to") || self.rest().starts_with('-');
        between.then(|| {
            let written = &self.written;
            let message =
                say!("{text}，不写“{written}”", "`..` stands between the ends of a range, not `{written}`");
            self.error("E0111", self.span, message).help(say!("如 5分钟..2小时", "such as 5min..2h"))
        })
    }

    /// A comma where the line ends.
    fn comma_at_end(&self) -> Option<Diagnostic> {
        let rest = self.rest().strip_prefix(',')?;
        let ends = {
            let next = self.builder.joined.token(self.at + 1);
            let between = self.builder.source.get(self.span.end..next.start).unwrap_or("");
            rest.trim_start().is_empty() || rest.trim_start().starts_with('}') || between.contains('\n')
        };
        let written = &self.written;
        let comma = if written.is_empty() { "，" } else { written };
        ends.then(|| {
            let message = say!("语句之后不写“{comma}”", "a statement does not end with `{comma}`");
            self.error("E0111", self.span, message).help(say!("删去它", "delete it"))
        })
    }

    /// Texts without quotes, and names within them.
    fn quotes(&self) -> Option<Diagnostic> {
        let (rest, written) = (self.rest(), &self.written);
        let names = self.has(&[Rule::name, Rule::path, Rule::word]);
        if self.has(&[Rule::string]) && self.is_word() && !names {
            let bare = written.trim_start_matches('「').trim_end_matches('」');
            let message = say!("文字须写在引号里", "a text stands between quotes");
            let help = say!("写成 \"{bare}\"", "write \"{bare}\"");
            return Some(self.error("E0117", self.span, message).help(help));
        }
        if names && !self.has(&[Rule::string]) && rest.starts_with(['"', '“']) {
            let inner: String =
                self.quoted().chars().filter(|c| !matches!(c, '"' | '“' | '”' | '＂')).collect();
            let message = say!("名称不写在引号里", "a name has no quotes");
            let help = say!("写成 {inner}", "write {inner}");
            let span = Span::new(self.span.start, self.span.start + self.quoted().len());
            return Some(self.error("E0117", span, message).help(help));
        }
        if self.body == Body::Test && rest.starts_with(['+', '-']) && self.at > self.start {
            let (before, _) = self.before().filter(|(b, _)| b.end == self.span.start)?;
            let end = before.start
                + self.builder.source.get(before.start..)?.find([' ', '\u{3000}', '\n', '}', '\t'])?;
            let value = self.builder.source.get(before.start..end)?;
            let message = say!("含符号的文字须写在引号里", "a text with signs in it stands between quotes");
            let help = say!("写成 \"{value}\"", "write \"{value}\"");
            return Some(self.error("E0117", Span::new(before.start, end), message).help(help));
        }
        None
    }

    /// The text literal at the place.
    fn quoted(&self) -> &str {
        let span = self.builder.joined.token(self.at);
        self.builder.source.get(span.start..span.end).unwrap_or("")
    }

    /// `测试 {`
    fn no_title(&self) -> Option<Diagnostic> {
        let (place, before) = self.before()?;
        if !self.has(&[Rule::string]) || !self.rest().starts_with('{') {
            return None;
        }
        let message = say!("“{before}”之后缺标题", "a title is missing behind `{before}`");
        Some(
            self.error("E0111", place, message)
                .help(say!("写成 {before} \"…\" {{", "write {before} \"…\" {{")),
        )
    }

    /// `环节 审核 [review] …` without its `{`.
    fn no_brace(&self) -> Option<Diagnostic> {
        let others = [Rule::k_arriving, Rule::comma, Rule::string];
        if !self.has(&[Rule::open]) || self.has(&others) || self.rest().starts_with(['{', '@']) {
            return None;
        }
        let written = &self.written;
        let message = say!("“{written}”之前缺“{{”", "`{{` is missing before `{written}`");
        Some(self.error("E0116", self.span, message))
    }

    /// Two names side by side where a list may go on.
    pub(super) fn no_comma(&self) -> Option<Diagnostic> {
        let (_, before) = self.before()?;
        let near = matches!(self.gap(), " " | "\u{3000}");
        if !self.has(&[Rule::comma]) || !near || lexicon::keyword(before).is_some() {
            return None;
        }
        let written = &self.written;
        let message =
            say!("“{before}”与“{written}”之间缺“、”", "`,` is missing between `{before}` and `{written}`");
        let help = say!("写成 {before}、{written}", "write {before}, {written}");
        Some(self.error("E0111", self.span, message).help(help))
    }
}
