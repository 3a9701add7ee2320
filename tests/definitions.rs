//! `medloop check`, `medloop test` and `medloop fmt` from outside: what they print, and how they end.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn medloop(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_medloop")).args(arguments).current_dir(folder).output().unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A copy of the shipped definitions in which one text is replaced by another.
fn spoilt(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("loops"), &folder.path().join("loops"));
    let path = folder.path().join("loops").join(file);
    let before = std::fs::read_to_string(&path).unwrap();
    assert!(before.contains(from), "{from}");
    std::fs::write(&path, before.replacen(from, to, 1)).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &there) } else { std::fs::copy(&path, &there).map(drop).unwrap() }
    }
}

#[test]
fn sound_definitions_end_in_0_and_say_nothing_on_standard_output() {
    for paths in [
        &["check"][..],
        &["check", "loops/transfusion.loop", "loops/codes"],
        &["check", "examples/mimic4demo"],
    ] {
        let out = medloop(paths, &root());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stdout));
        assert_eq!(text(&out.stdout), "");
        assert!(text(&out.stderr).contains("0 个错误"));
    }
}

#[test]
fn a_file_of_notepads_own_encoding_is_one_mistake_and_a_slip_in_its_name_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put(
        "hospital.yaml",
        "group: 医院\ntimezone: Asia/Shanghai\ncampuses:\n  east: { name: 东院区 }\n".as_bytes(),
    );
    put("gas.loop", b"\xb1\xd5\xbb\xb7 \xbc\xd7 [a] {\n  \xb5\xc8\xbc\xb6 5\n}\n");
    put("air.loop.txt", "闭环 甲 [a] { 等级 5 }".as_bytes());
    put("AIR.LOOP", "闭环 甲 [a] { 等级 5 }".as_bytes());
    put("events.yaml.txt", b"events:\n");
    put("notes.txt", b"nothing of ours");
    let out = medloop(&["check", "."], folder.path());
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out.stdout);
    let lines: Vec<&str> = told.lines().filter(|l| l.contains("[E")).collect();
    let told_of =
        |file: &str, code: &str| lines.iter().filter(|l| l.starts_with(file) && l.contains(code)).count();
    assert_eq!(told_of("gas.loop:", "E0127"), 1, "{told}");
    for file in ["air.loop.txt:", "AIR.LOOP:", "events.yaml.txt:"] {
        assert_eq!(told_of(file, "E0716"), 1, "{told}");
    }
    assert!(
        told.contains("UTF-8") && told.contains("是不是“air.loop”？") && !told.contains("notes.txt"),
        "{told}"
    );
}

#[test]
fn mistakes_end_in_1_with_file_line_and_column_for_people_and_machines() {
    let folder = spoilt("fields.yaml", "type: person", "type: persn");
    let out = medloop(&["check", "--lang", "en"], folder.path());
    assert_eq!(out.status.code(), Some(1));
    let spoilt = std::fs::read_to_string(folder.path().join("loops/fields.yaml")).unwrap();
    let at = spoilt.find("persn").unwrap();
    let line = spoilt[..at].lines().count();
    let column = spoilt[..at].lines().next_back().unwrap().chars().count() + 1;
    // Chinese is two columns wide in a terminal and one character to an editor; the place is the editor's.
    let place = format!("loops/fields.yaml:{line}:{column}:");
    assert!(text(&out.stdout).starts_with(&place), "{place} {}", text(&out.stdout));
    assert!(text(&out.stdout).contains("person"));
    let json = medloop(&["check", "--format", "json"], folder.path());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json[0]["file"], "loops/fields.yaml");
    assert_eq!(json[0]["nearest"], "person");
    let sarif = medloop(&["check", "--format", "sarif"], folder.path());
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], line);
    let github = medloop(&["check", "--format", "github"], folder.path());
    assert!(
        text(&github.stdout)
            .starts_with(format!("::error file=loops/fields.yaml,line={line},col={column}").as_str())
    );
}

