//! The register of staff: who a person code or a name is at a campus and a time, and what they were then.

use crate::name::{CampusCode, FieldCode, RoleCode};
use crate::time::Instant;
use crate::value::Person;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everybody who is known, by code and by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Whether everybody stands in it, so that a code that does not is worth a remark.
    complete: bool,
    people: BTreeMap<Arc<str>, Member>,
    names: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What they are called.
    pub name: Arc<str>,
    /// Where their code is valid; `None`: at every campus of the group.
    pub campus: Option<CampusCode>,
    /// What they were when, from early to late, none over another.
    pub periods: Vec<Period>,
}

/// A time of service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First instant; `None`: always before.
    pub from: Option<Instant>,
    /// First instant after it; `None`: still.
    pub until: Option<Instant>,
    /// Their role.
    pub role: Option<RoleCode>,
    /// Their professional title (职称).
    pub title: Option<Arc<str>>,
    /// Their department or ward.
    pub dept: Option<Arc<str>>,
}

/// What is doubtful about a person as an event states it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// A name stands where the code belongs.
    NameAsCode,
    /// The register is complete, and has nobody of this code then.
    Unknown,
}

/// A doubt about a person, and where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubtful {
    /// The field; `None`: who did it.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldCode>,
    /// What is doubtful.
    #[serde(rename = "d")]
    pub doubt: Doubt,
}

/// Who a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// With code and name as far as they are known.
    pub person: Person,
    /// What they were then.
    pub period: Option<&'a Period>,
    /// What is doubtful.
    pub doubt: Option<Doubt>,
}

impl Register {
    /// A register of these people, by their codes.
    #[must_use]
    pub fn new(complete: bool, people: BTreeMap<Arc<str>, Member>) -> Self {
        let mut names: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        for (code, member) in &people {
            names.entry(member.name.clone()).or_default().push(code.clone());
        }
        Self { complete, people, names }
    }

    /// Whether nobody stands in it: then persons are what events state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Who `stated` is at a campus and a time.
    ///
    /// A code that is known keeps; a name, also one that stands where the code belongs, leads to its code when it is that of a single
    /// person who served there then, and otherwise to none: then nobody can tell this person from another.
    #[must_use]
    pub fn resolve(&self, stated: &Person, campus: &CampusCode, at: Instant) -> Found<'_> {
        let plain = |doubt| Found { person: stated.clone(), period: None, doubt };
        if self.is_empty() {
            return plain(None);
        }
        if let Some((code, member)) = stated.id.as_ref().and_then(|id| Some((id, self.valid(id, campus)?))) {
            let period = member.at(at);
            let name = stated.name.clone().or_else(|| Some(member.name.clone()));
            let doubt = (self.complete && period.is_none()).then_some(Doubt::Unknown);
            return Found { person: Person { id: Some(code.clone()), name }, period, doubt };
        }
        match (&stated.id, &stated.name) {
            (Some(id), _) if self.names.contains_key(id) => {
                self.named(id, campus, at, Some(Doubt::NameAsCode))
            }
            (Some(_), _) => plain(self.complete.then_some(Doubt::Unknown)),
            (None, Some(name)) => self.named(name, campus, at, None),
            (None, None) => plain(None),
        }
    }

    fn named(&self, name: &Arc<str>, campus: &CampusCode, at: Instant, doubt: Option<Doubt>) -> Found<'_> {
        let codes = self.names.get(name).into_iter().flatten();
        let serving = |code: &&Arc<str>| self.valid(code, campus).is_some_and(|m| m.at(at).is_some());
        let serving: Vec<&Arc<str>> = codes.filter(serving).collect();
        let id = if let [only] = serving.as_slice() { Some(Arc::clone(only)) } else { None };
        let period = id.as_ref().and_then(|id| self.people.get(id)).and_then(|m| m.at(at));
        Found { person: Person { id, name: Some(name.clone()) }, period, doubt }
    }

    fn valid(&self, code: &Arc<str>, campus: &CampusCode) -> Option<&Member> {
        self.people.get(code).filter(|m| m.campus.as_ref().is_none_or(|c| c == campus))
    }
}

impl Member {
    /// What they were at a time.
    fn at(&self, at: Instant) -> Option<&Period> {
        let within = |p: &&Period| p.from.is_none_or(|f| f <= at) && p.until.is_none_or(|u| at < u);
        self.periods.iter().find(within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(complete: bool) -> Register {
        let period = |from: Option<i64>, until: Option<i64>, title: &str| Period {
            from: from.map(Instant),
            until: until.map(Instant),
            role: RoleCode::parse("physician").ok(),
            title: Some(title.into()),
            dept: Some("D1".into()),
        };
        let member = |name: &str, periods| Member { name: name.into(), campus: None, periods };
        let west = CampusCode::parse("west").ok();
        let people = [
            (
                "1",
                member(
                    "王芳",
                    vec![period(None, Some(100), "住院医师"), period(Some(100), None, "主治医师")],
                ),
            ),
            ("2", member("李强", vec![period(Some(50), None, "主治医师")])),
            ("3", member("李强", vec![period(None, Some(60), "主治医师")])),
            ("4", Member { campus: west, ..member("赵敏", vec![period(None, None, "主治医师")]) }),
        ];
        Register::new(complete, people.into_iter().map(|(c, m)| (c.into(), m)).collect())
    }

    fn who(register: &Register, id: Option<&str>, name: Option<&str>, at: i64) -> String {
        let stated = Person { id: id.map(Arc::from), name: name.map(Arc::from) };
        let found = register.resolve(&stated, &CampusCode::parse("east").unwrap(), Instant(at));
        let title = found.period.and_then(|p| p.title.as_deref()).unwrap_or("-");
        format!("{} {title} {:?}", found.person.id.as_deref().unwrap_or("-"), found.doubt)
    }

    #[test]
    fn codes_and_names_lead_to_who_served_then() {
        let open = register(false);
        assert_eq!(who(&open, Some("1"), None, 99), "1 住院医师 None");
        assert_eq!(who(&open, Some("1"), None, 100), "1 主治医师 None");
        assert_eq!(who(&open, None, Some("王芳"), 100), "1 主治医师 None");
        assert_eq!(who(&open, Some("王芳"), None, 100), "1 主治医师 Some(NameAsCode)");
        assert_eq!(who(&open, None, Some("李强"), 49), "3 主治医师 None");
        assert_eq!(
            who(&open, Some("李强"), None, 55),
            "- - Some(NameAsCode)",
            "two of that name served then"
        );
        assert_eq!(who(&open, None, Some("李强"), 60), "2 主治医师 None");
        assert_eq!(who(&open, Some("9"), Some("王芳"), 60), "9 - None", "a code that nobody knows is kept");
        assert_eq!(who(&open, Some("4"), None, 60), "4 - None", "of another campus");
        assert_eq!(who(&register(true), Some("9"), None, 60), "9 - Some(Unknown)");
        assert_eq!(who(&register(true), Some("2"), None, 49), "2 - Some(Unknown)", "not there yet");
        assert_eq!(who(&Register::default(), Some("王芳"), None, 1), "王芳 - None");
    }
}
