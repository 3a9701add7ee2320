//! What `medloop check` says beside mistakes: limits that follow from others (`hints/hints.loop`, `.zh.txt` and `.en.txt`), and fields that
//! nothing uses (`hints/fields.zh.txt` and `.en.txt`, of the same loop in the little world). Nothing that is shipped has a field too many.

mod common;

use common::{folder, golden, texts};
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::library::{self, Library};
use std::collections::BTreeMap;

fn told(name: &str, found: &[Diagnostic], texts: &BTreeMap<String, String>) {
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    for (lang, ending) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
        golden(&folder("hints").join(format!("{name}.{ending}")), &render_all(found, &sources, lang));
    }
}

fn read(texts: &BTreeMap<String, String>) -> Library {
    let (library, found) = library::load(texts);
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::En));
    library
}

#[test]
fn limits_that_follow_from_others_are_told() {
    let mut texts = texts(&folder("world"));
    texts.insert("hints.loop".to_owned(), common::text(&folder("hints/hints.loop")));
    let library = read(&texts);
    told("hints", &library.hints(), &texts);
    told("fields", &library.unused_fields(), &texts);
    // Of a loop with a mistake it is not known what it uses.
    texts.insert("more.loop".to_owned(), "闭环 {".to_owned());
    assert_eq!(library::load(&texts).0.unused_fields(), Vec::new());
}

#[test]
fn a_dictionary_for_more_loops_than_are_here_is_one_warning() {
    let mut texts = texts(&folder("world"));
    texts.insert("hints.loop".to_owned(), common::text(&folder("hints/hints.loop")));
    let more: String = (0..30).map(|n| format!("  more_{n}: {{ name: 另一{n}, type: text }}\n")).collect();
    texts.entry("fields.yaml".to_owned()).or_default().push_str(&more);
    let found = read(&texts).unused_fields();
    assert!(
        found.len() == 1 && found.iter().all(|d| d.message.en.contains("fields are not used")),
        "{found:?}"
    );
}

#[test]
fn nothing_shipped_has_a_field_that_nothing_uses() {
    for place in ["../../loops", "../../examples/mimic4demo"] {
        let mut texts = texts(&folder(place));
        texts.retain(|name, _| name.ends_with(".loop") || name.ends_with(".yaml"));
        let library = read(&texts);
        assert_eq!(library.unused_fields(), Vec::new(), "{place}");
    }
}
