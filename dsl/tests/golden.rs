//! Golden directories: a case is a file dropped in. `ok/*.loop` compile without a word; `err/*.loop` have their messages, as people
//! read them, beside them in `.zh.txt` and `.en.txt`. `UPDATE_GOLDEN=1` rewrites what is then reviewed as a diff.

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::parse::parse;
use std::path::{Path, PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "loop")).collect();
    files.sort();
    files
}

fn messages(path: &Path, lang: Lang) -> String {
    let text = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let (_, diagnostics) = parse(&name, &text);
    render_all(&diagnostics, &Sources::new([(name, text)]), lang)
}

#[test]
fn good_files_compile_without_a_word() {
    for path in files("ok") {
        assert_eq!(messages(&path, Lang::En), "", "{}", path.display());
    }
}

#[test]
fn bad_files_have_their_messages() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in files("err") {
        for (lang, ending) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
            let golden = path.with_extension(ending);
            let now = messages(&path, lang);
            assert!(!now.is_empty(), "{} has no mistake", path.display());
            let before =
                std::fs::read(&golden).ok().and_then(|b| String::from_utf8(b).ok()).unwrap_or_default();
            if update && now != before {
                std::fs::write(&golden, &now).unwrap();
            } else if now != before {
                wrong.push(format!("--- {}\n{before}\n+++\n{now}", golden.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites:\n{}", wrong.join("\n"));
}
