//! The nodes of a loop as rows: who, from where, what is recorded, how long.

use super::Page;
use medloop_engine::graph::{Node, title};
use medloop_engine::name::SystemCode;
use medloop_engine::view::Lang;
use medloop_engine::words::Worded as _;
use serde::Serialize;

/// One node.
#[derive(Clone, Debug, Serialize)]
pub struct NodeItem {
    /// Name of its icon.
    pub icon: String,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// Optional, repeated, exceptional.
    pub marks: String,
    /// The field whose values are its tracks; empty: the order's own.
    pub scope: String,
    /// Its stage.
    pub stage: String,
    /// Who may.
    pub roles: String,
    /// What completes it.
    pub events: Vec<EventOf>,
    /// What it records.
    pub fields: Vec<FieldOf>,
    /// Its limit or plan.
    pub limit: String,
    /// What that limit rests on, and the parameter that it is.
    pub basis: String,
}

/// An event with the systems that send it.
#[derive(Clone, Debug, Serialize)]
pub struct EventOf {
    /// The type.
    pub kind: String,
    /// The systems.
    pub systems: String,
}

/// A field that a node records.
#[derive(Clone, Debug, Serialize)]
pub struct FieldOf {
    /// Its name.
    pub title: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether its values lead other events here.
    pub link: bool,
}

impl Page<'_> {
    pub(super) fn node(&self, n: &Node) -> NodeItem {
        let (titles, lang) = (self.titles, self.lang());
        let mark = |is: bool, zh: &'static str, en: &'static str| is.then(|| lang.pick(zh, en));
        let marks = [
            mark(n.optional, "可选", "optional"),
            mark(n.repeated, "可多次", "repeatable"),
            mark(n.negative, "异常环节", "exceptional"),
        ];
        let system = |s: &SystemCode| {
            let known = self.catalogue.systems.get(s);
            known.map_or_else(|| s.to_string(), |d| title(d, s.as_str(), lang == Lang::En))
        };
        let events = n.triggers.iter().map(|t| EventOf {
            kind: t.event.to_string(),
            systems: titles.list(t.systems.iter().map(system)),
        });
        let fields = n.fields.iter().map(|f| FieldOf {
            title: titles.field(&f.field),
            required: f.required,
            link: f.link,
        });
        let (limit, basis) = self.limit(n);
        NodeItem {
            icon: if n.icon.is_empty() { n.stage.word().json.to_owned() } else { n.icon.clone() },
            title: titles.coded(&n.name, n.code.as_str()),
            code: n.code.to_string(),
            doc: n.doc.clone(),
            marks: marks.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("、", ", ")),
            scope: self.def().scope(n.scope).map(|s| titles.field(&s.field)).unwrap_or_default(),
            stage: n.stage.word().text(lang).to_owned(),
            roles: titles.roles(n),
            events: events.collect(),
            fields: fields.collect(),
            limit,
            basis,
        }
    }

    fn limit(&self, n: &Node) -> (String, String) {
        let (titles, lang) = (self.titles, self.lang());
        let param = |length| {
            let param = titles.param_at(length)?;
            let basis = param.basis.as_ref().map(|b| format!("{}{b}", lang.pick("：", ": ")));
            Some(format!("{}{}", titles.param(param), basis.unwrap_or_default()))
        };
        let by = n.plan.as_ref().and_then(|p| p.by.as_ref());
        let by = by.or_else(|| n.limit.as_ref().and_then(|l| l.by.as_ref()));
        if let Some(table) = by.and_then(|by| titles.table(by)) {
            let of = n.plan.as_ref().map(|p| titles.field(&p.field));
            let from = n.limit.as_ref().and_then(|l| l.from);
            let from = from.map(|ix| format!("{} {}", lang.pick("自", "from"), titles.node(ix)));
            let said = of.into_iter().chain([titles.lengths(table)]).chain(from);
            let basis = table.basis.iter().cloned();
            let why = [titles.rows(table)].into_iter().chain(basis).collect::<Vec<_>>();
            return (said.collect::<Vec<_>>().join(" "), why.join(lang.pick("。", ". ")));
        }
        if let Some(plan) = &n.plan {
            let window = titles.window(plan.from, plan.to);
            let said = format!("{} {window}", titles.field(&plan.field));
            return (said, param(plan.from).or_else(|| param(plan.to)).unwrap_or_default());
        }
        let Some(limit) = &n.limit else { return (String::new(), String::new()) };
        let from = limit.from.map(|ix| format!(" {} {}", lang.pick("自", "from"), titles.node(ix)));
        let said = format!("{}{}", titles.length(limit.length), from.unwrap_or_default());
        (said, param(limit.length).unwrap_or_default())
    }
}
