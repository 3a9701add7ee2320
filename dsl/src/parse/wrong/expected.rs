//! What the grammar would have taken, said in words.

use crate::diagnostic::Words;
use crate::lexicon;
use crate::parse::Rule;
use std::collections::BTreeSet;

/// What is named in a statement that begins with a keyword.
fn named(head: Option<&str>) -> (&'static str, &'static str) {
    match head {
        Some("by" | "escalate") => ("角色", "a role"),
        Some("required" | "optional" | "key") => ("字段", "a field"),
        Some("starts" | "measure") => ("环节", "a node"),
        Some("use") => ("片段", "a fragment"),
        Some("stage") => ("阶段", "a stage"),
        Some("on" | "stop" | "cancel" | "excuse" | "supersede") => ("事件的类型", "a type of event"),
        _ => ("名称", "a name"),
    }
}

/// What the grammar would have taken in a statement that begins with a keyword, in words; at most four.
pub(super) fn expected_words(rules: &[Rule], head: Option<&str>) -> Option<Words> {
    let mut found: BTreeSet<(u8, String, String)> = BTreeSet::new();
    let mut statements = 0;
    for known in rules {
        let (order, zh, en) = match known {
            Rule::name | Rule::path | Rule::word | Rule::quoted => {
                let (zh, en) = named(head);
                (0, zh, en)
            }
            Rule::string => (1, "\"文字\"", "a \"text\""),
            Rule::number | Rule::digits => (2, "数字", "a number"),
            Rule::measured | Rule::quantity => (2, "数字和单位", "a number with its unit"),
            Rule::what | Rule::event_line => (0, "环节", "a node"),
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
            Rule::open_paren if rules.contains(&Rule::compare_op) => continue,
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
    let zh: Vec<&str> = found.iter().take(4).map(|(_, zh, _)| zh.as_str()).collect();
    let en: Vec<&str> = found.iter().take(4).map(|(_, _, en)| en.as_str()).collect();
    Some(Words::new(zh.join("、"), en.join(", ")))
}

/// The one keyword or sign that the grammar would have taken, Chinese and English.
pub(super) fn only(rules: &[Rule]) -> Option<(&'static str, &'static str)> {
    let mut words: Vec<(&'static str, &'static str)> = Vec::new();
    for known in rules.iter().filter(|r| **r != Rule::EOI) {
        let word = match known {
            Rule::equals => ("=", "="),
            Rule::range_to => ("..", ".."),
            Rule::colon => ("：", ":"),
            Rule::open => ("{", "{"),
            Rule::open_paren => ("(", "("),
            other => {
                let text = format!("{other:?}");
                let en = text.strip_prefix("k_")?;
                // The last of its words: 从 and not 来自 is what stands alone.
                let word = lexicon::KEYWORDS.iter().rev().find(|k| k.en == en)?;
                (word.zh, word.en)
            }
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let [only] = words.as_slice() else { return None };
    Some(*only)
}
