//! An instance on the timeline page: its head, its rows, its rules.

use super::rules::{Rules, rules};
use super::status::{Tag, instance_tag, node_tag};
use super::track::{Track, anchor, tracks};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Alert, alert};
use medloop_engine::state::{NodeStatus, Status};
use medloop_engine::view::{InstanceView, Lang};
use medloop_engine::words::Worded as _;
use serde::Serialize;

/// One instance.
#[derive(Clone, Debug, Serialize)]
pub struct Instance {
    /// Name of the loop.
    pub title: String,
    /// Name of the key field.
    pub key_title: String,
    /// Value of the key.
    pub key: String,
    /// The order number asked for, where the key is another.
    pub others: Option<String>,
    /// Its status.
    pub status: Tag,
    /// When it opened.
    pub opened: Option<String>,
    /// When it ended.
    pub closed: Option<String>,
    /// Since when it is sealed, and what came after.
    pub sealed: Option<String>,
    /// How long it has been open, or was.
    pub lasted: Option<Labelled>,
    /// The one sentence that matters.
    pub headline: Sentence,
    /// The patient.
    pub patient: Patient,
    /// How many nodes have each status: a legend that counts.
    pub counts: Vec<Count>,
    /// Its alerts, those that need somebody first.
    pub alerts: Vec<Alert>,
    /// Its rows.
    pub tracks: Vec<Track>,
    /// Its rules.
    pub rules: Option<Rules>,
    /// Whether every card is open.
    pub all: bool,
    /// Opens or folds every card.
    pub toggle: Toggle,
}

/// A label with its text.
#[derive(Clone, Debug, Serialize)]
pub struct Labelled {
    /// The label.
    pub label: String,
    /// The text.
    pub text: String,
}

/// The headline.
#[derive(Clone, Debug, Serialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// Its tone.
    pub tone: &'static str,
    /// Name of its icon.
    pub icon: &'static str,
    /// The card it is about, on the same page.
    pub href: Option<String>,
}

/// The patient line.
#[derive(Clone, Debug, Serialize)]
pub struct Patient {
    /// Name, or id, or that it is unknown.
    pub name: String,
    /// Sex, age, ward, bed, numbers.
    pub parts: Vec<String>,
    /// All loops of the patient, and of this visit.
    pub links: Vec<Link>,
}

/// A text that leads somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub href: String,
}

/// A status with how many nodes have it.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// The status.
    pub status: Tag,
    /// How many.
    pub n: usize,
}

/// A link that opens or folds every card.
#[derive(Clone, Debug, Serialize)]
pub struct Toggle {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub title: String,
}

/// The page's part for its `nth` instance, asked for under `order_no`.
#[must_use]
pub fn instance(view: &InstanceView, nth: usize, asked: &Asked, order_no: &str) -> Instance {
    let prefix = format!("i{nth}");
    let lang = asked.lang;
    let all = asked.get("open") == "all";
    let over = view.closed_at.is_some() || !matches!(view.state, Status::Open | Status::Interrupted);
    Instance {
        title: view.title.clone(),
        key_title: view.text.key_title.clone(),
        key: view.key.clone(),
        others: (order_no != view.key).then(|| order_no.to_owned()),
        status: instance_tag(view.state, lang),
        opened: view.text.opened.clone(),
        closed: view.text.closed.clone(),
        sealed: view.text.sealed.clone(),
        lasted: view.text.lasted.clone().map(|text| Labelled {
            label: if over { lang.pick("历时", "Lasted") } else { lang.pick("已开立", "Open for") }
                .to_owned(),
            text,
        }),
        headline: Sentence {
            href: view.headline.node.as_deref().and_then(|n| {
                anchor(view, &prefix, view.headline.track.as_deref(), n).map(|a| format!("#{a}"))
            }),
            ..sentence(view)
        },
        patient: patient(view, lang),
        counts: counts(view, lang),
        alerts: view.alerts.iter().map(|a| alert(a, &asked.with(&[]), lang)).collect(),
        tracks: tracks(view, &prefix, lang, all),
        rules: rules(view, lang, all),
        all,
        toggle: Toggle {
            href: asked.with(&[("open", if all { "" } else { "all" })]),
            title: if all {
                lang.pick("只展开异常", "Open only what is wrong")
            } else {
                lang.pick("全部展开", "Open all")
            }
            .to_owned(),
        },
    }
}

