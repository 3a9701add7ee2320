//! Rows of a CSV file, packed with gzip or not, each with its line; what is no row is told and skipped.

use super::{Faulty, Origin};
use anyhow::{Context, Result, bail};
use csv::{ByteRecord, ReaderBuilder};
use flate2::bufread::MultiGzDecoder;
use medloop_engine::map::{Fault, Tree};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// A row that could be read.
#[derive(Debug)]
pub(super) struct Row {
    /// Its cells by column.
    pub(super) tree: Tree,
    /// The columns of its file, in order.
    pub(super) columns: Arc<[Arc<str>]>,
}

impl Row {
    /// The row as JSON, for evidence.
    pub(super) fn raw(&self) -> String {
        self.tree.json().to_string()
    }
}

/// What is no row.
#[derive(Debug)]
pub(super) struct Trouble {
    fault: Fault,
    raw: String,
}

impl Trouble {
    pub(super) fn faulty(self, origin: Origin) -> Faulty {
        Faulty { origin, column: None, rule: None, fault: self.fault, raw: self.raw }
    }
}

/// An open file.
pub(super) struct Rows {
    reader: csv::Reader<Box<dyn Read>>,
    columns: Arc<[Arc<str>]>,
    record: ByteRecord,
    broken: bool,
}

impl Rows {
    /// Opens a file whose header must hold these columns.
    pub(super) fn open(path: &Path, delimiter: u8, needed: &[Arc<str>]) -> Result<Self> {
        let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
        let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
        let header = reader.headers().context("no header that can be read")?;
        let columns: Arc<[Arc<str>]> =
            header.iter().map(|name| Arc::from(name.trim_start_matches('\u{feff}').trim())).collect();
        let lacking: Vec<&str> = needed.iter().filter(|c| !columns.contains(c)).map(AsRef::as_ref).collect();
        if !lacking.is_empty() {
            bail!("没有这些列 the header lacks: {}", lacking.join(", "));
        }
        Ok(Self { reader, columns, record: ByteRecord::new(), broken: false })
    }

    /// The next row with its line, or what stands there instead.
    pub(super) fn next(&mut self) -> Option<(u64, std::result::Result<Row, Trouble>)> {
        if self.broken {
            return None;
        }
        let before = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.record.position().map_or(before, csv::Position::line);
                Some((line, self.row()))
            }
            Err(error) => {
                // Nothing after a torn archive can be trusted to begin at a row.
                self.broken = true;
                let reason = error.to_string();
                let fault = Fault {
                    code: "broken_file",
                    at: String::new(),
                    zh: format!("文件到这里读不下去了：{reason}"),
                    en: format!("the file breaks off here: {reason}"),
                };
                Some((before, Err(Trouble { fault, raw: String::new() })))
            }
        }
    }

    fn row(&self) -> std::result::Result<Row, Trouble> {
        let (have, want) = (self.record.len(), self.columns.len());
        let cells: std::result::Result<Vec<&str>, _> = self.record.iter().map(std::str::from_utf8).collect();
        let trouble = |code, zh: String, en: String| {
            let cells: Vec<String> =
                self.record.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
            Err(Trouble { fault: Fault { code, at: String::new(), zh, en }, raw: cells.join(",") })
        };
        match cells {
            Err(_) => trouble("not_utf8", "这一行不是 UTF-8".to_owned(), "the row is no UTF-8".to_owned()),
            Ok(_) if have != want => trouble(
                "bad_row",
                format!("有 {have} 列，应为 {want} 列"),
                format!("{have} cells instead of {want}"),
            ),
            Ok(cells) => {
                Ok(Row { tree: Tree::row(&self.columns, cells), columns: Arc::clone(&self.columns) })
            }
        }
    }
}
