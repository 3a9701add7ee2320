//! Invented people: patients and staff with names, so that no page of a demonstration is ever about anybody.

use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::{CampusCode, RoleCode};
use serde_json::{Value, json};

use super::random::Random;

const FAMILY: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢",
];
const GIVEN: [&str; 24] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀英", "霞", "平", "刚", "桂英", "建华", "文",
];

/// How many people of one role a campus has.
const STAFF: i64 = 40;

/// Somebody who acts: staff id, name, role code and department code, as an event carries them.
#[derive(Clone, Debug)]
pub(crate) struct Staff {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: RoleCode,
    pub(crate) dept: Option<String>,
    /// Professional title, where a rule asks for one.
    pub(crate) title: Option<String>,
}

impl Staff {
    /// As the `actor` of an event.
    pub(crate) fn actor(&self) -> Value {
        let mut actor = json!({ "id": self.id, "name": self.name, "role": self.role.as_str() });
        for (member, said) in [("dept", &self.dept), ("title", &self.title)] {
            if let (Some(said), Some(actor)) = (said, actor.as_object_mut()) {
                actor.insert(member.into(), json!(said));
            }
        }
        actor
    }

    /// As the value of a field that holds a person.
    pub(crate) fn person(&self) -> Value {
        json!({ "id": self.id, "name": self.name })
    }
}

/// Somebody with this role at this campus who is none of `busy`.
pub(crate) fn staff(
    random: &mut Random,
    campus: &CampusCode,
    role: &RoleCode,
    dept: Option<&str>,
    busy: &[String],
) -> Staff {
    let start = random.between(0, STAFF - 1);
    let number = (0..STAFF)
        .map(|n| (start + n) % STAFF)
        .find(|n| !busy.contains(&id(campus, role, *n)))
        .unwrap_or(start);
    let id = id(campus, role, number);
    // The name is the person's own: it hangs on the id alone.
    let mut own = Random::new(hash(&id), 0);
    Staff { name: name(&mut own), id, role: role.clone(), dept: dept.map(String::from), title: None }
}

/// A patient of this campus, as the `patient` of an event, in a department that has wards.
pub(crate) fn patient(random: &mut Random, catalogue: &Catalogue, campus: &CampusCode, number: u64) -> Value {
    let wards: Vec<_> = catalogue.campuses.get(campus).into_iter().flat_map(|c| &c.wards).collect();
    let ward = random.pick(&wards).copied();
    let (year, month, day) = (random.between(1938, 2020), random.between(1, 12), random.between(1, 28));
    let mut patient = json!({
        "id": format!("P{number:07}"),
        "name": name(random),
        "sex": if random.percent(50) { "F" } else { "M" },
        "birth_date": format!("{year:04}-{month:02}-{day:02}"),
        "visit_no": format!("V{number:07}"),
        "bed": format!("{:02}", random.between(1, 48)),
    });
    if let (Some((ward, dept)), Some(patient)) = (ward, patient.as_object_mut()) {
        patient.insert("dept".into(), json!(dept));
        patient.insert("ward".into(), json!(ward));
    }
    patient
}

fn id(campus: &CampusCode, role: &RoleCode, number: i64) -> String {
    let initial = campus.as_str().chars().next().unwrap_or('x').to_ascii_uppercase();
    format!("{initial}{:04}", (hash(role.as_str()) % 200) * 40 + u64::try_from(number).unwrap_or(0))
}

fn name(random: &mut Random) -> String {
    let family = random.pick(&FAMILY).copied().unwrap_or_default();
    format!("{family}{}", random.pick(&GIVEN).copied().unwrap_or_default())
}

/// FNV-1a: the same everywhere and always.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}
