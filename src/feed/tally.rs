//! Counts of what came out of the files, for the summary that people read.

use super::{Faulty, Item, Read};
use medloop_dsl::diagnostic::Lang;
use medloop_engine::name::EventType;
use medloop_engine::words::counted;
use std::collections::BTreeMap;

/// How many faults are shown one by one.
const SHOWN: u64 = 20;

/// Counts by kind and reason.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Events by type.
    pub(crate) events: BTreeMap<EventType, u64>,
    /// Rows left out, by table and reason.
    pub(crate) ignored: BTreeMap<(String, String), u64>,
    /// Faults by code.
    pub(crate) faults: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Counts one.
    pub(crate) fn count(&mut self, item: &Item) {
        match item {
            Item::Event { kind, .. } => {
                if let Some(n) = self.events.get_mut(kind) {
                    *n += 1;
                } else {
                    self.events.insert(kind.clone(), 1);
                }
            }
            Item::Ignored { table, reason } => {
                *self.ignored.entry((table.to_string(), reason.to_string())).or_default() += 1;
            }
            Item::Faulty(faulty) => *self.faults.entry(faulty.fault.code).or_default() += 1,
        }
    }

    /// All events.
    pub(crate) fn total(&self) -> u64 {
        self.events.values().sum()
    }

    /// All faults.
    pub(crate) fn faulty(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Whether the next fault is still shown by itself.
    pub(crate) fn shows(&self) -> bool {
        self.faulty() <= SHOWN
    }

    /// The summary.
    pub(crate) fn lines(&self, read: &Read, lang: Lang) -> Vec<String> {
        let (total, faulty, rows) = (self.total(), self.faulty(), read.rows);
        let ignored: u64 = self.ignored.values().sum();
        let mut lines = vec![match lang {
            Lang::Zh => format!("读入 {rows} 行：产生事件 {total}，忽略 {ignored}，不能映射 {faulty}"),
            Lang::En => {
                let (rows, events) = (counted(rows, "row"), counted(total, "event"));
                format!("{rows}: {events}, {ignored} left out, {faulty} not mappable")
            }
        }];
        lines.extend(self.events.iter().map(|(kind, n)| format!("  {n:>8}  {kind}")));
        for ((table, reason), n) in &self.ignored {
            lines.push(match lang {
                Lang::Zh => format!("  {n:>8}  忽略 {table}：{reason}"),
                Lang::En => format!("  {n:>8}  left out of {table}: {reason}"),
            });
        }
        for (code, n) in &self.faults {
            lines.push(match lang {
                Lang::Zh => format!("  {n:>8}  不能映射：{code}"),
                Lang::En => format!("  {n:>8}  not mappable: {code}"),
            });
        }
        for table in &read.absent {
            lines.push(match lang {
                Lang::Zh => format!("  没有表 {table} 的文件"),
                Lang::En => format!("  no file for the table {table}"),
            });
        }
        for file in &read.strange {
            let file = file.display();
            lines.push(match lang {
                Lang::Zh => format!("  文件不属于任何表：{file}"),
                Lang::En => format!("  the file belongs to no table: {file}"),
            });
        }
        lines
    }
}

/// A fault as one line: file, line, column, what is wrong.
pub(crate) fn fault_line(faulty: &Faulty, lang: Lang) -> String {
    let Faulty { origin, column, rule, fault, .. } = faulty;
    let place = match column {
        Some(column) => format!("{}:{}:{column}", origin.file, origin.line),
        None => format!("{}:{}", origin.file, origin.line),
    };
    let words = match lang {
        Lang::Zh => &fault.zh,
        Lang::En => &fault.en,
    };
    let rule = rule.as_deref().map(|r| format!(" ({r})")).unwrap_or_default();
    format!("{place}: [{}] {words}{rule}", fault.code)
}
