//! Golden directories: a case is a file dropped in. `ok/*.loop` compile without a word; `err/*.loop` have their messages, as people
//! read them, beside them in `.zh.txt` and `.en.txt` (`err/syntax_*.loop` are only parsed, `err/one/*.loop` have one message each); `graph/*.loop` have the definition that
//! they compile to beside them in `.json`. `UPDATE_GOLDEN=1` rewrites what is then reviewed as a diff.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{catalogue, folder, text};
use medloop_dsl::compile::compile;
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::parse::parse;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn files(name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(name)).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "loop")).collect();
    files.sort();
    files
}

/// What compiling a file gives; files that begin with `syntax_` are only parsed.
fn compiled(path: &Path, catalogue: &Catalogue) -> (Vec<Definition>, Vec<Diagnostic>, Sources) {
    let text = text(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let (file, mut found) = parse(&name, &text);
    let mut definitions = Vec::new();
    if !name.starts_with("syntax_") {
        let (all, more) = compile(&[file], catalogue);
        definitions = all;
        found.extend(more);
        medloop_dsl::diagnostic::sort(&mut found);
    }
    (definitions, found, Sources::new([(name, text)]))
}

fn hold(golden: &Path, now: &str, wrong: &mut Vec<String>) {
    let before = text(golden);
    if now == before {
        return;
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, now).unwrap();
    } else {
        wrong.push(format!("--- {}\n{before}\n+++\n{now}", golden.display()));
    }
}

#[test]
fn good_files_compile_without_a_word() {
    let world = catalogue(&folder("world"));
    for path in files("ok") {
        let (definitions, found, sources) = compiled(&path, &world);
        assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::Zh));
        assert_eq!(definitions.len(), 1);
    }
}

#[test]
fn the_loop_of_the_language_page_compiles_in_the_shipped_world() {
    let shipped = catalogue(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops"));
    let (definitions, found, sources) = compiled(&folder("ok/language.loop"), &shipped);
    assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::Zh));
    assert_eq!(definitions[0].code.as_str(), "transfusion");
    assert_eq!(definitions[0].nodes.len(), 12);
    assert_eq!(definitions[0].rules.iter().filter(|r| r.scope.0 == 1).count(), 4);
    assert_eq!(definitions[0].rules[2].code.as_str(), "blood_out");
}

#[test]
fn shipped_loops_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in ["loops", "examples/mimic4demo"] {
        let world = catalogue(&root.join(folder));
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path());
        let paths = entries.filter(|p| p.extension().is_some_and(|e| e == "loop"));
        let texts: BTreeMap<String, String> = paths.map(|p| (p.display().to_string(), text(&p))).collect();
        let (mut files, mut found) = (Vec::new(), Vec::new());
        for (name, text) in &texts {
            let (file, mistakes) = parse(name, text);
            files.push(file);
            found.extend(mistakes);
        }
        // Together: a loop may use a fragment of another file.
        let (definitions, mistakes) = compile(&files, &world);
        found.extend(mistakes);
        assert!(found.is_empty(), "{}", render_all(&found, &Sources::new(texts), Lang::Zh));
        let loops = files.iter().flat_map(|f| &f.loops).filter(|l| !l.fragment).count();
        assert_eq!(definitions.len(), loops, "{folder}");
    }
}

