//! What is told of the thing that a name stands for.

use super::{Editor, Kind, Target};
use crate::diagnostic::Lang;
use crate::tree::{Loop, LoopItem, Node, NodeClause, Span};
use medloop_engine::catalogue::{Catalogue, FieldDef, Named};
use medloop_engine::value::Type;
use std::fmt::Write as _;

impl Editor {
    /// Markdown about the name at a place, and the place of the name.
    #[must_use]
    pub fn hover(&self, file: &str, offset: usize, lang: Lang) -> Option<(Span, String)> {
        let (at, mention) = self.mention(file, offset)?;
        let target = self.target(at, mention)?;
        let text = match &target {
            Target::Here(kind, home, _) => self.of_loop(*kind, home, self.statement(&target)?, lang),
            Target::Listed(kind, code) => self.listed(*kind, code, lang)?,
        };
        Some((mention.span, text))
    }

    fn of_loop(
        &self,
        kind: Kind,
        home: &str,
        (item, statement): (&Loop, Option<&LoopItem>),
        lang: Lang,
    ) -> String {
        let (span, doc, name, code) = match statement {
            Some(LoopItem::Node(n)) => (n.span, n.doc.as_str(), &n.name, n.code.as_ref()),
            Some(LoopItem::Param(p)) => (p.span, p.doc.as_str(), &p.name, p.code.as_ref()),
            Some(LoopItem::Rule(r)) => (r.span, r.doc.as_str(), &r.name, r.code.as_ref()),
            Some(LoopItem::Measure(m)) => (m.span, m.doc.as_str(), &m.name, m.code.as_ref()),
            _ => (Span::at(item.span.start), item.doc.as_str(), &item.name, item.code.as_ref()),
        };
        let mut out = head(kind, &name.text, code.map(|c| c.text.as_str()), lang);
        if !doc.is_empty() {
            let _ = write!(out, "\n\n{doc}");
        }
        let source = self.texts.get(home).and_then(|t| t.get(span.start..span.end)).unwrap_or_default();
        if !source.is_empty() {
            let _ = write!(out, "\n\n```loop\n{}\n```", dedented(source));
        }
        if let Some(LoopItem::Node(node)) = statement {
            self.node(&mut out, item, node, lang);
        }
        out
    }

    /// The fields of a node with their types, and the params of its limits with their values.
    fn node(&self, out: &mut String, item: &Loop, node: &Node, lang: Lang) {
        let catalogue = &self.loading.catalogue;
        for clause in &node.clauses {
            match clause {
                NodeClause::Fields { required, fields, .. } => {
                    for (name, _) in fields {
                        let known = catalogue.fields.values();
                        let known = known
                            .into_iter()
                            .find(|f| f.code.as_str() == name.text || f.name.name == name.text);
                        let how = match (required, lang) {
                            (true, Lang::Zh) => "必填",
                            (false, Lang::Zh) => "可填",
                            (true, Lang::En) => "required",
                            (false, Lang::En) => "optional",
                        };
                        let told = known.map(|f| of_field(catalogue, f, lang)).unwrap_or_default();
                        let _ = write!(out, "\n- {how} **{}** {told}", name.text);
                    }
                }
                NodeClause::Within { length, .. } => {
                    if let crate::tree::LengthKind::Name(name) = &length.kind
                        && let Some(param) = item.items.iter().find_map(|i| match i {
                            LoopItem::Param(p) if super::is(&p.name, p.code.as_ref(), &name.text) => Some(p),
                            _ => None,
                        })
                    {
                        let home =
                            self.loading.files.iter().find(|f| f.loops.iter().any(|l| std::ptr::eq(l, item)));
                        let text = home.and_then(|f| self.texts.get(&f.name));
                        let source =
                            text.and_then(|t| t.get(param.span.start..param.span.end)).unwrap_or_default();
                        let _ = write!(out, "\n\n```loop\n{}\n```", dedented(source));
                    }
                }
                _ => {}
            }
        }
    }