#[test]
fn one_file_is_checked_with_what_stands_around_it() {
    let folder = spoilt("fields.yaml", "type: person", "type: persn");
    let out = medloop(&["check", "codes/roles.yaml"], &folder.path().join("loops"));
    assert_eq!((out.status.code(), text(&out.stdout)), (Some(0), String::new()));
}

#[test]
fn failing_tests_end_in_1_with_expectation_and_reason() {
    let folder = spoilt("transfusion.loop", "最终 开始输血 延迟 5分钟", "最终 开始输血 延迟 7分钟");
    let out = medloop(&["test", "--orders", "2"], folder.path());
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out.stdout);
    assert!(told.contains("应相差 7分钟，实为 5分钟") && told.contains("loops/transfusion.loop:"), "{told}");
    let out = medloop(&["test", "--orders", "0", "--format", "junit", "--lang", "en"], folder.path());
    let junit = text(&out.stdout);
    assert!(junit.contains("failures=\"1\"") && junit.contains("should be off by"), "{junit}");
}

#[test]
fn fmt_check_names_the_files_and_changes_nothing() {
    let folder = spoilt("pivas.loop", "  主键 组号", "     主键   组号  // 一组药");
    let path = folder.path().join("loops/pivas.loop");
    let before = std::fs::read_to_string(&path).unwrap();
    let out = medloop(&["fmt", "--check", "loops"], folder.path());
    assert_eq!((out.status.code(), text(&out.stdout)), (Some(1), "loops/pivas.loop\n".to_owned()));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    let out = medloop(&["fmt", "--check", "loops/transfusion.loop", "--lang", "en"], folder.path());
    assert_eq!((out.status.code(), text(&out.stdout)), (Some(0), String::new()));
    assert!(text(&out.stderr).contains("0 files to format, 1 in order"), "{}", text(&out.stderr));
}

#[test]
fn fmt_turns_keywords_and_leaves_a_broken_file_alone() {
    let folder = spoilt("pivas.loop", "  主键 组号", "     主键   组号  // 一组药");
    let path = folder.path().join("loops/pivas.loop");
    assert_eq!(medloop(&["fmt", "--keywords", "en"], folder.path()).status.code(), Some(0));
    assert!(std::fs::read_to_string(&path).unwrap().contains("\n  key 组号  // 一组药\n"));
    assert_eq!(medloop(&["test", "--orders", "0"], folder.path()).status.code(), Some(0));
    assert_eq!(medloop(&["fmt", "--keywords", "zh"], folder.path()).status.code(), Some(0));
    assert!(std::fs::read_to_string(&path).unwrap().contains("\n  主键 组号  // 一组药\n"));
    let shipped = std::fs::read_to_string(root().join("loops/transfusion.loop")).unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("loops/transfusion.loop")).unwrap(), shipped);
    std::fs::write(&path, "闭环 静配 [pivas] {\n  主键\n}\n").unwrap();
    let out = medloop(&["fmt", "loops/pivas.loop", "--lang", "en"], folder.path());
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("loops/pivas.loop:2:3: error[E0111]"), "{}", text(&out.stderr));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "闭环 静配 [pivas] {\n  主键\n}\n");
}

