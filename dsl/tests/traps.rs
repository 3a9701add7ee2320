//! `loops/TRAPS.md` says which test shows each of the places where closed loops usually go wrong: those tests are there.

#![expect(clippy::unwrap_used, reason = "a test reads its files")]

mod common;

use std::path::Path;

#[test]
fn each_trap_is_shown_by_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = common::text(&root.join("loops/TRAPS.md"));
    let rows = || table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| 难点"));
    let mut lacking = Vec::new();
    for row in rows().filter(|row| !row.starts_with("| ---")) {
        let tests = row.split('|').nth(3).unwrap();
        let mut shown = tests.split('`').skip(1).step_by(2).peekable();
        if shown.peek().is_none() && !tests.contains("尚无 not yet") {
            lacking.push(row.to_owned());
        }
        for test in shown {
            let (file, name) = test.split_once(": ").unwrap_or((test, ""));
            let text = common::text(&root.join(file));
            let head =
                if file.ends_with(".rs") { format!("fn {name}(") } else { format!("测试 \"{name}\"") };
            if name.is_empty() || !text.contains(&head) {
                lacking.push(test.to_owned());
            }
        }
    }
    assert!(rows().count() > 20, "the table is there");
    assert!(lacking.is_empty(), "{lacking:#?}");
}
