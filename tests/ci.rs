//! The ready-made files of `examples/ci`: what they call exists, and the hook lets pass what is sound and nothing else.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn ci() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_call_of_the_program_is_one_that_it_knows() {
    let mut help: BTreeMap<String, String> = BTreeMap::new();
    let mut calls = 0;
    for file in ["github/medloop.yaml", "gitlab/medloop.yml", "pre-commit"] {
        let written = std::fs::read_to_string(ci().join(file)).unwrap();
        let (tree, found) = medloop_dsl::yaml::parse(file, &written);
        assert!(file == "pre-commit" || tree.is_some() && found.is_empty(), "{file}: {found:?}");
        for line in written.lines().filter(|l| !l.trim_start().starts_with('#')) {
            let line = line.replace("\"$medloop\"", "medloop");
            let Some((_, call)) = line.split_once("medloop ") else { continue };
            let words: Vec<&str> = call.split_whitespace().collect();
            let [verb, rest @ ..] = &words[..] else { continue };
            if !["check", "fmt", "test", "diff"].contains(verb)
                || line.trim_start().starts_with("medloop ") && line.ends_with(':')
            {
                continue;
            }
            let help = help.entry((*verb).to_owned()).or_insert_with(|| {
                let out =
                    Command::new(env!("CARGO_BIN_EXE_medloop")).args([verb, "--help"]).output().unwrap();
                assert!(out.status.success(), "{verb}");
                text(&out.stdout)
            });
            for (flag, value) in rest.iter().zip(rest.iter().skip(1).chain([&""])) {
                if flag.starts_with("--") {
                    assert!(help.contains(*flag), "{file}: {verb} {flag}");
                    assert!(*flag != "--format" || help.contains(&format!("- {value}")), "{file}: {value}");
                }
            }
            calls += 1;
        }
    }
    assert!(calls >= 10, "{calls}");
}

#[test]
#[cfg(unix)]
fn the_hook_lets_pass_what_is_sound_and_staged() {
    let folder = tempfile::tempdir().unwrap();
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("dsl/tests/world");
    let loops = folder.path().join("loops");
    copy(&world, &loops);
    let written = std::fs::read_to_string(world.join("../mutants/small.loop")).unwrap();
    let sound = medloop_dsl::format::format("small.loop", &written, None).unwrap();
    let put = |text: &str| std::fs::write(loops.join("small.loop"), text).unwrap();
    let git = |arguments: &[&str]| -> Output {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"];
        let mut git = Command::new("git");
        let git = git.args(identity).args(arguments).current_dir(folder.path());
        git.env("MEDLOOP", env!("CARGO_BIN_EXE_medloop")).output().unwrap()
    };
    assert!(git(&["init", "-q"]).status.success());
    std::fs::copy(ci().join("pre-commit"), folder.path().join(".git/hooks/pre-commit")).unwrap();
    let commit = |what: &str| -> Result<(), String> {
        let add = git(&["add", "-A"]);
        assert!(add.status.success(), "{}", text(&add.stderr));
        let out = git(&["commit", "-q", "-m", what]);
        if out.status.success() { Ok(()) } else { Err(text(&out.stdout) + &text(&out.stderr)) }
    };
    let refused = |what: &str| match commit(what) {
        Ok(()) => panic!("{what} was let pass"),
        Err(told) => told,
    };
    put(&sound);
    assert_eq!(commit("sound"), Ok(()));
    put(&sound.replace("要求 接收.时间", "要求 接受.时间"));
    let told = refused("a wrong name");
    assert!(told.contains("loops/small.loop:") && told.contains("接收"), "{told}");
    put(&sound.replacen("  主键", "      主键", 1));
    assert!(refused("another layout").contains("medloop fmt loops"));
    put(&sound.replace("最终 及时接收 违反", "最终 及时接收 符合"));
    let told = refused("a test that fails");
    assert!(told.contains("E0612") && !told.contains('✓'), "{told}");
    // What is staged counts, whatever lies in the folder; and what has nothing to do with loops is not looked at.
    put(&sound.replace("级别 高", "级别 中"));
    assert!(git(&["add", "-A"]).status.success());
    put("闭环 {");
    let out = git(&["commit", "-q", "-m", "staged"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    std::fs::write(folder.path().join("notes.txt"), "…").unwrap();
    assert!(git(&["add", "notes.txt"]).status.success());
    assert!(git(&["commit", "-q", "-m", "notes"]).status.success());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &there) } else { std::fs::copy(&path, &there).map(drop).unwrap() }
    }
}