#[test]
fn coverage_names_what_no_test_shows_and_fails_below_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("dsl/tests/world"), folder.path());
    let written = std::fs::read_to_string(root().join("dsl/tests/coverage/ways.loop")).unwrap();
    std::fs::write(folder.path().join("ways.loop"), &written).unwrap();
    let run = |more: &[&str]| {
        let arguments = ["test", ".", "--orders", "0", "--coverage"];
        medloop(&[&arguments, more].concat(), folder.path())
    };
    let out = run(&["--min", "10"]);
    assert_eq!(out.status.code(), Some(0));
    let told = text(&out.stdout);
    let line = written.lines().position(|l| l.contains("环节 给药")).unwrap() + 1;
    let limit = told.lines().find(|l| l.contains("没有测试让给药 超时未做")).unwrap();
    assert!(limit.starts_with(&format!("ways.loop:{line}:")), "{limit}");
    assert!(told.lines().any(|l| l.contains("% ways  环节 4/8")), "{told}");
    let out = run(&["--min", "100", "--lang", "en"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("less than the 100% that were asked for"));
    let out = run(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let points = json["coverage"]["points"].as_array().unwrap();
    assert_eq!(json["coverage"]["total"], points.len());
    assert!(json["tests"].as_array().unwrap().iter().all(|t| t["passed"] == true));
    assert!(points.iter().all(|p| p["line"].is_u64() && p["what"]["en"].is_string()));
    // A failed test and too little of what should be shown are two failures.
    let failing = written.replace("最终 及时接收 违反", "最终 及时接收 符合");
    std::fs::write(folder.path().join("ways.loop"), failing).unwrap();
    let junit = text(&run(&["--min", "100", "--format", "junit"]).stdout);
    assert!(junit.contains("failures=\"2\"") && junit.contains("<testsuite name=\"coverage\""), "{junit}");
    assert_eq!(medloop(&["test", "--min", "10"], &root()).status.code(), Some(2), "least of what?");
}

#[test]
fn mutants_that_no_test_notices_are_named_with_their_place_and_what_to_test() {
    // A test that does not stand at the boundary any more, and one change more goes unnoticed.
    let written = std::fs::read_to_string(root().join("dsl/tests/mutants/small.loop")).unwrap();
    let told = |written: &str| -> serde_json::Value {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("dsl/tests/world"), folder.path());
        std::fs::write(folder.path().join("small.loop"), written).unwrap();
        let out = medloop(&["test", "--orders", "0", "--mutate", "--format", "json", "."], folder.path());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    };
    let (with, without) = (told(&written), told(&written.replacen("08:40 接收", "08:39 接收", 1)));
    let all = |told: &serde_json::Value| told["mutants"]["unnoticed"].as_array().unwrap().clone();
    let known = all(&with);
    let new: Vec<serde_json::Value> = all(&without).into_iter().filter(|m| !known.contains(m)).collect();
    assert_eq!(with["mutants"]["total"], without["mutants"]["total"]);
    let [new] = &new[..] else { unreachable!("{new:?}") };
    assert_eq!(new["message"]["en"], "no test notices: <= becomes <");
    assert!(new["help"][0]["zh"].as_str().unwrap().contains("恰好相等"));
    let at = written.lines().position(|l| l.contains("<= 上限")).unwrap() + 1;
    assert_eq!((&new["file"], &new["range"]["start"]["line"]), (&"small.loop".into(), &at.into()));
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("dsl/tests/world"), folder.path());
    std::fs::write(folder.path().join("small.loop"), written.replacen("08:40 接收", "08:39 接收", 1))
        .unwrap();
    let least = ["test", "--orders", "0", "--mutate", "--min", "100", "--format", "junit", "."];
    let out = medloop(&least, folder.path());
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stdout).contains("<testsuite name=\"mutants\" tests=\"1\" failures=\"1\">"));
}

