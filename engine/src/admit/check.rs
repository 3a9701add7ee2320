//! The checks of an event that need the loops: it must carry something that can lead it to an order.

use super::{as_text, facts, link_fields};
use crate::event::{Event, MAX_ID, RETRACTED, Rejection};
use crate::graph::{Definition, Trigger};
use std::collections::BTreeSet;

/// Whether `event` can be routed by the loops that want its type.
///
/// # Errors
/// `bad_key`: a key or link field holds something else than text or a whole number, or is longer than [`MAX_ID`] bytes;
/// `no_key`: none of the type's keys and links is there. A type that no loop wants passes.
pub fn check<'a>(defs: impl IntoIterator<Item = &'a Definition>, event: &Event) -> Result<(), Rejection> {
    let mut leading = BTreeSet::new();
    for def in defs.into_iter().filter(|def| wants(def, event)) {
        leading.insert(&def.key);
        leading.extend(link_fields(def));
    }
    if leading.is_empty() || event.kind.as_str() == RETRACTED {
        return Ok(());
    }
    let mut found = false;
    for field in &leading {
        let Some(raw) = event.data.get(field.as_str()) else { continue };
        match as_text(raw) {
            Some(text) if text.len() <= MAX_ID && !text.chars().any(char::is_control) => found = true,
            None if raw.as_str().is_some_and(str::is_empty) => {}
            _ => {
                return Err(Rejection::new(
                    "bad_key",
                    format!("/data/{field}"),
                    format!("{field} 用来找到医嘱，必须是文本或整数，不超过 {MAX_ID} 字节，不含控制字符"),
                    format!(
                        "{field} leads to an order: a text or whole number of at most {MAX_ID} bytes, without control characters"
                    ),
                ));
            }
        }
    }
    if found {
        return Ok(());
    }
    let names: Vec<&str> = leading.iter().map(|f| f.as_str()).collect();
    Err(Rejection::new(
        "no_key",
        "/data",
        format!("没有能找到医嘱的字段：需要 {} 之一", names.join("、")),
        format!("nothing leads to an order: one of {} is needed", names.join(", ")),
    ))
}

/// Whether any node or ending of the loop names the event's type; guards and systems apart.
#[must_use]
pub fn wants(def: &Definition, event: &Event) -> bool {
    let named = |t: &Trigger| t.event == event.kind;
    def.nodes.iter().flat_map(|n| &n.triggers).any(named)
        || def.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume)).any(named)
}

/// Whether the loop has a use for the event: it hits a node or an ending.
#[must_use]
pub fn uses(def: &Definition, event: &Event) -> bool {
    wants(def, event) && !facts(def, event).is_empty()
}
