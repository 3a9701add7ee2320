//! What the tests of loops show, and what they leave out: each file of `coverage/` with its points.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Kind, Point};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

fn points(case: &Path) -> Vec<Point> {
    let mut texts = common::texts(&common::folder("world"));
    let name = case.file_name().unwrap().to_str().unwrap();
    texts.insert(name.to_owned(), common::text(case));
    let (library, found) = library::load(&texts);
    let sources = Sources::new(texts);
    assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::En));
    for (file, test, definition) in library.tests() {
        let options = testing::Options { orders: 3, seed: 1 };
        let outcome = testing::run(file, test, &library.catalogue, definition, options);
        assert!(outcome.failures.is_empty(), "{}", render_all(&outcome.failures, &sources, Lang::En));
    }
    testing::coverage(&library)
}

#[test]
fn every_kind_of_point_is_told_with_its_place_whether_it_was_shown_or_not() {
    let mut shown: BTreeSet<(Kind, bool)> = BTreeSet::new();
    for case in common::cases("coverage", "loop") {
        let points = points(&case);
        let sources = Sources::new([(points[0].file.clone(), common::text(&case))]);
        let mut told = String::new();
        for p in &points {
            shown.insert((p.kind, p.covered));
            let place = sources.get(&p.file).unwrap().position(p.span.start);
            let mark = if p.covered { 'x' } else { ' ' };
            let (zh, en) = (&p.what.zh, &p.what.en);
            writeln!(told, "[{mark}] {}:{} {zh} / {en}", place.line, place.column).unwrap();
        }
        common::golden(&case.with_extension("txt"), &told);
    }
    for kind in Kind::ALL {
        assert!(shown.contains(&(kind, true)) && shown.contains(&(kind, false)), "{kind:?}");
    }
}
