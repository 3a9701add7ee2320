//! Which events lead to which instance of one loop: by its key, or by a link value that the instance has learnt.

use super::InstanceId;
use crate::admit;
use crate::catalogue::LinkRule;
use crate::event::Event;
use crate::facts::EventRef;
use crate::graph::Definition;
use crate::name::{CampusCode, FieldCode};
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A field and its value.
pub type Link = (FieldCode, Arc<str>);
/// A campus and a key within it.
pub type Place = (CampusCode, Arc<str>);

/// One revision of an event that a loop has a use for.
#[derive(Copy, Clone, Debug)]
pub struct Sent<'a> {
    /// What it says.
    pub event: &'a Event,
    /// Whether it counts. One that does not teaches nothing, and goes where it would go.
    pub live: bool,
}

/// Where events go, and what was learnt on the way.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The instances, each with the indices of its events. Every key that an event carries is there.
    pub members: BTreeMap<InstanceId, Vec<usize>>,
    /// The values that each key has learnt, with one of those that taught it: the nearest, of these the first.
    pub learnt: BTreeMap<(Place, Link), (Instant, EventRef)>,
}

/// One time at which an order learnt a value. `steps`: how many links led to the teacher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lesson {
    steps: u32,
    pub(super) at: Instant,
    teacher: EventRef,
    pub(super) place: Place,
}

/// What stands at each value within a campus.
pub(super) type Lessons = BTreeMap<(CampusCode, Link), BTreeSet<Lesson>>;

/// Where the events of a loop go.
///
/// A value is learnt from a living event that carries it together with the key, or together with another value that led the
/// event there; what goes by the visit teaches nothing. An event that carries the key goes there and nowhere else. One without goes wherever one of its values leads:
/// a shared one to every order that learnt it; an exclusive one to a single order, decided by the lessons of the fewest steps:
/// the order that learnt it last at or before the event's time, else the one that learnt it first after. Of lessons out of
/// reach (`valid`) none leads.
#[must_use]
pub fn route(def: &Definition, sent: &[Sent<'_>]) -> Routes {
    let rows: Vec<Row<'_>> = sent.iter().map(|s| Row::new(def, *s)).collect();
    let lessons = learn(def, &rows.iter().collect::<Vec<_>>());
    let mut routes = Routes::default();
    for (i, row) in rows.iter().enumerate() {
        for (campus, key) in row.goes(def, &lessons) {
            let id = InstanceId { campus: campus.clone(), code: def.code.clone(), key: key.clone() };
            routes.members.entry(id).or_default().push(i);
        }
    }
    for ((_, link), lessons) in lessons {
        for lesson in lessons {
            let at = (lesson.place, link.clone());
            routes.learnt.entry(at).or_insert((lesson.at, lesson.teacher));
        }
    }
    routes
}

/// What the living of these events teach, to the last step.
pub(super) fn learn(def: &Definition, rows: &[&Row<'_>]) -> Lessons {
    let mut lessons = Lessons::new();
    for row in rows.iter().filter(|r| r.sent.live) {
        let Some(place) = &row.place else { continue };
        for link in &row.lessons {
            row.teach(&mut lessons, link, place, 0);
        }
    }
    let mut steps = 0;
    loop {
        steps += 1;
        let mut fresh = Vec::new();
        for row in rows.iter().filter(|r| r.sent.live && r.place.is_none() && !r.lessons.is_empty()) {
            let led: Vec<BTreeSet<&Place>> = row.links.iter().map(|l| row.led(def, &lessons, l)).collect();
            for link in &row.lessons {
                let others =
                    row.links.iter().zip(&led).filter(|(l, _)| *l != link).flat_map(|(_, places)| places);
                fresh.extend(others.map(|place| (row, link, (*place).clone())));
            }
        }
        let mut grew = false;
        for (row, link, place) in fresh {
            grew |= row.teach(&mut lessons, link, &place, steps);
        }
        if !grew {
            break;
        }
    }
    lessons
}

/// An event with what leads it, and what it teaches.
pub(super) struct Row<'a> {
    pub(super) sent: Sent<'a>,
    pub(super) place: Option<Place>,
    pub(super) links: Vec<Link>,
    lessons: Vec<Link>,
}

impl<'a> Row<'a> {
    pub(super) fn new(def: &Definition, sent: Sent<'a>) -> Self {
        let place = admit::key(def, sent.event).map(|key| (sent.event.campus.clone(), key));
        let (links, lessons) = (admit::links(def, sent.event), admit::lessons(def, sent.event));
        Self { sent, place, links, lessons }
    }

    /// Lets a place learn a value from this event, unless it did in fewer steps; whether that is new.
    fn teach(&self, lessons: &mut Lessons, link: &Link, place: &Place, steps: u32) -> bool {
        let here = lessons.entry((self.sent.event.campus.clone(), link.clone())).or_default();
        let teacher = self.sent.event.reference();
        if here.iter().any(|l| l.teacher == teacher && l.place == *place) {
            return false;
        }
        here.insert(Lesson { steps, at: self.sent.event.at.at, teacher, place: place.clone() })
    }

    /// The places to which it goes.
    fn goes<'l>(&'l self, def: &Definition, lessons: &'l Lessons) -> BTreeSet<&'l Place> {
        match &self.place {
            Some(place) => BTreeSet::from([place]),
            None => self.links.iter().flat_map(|link| self.led(def, lessons, link)).collect(),
        }
    }

    /// The places to which one of its values leads it.
    pub(super) fn led<'l>(&self, def: &Definition, lessons: &'l Lessons, link: &Link) -> BTreeSet<&'l Place> {
        let event = self.sent.event;
        let rule = rule(def, &link.0);
        let here = lessons.get(&(event.campus.clone(), link.clone()));
        let reach = here.into_iter().flatten().filter(|l| rule.reaches(l.at, event.at.at));
        if rule.shared {
            return reach.map(|l| &l.place).collect();
        }
        let near: Vec<&Lesson> = reach.collect();
        let fewest = near.iter().map(|l| l.steps).min();
        let near = near.into_iter().filter(|l| Some(l.steps) == fewest);
        let (before, after): (Vec<&Lesson>, Vec<&Lesson>) = near.partition(|l| l.at <= event.at.at);
        // Within one number of steps they stand in order of time.
        before.last().or_else(|| after.first()).map(|l| &l.place).into_iter().collect()
    }
}

/// How the values of a field lead events of this loop. A visit leads to all of its orders.
#[must_use]
pub fn rule(def: &Definition, field: &FieldCode) -> LinkRule {
    if field.as_str() == admit::VISIT_NO {
        return LinkRule::default();
    }
    def.fields.get(field).map(|f| f.link).unwrap_or_default()
}
