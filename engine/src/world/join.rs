//! Whether an event would join two patients: by a link value of its own, or by what it teaches, something of one patient's
//! would come to belong to another's order.

use super::InstanceId;
use super::route::{Lesson, Lessons, Link, Place, Row, Sent, learn, rule};
use crate::admit;
use crate::event::{Event, Rejection};
use crate::facts::EventRef;
use crate::graph::Definition;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A value that would stand for two patients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// The value.
    pub link: Link,
    /// One of the patients.
    pub one: Side,
    /// The other.
    pub other: Side,
}

/// A patient, and what of theirs the value belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// The patient's id, as an event states it.
    pub patient: Arc<str>,
    /// The order or the event.
    pub of: Of,
}

/// What a patient is stated of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// An order: events with its key state the patient.
    Order(InstanceId),
    /// An event without a key, which states the patient itself.
    Event(EventRef),
}

/// What the last of these events would join; `None`: nothing. The others are all that hang together with it by link values, and
/// every event with the key of an order among them; its own earlier revisions are left out by the caller. `same`: whether two patient ids are
/// one person.
///
/// The patients of an order are those whom living events with its key state. Two orders are of two patients when both have some,
/// and none of the one is one of the other's. What was joined before without this event is not its doing.
#[must_use]
pub fn joins(def: &Definition, sent: &[Sent<'_>], same: &dyn Fn(&str, &str) -> bool) -> Option<Join> {
    let new = Row::new(def, *sent.last()?);
    let others = sent.iter().rev().skip(1).filter(|s| s.live);
    let others: Vec<Row<'_>> = others.map(|s| Row::new(def, *s)).collect();
    let mut rows: Vec<&Row<'_>> = others.iter().collect();
    let (before, known) = (learn(def, &rows), patients(&rows));
    rows.push(&new);
    let (after, patients) = (learn(def, &rows), patients(&rows));
    // Whose the order is becomes known: what it had learnt by then is looked at with new eyes.
    let named = new.place.as_ref().filter(|p| patients.contains_key(p) && !known.contains_key(p));
    let look = Look { def, patients, named, same };
    let fresh = rows.len().saturating_sub(1);
    let led = rows.iter().enumerate().flat_map(|(i, row)| look.led(row, &before, &after, i == fresh));
    led.chain(look.learnt(&before, &after)).min()
}

/// The patients of each order.
type Patients<'r> = BTreeMap<&'r Place, BTreeSet<&'r Arc<str>>>;

fn patients<'r>(rows: &[&'r Row<'_>]) -> Patients<'r> {
    let mut all = Patients::new();
    for row in rows {
        if let (Some(place), Some(id)) = (&row.place, patient(row.sent.event)) {
            all.entry(place).or_default().insert(id);
        }
    }
    all
}

/// The patient an event states.
#[must_use]
pub fn patient(event: &Event) -> Option<&Arc<str>> {
    event.patient.as_ref().and_then(|p| p.id.as_ref()).filter(|id| !id.is_empty())
}

struct Look<'r> {
    def: &'r Definition,
    patients: Patients<'r>,
    /// The order of which the event is the first to say whose it is.
    named: Option<&'r Place>,
    same: &'r dyn Fn(&str, &str) -> bool,
}

