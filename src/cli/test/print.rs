//! Outcomes of tests and what they leave out, for people and for machines.

use super::{Format, Report, coverage, mutate};
use crate::cli::data;
use crate::cli::machine::annotation;
use medloop_dsl::diagnostic::{Sources, render, to_json_list};
use medloop_dsl::testing::Outcome;
use serde_json::{Value, json};

/// One suite of JUnit besides that of the tests.
pub(super) struct Suite {
    pub(super) cases: usize,
    pub(super) failures: usize,
    pub(super) xml: String,
}

/// Writes everything to standard output.
pub(super) fn print(report: &Report<'_>, format: Format) -> std::io::Result<()> {
    let Report { outcomes, sources, lang, .. } = report;
    match format {
        Format::Text => {
            outcomes.iter().try_for_each(|o| text(o, report))?;
            coverage::text(report)?;
            mutate::text(report)
        }
        Format::Json => {
            let tests = Value::Array(outcomes.iter().map(|o| to_json(o, sources)).collect());
            data(match (coverage::to_json(report), mutate::to_json(report)) {
                (None, None) => tests,
                (coverage, mutants) => json!({ "tests": tests, "coverage": coverage, "mutants": mutants }),
            })
        }
        Format::Github => {
            let failures = outcomes.iter().flat_map(|o| &o.failures);
            let left_out = coverage::warnings(report);
            let all = failures.chain(&left_out).chain(mutate::warnings(report));
            all.into_iter().try_for_each(|d| data(annotation(d, sources, *lang)))
        }
        Format::Junit => data(junit(report)),
    }
}

fn text(outcome: &Outcome, report: &Report<'_>) -> std::io::Result<()> {
    let (mark, of, title) =
        (if outcome.failures.is_empty() { "✓" } else { "✗" }, &outcome.of, &outcome.title);
    data(format_args!("{mark} {of}  {title}"))?;
    outcome.failures.iter().try_for_each(|d| data(render(d, report.sources, report.lang)))
}

fn to_json(outcome: &Outcome, sources: &Sources) -> Value {
    let line = sources.get(&outcome.file).map(|s| s.position(outcome.span.start).line);
    json!({
        "file": outcome.file, "line": line, "loop": outcome.of, "title": outcome.title,
        "passed": outcome.failures.is_empty(), "expectations": outcome.expectations, "orders": outcome.orders,
        "failures": to_json_list(&outcome.failures, sources),
    })
}

/// One suite of the tests, and one each of what they cover and notice where that was asked for.
fn junit(report: &Report<'_>) -> String {
    let Report { outcomes, sources, lang, .. } = report;
    let failed = outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let besides: Vec<Suite> =
        [coverage::junit(report), mutate::junit(report)].into_iter().flatten().collect();
    let all = outcomes.len() + besides.iter().map(|s| s.cases).sum::<usize>();
    let all_failed = failed + besides.iter().map(|s| s.failures).sum::<usize>();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{all}\" failures=\"{all_failed}\">\n  <testsuite name=\"medloop\" tests=\"{}\" failures=\"{failed}\">\n",
        outcomes.len()
    );
    for outcome in outcomes {
        let (of, title, file) = (escape(&outcome.of), escape(&outcome.title), escape(&outcome.file));
        xml.push_str(&format!("    <testcase classname=\"{of}\" name=\"{title}\" file=\"{file}\">"));
        for d in &outcome.failures {
            let (message, whole) = (escape(d.message.get(*lang)), escape(&render(d, sources, *lang)));
            xml.push_str(&format!("<failure message=\"{message}\">{whole}</failure>"));
        }
        xml.push_str("</testcase>\n");
    }
    xml.push_str("  </testsuite>\n");
    besides.iter().for_each(|suite| xml.push_str(&suite.xml));
    xml.push_str("</testsuites>");
    xml
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
