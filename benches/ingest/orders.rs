//! Transfusion orders of seventeen events and two bags, two hundred of them interleaved, done as they should be and sent as
//! they happen: orders ten months late would raise and clear alerts at each of their events, which no hospital sends.

use medloop_engine::time::{Instant, Span, Zone};
use serde_json::{Value, json};
use std::time::SystemTime;

/// Events of an order.
const STEPS: usize = 17;

/// That many events, each as its message.
pub(crate) fn events(prefix: &str, count: usize) -> Vec<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let begin = Instant(i64::try_from(now.as_micros()).unwrap_or(0));
    let mut out = Vec::with_capacity(count);
    let mut first = 0;
    while out.len() < count {
        let orders: Vec<Vec<String>> =
            (first..first + 200).map(|n| order(&format!("{prefix}{n:07}"), begin)).collect();
        first += 200;
        for step in 0..STEPS {
            out.extend(orders.iter().filter_map(|o| o.get(step).cloned()));
        }
    }
    out.truncate(count);
    out
}

/// The first `steps` events of so many orders from the one of number `first`, order after order: what is begun and not done.
pub(crate) fn open(prefix: &str, first: usize, count: usize, steps: usize) -> Vec<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let begin = Instant(i64::try_from(now.as_micros()).unwrap_or(0));
    let orders = first..first + count;
    orders.flat_map(|n| order(&format!("{prefix}{n:07}"), begin).into_iter().take(steps)).collect()
}

/// So many orders of so many bags each, all bags issued; and then `rounds` of events on the first three bags of each, order by
/// order, round by round.
pub(crate) fn standing(prefix: &str, count: usize, bags: usize, rounds: usize) -> (Vec<String>, Vec<String>) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // Everything lies in the past by the time it is sent.
    let begin = Instant(i64::try_from(now.as_micros()).unwrap_or(0)).plus(Span::minutes(-20));
    let (technician, nurse) = (("0611", "technician"), ("0427", "nurse"));
    let name = |n: usize| format!("{prefix}{n:07}");
    let (mut opening, mut then) = (Vec::new(), Vec::new());
    for n in 0..count {
        let sheet = Sheet::new(&name(n), begin);
        opening.extend(order(&name(n), begin).into_iter().take(7));
        for bag in 0..bags {
            let fields = json!({ "bag_no": format!("{}-N{bag:04}", name(n)), "blood_type": "A+", "expires_at": "2099-01-01", "stored_at": "2020-01-01", "collector": "0430" });
            opening.push(sheet.event(100 + bag as i64, "bis/east", "blood.issued", technician, fields));
        }
    }
    for round in 0..rounds {
        for (bag, n) in (0..bags.min(3)).flat_map(|bag| (0..count).map(move |n| (bag, n))) {
            let sheet = Sheet::new(&name(n), begin);
            let bag_no = format!("{}-N{bag:04}", name(n));
            let (kind, fields) = match round {
                0 => (
                    "transfusion.verified",
                    json!({ "bag_no": bag_no, "blood_type": "A+", "patient_no": name(n), "verifier": "0428" }),
                ),
                1 => ("transfusion.started", json!({ "bag_no": bag_no })),
                _ => ("transfusion.patrolled", json!({ "bag_no": bag_no, "reaction": "无" })),
            };
            let at = 1000 + (round * 3 + bag) as i64;
            then.push(sheet.event(at, "pda/east", kind, nurse, fields));
        }
    }
    (opening, then)
}

/// What the events of an order have in common.
struct Sheet {
    order: String,
    patient: Value,
    begin: Instant,
    zone: Zone,
}

impl Sheet {
    fn new(order: &str, begin: Instant) -> Self {
        let patient = json!({
            "id": format!("P{order}"), "name": "张三", "sex": "F", "birth_date": "1961-03-02",
            "visit_no": format!("V{order}"), "dept": "D03", "ward": "W12", "bed": "07",
        });
        Self { order: order.to_owned(), patient, begin, zone: Zone::fixed("Asia/Shanghai", 8 * 3600) }
    }

    fn event(&self, n: i64, source: &str, kind: &str, (who, role): (&str, &str), fields: Value) -> String {
        let Self { order, patient, begin, zone } = self;
        let time = zone.rfc3339(begin.plus(Span::seconds(n)));
        let mut data = json!({
            "order_no": order, "patient": patient, "terminal": "PDA-07", "capture": "scan", "recorded_at": time,
            "actor": { "id": who, "name": "赵敏", "role": role, "dept": "D03" },
        });
        if let (Some(data), Value::Object(fields)) = (data.as_object_mut(), fields) {
            data.extend(fields);
        }
        json!({
            "specversion": "1.0", "id": format!("{order}-{n:02}"), "source": source, "type": kind, "campus": "east",
            "time": time, "data": data,
        })
        .to_string()
    }
}

fn order(order: &str, begin: Instant) -> Vec<String> {
    let sheet = Sheet::new(order, begin);
    let event = |n, source, kind, who, fields| sheet.event(n, source, kind, who, fields);
    let (doctor, senior) = (("0101", "doctor"), ("0102", "senior_doctor"));
    let (nurse, technician) = (("0427", "nurse"), ("0611", "technician"));
    let (one, two, tube) = (format!("{order}-B1"), format!("{order}-B2"), format!("{order}-T"));
    let asked = json!({ "blood_type": "A+", "component": "红细胞", "quantity": 2, "volume_ml": 400, "indication": "Hb 58 g/L", "consent_no": "C1" });
    let reviewed = json!({ "approval_level": "上级医师", "review_result": "同意" });
    let collected = json!({ "specimen_no": tube, "verifier": "0428" });
    let issued = |bag: &str| json!({ "bag_no": bag, "blood_type": "A+", "expires_at": "2099-01-01", "stored_at": "2020-01-01", "collector": "0430" });
    let verified =
        |bag: &str| json!({ "bag_no": bag, "blood_type": "A+", "patient_no": order, "verifier": "0428" });
    let seen = |bag: &str| json!({ "bag_no": bag, "reaction": "无" });
    vec![
        event(1, "his/east", "blood.requested", doctor, asked),
        event(2, "his/east", "blood.request_reviewed", senior, reviewed),
        event(3, "pda/east", "blood.order_accepted", nurse, json!({})),
        event(4, "pda/east", "specimen.collected", nurse, collected),
        event(5, "bis/east", "specimen.received", technician, json!({ "specimen_no": tube })),
        event(6, "bis/east", "blood.typed", technician, json!({ "blood_type": "A+", "rechecker": "0612" })),
        event(
            7,
            "bis/east",
            "blood.crossmatched",
            technician,
            json!({ "crossmatch_result": "相合", "verifier": "0612" }),
        ),
        event(8, "bis/east", "blood.issued", technician, issued(&one)),
        event(9, "bis/east", "blood.issued", technician, issued(&two)),
        event(10, "pda/east", "transfusion.verified", nurse, verified(&one)),
        event(11, "pda/east", "transfusion.verified", nurse, verified(&two)),
        event(12, "pda/east", "transfusion.started", nurse, json!({ "bag_no": one })),
        event(13, "pda/east", "transfusion.started", nurse, json!({ "bag_no": two })),
        event(14, "pda/east", "transfusion.patrolled", nurse, seen(&one)),
        event(15, "pda/east", "transfusion.patrolled", nurse, seen(&two)),
        event(16, "pda/east", "transfusion.finished", nurse, seen(&one)),
        event(17, "pda/east", "transfusion.finished", nurse, seen(&two)),
    ]
}
