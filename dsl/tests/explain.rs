//! The registry of codes: every code that the source uses has its page and every page its code, every example has the finding that it
//! shows and no other, and `docs/diagnostics/` holds what the registry says. `UPDATE_GOLDEN=1` writes the pages.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads its files")]

use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::explain::{Example, Page, Place, contents, list, page, pages};
use medloop_dsl::{library, testing};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files below a folder with one of these endings, by path within it.
fn files(root: &Path, endings: &[&str]) -> BTreeMap<String, PathBuf> {
    let (mut all, mut open) = (BTreeMap::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| endings.iter().any(|wanted| e == *wanted)) {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                all.insert(name, path);
            }
        }
    }
    all
}

fn folder(name: &str) -> PathBuf {
    root().join("dsl/tests").join(name)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `"E0123"` as it stands in source.
fn codes(text: &str) -> impl Iterator<Item = String> {
    text.split('"')
        .filter(|t| t.len() == 5 && t.starts_with(['E', 'W']) && t[1..].bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let mut used = BTreeSet::new();
    for part in ["dsl/src", "engine/src", "store/src", "api/src", "console/src", "src"] {
        for (name, path) in files(&root().join(part), &["rs"]) {
            if !(part == "dsl/src" && name.starts_with("explain/")) {
                let text = std::fs::read_to_string(path).unwrap();
                used.extend(codes(text.split("#[cfg(test)]").next().unwrap()));
            }
        }
    }
    let told: BTreeSet<String> = pages().keys().map(|c| (*c).to_owned()).collect();
    assert_eq!(used.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new(), "without a page");
    assert_eq!(told.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "told of by nothing");
}

/// The little hospital with an example in it.
fn texts(example: Example) -> BTreeMap<String, String> {
    let world: BTreeMap<String, String> = files(&folder("world"), &["yaml"])
        .into_iter()
        .map(|(name, path)| (name, std::fs::read_to_string(path).unwrap()))
        .collect();
    let (loop_name, loop_text) = Page::loop_file();
    let mut all = world.clone();
    match example {
        Example::Whole(files) => {
            all.insert(loop_name, loop_text);
            all.extend(files);
        }
        Example::End(name, text) => {
            all.insert(loop_name, loop_text);
            all.entry(name).or_default().push_str(&text);
        }
        Example::Only(names) => {
            let text = |name: &str| {
                let file = name.rsplit('/').next().unwrap();
                world.iter().find(|(n, _)| n.ends_with(file)).map_or(loop_text.clone(), |(_, t)| t.clone())
            };
            all = names.into_iter().map(|n| (n.clone(), text(&n))).collect();
        }
    }
    all
}

/// Everything that checking and testing say of these files; of what tests leave out, what the page is about.
fn found(texts: &BTreeMap<String, String>, page: &Page) -> Vec<Diagnostic> {
    let (library, mut found) = library::load(texts);
    found.extend(library.calendars_lack(2026));
    // What these say is no mistake of an example about something else. The little hospital has fields for other pages, too.
    if page.code == "E0518" {
        found.extend(library.hints());
    }
    if page.code == "E0721" {
        found.extend(library.unused_fields().into_iter().filter(|d| d.message.zh.contains("旧编号")));
    }
    let options = testing::Options { orders: 3, ..testing::Options::default() };
    for (file, test, definition) in library.tests() {
        found.extend(testing::run(file, test, &library.catalogue, definition, options).failures);
    }
    if page.place == Place::Coverage {
        let points = testing::coverage(&library).into_iter().filter(|p| !p.covered);
        found.extend(points.map(|p| p.warning()).filter(|d| d.code == page.code));
    }
    if page.place == Place::Mutants {
        let mutants = testing::Mutants::new(&library, |_| true);
        let fates: Vec<_> = mutants.all().iter().map(|m| mutants.run(m)).collect();
        found.extend(mutants.unnoticed(&fates).0.into_iter().map(|m| m.warning()));
    }
    found
}

#[test]
fn a_bad_example_has_its_finding_and_a_good_one_has_none() {
    let mut wrong = Vec::new();
    for page in pages().values() {
        for (good, lang) in [(false, Lang::Zh), (false, Lang::En), (true, Lang::Zh), (true, Lang::En)] {
            let Some(example) = page.example(good, lang) else {
                assert!(page.bad.is_empty() && page.good.is_empty(), "{}", page.code);
                continue;
            };
            let texts = texts(example);
            let found = found(&texts, page);
            let told: BTreeSet<&str> = found.iter().map(|d| d.code).collect();
            let wanted: BTreeSet<&str> = if good { BTreeSet::new() } else { [page.code].into() };
            // Too many mistakes do not come alone.
            let apt = told == wanted || page.code == "E0100" && told.is_superset(&wanted) && !good;
            if !apt {
                let head = format!("{} {} {lang:?}", page.code, if good { "good" } else { "bad" });
                let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
                let said: String = render_all(&found, &sources, Lang::Zh).chars().take(2_000).collect();
                wrong.push(format!("{head}: {told:?}\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_pages_of_the_documentation_are_those_of_the_registry() {
    let folder = root().join("docs/diagnostics");
    let mut pages: BTreeMap<String, String> =
        pages().values().map(|p| (format!("{}.md", p.code), p.markdown())).collect();
    pages.insert("README.md".to_owned(), contents());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let written: BTreeMap<String, String> = files(&folder, &["md"])
        .into_iter()
        .map(|(name, path)| (name, std::fs::read_to_string(path).unwrap()))
        .collect();
    let differ = pages.keys().chain(written.keys()).filter(|n| pages.get(*n) != written.get(*n));
    assert_eq!(differ.collect::<BTreeSet<_>>(), BTreeSet::new(), "UPDATE_GOLDEN=1 rewrites them");
}

#[test]
fn a_page_is_found_however_its_code_is_written() {
    for written in ["E0104", "e0104", "0104", " E0104 "] {
        assert_eq!(page(written).unwrap().code, "E0104");
    }
    assert!(page("E9999").is_none() && page("").is_none());
    let told = page("E0104").unwrap().told(Lang::En);
    assert!(
        told.starts_with("E0104  A bracket is not closed\n") && told.contains("Wrong (within a loop):"),
        "{told}"
    );
    assert_eq!(list(Lang::Zh).lines().count(), pages().len());
    assert!(list(Lang::Zh).contains("E0104  括号没有闭合\n"));
}

#[test]
fn every_page_speaks_both_languages() {
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for page in pages().values() {
        assert!(han(page.title.0) && han(page.text.0), "{}", page.code);
        assert!(!han(page.title.1) && !han(page.text.1), "{}", page.code);
        assert!(!page.title.0.ends_with('。') && !page.title.1.ends_with('.'), "{}", page.code);
    }
}
