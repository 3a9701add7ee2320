//! Work calendars: the week of `hospital.yaml` and the holidays and moved days of `calendars/*.yaml`.

use super::node::{Entry, Node};
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use medloop_engine::calendar::{Calendar, Hours};
use medloop_engine::time::civil;
use std::collections::BTreeMap;

/// Days since 1970-01-01 that differ, and whether work is done on them, by the code of their calendar.
pub(super) type Holidays = BTreeMap<String, BTreeMap<i32, bool>>;

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads `calendars/*.yaml`, trees that their schema allows.
pub(super) fn holidays(files: &[(String, Node)], found: &mut Vec<Diagnostic>) -> Holidays {
    let mut all = Holidays::new();
    for (file, root) in files {
        let Some(code) = root.get("calendar") else { continue };
        let mut days = BTreeMap::new();
        for year in root.get("years").map(Node::entries).unwrap_or_default() {
            for holiday in year.value.get("holidays").map(Node::entries).unwrap_or_default() {
                let Some((from, to)) = range(file, year, &holiday.value, found) else { continue };
                (from..=to).for_each(|day| mark(file, &mut days, day, false, holiday.value.span, found));
            }
            for workday in year.value.get("workdays").map(Node::items).unwrap_or_default() {
                if let Some((day, _)) = range(file, year, workday, found) {
                    mark(file, &mut days, day, true, workday.span, found);
                }
            }
        }
        let name = code.text().unwrap_or_default();
        if all.insert(name.to_owned(), days).is_some() {
            let words = crate::say!("日历 “{name}” 已有", "the calendar “{name}” is there already");
            found.push(Diagnostic::error("E0708", file.as_str(), code.span, words));
        }
    }
    all
}

fn mark(
    file: &str,
    days: &mut BTreeMap<i32, bool>,
    day: i32,
    work: bool,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    if days.insert(day, work).is_some_and(|before| before != work) {
        let words =
            Words::new("同一天既放假又上班", "one day is both a holiday and a day on which work is done");
        found.push(Diagnostic::error("E0706", file, span, words));
    }
}

/// `2026-01-01` or `2026-01-01..2026-01-03`, within the year under which it stands.
fn range(file: &str, year: &Entry, node: &Node, found: &mut Vec<Diagnostic>) -> Option<(i32, i32)> {
    let text = node.text()?;
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let days = date(from).zip(date(to));
    let within = from.starts_with(&year.key) && to.starts_with(&year.key);
    let words = match days {
        None => crate::say!("没有这一天：{text}", "there is no such day: {text}"),
        Some(_) if !within => {
            let year = &year.key;
            crate::say!("{text} 不在 {year} 年", "{text} does not lie in {year}")
        }
        Some((a, b)) if a > b => crate::say!("{text} 的起点在终点之后", "{text} begins after its end"),
        Some(days) => return Some(days),
    };
    found.push(Diagnostic::error("E0706", file, node.span, words));
    None
}

fn date(text: &str) -> Option<i32> {
    let mut parts = text.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(civil(i32::try_from(year).ok()?, month, day, 0, 0, 0, 0)?.day_number())
}

/// Reads a `calendar` of `hospital.yaml`.
pub(super) fn calendar(file: &str, node: &Node, known: &Holidays, found: &mut Vec<Diagnostic>) -> Calendar {
    let mut week: [Option<Hours>; 7] = Default::default();
    for entry in node.get("week").map(Node::entries).unwrap_or_default() {
        let hours = hours(file, &entry.value, found);
        for day in weekdays(&entry.key) {
            let Some(slot) = week.get_mut(day) else { continue };
            if slot.replace(hours.clone()).is_some() {
                let name = WEEK.get(day).copied().unwrap_or_default();
                let words = crate::say!("{name} 写了两次", "{name} stands here twice");
                found.push(Diagnostic::error("E0702", file, entry.key_span, words));
            }
        }
    }
    let week = week.map(Option::unwrap_or_default);
    let moved = match node.get("moved") {
        Some(moved) => hours(file, moved, found),
        None => week.first().cloned().unwrap_or_default(),
    };
    let mut days = BTreeMap::new();
    for name in node.get("holidays").map(Node::items).unwrap_or_default() {
        let text = name.text().unwrap_or_default();
        match known.get(text) {
            Some(holidays) => days.extend(
                holidays.iter().map(|(day, work)| (*day, if *work { moved.clone() } else { Vec::new() })),
            ),
            None => {
                let words = crate::say!(
                    "calendars/ 里没有日历 “{text}”",
                    "there is no calendar “{text}” in calendars/"
                );
                let near = nearest(text, known.keys().map(String::as_str));
                found.push(Diagnostic::error("E0707", file, name.span, words).nearest(near));
            }
        }
    }
    Calendar { week, days }
}

/// `mon`, or `mon-fri`; one that goes round, such as `sat-mon`, does.
fn weekdays(key: &str) -> Vec<usize> {
    let (from, to) = key.split_once('-').unwrap_or((key, key));
    let day = |name: &str| WEEK.iter().position(|d| *d == name);
    let Some((from, to)) = day(from).zip(day(to)) else { return Vec::new() };
    let length = (to + 7 - from) % 7;
    (0..=length).map(|n| (from + n) % 7).collect()
}

fn hours(file: &str, node: &Node, found: &mut Vec<Diagnostic>) -> Hours {
    let mut all = Hours::new();
    for item in node.items() {
        let text = item.text().unwrap_or_default();
        let shift = text.split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)));
        let after = all.last().map_or(0, |last: &(u16, u16)| last.1);
        match shift {
            Some((from, to)) if from < to && from >= after => all.push((from, to)),
            _ => {
                let words = crate::say!("“{text}” 不是一段工作时间", "“{text}” is no stretch of work");
                let expected = Words::new(
                    "00:00 至 24:00，先后排列，互不重叠",
                    "between 00:00 and 24:00, one after the other, none over another",
                );
                found.push(Diagnostic::error("E0706", file, item.span, words).expected(expected));
            }
        }
    }
    all
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let minutes = hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?;
    (minutes <= 24 * 60).then_some(minutes)
}
