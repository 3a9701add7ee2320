//! The one namespace of a loop: nodes, rules, params and measures, names and codes together.

use super::Cx;
use crate::diagnostic::{Span, nearest};
use crate::say;
use crate::tree::{Loop, LoopItem, Name};
use medloop_engine::graph::{NodeIx, ParamIx};
use std::collections::{BTreeMap, BTreeSet};

/// What a name of a loop stands for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A node, by its place among the loop's node statements.
    Node(usize),
    /// A param.
    Param(ParamIx),
    /// A rule, by its place among the rule statements.
    Rule,
    /// A measure.
    Measure,
    /// A fragment that the loop uses.
    Fragment,
}

/// The names of a loop.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'a> {
    table: BTreeMap<&'a str, (Symbol, Span)>,
    /// Names that two things have, which is told once.
    twice: BTreeSet<&'a str>,
    /// Whether a node lost its name in that way, so that the name it should have is not known.
    pub(crate) lacks_node: bool,
    /// The names of the nodes in text order.
    nodes: Vec<&'a str>,
    /// The node statements' places in the compiled definition, once the flow is known.
    pub(super) places: Vec<Option<NodeIx>>,
}

impl<'a> Symbols<'a> {
    /// Collects the names of a loop; one that stands for two things is told.
    pub(super) fn new(cx: &mut Cx<'_>, item: &'a Loop) -> Self {
        let mut symbols = Self::default();
        let (mut nodes, mut params) = (0, 0u16);
        for statement in &item.items {
            let (symbol, name, code) = match statement {
                LoopItem::Node(n) => (Symbol::Node(nodes), &n.name, n.code.as_ref()),
                LoopItem::Param(p) => (Symbol::Param(ParamIx(params)), &p.name, p.code.as_ref()),
                LoopItem::Rule(r) => (Symbol::Rule, &r.name, r.code.as_ref()),
                LoopItem::Measure(m) => (Symbol::Measure, &m.name, m.code.as_ref()),
                LoopItem::Use(f) => (Symbol::Fragment, f, None),
                _ => continue,
            };
            match symbol {
                Symbol::Node(_) => {
                    nodes += 1;
                    symbols.nodes.push(&name.text);
                }
                Symbol::Param(_) => params = params.saturating_add(1),
                _ => {}
            }
            // A name that the text does not give has been missed already.
            let given = name.span.start < name.span.end;
            if code.is_none() && symbol != Symbol::Fragment && given {
                let word = &name.text;
                let message = say!("“{word}”缺少稳定的代码", "`{word}` has no stable code");
                let help = say!(
                    "在名称后写 [代码]，如 [issue]；发布之后不可更改",
                    "write a [code] behind the name, such as [issue]; it never changes once published"
                );
                cx.push(cx.error("E0203", name.span, message).help(help));
            }
            symbols.add(cx, symbol, name);
            if let Some(code) = code.filter(|c| c.text != name.text) {
                symbols.add(cx, symbol, code);
            }
        }
        symbols.places = vec![None; nodes];
        symbols
    }

    fn add(&mut self, cx: &mut Cx<'_>, symbol: Symbol, name: &'a Name) {
        let word = &name.text;
        match self.table.get(word.as_str()) {
            Some((_, first)) => {
                self.twice.insert(word);
                self.lacks_node |= matches!(symbol, Symbol::Node(_));
                let message = say!(
                    "“{word}”重名：环节、规则、参数、指标的名称与代码不能相同",
                    "`{word}` is taken: nodes, rules, params and measures share their names and codes"
                );
                cx.push(
                    cx.error("E0204", name.span, message)
                        .label(*first, say!("已在这里用过", "it is used here already")),
                );
            }
            None => {
                self.table.insert(word, (symbol, name.span));
            }
        }
    }

    pub(crate) fn get(&self, word: &str) -> Option<Symbol> {
        self.table.get(word).map(|(symbol, _)| *symbol)
    }

    /// Whether two things have this name: whatever it is taken for may be the other.
    pub(crate) fn is_twice(&self, word: &str) -> bool {
        self.twice.contains(word)
    }

    /// The node with this name, without a word when there is none.
    pub(crate) fn node_quiet(&self, word: &str) -> Option<NodeIx> {
        match self.get(word) {
            Some(Symbol::Node(i)) => self.places.get(i).copied().flatten(),
            _ => None,
        }
    }

    /// The node with this name. Mistakes are told.
    pub(crate) fn node(&self, cx: &mut Cx<'_>, name: &Name) -> Option<NodeIx> {
        match self.get(&name.text) {
            // Without a place it is missing from the flow, which is told once.
            Some(Symbol::Node(i)) => self.places.get(i).copied().flatten(),
            Some(_) if self.is_twice(&name.text) => None,
            Some(other) => {
                let (word, zh, en) = (&name.text, other.words().0, other.words().1);
                let message = say!("“{word}”是{zh}，这里要环节", "`{word}` is a {en}; a node belongs here");
                cx.push(cx.error("E0202", name.span, message));
                None
            }
            None => {
                let near = nearest(&name.text, self.names_of(|s| matches!(s, Symbol::Node(_))));
                if near.is_none() && self.lacks_node {
                    return None;
                }
                cx.unknown_node(name, near, self);
                None
            }
        }
    }

    /// The param with this name. Mistakes are told.
    pub(crate) fn param(&self, cx: &mut Cx<'_>, name: &Name) -> Option<ParamIx> {
        match self.get(&name.text) {
            Some(Symbol::Param(ix)) => Some(ix),
            Some(_) if self.is_twice(&name.text) => None,
            Some(other) => {
                let (word, zh, en) = (&name.text, other.words().0, other.words().1);
                let message = say!("“{word}”是{zh}，这里要参数", "`{word}` is a {en}; a param belongs here");
                cx.push(cx.error("E0202", name.span, message));
                None
            }
            None => {
                let near = nearest(&name.text, self.names_of(|s| matches!(s, Symbol::Param(_))));
                cx.unknown("E0201", name, say!("没有参数", "there is no param"), near);
                None
            }
        }
    }

    /// The names of one kind.
    pub(crate) fn names_of(&self, which: impl Fn(Symbol) -> bool) -> impl Iterator<Item = &'a str> {
        self.table.iter().filter(move |(_, (s, _))| which(*s)).map(|(name, _)| *name)
    }
}

impl Symbol {
    /// What it is, in Chinese and English.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Node(_) => ("环节", "node"),
            Self::Param(_) => ("参数", "param"),
            Self::Rule => ("规则", "rule"),
            Self::Measure => ("指标", "measure"),
            Self::Fragment => ("片段", "fragment"),
        }
    }
}

impl Cx<'_> {
    /// A node that there is not; where no name is near, those that there are.
    pub(crate) fn unknown_node(&mut self, name: &Name, near: Option<String>, symbols: &Symbols<'_>) {
        let word = &name.text;
        if near.is_some() || self.lost.contains(word) {
            return self.unknown("E0201", name, say!("没有环节", "there is no node"), near);
        }
        let all: Vec<&str> = symbols.nodes.iter().take(9).copied().collect();
        let more = if symbols.nodes.len() > all.len() { "…" } else { "" };
        let (zh, en) = (all.join("、"), all.join(", "));
        let message = say!("没有环节“{word}”", "there is no node `{word}`");
        let diagnostic = self.error("E0201", name.span, message);
        self.push(diagnostic.help(say!("本闭环的环节：{zh}{more}", "the nodes of this loop: {en}{more}")));
    }
}
