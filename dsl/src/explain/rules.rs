//! E05xx: rules, limits, params and measures: their level, their range, their sense.

use super::{Page, Place, of};
use Place::{Body, Campuses, Clause, File};

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
            "总不成立的要求天天告警，总不成立的条件使环节永远不会发生，总是成立的条件等于没写；使规则永远不会告警的另有 E0517。看的是：两边相同、参数的范围、同一个值的几个条件合在一起、清单包括了代码表的全部、“适用”与“要求”合在一起。多半是环节名写重了，数字写错了，或“且”“或”写反了。",
            "A check that is always false alerts every day, a guard that is always false keeps its node from ever happening, and one that is always true says nothing; where a rule can never alert because of it that is E0517. What is seen: equal sides, the ranges of params, several conditions on one value, lists of a whole code table, `applies` and `check` together. Mostly a node is named twice, a number is wrong, or `and` stands for `or`.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 < 审核.时间 }",
            "规则 甲 [a] { 级别 高  要求 申请.时间 < 审核.时间 }",
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
    of(
        "E0513",
        Body,
        ("这些时长不能都成立", "Durations that cannot all hold"),
        (
            "时限、计划、规则和流程的先后各说一段时间至多或至少多长，合在一起却没有哪种先后能全部满足：总有一条规则违反，或一个环节超时。提示里把绕成一圈的几段逐一列出，改其中一段。参数按集团的值计算，工作时长不算。",
            "Limits, plans, rules and the order of the flow each say how long a stretch may be at most or at least, and no course of events keeps all of them: a rule is always broken, or a node always late. The message lists the stretches that go round in a circle: change one of them. Params count with the group's value, working time does not.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 开始.时间 - 配发.时间 >= 40分钟 }",
            "规则 甲 [a] { 级别 高  要求 开始.时间 - 配发.时间 >= 10分钟 }",
        ],
    ),
    of(
        "E0514",
        File,
        ("点名了两个分支的环节", "Nodes of two branches"),
        (
            "“|”的两个分支只走一个，同时要两边的规则、时限、指标永远没有结果。分开写，或改用“&”。",
            "Of the branches of `|` one is taken, so a rule, limit or measure that needs nodes of both never comes to a result. Write them apart, or use `&`.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → ( 审核 | 签收 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 审核 [review]  { 事件 blood.request_reviewed  阶段 审核 }
  环节 签收 [accept]  { 事件 blood.order_accepted  阶段 审核 }
  规则 及时签收 [in_time] { 级别 高  要求 签收.时间 - 审核.时间 <= 30分钟 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → ( 审核 | 签收 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 审核 [review]  { 事件 blood.request_reviewed  阶段 审核 }
  环节 签收 [accept]  { 事件 blood.order_accepted  阶段 审核 }
  规则 及时签收 [in_time] { 级别 高  要求 签收.时间 - 申请.时间 <= 30分钟 }
}",
        ],
    ),
    of(
        "E0515",
        Body,
        ("规则不比另一条严", "A rule no stricter than another"),
        (
            "两条规则限制同一段时间，宽的一条级别又不更高：它违反时，严的早已告警，只会多一次重复的告警。分级告警时，宽的一条级别要更高。",
            "Two rules bound the same thing, and the wider one is no graver: whenever it is broken the stricter one has alerted before, and it only alerts again. Where alerts are graded the wider rule has the higher severity.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 30分钟 }\n规则 乙 [b] { 级别 高  要求 审核.时间 - 申请.时间 <= 1小时 }",
            "规则 甲 [a] { 级别 中  要求 审核.时间 - 申请.时间 <= 30分钟 }\n规则 乙 [b] { 级别 高  要求 审核.时间 - 申请.时间 <= 1小时 }",
        ],
    ),
    of(
        "E0516",
        Body,
        ("参数没有用到", "A param that nothing uses"),
        (
            "院区会以为改了这个参数就改了限制，其实什么也没有变。把它写进时限、计划或规则，或删去。",
            "A campus would think that setting it changes a limit, and nothing changes. Put it into a limit, a plan or a rule, or delete it.",
        ),
        [
            "参数 间隔 [gap] = 30分钟",
            "参数 间隔 [gap] = 30分钟\n规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 间隔 }",
        ],
    ),
    of(
        "E0517",
        Body,
        ("永远不会告警", "An alert that can never fire"),
        (
            "规则从不判定，或从不违反，也就从不告警。看的是：“适用”总不成立，或“要求”总是成立（见 E0510）；“适用”、闭环的“起于 … 当”、规则所说环节在流程里的“当”对开立时的同一个值提出了不会同时成立的要求，或已经包括了“要求”；规则所说的环节在每个院区都写在 campus/*.yaml 的 off 或 unavailable 下。多半是把值写反了，数字写错了，或规则写错了闭环。",
            "The rule is never judged, or can never be broken, so it never alerts. What is seen: `applies` that is never true, or `check` that is always true (see E0510); `applies`, the loop's `starts … when` and the `when` in the flow before the nodes that the rule is about ask for values of one field of the opening event that exclude each other, or that include all of `check`; a node that the rule is about stands under `off` or `unavailable` in the campus/*.yaml of every campus. Mostly a value is the wrong way round, a number is wrong, or the rule stands in the wrong loop.",
        ),
        [
            "起于 申请 当 血型 == \"A+\"\n规则 甲 [a] { 级别 高  适用 申请.血型 == \"O+\"  要求 审核.完成 }",
            "起于 申请 当 血型 属于 (\"A+\"、\"O+\")\n规则 甲 [a] { 级别 高  适用 申请.血型 == \"O+\"  要求 审核.完成 }",
        ],
    ),
    of(
        "E0518",
        Body,
        ("由各时限推出的上限", "A limit that follows from others"),
        (
            "不是错误：各时限都守住时，这个环节至多在开立之后多久。`medloop check --hints` 才显示，编辑器里写在环节名称之后。推出的时长与临床上要求的不符，说明某条时限过宽或缺了一条。",
            "No mistake: how long after the order's opening this node comes at most when every limit is kept. Only `medloop check --hints` shows it, and editors behind the node's name. Where it is not what the ward would expect, a limit is too wide or one is missing.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 1小时 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 1工作日 }",
        ],
    ),
    of(
        "E0519",
        Campuses,
        ("从不起作用的计划", "A plan that never counts"),
        (
            "环节的计划依记录下来的计划时间；记录它的环节在每个院区都写在 off 或 unavailable 下，或发送其事件的系统映射里都没有写这个字段，就没有计划时间可依，提前、延迟都看不出来。由自己的事件带计划时间，在来源映射的 set 里补上，或改用时限。",
            "The node's plan goes by a planned time that is recorded. Where the node that records it stands under `off` or `unavailable` at every campus, or no mapping of the systems that send its events sets the field, there is no planned time, and nothing is ever early or late. Let its own event carry the planned time, add it to the `set` of the mapping, or use a limit.",
        ),
        ["  用药:\n    off: { 核对: { reason: 不核对 } }", "  用药:\n    off: { 审核: { reason: 不审核 } }"],
    ),
];
