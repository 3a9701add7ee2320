//! What identifies an instance: a key of a loop within a campus.

use crate::name::{CampusCode, LoopCode};
use std::fmt;
use std::sync::Arc;

/// One order in one loop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId {
    /// The campus within which the key is unique.
    pub campus: CampusCode,
    /// The loop.
    pub code: LoopCode,
    /// The value of the loop's key field.
    pub key: Arc<str>,
}

impl InstanceId {
    /// Reads `campus/loop/key`; the key may hold slashes of its own.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let campus = CampusCode::parse(parts.next()?).ok()?;
        let code = LoopCode::parse(parts.next()?).ok()?;
        let key = parts.next().filter(|k| !k.is_empty())?;
        Some(Self { campus, code, key: Arc::from(key) })
    }
}

/// `campus/loop/key`, nothing encoded.
impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.campus, self.code, self.key)
    }
}
