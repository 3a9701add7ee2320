//! E05xx: rules, limits, params and measures: their level, their range, their sense.

use super::{Page, Place, of};
use Place::{Body, Clause};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0501",
        Body,
        ("规则缺级别或要求", "A rule without severity or check"),
        (
            "级别决定谁来处理、多快处理；要求就是规则本身。每条规则两项都要有。",
            "The severity decides who deals with it and how fast; the check is the rule itself. A rule has both.",
        ),
        ["规则 甲 [a] { 要求 审核.完成 }", "规则 甲 [a] { 级别 高  要求 审核.完成 }"],
    ),
    of(
        "E0503",
        Body,
        ("规则的层次不清", "The level of a rule is not clear"),
        (
            "一条规则或者按医嘱判定一次，或者在每条轨迹上各判定一次；不能一半看一条轨迹，一半数各条轨迹，也不能把两个“每个”的环节放在一起，因为不知道哪条对哪条。分成两条规则。",
            "A rule is judged once an order, or once on every track. It cannot look at one track and count all of them, nor name nodes of two different `each`: nobody knows which goes with which. Make two rules.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 配发.完成 且 个数(血袋号) <= 2 }",
            "规则 甲 [a] { 级别 高  要求 配发.完成 }\n规则 乙 [b] { 级别 高  要求 个数(血袋号) <= 2 }",
        ],
    ),
    of(
        "E0504",
        Body,
        ("提示里说不清是哪一条轨迹", "The alert names a track that the rule does not know"),
        (
            "规则按医嘱判定，提示里却写了某一袋、某一次的内容。去掉占位，或在要求里点名“每个”之内的环节，使规则在每条轨迹上判定。",
            "The rule is judged once an order, and its alert speaks of one bag or one dose. Take the placeholder out, or name a node within `each` in the check, so that the rule is judged on every track.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"血袋 {血袋号} 未审核\" }",
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"申请 {申请.数量} 袋，未审核\" }",
        ],
    ),
    of(
        "E0505",
        Body,
        ("这里只看得到当前事件", "Only the event at hand is seen here"),
        (
            "“事件 … 当”“起于 … 当”的条件在事件到来时就要判断，只能用这个事件自己的字段和参数，不能看别的环节。",
            "The condition of an event is decided when it comes: it sees that event's own fields and params, and no other node.",
        ),
        ["停止 事件 order.stopped 当 申请.完成", "停止 事件 order.stopped 当 原因 == \"出院\""],
    ),
    of(
        "E0506",
        Body,
        ("没有这个“每个”", "There is no such `each`"),
        (
            "“每个 字段: …”“任一 字段: …”看的是流程里“每个 字段”的各条轨迹；流程里没有用这个字段。",
            "`each FIELD: …` and `any FIELD: …` look over the tracks of `each FIELD` in the flow; no block of the flow has this field.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 任一 标本条码: 配发.完成 }",
            "规则 甲 [a] { 级别 高  要求 任一 血袋号: 配发.完成 }",
        ],
    ),
    of(
        "E0507",
        Clause,
        ("时限的起点不对", "A limit cannot run from there"),
        (
            "时限从前面的环节算起：不能自本环节，不能自流程里更后面的环节，也不能自另一个“每个”里的环节（那里有许多条，不知道是哪一条）。",
            "A limit runs from an earlier node: not from its own, not from one that the flow puts behind it, nor from one within another `each`, where there are many and nobody knows which.",
        ),
        ["时限 30分钟 自 给药", "时限 30分钟 自 审核"],
    ),
    of(
        "E0508",
        Clause,
        ("时长不能是负的", "The duration cannot be negative"),
        (
            "时限、漏、升级和中断的时长都从某一刻往后算。要比较先后，写规则。",
            "The durations of `within`, `miss`, `escalate` and `interrupt` run forward from a moment. To say which comes first write a rule.",
        ),
        ["时限 -30分钟", "时限 30分钟"],
    ),
    of(
        "E0509",
        Body,
        ("参数的值在范围之外", "A param outside its own range"),
        (
            "范围是各院区可以改的余地，集团的值也在其中。",
            "The range is what a campus may set, and the group's own value lies within it.",
        ),
        [
            "参数 次数 [times] = 9 范围 1..5\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
            "参数 次数 [times] = 3 范围 1..5\n规则 甲 [a] { 级别 高  要求 申请.数量 <= 次数 }",
        ],
    ),
    of(
        "E0510",
        Body,
        ("总是成立，或总不成立", "Always true, or always false"),
        (
            "总是成立的要求查不出任何问题，总不成立的天天告警；多半是环节名写重了，或数字写错了。",
            "A check that is always true finds nothing, one that is always false alerts every day; mostly a node is named twice or a number is wrong.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 <= 审核.时间 }",
            "规则 甲 [a] { 级别 高  要求 申请.时间 <= 审核.时间 }",
        ],
    ),
    of(
        "E0511",
        Body,
        ("两条规则说的是同一件事", "Two rules that say the same"),
        (
            "同一件事会告警两次，统计也会算两次。删去一条。",
            "The same thing would alert twice and count twice. Delete one of them.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限 }\n规则 乙 [b] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 上限 }",
        ],
    ),
    of(
        "E0512",
        Body,
        ("指标的两端不对", "The ends of a measure do not fit"),
        (
            "指标是从一个环节到另一个环节的时间：两端不能是同一个环节，也不能在两个不同的“每个”里。",
            "A measure is the time from one node to another: not from a node to itself, nor between two different `each`.",
        ),
        ["指标 甲 [m] 从 审核 到 审核", "指标 甲 [m] 从 申请 到 审核"],
    ),
];
