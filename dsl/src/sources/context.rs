//! What lowering a source file needs at hand: the names that exist, and where mistakes go.

use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use crate::yaml::{self, Node};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::map::{Base, Format, IndexSpec, Path, Stamp};
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::time::{Precision, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of lowering one file.
pub(super) struct Context<'a> {
    file: &'a str,
    pub catalogue: &'a Catalogue,
    pub found: Vec<Diagnostic>,
    /// How times are written and how fine they are, unless a field says otherwise.
    pub format: Format,
    pub precision: Option<Precision>,
    /// Tables by name: their position and columns.
    pub tables: BTreeMap<String, (usize, Vec<Arc<str>>)>,
    /// Code tables by name: their columns.
    pub codes: BTreeMap<String, Vec<String>>,
    /// Code tables by name: every meaning with its column and place.
    pub meanings: BTreeMap<String, Vec<(String, String, Span)>>,
    pub indexes: Vec<IndexSpec>,
    /// Of the rule at hand: its table's columns, and its joins by name with theirs, none where the join itself is wrong.
    pub columns: Vec<Arc<str>>,
    pub joins: Vec<(String, Option<Vec<Arc<str>>>)>,
    pub split: bool,
}

impl<'a> Context<'a> {
    pub(super) fn new(file: &'a str, catalogue: &'a Catalogue, found: Vec<Diagnostic>) -> Self {
        Self {
            file,
            catalogue,
            found,
            format: Format::Iso,
            precision: None,
            tables: BTreeMap::new(),
            codes: BTreeMap::new(),
            meanings: BTreeMap::new(),
            indexes: Vec::new(),
            columns: Vec::new(),
            joins: Vec::new(),
            split: false,
        }
    }

    pub(super) fn error(&mut self, code: &'static str, span: Span, words: Words) {
        self.found.push(Diagnostic::error(code, self.file, span, words));
    }

    pub(super) fn warning(&mut self, code: &'static str, span: Span, words: Words) {
        self.found.push(Diagnostic::warning(code, self.file, span, words));
    }

