//! What may be written at a place.

use super::context::{Block, Context, around};
use super::{Editor, Kind, named};
use crate::diagnostic::Lang;
use crate::lexicon::{self, Word};
use crate::tree::{File, Loop, LoopItem, NodeClause, Span};
use medloop_engine::catalogue::Named;
use std::collections::BTreeSet;

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proposal {
    /// What is written.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// Its code, type or other name.
    pub detail: String,
}

const TOP: &[&str] = &["闭环", "片段"];
const IN_LOOP: &[&str] = &[
    "等级", "类别", "依据", "主键", "起于", "流程", "使用", "引用", "参数", "环节", "取消", "停止", "换单",
    "豁免", "中断", "封存", "规则", "指标", "测试",
];
const IN_NODE: &[&str] = &["事件", "角色", "阶段", "图标", "必填", "可填", "时限", "计划", "依据"];
const IN_RULE: &[&str] = &["级别", "要求", "适用", "缺值", "并列", "提示", "升级", "依据"];
const IN_TEST: &[&str] = &["主键", "设", "最终", "应有"];
const OF_ENDINGS: &[&str] = &["事件", "之前", "生效", "恢复", "新单", "来自", "当"];

impl Editor {
    /// What may be written at a place, and the part of a word that it would take the place of.
    #[must_use]
    pub fn complete(&self, file: &str, offset: usize) -> (Span, Vec<Proposal>) {
        let Some(text) = self.texts.get(file) else { return (Span::at(offset), Vec::new()) };
        let context = around(text, offset);
        let mut all = Proposals { editor: self, english: context.english, out: BTreeSet::new() };
        let here = self.file(file).and_then(|(_, file)| Some((file, loop_at(file, offset)?)));
        if !context.silent {
            all.at(&context, here);
        }
        let mut word = context.word;
        // Event types are one word with their dots.
        if context.clause.is_some_and(|w| w.zh == "事件") && context.owner.is_some() {
            let head = text.get(..offset).unwrap_or_default();
            let typed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            word.start = head.trim_end_matches(typed).len();
        }
        (word, all.out.into_iter().collect())
    }
}

/// The loop around a place, else the last one before it: what is half written may end where it begins.
fn loop_at(file: &File, offset: usize) -> Option<&Loop> {
    let around = file.loops.iter().find(|l| l.span.start <= offset && offset <= l.span.end);
    around.or_else(|| file.loops.iter().rfind(|l| l.span.start <= offset))
}

struct Proposals<'a> {
    editor: &'a Editor,
    english: bool,
    out: BTreeSet<Proposal>,
}

type Here<'a> = Option<(&'a File, &'a Loop)>;

