//! Random tables of windows and durations, and where nodes read their rows.

use super::definition::{LENGTHS, name, work};
use super::tape::Tape;
use crate::catalogue::Named;
use crate::graph::{Length, NodeIx};
use crate::keyed::{Cell, Keyed, Lengths, LengthsIx, Row};
use crate::time::Span;
use crate::value::Value;

/// Where a node of these reads the row of one of the tables.
pub(super) fn keyed(tape: &mut Tape<'_>, visible: &[NodeIx], tables: &[u16]) -> Keyed {
    let table = tape.pick(tables).unwrap_or(0);
    let fields: &[&str] = if table == 0 { &["f_text", "f_bool"] } else { &["f_text"] };
    let mut from = || tape.pick(visible).unwrap_or(NodeIx(0));
    Keyed { table: LengthsIx(table), keys: fields.iter().map(|f| (from(), name(f))).collect() }
}

/// A table of windows, one of durations, one of durations in working time.
pub(super) fn lengths(tape: &mut Tape<'_>) -> Vec<Lengths> {
    let text = |t: &str| Some(Value::Text(std::sync::Arc::from(t)));
    let span = |tape: &mut Tape<'_>| Length::Span(Span::seconds(tape.of(&LENGTHS)));
    let window = |tape: &mut Tape<'_>| Cell {
        from: Some(Length::Span(Span::seconds(-tape.of(&[600, 0, 30, 1800])))),
        to: if tape.chance(15) { Length::Work(work(tape)) } else { span(tape) },
        missed: tape.chance(40).then(|| span(tape)),
    };
    let plain = |to: Length| Cell { from: None, to, missed: None };
    let table = |code: &str, keys: &[&str], rows: Vec<Row>, default: Cell| Lengths {
        code: name(code),
        name: Named { name: "时长表".into(), name_en: None },
        basis: None,
        keys: keys.iter().map(|k| name(k)).collect(),
        rows,
        default,
    };
    let rows = vec![
        Row { when: vec![text("a"), Some(Value::Bool(true))], cell: window(tape) },
        Row { when: vec![text("a"), None], cell: window(tape) },
        Row { when: vec![None, Some(Value::Bool(false))], cell: window(tape) },
    ];
    let windows = table("windows", &["f_text", "f_bool"], rows, window(tape));
    let rows = vec![
        Row { when: vec![text("a")], cell: plain(span(tape)) },
        Row { when: vec![text("b")], cell: plain(span(tape)) },
    ];
    let durations = table("durations", &["f_text"], rows, plain(span(tape)));
    let rows = vec![Row { when: vec![text("a")], cell: plain(Length::Work(work(tape))) }];
    let working = table("working", &["f_text"], rows, plain(Length::Work(work(tape))));
    vec![windows, durations, working]
}
