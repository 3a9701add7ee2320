//! What a change of definitions means: each folder of `diff/` holds an old and a new one, laid over the little world, and the sentences.

mod common;

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::diff::{Difference, Effect, Folder, diff, markdown};
use medloop_dsl::library;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Texts = BTreeMap<String, String>;

fn side(case: &Path, name: &str) -> Texts {
    let mut texts = common::texts(&common::folder("world"));
    texts.extend(common::texts(&case.join(name)));
    texts
}

fn compare(old: &Texts, new: &Texts) -> Difference {
    let load = |texts: &Texts| {
        let (library, found) = library::load(texts);
        let errors: Vec<_> = found.into_iter().filter(|d| d.is_error()).collect();
        assert!(errors.is_empty(), "{}", render_all(&errors, &Sources::new(texts.clone()), Lang::En));
        library
    };
    let (was, is) = (load(old), load(new));
    let folder = |library, texts| Folder { library, texts, root: "" };
    diff(folder(&was, old), folder(&is, new))
}

#[test]
fn pairs_of_folders_are_told_apart_in_sentences() {
    let mut effects: BTreeSet<Effect> = BTreeSet::new();
    for case in common::cases("diff", "") {
        let (old, new) = (side(&case, "old"), side(&case, "new"));
        let difference = compare(&old, &new);
        effects.extend(difference.changes.iter().map(|c| c.effect));
        // Whatever is told stands where it says.
        for change in &difference.changes {
            let texts = if change.place.old { &old } else { &new };
            assert!(change.place.span.start < texts[&change.place.file].len(), "{change:?}");
        }
        let sources = Sources::new(new);
        for (lang, name) in [(Lang::Zh, "zh.md"), (Lang::En, "en.md")] {
            common::golden(&case.join(name), &markdown(&difference, &sources, lang));
        }
    }
    assert_eq!(effects.len(), 5, "{effects:?}");
}

#[test]
fn layout_comments_order_and_the_language_of_keywords_are_no_difference() {
    let case = common::folder("diff").join("nothing");
    let (old, new) = (side(&case, "old"), side(&case, "new"));
    assert_ne!(old, new);
    assert_eq!(compare(&old, &new).changes, Vec::new());
    let mut english = old.clone();
    let text = medloop_dsl::format::format("small.loop", &old["small.loop"], Some(Lang::En)).unwrap();
    assert!(text.contains("severity") && text != old["small.loop"]);
    english.insert("small.loop".to_owned(), text);
    assert_eq!(compare(&old, &english).changes, Vec::new());
    assert_eq!(compare(&old, &old).loops, Vec::new());
}

#[test]
fn what_is_stricter_one_way_is_looser_the_other_way() {
    for name in ["rules", "params"] {
        let case = common::folder("diff").join(name);
        let (old, new) = (side(&case, "old"), side(&case, "new"));
        let rules = |difference: &Difference, effect: Effect| -> BTreeSet<String> {
            let of = difference.changes.iter().filter(|c| c.effect == effect);
            let name =
                |words: &str| words.strip_prefix("规则 ")?.split([' ', '：']).next().map(str::to_owned);
            of.filter_map(|c| name(&c.words.zh)).collect()
        };
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        assert_eq!(rules(&there, Effect::Stricter).len() > 2, name == "rules");
        assert_eq!(rules(&there, Effect::Stricter), rules(&back, Effect::Looser), "{name}");
        assert_eq!(rules(&there, Effect::Looser), rules(&back, Effect::Stricter), "{name}");
    }
}
