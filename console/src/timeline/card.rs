//! A node as a card.

use super::gauge::{Gauge, gauge};
use super::status::{Tag, node_tag};
use crate::links;
use medloop_engine::state::NodeStatus;
use medloop_engine::view::{Lang, NodeView, Record, ShownField};
use serde::Serialize;

/// One card.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// What the headline links to.
    pub anchor: String,
    /// Its status.
    pub status: Tag,
    /// Name of the node's own icon.
    pub icon: String,
    /// Name of the node.
    pub title: String,
    /// May be left out, and has not happened.
    pub optional: bool,
    /// When it happened.
    pub at: Option<String>,
    /// The same, RFC 3339.
    pub at_full: String,
    /// What stands in place of the time while it has not happened.
    pub when: Option<String>,
    /// By how much it is late or early.
    pub off_by: Option<String>,
    /// How often it happened, when several times.
    pub count: Option<String>,
    /// Who did it.
    pub who: Option<Who>,
    /// System, way of capture, terminal.
    pub system: Option<String>,
    /// Who should do it, while it has not happened.
    pub expected: Option<String>,
    /// Beginning and writing-down, where they say more than the time.
    pub planned: Option<String>,
    /// Duration against standard.
    pub gauge: Option<Gauge>,
    /// Remarks.
    pub findings: Vec<Finding>,
    /// What opens the rest.
    pub summary: Option<String>,
    /// Whether the rest is open from the start.
    pub open: bool,
    /// Why the status is what it is.
    pub because: String,
    /// Every occurrence, in the order of time, when there are several.
    pub occurrences: Vec<Occurrence>,
    /// What it recorded.
    pub fields: Vec<Fact>,
    /// Address of the message behind it.
    pub raw: Option<String>,
    /// Addresses of further messages that tell of the same act for other items of the order.
    pub joined: Vec<String>,
    /// Rules that were broken here.
    pub broken: Vec<String>,
    /// Which round, when there are several.
    pub round: Option<String>,
    /// What it did outside the flow, or what should not have been: drawn as such.
    pub flagged: bool,
    /// It ended its block or its round: not of the normal flow.
    pub negative: bool,
    /// The last of its row.
    pub last: bool,
}

/// A person.
#[derive(Clone, Debug, Serialize)]
pub struct Who {
    /// Name and id.
    pub name: String,
    /// Role.
    pub role: Option<String>,
    /// Department.
    pub dept: Option<String>,
}

/// A remark.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Sentence.
    pub text: String,
    /// Whether it is a matter of safety rather than of the record.
    pub grave: bool,
}

/// A recorded field.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// Its title.
    pub title: String,
    /// Its value.
    pub text: String,
    /// Whether it does not fit.
    pub bad: bool,
}

/// One of several occurrences.
#[derive(Clone, Debug, Serialize)]
pub struct Occurrence {
    /// When.
    pub at: String,
    /// The same, RFC 3339.
    pub at_full: String,
    /// Who.
    pub who: Option<String>,
    /// Since the one before.
    pub gap: Option<String>,
    /// What it recorded.
    pub fields: Vec<Fact>,
    /// Address of the message behind it.
    pub raw: String,
}

/// The card of a node. `all` opens every card.
pub(super) fn card(node: &NodeView, broken: Vec<String>, lang: Lang, all: bool) -> Card {
    let r = &node.record;
    let happened = r.at.is_some();
    let findings: Vec<Finding> = node
        .findings
        .iter()
        .map(|f| Finding {
            text: f.message.clone(),
            grave: f.defect || matches!(f.code, "exec_after_cancel" | "wrong_role"),
        })
        .collect();
    let wrong = matches!(
        node.state,
        NodeStatus::Overdue | NodeStatus::Missing | NodeStatus::Late | NodeStatus::Early
    );
    let occurrences = occurrences(node, lang);
    let fields = if occurrences.is_empty() { facts(r, lang) } else { Vec::new() };
    let summary = summary(node, occurrences.len(), r.text.fields.len(), happened, lang);
    Card {
        anchor: String::new(),
        status: node_tag(node.state, lang),
        icon: node.icon.clone(),
        title: node.title.clone(),
        optional: node.optional && !happened,
        at: happened.then(|| r.text.at.clone()),
        at_full: r.at.clone().unwrap_or_default(),
        when: when(node, lang),
        off_by: node.text.off_by.clone(),
        count: (occurrences.len() > 1).then(|| match lang {
            Lang::Zh => format!("{} 次", occurrences.len()),
            Lang::En => format!("{} times", occurrences.len()),
        }),
        who: who(r),
        system: join(&[&r.text.system, &r.text.capture, &r.terminal]),
        expected: (!happened && !node.text.roles.is_empty()).then(|| node.text.roles.clone()),
        planned: times(node, lang),
        gauge: gauge(node, lang),
        flagged: !broken.is_empty() || node.findings.iter().any(|f| f.code == "exec_after_cancel"),
        broken,
        round: None,
        open: all || wrong,
        because: node.because.clone(),
        raw: r.event.as_ref().filter(|_| occurrences.is_empty()).map(|e| links::event(&e.source, &e.id)),
        joined: r.joined.iter().map(|e| links::event(&e.source, &e.id)).collect(),
        findings,
        summary,
        occurrences,
        fields,
        negative: node.negative,
        last: false,
    }
}

