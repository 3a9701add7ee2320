//! What comes in at the door of the store, and what is answered.

use medloop_engine::event::Rejection;
use medloop_engine::time::Span;
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// One message that should be an event.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The message as it came; kept as evidence.
    pub raw: Arc<str>,
    /// The same, parsed; absent: the store parses it.
    pub json: Option<serde_json::Value>,
}

impl Submission {
    /// A message in its own text.
    #[must_use]
    pub fn text(raw: impl Into<Arc<str>>) -> Self {
        Self { raw: raw.into(), json: None }
    }

    /// A message that is a value already, for instance one made by a mapping.
    #[must_use]
    pub fn value(json: serde_json::Value) -> Self {
        Self { raw: json.to_string().into(), json: Some(json) }
    }
}

/// A message of which a door could make no event: kept in quarantine with the door's own reason.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where it came from, as the door names it.
    pub source: Arc<str>,
    /// Why it is no event.
    pub reason: Reason,
    /// The message as it came.
    pub raw: Arc<str>,
}

/// How messages reached us.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Now.
    #[default]
    Live,
    /// As history: each is taken to have arrived when it was recorded, else when it happened, plus `shift`.
    Backfill {
        /// The source's own delay.
        shift: Span,
    },
}

/// What became of a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// Durable; with the reason `waiting` when it leads to no open order yet.
    Accepted,
    /// Known already; with the reason `stale` when a higher revision is known.
    Duplicate,
    /// Not taken, and kept in quarantine.
    Rejected,
}

/// A reason in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable, for machines.
    pub code: Cow<'static, str>,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// JSON pointer into the message; empty for the whole.
    pub path: String,
}

impl From<Rejection> for Reason {
    fn from(r: Rejection) -> Self {
        Self { code: r.code.into(), zh: r.zh, en: r.en, path: r.path }
    }
}

impl Reason {
    pub(crate) fn new(code: &'static str, zh: &str, en: &str) -> Self {
        Self { code: code.into(), zh: zh.to_owned(), en: en.to_owned(), path: String::new() }
    }
}

/// The answer to one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Its `source`; empty when it has none.
    pub source: Arc<str>,
    /// Its `id`; empty when it has none.
    pub id: Arc<str>,
    /// What became of it.
    pub status: ReceiptStatus,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
}
