//! The loops, and what one of them says: nodes, parameters, rules.

use crate::chrome::Chrome;
use crate::links;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::{self, CampusSettings, Length, Node, title};
use medloop_engine::name::{FieldCode, RoleCode};
use medloop_engine::value::Value;
use medloop_engine::view::Lang;
use medloop_engine::words::Worded as _;
use serde::Serialize;

/// The loops.
#[derive(Clone, Debug, Serialize)]
pub struct Loops {
    /// Its frame.
    pub chrome: Chrome,
    /// The loops.
    pub loops: Vec<LoopItem>,
}

/// One loop.
#[derive(Clone, Debug, Serialize)]
pub struct LoopItem {
    /// Its page.
    pub href: String,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// How many nodes it has.
    pub nodes: usize,
    /// How many rules it has.
    pub rules: usize,
    /// The first digits of its hash.
    pub version: String,
}

/// One loop's definition.
#[derive(Clone, Debug, Serialize)]
pub struct Definition {
    /// Its frame.
    pub chrome: Chrome,
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Its documentation.
    pub doc: String,
    /// Key, grade, category, basis, version.
    pub facts: Vec<super::Linked>,
    /// Its nodes.
    pub nodes: Vec<NodeItem>,
    /// Names of the campuses.
    pub campuses: Vec<String>,
    /// Its parameters.
    pub params: Vec<ParamItem>,
    /// Its rules.
    pub rules: Vec<RuleItem>,
}

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
    /// Optional, repeated, negative.
    pub marks: String,
    /// Where it belongs.
    pub scope: String,
    /// Its stage.
    pub stage: String,
    /// Who may.
    pub roles: String,
    /// What completes it.
    pub events: Vec<EventOf>,
    /// What it must record.
    pub required: String,
    /// What it may record.
    pub optional: String,
    /// Its limit or plan.
    pub limit: String,
}

/// An event with the systems that send it.
#[derive(Clone, Debug, Serialize)]
pub struct EventOf {
    /// The type.
    pub kind: String,
    /// The systems.
    pub systems: String,
}

/// One parameter.
#[derive(Clone, Debug, Serialize)]
pub struct ParamItem {
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// The group's value.
    pub value: String,
    /// The value of each campus.
    pub campuses: Vec<ParamValue>,
    /// Least and greatest.
    pub range: String,
    /// What it rests on.
    pub basis: String,
}

/// A campus's value.
#[derive(Clone, Debug, Serialize)]
pub struct ParamValue {
    /// The value.
    pub text: String,
    /// Whether it differs from the group's.
    pub differs: bool,
}

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
    /// What it asks for.
    pub requirement: String,
    /// What it rests on.
    pub basis: String,
}

/// The page of all loops.
#[must_use]
pub fn loops<'a>(
    chrome: Chrome,
    all: impl Iterator<Item = (&'a graph::Definition, &'a str)>,
    lang: Lang,
) -> Loops {
    let item = |(d, hash): (&graph::Definition, &str)| LoopItem {
        href: links::definition(d.code.as_str()),
        title: named(&d.name, d.code.as_str(), lang),
        code: d.code.to_string(),
        doc: d.doc.clone(),
        nodes: d.nodes.len(),
        rules: d.rules.len(),
        version: hash.chars().take(12).collect(),
    };
    Loops { chrome, loops: all.map(item).collect() }
}

/// The page of one loop.
#[must_use]
pub fn definition(
    chrome: Chrome,
    def: &graph::Definition,
    hash: &str,
    catalogue: &Catalogue,
    lang: Lang,
) -> Definition {
    let fact = |zh: &str, en: &str, text: Option<String>| {
        text.map(|text| super::Linked { title: lang.pick(zh, en).to_owned(), text, href: None })
    };
    let campuses: Vec<_> = catalogue.campuses.iter().filter(|(c, _)| def.campuses.contains_key(*c)).collect();
    let facts = [
        fact("主键", "Key", Some(field(def, &def.key, lang))),
        fact("等级", "Grade", def.grade.map(|g| g.to_string())),
        fact("类别", "Category", def.category.clone()),
        fact("依据", "Basis", def.basis.clone()),
        fact("版本", "Version", Some(hash.chars().take(12).collect())),
    ];
    let params = def.params.iter().enumerate().map(|(i, p)| ParamItem {
        title: named(&p.name, p.code.as_str(), lang),
        code: p.code.to_string(),
        value: value(&p.value, lang),
        campuses: campuses
            .iter()
            .map(|(code, _)| {
                let there = CampusSettings::of(def, code).params.get(i).cloned().unwrap_or(p.value.clone());
                ParamValue { text: value(&there, lang), differs: there != p.value }
            })
            .collect(),
        range: p
            .range
            .as_ref()
            .map(|(a, b)| format!("{} – {}", value(a, lang), value(b, lang)))
            .unwrap_or_default(),
        basis: p.basis.clone().unwrap_or_default(),
    });
    let rules = def.rules.iter().map(|r| RuleItem {
        title: named(&r.name, r.code.as_str(), lang),
        code: r.code.to_string(),
        doc: r.doc.clone(),
        severity: r.severity.word().text(lang).to_owned(),
        requirement: r.text.clone(),
        basis: r.basis.clone().unwrap_or_default(),
    });
    Definition {
        title: named(&def.name, def.code.as_str(), lang),
        code: def.code.to_string(),
        doc: def.doc.clone(),
        facts: facts.into_iter().flatten().collect(),
        nodes: def.nodes.iter().map(|n| node(def, n, catalogue, lang)).collect(),
        campuses: campuses.iter().map(|(code, c)| title(&c.name, code.as_str(), lang == Lang::En)).collect(),
        params: params.collect(),
        rules: rules.collect(),
        chrome,
    }
}