    fn listed(&self, kind: Kind, code: &str, lang: Lang) -> Option<String> {
        let catalogue = &self.loading.catalogue;
        match kind {
            Kind::Field => {
                let field = catalogue.fields.values().find(|f| f.code.as_str() == code)?;
                Some(format!(
                    "{}\n\n{}",
                    head(kind, called(&field.name, lang), Some(code), lang),
                    of_field(catalogue, field, lang)
                ))
            }
            Kind::Event => {
                let (_, event) = catalogue.events.iter().find(|(e, _)| e.as_str() == code)?;
                let mut out = head(kind, called(&event.name, lang), Some(code), lang);
                for field in &event.fields {
                    let known = catalogue.fields.get(field);
                    let name = known.map_or(field.as_str(), |f| called(&f.name, lang));
                    let told = known.map(|f| of_field(catalogue, f, lang)).unwrap_or_default();
                    let _ = write!(out, "\n- **{name}** {told}");
                }
                let systems: Vec<&str> = event.systems.iter().map(|s| s.as_str()).collect();
                if !systems.is_empty() {
                    let word = if lang == Lang::Zh { "来自" } else { "from" };
                    let _ = write!(out, "\n\n{word} {}", systems.join(", "));
                }
                Some(out)
            }
            Kind::System => {
                let (_, name) = catalogue.systems.iter().find(|(c, _)| c.as_str() == code)?;
                Some(head(kind, called(name, lang), Some(code), lang))
            }
            Kind::Role => {
                let (_, role) = catalogue.roles.iter().find(|(c, _)| c.as_str() == code)?;
                let mut out = head(kind, called(&role.name, lang), Some(code), lang);
                let includes: Vec<&str> = role
                    .includes
                    .iter()
                    .filter_map(|r| catalogue.roles.get(r).map(|r| called(&r.name, lang)))
                    .collect();
                if !includes.is_empty() {
                    let word = if lang == Lang::Zh { "包括" } else { "includes" };
                    let _ = write!(out, "\n\n{word} {}", includes.join("、"));
                }
                Some(out)
            }
            Kind::Lengths => {
                let (_, table) = catalogue.lengths.iter().find(|(c, _)| c.as_str() == code)?;
                let mut out = head(kind, called(&table.name, lang), Some(code), lang);
                if let Some(basis) = &table.basis {
                    let _ = write!(out, "\n\n{basis}");
                }
                Some(out)
            }
            _ => None,
        }
    }
}

fn head(kind: Kind, name: &str, code: Option<&str>, lang: Lang) -> String {
    let (zh, en) = match kind {
        Kind::Loop => ("闭环", "loop"),
        Kind::Fragment => ("片段", "fragment"),
        Kind::Node => ("环节", "node"),
        Kind::Param => ("参数", "param"),
        Kind::Rule => ("规则", "rule"),
        Kind::Measure => ("指标", "measure"),
        Kind::Field => ("字段", "field"),
        Kind::Event => ("事件", "event"),
        Kind::System => ("系统", "system"),
        Kind::Role => ("角色", "role"),
        Kind::Lengths => ("时长表", "table of lengths"),
        Kind::Keyword => ("关键词", "keyword"),
    };
    let word = if lang == Lang::Zh { zh } else { en };
    let code = code.map(|c| format!(" `{c}`")).unwrap_or_default();
    format!("{word} **{name}**{code}")
}

fn called(name: &Named, lang: Lang) -> &str {
    match (lang, &name.name_en) {
        (Lang::En, Some(en)) => en,
        _ => &name.name,
    }
}

/// `code · text · /[0-9]+/`: what a field may hold.
fn of_field(catalogue: &Catalogue, field: &FieldDef, lang: Lang) -> String {
    let mut out = format!("`{}` · {}", field.code, of_type(&field.kind, lang));
    if let Some(unit) = &field.unit {
        let _ = write!(out, " · {unit}");
    }
    if let Some((low, high)) = field.range {
        let _ = write!(out, " · {low}–{high}");
    }
    if let Some(pattern) = &field.pattern {
        let _ = write!(out, " · `/{pattern}/`");
    }
    let mut kind = &field.kind;
    while let Type::List(inner) = kind {
        kind = inner;
    }
    if let Type::Code(table) = kind {
        let table = catalogue.tables.iter().find(|(code, _)| code.as_str() == &**table);
        let codes = table.iter().flat_map(|(_, t)| &t.codes).take(12);
        let codes: Vec<String> = codes.map(|(code, name)| format!("{code} {}", called(name, lang))).collect();
        if !codes.is_empty() {
            let _ = write!(out, ": {}", codes.join("、"));
        }
    }
    out
}

fn of_type(kind: &Type, lang: Lang) -> String {
    let (zh, en) = match kind {
        Type::Bool => ("是否", "true or false"),
        Type::Number => ("数", "number"),
        Type::Text => ("文字", "text"),
        Type::Code(_) => ("代码", "code"),
        Type::Moment => ("时间", "time"),
        Type::Span => ("时长", "length of time"),
        Type::Person => ("人员", "person"),
        Type::List(inner) => {
            let inner = of_type(inner, lang);
            return if lang == Lang::Zh { format!("多个{inner}") } else { format!("list of {inner}") };
        }
    };
    if lang == Lang::Zh { zh } else { en }.to_owned()
}

/// A statement of a text without the blanks that its lines after the first share.
fn dedented(source: &str) -> String {
    let rest = source.lines().skip(1).filter(|l| !l.trim().is_empty());
    let blanks = rest.map(|l| l.len() - l.trim_start_matches(' ').len()).min().unwrap_or(0);
    let lines = source.lines().enumerate();
    let lines: Vec<&str> =
        lines.map(|(i, l)| if i == 0 { l } else { l.get(blanks..).unwrap_or_default() }).collect();
    lines.join("\n")
}
