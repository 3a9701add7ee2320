//! Where examples stand: the loop, the node and the files around them.

use super::Page;
use crate::diagnostic::{Lang, Words};

/// Where an example stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A loop file.
    File,
    /// Statements in the loop [`BODY`].
    Body,
    /// As [`Place::Body`], with `…` standing for so many of a text.
    Many(&'static str, usize),
    /// The 流程 of a loop with the [`NODES`] that it names, by name or code.
    Flow,
    /// Clauses of the node 给药 in the loop [`NODE`].
    Clause,
    /// A loop file whose tests should show all there is of a kind.
    Coverage,
    /// A loop file of which every small change should be noticed by its tests.
    Mutants,
    /// YAML at the end of a file of that name.
    Yaml(&'static str),
    /// The whole of a file of that name.
    Whole(&'static str),
    /// What stands under `loops:` in the file of every campus, beside the loop [`PLANNED`].
    Campuses,
    /// A list of files.
    Folder,
    /// Lines of the source file [`SOURCE`], in the place of the good ones, beside the loop [`MAPPED`].
    Source,
    /// None: what it tells is a fault of the program.
    Fault,
}

/// The loop into which statements are put.
pub(super) const BODY: &str = "闭环 示例 [example] {
  主键 医嘱号
  流程 申请 → 审核 → 每个 血袋号 ( 配发 → 开始? )
  参数 上限 [limit] = 30分钟  范围 5分钟..2小时
  环节 申请 [request] { 事件 blood.requested  角色 医师  阶段 开立  可填 血型、数量 }
  环节 审核 [review]  { 事件 blood.request_reviewed  角色 上级医师  阶段 审核  可填 结论  时限 1工作日 }
  环节 配发 [issue]   { 事件 blood.issued  角色 技师  阶段 执行  必填 血袋号、血型 }
  环节 开始 [start]   { 事件 transfusion.started  角色 护士  阶段 执行  必填 血袋号  时限 上限 自 配发 }
  …
}
";

/// The loop into which clauses of a node are put.
pub(super) const NODE: &str = "闭环 示例 [example] {
  主键 医嘱号
  流程 申请 → 审核 → 每个 执行单号 ( 给药 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立  可填 成分 }
  环节 审核 [review]  { 事件 blood.request_reviewed  阶段 审核  可填 结论 }
  环节 给药 [give]    { 事件 medication.given  阶段 执行  必填 执行单号、计划时间  … }
}
";

/// The nodes of which flows are made.
pub(super) const NODES: &[(&str, &str)] = &[
    ("申请", "环节 申请 [request] { 事件 blood.requested  阶段 开立 }"),
    ("审核", "环节 审核 [review] { 事件 blood.request_reviewed  阶段 审核 }"),
    ("采集", "环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }"),
    ("接收", "环节 接收 [receive] { 事件 specimen.received  阶段 执行  必填 标本条码 }"),
    ("退回", "环节 退回 [reject] { 事件 specimen.rejected  阶段 执行  必填 标本条码、原因 }"),
    ("配发", "环节 配发 [issue] { 事件 blood.issued  阶段 执行  必填 血袋号 }"),
    ("开始", "环节 开始 [start] { 事件 transfusion.started  阶段 执行  必填 血袋号 }"),
    ("给药", "环节 给药 [give] { 事件 medication.given  阶段 执行  必填 执行单号 }"),
];

/// The source file in which lines are replaced.
pub(super) const SOURCE: &str = "source: bis
system: bis
campus: east
transport: { kind: file, format: csv }
tables:
  t: { file: received.csv, columns: [no, kind, at] }
map:
  - rule: received
    for: t
    when: [{ field: kind, is: received }]
    event: specimen.received
    id: { text: \"R{no}\" }
    time: at
    set: { specimen_no: no }
";

/// The loop whose events the source file makes.
pub(super) const MAPPED: &str = "闭环 送检 [delivery] {
  主键 医嘱号
  流程 采集 → 接收
  环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }
  环节 接收 [receive] { 事件 specimen.received  阶段 执行  必填 标本条码 }
}
";

/// The loop of which campuses set something.
pub(super) const PLANNED: &str = "闭环 用药 [medication] {
  主键 医嘱号
  流程 申请 → 审核? → 每个 执行单号 ( 核对? → 给药 )
  环节 申请 [request] { 事件 blood.requested  阶段 开立 }
  环节 审核 [review]  { 事件 blood.request_reviewed  阶段 审核 }
  环节 核对 [verify]  { 事件 medication.verified  阶段 审核  必填 执行单号、计划时间 }
  环节 给药 [give]    { 事件 medication.given  阶段 执行  必填 执行单号  计划 核对.计划时间 窗 -30分钟..+30分钟 }
}
";

/// Files for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Example {
    /// The example is in these files.
    Whole(Vec<(String, String)>),
    /// The example stands at the end of the file, which may be there already.
    End(String, String),
    /// Only these files are there, as they are elsewhere; `.loop` files are like [`Page::loop_file`].
    Only(Vec<String>),
}

