//! The one place that names the YAML parser: a text becomes a [`Node`], every mistake of its form a diagnostic.

use super::node::{Kind, Node, bytes};
use super::slips;
use crate::diagnostic::{Diagnostic, Span, Words};
use serde_saphyr::Error;
use serde_saphyr::options::DuplicateKeyPolicy;

/// The largest YAML file that is read, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// Reads a text. `None` when it has no tree; keys that stand twice are reported and the first is kept.
#[must_use]
pub fn parse(file: &str, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    if text.len() > LARGEST {
        let words = Words::new("文件超过 4 MB", "the file is larger than 4 MB");
        return (None, vec![Diagnostic::error("E0701", file, Span::at(0), words)]);
    }
    if let Some(mistake) = crate::encoding::foreign(file, text) {
        return (None, vec![mistake]);
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 200_000, max_aliases: 1_000 },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        legacy_octal_numbers: false,
    };
    match serde_saphyr::from_str_with_options::<Node>(text, options) {
        Ok(node) if node.value == Kind::Null => {
            let words = Words::new("文件是空的", "the file is empty");
            (None, vec![Diagnostic::error("E0701", file, Span::at(0), words)])
        }
        Ok(mut node) => {
            let mut found = Vec::new();
            drop_duplicates(file, &mut node, &mut found);
            (Some(node), found)
        }
        Err(error) => (None, vec![mistake(file, text, &error)]),
    }
}

fn drop_duplicates(file: &str, node: &mut Node, found: &mut Vec<Diagnostic>) {
    match &mut node.value {
        Kind::List(items) => items.iter_mut().for_each(|item| drop_duplicates(file, item, found)),
        Kind::Map(entries) => {
            let mut seen: std::collections::BTreeMap<String, Span> = std::collections::BTreeMap::new();
            entries.retain_mut(|entry| {
                if let Some(first) = seen.get(&entry.key) {
                    let key = &entry.key;
                    found.push(
                        Diagnostic::error(
                            "E0702",
                            file,
                            entry.key_span,
                            crate::say!("“{key}” 写了两次", "“{key}” stands twice"),
                        )
                        .label(*first, Words::new("第一次在这里", "first here")),
                    );
                    return false;
                }
                seen.insert(entry.key.clone(), entry.key_span);
                drop_duplicates(file, &mut entry.value, found);
                true
            });
        }
        _ => {}
    }
}

fn mistake(file: &str, text: &str, error: &Error) -> Diagnostic {
    let mut inner = error;
    while let Error::WithSnippet { error, .. } | Error::AliasError { error, .. } = inner {
        inner = error;
    }
    let reason = inner.render();
    let reason = reason.lines().next().unwrap_or_default().trim_start_matches("error: ");
    // The scanner states the place of a broken token in its words, and the start of the document beside them.
    let (reason, stated) =
        reason.split_once(" at line ").map_or((reason, None), |(r, at)| (r, place(text, at)));
    let span = stated.or_else(|| inner.location().map(bytes)).unwrap_or(Span::at(0));
    let end = span.end.min(text.len());
    let span = Span::new(span.start.min(end), end);
    let words = match inner {
        Error::Eof { .. } => Words::new("文件是空的", "the file is empty"),
        Error::MultipleDocuments { .. } => {
            Words::new("一个文件只能有一份 YAML 文档", "a file holds one YAML document")
        }
        Error::Budget { .. } => Words::new("YAML 嵌套太深或太大", "the YAML is nested too deep or too large"),
        Error::UnknownAnchor { .. } => Words::new("引用的锚点不存在", "the alias names no anchor"),
        _ => Words::new(in_chinese(reason), format!("this is no well-formed YAML: {reason}")),
    };
    if let Some(slip) = slips::near(text, span.start.min(text.len())) {
        return Diagnostic::error("E0701", file, slip.span, slip.message).help(slip.help);
    }
    Diagnostic::error("E0701", file, span, words)
}

/// What the parser says, in Chinese; what it may say besides is told as it is.
const SAID: &[(&str, &str)] = &[
    ("expected ',' or '}'", "大括号没有写完：缺“,”或“}”"),
    ("expected ',' or ']'", "方括号没有写完：缺“,”或“]”"),
    ("unclosed bracket", "括号没有闭合"),
    ("unclosed quote", "引号没有闭合"),
    ("unexpected end of stream", "引号没有闭合"),
    (
        "mapping values are not allowed",
        "这里不能再写“键: 值”：上一行没有写完，或缩进不对，或一行里有两个冒号",
    ),
    ("expected <block end>", "缩进与上面的各行不齐"),
    ("expected block end", "缩进与上面的各行不齐"),
    ("did not find expected key", "缩进与上面的各行不齐，或缺“键: ”"),
    ("could not find expected ':'", "缺“: ”：这一行应是“键: 值”"),
    ("simple key", "缺“: ”：这一行应是“键: 值”"),
    ("tab", "缩进里有 Tab：YAML 只用空格"),
    ("unexpected character", "这个符号不能开头：文字要写在引号里"),
    ("cannot start any token", "这个符号不能开头：文字要写在引号里"),
    ("indent", "缩进不对"),
];

fn in_chinese(reason: &str) -> String {
    let lower = reason.to_lowercase();
    match SAID.iter().find(|(said, _)| lower.contains(said)) {
        Some((_, zh)) => format!("YAML 写法有误：{zh}"),
        None => format!("YAML 写法有误：{reason}"),
    }
}

/// The byte of `3, column 7`.
fn place(text: &str, words: &str) -> Option<Span> {
    let number = |s: &str| -> Option<usize> {
        s.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
    };
    let (line, column) = words.split_once(", column ")?;
    let source = crate::diagnostic::Source::new("", text);
    Some(Span::at(
        source.offset(crate::diagnostic::Position { line: number(line)?, column: number(column)? }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_know_their_bytes() {
        let text = "组: 名\nlist:\n  - 1\n  - two\n";
        let (node, found) = parse("a.yaml", text);
        let node = node.unwrap();
        assert!(found.is_empty());
        let entry = &node.entries()[0];
        assert_eq!(&text[entry.key_span.start..entry.key_span.end], "组");
        assert_eq!(&text[entry.value.span.start..entry.value.span.end], "名");
        let two = &node.get("list").unwrap().items()[1];
        assert_eq!(&text[two.span.start..two.span.end], "two");
    }

    #[test]
    fn duplicates_are_told_with_both_places() {
        let (node, found) = parse("a.yaml", "a: 1\nb: 2\na: 3\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, "E0702");
        assert_eq!(found[0].span.start, 10);
        assert_eq!(node.unwrap().entries().len(), 2);
    }

    #[test]
    fn broken_and_hostile_texts_are_told_quickly() {
        for text in ["a: [1", "a: b: c", "", "a: *nowhere", "---\na: 1\n---\nb: 2\n"] {
            let (_, found) = parse("a.yaml", text);
            assert_eq!(found.len(), 1, "{text:?}");
        }
        let (_, found) = parse("a.yaml", &"[".repeat(100_000));
        assert_eq!(found[0].code, "E0701");
    }
}
