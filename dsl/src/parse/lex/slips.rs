//! Signs of other languages and of Chinese prose: told with what is written instead, and read as what was meant.

use super::super::sink::Sink;
use super::{Kind, Lexer, plain};
use crate::diagnostic::{Diagnostic, Span};
use crate::say;

impl Lexer<'_> {
    /// A comment as other languages write it: told, and passed over.
    pub(super) fn no_comment(&mut self, c: char, sink: &mut Sink) {
        let line = self.rest().lines().next().unwrap_or("").trim_end();
        let body = line.trim_start_matches(['#', '/', '*', '-', '<', '!']);
        let body = body.trim_end_matches(['/', '*', '-', '>']).trim();
        let sign = line.get(..line.len() - line.trim_start_matches(['#', '/', '*', '-', '<', '!']).len());
        let sign = sign.unwrap_or("").to_owned();
        let message = say!("注释不写成“{sign}”", "a comment does not begin with `{sign}`");
        let help = say!("写成 // {body}", "write // {body}");
        let span = Span::new(self.at, self.at + sign.len().max(c.len_utf8()));
        let diagnostic = sink.error("E0102", span, message).help(help);
        sink.push(diagnostic);
        let end = match self.rest().find("*/").filter(|_| sign.starts_with("/*")) {
            Some(end) => self.at + end + 2,
            None => self.at + line.len(),
        };
        self.first |= self.text.get(self.at..end).is_some_and(|t| t.contains('\n'));
        (self.at, self.glued) = (end, false);
    }

    /// A text between quotes that are not those of the language: told, and read as one. False when they do not close on the line.
    pub(super) fn wrong_quotes(&mut self, open: char, sink: &mut Sink) -> bool {
        let close = match open {
            '‘' | '’' => '’',
            '《' => '》',
            '『' => '』',
            '«' => '»',
            open => open,
        };
        let line = self.rest().lines().next().unwrap_or("");
        let Some(end) = line.char_indices().skip(1).find(|(_, c)| *c == close).map(|(i, c)| i + c.len_utf8())
        else {
            return false;
        };
        let inner = line.get(open.len_utf8()..end - close.len_utf8()).unwrap_or("");
        let message = say!("文字写在双引号里", "a text stands between double quotes");
        let help = say!("写成 \"{inner}\"", "write \"{inner}\"");
        sink.push(sink.error("E0117", Span::new(self.at, self.at + end), message).help(help));
        self.push(Kind::Text, self.at + end);
        true
    }

    /// `blood。issued`: told, and read as the dot that was meant.
    pub(super) fn dot(&mut self, sink: &mut Sink) -> bool {
        let next = self.rest().chars().nth(1).is_some_and(|c| plain(c).is_ascii_alphabetic());
        let word = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Word);
        if !(next && word) {
            return false;
        }
        let end = self.at + '。'.len_utf8();
        let message = say!("名称之间写英文句点，不写“。”", "a plain dot stands between names, not `。`");
        sink.push(sink.error("E0102", Span::new(self.at, end), message).help(say!("写“.”", "write `.`")));
        self.push(Kind::Sign("."), end);
        true
    }

    /// `2026/01/05`: told, and read as the date that was meant.
    pub(super) fn date(&mut self, sink: &mut Sink) -> bool {
        let number = self.glued && self.tokens.last().is_some_and(|t| t.kind == Kind::Number);
        let rest = self.rest();
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let month = rest.get(1..).map_or(0, digits);
        let day =
            rest.get(1 + month..).filter(|t| t.starts_with('/')).and_then(|t| t.get(1..)).map_or(0, digits);
        let Some(start) = self.tokens.last().map(|t| t.span.start).filter(|_| number && month > 0 && day > 0)
        else {
            return false;
        };
        let end = self.at + month + day + 2;
        let parts: Vec<&str> = self.text.get(start..end).unwrap_or("").split('/').collect();
        let [year, month, day] = parts.as_slice() else { return false };
        let message = say!("日期里不写“/”", "a date has no `/`");
        let help = say!("写成 {year}-{month:0>2}-{day:0>2}", "write {year}-{month:0>2}-{day:0>2}");
        sink.push(sink.error("E0302", Span::new(start, end), message).help(help));
        let (month, day) = (month.len(), day.len());
        for (kind, length) in
            [(Kind::Sign("-"), 1), (Kind::Number, month), (Kind::Sign("-"), 1), (Kind::Number, day)]
        {
            self.push(kind, self.at + length);
        }
        true
    }
}

/// What is wrong with a character that has no meaning.
pub(super) fn unknown(c: char, span: Span, sink: &Sink) -> Diagnostic {
    let code = u32::from(c);
    let invisible = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if invisible {
        let message = say!(
            "这里有看不见的字符 U+{code:04X}，请删去",
            "there is an invisible character U+{code:04X} here: delete it"
        );
        return sink.error("E0102", span, message);
    }
    let message = say!("这里不能写“{c}”", "`{c}` has no meaning here");
    let diagnostic = sink.error("E0102", span, message);
    match c {
        '—' | '–' | '⇒' | '➔' | '➜' => {
            diagnostic.help(say!("箭头写“→”或“->”，减号写“-”", "an arrow is `→` or `->`, a minus is `-`"))
        }
        '~' | '～' | '…' => diagnostic.help(say!("范围写“5分钟..2小时”", "a range is written `5min..2h`")),
        '。' => diagnostic.help(say!("语句之后不写句号", "a statement does not end with a full stop")),
        '!' | '！' => {
            diagnostic.help(say!("否定写“非”，不等写“!=”", "negation is `not`, different is `!=`"))
        }
        '%' => diagnostic.help(say!(
            "没有百分号，写小数，如 0.95",
            "there is no percent sign: write a fraction, such as 0.95"
        )),
        '/' => diagnostic.help(say!(
            "没有除法；几个名称之间写“、”，日期写 2026-01-05",
            "there is no division; names are parted by `,`, a date is 2026-01-05"
        )),
        '‘' | '’' | '\'' => diagnostic.help(say!("文字用双引号", "a text stands between double quotes")),
        _ => diagnostic,
    }
}
