//! Parts: which of 64 shares of a hot table a row lies in. Stable for ever, because rows never move.

use medloop_engine::facts::EventRef;
use medloop_engine::name::CampusCode;

/// The part of an event's identity.
#[must_use]
pub(crate) fn identity(event: &EventRef) -> i64 {
    hash(&[&event.source, &event.id])
}

/// The part of a case: all instances of one key.
#[must_use]
pub(crate) fn case(campus: &CampusCode, key: &str) -> i64 {
    hash(&[campus.as_str(), key])
}

/// The part of an address: one value of a field.
#[must_use]
pub(crate) fn address(campus: &CampusCode, field: &str, value: &str) -> i64 {
    hash(&[campus.as_str(), field, value])
}

/// The part of any other texts.
#[must_use]
pub(crate) fn of(text: &str) -> i64 {
    hash(&[text])
}

/// FNV-1a of 64 bits over the texts with a zero byte between them, its upper half folded into its lower.
fn hash(texts: &[&str]) -> i64 {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |b: u8| h = (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    for (i, text) in texts.iter().enumerate() {
        if i > 0 {
            eat(0);
        }
        text.bytes().for_each(&mut eat);
    }
    i64::from(u8::try_from((h ^ (h >> 32)) & 63).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_move() {
        let event = EventRef { source: "bis/east".into(), id: "MSG-1".into() };
        let east = CampusCode::parse("east").unwrap();
        assert_eq!(
            (identity(&event), case(&east, "ZY2026010500017"), of("")),
            (PINNED.0, PINNED.1, PINNED.2)
        );
    }

    #[test]
    fn parts_spread() {
        let east = CampusCode::parse("east").unwrap();
        let mut counts = [0_u32; 64];
        for n in 0..6400 {
            counts[usize::try_from(case(&east, &format!("ZY{n:08}"))).unwrap()] += 1;
        }
        assert!(counts.iter().all(|n| (50..160).contains(n)), "{counts:?}");
    }

    const PINNED: (i64, i64, i64) = (54, 9, 1);
}
