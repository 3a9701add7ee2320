//! Events of a source that serves every campus and does not say of which they are: exactly one campus must know them.

use super::{Event, Rejection};
use crate::catalogue::{Campus, Catalogue};
use crate::name::{CampusCode, SystemCode};
use serde_json::Value;

/// What a campus knows of an event, were it its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The campus.
    pub campus: CampusCode,
    /// Whether an order there has its key, or has learnt one of its link values.
    pub leads: bool,
    /// Whether a department or ward that the event names is there; see [`stands`].
    pub stands: bool,
}

/// Whether it says no campus, and its source is one that serves all of several.
#[must_use]
pub fn is_unplaced(json: &Value, catalogue: &Catalogue) -> bool {
    let said = json.get("campus").is_some_and(|campus| !campus.is_null());
    let source = json.get("source").and_then(Value::as_str).unwrap_or_default();
    // A campus in the source is one that it says.
    let system = SystemCode::parse(source).ok();
    let serves_all = |s: &SystemCode| catalogue.feeds.iter().any(|f| f.anywhere && f.systems.contains(s));
    !said && catalogue.campuses.len() > 1 && system.is_some_and(|s| serves_all(&s))
}

/// Whether the patient's department or ward, or that of the person acting, is one of this campus.
#[must_use]
pub fn stands(campus: &Campus, event: &Event) -> bool {
    let patient = event.patient.iter().flat_map(|p| [&p.dept, &p.ward]).flatten();
    let mut named = patient.chain(event.actor.iter().filter_map(|a| a.dept.as_ref()));
    named.any(|code| campus.departments.contains_key(&**code))
}

/// The campus to which an event belongs: the only one to which it leads; of several, or of none, the only one that has a place it
/// names.
///
/// # Errors
/// `campus_not_found`: no campus knows it; `campus_unclear`: several do.
pub fn choose(claims: &[Claim]) -> Result<CampusCode, Rejection> {
    let lead: Vec<&Claim> = claims.iter().filter(|c| c.leads).collect();
    if let [only] = lead.as_slice() {
        return Ok(only.campus.clone());
    }
    let among = if lead.is_empty() { claims.iter().collect() } else { lead };
    let stand: Vec<&Claim> = among.iter().copied().filter(|c| c.stands).collect();
    if let [only] = stand.as_slice() {
        return Ok(only.campus.clone());
    }
    let known = if stand.is_empty() { among.into_iter().filter(|c| c.leads).collect() } else { stand };
    let names: Vec<&str> = known.iter().map(|c| c.campus.as_str()).collect();
    if names.is_empty() {
        return Err(Rejection::new(
            "campus_not_found",
            "/campus",
            "来源为各院区共用，消息没有写院区，也没有一个院区认得其中的号码或科室；认得后重试",
            "its source serves every campus, it says none, and no campus knows its numbers or departments; retry it once one does",
        ));
    }
    Err(Rejection::new(
        "campus_unclear",
        "/campus",
        format!("来源为各院区共用，消息没有写院区，而认得它的院区不止一个：{}", names.join("、")),
        format!("its source serves every campus, it says none, and several know it: {}", names.join(", ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(claims: [(&str, bool, bool); 3]) -> String {
        let claim = |(code, leads, stands)| Claim { campus: CampusCode::parse(code).unwrap(), leads, stands };
        match choose(&claims.map(claim)) {
            Ok(campus) => campus.to_string(),
            Err(why) => format!("{} {}", why.code, why.en.rsplit(": ").next().unwrap_or_default()),
        }
    }

    #[test]
    fn exactly_one_campus_must_know_it() {
        assert_eq!(
            said([("a", false, false), ("b", true, false), ("c", false, true)]),
            "b",
            "a number says more"
        );
        assert_eq!(said([("a", true, false), ("b", true, true), ("c", false, true)]), "b");
        assert_eq!(said([("a", false, false), ("b", false, false), ("c", false, true)]), "c");
        assert_eq!(said([("a", true, false), ("b", true, false), ("c", false, true)]), "campus_unclear a, b");
        assert_eq!(
            said([("a", false, true), ("b", false, true), ("c", false, false)]),
            "campus_unclear a, b"
        );
        assert!(said([("a", false, false); 3]).starts_with("campus_not_found"));
    }
}
