//! What the tutorials of `docs/language/` show is what the program prints: their files are written, their commands run, step by step.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

#[path = "../dsl/tests/docs/fences.rs"]
mod fences;

use std::path::Path;
use std::process::Command;

/// What a command line prints: standard output, then the other.
fn printed(line: &str, folder: &Path) -> String {
    let words: Vec<&str> = line.split('"').enumerate().fold(Vec::new(), |mut words, (i, part)| {
        if i % 2 == 1 {
            words.push(part)
        } else {
            words.extend(part.split_whitespace())
        }
        words
    });
    let (program, rest) = words.split_first().unwrap();
    let program = if *program == "medloop" { env!("CARGO_BIN_EXE_medloop") } else { program };
    let mut command = Command::new(program);
    command.args(rest).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["GIT_AUTHOR", "GIT_COMMITTER"] {
        command.env(format!("{who}_NAME"), "test").env(format!("{who}_EMAIL"), "test@localhost");
    }
    let output = command.output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// What is compared: hashes of definitions left aside, as they change with what the engine keeps.
fn same(text: &str) -> String {
    let hex = |word: &str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words =
        |line: &str| line.split(' ').map(|w| if hex(w) { "#" } else { w }).collect::<Vec<_>>().join(" ");
    text.trim_end().lines().map(words).collect::<Vec<_>>().join("\n")
}

fn follow(language: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/language/{language}/tutorial.md"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tutorial-{language}"));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let (mut commands, mut wrong) = (0, Vec::new());
    for fence in fences::fences(&std::fs::read_to_string(&page).unwrap()) {
        if let Some(name) = fence.said.get("file") {
            let path = folder.join(name);
            let before = std::fs::read_to_string(&path).unwrap_or_default();
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, fences::written(&before, &fence)).unwrap();
        } else if fence.kind == "console" {
            for (line, shown) in fences::commands(&fence.text) {
                commands += 1;
                let told = printed(&line, &folder);
                if same(&told) != same(&shown) {
                    wrong.push(format!("{}:{}\n$ {line}\n{told}", page.display(), fence.line));
                }
            }
        }
    }
    assert!(commands > 10, "{commands}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_chinese_tutorial_shows_what_is_printed() {
    follow("zh");
}

#[test]
fn the_english_tutorial_shows_what_is_printed() {
    follow("en");
}