fn facts(r: &Record, lang: Lang) -> Vec<Fact> {
    let exact = (r.text.exact != r.text.at && r.at.is_some()).then(|| Fact {
        title: lang.pick("时间", "Time").to_owned(),
        text: r.text.exact.clone(),
        bad: false,
    });
    let items = (r.items.len() > 1).then(|| Fact {
        title: lang.pick("涉及医嘱", "Orders concerned").to_owned(),
        text: r.items.join(lang.pick("、", ", ")),
        bad: false,
    });
    exact.into_iter().chain(r.text.fields.iter().map(fact)).chain(items).collect()
}

fn fact(f: &ShownField) -> Fact {
    Fact { title: f.title.clone(), text: f.text.clone(), bad: f.bad }
}

fn who(r: &Record) -> Option<Who> {
    let t = &r.text;
    let name = t.who.clone().or_else(|| t.role.clone())?;
    Some(Who { role: t.role.clone().filter(|_| t.who.is_some()), dept: t.dept.clone(), name })
}

fn join(parts: &[&Option<String>]) -> Option<String> {
    let known: Vec<&str> = parts.iter().filter_map(|p| p.as_deref()).collect();
    (!known.is_empty()).then(|| known.join(" · "))
}

fn when(node: &NodeView, lang: Lang) -> Option<String> {
    let live = matches!(node.state, NodeStatus::Due | NodeStatus::Overdue);
    match (node.record.at.is_some(), &node.text.planned, &node.text.due) {
        (true, ..) => None,
        // The bar below says the planned time with its window.
        (false, Some(_), _) if node.window_s.is_some() => None,
        (false, Some(p), _) => Some(match lang {
            Lang::Zh => format!("计划 {p}"),
            Lang::En => format!("planned {p}"),
        }),
        (false, None, Some(d)) if live => Some(match lang {
            Lang::Zh => format!("最迟 {d}"),
            Lang::En => format!("by {d}"),
        }),
        _ => None,
    }
}

fn times(node: &NodeView, lang: Lang) -> Option<String> {
    let t = &node.record.text;
    let began = t.began.as_ref().filter(|b| **b != t.at).map(|b| match lang {
        Lang::Zh => format!("开始 {b}"),
        Lang::En => format!("began {b}"),
    });
    let late_record = node.findings.iter().any(|f| f.code == "backfilled");
    let recorded = t.recorded.as_ref().filter(|_| late_record).map(|r| match lang {
        Lang::Zh => format!("记录 {r}"),
        Lang::En => format!("recorded {r}"),
    });
    join(&[&began, &recorded])
}

fn summary(node: &NodeView, occurrences: usize, fields: usize, happened: bool, lang: Lang) -> Option<String> {
    let why = (!node.because.is_empty()).then(|| lang.pick("原因", "Why").to_owned());
    let record = match (happened, occurrences, fields, lang) {
        (false, ..) => None,
        (true, 2.., _, Lang::Zh) => Some(format!("{occurrences} 次记录")),
        (true, 2.., _, Lang::En) => Some(format!("{occurrences} records")),
        (true, _, 0, _) => Some(lang.pick("消息", "message").to_owned()),
        (true, _, n, Lang::Zh) => Some(format!("记录 {n} 项")),
        (true, _, 1, Lang::En) => Some("1 field".to_owned()),
        (true, _, n, Lang::En) => Some(format!("{n} fields")),
    };
    let said: Vec<String> = [why, record].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" · "))
}

fn occurrences(node: &NodeView, lang: Lang) -> Vec<Occurrence> {
    let mut all: Vec<&Record> = node.occurrences.iter().collect();
    all.sort_by_key(|r| r.moment);
    let mut before: Option<i64> = None;
    let mut list = Vec::with_capacity(all.len());
    for r in all {
        let gap = before.map(|b| r.moment.0.saturating_sub(b));
        before = Some(r.moment.0);
        list.push(Occurrence {
            at: r.text.at.clone(),
            at_full: r.at.clone().unwrap_or_default(),
            who: r.text.who.clone(),
            gap: gap.map(|g| {
                let g = medloop_engine::explain::text::duration(medloop_engine::time::Span(g), lang);
                match lang {
                    Lang::Zh => format!("隔 {g}"),
                    Lang::En => format!("after {g}"),
                }
            }),
            fields: r.text.fields.iter().map(fact).collect(),
            raw: r.event.as_ref().map(|e| links::event(&e.source, &e.id)).unwrap_or_default(),
        });
    }
    list
}
