//! E07xx: the YAML beside the loops.

use super::{Page, Place, of};
use Place::{Folder, Whole, Yaml};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0701",
        Yaml("codes/more.yaml"),
        ("YAML 读不懂", "This is no YAML"),
        (
            "缩进、括号、引号不合 YAML 的写法，或文件是空的、过大的。指出的位置在出错之处或稍后。",
            "The indentation, a bracket or a quote is not as YAML has it, or the file is empty or too large. The place is where it goes wrong, or just behind.",
        ),
        ["systems: { lis: { name: 检验系统 }", "systems: { lis: { name: 检验系统 } }"],
    ),
    of(
        "E0702",
        Yaml("codes/more.yaml"),
        ("同一个键写了两次", "A key stands twice"),
        (
            "两处写的不同，就不知道听谁的。删去一处，或改正写错的那个。",
            "Where the two differ nobody knows which one counts. Delete one, or mend the one that is wrong.",
        ),
        [
            "systems:\n  lis: { name: 检验系统 }\n  lis: { name: 影像系统 }",
            "systems:\n  lis: { name: 检验系统 }\n  ris: { name: 影像系统 }",
        ],
    ),
    of(
        "E0703",
        Yaml("codes/more.yaml"),
        ("不认识的键", "An unknown key"),
        (
            "这里没有这个键；多半是写错了一个字母。提示里给出最接近的和全部可写的。",
            "There is no such key here; mostly one letter is wrong. The message gives the nearest one and all that there are.",
        ),
        ["sytems: { lis: { name: 检验系统 } }", "systems: { lis: { name: 检验系统 } }"],
    ),
    of(
        "E0704",
        Yaml("codes/more.yaml"),
        ("缺少一个键", "A key is missing"),
        ("这一项必须写。", "This has to be said."),
        ["systems: { lis: {} }", "systems: { lis: { name: 检验系统 } }"],
    ),
    of(
        "E0705",
        Yaml("codes/more.yaml"),
        ("值的类型不对", "A value of the wrong type"),
        (
            "这里要文本、数字、清单或映射中的一种；数字样子的文本加引号。",
            "A text, a number, a list or a mapping belongs here; a text that looks like a number has quotes.",
        ),
        ["systems: { lis: { name: 3 } }", "systems: { lis: { name: \"3\" } }"],
    ),
    of(
        "E0706",
        Yaml("fields.yaml"),
        ("值不合规定", "A value that is not allowed"),
        (
            "写法、范围、先后或组合不对，提示里说明该怎样写。",
            "Its form, range, order or company is not right; the message says how it should be.",
        ),
        [
            "  room_no: { name: 房号, type: text, pattern: \"[0-9+\" }",
            "  room_no: { name: 房号, type: text, pattern: \"[0-9]+\" }",
        ],
    ),
    of(
        "E0707",
        Yaml("codes/more.yaml"),
        ("没有这个名称", "There is nothing of this name"),
        (
            "这里点名的角色、系统、字段、码表、闭环或环节并不存在；提示里给出最接近的名称。",
            "The role, system, field, table, loop or node that is named here does not exist; the message gives the nearest name.",
        ),
        [
            "roles: { chief: { name: 科主任, includes: [医士] } }",
            "roles: { chief: { name: 科主任, includes: [医师] } }",
        ],
    ),
    of(
        "E0708",
        Yaml("codes/more.yaml"),
        ("名称或编码已被占用", "A name or code is taken"),
        (
            "同一类东西的名称与编码不能重复，否则一个词有两个意思。",
            "Names and codes of one kind do not repeat: otherwise a word would mean two things.",
        ),
        ["roles: { doctor: { name: 医师 } }", "roles: { pharmacist: { name: 药师 } }"],
    ),
    of(
        "E0709",
        Yaml("hospital.yaml"),
        ("没有这个时区", "No such time zone"),
        (
            "时区取自 IANA 时区库，如 Asia/Shanghai。全国通用 Asia/Shanghai，没有 Asia/Beijing。",
            "Zones are those of IANA, such as Asia/Shanghai. There is no Asia/Beijing.",
        ),
        [
            "  north: { name: 北院区, timezone: Asia/Beijing }",
            "  north: { name: 北院区, timezone: Asia/Shanghai }",
        ],
    ),
    of(
        "E0710",
        Whole("campus/east.yaml"),
        ("院区的值在允许的范围之外", "A campus value outside its range"),
        (
            "闭环的参数写明了院区可以改的范围，范围之外须先改集团的标准。",
            "A param of a loop says within which range a campus may set it; to go beyond, the group's standard has to change first.",
        ),
        [
            "campus: 东院区\nloops:\n  示例:\n    params:\n      上限: { value: 3小时, reason: 院内规定 }",
            "campus: 东院区\nloops:\n  示例:\n    params:\n      上限: { value: 1小时, reason: 院内规定 }",
        ],
    ),
    of(
        "E0711",
        Yaml("codes/more.yaml"),
        ("码表里没有这个编码", "The code table has no such code"),
        (
            "对应关系里的值须是所指码表的编码，否则查出来的值谁也不认识。",
            "What a table maps to are codes of the table that it names: otherwise nobody would know the value that comes out.",
        ),
        [
            "tables: { opposite: { name: 相反, of: conclusion, maps: { passed: [denied] } } }",
            "tables: { opposite: { name: 相反, of: conclusion, maps: { passed: [refused] } } }",
        ],
    ),
    of(
        "E0712",
        Yaml("fields.yaml"),
        ("保留的字段编码", "A reserved field code"),
        (
            "patient、actor、terminal 等是每个事件自带的，不能再作字段编码。",
            "patient, actor, terminal and the like are in every event already and cannot be codes of fields.",
        ),
        ["  patient: { name: 患者姓名, type: text }", "  patient_name: { name: 患者姓名, type: text }"],
    ),
    of(
        "E0713",
        Whole("campus/east.yaml"),
        ("必做的环节不能停用", "A node that is not optional cannot be off"),
        (
            "院区只能停用流程里标“?”的环节。系统暂时给不出数据的写在 unavailable 下，指标会写明“无法计算”。",
            "A campus may switch off nodes that have `?` in the flow. What its systems cannot provide stands under `unavailable`, and figures then say that they cannot be computed.",
        ),
        [
            "campus: 东院区\nloops:\n  示例:\n    off:\n      审核: { reason: 人手不足 }",
            "campus: 东院区\nloops:\n  示例:\n    off:\n      开始: { reason: 由手术室记录 }",
        ],
    ),
    of(
        "E0714",
        Folder,
        ("缺少文件", "A file is missing"),
        (
            "定义的文件夹里要有 hospital.yaml、fields.yaml 和 events.yaml：没有它们，闭环里的名称无从查对。",
            "A folder of definitions holds hospital.yaml, fields.yaml and events.yaml: without them the names in loops cannot be looked up.",
        ),
        [
            "calendars/labour_day.yaml\ncodes/all.yaml\nexample.loop\nfields.yaml\nhospital.yaml",
            "calendars/labour_day.yaml\ncodes/all.yaml\nevents.yaml\nexample.loop\nfields.yaml\nhospital.yaml",
        ],
    ),
    of(
        "E0715",
        Folder,
        ("有两个 hospital.yaml", "There are two hospital.yaml"),
        (
            "一个医疗集团一个 hospital.yaml；院区写在其中，各院区的不同写在 campus/*.yaml。",
            "A group has one hospital.yaml, which lists its campuses; what a campus sets otherwise is in campus/*.yaml.",
        ),
        [
            "calendars/labour_day.yaml\ncodes/all.yaml\nevents.yaml\nexample.loop\nfields.yaml\nhospital.yaml\neast/hospital.yaml",
            "calendars/labour_day.yaml\ncodes/all.yaml\nevents.yaml\nexample.loop\nfields.yaml\nhospital.yaml",
        ],
    ),
    of(
        "E0716",
        Folder,
        ("没有读取这个文件", "A file that is not read"),
        (
            "文件名或位置不对，里面写的什么都不起作用。提示里列出了会读取的文件。",
            "Its name or place is not right, and nothing in it has any effect. The message lists the files that are read.",
        ),
        [
            "calendars/labour_day.yaml\ncode/all.yaml\ncodes/all.yaml\nevents.yaml\nexample.loop\nfields.yaml\nhospital.yaml",
            "calendars/labour_day.yaml\ncodes/all.yaml\nevents.yaml\nexample.loop\nfields.yaml\nhospital.yaml",
        ],
    ),
    of(
        "E0717",
        Yaml("codes/more.yaml"),
        ("选行的字段或值不对", "A row is chosen by what cannot choose it"),
        (
            "窗与时长按代码、文字、数字或真假的字段选行，when 只能用 by 里的字段，值要合字段的类型。",
            "Windows and durations are chosen by fields that are codes, texts, numbers or truth values; `when` uses the fields of `by`, with values of their type.",
        ),
        [
            "durations:
  reply:
    name: 回报时长
    by: [失效时间]
    rows: []
    default: { length: 1小时 }",
            "durations:
  reply:
    name: 回报时长
    by: [成分]
    rows: [{ when: { 成分: \"急\" }, length: 10分钟 }]
    default: { length: 1小时 }",
        ],
    ),
    of(
        "E0718",
        Yaml("codes/more.yaml"),
        ("永远用不上的一行", "A row that is never used"),
        (
            "从上往下第一个合适的行起作用；上面的行已经包括了它。把更具体的行放在前面。",
            "The first row that fits counts, and one above takes all of its cases. Put the more particular row first.",
        ),
        [
            "durations:
  reply:
    name: 回报时长
    by: [成分]
    rows: [{ when: { 成分: \"急\" }, length: 10分钟 }, { when: { 成分: \"急\" }, length: 20分钟 }]
    default: { length: 1小时 }",
            "durations:
  reply:
    name: 回报时长
    by: [成分]
    rows: [{ when: { 成分: \"急\" }, length: 10分钟 }, { when: { 成分: \"缓\" }, length: 20分钟 }]
    default: { length: 1小时 }",
        ],
    ),
    of(
        "E0719",
        Whole("calendars/labour_day.yaml"),
        ("日历没有今年的节假日", "The calendar lacks this year's holidays"),
        (
            "没有列出今年放假、调休的日子，工作时长就只按每周作息计算，节日里会误报超时。每年公布之后补上。",
            "Without this year's days off working time goes by the week alone, and tells of delays on a holiday. Add the year when it is announced.",
        ),
        [
            "calendar: labour_day\nname: 劳动节\nyears:\n  2025: { source: 例, holidays: { 劳动节: 2025-05-01..2025-05-05 } }",
            "calendar: labour_day\nname: 劳动节\nyears:\n  2026: { source: 例, holidays: { 劳动节: 2026-05-01..2026-05-05 } }",
        ],
    ),
    of(
        "E0720",
        Whole("campus/east.yaml"),
        ("院区把一项写了两次", "A campus says the same twice"),
        (
            "同一项用名称写了一次，又用编码写了一次，或既停用又说无法提供：不知道听谁的。",
            "The same thing stands there by its name and by its code, or both switched off and unavailable: nobody knows which one counts.",
        ),
        [
            "campus: 东院区\nloops:\n  示例:\n    off:\n      开始: { reason: 由手术室记录 }\n    unavailable:\n      开始: { reason: 没有移动终端 }",
            "campus: 东院区\nloops:\n  示例:\n    off:\n      开始: { reason: 由手术室记录 }",
        ],
    ),
    of(
        "E0721",
        Yaml("fields.yaml"),
        ("字段没有用到", "A field that nothing uses"),
        (
            "没有闭环记录或提到它，没有来源填写它，也没有表以它为键。事件目录里列出它不算用到：收到了也没有人看。多半是换了名称之后留下的；写进环节、规则或来源，或删去。闭环或来源有错误时不作判断。",
            "No loop records or names it, no source fills it in and no table is keyed by it. That the catalogue of events lists it is no use: it would come and nobody would look. Mostly it was left behind by a change of names; put it into a node, a rule or a source, or delete it. Nothing is said while a loop or a source has mistakes.",
        ),
        ["  old_no: { name: 旧编号, type: text }", "  # 旧编号已不再使用"],
    ),
];