#[test]
fn diff_tells_folders_and_revisions_apart_for_people_and_machines() {
    let folder = spoilt("transfusion.loop", "配发血液.时间 <= 输注上限", "配发血液.时间 <= 25分钟");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"];
        let out =
            Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(out.status.success(), "{}", text(&out.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    let path = folder.path().join("loops/transfusion.loop");
    let before = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, before.replace("<= 25分钟", "<= 20分钟")).unwrap();
    let out = medloop(&["diff", "HEAD"], folder.path());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let told = text(&out.stdout);
    let line = before.lines().position(|l| l.contains("<= 25分钟")).unwrap();
    assert!(told.contains("- **更严** 规则 出库后及时输注 的要求") && told.contains("<= 20分钟`"), "{told}");
    assert!(told.contains("(loops/transfusion.loop:") && told.contains("在途实例仍按"), "{told}");
    // The other way round it is looser, which machines are warned of.
    git(&["commit", "-q", "-a", "-m", "two"]);
    let back = |format: &str| {
        medloop(&["diff", "HEAD:loops", "HEAD~1:loops", "--format", format, "--lang", "en"], folder.path())
    };
    let json: serde_json::Value = serde_json::from_slice(&back("json").stdout).unwrap();
    assert_eq!(json["changes"][0]["effect"], "looser");
    assert_eq!(json["loops"][0]["loop"], "transfusion");
    let stated = json["changes"][0]["line"].as_u64().unwrap();
    assert!(stated.abs_diff(line as u64) < 4, "the rule's name stands {stated}, its check {line}");
    let sarif: serde_json::Value = serde_json::from_slice(&back("sarif").stdout).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "warning");
    let gitlab: serde_json::Value = serde_json::from_slice(&back("gitlab").stdout).unwrap();
    assert_eq!(gitlab[0]["check_name"], "diff-looser");
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], stated);
    let github = text(&back("github").stdout);
    assert!(github.starts_with("::warning file=loops/transfusion.loop,line="), "{github}");
    // Nothing differs, a difference as an exit status, and what is neither folder nor revision.
    let same = medloop(&["diff", "HEAD", "--exit-code"], folder.path());
    assert_eq!((same.status.code(), text(&same.stdout).contains("没有语义差异")), (Some(0), true));
    let differs = medloop(&["diff", "HEAD~1", "HEAD", "--exit-code"], folder.path());
    assert_eq!(differs.status.code(), Some(1));
    for wrong in [&["diff", "nowhere"][..], &["diff", "HEAD:nowhere"], &["diff", "--format", "json"]] {
        assert_eq!(medloop(wrong, folder.path()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_code_quality_report_of_gitlab_has_a_fingerprint_for_each_finding() {
    let folder = spoilt("transfusion.loop", "环节 采集标本 [collect]", "环节 采集样本 [collect]");
    let out = medloop(&["check", "--format", "gitlab", "--lang", "en"], folder.path());
    assert_eq!(out.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let all = report.as_array().unwrap();
    let marks: std::collections::BTreeSet<&str> =
        all.iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
    assert!(all.len() > 1 && marks.len() == all.len(), "{report}");
    for finding in all {
        assert!(["blocker", "minor", "info"].contains(&finding["severity"].as_str().unwrap()));
        assert_eq!(finding["location"]["path"], "loops/transfusion.loop");
        assert!(finding["location"]["lines"]["begin"].as_u64().unwrap() > 0);
    }
}

#[test]
fn wrong_use_ends_in_2() {
    for wrong in [&["check", "nowhere"][..], &["test", "--orders", "many"], &["check", "--format", "xml"]] {
        assert_eq!(medloop(wrong, &root()).status.code(), Some(2));
    }
}

#[test]
fn explain_shows_the_page_of_a_code_and_messages_point_there() {
    let out = medloop(&["explain", "e0119", "--lang", "en"], &root());
    assert_eq!(out.status.code(), Some(0));
    let page = text(&out.stdout);
    assert!(page.starts_with("E0119  `and` and `or` together need parentheses\n"), "{page}");
    assert!(page.contains("Wrong (within a loop):") && page.contains("Right (within a loop):"), "{page}");
    let out = medloop(&["explain"], &root());
    assert!(text(&out.stdout).lines().any(|l| l == "E0119  “且”与“或”混用须加括号"));
    let out = medloop(&["explain", "E0199"], &root());
    assert_eq!((out.status.code(), text(&out.stdout).as_str()), (Some(2), ""));
    assert!(text(&out.stderr).contains("没有代码“E0199”"));

    let folder = spoilt("transfusion.loop", "必填 血型", "必添 血形");
    let out = medloop(&["check", "--lang", "en"], folder.path());
    assert!(text(&out.stderr).contains("To have a code explained: medloop explain E0111"));
    let out = medloop(&["check", "--format", "sarif"], folder.path());
    let sarif: serde_json::Value = serde_json::from_str(&text(&out.stdout)).unwrap();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "E0111");
    assert!(rule["help"]["text"].as_str().unwrap().starts_with("E0111  这里读不懂"));
}
