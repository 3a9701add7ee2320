//! The formatter: golden pairs (`fmt/*.loop` and what becomes of them in `.out`), and what must hold of every text.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use common::{folder, text};
use medloop_dsl::compile::compile;
use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::format::{WIDTH, format};
use medloop_dsl::parse::parse;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

/// Every sound loop file there is: shipped ones, the example's, and those of these tests.
fn sound() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders: [PathBuf; 7] = [
        root.join("loops"),
        root.join("examples/mimic4demo"),
        folder("run"),
        folder("ok"),
        folder("graph"),
        folder("fmt"),
        folder("test_err"),
    ];
    let mut all = Vec::new();
    for folder in folders {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        paths.retain(|p| p.extension().is_some_and(|e| e == "loop"));
        paths.sort();
        all.extend(
            paths.into_iter().map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), text(&p))),
        );
    }
    assert!(all.len() > 15);
    all
}

fn formatted(name: &str, text: &str, keywords: Option<Lang>) -> String {
    format(name, text, keywords).unwrap_or_else(|found| {
        panic!("{text}\n{}", render_all(&found, &Sources::new([(name, text)]), Lang::En))
    })
}

#[test]
fn layouts_are_as_reviewed() {
    let mut wrong = Vec::new();
    for (name, text) in sound() {
        let path = folder("fmt").join(&name).with_extension("out");
        if !folder("fmt").join(&name).exists() {
            continue;
        }
        let now = formatted(&name, &text, None);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, now).unwrap();
        } else if common::text(&path) != now {
            wrong.push(format!("{}\n{now}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites:\n{}", wrong.join("\n"));
}

#[test]
fn a_formatted_text_is_left_alone() {
    for (name, text) in sound() {
        for keywords in [None, Some(Lang::Zh), Some(Lang::En)] {
            let once = formatted(&name, &text, keywords);
            assert_eq!(once, formatted(&name, &once, keywords), "{name}");
        }
    }
}

#[test]
fn keywords_go_to_the_other_language_and_back_without_loss() {
    for (name, text) in sound() {
        let zh = formatted(&name, &text, Some(Lang::Zh));
        let en = formatted(&name, &text, Some(Lang::En));
        assert_eq!(zh, formatted(&name, &en, Some(Lang::Zh)), "{name}");
        assert_eq!(en, formatted(&name, &zh, Some(Lang::En)), "{name}");
        let code =
            |line: &str| line.split("//").next().unwrap_or("").split('"').step_by(2).collect::<String>();
        for keyword in ["环节 ", "流程 ", "要求 ", "测试 ", "→"] {
            assert!(!en.lines().any(|l| code(l).contains(keyword)), "{name}: {keyword}");
        }
    }
}

#[test]
fn definitions_stay_what_they_are() {
    let world = common::catalogue(&folder("world"));
    for file in ["tracks", "lengths", "work", "patient"] {
        let before = text(&folder("run").join(file).with_extension("loop"));
        for keywords in [None, Some(Lang::En)] {
            let after = formatted(file, &before, keywords);
            let compiled = |text: &str| {
                let (mut definitions, found) = compile(&[parse(file, text).0], &world);
                assert!(found.is_empty(), "{found:?}");
                // The one thing that is kept as it was written.
                definitions.iter_mut().flat_map(|d| &mut d.rules).for_each(|r| r.text.clear());
                definitions
            };
            assert_eq!(compiled(&before), compiled(&after), "{file}");
        }
    }
}

#[test]
fn lines_outside_tests_keep_to_the_width() {
    for (name, text) in sound() {
        let new = formatted(&name, &text, None);
        let wide =
            |l: &&str| l.width() > WIDTH && !l.trim_start().starts_with("//") && !l.contains("  依据 \"");
        let outside = new.lines().filter(|l| l.starts_with("  ") && !l.starts_with("    "));
        assert_eq!(outside.filter(wide).collect::<Vec<_>>(), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_left_alone_and_told() {
    let found = format("a.loop", "闭环 输血 [transfusion] { 等级 }", None).unwrap_err();
    assert!(found.iter().all(|d| d.code != "E0126") && !found.is_empty(), "{found:?}");
}

/// The tokens of a sound text with its blanks and line ends drawn anew, where that changes no meaning: comments keep their lines,
/// and what touches goes on touching.
fn shaken(text: &str, draws: &[u8]) -> String {
    let mut draws = draws.iter().cycle();
    let mut out = String::new();
    for line in text.lines() {
        let (mut quoted, mut blank) = (None, false);
        let mut chars = line.trim().char_indices().peekable();
        let trimmed = line.trim();
        let timed =
            trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '+') || trimmed.starts_with("次日");
        while let Some((i, c)) = chars.next() {
            if quoted.is_none() && trimmed[i..].starts_with("//") {
                out.push_str(&trimmed[i..]);
                break;
            }
            match (c, quoted) {
                ('"', None) => quoted = Some('"'),
                ('“', None) => quoted = Some('”'),
                ('\\', Some(_)) => {
                    out.push(c);
                    out.extend(chars.next().map(|(_, c)| c));
                    continue;
                }
                (c, Some(close)) if c == close => quoted = None,
                _ => {}
            }
            if quoted.is_none() && (c == ' ' || c == '\u{3000}') {
                if !blank {
                    let draw = *draws.next().unwrap();
                    // A line of a test is one line: what stands on the next is a statement of its own.
                    let breaks = draw.is_multiple_of(5) && !timed;
                    out.push_str(if breaks {
                        "\n"
                    } else {
                        ["  ", " ", "\t", "\u{3000}"][usize::from(draw) % 4]
                    });
                }
                blank = true;
            } else {
                out.push(c);
                blank = false;
            }
        }
        out.push_str(["\n", "\r\n", "\n\n\n", "\n  "][usize::from(*draws.next().unwrap()) % 4]);
    }
    out
}

/// Draws that are the same in every run.
fn draws(seed: usize) -> Vec<u8> {
    (0..997_usize).map(|i| ((i * i * 31 + i * 7 + seed * 13) / 3 % 251) as u8).collect()
}

#[test]
fn shipped_loops_come_to_rest_from_any_blanks() {
    for (seed, (name, text)) in sound().into_iter().enumerate().take(4) {
        let wild = shaken(&text, &draws(seed));
        let once = formatted(&name, &wild, None);
        assert_eq!(once, formatted(&name, &once, None), "{name}");
        assert_ne!(once, wild);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_blanks_and_line_ends_come_to_one_rest(draws in prop::collection::vec(any::<u8>(), 97..400)) {
        for (name, text) in sound() {
            if text.len() > 12_000 {
                continue;
            }
            let wild = shaken(&text, &draws);
            let (file, found) = parse(&name, &wild);
            prop_assert!(!file.broken, "{}", render_all(&found, &Sources::new([(name.as_str(), wild.as_str())]), Lang::En));
            let once = formatted(&name, &wild, None);
            prop_assert_eq!(&once, &formatted(&name, &once, None), "{}", name);
            let en = formatted(&name, &wild, Some(Lang::En));
            prop_assert_eq!(&formatted(&name, &en, Some(Lang::Zh)), &formatted(&name, &wild, Some(Lang::Zh)), "{}", name);
        }
    }
}
