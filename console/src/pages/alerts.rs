//! The page of alerts, and an alert wherever it is shown: what it says, since when, what to do about it.

use super::Choice;
use crate::chrome::Chrome;
use crate::links;
use crate::timeline::Tag;
use medloop_engine::alert::AlertStatus;
use medloop_engine::graph::Severity;
use medloop_engine::view::{AlertStep, AlertTold, AlertView, Lang};
use medloop_engine::words::Worded as _;
use serde::Serialize;

/// The list of alerts.
#[derive(Clone, Debug, Serialize)]
pub struct Alerts {
    /// Its frame.
    pub chrome: Chrome,
    /// The statuses to choose from; without one, what has to be done.
    pub statuses: Vec<Choice>,
    /// The severities to choose from.
    pub severities: Vec<Choice>,
    /// The loops to choose from.
    pub loops: Vec<Choice>,
    /// The campuses to choose from.
    pub campuses: Vec<Choice>,
    /// The department asked for.
    pub dept: String,
    /// Raised from this day on.
    pub from: String,
    /// Raised before this day.
    pub to: String,
    /// Whether any filter is set.
    pub filtered: bool,
    /// The alerts.
    pub list: Vec<Alert>,
    /// What stands there when there is none.
    pub empty: String,
    /// The first page, when this is a later one.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// An alert for people.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    /// Its id.
    pub id: String,
    /// How grave.
    pub severity: Tag,
    /// Where it stands.
    pub status: Tag,
    /// Whether somebody has to do something.
    pub open: bool,
    /// What it says.
    pub message: String,
    /// Why it was raised.
    pub because: String,
    /// The rule.
    pub title: String,
    /// What the rule rests on.
    pub basis: Option<String>,
    /// The order, and its timeline.
    pub order: Option<(String, String)>,
    /// Track, department, campus.
    pub place: Vec<String>,
    /// When it was raised, RFC 3339.
    pub raised_at: String,
    /// The same for people.
    pub raised: String,
    /// Whom it was escalated to, and since when.
    pub told: Option<String>,
    /// What is to be done now.
    pub advice: String,
    /// What may be done: by the words of the door.
    pub can: Can,
    /// What has happened.
    pub steps: Vec<Step>,
    /// This page, to come back to.
    pub back: String,
}

/// What may be done about an alert now.
#[derive(Clone, Debug, Serialize)]
pub struct Can {
    /// 受理
    pub acknowledge: bool,
    /// 核实
    pub verify: bool,
    /// 忽略
    pub dismiss: bool,
    /// 关闭
    pub close: bool,
}

/// A step of its history.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// When, RFC 3339.
    pub at: String,
    /// The same for people.
    pub clock: String,
    /// What.
    pub text: String,
    /// Who, why, or what it said.
    pub more: Option<String>,
}

/// An alert as pages show it; `back` is the page that is shown again after something was done.
#[must_use]
pub fn alert(view: &AlertView, back: &str, lang: Lang) -> Alert {
    let can = |act: &str| view.actions.contains(&act);
    let key = view.key.clone().unwrap_or_default();
    let order =
        view.loop_code.as_ref().map(|code| (key.clone(), links::instance(&key, &view.campus, code, &key)));
    let track = view.track.clone();
    Alert {
        id: view.id.clone(),
        severity: severity_tag(view.grade, lang),
        status: alert_tag(view.state, lang),
        open: view.state.is_open(),
        message: view.message.clone(),
        because: view.because.clone(),
        title: view.title.clone(),
        basis: view.basis.clone(),
        order,
        place: track.into_iter().chain(view.place.clone()).collect(),
        raised_at: view.raised_at.clone(),
        raised: view.clock.clone(),
        told: told(view, lang),
        advice: advice(view.state, lang).to_owned(),
        can: Can {
            acknowledge: can("acknowledge"),
            verify: can("verify"),
            dismiss: can("dismiss"),
            close: can("close"),
        },
        steps: view.history.iter().map(|s| step(s, lang)).collect(),
        back: back.to_owned(),
    }
}

fn told(view: &AlertView, lang: Lang) -> Option<String> {
    let one = |t: &AlertTold| match lang {
        Lang::Zh => format!("{}（{} 起）", t.title, t.clock),
        Lang::En => format!("{} (since {})", t.title, t.clock),
    };
    let all: Vec<String> = view.told.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(lang.pick("、", ", ")))
}

fn step(step: &AlertStep, lang: Lang) -> Step {
    let who = step.by.as_ref().and_then(|p| p.name.as_deref().or(p.id.as_deref()));
    let unsigned = (step.authenticated == Some(false)).then(|| lang.pick("未经认证", "not authenticated"));
    let parts = [who, unsigned, step.why.as_deref(), step.because.as_deref().filter(|b| !b.is_empty())];
    let more: Vec<&str> = parts.into_iter().flatten().collect();
    Step {
        at: step.at.clone(),
        clock: step.clock.clone(),
        text: step.text.clone(),
        more: (!more.is_empty()).then(|| more.join(" · ")),
    }
}

fn advice(status: AlertStatus, lang: Lang) -> &'static str {
    match status {
        AlertStatus::Open => lang.pick(
            "请受理；情况已清楚的，直接核实或忽略。",
            "Take it; where it is clear already, verify or dismiss it.",
        ),
        AlertStatus::Acknowledged => lang.pick("请核实是否为风险事件。", "Verify whether it is a risk."),
        AlertStatus::Verified | AlertStatus::Dismissed => {
            lang.pick("处理完毕后关闭。", "Close it when nothing is left to do.")
        }
        AlertStatus::Closed => lang.pick("已处理完毕。", "Done."),
        AlertStatus::SelfCleared => lang
            .pick("迟到的数据已使其不再成立，无需处理。", "Late data has lifted it; nothing is to be done."),
    }
}

/// Shape, colour and word of a severity.
#[must_use]
pub fn severity_tag(severity: Severity, lang: Lang) -> Tag {
    let (tone, icon) = match severity {
        Severity::Critical => ("bad", "octagon-alert"),
        Severity::High => ("bad", "triangle-alert"),
        Severity::Medium => ("late", "bell"),
        Severity::Low => ("grey", "flag"),
    };
    Tag { tone, icon, word: severity.word().text(lang).to_owned() }
}

/// Shape, colour and word of where an alert stands.
#[must_use]
pub fn alert_tag(status: AlertStatus, lang: Lang) -> Tag {
    let (tone, icon) = match status {
        AlertStatus::Open => ("overdue", "bell"),
        AlertStatus::Acknowledged => ("due", "user-check"),
        AlertStatus::Verified => ("late", "badge-check"),
        AlertStatus::Dismissed => ("grey", "circle-minus"),
        AlertStatus::Closed => ("done", "circle-check"),
        AlertStatus::SelfCleared => ("early", "recycle"),
    };
    Tag { tone, icon, word: status.word().text(lang).to_owned() }
}
