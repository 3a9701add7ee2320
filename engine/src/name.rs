//! Names that exist are valid: each is born by parsing and keeps to its alphabet.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// What the text should have been, e.g. `loop code`.
    pub kind: &'static str,
    /// The text as it came.
    pub text: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a valid {}: {:?}", self.kind, self.text)
    }
}

impl std::error::Error for NameError {}

fn is_code(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 64
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_dotted(text: &str) -> bool {
    text.len() <= 128 && text.contains('.') && text.split('.').all(is_code)
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads one.
            ///
            /// # Errors
            /// When the text does not keep to the alphabet of this kind of name.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(Arc::from(text)))
                } else {
                    Err(NameError { kind: $kind, text: text.chars().take(80).collect() })
                }
            }
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
            /// The text, shared.
            #[must_use]
            pub const fn shared(&self) -> &Arc<str> {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }
    };
}

name!(/** The code of a loop: `transfusion`. */ LoopCode, "loop code", is_code);
name!(/** The code of a node: `issue`. */ NodeCode, "node code", is_code);
name!(/** The code of a rule: `blood_out`. */ RuleCode, "rule code", is_code);
name!(/** The code of a parameter: `start_limit`. */ ParamCode, "param code", is_code);
name!(/** The code of a measure. */ MeasureCode, "measure code", is_code);
name!(/** The code of a field: `bag_no`. */ FieldCode, "field code", is_code);
name!(/** The code of a campus: `east`. */ CampusCode, "campus code", is_code);
name!(/** The code of a sending system: `bis`. */ SystemCode, "system code", is_code);
name!(/** The code of a role: `nurse`. */ RoleCode, "role code", is_code);
name!(/** The code of a code table: `blood_compatible`. */ TableCode, "table code", is_code);
name!(/** An event type: `blood.issued`. */ EventType, "event type", is_dotted);
