//! The checks of an event that need the loops: it must carry something that can lead it to an order.

use super::visit::{OF_VISITS, TRANSFERRED, VISIT_NO, asks_for_places, by_visit, visit};
use super::{as_text, facts, link_fields};
use crate::event::{Event, MAX_ID, RETRACTED, Rejection};
use crate::graph::{Definition, Trigger};
use crate::name::FieldCode;
use std::collections::BTreeSet;

/// Whether `event` can be routed by the loops that want its type.
///
/// # Errors
/// `bad_key`: a key or link field holds something else than text or a whole number, or is longer than [`MAX_ID`] bytes;
/// `no_key`: none of the type's keys and links is there, and, of a type that goes by the visit, no visit number. A type that no loop wants passes.
pub fn check<'a>(defs: impl IntoIterator<Item = &'a Definition>, event: &Event) -> Result<(), Rejection> {
    let mut leading = BTreeSet::new();
    for def in defs.into_iter().filter(|def| wants(def, event)) {
        if by_visit(def, event.kind.as_str()) {
            leading.insert(VISIT_NO);
            continue;
        }
        leading.insert(def.key.as_str());
        leading.extend(link_fields(def).into_iter().map(FieldCode::as_str));
    }
    if leading.is_empty() || event.kind.as_str() == RETRACTED {
        return Ok(());
    }
    let mut found = OF_VISITS.contains(&event.kind.as_str()) && visit(event).is_some();
    for field in &leading {
        let Some(raw) = event.data.get(*field) else { continue };
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
    let names: Vec<&str> = leading.into_iter().collect();
    Err(Rejection::new(
        "no_key",
        "/data",
        format!("没有能找到医嘱的字段：需要 {} 之一", names.join("、")),
        format!("nothing leads to an order: one of {} is needed", names.join(", ")),
    ))
}

/// Whether any node or ending of the loop names the event's type; guards and systems apart. Where a rule asks for the patient's
/// place, a transfer is wanted as well.
#[must_use]
pub fn wants(def: &Definition, event: &Event) -> bool {
    let named = |t: &Trigger| t.event == event.kind;
    def.nodes.iter().flat_map(|n| &n.triggers).any(named)
        || def.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume)).any(named)
        || event.kind.as_str() == TRANSFERRED && asks_for_places(def)
}

/// Whether the loop has a use for the event: it hits a node or an ending.
#[must_use]
pub fn uses(def: &Definition, event: &Event) -> bool {
    wants(def, event) && !facts(def, event).is_empty()
}
