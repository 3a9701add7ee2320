//! Dotted paths and functions: attributes, fields, endings, look-ups.

use super::bound::BoundKind;
use super::expr::Binder;
use super::patient::is_patient;
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon;
use crate::say;
use crate::tree::{Expr, ExprKind, Name};
use medloop_engine::graph::{Attr, EndingKind, NodeIx, Pick};
use medloop_engine::name::FieldCode;

/// In the order of [`lexicon::ATTRIBUTES`]; 次数 and 完成 follow.
const ATTRIBUTES: [Attr; 12] = [
    Attr::At,
    Attr::Began,
    Attr::Recorded,
    Attr::Arrived,
    Attr::By,
    Attr::Role,
    Attr::Dept,
    Attr::Title,
    Attr::Terminal,
    Attr::Capture,
    Attr::System,
    Attr::Campus,
];

const FILLED: (&str, &str) =
    ("已填(环节.字段) 或 已填(首次(环节).字段)", "filled(NODE.FIELD) or filled(first(NODE).FIELD)");

fn ending(word: &str) -> Option<EndingKind> {
    match word {
        "取消" | "cancel" => Some(EndingKind::Cancel),
        "停止" | "stop" => Some(EndingKind::Stop),
        "换单" | "supersede" => Some(EndingKind::Supersede),
        "豁免" | "excuse" => Some(EndingKind::Excuse),
        _ => None,
    }
}

