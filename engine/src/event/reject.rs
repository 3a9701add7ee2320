//! Why a message is not an event: a stable code, a sentence in both languages, and the place in the message.

use serde::Serialize;

/// Why an event was not taken. Everything that is not a rejection is, at most, a finding on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// Stable, for machines: `unknown_type`.
    pub code: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// JSON pointer into the event: `/data/order_no`; empty for the event as a whole.
    pub path: String,
}

impl Rejection {
    /// A rejection of the value at `path`.
    pub fn new(
        code: &'static str,
        path: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { code, zh: zh.into(), en: en.into(), path: path.into() }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}) {}", self.en, self.code, self.path)
    }
}

impl std::error::Error for Rejection {}

/// A value as a message may show it: at most 60 characters, in one line.
pub(super) fn shown(value: &serde_json::Value) -> String {
    use serde_json::Value;
    let text = match value {
        Value::Object(_) => return "{…}".to_owned(),
        Value::Array(_) => return "[…]".to_owned(),
        Value::String(text) => text.as_str().into(),
        other => std::borrow::Cow::Owned(other.to_string()),
    };
    let mut cut: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        cut.push('…');
    }
    cut
}
