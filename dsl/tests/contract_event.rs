//! The example event of the contract is accepted by the shipped catalogue as it stands.

use medloop_dsl::yaml;
use medloop_engine::event::{self, Arrival};
use medloop_engine::time::parse_moment;
use std::collections::BTreeMap;
use std::path::Path;

const EVENT: &str = r#"{
  "specversion": "1.0",
  "id": "MSG-20260105-0017",
  "source": "bis/east",
  "type": "blood.issued",
  "time": "2026-01-05T09:20:00+08:00",
  "campus": "east",
  "revision": 1,
  "data": {
    "order_no": "ZY2026010500017",
    "bag_no": "B1", "blood_type": "A+", "expires_at": "2026-02-01",
    "patient":  { "id": "P0001", "name": "…", "sex": "F", "birth_date": "1961-03-02", "visit_no": "V01", "dept": "D03", "ward": "W12", "bed": "07" },
    "actor":    { "id": "0427", "name": "…", "role": "technician", "dept": "BB" },
    "terminal": "PC-BB-02",
    "capture": "scan", "precision": "minute", "recorded_at": "2026-01-05T09:20:31+08:00"
  }
}"#;

#[test]
fn the_example_event_of_the_contract_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut texts = BTreeMap::new();
    for name in [
        "hospital.yaml",
        "fields.yaml",
        "events.yaml",
        "codes/roles.yaml",
        "codes/systems.yaml",
        "codes/blood.yaml",
        "codes/orders.yaml",
    ] {
        #[expect(clippy::disallowed_methods, reason = "a test reads its files")]
        texts.insert(name.to_owned(), std::fs::read_to_string(root.join(name)).unwrap());
    }
    let catalogue = yaml::read("", &texts).0.unwrap().catalogue;
    let json = serde_json::from_str(EVENT).unwrap();
    let zone = &catalogue.campuses.values().next().unwrap().zone;
    let now = parse_moment("2026-01-05T09:20:40+08:00", zone).unwrap().at;
    let event = event::read(&json, &catalogue, Arrival::Now(now)).unwrap();
    let def = catalogue.events.get(&event.kind).unwrap();
    for field in event.data.keys() {
        assert!(def.fields.iter().any(|f| f.as_str() == field), "{field} is a field of the event");
    }
    let role = event.actor.unwrap().role.unwrap();
    assert!(catalogue.roles.keys().any(|r| r.as_str() == role.as_ref()));
    let ward = event.patient.as_deref().unwrap().ward.as_ref().unwrap();
    assert!(catalogue.campuses[&event.campus].departments.contains_key(&**ward));
}