/// The headline with its icon.
pub(crate) fn sentence(view: &InstanceView) -> Sentence {
    let icon = match view.headline.tone {
        "bad" => "octagon-alert",
        "warn" => "triangle-alert",
        "next" => "circle-dot",
        "good" => "circle-check",
        _ => "circle-minus",
    };
    Sentence { text: view.headline.text.clone(), tone: view.headline.tone, icon, href: None }
}

/// The patient line: what is known, nothing made up.
pub(crate) fn patient(view: &InstanceView, lang: Lang) -> Patient {
    described(view, lang, true)
}

/// The same without campus, ward and bed, which an order states as of its own time.
pub(crate) fn person(view: &InstanceView, lang: Lang) -> Patient {
    described(view, lang, false)
}

fn described(view: &InstanceView, lang: Lang, placed: bool) -> Patient {
    let unknown = || lang.pick("患者未知", "Patient unknown").to_owned();
    let Some(p) = &view.patient else {
        return Patient { name: unknown(), parts: vec![view.text.campus.clone()], links: Vec::new() };
    };
    let text = |t: &Option<std::sync::Arc<str>>| t.as_ref().map(ToString::to_string);
    let name = text(&p.name).or_else(|| text(&p.id)).unwrap_or_else(unknown);
    let sex = p.sex.as_deref().map(|s| match s {
        "F" | "f" | "女" | "2" => lang.pick("女", "F").to_owned(),
        "M" | "m" | "男" | "1" => lang.pick("男", "M").to_owned(),
        other => other.to_owned(),
    });
    let age = view.text.age.map(|a| match lang {
        Lang::Zh => format!("{a} 岁"),
        Lang::En => format!("{a} y"),
    });
    let labelled = |zh: &str, en: &str, t: Option<String>| t.map(|t| format!("{} {t}", lang.pick(zh, en)));
    let bed = text(&p.bed).map(|b| match lang {
        Lang::Zh => format!("{b} 床"),
        Lang::En => format!("bed {b}"),
    });
    let parts = [
        sex,
        age,
        Some(view.text.campus.clone()).filter(|_| placed),
        view.text.ward.clone().filter(|_| placed),
        bed.filter(|_| placed),
        labelled("患者号", "Patient", text(&p.id).filter(|i| *i != name)),
        labelled("就诊号", "Visit", text(&p.visit_no)),
        labelled("新生儿", "Newborn", text(&p.baby_no)),
    ];
    let link = |zh: &str, en: &str, to: fn(&str) -> String, number: &Option<std::sync::Arc<str>>| {
        let number = number.as_deref().filter(|n| !n.is_empty())?;
        Some(Link { title: lang.pick(zh, en).to_owned(), href: to(number) })
    };
    let links = [
        link("患者的全部闭环", "All loops of the patient", links::patient, &p.id),
        link("本次就诊", "This visit", links::visit, &p.visit_no),
    ];
    Patient {
        name,
        parts: parts.into_iter().flatten().collect(),
        links: links.into_iter().flatten().collect(),
    }
}

fn counts(view: &InstanceView, lang: Lang) -> Vec<Count> {
    let of = |s: NodeStatus| {
        view.tracks
            .iter()
            .flat_map(|t| &t.nodes)
            .filter(|n| n.state == s && n.reason != Some("branch"))
            .count()
    };
    NodeStatus::ALL
        .iter()
        .map(|s| Count { status: node_tag(*s, lang), n: of(*s) })
        .filter(|c| c.n > 0)
        .collect()
}