impl Page {
    /// The loop that stands beside examples that are no loops.
    #[must_use]
    pub fn loop_file() -> (String, String) {
        ("example.loop".to_owned(), BODY.replace("  …\n", ""))
    }

    /// Where an example stands with what is around it; `good` chooses which one. `None` for a fault of the program.
    #[must_use]
    pub fn example(&self, good: bool, lang: Lang) -> Option<Example> {
        let text = self.written(if good { self.good } else { self.bad }, lang);
        let text = text.as_str();
        let file = |text: String| Some(Example::Whole(vec![("example.loop".to_owned(), text)]));
        match self.place {
            Place::File | Place::Coverage | Place::Mutants => file(text.to_owned()),
            Place::Body => file(BODY.replace('…', &text.replace('\n', "\n  "))),
            Place::Many(unit, times) => file(BODY.replace('…', &text.replace('…', &unit.repeat(times)))),
            Place::Clause => file(NODE.replace('…', text)),
            Place::Flow => {
                let words = |c: char| !c.is_alphanumeric() && c != '_';
                let coded = |node: &str| {
                    node.split(['[', ']']).nth(1).is_some_and(|code| text.split(words).any(|w| w == code))
                };
                let named = NODES.iter().filter(|(name, node)| text.contains(name) || coded(node));
                let named = named.map(|(_, node)| *node);
                let nodes = named.collect::<Vec<_>>().join("\n  ");
                file(format!("闭环 示例 [example] {{\n  主键 医嘱号\n  {text}\n  {nodes}\n}}\n"))
            }
            Place::Yaml(path) => Some(Example::End(path.to_owned(), format!("{text}\n"))),
            Place::Whole(path) => Some(Example::Whole(vec![(path.to_owned(), format!("{text}\n"))])),
            Place::Campuses => {
                let campus =
                    |code: &str| (format!("campus/{code}.yaml"), format!("campus: {code}\nloops:\n{text}\n"));
                let mut all = vec![("example.loop".to_owned(), PLANNED.to_owned())];
                all.extend(["east", "west"].map(campus));
                Some(Example::Whole(all))
            }
            Place::Folder => Some(Example::Only(text.lines().map(str::to_owned).collect())),
            Place::Source => Some(Example::Whole(vec![
                ("sources/bis.yaml".to_owned(), SOURCE.replace(self.good, text)),
                ("example.loop".to_owned(), MAPPED.to_owned()),
            ])),
            Place::Fault => None,
        }
    }
}

impl Place {
    /// Where the examples stand, in words.
    pub(super) fn words(self) -> Words {
        let both = |zh: &str, en: &str| Words::new(zh, en);
        match self {
            Self::File | Self::Coverage | Self::Mutants => both("一个 .loop 文件", "a .loop file"),
            Self::Body => both("写在闭环之内", "within a loop"),
            Self::Many(unit, times) => {
                let (zh, en) = if unit == " " { ("空格", "blanks") } else { (unit.trim(), unit.trim()) };
                crate::say!(
                    "写在闭环之内，“…”是 {times} 个 {zh}",
                    "within a loop; `…` stands for {times} of {en}"
                )
            }
            Self::Flow => both("闭环的流程", "the flow of a loop"),
            Self::Clause => both("写在环节之内", "within a node"),
            Self::Yaml(path) => crate::say!("{path} 的末尾", "at the end of {path}"),
            Self::Whole(path) => both(path, path),
            Self::Campuses => both(
                "每个院区的 campus/*.yaml，loops: 之下",
                "under `loops:` in the campus/*.yaml of every campus",
            ),
            Self::Folder => both("文件夹里的文件", "the files of a folder"),
            Self::Source => both("来源文件中的几行", "lines of a source file"),
            Self::Fault => both("", ""),
        }
    }

    /// Whether the examples are of the language, not YAML nor names of files.
    pub(super) fn is_loop(self) -> bool {
        !self.is_yaml() && !matches!(self, Self::Folder | Self::Fault)
    }

    pub(super) fn is_yaml(self) -> bool {
        matches!(self, Self::Yaml(_) | Self::Whole(_) | Self::Campuses | Self::Source)
    }
}

/// What stands around the examples, for the list of pages.
pub(super) fn surroundings() -> String {
    format!(
        "\n例子里的名称取自一个小小的医院。写在闭环之内的例子写在这里的“…”处：\n\
         The names in the examples come from a little hospital. Examples within a loop stand at the `…` of this one:\n\n\
         ```\n{BODY}```\n\n写在环节之内的：\nThose within a node:\n\n```\n{NODE}```\n\n\
         来源文件：\nThe source file:\n\n```yaml\n{SOURCE}```\n\n用到它的闭环：\nThe loop that it feeds:\n\n```\n{MAPPED}```\n\n\
         院区各有设定的闭环：\nThe loop for which campuses set something:\n\n```\n{PLANNED}```\n"
    )
}
