//! How long an editor waits for each kind of answer about a loop of 2,000 lines in the shipped library: the median and the slowest of a hundred.
//!
//! `cargo bench -p medloop-dsl --bench editor`. It belongs to the language's package, so that no other crate is built for it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads files, takes the time and prints it"
)]

mod folder;

use folder::texts;
use medloop_dsl::diagnostic::Lang;
use medloop_dsl::editor::Editor;
use medloop_dsl::format::format;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// The file that is asked about: one of the longest that are shipped, with its first test again until it has so many lines.
const FILE: &str = "exam.loop";
const LINES: usize = 2000;

/// A text with its first test repeated, under other titles, until it is long enough.
fn long(text: &str) -> String {
    let from = text.find("\n  测试 ").unwrap() + 1;
    let to = from + text.get(from..).unwrap().find("\n  }\n").unwrap() + 5;
    let test = text.get(from..to).unwrap();
    let mut out = text.trim_end().strip_suffix('}').unwrap().to_owned();
    let mut number = 0;
    while out.lines().count() < LINES {
        number += 1;
        out.push_str(&test.replacen("测试 \"", &format!("测试 \"{number} "), 1));
    }
    out + "}\n"
}

fn say(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let at =
        |share: usize| took.get((took.len() * share).div_ceil(100).max(1) - 1).copied().unwrap_or_default();
    println!("{what:<24} {:>9.2?} {:>9.2?} {:>9.2?}", at(50), at(99), at(100));
}

fn main() {
    let mut all = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops"));
    let text = long(all.get(FILE).unwrap());
    all.insert(FILE.to_owned(), text.clone());
    let (mut editor, found) = Editor::new(all, vec![2026]);
    assert!(found.is_empty(), "{:?}", found.first());
    println!("{FILE}, {} lines, {} KB", text.lines().count(), text.len() / 1024);
    println!("{:<24} {:>9} {:>9} {:>9}", "", "p50", "p99", "most");
    let places: Vec<usize> = (1..=100).map(|i| text.floor_char_boundary(text.len() * i / 101)).collect();
    let each = |editor: &Editor, what: &str, ask: &dyn Fn(&Editor, usize)| {
        let time = |place: &usize| {
            let begun = Instant::now();
            ask(editor, *place);
            begun.elapsed()
        };
        say(what, places.iter().map(time).collect());
    };
    each(&editor, "hover", &|e, at| drop(black_box(e.hover(FILE, at, Lang::Zh))));
    each(&editor, "completion", &|e, at| drop(black_box(e.complete(FILE, at))));
    each(&editor, "definition", &|e, at| drop(black_box(e.definition(FILE, at))));
    each(&editor, "references", &|e, at| drop(black_box(e.references(FILE, at))));
    each(&editor, "rename", &|e, at| drop(black_box(e.rename(FILE, at, "新名"))));
    each(&editor, "symbols", &|e, _| drop(black_box(e.outline(FILE))));
    each(&editor, "colours", &|e, _| drop(black_box(e.colours(FILE))));
    each(&editor, "formatting", &|e, _| drop(black_box(format(FILE, e.text(FILE).unwrap(), None))));
    // A letter is typed, and each time the mistakes are asked for.
    let (mut typed, mut told) = (Vec::new(), Vec::new());
    for at in &places {
        let mut new = text.clone();
        new.insert(*at, '甲');
        let begun = Instant::now();
        editor.set(FILE, new);
        typed.push(begun.elapsed());
        let begun = Instant::now();
        black_box(editor.mistakes());
        told.push(begun.elapsed());
    }
    say("a letter typed", typed);
    say("mistakes after it", told);
}
