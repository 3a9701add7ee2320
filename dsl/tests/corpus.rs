//! Texts that fuzzing found to reach different parts of the language, and those that once broke it: each is answered as every text must be.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads its files")]

#[path = "common/any_text.rs"]
mod any_text;
mod common;

use any_text::World;
use common::{folder, texts};

#[test]
fn every_text_of_the_corpus_is_answered() {
    let mut world = World::new(texts(&folder("world")));
    let mut seen = 0;
    for entry in std::fs::read_dir(folder("corpus")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // The name of the text stands in what the test says, should it fail.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.hold(&text)))
            .unwrap_or_else(|_| unreachable!("{}", path.display()));
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}
