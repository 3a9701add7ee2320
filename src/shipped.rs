//! The definitions shipped with the program, so that it runs without the `loops/` folder.

use std::collections::BTreeMap;

/// Path below `loops/` and text of every file.
const FILES: &[(&str, &str)] = &[
    ("campus/west.yaml", include_str!("../loops/campus/west.yaml")),
    ("codes/blood.yaml", include_str!("../loops/codes/blood.yaml")),
    ("codes/orders.yaml", include_str!("../loops/codes/orders.yaml")),
    ("codes/roles.yaml", include_str!("../loops/codes/roles.yaml")),
    ("codes/systems.yaml", include_str!("../loops/codes/systems.yaml")),
    ("events.yaml", include_str!("../loops/events.yaml")),
    ("fields.yaml", include_str!("../loops/fields.yaml")),
    ("hospital.yaml", include_str!("../loops/hospital.yaml")),
    ("transfusion.loop", include_str!("../loops/transfusion.loop")),
];

/// The texts by path, as `dsl::library::load` takes them.
#[must_use]
pub fn texts() -> BTreeMap<String, String> {
    FILES.iter().map(|(path, text)| (format!("loops/{path}"), (*text).to_owned())).collect()
}
