//! The one clock of the store: the system's, or one that a test turns by hand.

use medloop_engine::time::{Instant, Span};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's own.
    #[default]
    System,
    /// Stands still until it is turned.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn manual(at: Instant) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Manual(at) => Instant(at.load(Ordering::SeqCst)),
        }
    }

    /// Turns a manual clock on; the system's stays as it is.
    pub fn advance(&self, by: Span) {
        if let Self::Manual(at) = self {
            at.fetch_add(by.0, Ordering::SeqCst);
        }
    }

    /// Sets a manual clock; the system's stays as it is.
    pub fn set(&self, to: Instant) {
        if let Self::Manual(at) = self {
            at.store(to.0, Ordering::SeqCst);
        }
    }
}
