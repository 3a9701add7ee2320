//! Remarks on a node's record: their stable code and their sentence.

use super::scene::Scene;
use crate::graph::NodeIx;
use crate::name::FieldCode;
use crate::state::Finding;
use crate::words::Lang;

/// The stable code and the sentence of a finding on `node`.
#[must_use]
pub fn finding(scene: &Scene<'_>, node: NodeIx, finding: &Finding) -> (&'static str, String) {
    let en = scene.lang == Lang::En;
    match finding {
        Finding::FieldMissing(field) => {
            let f = scene.field_title(field);
            (
                "field_missing",
                if en { format!("{f} is required and missing") } else { format!("缺少必填项 {f}") },
            )
        }
        Finding::FieldInvalid(field, text) => {
            let f = scene.field_title(field);
            let required = scene.node(node).is_some_and(|n| finding.leaves_out(n));
            let text = match (required, en) {
                (true, true) => format!("{f} is required and cannot be “{text}”"),
                (true, false) => format!("必填项 {f} 的值“{text}”不合要求"),
                (false, true) => format!("{f} cannot be “{text}”"),
                (false, false) => format!("{f} 的值“{text}”不合要求"),
            };
            ("field_invalid", text)
        }
        Finding::WrongRole(role) => {
            let role = scene.role_title(role);
            let roles = scene.node(node).map(|n| n.roles.as_slice()).unwrap_or_default();
            let may: Vec<String> = roles.iter().map(|r| scene.role_title(r.as_str())).collect();
            let may = may.join(scene.pick("、", ", "));
            (
                "wrong_role",
                if en {
                    format!("done as {role}, should be {may}")
                } else {
                    format!("由 {role} 完成，应由 {may} 完成")
                },
            )
        }
        Finding::Repeated(n) => (
            "repeated",
            if en {
                format!("recorded {n} times, the first counts")
            } else {
                format!("记录了 {n} 次，以第一次为准")
            },
        ),
        Finding::SourceDiffers(system) => {
            let s = scene.system_title(system);
            (
                "source_differs",
                if en { format!("{s} states another time") } else { format!("{s} 记录的时间不同") },
            )
        }
        Finding::BranchNotTaken => (
            "branch_not_taken",
            scene.pick("属于没有走的分支", "belongs to a branch that was not taken").to_owned(),
        ),
        Finding::Unassigned(field) => {
            let f = scene.field_title(field);
            (
                "unassigned",
                if en {
                    format!("without {f} it belongs to no track")
                } else {
                    format!("没有 {f}，不知属于哪一条轨迹")
                },
            )
        }
        Finding::NameAsCode(field) => {
            let who = whose(scene, field.as_ref());
            (
                "name_as_code",
                if en {
                    format!("{who}: a name stands where the staff code belongs")
                } else {
                    format!("{who}的工号处写的是姓名")
                },
            )
        }
        Finding::UnknownPerson(field) => {
            let who = whose(scene, field.as_ref());
            (
                "unknown_person",
                if en {
                    format!("{who}: no such code in the register of staff at that time")
                } else {
                    format!("{who}的工号当时不在人员名册里")
                },
            )
        }
        Finding::AfterSeal => (
            "after_seal",
            scene
                .pick(
                    "封存之后才到：只作记录，不改变任何结论",
                    "came after the loop was sealed: kept, and changes nothing",
                )
                .to_owned(),
        ),
        Finding::ExecAfterCancel => (
            "exec_after_cancel",
            scene.pick("在取消之后执行", "done after the order was cancelled").to_owned(),
        ),
        Finding::Backfilled(by) => {
            let d = scene.duration(*by);
            ("backfilled", if en { format!("written down {d} later") } else { format!("补录：晚 {d}") })
        }
    }
}

/// The person of a field, or who did it.
fn whose(scene: &Scene<'_>, field: Option<&FieldCode>) -> String {
    field.map_or_else(|| scene.pick("执行人", "Who did it").to_owned(), |f| scene.field_title(f))
}
