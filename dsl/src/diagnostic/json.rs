//! Diagnostics for machines.

use super::{Diagnostic, Position, Sources, Span};
use serde_json::{Value, json};

/// All of them, as an array.
#[must_use]
pub fn to_json_list(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    Value::Array(diagnostics.iter().map(|d| to_json(d, sources)).collect())
}

/// One of them: the fields of [`Diagnostic`], with `start` and `end` as bytes, line and column where the text is known.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|l| json!({"file": l.file, "range": range(&l.file, l.span, sources), "message": l.words}))
        .collect();
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": diagnostic.file,
        "range": range(&diagnostic.file, diagnostic.span, sources),
        "message": diagnostic.message,
        "expected": diagnostic.expected,
        "help": diagnostic.help,
        "nearest": diagnostic.nearest,
        "labels": labels,
    })
}

fn range(file: &str, span: Span, sources: &Sources) -> Value {
    let edge = |offset: usize| {
        let position: Option<Position> = sources.get(file).map(|s| s.position(offset));
        json!({"byte": offset, "line": position.map(|p| p.line), "column": position.map(|p| p.column)})
    };
    json!({"start": edge(span.start), "end": edge(span.end)})
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::*;

    #[test]
    fn json_gives_lines_and_columns() {
        let sources = Sources::new([("a", "一\n二三")]);
        let d = Diagnostic::error("E0101", "a", Span::new(7, 10), Words::new("错", "wrong"));
        let json = to_json(&d, &sources);
        assert_eq!(json["range"]["start"]["line"], 2);
        assert_eq!(json["range"]["start"]["column"], 2);
        assert_eq!(json["message"]["en"], "wrong");
    }
}
