//! Tests of a loop: their lines name nodes, rules, fields, roles and words that exist.

use super::Checker;
use crate::diagnostic::nearest;
use crate::lexicon;
use crate::resolve::{Loop, Symbol};
use crate::say;
use crate::tree::{EventLine, Expectation, LoopItem, Name, Selector, Setting, Test, TestItem, What};
use medloop_engine::state::{NodeStatus, Status, Verdict};
use medloop_engine::words::Worded;

impl Checker<'_, '_> {
    pub(super) fn tests(&mut self, of: &Loop<'_>) {
        let mut titles: Vec<&str> = Vec::new();
        for item in &of.tree.items {
            let LoopItem::Test(test) = item else { continue };
            let title = test.title.value.as_str();
            if titles.contains(&title) {
                let message = say!("已有同名的测试", "there is a test of this title already");
                self.push(self.error("E0608", test.title.span, message));
            }
            titles.push(title);
            self.test(of, test);
        }
    }

    fn test(&mut self, of: &Loop<'_>, test: &Test) {
        for item in &test.items {
            match item {
                TestItem::Setting(setting) => self.setting(of, setting),
                TestItem::Event(line) => self.line(of, line),
                TestItem::Expect { expectation, .. } => self.expectation(of, expectation),
            }
        }
    }

    fn setting(&mut self, of: &Loop<'_>, setting: &Setting) {
        match setting {
            Setting::Campus(value) => {
                let word = value.text().unwrap_or_default();
                if self.names.campus(&word).is_none() {
                    let near = nearest(&word, self.names.campus_names());
                    let message = say!("没有院区“{word}”", "there is no campus `{word}`");
                    self.push(self.error("E0220", value.span, message).nearest(near));
                }
            }
            Setting::Param(name, _) if !matches!(of.symbols.get(&name.text), Some(Symbol::Param(_))) => {
                let near = nearest(&name.text, of.symbols.names_of(|s| matches!(s, Symbol::Param(_))));
                self.missing(of, name, ("没有参数", "there is no param"), near);
            }
            Setting::Param(..) | Setting::Key(_) | Setting::Patient(_) => {}
        }
    }

    fn missing(&mut self, of: &Loop<'_>, name: &Name, (zh, en): (&str, &str), near: Option<String>) {
        self.missing_of(of, name, (zh, en), near, &[]);
    }

    /// As [`Self::missing`], where few are listed when none is near.
    fn missing_of(
        &mut self,
        of: &Loop<'_>,
        name: &Name,
        (zh, en): (&str, &str),
        near: Option<String>,
        all: &[&str],
    ) {
        let word = &name.text;
        if of.file.lost.contains(word) || near.is_none() && of.symbols.lacks_node {
            return;
        }
        let told = self.error("E0201", name.span, say!("{zh}“{word}”", "{en} `{word}`"));
        self.push(if near.is_none() && !all.is_empty() && all.len() <= 12 {
            told.expected(crate::diagnostic::Words::new(all.join("、"), all.join(", ")))
        } else {
            told.nearest(near)
        });
    }

    fn line(&mut self, of: &Loop<'_>, line: &EventLine) {
        match &line.what {
            What::Node(name) if !matches!(of.symbols.get(&name.text), Some(Symbol::Node(_))) => {
                let endings = ["取消", "停止", "换单", "豁免"];
                let near =
                    nearest(&name.text, of.symbols.names_of(|s| matches!(s, Symbol::Node(_))).chain(endings));
                let all: Vec<&str> = of.nodes.iter().map(|n| n.name).collect();
                self.missing_of(of, name, ("没有环节", "there is no node"), near, &all);
            }
            What::Event(name) if self.names.event(&name.text).is_none() => {
                let word = &name.text;
                let near = nearest(word, self.names.catalogue.events.keys().map(|e| e.as_str()));
                let message = say!("事件目录里没有事件“{word}”", "the catalogue has no event `{word}`");
                self.push(self.error("E0210", name.span, message).nearest(near));
            }
            What::Ending(kind, span) => {
                let kind = kind.compiled();
                if !of.endings.iter().any(|e| e.kind == kind) {
                    let word = kind.word();
                    let (zh, en) = (word.zh, word.json);
                    self.push(self.error(
                        "E0215",
                        *span,
                        say!("本闭环没有“{zh}”", "this loop has no `{en}`"),
                    ));
                }
            }
            What::Resume(span) if of.endings.iter().all(|e| e.resume.is_empty()) => {
                self.push(self.error("E0215", *span, say!("本闭环没有“恢复”", "this loop has no `resume`")));
            }
            _ => {}
        }
        for role in line.person.iter().flat_map(|p| &p.roles) {
            if self.names.role(&role.text).is_none() {
                let word = &role.text;
                let near = nearest(word, self.names.role_names());
                let message = say!("没有角色“{word}”", "there is no role `{word}`");
                let diagnostic = self.error("E0209", role.span, message);
                self.push(match self.names.listed("E0209").filter(|_| near.is_none()) {
                    Some(listed) => diagnostic.expected(listed),
                    None => diagnostic.nearest(near),
                });
            }
        }
        if let Some(source) = &line.source {
            let word = source.value.split('/').next().unwrap_or_default();
            if self.names.system(word).is_none() {
                let near = nearest(word, self.names.system_names());
                let message = say!("没有系统“{word}”", "there is no system `{word}`");
                self.push(self.error("E0208", source.span, message).nearest(near));
            }
        }
        for (name, value) in &line.fields {
            self.field_value(name, value);
        }
    }

