//! E0401 to E0409: the flow.

use super::{Page, Place, of};
use Place::{File, Flow};

pub(super) const PAGES: &[Page] = &[
    of(
        "E0401",
        Flow,
        ("流程中没有这种连接", "A flow does not connect nodes so"),
        (
            "先后写“→”，不分先后都要做写“&”，只做其一写“|”，可省的写“?”。“、”“=>”“然后”看不出是哪一种。",
            "One after the other is `→` or `->`, all in any order `&`, one of them `|`, what may be left out has `?`. A comma, `=>` or a word does not say which of these is meant.",
        ),
        ["流程 申请、审核", "流程 申请 → 审核"],
    ),
    of(
        "E0402",
        Flow,
        ("同一层括号里混用了两种连接", "Two operators within one pair of parentheses"),
        (
            "“→”“|”“&”混在一起有两种读法，各人理解不同，所以必须加括号。提示里列出了两种读法。",
            "`→`, `|` and `&` side by side have two readings, and people differ, so parentheses have to say it. The message shows both readings.",
        ),
        ["流程 申请 → 采集 | 审核", "流程 申请 → (采集 | 审核)"],
    ),
    of(
        "E0403",
        Flow,
        ("“*”和“+”只能写在环节之后", "`*` and `+` stand behind a node"),
        (
            "一组环节要反复，须说清是为每个什么（每个 血袋号 ( … )），还是因何重来（( … ) 重来 退回）：否则不知道哪一次配哪一次。",
            "Where a group repeats it has to say for each of what (`each bag_no ( … )`), or upon what it begins again (`( … ) again REJECT`): otherwise nobody knows which goes with which.",
        ),
        ["流程 申请 → ( 采集 → 接收 )+", "流程 申请 → ( 采集 → 接收 ) 重来 退回"],
    ),
    of(
        "E0404",
        File,
        ("环节不在流程里", "A node that the flow leaves out"),
        (
            "不在流程里的环节没有位置，也就没有先后、没有时限的起点。写进流程，或写在“重来”“终止”之后。",
            "A node outside the flow has no place: nothing comes before it, no limit begins. Put it into the flow, or behind `again` or `ends`.",
        ),
        [
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 签收 [accept]  { 事件 blood.order_accepted  阶段 审核 }
}",
            "闭环 用血 [blood] {
  主键 医嘱号
  流程 申请 → 签收
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 签收 [accept]  { 事件 blood.order_accepted  阶段 审核 }
}",
        ],
    ),
    of(
        "E0405",
        Flow,
        ("环节在流程中出现两次", "A node stands in the flow twice"),
        (
            "一个环节在流程里只有一个位置。可能发生几次的写“+”或“*”；退回后重做的写“重来”；两处其实是两件事的，写成两个环节。",
            "A node has one place in the flow. What may happen several times has `+` or `*`, what is done again after a rejection has `again`; two different acts are two nodes.",
        ),
        ["流程 申请 → 审核 → 申请", "流程 申请 → 审核"],
    ),
    of(
        "E0406",
        Flow,
        ("“每个”里不能再有“每个”", "An `each` within another"),
        (
            "一条轨迹只按一个字段区分。把第二个“每个”移到第一个之后。",
            "Tracks are told apart by one field. Put the second `each` behind the first.",
        ),
        [
            "流程 申请 → 每个 血袋号 ( 配发 → 每个 执行单号 ( 给药 ) )",
            "流程 申请 → 每个 血袋号 ( 配发 ) → 每个 执行单号 ( 给药 )",
        ],
    ),
    of(
        "E0407",
        Flow,
        ("两个“每个”用了同一个字段", "Two `each` of one field"),
        (
            "同一个字段只能有一个“每个”，否则一个血袋号不知道属于哪一段。合成一个。",
            "One field has one `each`: otherwise a bag number would belong to two blocks. Make one of them.",
        ),
        [
            "流程 申请 → 每个 血袋号 ( 配发 ) → 每个 血袋号 ( 开始 )",
            "流程 申请 → 每个 血袋号 ( 配发 → 开始 )",
        ],
    ),
    of(
        "E0408",
        Flow,
        ("事件不知道属于哪一条轨迹", "To which track does the event belong?"),
        (
            "“每个 血袋号”之内的事件都要带血袋号，才知道说的是哪一袋。把环节移到“每个”之外，或请发送方带上这个字段。",
            "Every event within `each bag_no` carries the bag number, so that it is known which bag it is about. Move the node out of the `each`, or have the sender add the field.",
        ),
        ["流程 申请 → 每个 血袋号 ( 配发 → 审核 )", "流程 申请 → 审核 → 每个 血袋号 ( 配发 )"],
    ),
    of(
        "E0409",
        Flow,
        ("“重来”里不能有“每个”或“重来”", "No `each` or `again` within an `again`"),
        (
            "“重来”使一段从头开始；里面再有“每个”或“重来”，就说不清哪一轮的哪一条。把它们并排写。",
            "`again` begins its block anew; with an `each` or `again` within it nobody could say which round of which track. Put them side by side.",
        ),
        [
            "流程 申请 → ( 采集 → 每个 血袋号 ( 配发 ) ) 重来 退回",
            "流程 申请 → ( 采集 ) 重来 退回 → 每个 血袋号 ( 配发 )",
        ],
    ),
];
