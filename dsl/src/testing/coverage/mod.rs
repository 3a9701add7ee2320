//! What the tests of loops exercise of them: every node, branch, verdict, limit, ending, round and required field is a point, and a
//! point is covered when it was so at some moment of some test.

mod points;
mod seen;

use super::{replay, script};
use crate::diagnostic::{Diagnostic, Span, Words};
use crate::fragments;
use crate::library::Library;
use crate::tree::{Loop, LoopItem};
use seen::Seen;
use std::collections::BTreeMap;

/// What a point is about, in the order in which people see them.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A node happens.
    Node,
    /// A branch of a choice is taken; a 当 is true, and false.
    Branch,
    /// A rule comes to a verdict.
    Rule,
    /// A limit or plan is kept, and missed.
    Limit,
    /// 取消, 停止, 换单, 豁免 and 中断 take effect.
    Ending,
    /// 重来 begins a new round, 终止 ends its block.
    Round,
    /// A required field is given, and is absent.
    Field,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Node, Self::Branch, Self::Rule, Self::Limit, Self::Ending, Self::Round, Self::Field];

    /// What people call it, in the plural.
    #[must_use]
    pub const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::Node => ("环节", "nodes"),
            Self::Branch => ("分支", "branches"),
            Self::Rule => ("规则", "rules"),
            Self::Limit => ("时限", "limits"),
            Self::Ending => ("取消与停止", "endings"),
            Self::Round => ("重来与终止", "rounds"),
            Self::Field => ("必填", "fields"),
        }
    }

    /// The code of the warning that says that a point of this kind is not covered.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Node => "E0614",
            Self::Rule => "E0615",
            Self::Branch => "E0616",
            Self::Limit => "E0617",
            Self::Ending => "E0618",
            Self::Round => "E0619",
            Self::Field => "E0620",
        }
    }
}

/// One thing that tests should show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The code of the loop; of the first one that uses it for what a fragment says.
    pub of: String,
    /// Where it is written.
    pub file: String,
    /// The place there.
    pub span: Span,
    /// What it is about.
    pub kind: Kind,
    /// What should happen, as a clause: `规则 双人核对 违反`.
    pub what: Words,
    /// Whether it did.
    pub covered: bool,
}

impl Point {
    /// The warning that nothing shows it.
    #[must_use]
    pub fn warning(&self) -> Diagnostic {
        let (zh, en) = (&self.what.zh, &self.what.en);
        let words = crate::say!("没有测试让{zh}", "no test shows that {en}");
        Diagnostic::warning(self.kind.code(), self.file.as_str(), self.span, words)
    }
}

/// Runs every test of every loop in its own order and says of each point whether it was so at some moment.
///
/// What a fragment brings in is one point, however many loops use it: it is covered when the tests of one of them show it. Points stand
/// in the order of files and places.
#[must_use]
pub fn coverage(library: &Library) -> Vec<Point> {
    let (whole, origins, _) = fragments::expand(&library.files);
    // By file (none for a fragment, whose places are the same in whatever loop it stands), place, kind and what.
    let mut all: BTreeMap<(String, usize, Kind, usize), Point> = BTreeMap::new();
    for file in whole.iter() {
        for of in file.loops.iter().filter(|l| !l.fragment) {
            let Some(definition) = library.definition_of(of) else { continue };
            let seen = seen(library, &file.name, of, definition);
            let mut same = BTreeMap::new();
            for (kind, span, what, covered) in points::points(of, definition, &seen) {
                let home = if fragments::is_far(span) { String::new() } else { file.name.clone() };
                let turn: &mut usize = same.entry((span.start, kind)).or_default();
                *turn += 1;
                let point = all.entry((home, span.start, kind, *turn)).or_insert_with(|| {
                    let (mut at, mut span) = (file.name.clone(), span);
                    origins.place(&mut at, &mut span);
                    Point { of: definition.code.to_string(), file: at, span, kind, what, covered: false }
                });
                point.covered |= covered;
            }
        }
    }
    let mut points: Vec<Point> = all.into_values().collect();
    points.sort_by(|a, b| (&a.file, a.span.start, a.kind).cmp(&(&b.file, b.span.start, b.kind)));
    points
}

/// What the tests of a loop saw.
fn seen(
    library: &Library,
    file: &str,
    of: &Loop,
    definition: &std::sync::Arc<medloop_engine::graph::Definition>,
) -> Seen {
    let mut seen = Seen::default();
    let tests = of.items.iter().filter_map(|i| if let LoopItem::Test(test) = i { Some(test) } else { None });
    for test in tests {
        let Some(script) = script::read(file, test, &library.catalogue, definition, &mut Vec::new()) else {
            continue;
        };
        replay::every_moment(&script, &library.catalogue, &mut |facts, state| seen.look(facts, state));
    }
    seen
}
