//! Whether tests would notice: every mutant of the loops is run, on all cores, and those that no test notices are named.

use super::Report;
use super::print::{Suite, escape};
use crate::cli::{data, say};
use indicatif::{ProgressBar, ProgressStyle};
use medloop_dsl::diagnostic::{Diagnostic, Words, render, to_json_list};
use medloop_dsl::library::Library;
use medloop_dsl::testing::{Fate, Mutants};
use medloop_engine::words::counted;
use serde_json::{Value, json};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;

/// What became of the mutants.
#[derive(Default)]
pub(super) struct Mutated {
    /// How many say something about the tests.
    pub(super) telling: usize,
    /// Those that no test notices.
    pub(super) unnoticed: Vec<Diagnostic>,
}

impl Mutated {
    fn noticed(&self) -> usize {
        self.telling - self.unnoticed.len()
    }
    /// In whole percent, rounded down; all of nothing is 100.
    fn percent(&self) -> usize {
        (self.noticed() * 100).checked_div(self.telling).unwrap_or(100)
    }
    fn reaches(&self, min: Option<u8>) -> bool {
        min.is_none_or(|min| self.noticed() * 100 >= self.telling * usize::from(min))
    }
}

/// Runs the mutants of a library's loops, at most `limit` of them, chosen by `seed`.
pub(super) fn run(
    library: &Library,
    asked: impl Fn(&str) -> bool,
    limit: Option<usize>,
    seed: u64,
) -> Mutated {
    let mut mutants = Mutants::new(library, asked);
    if let Some(limit) = limit {
        mutants.sample(limit, seed);
    }
    let progress = bar(mutants.all().len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((i, mutant)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            mutants.all().get(i).map(|m| (i, m))
        } {
            done.push((i, mutants.run(mutant)));
            progress.inc(1);
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut fates = vec![Fate::Void; mutants.all().len()];
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done = |other: ScopedJoinHandle<'_, _>| other.join().unwrap_or_else(|p| resume_unwind(p));
        for (i, fate) in others.into_iter().flat_map(done) {
            fates.iter_mut().skip(i).take(1).for_each(|slot| *slot = fate);
        }
    });
    progress.finish_and_clear();
    let (unnoticed, telling) = mutants.unnoticed(&fates);
    Mutated { telling, unnoticed: unnoticed.into_iter().map(|m| m.warning()).collect() }
}

fn bar(mutants: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(mutants).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Lines for people: each mutant that no test notices, with its place and what to test.
pub(super) fn text(report: &Report<'_>) -> std::io::Result<()> {
    let unnoticed = report.mutated.iter().flat_map(|m| &m.unnoticed);
    unnoticed.into_iter().try_for_each(|d| data(render(d, report.sources, report.lang)))
}

/// Says the sum; returns whether it is enough.
pub(super) fn say_numbers(report: &Report<'_>) -> bool {
    let Some(mutated) = &report.mutated else { return true };
    let (noticed, telling, percent) = (mutated.noticed(), mutated.telling, mutated.percent());
    let enough = mutated.reaches(report.min);
    let mut words = Words::new(
        format!("{telling} 处小改动，测试发觉 {noticed} 处：{percent}%"),
        format!("tests notice {noticed} of {}: {percent}%", counted(telling, "small change")),
    );
    if !enough {
        super::too_little(&mut words, report.min);
    }
    say(words.get(report.lang));
    enough
}

/// Mutants that no test notices, as warnings.
pub(super) fn warnings<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'r Diagnostic> {
    report.mutated.iter().flat_map(|m| &m.unnoticed)
}

pub(super) fn to_json(report: &Report<'_>) -> Option<Value> {
    let mutated = report.mutated.as_ref()?;
    Some(json!({
        "noticed": mutated.noticed(), "total": mutated.telling, "percent": mutated.percent(),
        "unnoticed": to_json_list(&mutated.unnoticed, report.sources),
    }))
}

/// One case for all: it fails below what was asked for, and lists what no test notices.
pub(super) fn junit(report: &Report<'_>) -> Option<Suite> {
    let mutated = report.mutated.as_ref()?;
    let failures = usize::from(!mutated.reaches(report.min));
    let percent = mutated.percent();
    let list: String = mutated.unnoticed.iter().map(|d| render(d, report.sources, report.lang)).collect();
    let failure = match report.min {
        Some(min) if failures > 0 => format!("<failure message=\"{percent}% &lt; {min}%\"></failure>"),
        _ => String::new(),
    };
    let list = escape(&list);
    let xml = format!(
        "  <testsuite name=\"mutants\" tests=\"1\" failures=\"{failures}\">\n    <testcase classname=\"mutants\" name=\"{percent}%\">{failure}<system-out>{list}</system-out></testcase>\n  </testsuite>\n"
    );
    Some(Suite { cases: 1, failures, xml })
}
