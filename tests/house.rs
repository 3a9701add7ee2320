//! Holds the shape of the house: who may depend on whom, what the pure crates never see, and how files open.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// All that the pure crates may name in their `[dependencies]`.
const MAY: [(&str, &[&str]); 2] = [
    ("medloop-engine", &["foldhash", "regex-lite", "serde", "serde_json", "sha2"]),
    (
        "medloop-dsl",
        &[
            "jiff",
            "jsonschema",
            "medloop-engine",
            "pest",
            "pest_derive",
            "regex-lite",
            "serde",
            "serde-saphyr",
            "serde_json",
            "unicode-width",
        ],
    ),
];

/// What each crate must never name, not even for its tests.
const NEVER: [(&str, &[&str]); 5] = [
    ("medloop-engine", &["medloop-dsl", "medloop-store", "medloop-api", "medloop-console", "medloop"]),
    ("medloop-dsl", &["medloop-store", "medloop-api", "medloop-console", "medloop"]),
    ("medloop-store", &["axum", "minijinja", "medloop-api", "medloop-console", "medloop"]),
    ("medloop-api", &["sqlx", "minijinja", "medloop-console", "medloop"]),
    ("medloop-console", &["sqlx", "medloop-api", "medloop"]),
];

/// What the pure crates must not even see through something they depend on.
const UNSEEN: [(&str, &[&str]); 2] = [
    (
        "medloop-engine",
        &["tokio", "sqlx", "sqlx-core", "axum", "hyper", "pest", "rand", "jiff", "chrono", "time"],
    ),
    ("medloop-dsl", &["tokio", "sqlx", "sqlx-core", "axum", "hyper", "rand", "reqwest"]),
];

/// Words that the sources of the pure crates must not contain: clocks, the world outside, order by chance.
const IMPURE: [&str; 9] = [
    "SystemTime",
    "Instant::now",
    "HashMap",
    "HashSet",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "println!",
];

