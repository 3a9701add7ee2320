//! 组号: the order numbers that an event carries. An infusion is one order of several drugs, each of which the ordering system
//! numbers; some sources send one event for each of them.

use super::as_text;
use crate::event::Event;
use crate::graph::Definition;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The field that carries an order number, in the event and in each of its `items`.
pub const ORDER_NO: &str = "order_no";

/// `order_no` and that of each item, ascending, each once.
#[must_use]
pub fn order_numbers(event: &Event) -> Vec<Arc<str>> {
    let own = event.data.get(ORDER_NO);
    let items = event.data.get("items").and_then(Value::as_array).into_iter().flatten();
    let all = own.into_iter().chain(items.filter_map(|item| item.get(ORDER_NO))).filter_map(as_text);
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Those that tell the parts of an order from one another: none where the order number is the key.
pub(super) fn items(def: &Definition, event: &Event) -> Vec<Arc<str>> {
    if def.key.as_str() == ORDER_NO { Vec::new() } else { order_numbers(event) }
}

/// `data.exec_id`: which execution of the order it belongs to.
pub(super) fn unit(event: &Event) -> Option<Arc<str>> {
    event.data.get("exec_id").and_then(as_text)
}
