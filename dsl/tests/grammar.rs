//! The TextMate grammar of the editor extension is written from the table of words: both cannot drift apart.

use medloop_dsl::lexicon::{
    ATTRIBUTES, FUNCTIONS, KEYWORDS, PATIENT, SEVERITIES, STAGES, UNITS, Word, spellings,
};
use serde_json::{Value, json};
use std::path::Path;

/// A word alone: no letter, digit or dot before it, no letter or digit behind it.
fn whole(words: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = words.collect();
    all.sort_by_key(|w| std::cmp::Reverse(w.len()));
    all.dedup();
    format!("(?<![\\p{{L}}\\p{{N}}_.．])(?:{})(?![\\p{{L}}\\p{{N}}_])", all.join("|"))
}

fn both(words: &[Word]) -> impl Iterator<Item = String> + '_ {
    spellings(words).map(str::to_owned)
}

fn grammar() -> Value {
    let logic = ["且", "或", "非", "属于", "匹配", "每次", "任一"];
    let heads = ["闭环", "片段", "环节", "规则", "参数", "指标"];
    let of = |zh: &[&str]| -> Vec<Word> { KEYWORDS.iter().copied().filter(|w| zh.contains(&w.zh)).collect() };
    let clauses: Vec<Word> = KEYWORDS
        .iter()
        .copied()
        .filter(|w| !logic.contains(&w.zh) && !["真", "假"].contains(&w.zh))
        .collect();
    let name = "(「[^」]*」|[\\p{L}\\p{N}_/]+)";
    let units: Vec<Word> = UNITS.iter().map(|u| u.word).collect();
    let units = {
        let mut all: Vec<String> = both(&units).collect();
        all.sort_by_key(|u| std::cmp::Reverse(u.len()));
        all.join("|")
    };
    let head =
        format!("({})\\s+{name}(?:\\s*([\\[【])\\s*([A-Za-z0-9_]+)\\s*([\\]】]))?", whole(both(&of(&heads))));
    json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "loop", "scopeName": "source.loop", "fileTypes": ["loop"],
        "comment": "written from dsl/src/lexicon.rs by dsl/tests/grammar.rs",
        "patterns": [
            { "include": "#comments" }, { "include": "#heads" }, { "include": "#words" },
        ],
        "repository": {
            "comments": { "patterns": [
                { "name": "comment.line.documentation.loop", "match": "///.*$" },
                { "name": "comment.line.double-slash.loop", "match": "//.*$" },
            ] },
            "heads": { "patterns": [
                { "match": head, "captures": {
                    "1": { "name": "keyword.declaration.loop" }, "2": { "name": "entity.name.type.loop" },
                    "3": { "name": "punctuation.section.brackets.loop" }, "4": { "name": "entity.other.code.loop" },
                    "5": { "name": "punctuation.section.brackets.loop" },
                } },
            ] },
            "words": { "patterns": [
                { "name": "string.quoted.double.loop", "begin": "[\"“”]", "end": "[\"“”]|$", "patterns": [
                    { "name": "constant.character.escape.loop", "match": "\\\\.|\\{\\{|\\}\\}" },
                    { "begin": "\\{", "end": "\\}|(?=[\"“”])", "name": "meta.embedded.expression.loop",
                      "patterns": [{ "include": "#expression" }] },
                ] },
                { "include": "#expression" },
            ] },
            "expression": { "patterns": [
                { "name": "entity.name.type.loop", "match": "「[^」]*」" },
                { "name": "constant.numeric.time.loop", "match": "\\b\\d{1,2}[:：]\\d{2}([:：]\\d{2})?\\b|\\b\\d{4}-\\d{2}-\\d{2}(T[\\d:]+)?\\b" },
                { "match": format!("(?<![\\p{{L}}_])([0-9０-９]+(?:\\.[0-9]+)?)({units})?"), "captures": {
                    "1": { "name": "constant.numeric.loop" }, "2": { "name": "keyword.other.unit.loop" },
                } },
                { "name": "constant.language.loop", "match": whole(both(&of(&["真", "假"]))) },
                { "name": "keyword.operator.logical.loop", "match": whole(both(&of(&logic))) },
                { "name": "keyword.control.loop", "match": whole(both(&clauses)) },
                { "name": "support.function.loop", "match": format!("{}(?=[(（])", whole(both(FUNCTIONS))) },
                { "name": "variable.language.loop", "match": whole(both(&[PATIENT])) },
                { "name": "support.variable.attribute.loop",
                  "match": format!("(?<=[.．])(?:{})(?![\\p{{L}}\\p{{N}}_])", both(ATTRIBUTES).collect::<Vec<_>>().join("|")) },
                { "name": "support.constant.loop", "match": whole(both(STAGES).chain(both(SEVERITIES))) },
                { "name": "keyword.operator.loop", "match": "→|->|[|&?*+]|[<>=!＜＞＝！]=|[<>＜＞≤≥≠]|[-＋－]" },
                { "name": "punctuation.section.braces.loop", "match": "[{}｛｝]" },
                { "name": "punctuation.section.parens.loop", "match": "[()（）]" },
                { "name": "punctuation.section.brackets.loop", "match": "[\\[\\]【】]" },
                { "name": "punctuation.separator.loop", "match": "[,、;；，:：]" },
            ] },
        },
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads its files")]
fn the_grammar_of_the_editor_is_that_of_the_words() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../editors/vscode/syntaxes/loop.tmLanguage.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&grammar()).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{}: UPDATE_GOLDEN=1 writes it anew", path.display());
}
