//! The fenced snippets of a page of documentation, with what is said behind their kind.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;

/// One snippet.
#[derive(Debug)]
pub(crate) struct Fence {
    /// The line of its first fence, from 1.
    pub(crate) line: usize,
    /// The word behind the fence: `loop`, `yaml`, `console`; empty when there is none.
    pub(crate) kind: String,
    /// What stands behind it as `key=value`.
    pub(crate) said: BTreeMap<String, String>,
    /// Its lines.
    pub(crate) text: String,
}

/// The snippets of a page, in order.
pub(crate) fn fences(page: &str) -> Vec<Fence> {
    let (mut all, mut open): (Vec<Fence>, Option<Fence>) = (Vec::new(), None);
    for (i, line) in page.lines().enumerate() {
        let Some(head) = line.strip_prefix("```") else {
            if let Some(fence) = &mut open {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            continue;
        };
        if let Some(fence) = open.take() {
            assert!(head.is_empty(), "line {}: a snippet begins within another", i + 1);
            all.push(fence);
        } else {
            let mut words = head.split_whitespace();
            let kind = words.next().unwrap_or_default().to_owned();
            let said = words
                .map(|word| word.split_once('=').unwrap_or((word, "")))
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect();
            open = Some(Fence { line: i + 1, kind, said, text: String::new() });
        }
    }
    assert!(open.is_none(), "a snippet is not closed");
    all
}

/// What a file holds after a snippet: the snippet itself; with `add`, its lines before the last `}`; with `instead`, each of its lines in the place of the
/// one that begins with the same two words, or with the same word.
pub(crate) fn written(before: &str, fence: &Fence) -> String {
    if fence.said.contains_key("add") {
        let end = before.rfind('}').unwrap_or_else(|| unreachable!("line {}: nothing to add to", fence.line));
        return format!("{}{}}}\n", &before[..end], fence.text);
    }
    if !fence.said.contains_key("instead") {
        return fence.text.clone();
    }
    let mut lines: Vec<&str> = before.lines().collect();
    for new in fence.text.lines() {
        let alike = |line: &str, n| line.split_whitespace().take(n).eq(new.split_whitespace().take(n));
        let words = if lines.iter().any(|line| alike(line, 2)) { 2 } else { 1 };
        let mut places = lines.iter_mut().filter(|line| alike(line, words));
        match (places.next(), places.next()) {
            (Some(place), None) => *place = new,
            _ => unreachable!("line {}: not one line begins like {new}", fence.line),
        }
    }
    lines.join("\n") + "\n"
}

/// The commands of a console, each with what is shown below it.
pub(crate) fn commands(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            all.push((command.to_owned(), String::new()));
        } else if let Some((_, shown)) = all.last_mut() {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    all
}