impl Binder<'_, '_, '_> {
    pub(super) fn path(&mut self, path: &[Name], pick: Pick, span: Place) -> Option<BoundKind> {
        match path {
            [name] => self.bare(name),
            [first, attribute] => {
                if self.of.symbols.get(&first.text).is_none() {
                    if let Some(kind) = ending(&first.text) {
                        return self.ending(kind, first, attribute);
                    }
                    if is_patient(first) {
                        return self.patient(attribute, None, span);
                    }
                }
                let node = self.node_of(first)?;
                self.attribute(node, pick, attribute)
            }
            _ => self.wrong(
                "E0306",
                span,
                say!("名称最多两段：环节.字段", "a name has two parts at most: NODE.FIELD"),
            ),
        }
    }

    fn attribute(&mut self, node: NodeIx, pick: Pick, name: &Name) -> Option<BoundKind> {
        if let Some(i) = lexicon::position(lexicon::ATTRIBUTES, &name.text) {
            if i >= ATTRIBUTES.len() && pick != Pick::Counting {
                return self.of_node(node, name);
            }
            return Some(match ATTRIBUTES.get(i) {
                Some(attr) => BoundKind::Attr(node, pick, *attr),
                None if i == ATTRIBUTES.len() => BoundKind::Count(node),
                None => BoundKind::Done(node),
            });
        }
        self.field(node, name).map(|field| BoundKind::Field(node, pick, field))
    }

    /// 完成 and 次数 of what 首次 or 末次 picks.
    fn of_node(&mut self, node: NodeIx, name: &Name) -> Option<BoundKind> {
        let (of, word) = (self.of.nodes.get(usize::from(node.0)).map_or("", |n| n.name), &name.text);
        let message = say!(
            "“{word}”说的是环节，不是其中一次发生",
            "`{word}` is of a node, not of one occurrence of it"
        );
        let help = say!("写成 {of}.{word}", "write `{of}.{word}`");
        self.cx.push(self.cx.error("E0307", name.span, message).help(help));
        None
    }

    /// A field that the node records.
    fn field(&mut self, node: NodeIx, name: &Name) -> Option<FieldCode> {
        let place = self.of.nodes.get(usize::from(node.0))?;
        let own: Vec<&str> = place
            .fields
            .iter()
            .filter_map(|f| self.cx.names.catalogue.fields.get(&f.field))
            .flat_map(|f| [f.name.name.as_str(), f.code.as_str()])
            .collect();
        let found = self.cx.names.field(&name.text).map(|f| f.code.clone());
        if let Some(code) = found.filter(|c| place.fields.iter().any(|f| f.field == *c)) {
            return Some(code);
        }
        let (word, of) = (&name.text, place.name);
        let near = nearest(word, own.into_iter().chain(lexicon::spellings(lexicon::ATTRIBUTES)));
        let message =
            say!("环节“{of}”没有记录字段“{word}”", "the node `{of}` does not record a field `{word}`");
        let mut diagnostic = self.cx.error("E0214", name.span, message);
        if self.cx.names.field(word).is_none() {
            diagnostic = diagnostic.nearest(near);
        } else {
            diagnostic =
                diagnostic.help(say!("在该环节写 可填 {word}", "let that node say `optional {word}`"));
        }
        self.cx.push(diagnostic);
        None
    }

    fn ending(&mut self, kind: EndingKind, first: &Name, attribute: &Name) -> Option<BoundKind> {
        self.no_nodes(first)?;
        if !self.of.endings.iter().any(|e| e.kind == kind) {
            let word = &first.text;
            let message = say!("本闭环没有“{word}”", "this loop has no `{word}`");
            self.cx.push(self.cx.error("E0215", first.span, message));
            return None;
        }
        let word = &attribute.text;
        if [lexicon::REASON.zh, lexicon::REASON.en].contains(&word.as_str()) {
            return self.reason(kind, first, attribute);
        }
        match lexicon::position(lexicon::ATTRIBUTES, word) {
            Some(0) => Some(BoundKind::EndingAt(kind)),
            Some(13) => Some(BoundKind::EndingDone(kind)),
            _ => {
                let near = nearest(word, ["时间", "原因", "完成", "at", "reason", "done"]);
                let message = say!(
                    "取消、停止、换单、豁免只有“时间”、“原因”与“完成”",
                    "an ending has only `at`, `reason` and `done`"
                );
                self.cx.push(self.cx.error("E0214", attribute.span, message).nearest(near));
                None
            }
        }
    }

    /// The reason that an ending's event states, where it carries one.
    fn reason(&mut self, kind: EndingKind, first: &Name, attribute: &Name) -> Option<BoundKind> {
        let all = || self.of.endings.iter().filter(|e| e.kind == kind);
        if let Some(field) = all().find_map(|e| e.reason.clone()) {
            return Some(BoundKind::EndingReason(kind, field));
        }
        let events: Vec<&str> = all().flat_map(|e| &e.triggers).map(|t| t.event.as_str()).collect();
        let (events, word, code) = (events.join("、"), &first.text, lexicon::REASON.en);
        let message = say!(
            "“{word}”的事件 {events} 不带字段 {code}",
            "the events {events} of `{word}` do not carry a field `{code}`"
        );
        let help = say!("在 events.yaml 的事件里加上它", "add it to the event in events.yaml");
        self.cx.push(self.cx.error("E0213", attribute.span, message).help(help));
        None
    }

    pub(super) fn call(&mut self, path: &[Name], arguments: &[Expr], span: Place) -> Option<BoundKind> {
        let [function] = path else {
            if let [first, field] = path
                && is_patient(first)
                && self.of.symbols.get(&first.text).is_none()
            {
                return self.patient(field, Some(arguments), span);
            }
            return self.wrong("E0307", span, say!("这里没有函数", "there is no such function"));
        };
        match lexicon::position(lexicon::FUNCTIONS, &function.text) {
            Some(i @ (0 | 1)) => {
                let pick = if i == 0 { Pick::First } else { Pick::Last };
                match arguments {
                    [Expr { kind: ExprKind::Path(path), span }] if path.len() == 2 => {
                        self.path(path, pick, *span)
                    }
                    _ => self.usage(
                        span,
                        "首次(环节).字段 或 末次(环节).时间",
                        "first(NODE).FIELD or last(NODE).at",
                    ),
                }
            }
            Some(2) => match arguments {
                [of] => self.filled(of, span),
                _ => self.usage(span, FILLED.0, FILLED.1),
            },
            Some(3) => {
                let mut nodes = Vec::new();
                for argument in arguments {
                    match &argument.kind {
                        ExprKind::Path(path) if path.len() == 1 => nodes.push(self.node_of(path.first()?)?),
                        _ => return self.usage(argument.span, "间隔(环节、环节 …)", "gap(NODE, NODE …)"),
                    }
                }
                if nodes.is_empty() {
                    return self.usage(span, "间隔(环节、环节 …)", "gap(NODE, NODE …)");
                }
                Some(BoundKind::Gap(nodes))
            }
            Some(5) => match arguments {
                [Expr { kind: ExprKind::Path(path), .. }] if path.len() == 1 => {
                    let field = path.first()?;
                    self.no_nodes(field)?;
                    self.block(field).map(BoundKind::Tracks)
                }
                _ => self.usage(
                    span,
                    "个数(字段)，即“每个”的那个字段",
                    "number_of(FIELD), the field of an `each`",
                ),
            },
            Some(i) => match arguments {
                [of @ Expr { kind: ExprKind::Path(path), .. }] if path.len() == 2 => {
                    let node = self.node_of(path.first()?)?;
                    let of = self.boxed(of);
                    Some(if i == 4 { BoundKind::Total(node, of) } else { BoundKind::Distinct(node, of) })
                }
                _ if i == 4 => self.usage(span, "总和(环节.字段)", "sum(NODE.FIELD)"),
                _ => self.usage(
                    span,
                    "不同(环节.字段) 或 不同(环节.人员)",
                    "distinct(NODE.FIELD) or distinct(NODE.by)",
                ),
            },
            None => self.lookup(function, arguments, span),
        }
    }

    /// 已填(x.f), 已填(首次(x).f) and 已填(首次(x.f)).
    fn filled(&mut self, of: &Expr, span: Place) -> Option<BoundKind> {
        let picks = |path: &[Name]| match path {
            [function] => lexicon::position(lexicon::FUNCTIONS, &function.text).is_some_and(|i| i < 2),
            _ => false,
        };
        let field = match &of.kind {
            ExprKind::Path(path) if path.len() == 2 => self.path(path, Pick::Counting, of.span),
            ExprKind::Call(path, arguments) if picks(path) => self.call(path, arguments, of.span),
            ExprKind::Member(call, members) => self.member(call, members, of.span),
            _ => return self.usage(span, FILLED.0, FILLED.1),
        }?;
        match field {
            BoundKind::Field(node, pick, field) => Some(BoundKind::Filled(node, pick, field)),
            _ => self.usage(span, FILLED.0, FILLED.1),
        }
    }

    fn usage(&mut self, span: Place, zh: &str, en: &str) -> Option<BoundKind> {
        let message = say!("写法是 {zh}", "it is written {en}");
        self.cx.push(self.cx.error("E0307", span, message));
        None
    }

    fn lookup(&mut self, function: &Name, arguments: &[Expr], span: Place) -> Option<BoundKind> {
        let word = &function.text;
        if let Some(table) = self.cx.names.lengths(word) {
            if table.is_window() {
                let message =
                    say!("“{word}”是窗，只用在“计划”里", "`{word}` is a window: it stands only in `due`");
                return self.wrong("E0307", function.span, message);
            }
            if arguments.len() != table.keys.len() {
                let fields = table.keys.iter().filter_map(|k| self.cx.names.catalogue.fields.get(k));
                let fields: Vec<&str> = fields.map(|f| f.name.name.as_str()).collect();
                let (zh, en) = (fields.join("、"), fields.join(", "));
                return self.usage(span, &format!("{word}({zh})"), &format!("{word}({en})"));
            }
            return Some(BoundKind::Length(table.code.clone(), self.all(arguments)));
        }
        let Some((code, table)) = self.cx.names.table(word) else {
            let near = nearest(
                word,
                self.cx
                    .names
                    .table_names()
                    .chain(self.cx.names.length_names(false))
                    .chain(lexicon::spellings(lexicon::FUNCTIONS)),
            );
            self.cx.unknown(
                "E0216",
                function,
                say!("没有函数或代码表", "there is no function or code table"),
                near,
            );
            return None;
        };
        if table.maps.is_empty() {
            let message = say!(
                "代码表“{word}”只是清单，不能查对应",
                "the code table `{word}` is a plain list and leads nowhere"
            );
            self.cx.push(self.cx.error("E0307", function.span, message));
            return None;
        }
        let [argument] = arguments else {
            return self.usage(span, &format!("{word}(值)"), &format!("{word}(VALUE)"));
        };
        Some(BoundKind::Lookup(code.clone(), self.boxed(argument)))
    }

    pub(super) fn member(&mut self, call: &Expr, members: &[Name], span: Place) -> Option<BoundKind> {
        let (ExprKind::Call(path, arguments), [attribute]) = (&call.kind, members) else {
            return self.usage(
                span,
                "首次(环节).字段 或 末次(环节).时间",
                "first(NODE).FIELD or last(NODE).at",
            );
        };
        let function = path.first().filter(|_| path.len() == 1)?;
        let pick = match lexicon::position(lexicon::FUNCTIONS, &function.text) {
            Some(0) => Pick::First,
            Some(1) => Pick::Last,
            None if self.cx.names.table(&function.text).is_none() => {
                return self.lookup(function, &[], span);
            }
            _ => {
                return self.usage(
                    span,
                    "首次(环节).字段 或 末次(环节).时间",
                    "first(NODE).FIELD or last(NODE).at",
                );
            }
        };
        match arguments.as_slice() {
            [Expr { kind: ExprKind::Path(path), .. }] if path.len() == 1 => {
                let node = self.node_of(path.first()?)?;
                self.attribute(node, pick, attribute)
            }
            _ => self.usage(span, "首次(环节).字段 或 末次(环节).时间", "first(NODE).FIELD or last(NODE).at"),
        }
    }
}
