//! Diagnostics as other programs take them: SARIF, annotations of GitHub Actions, code quality reports of GitLab.

use medloop_dsl::diagnostic::{Diagnostic, Lang, Severity, Sources};
use medloop_engine::event::digest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// SARIF 2.1.0.
pub(super) fn sarif(found: &[Diagnostic], sources: &Sources, lang: Lang) -> Value {
    let results: Vec<Value> = found
        .iter()
        .map(|d| {
            let at = |offset| sources.get(&d.file).map(|s| s.position(offset));
            let (start, end) = (at(d.span.start), at(d.span.end));
            let level = match d.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            json!({
                "ruleId": d.code, "level": level, "message": { "text": d.message.get(lang) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": d.file },
                    "region": {
                        "startLine": start.map(|p| p.line), "startColumn": start.map(|p| p.column),
                        "endLine": end.map(|p| p.line), "endColumn": end.map(|p| p.column),
                    },
                } }],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "medloop", "version": env!("CARGO_PKG_VERSION"), "rules": described(found, lang),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What the codes that were found mean, as SARIF has it.
fn described(found: &[Diagnostic], lang: Lang) -> Vec<Value> {
    let codes: BTreeSet<&str> = found.iter().map(|d| d.code).collect();
    let pages = codes.into_iter().filter_map(medloop_dsl::explain::page);
    let pick = |(zh, en): (&'static str, &'static str)| if lang == Lang::Zh { zh } else { en };
    pages
        .map(|page| {
            json!({
                "id": page.code, "shortDescription": { "text": pick(page.title) },
                "fullDescription": { "text": pick(page.text) }, "help": { "text": page.told(lang) },
            })
        })
        .collect()
}

/// A diagnostic as a workflow command of GitHub Actions.
pub(super) fn annotation(d: &Diagnostic, sources: &Sources, lang: Lang) -> String {
    let position = sources.get(&d.file).map(|s| s.position(d.span.start));
    let (line, column) = position.map_or((1, 1), |p| (p.line, p.column));
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let message = d.message.get(lang).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let file = d.file.replace('%', "%25").replace(',', "%2C").replace(':', "%3A");
    format!("::{level} file={file},line={line},col={column},title={}::{message}", d.code)
}

/// A code quality report of GitLab: each finding with a fingerprint that stays while its file and words do.
pub(super) fn gitlab(found: &[Diagnostic], sources: &Sources, lang: Lang) -> Value {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let one = |d: &Diagnostic| {
        let severity = match d.severity {
            Severity::Error => "blocker",
            Severity::Warning => "minor",
            Severity::Note => "info",
        };
        let text = d.message.get(lang);
        let line = sources.get(&d.file).map_or(1, |s| s.position(d.span.start).line);
        let same = format!("{}\n{}\n{}", d.code, d.file, d.message.zh);
        // The same words twice in a file are two findings.
        let turn = seen.entry(same.clone()).or_default();
        *turn += 1;
        json!({
            "description": text, "check_name": d.code, "severity": severity,
            "fingerprint": digest(&json!([same, turn])),
            "location": { "path": d.file, "lines": { "begin": line } },
        })
    };
    Value::Array(found.iter().map(one).collect())
}
