//! E03xx: types, units and values.

use super::{Page, Place, of};
use Place::{Body, Clause};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0301",
        Clause,
        ("时长没有单位，或单位不对", "A duration without its unit, or with a wrong one"),
        (
            "时长写数字和单位，中间没有空格：秒、分钟、小时、天、周、工作日、工作小时。没有单位，30 就可能是半小时，也可能是一个月。",
            "A duration is a number with its unit, without a blank: s, min, h, d, w, workday, workhour. Without one 30 may be half an hour or a month.",
        ),
        ["时限 30", "时限 30分钟"],
    ),
    of(
        "E0302",
        Body,
        ("没有这个时间", "There is no such time"),
        (
            "日期如 2026-01-05，时刻从 00:00 到 23:59:59。过了半夜写 次日 01:00，再以后写 +2天 01:00。",
            "A date is 2026-01-05, a time of day runs from 00:00 to 23:59:59. Past midnight write `next_day 01:00`, later `+2d 01:00`.",
        ),
        [
            "测试 \"申请\" {\n  25:00 申请 王(医师)\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  次日 01:00 申请 王(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0303",
        Body,
        ("两边不是一类", "The sides are not of one kind"),
        (
            "数字与数字比较，时长与时长比较，文字只能看相等。引号里的是文字：写 2，不写 \"2\"。",
            "Numbers compare with numbers, durations with durations, and texts are only equal or not. What stands in quotes is a text: write 2, not \"2\".",
        ),
        ["规则 甲 [a] { 级别 高  要求 申请.数量 <= \"2\" }", "规则 甲 [a] { 级别 高  要求 申请.数量 <= 2 }"],
    ),
    of(
        "E0304",
        Body,
        ("参数的值与范围不是一类", "A param and its range are of different kinds"),
        (
            "参数是数字，或带单位的时长；它的范围也一样：都写单位，或都不写。",
            "A param is a number, or a duration with its unit, and so is its range: units everywhere, or nowhere.",
        ),
        [
            "参数 次数 [times] = 3 范围 1分钟..5分钟\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
            "参数 次数 [times] = 3 范围 1..5\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
        ],
    ),
    of(
        "E0305",
        Body,
        ("环节之后缺属性", "A node without an attribute"),
        (
            "环节本身不是一个值。写 环节.完成、环节.时间、环节.人员 或 环节.字段。",
            "A node is no value by itself. Write NODE.done, NODE.at, NODE.by or NODE.FIELD.",
        ),
        ["规则 甲 [a] { 级别 高  要求 审核 }", "规则 甲 [a] { 级别 高  要求 审核.完成 }"],
    ),
    of(
        "E0306",
        Body,
        ("名称最多两段", "A name of more than two parts"),
        (
            "写 环节.字段 就到头了：字段没有下一层。代码的名称直接与文字比较。",
            "NODE.FIELD is all there is: a field has nothing below it. The name of a code is compared with a text as it stands.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.结论.名称 == \"通过\" }",
            "规则 甲 [a] { 级别 高  要求 审核.结论 == \"通过\" }",
        ],
    ),
    of(
        "E0307",
        Body,
        ("函数的写法不对", "A function is not written as it is meant"),
        (
            "提示里给出这个函数或代码表的写法。个数(血袋号) 数的是轨迹，总和(环节.字段) 加的是每次的值，环节.次数 是发生了几次。",
            "The message shows how the function or table is written. number_of(FIELD) counts tracks, sum(NODE.FIELD) adds up values, NODE.count is how often it happened.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 个数(配发.时间) <= 2 }",
            "规则 甲 [a] { 级别 高  要求 个数(血袋号) <= 2 }",
        ],
    ),
    of(
        "E0308",
        Body,
        ("等级是 0 到 8 的整数", "A grade is a whole number from 0 to 8"),
        (
            "等级是要求这个闭环的评价级别。",
            "The grade is the level of the grading standard that asks for the loop.",
        ),
        ["等级 9", "等级 5"],
    ),
    of(
        "E0309",
        Clause,
        ("窗要有两端，时刻要有日期", "A window has two ends, a time of day its date"),
        (
            "计划时间之前多久可以开始、之后多久算晚，两端都写：-30分钟..+60分钟。条件里的时刻要写上日期，否则不知道是哪一天的；要说的多半是两个环节之间的时长。",
            "How long before the planned time it may begin, and how long after it is late: say both, -30min..+60min. A time of day in a condition has its date, or nobody knows of which day it is; mostly the time between two nodes is meant.",
        ),
        ["计划 计划时间 30分钟", "计划 计划时间 -30分钟..+30分钟"],
    ),
    of(
        "E0310",
        Body,
        ("两端写反了", "The ends are the wrong way round"),
        (
            "范围和窗先写小的一端，再写大的一端；负号表示在计划时间之前。",
            "The lower end of a range or window comes first; a minus means before the planned time.",
        ),
        [
            "参数 次数 [times] = 3 范围 5..1\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
            "参数 次数 [times] = 3 范围 1..5\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
        ],
    ),
    of(
        "E0311",
        Body,
        ("代码表里没有这个值", "The code table does not hold this value"),
        (
            "与代码比较的文字须是代码表里的名称或编码，否则这个比较永远不会成立。",
            "A text that is compared with a code has to be a name or code of its table: otherwise the comparison could never be true.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.结论 == \"同意\" }",
            "规则 甲 [a] { 级别 高  要求 审核.结论 == \"通过\" }",
        ],
    ),
    of(
        "E0313",
        Body,
        ("正则表达式有误", "The regular expression is not valid"),
        (
            "“匹配”之后的文字是正则表达式；提示里说明错在哪里。",
            "A regular expression follows `matches`; the message says where it goes wrong.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 配发.血袋号 匹配 \"B([0-9]+\" }",
            "规则 甲 [a] { 级别 高  要求 配发.血袋号 匹配 \"B[0-9]+\" }",
        ],
    ),
    of(
        "E0314",
        Body,
        ("工作时长用错了地方", "Working time where it cannot stand"),
        (
            "工作日、工作小时随各院区的日历而不同，所以不能用于升级和事件的条件，也不能与别的时长相加。",
            "Working days and hours differ with the calendar of a campus: they cannot stand in `escalate` or in the condition of an event, and nothing is added to them.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限  升级 1工作日 护士长 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限  升级 8小时 护士长 }",
        ],
    ),
];
