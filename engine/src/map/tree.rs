//! A message as a neutral tree: whatever the syntax was (CSV, HL7, XML, JSON), mappings see the same shape.

use serde_json::Value;
use std::sync::Arc;

/// A message or a part of one. Scalars are text: what they mean is for the mapping to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tree {
    /// Nothing there. An empty text counts as nothing too.
    #[default]
    Nothing,
    /// A column, an HL7 component, an XML text, a JSON scalar.
    Text(String),
    /// Repetitions: HL7 `~`, equal XML elements, JSON arrays.
    List(Vec<Tree>),
    /// Named parts in the order of the message: columns, segments, elements, members.
    Record(Vec<(Arc<str>, Tree)>),
}

impl Tree {
    /// A row of a table: `names` and `cells` in the same order, a missing cell is nothing.
    pub fn row<'a>(names: &[Arc<str>], cells: impl IntoIterator<Item = &'a str>) -> Self {
        let mut cells = cells.into_iter();
        let cell = |text: Option<&str>| {
            text.filter(|t| !t.is_empty()).map_or(Self::Nothing, |t| Self::Text(t.to_owned()))
        };
        Self::Record(names.iter().map(|name| (Arc::clone(name), cell(cells.next()))).collect())
    }

    /// The part that a path of names and positions (from 0) leads to. A list answers for its first item where a name is asked.
    #[must_use]
    pub fn at(&self, steps: &[Arc<str>]) -> Option<&Self> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(self);
        };
        match self {
            Self::Record(parts) => parts.iter().find(|(name, _)| name == step)?.1.at(rest),
            Self::List(items) => match step.parse::<usize>() {
                Ok(position) => items.get(position)?.at(rest),
                Err(_) => items.first()?.at(steps),
            },
            Self::Nothing | Self::Text(_) => None,
        }
    }

    /// The text, when this is one and not empty; a list answers for its first item.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()).filter(|t| !t.is_empty()),
            Self::List(items) => items.first().and_then(Self::text),
            Self::Nothing | Self::Record(_) => None,
        }
    }

    /// The same as JSON, for evidence: the raw message of a row. Parts that hold nothing are left out.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => Value::Array(items.iter().map(Self::json).collect()),
            Self::Record(parts) => Value::Object(
                parts
                    .iter()
                    .filter(|(_, part)| *part != Self::Nothing)
                    .map(|(name, part)| (name.to_string(), part.json()))
                    .collect(),
            ),
        }
    }
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(b) => Self::Text(b.to_string()),
            Value::Number(n) => Self::Text(n.to_string()),
            Value::String(s) => Self::Text(s.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(parts) => {
                Self::Record(parts.iter().map(|(k, v)| (Arc::from(k.as_str()), Self::from(v))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn steps(path: &str) -> Vec<Arc<str>> {
        path.split('.').map(Arc::from).collect()
    }

    #[test]
    fn paths_lead_through_records_and_lists() {
        let tree = Tree::from(&json!({"pid": {"id": [{"no": 7}, {"no": "8"}]}, "empty": ""}));
        assert_eq!(tree.at(&steps("pid.id.1.no")).and_then(Tree::text), Some("8"));
        assert_eq!(
            tree.at(&steps("pid.id.no")).and_then(Tree::text),
            Some("7"),
            "the first repetition unless said"
        );
        assert_eq!(tree.at(&steps("empty")).and_then(Tree::text), None, "an empty text is nothing");
        assert_eq!(tree.at(&steps("pid.id.2.no")), None);
    }

    #[test]
    fn a_short_row_has_nothing_in_its_last_columns() {
        let names: Vec<Arc<str>> = vec!["a".into(), "b".into(), "c".into()];
        let row = Tree::row(&names, ["1", ""]);
        assert_eq!(row.json(), json!({"a": "1"}));
        assert_eq!(row.at(&steps("c")), Some(&Tree::Nothing));
    }
}
