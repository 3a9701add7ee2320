//! Any text through the parser, the checks, the formatter and the editor. `dsl/README.md` says how to run it.

#![no_main]

#[path = "../../dsl/tests/common/any_text.rs"]
mod any_text;
mod words;

use any_text::World;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

thread_local! {
    /// One at a time: libFuzzer has one thread.
    static WORLD: RefCell<World> = RefCell::new(World::new(yaml(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../dsl/tests/world"))));
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    WORLD.with_borrow_mut(|world| world.hold(text));
    Corpus::Keep
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // Bytes that change within a Chinese character are no text any more: mostly, words change.
    let words = std::str::from_utf8(data.get(..size).unwrap_or_default()).ok().filter(|_| seed % 8 != 0);
    let Some(mut new) = words.map(|text| words::changed(text, seed)) else {
        return fuzzer_mutate(data, size, max_size);
    };
    new.truncate(new.floor_char_boundary(max_size));
    data[..new.len()].copy_from_slice(new.as_bytes());
    new.len()
});

/// The texts of a folder and those below it, by their paths there.
fn yaml(root: &Path) -> BTreeMap<String, String> {
    let (mut all, mut open) = (BTreeMap::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                let name = path.strip_prefix(root).expect("below it").to_string_lossy().into_owned();
                all.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    all
}
