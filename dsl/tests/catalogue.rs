//! The table of the shipped loops, `loops/README.md`, is written from the loops themselves.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads its files")]

mod common;

use medloop_dsl::library;
use medloop_dsl::tree::LoopItem;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The lines of the requirement, 二.1 (1) to (11), and the loops that answer them; the others are of its first paragraph.
const REQUIRED: [(&str, &str); 11] = [
    ("pivas", "1 配液医嘱"),
    ("oral", "2 住院口服药"),
    ("dispensing", "3 住院摆药"),
    ("ward_compounding", "4 住院病区冲配"),
    ("critical_value", "5 危急值"),
    ("transfusion", "6 输血"),
    ("lab", "7 检验"),
    ("exam", "8 检查"),
    ("surgery", "9 手术"),
    ("consult", "10 会诊"),
    ("admission", "11 入出院一站式"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops")
}

fn table() -> String {
    let all = common::texts(&root());
    let (library, found) = library::load(&all);
    assert!(found.is_empty(), "{found:?}");
    let mut out = String::from(
        "# 闭环 Loops\n\n\
         一个两院区的医院和它的全部闭环。本表由 `dsl/tests/catalogue.rs` 从闭环生成；环节与规则包括用到的片段，未核实到条文的限值在依据里注明。\n\n\
         A hospital of two campuses and all its loops. This table is written from the loops by `dsl/tests/catalogue.rs`; nodes and rules include those of the fragments in use; limits that \
         could not be traced to a paragraph say so in their basis (未核实).\n\n\
         | 闭环 Loop | 文件 File | 需求 Requirement | 等级 Grade | 依据 Basis | 环节 Nodes | 规则 Rules | 参数 Params | 测试 Tests |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut rows: Vec<(usize, String)> = Vec::new();
    let (mut nodes, mut rules, mut tests, mut loops) = (0, 0, 0, 0);
    for file in &library.files {
        for item in file.loops.iter().filter(|l| !l.fragment) {
            let definition = library.definition_of(item).unwrap();
            let code = definition.code.as_str();
            let line = REQUIRED.iter().position(|(c, _)| *c == code);
            let required = line.and_then(|i| REQUIRED.get(i)).map_or("一", |(_, line)| line);
            let basis = item
                .items
                .iter()
                .find_map(|i| if let LoopItem::Basis(text) = i { Some(text.value.as_str()) } else { None });
            let grade =
                item.items.iter().find_map(|i| if let LoopItem::Grade(g) = i { Some(g.value) } else { None });
            let own = item.items.iter().filter(|i| matches!(i, LoopItem::Test(_))).count();
            let mut row = String::new();
            let _ = writeln!(
                row,
                "| {} `{code}` | [{}]({}) | {required} | {} | {} | {} | {} | {} | {own} |",
                definition.name,
                file.name,
                file.name,
                grade.map(|g| g.to_string()).unwrap_or_default(),
                basis.unwrap_or_default(),
                definition.nodes.len(),
                definition.rules.len(),
                definition.params.len(),
            );
            nodes += definition.nodes.len();
            rules += definition.rules.len();
            tests += own;
            loops += 1;
            rows.push((line.unwrap_or(REQUIRED.len()), row));
        }
    }
    rows.sort();
    out.extend(rows.into_iter().map(|(_, row)| row));
    let _ = writeln!(out, "| 合计 {loops} | | | | | {nodes} | {rules} | | {tests} |");
    out
}

#[test]
fn the_table_of_loops_is_that_of_the_loops() {
    let path = root().join("README.md");
    let text = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{}: UPDATE_GOLDEN=1 writes it anew", path.display());
}