impl Look<'_> {
    /// An event without a key that would newly go to an order: of another patient than the event states, or than those of the
    /// other orders to which it goes.
    fn led(&self, row: &Row<'_>, before: &Lessons, after: &Lessons, new: bool) -> Vec<Join> {
        let mut out = Vec::new();
        if row.place.is_some() || admit::by_visit(self.def, row.sent.event.kind.as_str()) {
            return out;
        }
        let links = || row.links.iter().filter(|link| link.0.as_str() != admit::VISIT_NO);
        let went: BTreeSet<&Place> =
            if new { BTreeSet::new() } else { links().flat_map(|l| row.led(self.def, before, l)).collect() };
        let goes: Vec<(&Link, &Place)> =
            links().flat_map(|l| row.led(self.def, after, l).into_iter().map(move |p| (l, p))).collect();
        for (link, place) in &goes {
            if went.contains(place) && self.named != Some(place) {
                continue;
            }
            let Some(mine) = self.patients.get(place) else { continue };
            if let Some(stated) = patient(row.sent.event)
                && let Some(one) = self.apart(mine, &BTreeSet::from([stated]))
            {
                let other = Side { patient: stated.clone(), of: Of::Event(row.sent.event.reference()) };
                out.push(Join { link: (*link).clone(), one: self.side(place, one.0), other });
            }
            let others = goes.iter().filter(|(_, other)| other != place);
            out.extend(others.filter_map(|(_, other)| self.join(link, place, other)));
        }
        out
    }

    /// Two orders that would newly both have learnt a value within its reach.
    fn learnt(&self, before: &Lessons, after: &Lessons) -> Vec<Join> {
        let mut out = Vec::new();
        for (at, lessons) in after.iter().filter(|((_, link), _)| link.0.as_str() != admit::VISIT_NO) {
            // Where nothing new was learnt, only an order that has just been named may stand beside another's.
            if self.named.is_none() && before.get(at) == Some(lessons) {
                continue;
            }
            let reach = rule(self.def, &at.1.0);
            let near = |a: &Lesson, b: &Lesson| reach.reaches(a.at, b.at);
            let was = |a: &Lesson, b: &Lesson| {
                let known = || before.get(at).into_iter().flatten();
                let mut mine = known().filter(|l| l.place == a.place);
                mine.any(|x| known().any(|y| y.place == b.place && near(x, y)))
            };
            let mut seen = BTreeSet::new();
            for a in lessons {
                for b in lessons.iter().filter(|b| a.place < b.place && near(a, b)) {
                    let named = [&a.place, &b.place].into_iter().any(|p| self.named == Some(p));
                    if seen.insert((&a.place, &b.place))
                        && let Some(join) = self.join(&at.1, &a.place, &b.place)
                        && (named || !was(a, b))
                    {
                        out.push(join);
                    }
                }
            }
        }
        out
    }

    fn join(&self, link: &Link, a: &Place, b: &Place) -> Option<Join> {
        let (a, b) = (a.min(b), a.max(b));
        let (one, other) = self.apart(self.patients.get(a)?, self.patients.get(b)?)?;
        Some(Join { link: link.clone(), one: self.side(a, one), other: self.side(b, other) })
    }

    /// One patient of each, when none of the one is one of the other's.
    fn apart<'p>(
        &self,
        a: &BTreeSet<&'p Arc<str>>,
        b: &BTreeSet<&'p Arc<str>>,
    ) -> Option<(&'p Arc<str>, &'p Arc<str>)> {
        let met = a.iter().any(|x| b.iter().any(|y| x == y || (self.same)(x, y)));
        if met { None } else { Some((a.first()?, b.first()?)) }
    }

    fn side(&self, place: &Place, patient: &Arc<str>) -> Side {
        let (campus, key) = place.clone();
        let of = Of::Order(InstanceId { campus, code: self.def.code.clone(), key });
        Side { patient: patient.clone(), of }
    }
}

impl Join {
    /// The reason for which `event` is not taken.
    #[must_use]
    pub fn rejection(&self, def: &Definition, event: &Event) -> Rejection {
        let (field, value) = &self.link;
        let name = def.fields.get(field).map(|f| &f.name);
        let zh = name.map_or(field.as_str(), |n| &n.name);
        let en = name.and_then(|n| n.name_en.as_deref()).unwrap_or(field.as_str());
        let said = |side: &Side| match &side.of {
            Of::Order(id) => (
                format!("患者 {} 的医嘱 {id}", side.patient),
                format!("order {id} of patient {}", side.patient),
            ),
            Of::Event(e) if *e == event.reference() => (
                format!("本事件所写的患者 {}", side.patient),
                format!("patient {}, whom this event states", side.patient),
            ),
            Of::Event(e) => (
                format!("事件 {}/{} 所写的患者 {}", e.source, e.id, side.patient),
                format!("patient {}, whom event {}/{} states", side.patient, e.source, e.id),
            ),
        };
        let ((one_zh, one_en), (other_zh, other_en)) = (said(&self.one), said(&self.other));
        let path = match event.data.get(field.as_str()) {
            Some(_) => format!("/data/{field}"),
            None => "/data".to_owned(),
        };
        Rejection::new(
            "two_patients",
            path,
            format!(
                "{zh} {value} 会把两位患者连在一起：{one_zh}，与{other_zh}。若是同一人，先送患者合并（patient.merged）再重试；否则更正写错的一条"
            ),
            format!(
                "{en} {value} would join two patients: {one_en}, and {other_en}. If they are one person, send their merge (patient.merged) and retry; else correct what is wrong"
            ),
        )
    }
}

#[cfg(test)]
mod tests;
