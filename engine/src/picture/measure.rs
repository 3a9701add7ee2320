//! How wide a text is when drawn, without a font at hand: never less than what the usual system fonts take.

/// Width of a text in pixels at a font size in pixels.
pub(crate) fn width(text: &str, size: i32) -> i32 {
    let hundredths: i32 = text.chars().map(advance).sum();
    (hundredths * size + 99) / 100
}

/// The same in bold: only narrow characters grow.
pub(super) fn bold(text: &str, size: i32) -> i32 {
    let hundredths: i32 = text.chars().map(|c| if wide(c) { 100 } else { advance(c) * 112 / 100 }).sum();
    (hundredths * size + 99) / 100
}

/// The text in lines no wider than `most`, at most `lines` of them; what does not fit ends in `…`.
pub(super) fn wrap(text: &str, size: i32, most: i32, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if width(&format!("{line}{}", word.trim_end()), size) <= most {
            line.push_str(&word);
            continue;
        }
        if !line.trim().is_empty() {
            out.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        line.clear();
        // A word wider than a line is broken where it must be.
        for c in word.trim_start().chars() {
            if !line.is_empty() && width(&format!("{line}{c}"), size) > most {
                out.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.trim().is_empty() {
        out.push(line.trim_end().to_owned());
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            *last = cut(&format!("{last}……"), size, most);
        }
    }
    out
}

/// The text in one line no wider than `most`; what does not fit ends in `…`.
pub(super) fn cut(text: &str, size: i32, most: i32) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&format!("{kept}{c}…"), size) > most {
            break;
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end_matches('…').len());
    kept.push('…');
    kept
}

/// Pieces between which a line may break: words with the blank behind them, and single wide characters, no line beginning
/// with closing punctuation.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let closing = "，。、；：？！）》”’…,.;:?!)".contains(c);
        let alone = wide(c) && !closing;
        match out.last_mut() {
            Some(last) if closing || (open && !alone) => last.push(c),
            _ => out.push(c.to_string()),
        }
        open = !alone && c != ' ' && !(closing && wide(c));
    }
    out
}

/// Hundredths of the font size that a character takes.
fn advance(c: char) -> i32 {
    match c {
        _ if wide(c) => 100,
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | 'i' | 'j' | 'l' | '!' => 34,
        'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 44,
        'm' | 'M' | 'w' | 'W' | '@' | '%' => 98,
        'A'..='Z' | '&' | '+' | '<' | '>' | '=' | '~' => 78,
        _ if c.is_ascii() => 64,
        _ => 80,
    }
}

/// Whether a character takes a whole em, in a font for Chinese at least.
fn wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2010..=0x2027 | 0x2030..=0x205E | 0x2100..=0x27BF | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F000..=0x1FAFF | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_is_an_em_and_a_letter_is_less() {
        assert_eq!(width("输血", 10), 20);
        assert!(width("abc", 10) < 25 && width("abc", 10) > 12);
    }

    #[test]
    fn lines_keep_to_their_width_and_say_when_something_is_left_out() {
        for text in [
            "输血前核对：床号、姓名、住院号、血袋号",
            "senior physician, head of department",
            "x".repeat(80).as_str(),
        ] {
            for most in [30, 60, 100] {
                let lines = wrap(text, 13, most, 3);
                assert!(!lines.is_empty() && lines.len() <= 3);
                assert!(lines.iter().all(|l| width(l, 13) <= most), "{lines:?}");
                let whole: String = lines.concat().replace(' ', "");
                assert!(whole == text.replace(' ', "") || whole.ends_with('…'), "{lines:?}");
                assert!(lines.iter().all(|l| !l.starts_with(['，', '、', '：'])), "{lines:?}");
            }
        }
        assert_eq!(cut("输血", 13, 100), "输血");
        assert_eq!(cut("输血前核对", 10, 31), "输血…");
    }
}
