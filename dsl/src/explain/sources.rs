//! E08xx and E09xx: the mapping of source systems, and what is not available.

use super::{Page, Place, of};
use Place::{Body, Source, Whole};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0801",
        Source,
        ("来源文件的写法不对", "A source file is not written as it is meant"),
        (
            "映射的每一处写一个操作：一列、一段文字、一张对照表……提示里列出可写的。",
            "Every place of a mapping holds one operation: a column, a text, a table; the message lists what there is.",
        ),
        ["    id: { field: no, const: 1 }", "    id: { text: \"R{no}\" }"],
    ),
    of(
        "E0802",
        Source,
        ("映射里没有这个名称", "The mapping knows no such name"),
        (
            "列、表、对照表、系统、院区和事件都要先有才能用。多半是写错了一个字母。",
            "Columns, tables, code tables, systems, campuses and events have to exist. Mostly one letter is wrong.",
        ),
        ["    time: att", "    time: at"],
    ),
    of(
        "E0804",
        Source,
        ("模板、正则、时区或时间格式有误", "A template, pattern, zone or format is not valid"),
        (
            "模板写 {列}，括号成对；时间格式由 yyyy MM dd HH mm ss 组成；时区取自 IANA。",
            "A template holds {COLUMN} with both braces; a time format is made of yyyy MM dd HH mm ss; a zone is one of IANA.",
        ),
        ["    id: { text: \"R{no\" }", "    id: { text: \"R{no}\" }"],
    ),
    of(
        "E0805",
        Source,
        ("没有说明院区", "Which campus is not said"),
        (
            "医院有几个院区，医嘱号只在一个院区内唯一，所以来源要写明它是哪个院区的。",
            "With several campuses an order number is unique within one of them, so a source says which one it belongs to.",
        ),
        ["system: bis\ntransport", "system: bis\ncampus: east\ntransport"],
    ),
    of(
        "E0806",
        Source,
        ("事件不带这个字段，或系统不发送它", "The event lacks the field, or the system does not send it"),
        (
            "映射要与 events.yaml 相合：那里写明一个事件带哪些字段、由哪些系统发送。",
            "A mapping fits events.yaml, which says what an event carries and which systems send it.",
        ),
        ["    set: { specimen_no: no, order_no: no }", "    set: { specimen_no: no }"],
    ),
    of(
        "E0807",
        Source,
        ("写了但不起作用", "Written, and without effect"),
        (
            "没有用到的表，或对这类来源不起作用的一项。删去它，或用上它。",
            "A table that nothing uses, or a line that means nothing for such a source. Delete it, or use it.",
        ),
        [
            "  t: { file: received.csv, columns: [no, kind, at] }\n  u: { file: spare.csv, columns: [no] }",
            "  t: { file: received.csv, columns: [no, kind, at] }",
        ],
    ),
    of(
        "E0808",
        Source,
        ("没有来源填写必填的字段", "No source fills in a required field"),
        (
            "环节要求记录这个字段，而发送其事件的系统，映射里都没有写它：每一条都会记为数据缺失。在映射的 set 里补上；系统确实给不出的，改为可填，或在 campus/*.yaml 的 unavailable 里说明。",
            "The node requires the field, and no mapping of the systems that send its events sets it: every one will count as lacking data. Add it to the `set` of the mapping; what a system cannot give is optional, or named under `unavailable` in campus/*.yaml.",
        ),
        ["    time: at", "    time: at\n    set: { specimen_no: no }"],
    ),
    of(
        "E0809",
        Source,
        ("没有来源发送环节的事件", "No source sends the event of a node"),
        (
            "完成这个环节的系统都已在 sources/*.yaml 里写了映射，却没有一条产生这个事件：环节永远等不到。补一条映射，或查一查事件的类型。",
            "Every system that could complete the node has its mapping in sources/*.yaml, and none makes the event: the node waits for ever. Add a rule to the mapping, or look at the type of the event.",
        ),
        ["    event: specimen.rejected", "    event: specimen.received"],
    ),
    of(
        "E0904",
        Whole("hospital.yaml"),
        ("院区没有工作日历", "A campus without a work calendar"),
        (
            "用到工作日、工作小时的闭环，要知道各院区几点上班、哪天放假。在 hospital.yaml 里写 calendar。",
            "A loop that measures in working time needs to know when each campus works and which days are off. Write `calendar` in hospital.yaml.",
        ),
        [
            "group: 测试医疗集团
timezone: Asia/Shanghai
campuses:
  east: { name: 东院区 }
  west: { name: 西院区 }",
            "group: 测试医疗集团
timezone: Asia/Shanghai
calendar:
  week: { mon-fri: [\"08:00-12:00\", \"14:00-17:30\"] }
  holidays: [labour_day]
campuses:
  east: { name: 东院区 }
  west: { name: 西院区 }",
        ],
    ),
    of(
        "E0912",
        Body,
        ("引用暂不支持", "`refer` is not available"),
        (
            "这一句读得懂，但还不起作用，所以不能发布。",
            "It is understood and has no effect yet, so it cannot be published.",
        ),
        ["引用 用血 闭环 检验 按 医嘱号 = 医嘱号", "等级 5"],
    ),
];
