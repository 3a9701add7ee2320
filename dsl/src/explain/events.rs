//! E0410 to E0435: what loops, nodes and fragments must say, and may say once.

use super::{Page, Place, of};
use Place::{Body, Clause, File};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0411",
        File,
        ("一个事件同时完成两个环节", "One event completes two nodes"),
        (
            "同一个事件来了，不知道算哪个环节。系统不同就写 来自；内容不同就写互斥的条件，如 当 结论 == \"通过\"。",
            "When the event comes nobody knows which node it completes. Where the systems differ say `from`; where the content differs write conditions that exclude each other, such as `when conclusion == \"passed\"`.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → ( 通过 | 退回 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 通过 [passed]  { 事件 blood.request_reviewed  阶段 审核 }
  环节 退回 [refused] { 事件 blood.request_reviewed  阶段 审核 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → ( 通过 | 退回 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 通过 [passed]  { 事件 blood.request_reviewed 当 结论 == \"通过\"  阶段 审核 }
  环节 退回 [refused] { 事件 blood.request_reviewed 当 结论 == \"不通过\"  阶段 审核 }
}",
        ],
    ),
    of(
        "E0412",
        File,
        ("环节没有事件", "A node without an event"),
        (
            "没有事件的环节永远不会完成，此后的一切都会超时。写明由哪个系统的哪个事件完成它。",
            "A node without an event is never completed, and everything behind it becomes overdue. Say which event completes it.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 阶段 开立 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0413",
        File,
        ("环节没有阶段", "A node without a stage"),
        (
            "中断率按阶段统计：开立、审核、执行、反馈，每个环节属于其中之一。",
            "Interruptions are counted by stage: order, review, execute, feedback. Every node belongs to one of them.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0414",
        Body,
        ("换单没有写新单", "`supersede` without its successor"),
        (
            "换单之后，新旧两条医嘱靠一个字段连起来，写 新单 字段。",
            "A field leads from the old order to the new one: write `successor FIELD`.",
        ),
        ["换单 事件 order.superseded", "换单 事件 order.superseded 新单 新医嘱号"],
    ),
    of(
        "E0415",
        File,
        ("闭环缺主键或流程", "A loop without a key or a flow"),
        (
            "主键说明哪些事件属于同一条医嘱，流程说明先后。没有它们就没有闭环。",
            "The key says which events belong to one order, the flow says what comes first. Without them there is no loop.",
        ),
        [
            "闭环 用血 [blood] {
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0416",
        Body,
        ("写了两次", "Said twice"),
        (
            "这一项只能写一次，两处不同就不知道听谁的。删去一处。",
            "This is said once: with two of them nobody knows which one counts. Delete one.",
        ),
        ["等级 4\n等级 5", "等级 5"],
    ),
    of(
        "E0417",
        Clause,
        ("没有这个图标", "There is no such icon"),
        (
            "图标只是页面上的小图，写错了页面上是一面旗。有这些：activity, archive, arrow_left_right, badge_check, bed, bell, calendar_clock, check, chevron_right, chevrons_left, circle_check, circle_dashed, circle_dot, circle_minus, circle_question_mark, circle_x, clipboard, clipboard_list, clock, droplet, droplets, ellipsis, execute, eye, feedback, file_text, flag, flask_conical, heart_pulse, hourglass, house, inbox, link, list, message_square_reply, microscope, octagon_alert, order, package_check, pill, recycle, review, rotate_ccw, scale, scan_line, search, shield, shield_check, skip_forward, square_check, stethoscope, syringe, test_tube, thermometer, timer, trash_2, triangle_alert, truck, undo_2, user_check, users, x",
            "An icon is the small picture on a page; where its name is unknown a page shows a flag. There are activity, archive, arrow_left_right, badge_check, bed, bell, calendar_clock, check, chevron_right, chevrons_left, circle_check, circle_dashed, circle_dot, circle_minus, circle_question_mark, circle_x, clipboard, clipboard_list, clock, droplet, droplets, ellipsis, execute, eye, feedback, file_text, flag, flask_conical, heart_pulse, hourglass, house, inbox, link, list, message_square_reply, microscope, octagon_alert, order, package_check, pill, recycle, review, rotate_ccw, scale, scan_line, search, shield, shield_check, skip_forward, square_check, stethoscope, syringe, test_tube, thermometer, timer, trash_2, triangle_alert, truck, undo_2, user_check, users, x",
        ),
        ["图标 banana", "图标 eye"],
    ),
    of(
        "E0430",
        File,
        ("片段里不能有这一项", "A fragment cannot hold this"),
        (
            "片段是几个闭环共用的一段：环节、参数、规则。主键、等级、起于、测试等说的是整个闭环，写在闭环里。",
            "A fragment is what several loops share: nodes, params, rules. The key, the grade, `starts`, tests and the like speak of a whole loop and stand there.",
        ),
        [
            "片段 送检 [delivery] {
  主键 医嘱号
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0431",
        File,
        ("片段用了两次，或用到它自己", "A fragment used twice, or within itself"),
        (
            "片段里的环节只有一份，一个闭环只能用一次；片段也不能绕一圈用到自己。",
            "The nodes of a fragment exist once, so a loop uses it once; nor can a fragment come round to itself.",
        ),
        [
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0432",
        File,
        ("片段与流程不合", "A fragment and the flow do not fit"),
        (
            "有流程的片段要在闭环的流程里写上名称，才知道放在哪里；没有流程的片段（只有规则、参数）不能写进流程。",
            "A fragment with a flow stands by its name in the flow of the loop, so that it has a place; one without (rules and params alone) cannot stand there.",
        ),
        [
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0433",
        Body,
        ("没有这个片段", "No fragment of this name"),
        (
            "片段可以写在同一文件夹的任何 .loop 文件里。",
            "Fragments may stand in any .loop file of the folder.",
        ),
        ["使用 送捡", "等级 5"],
    ),
    of(
        "E0434",
        File,
        ("没有闭环使用这个片段", "No loop uses this fragment"),
        (
            "没有用到的片段不起作用；它的规则不会有人检查。用上它，或删去。",
            "A fragment that nothing uses has no effect, and its rules guard nobody. Use it, or delete it.",
        ),
        [
            "片段 规矩 [limits] {
  停止 事件 order.stopped
}
闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
            "片段 规矩 [limits] {
  停止 事件 order.stopped
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 规矩
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}",
        ],
    ),
    of(
        "E0435",
        File,
        ("重述片段中的项目，代码须相同", "What a fragment holds is restated under its own code"),
        (
            "闭环可以重述片段里的环节、参数、规则，只改要改的几项。它仍是同一项，代码不变，也可以不写。",
            "A loop may restate a node, param or rule of its fragment and change what differs. It stays the same thing: its code does not change, and may be left out.",
        ),
        [
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 采集 [take]    { 角色 护士 }
}",
            "片段 送检 [delivery] {
  流程 采集
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行 }
}
闭环 用血 [blood] {
  主键 医嘱号
  使用 送检
  流程 申请 → 送检
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 采集           { 角色 护士 }
}",
        ],
    ),
];