    fn expectation(&mut self, of: &Loop<'_>, expectation: &Expectation) {
        match expectation {
            Expectation::Loop { selector, status } => {
                self.status::<Status>(status, ("闭环", "a loop"), lexicon::WASTE);
                self.selector(of, selector.as_ref());
            }
            Expectation::Alert { rule, selector, .. } => {
                if of.symbols.get(&rule.text) != Some(Symbol::Rule) {
                    let near = nearest(&rule.text, of.symbols.names_of(|s| s == Symbol::Rule));
                    self.missing(of, rule, ("没有规则", "there is no rule"), near);
                }
                self.selector(of, selector.as_ref());
            }
            Expectation::Named { name, selector, status, by } => {
                match of.symbols.get(&name.text) {
                    Some(Symbol::Node(_)) => self.status::<NodeStatus>(status, ("环节", "a node"), &[]),
                    Some(Symbol::Rule) => self.status::<Verdict>(status, ("规则", "a rule"), &[]),
                    _ => {
                        let names = of.symbols.names_of(|s| matches!(s, Symbol::Node(_) | Symbol::Rule));
                        let near =
                            nearest(&name.text, names.chain(lexicon::spellings(lexicon::ALERT_TARGETS)));
                        self.missing(of, name, ("没有环节或规则", "there is no node or rule"), near);
                    }
                }
                if let Some(by) = by
                    && by.unit.as_ref().is_some_and(|u| lexicon::unit_of(&u.text).is_none())
                {
                    self.push(self.error(
                        "E0301",
                        by.span,
                        say!("没有这个时间单位", "there is no such unit of time"),
                    ));
                }
                self.selector(of, selector.as_ref());
            }
        }
    }

    /// A word that is no status of a kind of thing, and none of those that may be said of it besides.
    fn status<T: Worded>(&mut self, name: &Name, (zh, en): (&str, &str), more: &[lexicon::Word]) {
        let word = &name.text;
        if crate::testing::meaning::<T>(word).is_some() || lexicon::position(more, word).is_some() {
            return;
        }
        let mut all = crate::testing::spellings::<T>();
        all.extend(more.iter().map(|w| (w.zh.to_owned(), w.en)));
        let near = nearest(word, all.iter().flat_map(|(zh, en)| [zh.as_str(), en]));
        let (all_zh, all_en): (Vec<String>, Vec<&str>) = all.into_iter().unzip();
        let message = say!("“{word}”不是{zh}的状态", "`{word}` is no status of {en}");
        let expected = crate::diagnostic::Words::new(all_zh.join("、"), all_en.join(", "));
        self.push(self.error("E0605", name.span, message).expected(expected).nearest(near));
    }

    fn selector(&mut self, of: &Loop<'_>, selector: Option<&Selector>) {
        let Some(selector) = selector.filter(|_| !of.flow_lost) else { return };
        let word = &selector.field.text;
        let field = self.names.field(word);
        if field.is_some_and(|f| of.scopes.iter().any(|s| s.field == f.code)) {
            return;
        }
        let tracks = of.scopes.iter().filter_map(|s| self.names.catalogue.fields.get(&s.field));
        let near = nearest(word, tracks.flat_map(|f| [f.name.name.as_str(), f.code.as_str()]));
        let message = say!("本闭环没有“每个 {word}”", "this loop has no `each {word}`");
        self.push(self.error("E0609", selector.field.span, message).nearest(near));
    }
}
