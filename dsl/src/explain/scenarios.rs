//! E06xx: tests of loops, as they are written and as they run.

use super::{Page, Place, of};
use Place::{Body, Coverage, Fault, Mutants};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0601",
        Body,
        ("测试中没有这种语句", "A test has no such statement"),
        (
            "测试里有 主键、院区、患者、设 几项设置，以时间开头的事件行和应有行，以及 最终。",
            "A test holds the settings `key`, `campus`, `patient` and `set`, lines that begin with a time, and `finally`.",
        ),
        [
            "测试 \"申请\" {\n  病人 \"P1\"\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  患者 \"P1\"\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0602",
        Body,
        ("更正从 2 起", "Revisions count from 2"),
        (
            "第一次发送就是第 1 版，更正是第 2 版、第 3 版。",
            "The first sending is revision 1; what corrects it is 2, then 3.",
        ),
        [
            "测试 \"更正\" {\n  08:00 申请 王(医师) { 数量 1 }\n  08:00 申请 王(医师) 更正 1 { 数量 2 }\n  最终 申请 完成\n}",
            "测试 \"更正\" {\n  08:00 申请 王(医师) { 数量 1 }\n  08:00 申请 王(医师) 更正 2 { 数量 2 }\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0603",
        Body,
        ("一条应有只能指一条轨迹", "An expectation names one track"),
        (
            "[字段 值] 说明看哪一条轨迹，一行只写一个；几条轨迹各写一行。",
            "[FIELD VALUE] says which track is looked at, one a line; write a line for each track.",
        ),
        [
            "测试 \"配发\" {\n  08:00 申请 王(医师)\n  09:00 配发 孙(技师) { 血袋号 \"B1\"  血型 \"A+\" }\n  最终 配发[血袋号 \"B1\"] 完成[血袋号 \"B1\"]\n}",
            "测试 \"配发\" {\n  08:00 申请 王(医师)\n  09:00 配发 孙(技师) { 血袋号 \"B1\"  血型 \"A+\" }\n  最终 配发[血袋号 \"B1\"] 完成\n}",
        ],
    ),
    of(
        "E0604",
        Body,
        ("人员与环节写在同一行", "A person stands on the line of the node"),
        (
            "测试的一行是一件事：时间、环节、谁做的。行首的词须是语句。",
            "A line of a test is one thing that happens: when, which node, by whom. A word that begins a line has to be a statement.",
        ),
        [
            "测试 \"申请\" {\n  08:00 申请\n  王(医师)\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0605",
        Body,
        ("不是它的状态", "Not one of its statuses"),
        (
            "环节、规则、闭环各有自己的状态词，“应为”一行列出了它们。",
            "Nodes, rules and loops have statuses of their own; the line `expected` lists them.",
        ),
        [
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 申请 做完\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0607",
        Body,
        ("字段的值不合它的类型", "A value that does not fit its field"),
        (
            "fields.yaml 说明了每个字段的类型、范围、格式和代码表：不合的值在真实的消息里是质控发现，在测试里多半是笔误。有意写错的值写作 错值(…)，它若其实合格，同样是错误。",
            "fields.yaml gives the type, range, pattern and code table of every field: a value that does not fit is a finding on a real message, and mostly a slip in a test. What is meant to be wrong is written `invalid(…)`; where it fits after all, that is a mistake too.",
        ),
        [
            "测试 \"申请\" {\n  08:00 申请 王(医师) { 数量 \"两袋\" }\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师) { 数量 2 }\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0608",
        Body,
        ("两个测试同名", "Two tests of one title"),
        (
            "测试靠标题区分；同名就不知道失败的是哪一个。",
            "Tests are told apart by their titles; with two alike nobody knows which one failed.",
        ),
        [
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 申请 完成\n}\n测试 \"申请\" {\n  08:00 申请 李(医师)\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 申请 完成\n}\n测试 \"他人申请\" {\n  08:00 申请 李(医师)\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0609",
        Body,
        ("应有里的“每个”不存在", "An expectation names an `each` that is not there"),
        (
            "[字段 值] 里的字段须是流程里“每个”的字段。",
            "The field of [FIELD VALUE] is that of an `each` of the flow.",
        ),
        [
            "测试 \"配发\" {\n  08:00 申请 王(医师)\n  09:00 配发 孙(技师) { 血袋号 \"B1\"  血型 \"A+\" }\n  最终 配发[执行单号 \"B1\"] 完成\n}",
            "测试 \"配发\" {\n  08:00 申请 王(医师)\n  09:00 配发 孙(技师) { 血袋号 \"B1\"  血型 \"A+\" }\n  最终 配发[血袋号 \"B1\"] 完成\n}",
        ],
    ),
    of(
        "E0610",
        Body,
        ("测试无法运行", "The test cannot be run"),
        (
            "测试的某一行说的事无从做起，例如撤回一个没有发送过的事件。",
            "A line of the test asks for what cannot be done, such as taking back an event that was never sent.",
        ),
        [
            "测试 \"撤回\" {\n  08:00 申请 王(医师)\n  08:10 审核 李(上级医师) 撤回\n  最终 申请 完成\n}",
            "测试 \"撤回\" {\n  08:00 申请 王(医师)\n  08:05 审核 李(上级医师)\n  08:10 审核 李(上级医师) 撤回\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0611",
        Body,
        ("事件被拒绝", "The event is rejected"),
        (
            "测试的事件与真的一样经过入口。时间在到达之后、值的类型不对等，入口会拒绝，提示里写明原因。",
            "The events of a test come through the same door as real ones. The door rejects, say, a time that lies after the arrival; the message gives the reason.",
        ),
        [
            "测试 \"补录\" {\n  08:00 申请 王(医师) 到达 07:00\n  最终 申请 完成\n}",
            "测试 \"补录\" {\n  08:00 申请 王(医师) 到达 09:00\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0612",
        Body,
        ("结果与应有的不同", "The outcome is not what was expected"),
        (
            "测试按写的事件算出的状态，与“应有”“最终”所写的不同。或者闭环写错了，或者期望写错了。",
            "What the events of the test lead to differs from what `expect` or `finally` says. Either the loop or the expectation is wrong.",
        ),
        [
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  最终 审核 完成\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师)\n  08:05 审核 李(上级医师)\n  最终 审核 完成\n}",
        ],
    ),
    of(
        "E0613",
        Fault,
        ("到达顺序不同，结果不同", "Another order of arrival ends otherwise"),
        (
            "每个测试还把事件按许多随机顺序、有的重复地再发一遍，结果必须相同。不同就是程序的缺陷，请把这个测试报给维护者。",
            "Every test also sends its events in many random orders, some of them twice, and the end has to be the same. Where it is not, this is a fault of the program: please report the test.",
        ),
        ["", ""],
    ),
    of(
        "E0614",
        Coverage,
        ("没有测试让环节发生", "No test lets the node happen"),
        (
            "`medloop test --coverage` 指出没有测试走到的环节：它写得对不对，没有人知道。",
            "`medloop test --coverage` tells which nodes no test reaches: nobody knows whether they are right.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  测试 \"申请\" {\n    08:00 申请 王\n    最终 闭环 进行中\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n}",
        ],
    ),
    of(
        "E0615",
        Coverage,
        ("没有测试使规则符合或违反", "No test makes the rule hold, or break"),
        (
            "一条规则至少要有一个测试使它符合，一个使它违反，才知道它既不漏报也不误报。",
            "A rule wants a test in which it holds and one in which it breaks: only then is it known neither to miss nor to cry wolf.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  规则 及时 [in_time] { 级别 高  要求 签收.时间 - 申请.时间 <= 30分钟 }\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  规则 及时 [in_time] { 级别 高  要求 签收.时间 - 申请.时间 <= 30分钟 }\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n  测试 \"迟了\" {\n    08:00 申请 王\n    08:45 签收 赵\n    最终 签收 完成\n  }\n}",
        ],
    ),
    of(
        "E0616",
        Coverage,
        ("没有测试走这个分支", "No test takes the branch"),
        (
            "“|”的每个分支、每个“当”的真与假，都要有一个测试走到。",
            "Every branch of `|`, and every `when` true and false, wants a test that takes it.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → ( 审核 | 签收 )\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 审核 [review] { 事件 blood.request_reviewed  阶段 审核 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  测试 \"审核\" {\n    08:00 申请 王\n    08:10 审核 李\n    最终 闭环 闭合\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → ( 审核 | 签收 )\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 审核 [review] { 事件 blood.request_reviewed  阶段 审核 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  测试 \"审核\" {\n    08:00 申请 王\n    08:10 审核 李\n    最终 闭环 闭合\n  }\n  测试 \"签收\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n}",
        ],
    ),
    of(
        "E0617",
        Coverage,
        ("没有测试守住或错过时限", "No test keeps the limit, or misses it"),
        (
            "时限与计划要有一个测试按时，一个测试超时，才知道算得对。",
            "A limit or plan wants a test that keeps it and one that misses it: only then is it known to be reckoned right.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核  时限 30分钟 自 申请 }\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核  时限 30分钟 自 申请 }\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n  测试 \"迟了\" {\n    08:00 申请 王\n    08:45 签收 赵\n    最终 签收 延迟\n  }\n}",
        ],
    ),
    of(
        "E0618",
        Coverage,
        ("没有测试用到取消、停止或中断", "No test shows the ending"),
        (
            "取消、停止、换单、豁免、恢复和中断，各要有一个测试让它生效。",
            "Cancelling, stopping, replacing, excusing, resuming and interrupting each want a test in which they take effect.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  停止 事件 order.stopped\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → 签收\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核 }\n  停止 事件 order.stopped\n  测试 \"及时\" {\n    08:00 申请 王\n    08:10 签收 赵\n    最终 闭环 闭合\n  }\n  测试 \"停止\" {\n    08:00 申请 王\n    08:05 停止 王\n    最终 闭环 已停止\n  }\n}",
        ],
    ),
    of(
        "E0619",
        Coverage,
        ("没有测试重来或终止", "No test begins the block again, or ends it"),
        (
            "“重来”“终止”的环节要有一个测试让它发生，看后面的轮次是否照样进行。",
            "The node of an `again` or `ends` wants a test in which it happens, to see that what follows goes on as it should.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → ( 采集 ) 重来 退回\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }\n  环节 退回 [reject] { 事件 specimen.rejected  阶段 执行 }\n  测试 \"一次\" {\n    08:00 申请 王\n    08:10 采集 赵 { 标本条码 \"S1\" }\n    最终 闭环 闭合\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请 → ( 采集 ) 重来 退回\n  环节 申请 [request] { 事件 blood.requested  阶段 开立 }\n  环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }\n  环节 退回 [reject] { 事件 specimen.rejected  阶段 执行 }\n  测试 \"一次\" {\n    08:00 申请 王\n    08:10 采集 赵 { 标本条码 \"S1\" }\n    最终 闭环 闭合\n  }\n  测试 \"退回\" {\n    08:00 申请 王\n    08:10 采集 赵 { 标本条码 \"S1\" }\n    08:20 退回 孙 { 标本条码 \"S1\" }\n    08:30 采集 赵 { 标本条码 \"S2\" }\n    最终 闭环 闭合\n  }\n}",
        ],
    ),
    of(
        "E0620",
        Coverage,
        ("没有测试写了或缺了必填的字段", "No test gives the required field, or leaves it out"),
        (
            "必填的字段要有一个测试写了它，一个缺了它，才知道缺了会怎样。",
            "A required field wants a test that gives it and one that leaves it out: only then is it known what its absence does.",
        ),
        [
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请\n  环节 申请 [request] { 事件 blood.requested  阶段 开立  必填 数量 }\n  测试 \"写了数量\" {\n    08:00 申请 王 { 数量 2 }\n    最终 申请 完成\n  }\n}",
            "闭环 用血 [blood] {\n  主键 医嘱号\n  流程 申请\n  环节 申请 [request] { 事件 blood.requested  阶段 开立  必填 数量 }\n  测试 \"写了数量\" {\n    08:00 申请 王 { 数量 2 }\n    最终 申请 完成\n  }\n  测试 \"没写数量\" {\n    08:00 申请 王\n    最终 申请 完成\n  }\n}",
        ],
    ),
    of(
        "E0621",
        Mutants,
        ("改动没有测试发觉", "A change that no test notices"),
        (
            "`medloop test --mutate` 把闭环改动一小处（时限放宽、条件反转、环节省去……）再跑测试：全都通过，就是没有测试管住这一处。提示里说明该测什么。",
            "`medloop test --mutate` changes the loop in one small place (a wider limit, a turned condition, a node left out …) and runs the tests: where all of them pass none of them guards that place. The message says what to test.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → 签收
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核  时限 30分钟 自 申请 }
  测试 \"正好按时\" {
    08:00 申请 王
    08:30 签收 赵
    最终 签收 完成
  }
  测试 \"迟了\" {
    08:00 申请 王
    08:31 签收 赵
    最终 签收 延迟 1分钟
  }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → 签收
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 签收 [accept] { 事件 blood.order_accepted  阶段 审核  时限 30分钟 自 申请 }
  测试 \"正好按时\" {
    08:00 申请 王
    08:30 签收 赵
    最终 签收 完成
  }
  测试 \"迟了\" {
    08:00 申请 王
    08:31 签收 赵
    最终 签收 延迟 1分钟
  }
  测试 \"还没有签收\" {
    08:00 申请 王
    08:10 应有 签收 待办
    最终 闭环 进行中
  }
  测试 \"没有申请\" {
    08:00 签收 赵
    最终 申请 缺失
  }
}",
        ],
    ),
];
