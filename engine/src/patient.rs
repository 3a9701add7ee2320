//! What is known of a patient by a moment: the last that an event had said by then.

use crate::facts::{Fact, Patient};
use crate::time::{Civil, Moment, Precision, Zone};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What an expression may ask of the patient.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// 患者.编号 .id (text)
    Id,
    /// 患者.姓名 .name (text)
    Name,
    /// 患者.性别 .sex (text, as the source codes it)
    Sex,
    /// 患者.出生日期 .birth_date (moment, by the day)
    BirthDate,
    /// 患者.年龄 .age (number of whole years)
    Age,
    /// 患者.就诊号 .visit_no (text)
    VisitNo,
    /// 患者.科室 .dept (text: department code)
    Dept,
    /// 患者.病区 .ward (text: ward code)
    Ward,
    /// 患者.床号 .bed (text)
    Bed,
    /// 患者.婴儿号 .baby_no (text)
    BabyNo,
}

impl Of {
    /// Whether it changes as a patient moves. What does not may be learnt later as well.
    #[must_use]
    pub const fn moves(self) -> bool {
        matches!(self, Self::Dept | Self::Ward | Self::Bed)
    }

    /// What one event says of it. Ages are reckoned for the day of `by` in `zone`.
    #[must_use]
    pub fn said(self, patient: &Patient, by: Moment, zone: &Zone) -> Option<Value> {
        let text = |t: &Option<Arc<str>>| t.clone().map(Value::Text);
        match self {
            Self::Id => text(&patient.id),
            Self::Name => text(&patient.name),
            Self::Sex => text(&patient.sex),
            Self::VisitNo => text(&patient.visit_no),
            Self::Dept => text(&patient.dept),
            Self::Ward => text(&patient.ward),
            Self::Bed => text(&patient.bed),
            Self::BabyNo => text(&patient.baby_no),
            Self::BirthDate => {
                let born = date(patient.birth_date.as_deref()?)?;
                Some(Value::Moment(Moment { at: zone.instant(born), precision: Precision::Day }))
            }
            Self::Age => {
                age(patient.birth_date.as_deref()?, zone.civil(by.at)).map(|y| Value::Number(y.into()))
            }
        }
    }
}

/// What live facts had said of a patient by a moment: the last in their total order of those at or before it (at the coarser
/// precision of the two) that say anything; what does not change as a patient moves, else the first after it.
pub fn known<'a>(facts: impl Iterator<Item = &'a Fact>, of: Of, by: Moment, zone: &Zone) -> Option<Value> {
    let before = |f: &Fact| {
        let p = f.at.precision.min(by.precision);
        zone.truncate(f.at.at, p) <= zone.truncate(by.at, p)
    };
    let mut last: Option<(&Fact, Value)> = None;
    let mut next: Option<(&Fact, Value)> = None;
    for fact in facts.filter(|f| !f.dead) {
        let Some(value) = fact.patient.as_ref().and_then(|p| of.said(p, by, zone)) else { continue };
        let (place, later) = if before(fact) { (&mut last, true) } else { (&mut next, false) };
        if place.as_ref().is_none_or(|(known, _)| (fact.order() > known.order()) == later) {
            *place = Some((fact, value));
        }
    }
    last.or(if of.moves() { None } else { next }).map(|(_, value)| value)
}

/// A birth date: `YYYY-MM-DD…` or `YYYYMMDD…`, which exists.
fn date(text: &str) -> Option<Civil> {
    let digits: String = match text.get(..10) {
        Some(dashed) if dashed.matches('-').count() == 2 => dashed.replace('-', ""),
        _ => text.get(..8)?.to_owned(),
    };
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(part(0..4)?).ok()?;
    crate::time::civil(year, part(4..6)?, part(6..8)?, 0, 0, 0, 0)
}

/// Whole years from a birth date to a day; `None` when it is no date, lies after the day, or too long before.
#[must_use]
pub fn age(birth: &str, on: Civil) -> Option<i32> {
    let born = date(birth)?;
    let years = on.year - born.year - i32::from((on.month, on.day) < (born.month, born.day));
    (0..=150).contains(&years).then_some(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_whole_and_dates_exist() {
        let on = |y, m, d| crate::time::civil(y, m, d, 12, 0, 0, 0).unwrap();
        assert_eq!(age("1961-03-02", on(2026, 3, 1)), Some(64));
        assert_eq!(age("1961-03-02", on(2026, 3, 2)), Some(65));
        assert_eq!(age("19610302", on(2026, 3, 2)), Some(65));
        assert_eq!(age("1961-03-02T08:00:00", on(2026, 3, 2)), Some(65));
        assert_eq!(age("2024-02-29", on(2025, 2, 28)), Some(0));
        assert_eq!(age("2024-02-30", on(2025, 2, 28)), None, "no such day");
        assert_eq!(age("2027-01-01", on(2026, 1, 1)), None, "not born yet");
        assert_eq!(age("unknown", on(2026, 1, 1)), None);
    }
}
