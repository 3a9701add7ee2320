//! The rules, turnarounds and endings of a loop as rows.

use super::Page;
use medloop_engine::graph::{AlertPart, Ending, Rule, Trigger};
use medloop_engine::words::{Lang, Worded as _};
use serde::Serialize;

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleItem {
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// Its severity.
    pub severity: String,
    /// Whether that is the gravest or next to it.
    pub grave: bool,
    /// Where it is judged: the field of the track; empty: once an order.
    pub scope: String,
    /// What it asks for.
    pub requirement: String,
    /// What its alert says.
    pub alert: String,
    /// Missing values, whom it is told to when nobody acts.
    pub more: Vec<String>,
    /// What it rests on.
    pub basis: String,
}

/// One turnaround.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureItem {
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// From which node …
    pub from: String,
    /// … to which.
    pub to: String,
    /// Its target.
    pub target: String,
}

/// What ends an order from outside its flow.
#[derive(Clone, Debug, Serialize)]
pub struct EndingItem {
    /// Cancel, stop, supersede.
    pub title: String,
    /// The events that say it.
    pub events: String,
    /// Its conditions.
    pub more: Vec<String>,
}

impl Page<'_> {
    pub(super) fn rules(&self) -> Vec<RuleItem> {
        self.def().rules.iter().map(|r| self.rule(r)).collect()
    }

    fn rule(&self, r: &Rule) -> RuleItem {
        let (titles, lang) = (self.titles, self.lang());
        let part = |p: &AlertPart| match p {
            AlertPart::Text(text) => text.clone(),
            AlertPart::Key => format!("{{{}}}", titles.field(&titles.def.key)),
            AlertPart::Value(expr) => format!("{{{}}}", titles.placeholder(expr, r.scope)),
        };
        let mut more = Vec::new();
        if r.missing_violates {
            more.push(lang.pick("缺值视为违反", "A missing value violates it").to_owned());
        }
        for (after, role) in &r.escalate {
            let (after, role) = (titles.length(*after), titles.role(role));
            more.push(match lang {
                Lang::Zh => format!("{after} 后升级至{role}"),
                Lang::En => format!("told to {role} after {after}"),
            });
        }
        RuleItem {
            title: titles.coded(&r.name, r.code.as_str()),
            code: r.code.to_string(),
            doc: r.doc.clone(),
            severity: r.severity.word().text(lang).to_owned(),
            grave: r.severity >= medloop_engine::graph::Severity::High,
            scope: self.def().scope(r.scope).map(|s| titles.field(&s.field)).unwrap_or_default(),
            requirement: r.text.clone(),
            alert: r.alert.iter().flatten().map(part).collect(),
            more,
            basis: r.basis.clone().unwrap_or_default(),
        }
    }

    pub(super) fn measures(&self) -> Vec<MeasureItem> {
        let titles = self.titles;
        let all = self.def().measures.iter();
        all.map(|m| MeasureItem {
            title: titles.coded(&m.name, m.code.as_str()),
            code: m.code.to_string(),
            from: titles.node(m.from),
            to: titles.node(m.to),
            target: m.target.map(|t| titles.length(t)).unwrap_or_default(),
        })
        .collect()
    }

    pub(super) fn endings(&self) -> Vec<EndingItem> {
        self.def().endings.iter().map(|e| self.ending(e)).collect()
    }

    fn ending(&self, e: &Ending) -> EndingItem {
        let (titles, lang) = (self.titles, self.lang());
        let events = |all: &[Trigger]| titles.list(all.iter().map(|t| t.event.to_string()));
        let before = e.before.map(|ix| {
            let node = titles.node(ix);
            match lang {
                Lang::Zh => format!("须在 {node} 之前，之后算已白做"),
                Lang::En => format!("before {node}; after it the work is wasted"),
            }
        });
        let said =
            |zh: &str, en: &str, what: Option<String>| what.map(|w| format!("{}{w}", lang.pick(zh, en)));
        let more = [
            before,
            said("生效时间：", "effective at ", e.effective.as_ref().map(|f| titles.field(f))),
            said("新医嘱：", "the new order: ", e.successor.as_ref().map(|f| titles.field(f))),
            said("恢复：", "resumed by ", (!e.resume.is_empty()).then(|| events(&e.resume))),
        ];
        EndingItem {
            title: e.kind.word().text(lang).to_owned(),
            events: events(&e.triggers),
            more: more.into_iter().flatten().collect(),
        }
    }
}
