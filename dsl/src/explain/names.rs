//! E02xx: names that do not exist, are taken, or are of another kind.

use super::{Page, Place, of};
use Place::{Body, Clause, File, Flow, Yaml};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0201",
        Body,
        ("没有这个环节、参数或规则", "No node, param or rule of this name"),
        (
            "闭环里没有写过这个名称。多半是一个字写错了，提示里给出最接近的名称；环节、规则、参数的名称与代码都可以用。",
            "The loop holds no such name. Mostly one character is wrong, and the message proposes the nearest name; the names and the codes of nodes, rules and params may be used alike.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审合.时间 - 申请.时间 <= 上限 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限 }",
        ],
    ),
    of(
        "E0202",
        Body,
        ("名称是另一类的", "A name of another kind"),
        (
            "这个名称是有的，但不是这里要的一类：流程和“自”“之前”之后只能写环节，时限写时长或参数。",
            "The name exists, but is not what belongs here: flows, `of` and `before` name nodes, a limit is a duration or a param.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 上限.完成 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限 }",
        ],
    ),
    of(
        "E0203",
        Body,
        ("缺少稳定的代码", "A stable code is missing"),
        (
            "名称给人看，可以改；代码写进接口和数据库，发布之后不可更改。所以闭环、环节、规则、参数、指标都要在名称后写 [代码]。",
            "The name is for people and may change; interfaces and the database keep the code, which never changes once published. So loops, nodes, rules, params and measures have a [code] behind their name.",
        ),
        ["规则 甲 { 级别 高  要求 审核.完成 }", "规则 甲 [a] { 级别 高  要求 审核.完成 }"],
    ),
    of(
        "E0204",
        Body,
        ("重名", "A name is taken"),
        (
            "一个闭环的环节、规则、参数、指标共用一套名称与代码：一个名称只能指一样东西，条件里才不会有两种读法。",
            "The nodes, rules, params and measures of a loop share their names and codes: a name means one thing, so that a condition has one reading.",
        ),
        [
            "规则 审核 [reviewed] { 级别 高  要求 审核.完成 }",
            "规则 须审核 [reviewed] { 级别 高  要求 审核.完成 }",
        ],
    ),
    of(
        "E0205",
        File,
        ("两个闭环同名", "Two loops of one name"),
        (
            "闭环的名称与代码在整个文件夹里只能用一次，否则不知道一条医嘱属于哪一个。",
            "The name and the code of a loop are used once in the whole folder: else it is not known to which one an order belongs.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}
闭环 急诊用血 [blood] {
  主键 医嘱号
  流程 签收
  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
}
闭环 急诊用血 [blood_urgent] {
  主键 医嘱号
  流程 签收
  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }
}",
        ],
    ),
    of(
        "E0206",
        Clause,
        ("字段字典里没有这个字段", "No field of this name in the dictionary"),
        (
            "字段都写在 fields.yaml 里，各系统、各闭环用的是同一个。改成字典里的名称，或先把字段加进 fields.yaml。",
            "Fields are listed in fields.yaml, the same for every system and loop. Use a name of the dictionary, or add the field to fields.yaml first.",
        ),
        ["可填 医属号", "可填 医嘱号"],
    ),
    of(
        "E0207",
        Yaml("fields.yaml"),
        ("字段与环节的属性同名", "A field is named like an attribute"),
        (
            "“时间”“人员”“角色”等是每个环节自己的属性，条件里写 环节.时间。字段若同名，就分不清说的是哪一个。",
            "`at`, `by`, `role` and the like belong to every node, and conditions say NODE.at. A field of that name could not be told from it.",
        ),
        ["  began_at: { name: 开始, type: time }", "  began_at: { name: 开始时间, type: time }"],
    ),
    of(
        "E0208",
        Body,
        ("没有这个系统", "No system of this name"),
        (
            "系统写在 codes/*.yaml 的 systems 里，名称与编码都可以用。",
            "Systems are listed under `systems` in codes/*.yaml; names and codes may be used.",
        ),
        ["停止 事件 order.stopped 来自 HSI", "停止 事件 order.stopped 来自 HIS"],
    ),
    of(
        "E0209",
        Body,
        ("没有这个角色", "No role of this name"),
        (
            "角色写在 codes/*.yaml 的 roles 里，名称与编码都可以用。",
            "Roles are listed under `roles` in codes/*.yaml; names and codes may be used.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限  升级 10分钟 护士常 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限  升级 10分钟 护士长 }",
        ],
    ),
    of(
        "E0210",
        Body,
        ("事件目录里没有这个事件", "No event of this type in the catalogue"),
        (
            "事件写在 events.yaml 里，那就是接口字典：各系统按它发送。写错一个字母，闭环就永远等不到这个事件。",
            "Events are listed in events.yaml, which is the interface dictionary: systems send what it says. With one letter wrong a loop would wait for ever.",
        ),
        ["停止 事件 order.stoped", "停止 事件 order.stopped"],
    ),
    of(
        "E0211",
        Body,
        ("既是参数又是字段", "Both a param and a field"),
        (
            "在事件的条件里，一个词可以是参数，也可以是这个事件的字段。同名就有两种读法，请给参数另起一个名称。",
            "In the condition of an event a word may be a param or a field of that event. Where both exist there are two readings: give the param another name.",
        ),
        [
            "参数 数量 [amount] = 2\n起于 申请 当 数量 > 1",
            "参数 起用数量 [amount] = 2\n起于 申请 当 数量 > 起用数量",
        ],
    ),
    of(
        "E0212",
        Body,
        ("没有说明是哪个环节的字段", "A field without its node"),
        (
            "同一个字段可以在几个环节记录，值未必相同（如申请的血型与配发的血型）。规则里写 环节.字段。",
            "Several nodes may record the same field, and not always the same value (the blood type asked for and the one issued). A rule says NODE.FIELD.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 结论 == \"通过\" }",
            "规则 甲 [a] { 级别 高  要求 审核.结论 == \"通过\" }",
        ],
    ),
    of(
        "E0213",
        Clause,
        ("事件不带这个字段", "The event does not carry the field"),
        (
            "events.yaml 说这个事件没有这个字段，值永远不会来。改用事件所带的字段，或与发送方商定后加进 events.yaml。",
            "events.yaml says that the event has no such field, so its value would never come. Use a field that it carries, or agree with the sender and add it to events.yaml.",
        ),
        ["可填 血型", "可填 医嘱号"],
    ),
    of(
        "E0214",
        Body,
        ("环节没有记录这个字段", "The node does not record the field"),
        (
            "规则、计划、窗和时长只能用环节写明要记录的字段。在该环节的“必填”或“可填”里加上它。",
            "Rules, plans, windows and durations use what a node says it records. Add the field to `required` or `optional` of that node.",
        ),
        ["规则 甲 [a] { 级别 高  要求 已填(审核.备注) }", "规则 甲 [a] { 级别 高  要求 已填(审核.结论) }"],
    ),
    of(
        "E0215",
        Body,
        ("闭环没有写取消、停止、换单或豁免", "The loop has no such ending"),
        (
            "条件或测试里用到了“停止”一类的词，闭环却没有写由什么事件停止。先写 停止 事件 ….",
            "A condition or test speaks of an ending, such as `stop`, and the loop does not say by which event it comes. Write `stop on …` first.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 停止.时间 >= 申请.时间 }",
            "停止 事件 order.stopped\n规则 甲 [a] { 级别 高  要求 停止.时间 >= 申请.时间 }",
        ],
    ),
    of(
        "E0216",
        Body,
        ("没有这个函数或代码表", "No function or code table of this name"),
        (
            "紧贴括号的名称是函数（首次、末次、已填、间隔、总和、个数、不同），或 codes/*.yaml 里的代码表。",
            "A name that touches its parenthesis is a function (first, last, filled, gap, sum, number_of, distinct) or a code table of codes/*.yaml.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 配发.血型 属于 相融(申请.血型) }",
            "规则 甲 [a] { 级别 高  要求 配发.血型 属于 相容(申请.血型) }",
        ],
    ),
    of(
        "E0217",
        Body,
        ("不是可选的词", "Not one of the words that may stand here"),
        (
            "阶段、级别、缺值、并列之后只有几个固定的词，“应为”一行列出了它们。",
            "Only a few words may follow `stage`, `severity`, `missing` and `ties`; the line `expected` lists them.",
        ),
        ["规则 甲 [a] { 级别 紧急  要求 审核.完成 }", "规则 甲 [a] { 级别 危急  要求 审核.完成 }"],
    ),
    of(
        "E0218",
        Body,
        ("这个系统不发送这个事件", "This system does not send the event"),
        (
            "events.yaml 写明了一个事件由哪些系统发送。写成别的系统，就永远等不到。",
            "events.yaml says which systems send an event. From another one it would never come.",
        ),
        ["停止 事件 order.stopped 来自 移动护理", "停止 事件 order.stopped 来自 HIS"],
    ),
    of(
        "E0219",
        Flow,
        ("事件找不到它的医嘱", "The event leads to no order"),
        (
            "这个事件既不带主键，也不带任何已关联的字段，不知道它说的是哪条医嘱。在同时带有两者的环节里写 关联，如 必填 标本条码 关联。",
            "The event carries neither the key nor a linked field, so nobody knows of which order it speaks. Write `link` in a node whose event carries both, such as `required specimen_no link`.",
        ),
        ["流程 申请 → 接收", "流程 申请 → 采集 → 接收"],
    ),
    of(
        "E0220",
        Body,
        ("没有这个院区或参数", "No campus or param of this name"),
        (
            "测试的“院区”用 hospital.yaml 里的名称或编码，“设”之后是本闭环的参数。",
            "In a test `campus` names a campus of hospital.yaml, and a param of this loop follows `set`.",
        ),
        [
            "测试 \"申请\" {\n  院区 \"北院区\"\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  院区 \"西院区\"\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0221",
        Body,
        ("患者没有这一项", "No such item of the patient"),
        (
            "患者之后可以写编号、姓名、性别、出生日期、年龄、就诊号、科室、病区、床号、婴儿号。年龄由出生日期算出，事件不写。",
            "Of a patient there are id, name, sex, birth_date, age, visit_no, dept, ward, bed and baby_no. The age is worked out from the date of birth; no event says it.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 患者.病房 == \"W1\" }",
            "规则 甲 [a] { 级别 高  要求 患者.病区 == \"W1\" }",
        ],
    ),
    of(
        "E0222",
        Clause,
        ("没有这个窗或时长，或者用错了", "No such window or length, or the wrong one"),
        (
            "codes/*.yaml 里的 windows 只用在“计划 … 窗”里，durations 用作时限。",
            "What codes/*.yaml lists under `windows` stands in `due … window`, what it lists under `durations` is a limit.",
        ),
        ["时限 给药窗", "时限 应答时长"],
    ),
];