impl Proposals<'_> {
    fn at(&mut self, context: &Context, here: Here<'_>) {
        let clause = context.clause.map(|w| w.zh);
        let block = context.blocks.last().copied();
        if let Some(owner) = &context.owner
            && clause != Some("事件")
        {
            return self.behind_dot(owner, here);
        }
        match context.previous.as_deref().and_then(lexicon::keyword).map(|w| w.zh) {
            Some("每个") => return self.fields(),
            Some("每次" | "重来" | "终止" | "之前" | "自" | "从" | "到") => {
                return self.members(here, &[Kind::Node]);
            }
            Some("任一") => {
                self.fields();
                return self.members(here, &[Kind::Node]);
            }
            _ => {}
        }
        match block {
            None => self.keywords(TOP),
            Some(Block::Line) => {
                self.fields();
                self.words(lexicon::ATTRIBUTES, Kind::Keyword);
            }
            Some(Block::Test) => self.test(context, here),
            Some(Block::Loop) => self.in_loop(clause, context.first, here),
            Some(Block::Node) => self.in_node(clause, context.first, here),
            Some(Block::Rule) => self.in_rule(clause, context.first, here),
        }
    }

    fn in_loop(&mut self, clause: Option<&str>, first: bool, here: Here<'_>) {
        if first {
            self.keywords(IN_LOOP);
        }
        match clause {
            Some("主键" | "生效" | "新单" | "按") => self.fields(),
            Some("流程") => {
                self.members(here, &[Kind::Node]);
                self.fragments();
                self.keywords(&["每个", "重来", "终止", "当", "共", "直到"]);
            }
            Some("起于" | "从" | "到" | "之前") => self.members(here, &[Kind::Node]),
            Some("当" | "共") => self.expression(here),
            Some("事件") => {
                self.events();
                self.keywords(OF_ENDINGS);
            }
            Some("来自") => self.systems(),
            Some("使用") => self.fragments(),
            Some("闭环") => self.loops(),
            Some("取消" | "停止" | "换单" | "豁免" | "恢复") => self.keywords(OF_ENDINGS),
            _ => {}
        }
    }

    fn in_node(&mut self, clause: Option<&str>, first: bool, here: Here<'_>) {
        if first {
            return self.keywords(IN_NODE);
        }
        self.keywords(IN_NODE);
        match clause {
            Some("事件") => {
                self.events();
                self.keywords(&["来自", "当"]);
            }
            Some("来自") => self.systems(),
            Some("角色") => self.roles(),
            Some("阶段") => self.words(lexicon::STAGES, Kind::Keyword),
            Some("必填" | "可填") => {
                self.fields();
                self.keywords(&["关联"]);
            }
            Some("时限" | "计划" | "漏") => {
                self.members(here, &[Kind::Param]);
                self.lengths();
                self.fields();
                self.keywords(&["自", "窗", "漏"]);
            }
            Some("窗") => self.lengths(),
            Some("自") => self.members(here, &[Kind::Node]),
            Some("当") => self.expression(here),
            _ => {}
        }
    }

    fn in_rule(&mut self, clause: Option<&str>, first: bool, here: Here<'_>) {
        if first {
            self.keywords(IN_RULE);
        }
        match clause {
            Some("级别") => self.words(lexicon::SEVERITIES, Kind::Keyword),
            Some("缺值") => self.words(lexicon::MISSING, Kind::Keyword),
            Some("并列") => self.words(lexicon::TIES, Kind::Keyword),
            Some("要求" | "适用" | "当") => self.expression(here),
            Some("升级") => {
                self.members(here, &[Kind::Param]);
                self.roles();
            }
            _ => {}
        }
        if !first {
            self.keywords(IN_RULE);
        }
    }

    fn test(&mut self, context: &Context, here: Here<'_>) {
        match context.clause.map(|w| w.zh) {
            Some("设") => self.members(here, &[Kind::Param]),
            Some("最终" | "应有") => {
                self.members(here, &[Kind::Node, Kind::Rule]);
                self.keywords(&["闭环"]);
                self.words(lexicon::ALERT_TARGETS, Kind::Keyword);
            }
            Some("来自") => self.systems(),
            Some("事件") => self.events(),
            _ => {
                if context.first {
                    self.keywords(IN_TEST);
                    self.words(lexicon::TEST_SETTINGS, Kind::Keyword);
                }
                self.members(here, &[Kind::Node]);
                self.keywords(&["取消", "停止", "换单", "豁免", "恢复", "事件"]);
                self.roles();
            }
        }
    }

    /// What a node has: attributes, and the fields that it records.
    fn behind_dot(&mut self, owner: &str, here: Here<'_>) {
        if [lexicon::PATIENT.zh, lexicon::PATIENT.en].contains(&owner) {
            return self.words(lexicon::PATIENT_FIELDS, Kind::Keyword);
        }
        self.words(lexicon::ATTRIBUTES, Kind::Keyword);
        let Some(node) = here.and_then(|(_, item)| self.editor.node_of(item, owner, 0)) else { return };
        let catalogue = &self.editor.loading.catalogue;
        for clause in &node.clauses {
            let NodeClause::Fields { fields, .. } = clause else { continue };
            for (name, _) in fields {
                let known = catalogue
                    .fields
                    .values()
                    .find(|f| f.code.as_str() == name.text || f.name.name == name.text);
                let detail = known.map(|f| f.code.to_string()).unwrap_or_default();
                self.out.insert(Proposal { label: name.text.clone(), kind: Kind::Field, detail });
            }
        }
    }

    fn expression(&mut self, here: Here<'_>) {
        self.members(here, &[Kind::Node, Kind::Param]);
        self.words(lexicon::FUNCTIONS, Kind::Keyword);
        self.words(&[lexicon::PATIENT], Kind::Keyword);
        self.keywords(&["且", "或", "非", "属于", "匹配", "每次", "任一", "每个", "取消", "停止"]);
    }

    /// The nodes, params … of the loop and of the fragments that it uses.
    fn members(&mut self, here: Here<'_>, kinds: &[Kind]) {
        if let Some((_, item)) = here {
            self.members_of(item, kinds, 0);
        }
    }

    fn members_of(&mut self, item: &Loop, kinds: &[Kind], depth: usize) {
        for statement in &item.items {
            if let Some((kind, name, code)) = named(statement)
                && kinds.contains(&kind)
            {
                let detail = code.map(|c| c.text.clone()).unwrap_or_default();
                self.out.insert(Proposal { label: name.text.clone(), kind, detail });
            }
            let editor = self.editor;
            if let LoopItem::Use(used) = statement
                && depth < 8
                && let Some((_, fragment)) = editor.fragment(&used.text)
            {
                self.members_of(fragment, kinds, depth + 1);
            }
        }
    }

    fn keywords(&mut self, zh: &[&str]) {
        for word in lexicon::KEYWORDS.iter().filter(|w| zh.contains(&w.zh)) {
            self.word(*word, Kind::Keyword);
        }
    }

    fn words(&mut self, words: &[Word], kind: Kind) {
        words.iter().for_each(|word| self.word(*word, kind));
    }

    fn word(&mut self, word: Word, kind: Kind) {
        let (label, detail) = if self.english { (word.en, word.zh) } else { (word.zh, word.en) };
        self.out.insert(Proposal { label: label.to_owned(), kind, detail: detail.to_owned() });
    }

    fn listed<'n>(&mut self, kind: Kind, all: impl IntoIterator<Item = (&'n str, &'n Named)>) {
        for (code, name) in all {
            let label = name.name.clone();
            self.out.insert(Proposal { label, kind, detail: code.to_owned() });
        }
    }

    fn fields(&mut self) {
        let editor = self.editor;
        self.listed(
            Kind::Field,
            editor.loading.catalogue.fields.values().map(|f| (f.code.as_str(), &f.name)),
        );
    }

    fn systems(&mut self) {
        let editor = self.editor;
        self.listed(Kind::System, editor.loading.catalogue.systems.iter().map(|(c, n)| (c.as_str(), n)));
    }

    fn roles(&mut self) {
        let editor = self.editor;
        self.listed(Kind::Role, editor.loading.catalogue.roles.iter().map(|(c, r)| (c.as_str(), &r.name)));
    }

    fn lengths(&mut self) {
        let editor = self.editor;
        self.listed(
            Kind::Lengths,
            editor.loading.catalogue.lengths.iter().map(|(c, t)| (c.as_str(), &t.name)),
        );
    }

    /// Event types go by their code.
    fn events(&mut self) {
        for (code, event) in &self.editor.loading.catalogue.events {
            let lang = if self.english { Lang::En } else { Lang::Zh };
            let detail = match (lang, &event.name.name_en) {
                (Lang::En, Some(en)) => en.clone(),
                _ => event.name.name.clone(),
            };
            self.out.insert(Proposal { label: code.as_str().to_owned(), kind: Kind::Event, detail });
        }
    }

    fn loops(&mut self) {
        self.wholes(false, Kind::Loop);
    }

    fn fragments(&mut self) {
        self.wholes(true, Kind::Fragment);
    }

    fn wholes(&mut self, fragment: bool, kind: Kind) {
        for item in self.editor.loading.files.iter().flat_map(|f| &f.loops).filter(|l| l.fragment == fragment)
        {
            let detail = item.code.as_ref().map(|c| c.text.clone()).unwrap_or_default();
            self.out.insert(Proposal { label: item.name.text.clone(), kind, detail });
        }
    }
}
