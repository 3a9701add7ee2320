//! Lengths of time as YAML writes them: a whole number and its unit, `30分钟` or `30min`.

use medloop_engine::calendar::Work;
use medloop_engine::time::Span;

/// Reads a length such as `30分钟`, `2小时`, `24h`.
#[must_use]
pub fn duration(text: &str) -> Option<Span> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: i64 = number.parse().ok()?;
    let micros: i64 = match unit {
        "秒" | "s" => 1_000_000,
        "分钟" | "min" => 60_000_000,
        "小时" | "h" => 3_600_000_000,
        "天" | "d" => 86_400_000_000,
        "周" | "w" => 7 * 86_400_000_000,
        _ => return None,
    };
    number.checked_mul(micros).map(Span)
}

/// Reads a length of working time such as `2工作日`, `4workhour`.
#[must_use]
pub(super) fn working(text: &str) -> Option<Work> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    crate::lexicon::unit_of(unit)?.work(number.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_units_and_nothing_else() {
        assert_eq!(duration("30分钟"), Some(Span::minutes(30)));
        assert_eq!(duration("2h"), Some(Span::hours(2)));
        for bad in ["30", "分钟", "-1h", "1.5h", "30 min", "99999999999999999天"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
