//! What tests show of their loops, in the forms in which `medloop test --coverage` says it.

use super::Report;
use super::print::{Suite, escape};
use crate::cli::{data, say};
use medloop_dsl::diagnostic::{Diagnostic, Lang, Words};
use medloop_dsl::testing::{Kind, Point};
use medloop_engine::words::counted;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `covered` of `total`.
#[derive(Copy, Clone, Default)]
struct Share {
    covered: usize,
    total: usize,
}

impl Share {
    fn of<'p>(points: impl IntoIterator<Item = &'p Point>) -> Self {
        points.into_iter().fold(Self::default(), |share, p| Self {
            covered: share.covered + usize::from(p.covered),
            total: share.total + 1,
        })
    }
    /// In whole percent, rounded down; all of nothing is 100.
    fn percent(self) -> usize {
        (self.covered * 100).checked_div(self.total).unwrap_or(100)
    }
    fn reaches(self, min: Option<u8>) -> bool {
        min.is_none_or(|min| self.covered * 100 >= self.total * usize::from(min))
    }
}

/// Lines for people: what is not covered, with its place, then the shares of each loop.
pub(super) fn text(report: &Report<'_>) -> std::io::Result<()> {
    let Some(points) = &report.points else { return Ok(()) };
    for point in points.iter().filter(|p| !p.covered) {
        let place = report.sources.get(&point.file).map(|s| s.position(point.span.start));
        let (line, column) = place.map_or((1, 1), |p| (p.line, p.column));
        let warning = point.warning();
        data(format_args!("{}:{line}:{column}: {}", point.file, warning.message.get(report.lang)))?;
    }
    for (of, points) in by_loop(points) {
        let kinds = Kind::ALL.into_iter().filter_map(|kind| {
            let share = Share::of(points.iter().copied().filter(|p| p.kind == kind));
            let (zh, en) = kind.word();
            let word = if report.lang == Lang::Zh { zh } else { en };
            (share.total > 0).then(|| format!("{word} {}/{}", share.covered, share.total))
        });
        let kinds: Vec<String> = kinds.collect();
        data(format_args!("{:>3}% {of}  {}", Share::of(points).percent(), kinds.join("  ")))?;
    }
    Ok(())
}

/// Says the sum; returns whether it is enough.
pub(super) fn say_numbers(report: &Report<'_>) -> bool {
    let Some(points) = &report.points else { return true };
    let share = Share::of(points);
    let (covered, total, percent) = (share.covered, share.total, share.percent());
    let enough = share.reaches(report.min);
    let mut words = Words::new(
        format!("应有 {total} 点，测试走到 {covered} 点：{percent}%"),
        format!("tests show {covered} of {}: {percent}%", counted(total, "point")),
    );
    if !enough {
        super::too_little(&mut words, report.min);
    }
    say(words.get(report.lang));
    enough
}

/// What is not covered, as warnings.
pub(super) fn warnings(report: &Report<'_>) -> Vec<Diagnostic> {
    report.points.iter().flatten().filter(|p| !p.covered).map(Point::warning).collect()
}

pub(super) fn to_json(report: &Report<'_>) -> Option<Value> {
    let points = report.points.as_ref()?;
    let all = points.iter().map(|p| {
        let place = report.sources.get(&p.file).map(|s| s.position(p.span.start));
        json!({
            "loop": p.of, "file": p.file, "line": place.map(|p| p.line), "column": place.map(|p| p.column),
            "kind": p.kind.word().1, "what": p.what, "covered": p.covered,
        })
    });
    let share = Share::of(points);
    Some(json!({
        "covered": share.covered, "total": share.total, "percent": share.percent(),
        "points": all.collect::<Vec<_>>(),
    }))
}

/// One case a loop, which says what is left out, and one for the sum.
pub(super) fn junit(report: &Report<'_>) -> Option<Suite> {
    let points = report.points.as_ref()?;
    let enough = Share::of(points).reaches(report.min);
    let mut xml = String::new();
    let mut cases = 0;
    for (of, points) in by_loop(points) {
        cases += 1;
        let percent = Share::of(points.iter().copied()).percent();
        let missing = points.iter().filter(|p| !p.covered).map(|p| {
            let line = report.sources.get(&p.file).map_or(1, |s| s.position(p.span.start).line);
            format!("{}:{line}: {}\n", p.file, p.warning().message.get(report.lang))
        });
        let (of, missing) = (escape(of), escape(&missing.collect::<String>()));
        xml.push_str(&format!(
            "    <testcase classname=\"{of}\" name=\"coverage {percent}%\"><system-out>{missing}</system-out></testcase>\n"
        ));
    }
    let percent = Share::of(points).percent();
    if let Some(min) = report.min {
        cases += 1;
        let failure = if enough {
            String::new()
        } else {
            format!("<failure message=\"{percent}% &lt; {min}%\"></failure>")
        };
        xml.push_str(&format!(
            "    <testcase classname=\"coverage\" name=\"at least {min}%\">{failure}</testcase>\n"
        ));
    }
    let failures = usize::from(!enough);
    let head = format!("  <testsuite name=\"coverage\" tests=\"{cases}\" failures=\"{failures}\">\n");
    Some(Suite { cases, failures, xml: format!("{head}{xml}  </testsuite>\n") })
}

fn by_loop(points: &[Point]) -> BTreeMap<&str, Vec<&Point>> {
    let mut all: BTreeMap<&str, Vec<&Point>> = BTreeMap::new();
    for point in points {
        all.entry(&point.of).or_default().push(point);
    }
    all
}
