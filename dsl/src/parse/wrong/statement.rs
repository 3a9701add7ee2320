//! Words and keywords where no statement of this body begins with them.

use super::super::Rule;
use super::super::build::Body;
use super::{Finding, beginnings, keyword, meant};
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::lexicon::{self, Word};
use crate::say;

impl Finding<'_, '_> {
    /// A keyword where none can stand.
    pub(super) fn keyword(&self) -> Option<Diagnostic> {
        let keyword = keyword(self.rest())?;
        let (span, written) = (self.span, &self.written);
        let names = self.has(&[Rule::name, Rule::word, Rule::path, Rule::quoted]);
        if names && self.at > self.start.min(self.from) {
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
            let message = say!("“{written}”之前缺“{{”", "`{{` is missing before `{written}`");
            return Some(self.error("E0116", span, message));
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
    pub(super) fn no_statement(&self) -> Option<Diagnostic> {
        if !self.is_word() || self.at != self.start || self.begins {
            return None;
        }
        let written = self.builder.source.get(self.span.start..self.span.end).unwrap_or("");
        let choices = words(beginnings(self.body));
        let here = place_of(self.body);
        let runs_on = |k: &&Word| written.len() > k.zh.len() && written.starts_with(k.zh);
        let apt = |k: &&Word| {
            choices.contains(k) || self.expected.iter().any(|r| format!("{r:?}") == format!("k_{}", k.en))
        };
        let mut keywords: Vec<&Word> = lexicon::KEYWORDS.iter().filter(apt).filter(runs_on).collect();
        keywords.sort_by_key(|k| std::cmp::Reverse(k.zh.len()));
        if let Some(keyword) = keywords.first() {
            let rest = written.get(keyword.zh.len()..).unwrap_or("");
            let zh = keyword.zh;
            let message = say!("关键字“{zh}”之后缺空格", "a blank is missing after the keyword `{zh}`");
            return Some(
                self.error("E0112", self.span, message)
                    .help(say!("写成“{zh} {rest}”", "write `{zh} {rest}`")),
            );
        }
        let spellings: Vec<&str> = choices.iter().flat_map(|w| [w.zh, w.en]).collect();
        let near = meant::statement(written)
            .filter(|w| spellings.contains(w))
            .map(str::to_owned)
            .or_else(|| nearest(written, spellings.iter().copied()));
        if near.is_none()
            && let Some(found) = self.no_comma()
        {
            return Some(found);
        }
        let near = near.or_else(|| nearest(written, lexicon::spellings(lexicon::KEYWORDS)));
        let (zh, en) = (&here.zh, &here.en);
        let message =
            Words::new(format!("{zh}没有“{written}”这种语句"), format!("{en} has no statement `{written}`"));
        let code = if self.body == Body::Test { "E0601" } else { "E0111" };
        let diagnostic = self.error(code, self.span, message);
        Some(match near {
            Some(near) => diagnostic.nearest(Some(near)),
            None if self.body == Body::Test => diagnostic.expected(say!(
                "主键、院区、患者、设，或以时间开头的一行，或最终",
                "`key`, `campus`, `patient`, `set`, a line that begins with a time, or `finally`"
            )),
            None => diagnostic.expected(listed(&choices)),
        })
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

fn join(words: &[Words], get: impl Fn(&Words) -> &String, between: &str) -> String {
    words.iter().map(|w| get(w).as_str()).collect::<Vec<_>>().join(between)
}
