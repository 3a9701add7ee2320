//! A message as a person can read and mend it: a line for each member, every value as it came, and the line of a place in it.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// So deep are objects and arrays laid out; what lies deeper stays in one line.
const DEEPEST: usize = 32;

/// A message laid out.
#[derive(Debug)]
pub(crate) struct Laid {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// JSON pointer to the value that begins here; `None`: a closing bracket.
    path: Option<String>,
    text: String,
}

/// The members of an object in the order in which they came.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Members(all))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl Laid {
    /// Lays a text out; one that is no JSON, or has lines of its own, stays as it is.
    pub(crate) fn new(text: &str) -> Self {
        let mut lines = Vec::new();
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => put(raw.get(), "", "", String::new(), "", &mut lines),
            Err(_) => lines.extend(text.lines().map(|l| Line { path: None, text: l.to_owned() })),
        }
        Self { lines }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// How many lines it has.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The line, from 1, of the value at a JSON pointer, or of the nearest one around it; and its text.
    pub(crate) fn at(&self, pointer: &str) -> Option<(usize, &str)> {
        let mut pointer = pointer;
        while !pointer.is_empty() {
            let found = self.lines.iter().position(|l| l.path.as_deref() == Some(pointer));
            if let Some((n, line)) = found.and_then(|n| Some((n, self.lines.get(n)?))) {
                return Some((n + 1, line.text.trim()));
            }
            pointer = pointer.rsplit_once('/').map_or("", |(up, _)| up);
        }
        None
    }
}

fn put(raw: &str, path: &str, indent: &str, head: String, tail: &str, out: &mut Vec<Line>) {
    let raw = raw.trim();
    let inside = format!("{indent}  ");
    let deep = indent.len() / 2 >= DEEPEST;
    let line = |path: Option<String>, text: String| Line { path, text: format!("{indent}{text}") };
    let open = Some(path.to_owned());
    if let (false, true, Ok(Members(all))) = (deep, raw.starts_with('{'), serde_json::from_str(raw))
        && !all.is_empty()
    {
        out.push(line(open, format!("{head}{{")));
        let last = all.len() - 1;
        for (n, (name, value)) in all.iter().enumerate() {
            let step = name.replace('~', "~0").replace('/', "~1");
            let quoted = serde_json::Value::from(name.as_str());
            let tail = if n < last { "," } else { "" };
            put(value.get(), &format!("{path}/{step}"), &inside, format!("{quoted}: "), tail, out);
        }
        out.push(line(None, format!("}}{tail}")));
        return;
    }
    if let (false, true, Ok(all)) = (deep, raw.starts_with('['), serde_json::from_str::<Vec<&RawValue>>(raw))
        && !all.is_empty()
    {
        out.push(line(open, format!("{head}[")));
        let last = all.len() - 1;
        for (n, value) in all.iter().enumerate() {
            let tail = if n < last { "," } else { "" };
            put(value.get(), &format!("{path}/{n}"), &inside, String::new(), tail, out);
        }
        out.push(line(None, format!("]{tail}")));
        return;
    }
    out.push(line(open, format!("{head}{raw}{tail}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_they_came_and_places_are_found() {
        let text =
            r#"{"time":"昨天","data":{"n":1.50,"big":12345678901234567890123,"list":[1,{"a/b":[]}],"e":{}}}"#;
        let laid = Laid::new(text);
        let again: serde_json::Value = serde_json::from_str(&laid.text()).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
        assert!(laid.text().contains("1.50") && laid.text().contains("12345678901234567890123"));
        assert!(laid.text().find("time").unwrap() < laid.text().find("data").unwrap(), "in their order");
        assert_eq!(laid.at("/time"), Some((2, "\"time\": \"昨天\",")));
        assert_eq!(laid.at("/data/n"), Some((4, "\"n\": 1.50,")));
        assert_eq!(laid.at("/data/missing").map(|(n, _)| n), Some(3), "the place around it");
        assert!(laid.at("/data/list/1/a~1b").is_some());
        assert_eq!(laid.at(""), None);
    }

    #[test]
    fn what_is_no_json_stays_and_nesting_does_not_break_the_stack() {
        assert_eq!(Laid::new("{\"a\": \n oops").text(), "{\"a\": \n oops");
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(Laid::new(&deep).len() < 200);
    }
}
