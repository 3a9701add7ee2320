//! Transfusion orders of twelve events and two bags, two hundred of them interleaved.

use serde_json::{Value, json};

/// That many events, each as its message.
pub(crate) fn events(prefix: &str, count: usize) -> Vec<String> {
    let mut out = Vec::with_capacity(count);
    let mut first = 0;
    while out.len() < count {
        let orders: Vec<Vec<String>> =
            (first..first + 200).map(|n| order(&format!("{prefix}{n:07}"))).collect();
        first += 200;
        for step in 0..12 {
            out.extend(orders.iter().filter_map(|o| o.get(step).cloned()));
        }
    }
    out.truncate(count);
    out
}

fn order(order: &str) -> Vec<String> {
    let patient = json!({
        "id": format!("P{order}"), "name": "张三", "sex": "F", "birth_date": "1961-03-02",
        "visit_no": format!("V{order}"), "dept": "D03", "ward": "W12", "bed": "07",
    });
    let actor = json!({ "id": "0427", "name": "赵敏", "role": "nurse", "dept": "D03" });
    let event = |n: u32, source: &str, kind: &str, minute: u32, fields: Value| {
        let time =
            |second: u32| format!("2026-01-05T{:02}:{:02}:{second:02}+08:00", 8 + minute / 60, minute % 60);
        let mut data = json!({
            "order_no": order, "patient": patient, "actor": actor, "terminal": "PDA-07", "capture": "scan",
            "recorded_at": time(31),
        });
        if let (Some(data), Value::Object(fields)) = (data.as_object_mut(), fields) {
            data.extend(fields);
        }
        json!({
            "specversion": "1.0", "id": format!("{order}-{n:02}"), "source": source, "type": kind, "campus": "east",
            "time": time(0), "data": data,
        })
        .to_string()
    };
    let (one, two) = (format!("{order}-B1"), format!("{order}-B2"));
    let asked =
        json!({ "blood_type": "A+", "component": "红细胞", "quantity": 2, "indication": "Hb 58 g/L" });
    let issued = |bag: &str| json!({ "bag_no": bag, "blood_type": "A+", "expires_at": "2026-02-01" });
    let finished = |bag: &str| json!({ "bag_no": bag, "reaction": "无" });
    vec![
        event(1, "his/east", "blood.requested", 0, asked),
        event(2, "his/east", "blood.request_reviewed", 10, json!({})),
        event(3, "pda/east", "blood.order_accepted", 15, json!({})),
        event(4, "pda/east", "specimen.collected", 20, json!({ "specimen_no": format!("{order}-T") })),
        event(5, "bis/east", "specimen.received", 40, json!({ "specimen_no": format!("{order}-T") })),
        event(6, "bis/east", "blood.crossmatched", 70, json!({})),
        event(7, "bis/east", "blood.issued", 80, issued(&one)),
        event(8, "bis/east", "blood.issued", 80, issued(&two)),
        event(9, "pda/east", "transfusion.started", 95, json!({ "bag_no": one })),
        event(10, "pda/east", "transfusion.started", 100, json!({ "bag_no": two })),
        event(11, "pda/east", "transfusion.finished", 160, finished(&one)),
        event(12, "pda/east", "transfusion.finished", 170, finished(&two)),
    ]
}
