//! A transfusion loop written out by hand and events for it, for tests of pages that need no compiler of loops.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's own material")]

mod transfusion;

pub(crate) use transfusion::definition;

use medloop_dsl::yaml;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival};
use medloop_engine::explain::Scene;
use medloop_engine::name::CampusCode;
use medloop_engine::time::{Instant, Precision, parse_moment};
use medloop_engine::view::{InstanceView, Lang, named};
use medloop_engine::world::{InstanceId, World};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The shipped catalogue.
pub(crate) fn catalogue() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut texts = BTreeMap::new();
    for file in [
        "hospital.yaml",
        "fields.yaml",
        "events.yaml",
        "codes/blood.yaml",
        "codes/orders.yaml",
        "codes/roles.yaml",
        "codes/systems.yaml",
    ] {
        texts.insert(file.to_owned(), std::fs::read_to_string(root.join(file)).unwrap());
    }
    yaml::read("", &texts).0.unwrap().catalogue
}

/// One order of 2026-01-05 as `(time, system, type, actor name, role, dept, fields)`.
pub(crate) type Line<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, Json);

/// The order of the language's page, with a rejected tube and a second bag, up to any time.
pub(crate) fn lines() -> Vec<Line<'static>> {
    let tube = |n: &str| json!({ "specimen_no": n });
    let bag = |n: &str| json!({ "bag_no": n });
    vec![
        (
            "08:00",
            "his",
            "blood.requested",
            "王敏",
            "physician",
            "D03",
            json!({"blood_type": "A+", "component": "红细胞", "quantity": 2, "indication": "Hb 58 g/L，乏力、心悸"}),
        ),
        ("08:10", "his", "blood.request_reviewed", "李建国", "senior_physician", "D03", json!({})),
        ("08:45", "pda", "blood.order_accepted", "赵静", "nurse", "W12", json!({})),
        ("08:50", "pda", "specimen.collected", "赵静", "nurse", "W12", tube("S1")),
        ("09:00", "bis", "specimen.received", "孙涛", "technician", "BB", tube("S1")),
        (
            "09:02",
            "bis",
            "specimen.rejected",
            "孙涛",
            "technician",
            "BB",
            json!({"specimen_no": "S1", "reason": "溶血"}),
        ),
        ("09:08", "pda", "specimen.collected", "赵静", "nurse", "W12", tube("S2")),
        ("09:14", "bis", "specimen.received", "孙涛", "technician", "BB", tube("S2")),
        (
            "09:40",
            "bis",
            "blood.crossmatched",
            "孙涛",
            "technician",
            "BB",
            json!({"crossmatch_result": "相合"}),
        ),
        (
            "09:50",
            "bis",
            "blood.issued",
            "孙涛",
            "technician",
            "BB",
            json!({"bag_no": "B1", "blood_type": "A+", "expires_at": "2026-02-01"}),
        ),
        (
            "09:58",
            "pda",
            "transfusion.verified",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "blood_type": "A+", "patient_no": "P0001", "verifier": {"id": "0512", "name": "钱晓"}}),
        ),
        ("10:04", "pda", "transfusion.started", "赵静", "nurse", "W12", bag("B1")),
        (
            "10:20",
            "pda",
            "transfusion.patrolled",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "10:48",
            "pda",
            "transfusion.patrolled",
            "钱晓",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "11:10",
            "pda",
            "transfusion.finished",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "10:55",
            "bis",
            "blood.issued",
            "孙涛",
            "technician",
            "BB",
            json!({"bag_no": "B2", "blood_type": "A+"}),
        ),
        (
            "11:08",
            "pda",
            "transfusion.verified",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B2", "blood_type": "A+", "patient_no": "P0001", "verifier": {"id": "赵静", "name": "赵静"}}),
        ),
    ]
}

/// The CloudEvent of a line.
pub(crate) fn event(
    order: &str,
    (time, system, kind, actor, role, dept, fields): &Line<'_>,
    patient: &Json,
) -> Json {
    let mut data = json!({
        "order_no": order,
        "patient": patient,
        "actor": {"id": actor, "name": actor, "role": role, "dept": dept},
        "capture": if *system == "pda" { "scan" } else { "manual" },
        "precision": "minute",
    });
    for (k, v) in fields.as_object().unwrap() {
        data[k] = v.clone();
    }
    json!({
        "specversion": "1.0", "id": format!("{order}-{kind}-{time}"), "source": format!("{system}/east"), "type": kind,
        "time": format!("2026-01-05T{time}:00+08:00"), "campus": "east", "data": data,
    })
}

/// The patient of the samples.
pub(crate) fn patient() -> Json {
    json!({"id": "P0001", "name": "周秀兰", "sex": "F", "birth_date": "1961-03-02", "visit_no": "V2026010501", "dept": "D03", "ward": "W12", "bed": "07"})
}

/// An order's view at `now` (`HH:MM` of 2026-01-05) from the lines known by then.
pub(crate) fn view(lines: &[Line<'_>], patient: &Json, now: &str, lang: Lang) -> InstanceView {
    let catalogue = Arc::new(catalogue());
    let def = Arc::new(definition(&catalogue));
    let zone = &catalogue.campuses.values().next().unwrap().zone;
    let now = parse_moment(&format!("2026-01-05T{now}"), zone).unwrap();
    assert_eq!(now.precision, Precision::Minute);
    let now: Instant = now.at;
    let mut world = World::new(catalogue.clone(), vec![def.clone()]);
    let order = "ZY2026010500017";
    for line in lines {
        let read = event::read(&event(order, line, patient), &catalogue, Arrival::Now(now)).unwrap();
        if read.at.at <= now {
            world.submit(read);
        }
    }
    let id =
        InstanceId { campus: CampusCode::parse("east").unwrap(), code: def.code.clone(), key: order.into() };
    let facts = world.facts(&id);
    let state = medloop_engine::fold::fold(&def, &facts, now);
    named(&Scene::new(&def, &facts, &state, lang, Some(&catalogue)), &def.hash(), now)
}
