//! The one place that names the YAML parser: a text becomes a [`Node`], every mistake of its form a diagnostic.

use super::node::{Kind, Node, bytes};
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
        _ => crate::say!("YAML 写法有误：{reason}", "this is no well-formed YAML: {reason}"),
    };
    Diagnostic::error("E0701", file, span, words)
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
