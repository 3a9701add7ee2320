//! Outcomes of tests and what they leave out, for people and for machines.

use super::{Format, Report, coverage};
use crate::cli::check::annotation;
use crate::cli::data;
use medloop_dsl::diagnostic::{Sources, render, to_json_list};
use medloop_dsl::testing::Outcome;
use serde_json::{Value, json};

pub(super) fn print(report: &Report<'_>, format: Format) -> std::io::Result<()> {
    let Report { outcomes, sources, lang, .. } = report;
    match format {
        Format::Text => {
            outcomes.iter().try_for_each(|o| text(o, report))?;
            coverage::text(report)
        }
        Format::Json => {
            let tests = Value::Array(outcomes.iter().map(|o| to_json(o, sources)).collect());
            data(match coverage::to_json(report) {
                Some(coverage) => json!({ "tests": tests, "coverage": coverage }),
                None => tests,
            })
        }
        Format::Github => {
            let failures = outcomes.iter().flat_map(|o| &o.failures);
            failures.chain(&coverage::warnings(report)).try_for_each(|d| data(annotation(d, sources, *lang)))
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

/// One suite of the tests, and one of what they cover where that was asked for.
fn junit(report: &Report<'_>) -> String {
    let Report { outcomes, sources, lang, .. } = report;
    let failed = outcomes.iter().filter(|o| !o.failures.is_empty()).count();
    let covered = coverage::junit(report);
    let all = outcomes.len() + covered.as_ref().map_or(0, |c| c.cases);
    let all_failed = failed + covered.as_ref().map_or(0, |c| c.failures);
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
    xml.push_str(&covered.map(|c| c.xml).unwrap_or_default());
    xml.push_str("</testsuites>");
    xml
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