#[test]
fn direct_dependencies_keep_to_the_table() {
    let crates = packages();
    let mut wrong = Vec::new();
    for (name, allowed) in MAY {
        for (dependency, kind) in named(&crates, name) {
            if kind != "dev" && !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("{name} must not depend on {dependency}"));
            }
        }
    }
    for (name, forbidden) in NEVER {
        for (dependency, _) in named(&crates, name) {
            if forbidden.contains(&dependency.as_str()) {
                wrong.push(format!("{name} must never name {dependency}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_store_names_sqlx_and_only_doors_and_windows_name_axum() {
    let crates = packages();
    let who = |wanted: &str| -> BTreeSet<String> {
        let names = crates.iter().filter_map(|p| p["name"].as_str());
        names
            .filter(|p| named(&crates, p).iter().any(|(d, k)| d == wanted && k != "dev"))
            .map(String::from)
            .collect()
    };
    assert_eq!(who("sqlx"), set(&["medloop-store"]));
    assert_eq!(who("axum"), set(&["medloop", "medloop-api", "medloop-console"]));
    assert!(who("minijinja").is_subset(&set(&["medloop-console"])));
    assert_eq!(who("medloop"), BTreeSet::new(), "nobody imports the program");
}

#[test]
fn the_pure_crates_see_no_runtime_even_at_second_hand() {
    let graph = normal_graph();
    let mut wrong = Vec::new();
    for (name, forbidden) in UNSEEN {
        let seen = closure(&graph, name);
        assert!(seen.contains("serde"), "{name} has no dependencies at all: the graph was not read");
        wrong.extend(forbidden.iter().filter(|f| seen.contains(**f)).map(|f| format!("{name} sees {f}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_pure_crates_name_no_clock_no_files_no_unordered_map() {
    let mut wrong = Vec::new();
    for folder in ["engine/src", "dsl/src"] {
        for file in files(&root().join(folder), "rs") {
            // Generators and oracles live beside the machine, compiled for tests alone.
            if file.components().any(|c| c.as_os_str() == "testing" || c.as_os_str() == "oracle")
                && folder == "engine/src"
            {
                continue;
            }
            for (number, line) in read(&file).lines().enumerate() {
                let code = line.split("//").next().unwrap_or("");
                wrong.extend(IMPURE.iter().filter(|w| code.contains(**w)).map(|w| place(&file, number, w)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_source_file_says_why_it_exists_and_stays_short() {
    let mut wrong = Vec::new();
    for file in files(&root(), "rs") {
        let text = read(&file);
        if !text.starts_with("//! ") {
            wrong.push(place(&file, 0, "does not open with a //! line"));
        }
        let code = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//")).count();
        if code > 450 {
            wrong.push(place(&file, code, "is longer than 450 lines of code: split it by verb"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_crate_takes_the_lints_and_versions_of_the_workspace() {
    for file in [
        "Cargo.toml",
        "engine/Cargo.toml",
        "dsl/Cargo.toml",
        "store/Cargo.toml",
        "api/Cargo.toml",
        "console/Cargo.toml",
    ] {
        let text = read(&root().join(file));
        assert!(text.contains("[lints]\nworkspace = true"), "{file} does not take the workspace's lints");
        let mut table = "";
        let mut loose = Vec::new();
        for line in text.lines() {
            if line.starts_with('[') {
                table = line;
            } else if table.ends_with("dependencies]") && !table.starts_with("[workspace") {
                loose.extend(
                    (line.contains("version =") || line.contains(" = \"") && !line.contains("path = \".\""))
                        .then_some(line),
                );
            }
        }
        assert_eq!(loose, Vec::<&str>::new(), "{file} states versions of its own");
    }
}

#[test]
fn the_schema_keeps_to_types_that_both_databases_share() {
    let mut wrong = Vec::new();
    for file in files(&root().join("migrations"), "sql") {
        for (number, line) in read(&file).lines().enumerate() {
            let code = line.split("--").next().unwrap_or("").to_uppercase();
            // The one place where SQLite's own word is needed: only this makes a column the row's place. PostgreSQL reads BIGINT.
            let code = code.replace("INTEGER PRIMARY KEY", "");
            let words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for word in words {
                if FOREIGN.contains(&word) {
                    wrong.push(place(&file, number, word));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Column types that only one of the databases has, or that both read differently.
const FOREIGN: [&str; 14] = [
    "BOOLEAN",
    "BOOL",
    "INTEGER",
    "INT",
    "SMALLINT",
    "REAL",
    "FLOAT",
    "BLOB",
    "BYTEA",
    "JSON",
    "JSONB",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "VARCHAR",
];

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let mut wrong = Vec::new();
    for kind in ["rs", "md", "toml", "yaml", "loop", "sh", "html", "sql"] {
        for file in files(&root(), kind) {
            if file.ends_with("tests/house.rs") {
                continue;
            }
            for (number, line) in read(&file).lines().enumerate() {
                if ["/root/", "/home/", "/tmp/"].iter().any(|p| line.contains(p)) {
                    wrong.push(place(&file, number, line.trim()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn place(file: &Path, line: usize, what: &str) -> String {
    let shown = file.strip_prefix(root()).unwrap_or(file).display();
    format!("{shown}:{}: {what}", line + 1)
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|n| (*n).to_string()).collect()
}

/// All files below `folder` with this ending, build folders and hidden ones left out, in the order of their names.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                found.extend(files(&path, ending));
            }
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn packages() -> Vec<Value> {
    metadata(&["--no-deps"])["packages"].as_array().expect("packages").clone()
}

/// Names and kinds (`normal`, `dev`, `build`) of what a crate names itself.
fn named(crates: &[Value], name: &str) -> Vec<(String, String)> {
    let package = crates.iter().find(|p| p["name"] == name).unwrap_or_else(|| panic!("no crate {name}"));
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    dependencies
        .iter()
        .map(|d| (text(&d["name"]), d["kind"].as_str().unwrap_or("normal").to_string()))
        .collect()
}

/// For every package of this platform the packages it needs outside tests and builds, by name.
fn normal_graph() -> BTreeMap<String, BTreeSet<String>> {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = version.lines().find_map(|l| l.strip_prefix("host: ")).expect("a host");
    let all = metadata(&["--filter-platform", host]);
    let names: BTreeMap<String, String> = all["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|p| (text(&p["id"]), text(&p["name"])))
        .collect();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in all["resolve"]["nodes"].as_array().expect("nodes") {
        let needs = graph.entry(names[node["id"].as_str().expect("id")].clone()).or_default();
        for dependency in node["deps"].as_array().expect("deps") {
            let kinds = dependency["dep_kinds"].as_array().expect("kinds");
            if kinds.iter().any(|k| k["kind"].is_null()) {
                needs.insert(names[dependency["pkg"].as_str().expect("pkg")].clone());
            }
        }
    }
    graph
}

fn closure(graph: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_string()];
    while let Some(name) = open.pop() {
        for next in graph.get(&name).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}
