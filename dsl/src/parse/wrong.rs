//! Says what is wrong with a statement that the grammar could not take: reads it again alone, and looks where that stops.

use super::build::{Body, Builder};
use super::{LoopParser, Rule, lex};
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use crate::lexicon::{self, Word};
use crate::say;
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::collections::BTreeSet;

/// Where a reading stopped, in bytes.
pub(super) fn offset(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The keywords that begin a statement of a body.
pub(super) fn beginnings(body: Body) -> &'static [&'static str] {
    match body {
        Body::File => &["loop", "fragment"],
        Body::Loop => &[
            "grade",
            "category",
            "basis",
            "key",
            "starts",
            "flow",
            "use",
            "refer",
            "param",
            "node",
            "cancel",
            "stop",
            "supersede",
            "excuse",
            "interrupt",
            "seal",
            "rule",
            "measure",
            "test",
        ],
        Body::Node => &["on", "by", "stage", "icon", "required", "optional", "within", "due", "basis"],
        Body::Rule => &["severity", "check", "applies", "missing", "ties", "alert", "escalate", "basis"],
        Body::Test => &["key", "set", "finally", "expect"],
    }
}

fn place_of(body: Body) -> Words {
    match body {
        Body::File => say!("文件中", "a file"),
        Body::Loop => say!("闭环中", "a loop"),
        Body::Node => say!("环节中", "a node"),
        Body::Rule => say!("规则中", "a rule"),
        Body::Test => say!("测试中", "a test"),
    }
}

fn words(en: &[&str]) -> Vec<Word> {
    lexicon::KEYWORDS.iter().copied().filter(|k| en.contains(&k.en)).collect()
}

fn listed(words: &[Word]) -> Words {
    let zh: Vec<&str> = words.iter().map(|w| w.zh).collect();
    let en: Vec<String> = words.iter().map(|w| format!("`{}`", w.en)).collect();
    Words::new(zh.join("、"), en.join(", "))
}

/// Where the statement begins that stops being readable at `start`: there, or where the one `before` began that `start..end` goes on.
/// Of that one the start is given, and whether it ended with `}`.
pub(super) fn begin(
    builder: &Builder<'_>,
    body: Body,
    before: Option<(usize, bool)>,
    start: usize,
    end: usize,
) -> usize {
    match before {
        Some((from, false)) if !begins(body, builder.joined.text.get(start..end).unwrap_or("")) => from,
        _ => start,
    }
}

/// Whether what could not be read begins like a statement of its body.
fn begins(body: Body, junk: &str) -> bool {
    let keyword =
        junk.strip_prefix('@').map(|t| t.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or(""));
    keyword.is_some_and(|k| beginnings(body).contains(&k)) || (body == Body::Test && starts_line(junk))
}

/// Tells what is wrong in `start..end` of the grammar's text, which belongs to the statement that begins at `from`.
pub(super) fn tell(builder: &mut Builder<'_>, body: Body, from: usize, start: usize, end: usize) {
    let text = builder.joined.text.as_str();
    let junk = text.get(start..end).unwrap_or("");
    // What the spelling scan has told already.
    if junk.contains('\u{fffd}') {
        return;
    }
    if builder.sink.is_full() {
        builder.sink.skip(builder.joined.token(start));
        return;
    }
    let begins = begins(body, junk);
    let alone = match body {
        Body::File => Rule::only_item,
        Body::Loop => Rule::only_loop,
        Body::Node => Rule::only_node,
        Body::Rule => Rule::only_rule,
        Body::Test => Rule::only_test,
    };
    let slice = text.get(from..end).unwrap_or("");
    let (at, expected) = match LoopParser::parse(alone, slice) {
        Ok(_) => (start, Vec::new()),
        Err(error) => (from + offset(&error), positives(&error)),
    };
    // A place before the junk was read well: what is wrong begins with the junk.
    let (at, expected) = if at < start { (start, Vec::new()) } else { (at, expected) };
    let at = at + text.get(at..).map_or(0, |t| t.len() - t.trim_start().len());
    let diagnostic = Finding { builder, body, start, at, expected: &expected, begins }.diagnostic();
    builder.sink.push(diagnostic);
}

fn starts_line(junk: &str) -> bool {
    junk.starts_with(|c: char| c.is_ascii_digit() || c == '+')
        || junk.starts_with("次日 ")
        || junk.starts_with("next_day ")
}

fn positives(error: &Error<Rule>) -> Vec<Rule> {
    match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    }
}

struct Finding<'a, 'b> {
    builder: &'a Builder<'b>,
    body: Body,
    start: usize,
    at: usize,
    expected: &'a [Rule],
    begins: bool,
}

