//! Files of a source system become outcomes of its mapping: files are sorted to tables, joined tables read into memory, driving
//! tables streamed row by row.

mod csv;
mod files;
mod source;
mod tally;

pub(crate) use source::load;
pub(crate) use tally::{Tally, fault_line};

use self::csv::{Rows, Trouble};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use medloop_dsl::diagnostic::Lang;
use medloop_dsl::sources::Source;
use medloop_engine::map::{Fault, Lookup, Mapped, Order, Outcome, run};
use medloop_engine::name::EventType;
use medloop_engine::time::Instant;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a row stands.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The file as it was named or found.
    pub(crate) file: Arc<str>,
    /// From 1, the header being line 1.
    pub(crate) line: u64,
}

/// One thing that came out of the files.
#[derive(Debug)]
pub(crate) enum Item {
    /// An event: its type and its text.
    Event { kind: EventType, text: String },
    /// A row left out on purpose.
    Ignored { table: Arc<str>, reason: Arc<str> },
    /// A row that could not be mapped.
    Faulty(Faulty),
}

/// A row that could not be mapped, for quarantine.
#[derive(Debug)]
pub(crate) struct Faulty {
    /// Where it stands.
    pub(crate) origin: Origin,
    /// The column that is wrong, from 1, where it is one of the row's own.
    pub(crate) column: Option<usize>,
    /// The rule that failed.
    pub(crate) rule: Option<Arc<str>>,
    /// What is wrong.
    pub(crate) fault: Fault,
    /// The row as JSON, or its bytes as text where it is no row.
    pub(crate) raw: String,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// Rows of driving tables.
    pub(crate) rows: u64,
    /// Tables of the mapping for which no file was given.
    pub(crate) absent: Vec<Arc<str>>,
    /// Files that belong to no table.
    pub(crate) strange: Vec<PathBuf>,
}

/// Reads the name of a language.
pub(crate) fn lang(word: &str) -> std::result::Result<Lang, String> {
    match word {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("zh | en".to_owned()),
    }
}

/// A count of rows on standard error, when that is a terminal.
pub(crate) fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos}  {per_sec}  {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// Reads the files under `paths` and hands everything that comes out to `sink`, in the order that the source asks for.
///
/// Joined tables are kept in memory; driving tables are streamed, and their events kept until the end only when the source asks
/// for the order of arrival. `tick` is told of each row.
///
/// # Errors
/// A file that cannot be opened or lacks a column of its table. A file that breaks off (a torn archive) is a fault at its line.
pub(crate) fn read(
    source: &Source,
    paths: &[PathBuf],
    tick: &dyn Fn(),
    sink: &mut dyn FnMut(Item) -> Result<()>,
) -> Result<Read> {
    let mut kept: Vec<(Instant, EventType, String)> = Vec::new();
    let ordered = source.mapping.order == Order::Arrival;
    let read = stream(source, paths, tick, &mut |step| match step {
        Step::Other(item) => sink(item),
        Step::Event(Mapped { event, kind, arrival }) => {
            let text = event.to_string();
            if ordered {
                kept.push((arrival, kind, text));
                return Ok(());
            }
            sink(Item::Event { kind, text })
        }
    })?;
    // Stable: events of equal arrival stay as the files and rows came.
    kept.sort_by_key(|(arrival, ..)| *arrival);
    for (_, kind, text) in kept {
        sink(Item::Event { kind, text })?;
    }
    Ok(read)
}

/// What comes out of the files, in the order of the files.
enum Step {
    Event(Mapped),
    Other(Item),
}

fn stream(
    source: &Source,
    paths: &[PathBuf],
    tick: &dyn Fn(),
    sink: &mut dyn FnMut(Step) -> Result<()>,
) -> Result<Read> {
    let mapping = &source.mapping;
    let (assigned, strange) = files::assign(mapping, paths)?;
    let mut read = Read { strange, ..Read::default() };
    let mut lookup = Lookup::new(mapping);
    for (position, table) in mapping.tables.iter().enumerate() {
        let files = assigned.get(position).map(Vec::as_slice).unwrap_or_default();
        if files.is_empty() {
            read.absent.push(Arc::clone(&table.name));
        }
        if !mapping.joins(position) {
            continue;
        }
        for file in files {
            each(source, position, file, &mut |origin, row| {
                let row = match row {
                    Ok(row) => row,
                    Err(trouble) => return sink(Step::Other(Item::Faulty(trouble.faulty(origin)))),
                };
                let raw = row.raw();
                match lookup.add(mapping, position, row.tree) {
                    Ok(()) => Ok(()),
                    Err(fault) => {
                        let column = row.columns.iter().position(|c| **c == *fault.at).map(|i| i + 1);
                        sink(Step::Other(Item::Faulty(Faulty { origin, column, rule: None, fault, raw })))
                    }
                }
            })?;
        }
    }
    lookup.seal();
    for (position, table) in mapping.tables.iter().enumerate().filter(|(i, _)| mapping.drives(*i)) {
        for file in assigned.get(position).map(Vec::as_slice).unwrap_or_default() {
            each(source, position, file, &mut |origin, row| {
                read.rows += 1;
                tick();
                let row = match row {
                    Ok(row) => row,
                    Err(trouble) => return sink(Step::Other(Item::Faulty(trouble.faulty(origin)))),
                };
                for outcome in run(mapping, &lookup, position, &row.tree) {
                    sink(match outcome {
                        Outcome::Event(mapped) => Step::Event(*mapped),
                        Outcome::Ignored(reason) => {
                            Step::Other(Item::Ignored { table: Arc::clone(&table.name), reason })
                        }
                        Outcome::Faulty(rule, fault) => Step::Other(Item::Faulty(Faulty {
                            origin: origin.clone(),
                            column: row.columns.iter().position(|c| **c == *fault.at).map(|i| i + 1),
                            rule,
                            fault,
                            raw: row.raw(),
                        })),
                    })?;
                }
                Ok(())
            })?;
        }
    }
    Ok(read)
}

fn each(
    source: &Source,
    table: usize,
    file: &Path,
    take: &mut dyn FnMut(Origin, std::result::Result<csv::Row, Trouble>) -> Result<()>,
) -> Result<()> {
    let name: Arc<str> = Arc::from(file.display().to_string().as_str());
    let columns = source.mapping.tables.get(table).map(|t| t.columns.as_slice()).unwrap_or_default();
    let mut rows = Rows::open(file, source.csv.delimiter, columns).with_context(|| name.to_string())?;
    while let Some((line, row)) = rows.next() {
        take(Origin { file: Arc::clone(&name), line }, row)?;
    }
    Ok(())
}
