//! Windows: everything that is read. Nothing here changes anything.

mod alerts;
mod department;
mod events;
mod find;
mod health;
mod instance;
mod list;
mod moves;
mod quarantine;
mod sources;

pub use alerts::AlertFilter;
pub use department::{COUNTED, Department, OpenFilter, OpenOrders};
pub use events::{EventFilter, EventRow, WAITING_LOOKED, WaitingGroup};
pub(crate) use find::{PERSON, statement};
pub use health::{Counts, Health};
pub use instance::Instance;
pub use list::{Filter, InstanceRow};
pub use quarantine::Quarantined;
pub use sources::Source;

use crate::error::{Error, Result};

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; `None`: this is the last.
    pub next_cursor: Option<String>,
}

/// Most items a page has.
pub const MOST: u32 = 1000;

impl<T> Page<T> {
    /// Of rows read one further than `limit`, the page, and a cursor made of its last item when there are more.
    fn cut(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(cursor);
        Self { items, next_cursor }
    }
}

/// A limit within bounds.
fn bounded(limit: u32) -> u32 {
    limit.clamp(1, MOST)
}

/// A cursor is opaque to its reader: the hexadecimal form of the last item's place.
fn seal(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

/// What a cursor holds.
fn unseal(cursor: &str) -> Result<String> {
    let bytes: Option<Vec<u8>> = (cursor.len().is_multiple_of(2) && cursor.len() <= 4096)
        .then(|| {
            (0..cursor.len()).step_by(2).map(|i| u8::from_str_radix(cursor.get(i..i + 2)?, 16).ok()).collect()
        })
        .flatten();
    bytes.and_then(|b| String::from_utf8(b).ok()).ok_or(Error::Cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_whole_and_others_are_refused() {
        assert_eq!(unseal(&seal("17\teast\t医嘱 1")).unwrap(), "17\teast\t医嘱 1");
        for wrong in ["x", "zz", "0", "ff", "é1"] {
            assert!(matches!(unseal(wrong), Err(Error::Cursor)), "{wrong}");
        }
    }
}
