//! Changes of a text by words: a word left out, doubled, moved, put in the place of another, or taken from the language.

use medloop_dsl::lexicon::{ATTRIBUTES, FUNCTIONS, KEYWORDS, PATIENT, SEVERITIES, STAGES, UNITS, Word};

/// What the table of words does not hold: signs, and values in each form that the language knows.
const OTHERS: &[&str] = &[
    "{", "}", "(", ")", "[", "]", "（", "）", "｛", "｝", "【", "】", "→", "->", "|", "&", "?", "*", "+", "-", "..", ".", "，", "、", ",", ";",
    ":", "：", "=", "==", "!=", "<", "<=", ">", ">=", "≤", "≠", "\"", "“", "”", "「", "」", "//", "/// ", "\n", " ", "\u{3000}", "\u{feff}", "\u{200b}",
    "\u{202e}", "0", "1", "99999999999999999999", "-1", "1.5", "30分钟", "1工作日", "-30分钟..+60分钟", "24:00", "08:00", "2026-02-29", "2026-01-05T08:00:00+08:00",
    "次日", "+1天", "\"文字\"", "\"{甲}\"", "{{", "}}", "\\", "甲", "乙", "[a]", "闭环 甲 [a] {\n", "环节 甲 [a] { 事件 x 阶段 执行 }\n",
    "规则 丙 [c] { 级别 高 要求 ", "测试 \"一\" {\n", "流程 甲 → 乙\n", "最终 甲 按时\n", "应有 ", "告警 ",
];

/// A small generator of numbers; it need not be good, only the same for the same seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// The text with one to four of its words changed.
pub fn changed(text: &str, seed: u32) -> String {
    let mut draw = Draw(u64::from(seed) << 17 | 0x9e37);
    let mut words = split(text);
    for _ in 0..=draw.below(4) {
        let at = draw.below(words.len());
        let from = draw.below(words.len());
        let few = 1 + draw.below(12);
        let some: Vec<&str> = words.iter().skip(from).take(few).copied().collect();
        match draw.below(7) {
            0 => drop(words.splice(at..(at + 1).min(words.len()), [])),
            1 => drop(words.splice(at..(at + few).min(words.len()), [])),
            2 => drop(words.splice(at..at, some)),
            3 => drop(words.splice(at..(at + 1).min(words.len()), some.into_iter().take(1))),
            4 => drop(words.splice(at..at, [known(&mut draw)])),
            5 => drop(words.splice(at..(at + 1).min(words.len()), [known(&mut draw)])),
            _ if at < words.len() && from < words.len() => words.swap(at, from),
            _ => words.push(known(&mut draw)),
        }
    }
    words.concat()
}

/// A word of the language.
fn known(draw: &mut Draw) -> &'static str {
    let tables: [&[Word]; 5] = [KEYWORDS, ATTRIBUTES, FUNCTIONS, SEVERITIES, STAGES];
    let word = match draw.below(8) {
        table @ 0..5 => tables[table][draw.below(tables[table].len())],
        5 => UNITS[draw.below(UNITS.len())].word,
        6 => PATIENT,
        _ => return OTHERS[draw.below(OTHERS.len())],
    };
    if draw.below(2) == 0 { word.zh } else { word.en }
}

/// Words, blanks and single signs, in their order.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| if c.is_alphanumeric() || c == '_' { 1 } else if c.is_whitespace() { 2 } else { 0 };
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let kind = kind(c);
        if last.is_some_and(|last| last != kind || kind == 0) {
            words.extend(text.get(start..at));
            start = at;
        }
        last = Some(kind);
    }
    words.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    words
}
