//! The content of an event apart from its spacing: one JSON text for equal values, and its digest.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// SHA-256 of the canonical JSON text, 64 hex digits. Members are taken in the order of their names.
#[must_use]
pub fn digest(json: &Value) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::with_capacity(512);
    write(json, &mut text);
    let hash = Sha256::digest(&text);
    let digit = |n: u8| HEX.get(usize::from(n)).map_or('0', |c| char::from(*c));
    hash.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Whether objects and arrays lie more than `limit` deep; looks no deeper than that.
pub(super) fn deeper_than(json: &Value, limit: usize) -> bool {
    match json {
        Value::Object(members) => {
            limit == 0 || members.values().any(|v| deeper_than(v, limit.saturating_sub(1)))
        }
        Value::Array(items) => limit == 0 || items.iter().any(|v| deeper_than(v, limit.saturating_sub(1))),
        _ => false,
    }
}

fn write(json: &Value, out: &mut Vec<u8>) {
    match json {
        Value::Object(members) => {
            // Whether the map is sorted depends on a feature that any crate of the build may switch on.
            if members.keys().is_sorted() {
                write_members(members.iter(), out);
            } else {
                write_members(members.iter().collect::<BTreeMap<_, _>>().into_iter(), out);
            }
        }
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::String(s) => text(s, out),
        Value::Number(n) => out.extend_from_slice(n.to_string().as_bytes()),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Null => out.extend_from_slice(b"null"),
    }
}

fn write_members<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (i, (name, value)) in members.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        text(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

fn text(s: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for run in s.as_bytes().split_inclusive(|b| matches!(b, b'"' | b'\\')) {
        match run.split_last() {
            Some((end @ (b'"' | b'\\'), before)) => {
                out.extend_from_slice(before);
                out.extend_from_slice(&[b'\\', *end]);
            }
            _ => out.extend_from_slice(run),
        }
    }
    out.push(b'"');
}