fn node(def: &graph::Definition, n: &Node, catalogue: &Catalogue, lang: Lang) -> NodeItem {
    let mark = |is: bool, zh: &'static str, en: &'static str| is.then(|| lang.pick(zh, en));
    let marks = [
        mark(n.optional, "可选", "optional"),
        mark(n.repeated, "可重复", "repeated"),
        mark(n.negative, "异常环节", "negative"),
    ];
    let list = |texts: Vec<String>| texts.join(lang.pick("、", ", "));
    let role = |r: &RoleCode| {
        def.roles.get(r).map_or_else(|| r.to_string(), |d| title(&d.name, r.as_str(), lang == Lang::En))
    };
    let fields = |required: bool| {
        list(n.fields.iter().filter(|f| f.required == required).map(|f| field(def, &f.field, lang)).collect())
    };
    let events = n.triggers.iter().map(|t| {
        let system = |s: &medloop_engine::name::SystemCode| {
            catalogue.systems.get(s).map_or_else(|| s.to_string(), |d| title(d, s.as_str(), lang == Lang::En))
        };
        EventOf { kind: t.event.to_string(), systems: list(t.systems.iter().map(system).collect()) }
    });
    NodeItem {
        icon: if n.icon.is_empty() { n.stage.word().json.to_owned() } else { n.icon.clone() },
        title: named(&n.name, n.code.as_str(), lang),
        code: n.code.to_string(),
        doc: n.doc.clone(),
        marks: marks.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("、", ", ")),
        scope: def.scope(n.scope).map(|s| field(def, &s.field, lang)).unwrap_or_default(),
        stage: n.stage.word().text(lang).to_owned(),
        roles: list(n.roles.iter().map(role).collect()),
        events: events.collect(),
        required: fields(true),
        optional: fields(false),
        limit: limit(def, n, lang),
    }
}

fn limit(def: &graph::Definition, n: &Node, lang: Lang) -> String {
    let length = |l: Length| match l {
        Length::Span(s) => medloop_engine::explain::text::duration(s, lang),
        Length::Work(w) => medloop_engine::explain::text::work(w, lang),
        Length::Param(ix) | Length::Minus(ix) => {
            let sign = if matches!(l, Length::Minus(_)) { "-" } else { "" };
            def.params.get(usize::from(ix.0)).map_or_else(String::new, |p| {
                format!("{sign}{} {}", named(&p.name, p.code.as_str(), lang), value(&p.value, lang))
            })
        }
    };
    if let Some(p) = &n.plan {
        let f = field(def, &p.field, lang);
        return format!("{f} {} … {}", length(p.from), length(p.to));
    }
    let Some(l) = &n.limit else { return String::new() };
    match l.from.and_then(|ix| def.node(ix)) {
        Some(from) => {
            let from = named(&from.name, from.code.as_str(), lang);
            format!("{} {} {from}", length(l.length), lang.pick("自", "from"))
        }
        None => length(l.length),
    }
}

fn field(def: &graph::Definition, code: &FieldCode, lang: Lang) -> String {
    def.fields.get(code).map_or_else(|| code.to_string(), |f| title(&f.name, code.as_str(), lang == Lang::En))
}

fn named(name: &str, code: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => name.to_owned(),
        Lang::En => graph::Definition::english(code),
    }
}

fn value(v: &Value, lang: Lang) -> String {
    match v {
        Value::Span(s) => medloop_engine::explain::text::duration(*s, lang),
        Value::Work(w) => medloop_engine::explain::text::work(*w, lang),
        Value::Number(n) => medloop_engine::explain::text::number(*n),
        Value::Text(t) => t.to_string(),
        other => format!("{other:?}"),
    }
}
