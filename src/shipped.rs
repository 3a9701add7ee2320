//! The definitions shipped with the program, so that it runs without the `loops/` folder.

use std::collections::BTreeMap;

/// Path below `loops/` and text of every file.
const FILES: &[(&str, &str)] = &[
    ("admission.loop", include_str!("../loops/admission.loop")),
    ("adverse_event.loop", include_str!("../loops/adverse_event.loop")),
    ("anaesthesia.loop", include_str!("../loops/anaesthesia.loop")),
    ("blood_stock.loop", include_str!("../loops/blood_stock.loop")),
    ("calendars/cn_mainland.yaml", include_str!("../loops/calendars/cn_mainland.yaml")),
    ("campus/west.yaml", include_str!("../loops/campus/west.yaml")),
    ("codes/admission.yaml", include_str!("../loops/codes/admission.yaml")),
    ("codes/antimicrobial.yaml", include_str!("../loops/codes/antimicrobial.yaml")),
    ("codes/blood.yaml", include_str!("../loops/codes/blood.yaml")),
    ("codes/consult.yaml", include_str!("../loops/codes/consult.yaml")),
    ("codes/critical.yaml", include_str!("../loops/codes/critical.yaml")),
    ("codes/drugs.yaml", include_str!("../loops/codes/drugs.yaml")),
    ("codes/lab.yaml", include_str!("../loops/codes/lab.yaml")),
    ("codes/order_execution.yaml", include_str!("../loops/codes/order_execution.yaml")),
    ("codes/orders.yaml", include_str!("../loops/codes/orders.yaml")),
    ("codes/outpatient.yaml", include_str!("../loops/codes/outpatient.yaml")),
    ("codes/pathology.yaml", include_str!("../loops/codes/pathology.yaml")),
    ("codes/pivas.yaml", include_str!("../loops/codes/pivas.yaml")),
    ("codes/records.yaml", include_str!("../loops/codes/records.yaml")),
    ("codes/roles.yaml", include_str!("../loops/codes/roles.yaml")),
    ("codes/safety.yaml", include_str!("../loops/codes/safety.yaml")),
    ("codes/surgery.yaml", include_str!("../loops/codes/surgery.yaml")),
    ("codes/systems.yaml", include_str!("../loops/codes/systems.yaml")),
    ("codes/therapy.yaml", include_str!("../loops/codes/therapy.yaml")),
    ("codes/windows.yaml", include_str!("../loops/codes/windows.yaml")),
    ("consult.loop", include_str!("../loops/consult.loop")),
    ("critical_value.loop", include_str!("../loops/critical_value.loop")),
    ("dispensing.loop", include_str!("../loops/dispensing.loop")),
    ("events.yaml", include_str!("../loops/events.yaml")),
    ("exam.loop", include_str!("../loops/exam.loop")),
    ("fields.yaml", include_str!("../loops/fields.yaml")),
    ("hospital.yaml", include_str!("../loops/hospital.yaml")),
    ("lab.loop", include_str!("../loops/lab.loop")),
    ("oral.loop", include_str!("../loops/oral.loop")),
    ("order_execution.loop", include_str!("../loops/order_execution.loop")),
    ("outpatient_prescription.loop", include_str!("../loops/outpatient_prescription.loop")),
    ("pathology.loop", include_str!("../loops/pathology.loop")),
    ("pivas.loop", include_str!("../loops/pivas.loop")),
    ("prescription_review.loop", include_str!("../loops/prescription_review.loop")),
    ("privilege.loop", include_str!("../loops/privilege.loop")),
    ("record_quality.loop", include_str!("../loops/record_quality.loop")),
    ("restricted_antimicrobial.loop", include_str!("../loops/restricted_antimicrobial.loop")),
    ("shared.loop", include_str!("../loops/shared.loop")),
    ("staff.yaml", include_str!("../loops/staff.yaml")),
    ("surgery.loop", include_str!("../loops/surgery.loop")),
    ("therapy.loop", include_str!("../loops/therapy.loop")),
    ("transfusion.loop", include_str!("../loops/transfusion.loop")),
    ("ward_compounding.loop", include_str!("../loops/ward_compounding.loop")),
];

/// The texts by path, as `dsl::library::load` takes them.
#[must_use]
pub(crate) fn texts() -> BTreeMap<String, String> {
    FILES.iter().map(|(path, text)| (format!("loops/{path}"), (*text).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions;

    #[test]
    fn every_file_of_the_folder_is_shipped() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("loops");
        let read = definitions::read(std::slice::from_ref(&folder)).unwrap().texts;
        let prefix = format!("{}/", folder.parent().unwrap().display());
        let on_disk: BTreeMap<String, String> =
            read.into_iter().map(|(k, v)| (k.replacen(&prefix, "", 1), v)).collect();
        assert_eq!(on_disk, texts());
    }
}
