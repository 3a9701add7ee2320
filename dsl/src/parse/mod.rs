//! Text → tree. The grammar is `loop.pest`; its `Rule` is known in this module alone.
//!
//! Before the grammar looks, a scan brings the text to one alphabet ([`lex`]), pairs its brackets ([`balance`]) and writes it out
//! again ([`join`]). So the grammar always gets through, each mistake stays within its statement, and all are told at once.

mod balance;
mod build;
mod grammar;
mod heads;
mod join;
mod lex;
pub(crate) mod outline;
mod sink;
mod wrong;

use crate::diagnostic::{Diagnostic, Span, sort};
use crate::say;
use crate::tree::File;
use build::Builder;
use grammar::{LoopParser, Rule};
use pest::Parser;
use sink::Sink;

/// The largest file, in bytes.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// Reads a file. Whatever the text, there is a tree of what could be read, and everything that could not be is told.
#[must_use]
pub fn parse(file_name: &str, text: &str) -> (File, Vec<Diagnostic>) {
    let mut sink = Sink::new(file_name);
    let mut file = read(file_name, text, &mut sink);
    let mut diagnostics = sink.finish();
    file.broken = diagnostics.iter().any(Diagnostic::is_error);
    sort(&mut diagnostics);
    (file, diagnostics)
}

fn read(file_name: &str, text: &str, sink: &mut Sink) -> File {
    let mut file = File {
        name: file_name.to_owned(),
        loops: Vec::new(),
        comments: Vec::new(),
        lost: Vec::new(),
        hurt: Vec::new(),
        broken: false,
    };
    if text.len() > LARGEST {
        let (size, most) = (text.len() / 1024, LARGEST / 1024);
        let message = say!(
            "文件过大：{size} KB，上限 {most} KB",
            "the file is too large: {size} KB, at most {most} KB"
        );
        sink.push(sink.error("E0101", Span::at(0), message));
        return file;
    }
    if let Some(mistake) = crate::encoding::foreign(file_name, text) {
        sink.push(mistake);
        return file;
    }
    let (tokens, comments) = lex::lex(text, sink);
    file.comments = comments;
    let Some(tokens) = balance::balance(tokens, text, sink) else {
        return file;
    };
    let joined = join::join(&tokens, text);
    match LoopParser::parse(Rule::file, &joined.text) {
        Ok(mut pairs) => {
            let inner = pairs.next().map(pest::iterators::Pair::into_inner);
            let mut builder = Builder {
                source: text,
                joined: &joined,
                comments: &file.comments,
                sink,
                lost: Vec::new(),
                hurt: Vec::new(),
            };
            let loops = inner.map(|pairs| builder.file(pairs)).unwrap_or_default();
            file.lost = builder.lost;
            file.hurt = apart(builder.hurt);
            file.loops = loops;
        }
        // Junk takes everything, so only the bound on nesting remains.
        Err(error) => {
            let span = joined.token(wrong::offset(&error));
            let message = say!("这里读不下去：嵌套过深", "cannot read on from here: nested too deep");
            sink.push(sink.error("E0103", span, message));
        }
    }
    file
}

/// The same places, ascending and apart.
fn apart(mut places: Vec<Span>) -> Vec<Span> {
    places.sort();
    let mut merged: Vec<Span> = Vec::new();
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}
