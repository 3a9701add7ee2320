//! What checking costs as definitions grow: 1, 10 and 100 copies of the shipped library, each loop with a name of its own.
//!
//! `cargo bench -p medloop-dsl --bench check`. It belongs to the language's package, so that no other crate is built for it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads files, takes the time and prints it"
)]

mod folder;

use folder::texts;
use medloop_dsl::library::load;
use medloop_dsl::parse::parse;
use medloop_dsl::tree::Span;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// A text whose loops have names and codes of their own; its fragments are there once, in the first copy.
fn copy(name: &str, text: &str, number: usize) -> String {
    let mut edits: Vec<(Span, String)> = Vec::new();
    for item in &parse(name, text).0.loops {
        if item.fragment {
            edits.push((item.span, String::new()));
        } else {
            let own = [Some(&item.name), item.code.as_ref()].into_iter().flatten();
            edits.extend(own.map(|n| (Span::at(n.span.end), format!("_{number}"))));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, new) in edits {
        text.replace_range(span.start..span.end, &new);
    }
    text
}

fn main() {
    let library = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops"));
    let most: usize = std::env::var("MEDLOOP_COPIES").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    println!("copies  loops  lines      parse   parse and check   a copy");
    for copies in [1, 10, 100].into_iter().filter(|n| *n <= most) {
        let mut all = library.clone();
        for number in 1..copies {
            let loops = library.iter().filter(|(name, _)| name.ends_with(".loop"));
            all.extend(loops.map(|(name, text)| (format!("{number}/{name}"), copy(name, text, number))));
        }
        let loops = || all.iter().filter(|(name, _)| name.ends_with(".loop"));
        let lines: usize = loops().map(|(_, text)| text.lines().count()).sum();
        let begun = Instant::now();
        loops().for_each(|(name, text)| drop(black_box(parse(name, text))));
        let parsed = begun.elapsed();
        let begun = Instant::now();
        let (read, found) = black_box(load(&all));
        let took = begun.elapsed();
        assert!(found.is_empty(), "{:?}", found.first());
        let (each, count) = (took / u32::try_from(copies).unwrap(), read.definitions.len());
        println!("{copies:>6} {count:>6} {lines:>6} {parsed:>10.0?} {took:>17.0?} {each:>8.0?}");
    }
}