#[test]
fn bad_files_have_their_messages() {
    let world = catalogue(&folder("world"));
    let mut wrong = Vec::new();
    for path in files("err") {
        let (definitions, found, sources) = compiled(&path, &world);
        assert!(!found.is_empty(), "{} has no mistake", path.display());
        assert!(definitions.is_empty() || found.iter().all(|d| !d.is_error()), "{}", path.display());
        for (lang, ending) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
            hold(&path.with_extension(ending), &render_all(&found, &sources, lang), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites:\n{}", wrong.join("\n"));
}

/// The slips of those who write loops, one a file: what is told is one message, and no second that only follows from it.
#[test]
fn one_mistake_has_one_message() {
    let world = catalogue(&folder("world"));
    let (mut wrong, mut several) = (Vec::new(), Vec::new());
    let files = files("err/one");
    assert!(files.len() >= 120, "{}", files.len());
    for path in files {
        let (_, found, sources) = compiled(&path, &world);
        for (lang, ending) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
            hold(&path.with_extension(ending), &render_all(&found, &sources, lang), &mut wrong);
        }
        if found.len() != 1 {
            several.push(format!(
                "{}: {}\n{}",
                path.display(),
                found.len(),
                render_all(&found, &sources, Lang::Zh)
            ));
        }
    }
    assert!(several.is_empty(), "{}", several.join("\n"));
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites:\n{}", wrong.join("\n"));
}

#[test]
fn both_keyword_sets_mean_the_same() {
    let world = catalogue(&folder("world"));
    let graph = |name: &str| {
        let (definitions, found, sources) = compiled(&folder("graph").join(name), &world);
        assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::En));
        let mut definition = definitions.into_iter().next().unwrap();
        // The one thing that is kept as it was written.
        definition.rules.iter_mut().for_each(|r| r.text.clear());
        definition
    };
    assert_eq!(graph("small.loop"), graph("small_en.loop"));
}

#[test]
fn a_loop_of_fragments_is_the_loop_written_out() {
    let world = catalogue(&folder("world"));
    let (definitions, ..) = compiled(&folder("ok/fragment.loop"), &world);
    let written = "闭环 输血 [transfusion] {
      主键 医嘱号
      流程 申请 → ( ( 采集 → 接收 ) 重来 退回 )? → 配血
      参数 接收上限 [receive_limit] = 3小时 范围 1小时..4小时 依据 \"规程\"
      环节 申请 [request] { 事件 blood.requested  阶段 开立 }
      环节 采集 [collect] { 事件 specimen.collected  角色 护士  阶段 执行  必填 标本条码 关联  时限 30分钟 }
      环节 接收 [receive] { 事件 specimen.received  阶段 执行  时限 接收上限 自 采集 }
      环节 退回 [reject] { 事件 specimen.rejected  阶段 执行 }
      环节 配血 [crossmatch] { 事件 blood.crossmatched  阶段 执行 }
      停止 事件 order.stopped
      规则 及时接收 [in_time] { 级别 高  要求 接收.时间 - 采集.时间 <= 接收上限  升级 30分钟 护士长 }
    }";
    let (file, found) = parse("written.loop", written);
    assert!(found.is_empty());
    let (whole, found) = compile(&[file], &world);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(definitions, whole);
}

#[test]
fn graphs_are_as_reviewed() {
    let world = catalogue(&folder("world"));
    let mut wrong = Vec::new();
    for path in files("graph") {
        let (definitions, found, sources) = compiled(&path, &world);
        assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::Zh));
        let mut definition = definitions.into_iter().next().unwrap();
        // What comes from the catalogue is not this test's affair.
        (definition.fields, definition.tables) = (BTreeMap::new(), BTreeMap::new());
        (definition.roles, definition.campuses) = (BTreeMap::new(), BTreeMap::new());
        let json = serde_json::to_string_pretty(&definition).unwrap() + "\n";
        hold(&path.with_extension("json"), &json, &mut wrong);
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites:\n{}", wrong.join("\n"));
}

/// Small loops, each about one construct, with the tests that they carry.
#[test]
fn small_loops_pass_their_own_tests() {
    let world = catalogue(&folder("world"));
    let world = std::sync::Arc::new(world);
    for path in files("run") {
        let (definitions, found, sources) = compiled(&path, &world);
        assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::Zh));
        let (file, _) = parse("run", &text(&path));
        let of = file.loops.first().unwrap();
        let definition = std::sync::Arc::new(definitions.into_iter().next().unwrap());
        let mut run = 0;
        for item in &of.items {
            let medloop_dsl::tree::LoopItem::Test(test) = item else { continue };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let options = medloop_dsl::testing::Options::default();
            let outcome = medloop_dsl::testing::run(&name, test, &world, &definition, options);
            assert!(outcome.failures.is_empty(), "{}", render_all(&outcome.failures, &sources, Lang::Zh));
            run += 1;
        }
        assert!(run > 2, "{} carries {run} tests", path.display());
    }
}
