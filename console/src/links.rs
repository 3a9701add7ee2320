//! Addresses of pages: every part percent-encoded, whatever an order number or a message id holds.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One part of a path or a query, encoded. `.` and `..` would be read as steps of a path.
pub(crate) fn part(text: &str) -> String {
    match text {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(text, PART).to_string(),
    }
}

/// The timeline of an order.
pub(crate) fn order(order_no: &str) -> String {
    format!("/orders/{}", part(order_no))
}

/// The timeline of one instance of an order.
pub(crate) fn instance(order_no: &str, campus: &str, loop_code: &str, key: &str) -> String {
    query(&order(order_no), &[("campus", campus), ("loop", loop_code), ("key", key)])
}

/// The raw message of an event.
pub(crate) fn event(source: &str, id: &str) -> String {
    format!("/events/{}/{}", part(source), part(id))
}

/// A message in quarantine.
pub(crate) fn quarantined(id: &str) -> String {
    format!("/quarantine/{}", part(id))
}

/// All of a patient.
pub(crate) fn patient(id: &str) -> String {
    format!("/patients/{}", part(id))
}

/// All of a visit.
pub(crate) fn visit(visit_no: &str) -> String {
    format!("/visits/{}", part(visit_no))
}

/// What is open for a department of a campus.
pub(crate) fn department(campus: &str, dept: &str) -> String {
    query(&format!("/departments/{}", part(dept)), &[("campus", campus)])
}

/// A definition.
pub(crate) fn definition(loop_code: &str) -> String {
    format!("/loops/{}", part(loop_code))
}

/// `path` with those pairs that have a value as its query.
pub(crate) fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let said: Vec<String> = pairs
        .iter()
        .filter(|(_, v)| !v.is_empty())
        .map(|(k, v)| format!("{}={}", part(k), part(v)))
        .collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_encoded() {
        assert_eq!(event("bis/east", "a b/../<1>"), "/events/bis%2Feast/a%20b%2F..%2F%3C1%3E");
        assert_eq!(order(".."), "/orders/%2E%2E");
        assert_eq!(query("/orders", &[("q", "王 1"), ("loop", "")]), "/orders?q=%E7%8E%8B%201");
    }
}