impl Finding<'_, '_> {
    fn has(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|e| rules.contains(e))
    }

    /// The text of the grammar from the place on.
    fn rest(&self) -> &str {
        self.builder.joined.text.get(self.at..).unwrap_or("")
    }

    fn error(&self, code: &'static str, span: Span, message: Words) -> Diagnostic {
        self.builder.sink.error(code, span, message)
    }

    fn diagnostic(&self) -> Diagnostic {
        let span = self.builder.joined.token(self.at);
        let written = self.builder.source.get(span.start..span.end).unwrap_or("").to_owned();
        let diagnostic = self.known(span, &written).unwrap_or_else(|| self.unknown(span, &written));
        let expected = expected_words(self.expected);
        match expected {
            Some(expected) if diagnostic.expected.is_none() && diagnostic.help.is_empty() => {
                diagnostic.expected(expected)
            }
            _ => diagnostic,
        }
    }

    fn unknown(&self, span: Span, written: &str) -> Diagnostic {
        if span.start == span.end || self.rest().starts_with('}') {
            return self.error("E0111", span, say!("语句没有写完", "the statement is not complete"));
        }
        self.error("E0111", span, say!("这里读不懂“{written}”", "cannot make sense of `{written}` here"))
    }

    /// The mistakes that people make again and again.
    fn known(&self, span: Span, written: &str) -> Option<Diagnostic> {
        let rest = self.rest();
        let keyword = rest.strip_prefix('@').and_then(|t| t.split(|c: char| !c.is_ascii_alphabetic()).next());
        let expression = self.has(&[Rule::compare_op, Rule::logic_op, Rule::sum_op]);
        if expression && rest.starts_with('=') {
            let message =
                say!("比较相等写“==”，“=”只用于赋值", "equality is `==`; a single `=` sets a value");
            return Some(self.error("E0113", span, message).help(say!("写“==”", "write `==`")));
        }
        if expression
            && (rest.starts_with("&&")
                || rest.starts_with("||")
                || rest.starts_with('&')
                || rest.starts_with('|'))
        {
            let message =
                say!("“且”“或”用文字写，没有“{written}”", "there is no `{written}`: write `and`, `or`");
            let help = if rest.starts_with('&') {
                say!("写“且”", "write `and`")
            } else {
                say!("写“或”", "write `or`")
            };
            return Some(self.error("E0114", span, message).help(help));
        }
        if rest.starts_with(':') && self.begins && self.expected.iter().all(|e| *e != Rule::colon) {
            return Some(self.error(
                "E0125",
                span,
                say!("关键字之后不写冒号", "no colon stands behind a keyword"),
            ));
        }
        let number =
            self.builder.joined.before(self.at).and_then(|b| self.builder.source.get(b.start..b.end));
        if let Some(number) = number.filter(|n| n.ends_with(|c: char| lex::plain(c).is_ascii_digit()))
            && lexicon::unit_of(written).is_some()
        {
            let message = say!("单位须紧跟数字，中间没有空格", "a unit touches its number, without a blank");
            return Some(
                self.error("E0123", span, message)
                    .help(say!("写成 {number}{written}", "write {number}{written}")),
            );
        }
        if let Some(keyword) = keyword {
            return self.misplaced_keyword(keyword, span, written);
        }
        let word = rest.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '「');
        if self.has(&[Rule::string]) && word && !self.has(&[Rule::name]) {
            let message = say!("文字须写在引号里", "a text stands between quotes");
            return Some(
                self.error("E0117", span, message).help(say!("写成 \"{written}\"", "write \"{written}\"")),
            );
        }
        if self.body == Body::Test && (rest.starts_with('+') || rest.starts_with('-')) && self.at > self.start
        {
            let before = self.builder.joined.before(self.at).filter(|b| b.end == span.start)?;
            let value = self.builder.source.get(before.start..span.end).unwrap_or("");
            let message = say!("含符号的文字须写在引号里", "a text with signs in it stands between quotes");
            return Some(
                self.error("E0117", before.to(span), message)
                    .help(say!("写成 \"{value}\"", "write \"{value}\"")),
            );
        }
        if self.has(&[Rule::open])
            && !self.has(&[Rule::k_arriving])
            && !self.has(&[Rule::comma])
            && !rest.starts_with('{')
            && !self.has(&[Rule::string])
        {
            let message = say!("“{written}”之前缺“{{”", "`{{` is missing before `{written}`");
            return Some(self.error("E0116", span, message));
        }
        if word && (self.at == self.start && !self.begins) {
            return Some(self.unknown_statement(span, written));
        }
        None
    }

    fn misplaced_keyword(&self, keyword: &str, span: Span, written: &str) -> Option<Diagnostic> {
        let names = self.has(&[Rule::name, Rule::word, Rule::path, Rule::quoted]);
        if names && self.at > self.start {
            let message = say!(
                "“{written}”是关键字，不能直接作名称",
                "`{written}` is a keyword and cannot be a name as it stands"
            );
            return Some(
                self.error("E0115", span, message)
                    .help(say!("作名称时写「{written}」", "as a name write 「{written}」")),
            );
        }
        if self.has(&[Rule::open]) && self.at > self.start {
            return Some(self.error(
                "E0116",
                span,
                say!("“{written}”之前缺“{{”", "`{{` is missing before `{written}`"),
            ));
        }
        if self.has(&[Rule::equals]) && !self.has(&[Rule::compare_op]) && self.at > self.start {
            return Some(self.error(
                "E0111",
                span,
                say!("“{written}”之前缺“=”", "`=` is missing before `{written}`"),
            ));
        }
        let homes: Vec<Body> = [Body::Loop, Body::Node, Body::Rule, Body::Test]
            .into_iter()
            .filter(|b| beginnings(*b).contains(&keyword))
            .collect();
        if self.at == self.start && !self.begins && !homes.is_empty() {
            let here = place_of(self.body);
            let there: Vec<Words> = homes.into_iter().map(place_of).collect();
            let (zh, en) = (join(&there, |w| &w.zh, "或"), join(&there, |w| &w.en, " or "));
            let (here_zh, here_en) = (here.zh, here.en);
            let message = Words::new(
                format!("“{written}”不能写在{here_zh}"),
                format!("`{written}` does not stand in {here_en}"),
            );
            return Some(
                self.error("E0120", span, message)
                    .help(Words::new(format!("它写在{zh}"), format!("it stands in {en}"))),
            );
        }
        None
    }

    /// A word where a statement should begin.
    fn unknown_statement(&self, span: Span, written: &str) -> Diagnostic {
        let choices = words(beginnings(self.body));
        let here = place_of(self.body);
        if let Some(keyword) =
            choices.iter().find(|k| written.len() > k.zh.len() && written.starts_with(k.zh))
        {
            let rest = written.get(keyword.zh.len()..).unwrap_or("");
            let zh = keyword.zh;
            let message = say!("关键字“{zh}”之后缺空格", "a blank is missing after the keyword `{zh}`");
            return self.error("E0112", span, message).help(say!("写成“{zh} {rest}”", "write `{zh} {rest}`"));
        }
        let spellings = choices.iter().flat_map(|w| [w.zh, w.en]);
        let near =
            nearest(written, spellings).or_else(|| nearest(written, lexicon::spellings(lexicon::KEYWORDS)));
        let (zh, en) = (&here.zh, &here.en);
        let message =
            Words::new(format!("{zh}没有“{written}”这种语句"), format!("{en} has no statement `{written}`"));
        self.error("E0111", span, message).expected(listed(&choices)).nearest(near)
    }
}

