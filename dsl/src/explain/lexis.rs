//! E01xx: characters, brackets, quotes, statements.

use super::{Page, Place, of};
use Place::{Body, Clause, Fault, Many};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0100",
        Many("\n等级 五", 201),
        ("错误太多", "Too many mistakes"),
        (
            "一个文件最多列出 200 处错误。多半是开头的一处（括号、引号）引起了后面的，先改前几处，再检查一次。",
            "At most 200 mistakes of a file are listed. Mostly an early one (a bracket, a quote) led to the others: mend the first few and check again.",
        ),
        ["等级 5…", "等级 5"],
    ),
    of(
        "E0101",
        Many(" ", 4_200_000),
        ("文件过大", "The file is too large"),
        (
            "一个 .loop 文件至多 4 MB。一个闭环写一个文件。",
            "A .loop file has at most 4 MB. Give every loop a file of its own.",
        ),
        ["等级 5…", "等级 5"],
    ),
    of(
        "E0102",
        Body,
        ("不该有的字符", "A character that has no meaning"),
        (
            "这个字符在文字之外没有意义，或者根本看不见（多半是从网页或聊天里粘贴来的）。箭头写 → 或 ->，范围写 ..，语句之后不写句号。",
            "This character means nothing outside a text, or cannot even be seen (mostly pasted from a page or a chat). An arrow is `→` or `->`, a range is `..`, and no full stop ends a statement.",
        ),
        ["规则 甲 [a] { 级别 高  要求 审核.完成。 }", "规则 甲 [a] { 级别 高  要求 审核.完成 }"],
    ),
    of(
        "E0127",
        Body,
        ("文件不是 UTF-8 编码", "The file is not in UTF-8"),
        (
            "文件只按 UTF-8 来读。记事本的“ANSI”是 GBK，“Unicode”是 UTF-16：另存为时编码选 UTF-8。在这之前，文件里写了什么无从知道，所以别的都不说。",
            "Files are read as UTF-8 and nothing else. What Notepad calls ANSI is GBK in China, what it calls Unicode is UTF-16: save the file again as UTF-8. Until then nobody knows what it says, so nothing else is told of it.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"\u{fffd}\u{fffd}\" }",
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"未审核\" }",
        ],
    ),
    of(
        "E0103",
        Many(" 且 审核.完成", 5000),
        ("嵌套过深或过长", "Nested too deep, or too long"),
        (
            "括号至多嵌套 64 层，一处表达式的运算也有上限。拆成几条规则。",
            "Brackets nest up to 64 deep, and one expression has a bound on its operations. Make several rules of it.",
        ),
        ["规则 甲 [a] { 级别 低  要求 申请.完成… }", "规则 甲 [a] { 级别 低  要求 申请.完成 且 审核.完成 }"],
    ),
    of(
        "E0104",
        Body,
        ("括号没有闭合", "A bracket is not closed"),
        (
            "指出的括号没有与它成对的另一半。提示里也指出了应在哪里闭合。",
            "The bracket that is pointed at has no other half. The message also shows where it should be closed.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 (申请.完成 且 审核.完成 }",
            "规则 甲 [a] { 级别 高  要求 (申请.完成 且 审核.完成) }",
        ],
    ),
    of(
        "E0105",
        Body,
        ("多余的括号", "A bracket that closes nothing"),
        ("删去它，或在前面补上与它成对的那一个。", "Delete it, or put the one that it closes before it."),
        ["规则 甲 [a] { 级别 高  要求 申请.完成) }", "规则 甲 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0106",
        Body,
        ("引号没有闭合", "A quote is not closed"),
        (
            "文字写在一行之内，用 \"…\" 或成对的 “…”。文字里的直引号写作 \\\"。",
            "A text stays on one line, between \"…\" or a pair “…”. A straight quote within it is written \\\".",
        ),
        ["依据 \"临床输血技术规范", "依据 \"临床输血技术规范\""],
    ),
    of(
        "E0107",
        Body,
        ("「」里没有名称", "No name between 「 and 」"),
        (
            "「…」把一个名称括起来，名称可以是关键字；两个符号须在同一行，中间不能空着。",
            "「…」 encloses a name, which may be a keyword; both signs stand on one line with the name between them.",
        ),
        ["规则 「」 [a] { 级别 高  要求 申请.完成 }", "规则 「停止」 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0108",
        Body,
        ("名称与代码的写法不对", "A name or code is not written as one"),
        (
            "先写名称，再写 [代码]，然后是 {。名称是一个词，没有空格、引号和符号；代码在方括号里。",
            "The name comes first, then its [code], then `{`. A name is one word without blanks, quotes or signs; a code stands between [ and ].",
        ),
        ["规则 双人 核对 [a] { 级别 高  要求 申请.完成 }", "规则 双人核对 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0109",
        Body,
        ("缺名称", "A name is missing"),
        (
            "每个闭环、环节、规则都有名称。关键字作名称时写成「…」。",
            "Every loop, node and rule has a name. A keyword as a name is written 「…」.",
        ),
        ["规则 [a] { 级别 高  要求 申请.完成 }", "规则 甲 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0110",
        Body,
        ("代码写法不对", "A code is not written as one"),
        (
            "代码只用小写字母、数字和下划线，以字母开头，至多 64 个字符，不能是关键字。代码发布之后不可更改。",
            "A code holds a-z, 0-9 and _, a letter first, 64 characters at most, and is no keyword. It never changes once published.",
        ),
        ["规则 甲 [RuleA] { 级别 高  要求 申请.完成 }", "规则 甲 [rule_a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0111",
        Body,
        ("这里读不懂", "Cannot make sense of this"),
        (
            "语句没有写完，或者写了这里不能写的东西；“应为”一行说这里可以写什么。",
            "The statement is not complete, or something stands where it cannot. The line `expected` says what may stand here.",
        ),
        ["停止 order.stopped", "停止 事件 order.stopped"],
    ),
    of(
        "E0112",
        Body,
        ("关键字之后缺空格", "A blank is missing after a keyword"),
        ("关键字与名称之间空一格。", "A blank stands between a keyword and a name."),
        ["规则甲 [a] { 级别 高  要求 申请.完成 }", "规则 甲 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0113",
        Body,
        ("比较相等写 ==", "Equality is two signs"),
        (
            "“=” 只用于赋值，如参数；比较写 ==，不等写 !=。",
            "A single `=` sets a value, as in a param; equality is `==`, difference `!=`.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.结论 = \"通过\" }",
            "规则 甲 [a] { 级别 高  要求 审核.结论 == \"通过\" }",
        ],
    ),
    of(
        "E0114",
        Body,
        ("条件有自己的连接与比较", "A condition has words and signs of its own"),
        (
            "连接用“且”“或”“非”，比较用 == != < <= > >=、属于、匹配，加减用 + -。没有 &&、||、<>、乘除，也不写“并且”“不超过”这类话：一种意思只有一种写法，读的人才不会猜。",
            "Conditions are joined by `and`, `or`, `not`, compared by == != < <= > >=, `in` and `matches`, added to by + and -. There is no &&, ||, <>, no multiplication and no prose: one meaning has one form, so that nobody has to guess.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 申请.完成 && 审核.完成 }",
            "规则 甲 [a] { 级别 高  要求 申请.完成 且 审核.完成 }",
        ],
    ),
    of(
        "E0115",
        Body,
        ("关键字不能直接作名称", "A keyword is no name"),
        (
            "两种语言的关键字都是保留的。确要用它作名称，写成「…」。",
            "The keywords of both languages are reserved. Where one has to be a name, write 「…」.",
        ),
        ["规则 停止 [halt] { 级别 高  要求 审核.完成 }", "规则 「停止」 [halt] { 级别 高  要求 审核.完成 }"],
    ),
    of(
        "E0116",
        Body,
        ("缺 {", "`{` is missing"),
        (
            "环节、规则和测试的内容写在 { } 之间。",
            "What belongs to a node, rule or test stands between { and }.",
        ),
        ["规则 甲 [a] 级别 高  要求 申请.完成 }", "规则 甲 [a] { 级别 高  要求 申请.完成 }"],
    ),
    of(
        "E0117",
        Body,
        ("文字写在双引号里，名称不写引号", "A text stands between double quotes, a name does not"),
        (
            "提示、依据、标题，以及含符号的值（如 A+），都写在双引号里，不用单引号和书名号。环节、字段、事件这些名称不写引号。",
            "Alerts, bases, titles and values with signs in them (such as A+) stand between double quotes, not single ones. Names of nodes, fields and events have none.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 须先审核 }",
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"须先审核\" }",
        ],
    ),
    of(
        "E0118",
        Body,
        ("正负号只写在数字之前", "A sign stands only before a number"),
        ("“-” 之后是数字或带单位的时长。", "A number, or a duration with its unit, follows `-`."),
        [
            "测试 \"申请\" {\n  08:00 申请 王(医师) { 数量 -\"3\" }\n  最终 申请 完成\n}",
            "测试 \"申请\" {\n  08:00 申请 王(医师) { 数量 -3 }\n  最终 申请 完成\n}",
        ],
    ),
    of(
        "E0119",
        Body,
        ("“且”与“或”混用须加括号", "`and` and `or` together need parentheses"),
        (
            "没有括号时有两种读法，各人理解不同，所以必须写明。提示里列出了两种读法。",
            "Without parentheses there are two readings, and people differ, so it has to be said. The message shows both.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 申请.完成 且 审核.完成 或 申请.数量 > 2 }",
            "规则 甲 [a] { 级别 高  要求 (申请.完成 且 审核.完成) 或 申请.数量 > 2 }",
        ],
    ),
    of(
        "E0120",
        Body,
        ("语句写错了地方", "A statement in the wrong place"),
        (
            "这个语句属于别的地方：时限写在环节里，要求写在规则里，等级写在闭环里。",
            "The statement belongs elsewhere: `within` to a node, `check` to a rule, `grade` to the loop.",
        ),
        [
            "规则 甲 [a] { 级别 高  时限 30分钟  要求 审核.完成 }",
            "规则 甲 [a] { 级别 高  要求 审核.时间 - 申请.时间 <= 30分钟 }",
        ],
    ),
    of(
        "E0121",
        Body,
        ("数字中不能写逗号", "A number has no comma in it"),
        ("写 1600，不写 1,600。", "Write 1600, not 1,600."),
        [
            "规则 甲 [a] { 级别 高  要求 申请.数量 <= 1,600 }",
            "规则 甲 [a] { 级别 高  要求 申请.数量 <= 1600 }",
        ],
    ),
    of(
        "E0122",
        Body,
        ("比较不能连写", "Comparisons do not chain"),
        ("写成两个比较，中间用“且”。", "Write two comparisons with `and` between them."),
        [
            "规则 甲 [a] { 级别 高  要求 1 < 申请.数量 <= 3 }",
            "规则 甲 [a] { 级别 高  要求 1 < 申请.数量 且 申请.数量 <= 3 }",
        ],
    ),
    of(
        "E0123",
        Clause,
        ("单位须紧跟数字", "A unit touches its number"),
        ("写 30分钟，中间没有空格。", "Write 30min, without a blank."),
        ["时限 30 分钟", "时限 30分钟"],
    ),
    of(
        "E0124",
        Body,
        ("提示中的占位写法不对", "A placeholder of an alert is not written as one"),
        (
            "占位写 {参数}、{字段} 或 {环节.字段}；原样的括号写两遍：{{ 和 }}。",
            "A placeholder is {PARAM}, {FIELD} or {NODE.FIELD}; the sign itself is doubled: {{ and }}.",
        ),
        [
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"申请 {申请.数量 袋\" }",
            "规则 甲 [a] { 级别 高  要求 审核.完成  提示 \"申请 {申请.数量} 袋\" }",
        ],
    ),
    of(
        "E0125",
        Body,
        ("这里不写冒号或等号", "No colon or equals sign here"),
        (
            "关键字与它的内容、测试里的字段与值，中间都只空一格。“=”只写在参数的名称与值之间。",
            "A blank stands between a keyword and what belongs to it, and between a field and its value in a test. `=` stands between a param and its value.",
        ),
        ["等级：5", "等级 5"],
    ),
    of(
        "E0126",
        Fault,
        ("排版之后意思会变", "The formatted text would not say the same"),
        (
            "排版程序读回自己写出的文字，发现与原文意思不同，于是没有改动文件。这是程序的缺陷，请把这个文件报给维护者。",
            "The formatter read its own text again, found another meaning, and left the file alone. This is a fault of the program: please report the file.",
        ),
        ["", ""],
    ),
];
