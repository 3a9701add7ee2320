//! The loops as a list.

use crate::chrome::Chrome;
use crate::links;
use crate::written::Written;
use medloop_engine::explain::Titles;
use medloop_engine::graph;
use medloop_engine::view::Lang;
use serde::Serialize;

/// The loops.
#[derive(Clone, Debug, Serialize)]
pub struct Loops {
    /// Its frame.
    pub chrome: Chrome,
    /// The loops.
    pub loops: Vec<LoopItem>,
}

/// One loop.
#[derive(Clone, Debug, Serialize)]
pub struct LoopItem {
    /// Its page.
    pub href: String,
    /// Its orders.
    pub orders: String,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// Its category; empty: none.
    pub category: String,
    /// The grade that asks for it; empty: none.
    pub grade: String,
    /// How many nodes it has.
    pub nodes: usize,
    /// How many rules it has.
    pub rules: usize,
    /// How many tests it carries.
    pub tests: usize,
    /// The first digits of its hash.
    pub version: String,
}

/// The page of all loops.
#[must_use]
pub fn loops<'a>(
    chrome: Chrome,
    all: impl Iterator<Item = (&'a graph::Definition, &'a str)>,
    written: &Written,
    lang: Lang,
) -> Loops {
    let item = |(def, hash): (&graph::Definition, &str)| LoopItem {
        href: links::definition(def.code.as_str()),
        orders: links::query("/orders", &[("loop", def.code.as_str())]),
        title: Titles { def, lang }.whole(),
        code: def.code.to_string(),
        doc: def.doc.clone(),
        category: def.category.clone().unwrap_or_default(),
        grade: def.grade.map(|g| g.to_string()).unwrap_or_default(),
        nodes: def.nodes.len(),
        rules: def.rules.len(),
        tests: written.of(&def.code).tests.len(),
        version: hash.chars().take(12).collect(),
    };
    Loops { chrome, loops: all.map(item).collect() }
}