fn join(words: &[Words], get: impl Fn(&Words) -> &String, between: &str) -> String {
    words.iter().map(|w| get(w).as_str()).collect::<Vec<_>>().join(between)
}

/// What the grammar would have taken, in words; at most six.
fn expected_words(rules: &[Rule]) -> Option<Words> {
    let mut found: BTreeSet<(u8, String, String)> = BTreeSet::new();
    let mut statements = 0;
    for known in rules {
        let (order, zh, en) = match known {
            Rule::name | Rule::path | Rule::word | Rule::quoted => (0, "名称", "a name"),
            Rule::string => (1, "\"文字\"", "a \"text\""),
            Rule::number | Rule::digits | Rule::measured | Rule::quantity => {
                (2, "数字（带单位）", "a number with its unit")
            }
            Rule::value => (2, "值", "a value"),
            Rule::length => (2, "时长或参数", "a duration or a param"),
            Rule::clock | Rule::when => (3, "时间如 08:00", "a time such as 08:00"),
            Rule::expr | Rule::operand | Rule::term | Rule::quantifier | Rule::reference | Rule::paren => {
                (2, "表达式", "an expression")
            }
            Rule::flow | Rule::flow_item | Rule::each => (2, "环节", "a node"),
            Rule::flow_op => (4, "“→”、“|”或“&”", "`→`, `|` or `&`"),
            Rule::compare_op => (4, "比较（==、<= 等）", "a comparison (== <= …)"),
            Rule::code => (5, "[代码]", "a [code]"),
            Rule::comma => (6, "“、”", "`,`"),
            Rule::equals => (4, "“=”", "`=`"),
            Rule::range_to => (4, "“..”", "`..`"),
            Rule::colon => (4, "“：”", "`:`"),
            Rule::open => (5, "“{”", "`{`"),
            Rule::close => (8, "“}”", "`}`"),
            Rule::open_paren => (5, "“(”", "`(`"),
            Rule::close_paren => (8, "“)”", "`)`"),
            other => {
                let text = format!("{other:?}");
                if let Some(word) =
                    text.strip_prefix("k_").and_then(|en| lexicon::KEYWORDS.iter().find(|k| k.en == en))
                {
                    statements += 1;
                    found.insert((7, format!("“{}”", word.zh), format!("`{}`", word.en)));
                }
                continue;
            }
        };
        found.insert((order, zh.to_owned(), en.to_owned()));
    }
    if statements > 4 {
        found.retain(|(order, _, _)| *order != 7);
        found.insert((9, "一条语句".to_owned(), "a statement".to_owned()));
    }
    if found.is_empty() {
        return None;
    }
    let zh: Vec<&str> = found.iter().take(6).map(|(_, zh, _)| zh.as_str()).collect();
    let en: Vec<&str> = found.iter().take(6).map(|(_, _, en)| en.as_str()).collect();
    Some(Words::new(zh.join("、"), en.join(", ")))
}
