//! Words for what a verdict looked at.

use super::scene::Scene;
use crate::graph::{Attr, EndingKind};
use crate::patient;
use crate::state::What;

/// `时间`, `核对人`, `输注上限` … as the reader's language calls it.
pub(super) fn words(scene: &Scene<'_>, what: &What) -> String {
    let (zh, en) = match what {
        What::Attr(attr) => attribute(*attr),
        What::Field(code) => return scene.field_title(code),
        What::Param(p) => return scene.param_title(*p),
        What::Tracks(scope) => {
            let field = scene.def.scope(*scope).map_or_else(String::new, |s| scene.field_title(&s.field));
            return scene.pick(&format!("{field}个数"), &format!("number of {field}")).to_owned();
        }
        What::Total(of) => {
            let of = words(scene, of);
            return scene.pick(&format!("{of}总和"), &format!("sum of {of}")).to_owned();
        }
        What::Distinct(of) => {
            let of = words(scene, of);
            return scene.pick(&format!("不同{of}数"), &format!("number of different {of}")).to_owned();
        }
        What::Patient(of) => patient(*of),
        What::Count => ("次数", "count"),
        What::Done => ("完成", "done"),
        What::Ending(EndingKind::Cancel) => ("取消", "cancellation"),
        What::Ending(EndingKind::Stop) => ("停止", "stop"),
        What::Ending(EndingKind::Supersede) => ("换单", "replacement"),
        What::Ending(EndingKind::Excuse) => ("豁免", "excuse"),
        What::Reason(EndingKind::Cancel) => ("取消原因", "reason of the cancellation"),
        What::Reason(EndingKind::Stop) => ("停止原因", "reason of the stop"),
        What::Reason(EndingKind::Supersede) => ("换单原因", "reason of the replacement"),
        What::Reason(EndingKind::Excuse) => ("豁免原因", "reason of the excuse"),
    };
    scene.pick(zh, en).to_owned()
}

fn attribute(attr: Attr) -> (&'static str, &'static str) {
    match attr {
        Attr::At => ("时间", "time"),
        Attr::Began => ("开始", "start"),
        Attr::Recorded => ("记录", "record"),
        Attr::Arrived => ("到达", "arrival"),
        Attr::By => ("人员", "person"),
        Attr::Role => ("角色", "role"),
        Attr::Dept => ("科室", "department"),
        Attr::Title => ("职称", "title"),
        Attr::Terminal => ("终端", "terminal"),
        Attr::Capture => ("方式", "capture"),
        Attr::System => ("系统", "system"),
        Attr::Campus => ("院区", "campus"),
    }
}

pub(super) fn patient(of: patient::Of) -> (&'static str, &'static str) {
    match of {
        patient::Of::Id => ("患者编号", "id of the patient"),
        patient::Of::Name => ("患者姓名", "name of the patient"),
        patient::Of::Sex => ("患者性别", "sex of the patient"),
        patient::Of::BirthDate => ("患者出生日期", "birth date of the patient"),
        patient::Of::Age => ("患者年龄", "age of the patient"),
        patient::Of::VisitNo => ("患者就诊号", "visit number of the patient"),
        patient::Of::Dept => ("患者科室", "department of the patient"),
        patient::Of::Ward => ("患者病区", "ward of the patient"),
        patient::Of::Bed => ("患者床号", "bed of the patient"),
        patient::Of::BabyNo => ("患者婴儿号", "baby number of the patient"),
    }
}