    /// A name that leads nowhere, with the nearest that does.
    pub(super) fn unknown<'b>(
        &mut self,
        span: Span,
        text: &str,
        (zh, en): (&str, &str),
        known: impl IntoIterator<Item = &'b str>,
    ) {
        let near = nearest(text, known);
        let words = crate::say!("没有叫 “{text}” 的{zh}", "there is no {en} “{text}”");
        self.found.push(Diagnostic::error("E0802", self.file, span, words).nearest(near));
    }

    pub(super) fn system(&mut self, node: &Node) -> Option<SystemCode> {
        let text = node.text()?;
        let code = SystemCode::parse(text).ok()?;
        let catalogue = self.catalogue;
        if !catalogue.systems.contains_key(&code) {
            self.unknown(
                node.span,
                text,
                ("系统", "system"),
                catalogue.systems.keys().map(SystemCode::as_str),
            );
        }
        Some(code)
    }

    pub(super) fn campus(&mut self, node: &Node) -> Option<CampusCode> {
        let text = node.text()?;
        let code = CampusCode::parse(text).ok()?;
        let catalogue = self.catalogue;
        if !catalogue.campuses.contains_key(&code) {
            self.unknown(
                node.span,
                text,
                ("院区", "campus"),
                catalogue.campuses.keys().map(CampusCode::as_str),
            );
        }
        Some(code)
    }

    pub(super) fn zone(&mut self, node: &Node) -> Option<Zone> {
        let text = node.text()?;
        let zone = yaml::lower(text);
        if zone.is_none() {
            self.error(
                "E0804",
                node.span,
                crate::say!("没有时区 “{text}”", "there is no time zone “{text}”"),
            );
        }
        zone
    }

    /// The zone of the campus, or of the only one.
    pub(super) fn default_zone(&self, campus: Option<&CampusCode>) -> Option<Zone> {
        let campuses = &self.catalogue.campuses;
        campus.and_then(|c| campuses.get(c)).or_else(|| campuses.values().next()).map(|c| c.zone.clone())
    }

    pub(super) fn format(&mut self, node: &Node) -> Option<Format> {
        let text = node.text()?;
        let format = Format::parse(text);
        if format.is_none() {
            let words = crate::say!("时间格式 “{text}” 看不懂", "the time format “{text}” cannot be read");
            let expected = Words::new(
                "iso，或含 yyyy、MM、dd 各一次，HH、mm、ss、SSS 至多一次的格式",
                "iso, or a pattern with yyyy, MM, dd once and HH, mm, ss, SSS at most once",
            );
            self.found.push(Diagnostic::error("E0804", self.file, node.span, words).expected(expected));
        }
        format
    }

    pub(super) fn delimiter(&mut self, node: &Node) -> Option<u8> {
        match node.text()?.as_bytes() {
            [one] => Some(*one),
            _ => {
                let words =
                    Words::new("分隔符须是一个 ASCII 字符", "the delimiter must be one ASCII character");
                self.error("E0804", node.span, words);
                None
            }
        }
    }

    /// The path that a text names: `column`, `join.column`, `item`, each with further steps.
    pub(super) fn path(&mut self, text: &str, span: Span) -> Option<Path> {
        let mut steps: Vec<Arc<str>> = text.split('.').map(Arc::from).collect();
        let first = steps.first().cloned().unwrap_or_default();
        let base = if self.split && first.as_ref() == "item" {
            Base::Item
        } else if let Some(position) = self.joins.iter().position(|(name, _)| *name == *first) {
            Base::Join(position)
        } else {
            Base::Row
        };
        if base != Base::Row {
            steps.remove(0);
        }
        let columns = match base {
            Base::Row => Some(&self.columns),
            Base::Join(position) => match self.joins.get(position) {
                // What is wrong with the join has been told.
                None | Some((_, None)) => return None,
                Some((_, Some(columns))) => Some(columns),
            },
            Base::Item => None,
        };
        if let (Some(columns), Some(step)) = (columns, steps.first()) {
            if !columns.contains(step) {
                let known: Vec<Arc<str>> = columns.clone();
                let step = Arc::clone(step);
                self.unknown(span, &step, ("列", "column"), known.iter().map(AsRef::as_ref));
                return None;
            }
        } else if matches!(base, Base::Join(_)) {
            let words = crate::say!("“{text}” 后面要写列名", "“{text}” needs a column after it");
            self.error("E0801", span, words);
            return None;
        }
        Some(Path { base, steps, shown: Arc::from(text) })
    }

    /// `time: column` or `time: {field, format, zone, precision}`.
    pub(super) fn time(&mut self, node: &Node) -> Option<(Path, Stamp)> {
        let (text, span) = match node.get("field") {
            Some(field) => (field.text()?, field.span),
            None => match node.text() {
                Some(text) => (text, node.span),
                None => {
                    self.error("E0801", node.span, Words::new("时间缺少 field", "the time needs a field"));
                    return None;
                }
            },
        };
        let stamp = self.stamp(node);
        Some((self.path(text, span)?, stamp))
    }

    /// How the time that `node` describes is written.
    pub(super) fn stamp(&mut self, node: &Node) -> Stamp {
        let format = node.get("format").and_then(|n| self.format(n)).unwrap_or_else(|| self.format.clone());
        let zone = node.get("zone").and_then(|n| self.zone(n)).map(Arc::new);
        let precision = node.text_at("precision").and_then(precision).or(self.precision);
        Stamp { format, precision, zone }
    }
}

/// The precision that a word names.
pub(super) fn precision(word: &str) -> Option<Precision> {
    match word {
        "day" => Some(Precision::Day),
        "minute" => Some(Precision::Minute),
        "second" => Some(Precision::Second),
        "milli" => Some(Precision::Milli),
        _ => None,
    }
}
