//! The head of a loop, node or rule: its name, its [code], and what people write instead.

use super::Builder;
use crate::parse::Rule;
use crate::say;
use crate::tree::Name;
use pest::iterators::Pair;

impl Builder<'_> {
    /// Name and code of an item; a name that is not there is told and left empty.
    pub(super) fn head(&mut self, pair: Pair<'_, Rule>) -> (Option<Name>, Option<Name>) {
        let place = self.joined.token(pair.as_span().start());
        let (mut name, mut code, mut junk) = (None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::code => code = self.code(part),
                _ => junk = Some(part),
            }
        }
        let told = match junk {
            Some(junk) => self.head_junk(&junk, &mut name, &mut code),
            None => false,
        };
        if name.is_none() {
            self.lost.extend(code.as_ref().map(|c: &Name| c.text.clone()));
            if !told {
                let message = say!("这里缺名称", "a name is missing here");
                let help = match &code {
                    Some(code) => {
                        let code = &code.text;
                        say!("写成 名称 [{code}]", "write NAME [{code}]")
                    }
                    None => say!("关键字作名称时写成「…」", "a keyword as a name is written 「…」"),
                };
                self.sink.push(self.sink.error("E0109", place, message).help(help));
            }
        }
        (name, code)
    }

    /// Tells what stands in a head that does not belong there, and makes of it what was meant.
    fn head_junk(&mut self, junk: &Pair<'_, Rule>, name: &mut Option<Name>, code: &mut Option<Name>) -> bool {
        let text = junk.as_str().trim();
        // What the spelling scan has told already.
        if text.contains('\u{fffd}') {
            return true;
        }
        let span = self.span(junk);
        let written = self.source.get(span.start..span.end).unwrap_or(text).trim().to_owned();
        let word = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '/');
        if name.is_none() {
            let inner: String = text.chars().filter(|c| !matches!(c, '"' | '“' | '”')).collect();
            if inner.len() < text.len() && word(inner.split(' ').next().unwrap_or("")) {
                let inner = inner.split(' ').next().unwrap_or("").to_owned();
                let span = self.joined.token(junk.as_span().start());
                let message = say!("名称不写在引号里", "a name has no quotes");
                let help = say!("写成 {inner}", "write {inner}");
                self.sink.push(self.sink.error("E0108", span, message).help(help));
                *name = Some(Name { text: inner, span });
                return true;
            }
            if word(text) {
                if let Some(code) = code {
                    let code = &code.text;
                    let message = say!("名称写在代码之前", "the name stands before the code");
                    let help = say!("写成 {written} [{code}]", "write {written} [{code}]");
                    self.sink.push(self.sink.error("E0108", span, message).help(help));
                }
                *name = Some(Name { text: text.to_owned(), span });
                return true;
            }
        }
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).map(str::trim);
        if let Some(inner) = inner.filter(|i| is_code(i)) {
            let message = say!("代码写在 [ ] 里", "a code stands between [ and ]");
            let help = say!("写成 [{inner}]", "write [{inner}]");
            self.sink.push(self.sink.error("E0108", span, message).help(help));
            *code = Some(Name { text: inner.to_owned(), span });
            return true;
        }
        let first = name.as_ref().map_or("", |n| n.text.as_str()).to_owned();
        let rest: String = text.chars().take_while(|c| *c != '[').filter(|c| c.is_alphanumeric()).collect();
        let whole = format!("{first}{rest}");
        let code_text = text.split_once('[').and_then(|(_, c)| c.split_once(']')).map(|(c, _)| c.trim());
        let message =
            say!("名称与“{{”之间只能有一个 [代码]", "between the name and `{{` there is only a [code]");
        let diagnostic = self.sink.error("E0108", span, message);
        self.sink.push(match rest.as_str() {
            "" => diagnostic,
            _ => diagnostic.help(say!("名称是一个词：{whole}", "a name is one word: {whole}")),
        });
        self.lost.extend(code_text.map(str::to_owned));
        self.lost.push(whole);
        true
    }

    pub(super) fn code(&mut self, pair: Pair<'_, Rule>) -> Option<Name> {
        let span = self.span(&pair);
        let Some(part) = pair.into_inner().next() else {
            let message = say!("“[ ]”之间缺代码", "there is no code between `[` and `]`");
            self.sink.push(self.sink.error("E0110", span, message));
            return None;
        };
        let text = part.as_str().trim_end();
        let start = part.as_span().start();
        let span = self.joined.span(start, start + text.len());
        if text.contains('\u{fffd}') {
            return None;
        }
        if is_code(text) {
            return Some(Name { text: text.to_owned(), span });
        }
        let written = self.source.get(span.start..span.end).unwrap_or(text).to_owned();
        if let Some(keyword) = text.strip_prefix('@').filter(|k| k.bytes().all(|b| b.is_ascii_alphabetic())) {
            let message = say!("代码不能是关键字“{written}”", "the keyword `{written}` cannot be a code");
            let help = say!(
                "例如 [{keyword}_1] 或更贴切的词",
                "for instance [{keyword}_1], or a word that says more"
            );
            self.sink.push(self.sink.error("E0110", span, message).help(help));
            return None;
        }
        let message = say!(
            "代码“{written}”只能用小写字母、数字和下划线，以字母开头",
            "the code `{written}` may hold only a-z, 0-9 and _, a letter first"
        );
        let apt = apt(&written);
        self.sink
            .push(self.sink.error("E0110", span, message).help(say!("例如 [{apt}]", "for instance [{apt}]")));
        None
    }
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A code that is as near as can be to what was written.
fn apt(written: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let text: String = written.chars().map(plain).collect();
    let text = text.trim_matches('_');
    let first = if text.starts_with(|c: char| c.is_ascii_digit()) { "n" } else { "" };
    let text: String = first.chars().chain(text.chars()).take(64).collect();
    if is_code(&text) { text } else { "review".to_owned() }
}
