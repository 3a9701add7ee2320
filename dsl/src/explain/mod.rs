//! What a code of a finding means: a title, what it is and why it matters, an example that has it beside one that has not, in both languages.
//!
//! This is the one registry of codes. The pages of `docs/diagnostics/` are written from here, `medloop explain` shows them, and a test
//! compiles every example and holds the registry against the codes that the source uses.

mod events;
mod flow;
mod lexis;
mod names;
mod place;
mod rules;
mod scenarios;
mod sources;
mod types;
mod yaml;

pub use place::{Example, Place};

use crate::diagnostic::Lang;
use crate::format::in_english;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands behind a code.
#[derive(Copy, Clone, Debug)]
pub struct Page {
    /// `E0104`.
    pub code: &'static str,
    /// A few words, Chinese and English.
    pub title: (&'static str, &'static str),
    /// What it means, why it matters and what to do, Chinese and English.
    pub text: (&'static str, &'static str),
    /// Where the examples stand.
    pub place: Place,
    /// An example with this finding and no other; empty for [`Place::Fault`].
    pub bad: &'static str,
    /// The same without any finding.
    pub good: &'static str,
}

/// Every page, by code.
#[must_use]
pub fn pages() -> BTreeMap<&'static str, &'static Page> {
    let all = [
        lexis::PAGES,
        names::PAGES,
        types::PAGES,
        flow::PAGES,
        events::PAGES,
        rules::PAGES,
        scenarios::PAGES,
        yaml::PAGES,
        sources::PAGES,
    ];
    all.into_iter().flatten().map(|page| (page.code, page)).collect()
}

/// The page of a code, in capitals or not, with or without its `E`.
#[must_use]
pub fn page(code: &str) -> Option<&'static Page> {
    let upper = code.trim().to_ascii_uppercase();
    let whole = if upper.starts_with('E') { upper } else { format!("E{upper}") };
    pages().remove(whole.as_str())
}

impl Page {
    /// The page for a terminal, in one language.
    #[must_use]
    pub fn told(&self, lang: Lang) -> String {
        let pick = |(zh, en): (&'static str, &'static str)| if lang == Lang::Zh { zh } else { en };
        let mut out = format!("{}  {}\n\n{}\n", self.code, pick(self.title), pick(self.text));
        let stands = self.place.words();
        let stands = stands.get(lang);
        for (head, example) in self.examples(lang) {
            let example = self.written(example, lang);
            let (open, close) = if lang == Lang::Zh { ("（", "）：") } else { (" (", "):") };
            let _ = write!(out, "\n{head}{open}{stands}{close}\n\n    {}\n", example.replace('\n', "\n    "));
        }
        out
    }

    /// The page for `docs/diagnostics/`, in both languages.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("# {} {}\n\n{}\n\n", self.code, self.title.0, self.text.0);
        let _ = writeln!(out, "**{}.** {}", self.title.1, self.text.1);
        let stands = self.place.words();
        let kind = if self.place.is_yaml() { "yaml" } else { "" };
        for ((zh, example), (en, _)) in self.examples(Lang::Zh).into_iter().zip(self.examples(Lang::En)) {
            let _ =
                write!(out, "\n{zh}（{}） {en} ({}):\n\n```{kind}\n{example}\n```\n", stands.zh, stands.en);
        }
        out
    }

    /// An example as it is shown: to readers of English with English keywords.
    #[must_use]
    pub fn written(&self, example: &str, lang: Lang) -> String {
        match lang {
            Lang::En if self.place.is_loop() => in_english(example),
            _ => example.to_owned(),
        }
    }

    /// The bad and the good example with their heads; none for a fault of the program.
    fn examples(&self, lang: Lang) -> Vec<(&'static str, &'static str)> {
        let heads = if lang == Lang::Zh { ["错误", "正确"] } else { ["Wrong", "Right"] };
        heads.into_iter().zip([self.bad, self.good]).filter(|(_, example)| !example.is_empty()).collect()
    }
}

/// All codes with their titles, one a line.
#[must_use]
pub fn list(lang: Lang) -> String {
    let title = |p: &Page| if lang == Lang::Zh { p.title.0 } else { p.title.1 };
    pages().values().map(|p| format!("{}  {}\n", p.code, title(p))).collect()
}

/// The list of all pages, `docs/diagnostics/README.md`.
#[must_use]
pub fn contents() -> String {
    let mut out = String::from(
        "# 提示的代码 Codes of findings\n\n`medloop explain CODE` 显示同样的内容。`medloop explain CODE` shows the same.\n\
         \n| | | |\n| --- | --- | --- |\n",
    );
    for (code, page) in pages() {
        let _ = writeln!(out, "| [{code}]({code}.md) | {} | {} |", page.title.0, page.title.1);
    }
    out.push_str(&place::surroundings());
    out
}

/// A page.
const fn of(
    code: &'static str,
    place: Place,
    title: (&'static str, &'static str),
    text: (&'static str, &'static str),
    [bad, good]: [&'static str; 2],
) -> Page {
    Page { code, title, text, place, bad, good }
}
