//! The verdicts on an instance, what is broken first.

use super::status::{Tag, verdict_tag};
use medloop_engine::state::Verdict;
use medloop_engine::view::{InstanceView, Lang, RuleView};
use serde::Serialize;

/// The rules of an instance.
#[derive(Clone, Debug, Serialize)]
pub struct Rules {
    /// Broken, without data, and undecided ones.
    pub shown: Vec<Rule>,
    /// The rest.
    pub rest: Vec<Rule>,
    /// What opens the rest.
    pub rest_title: String,
    /// Whether the rest is open from the start.
    pub rest_open: bool,
}

/// A rule on one track.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Verdict word of the API.
    pub verdict: &'static str,
    /// Verdict as people see it.
    pub status: Tag,
    /// Its name.
    pub title: String,
    /// The track it is judged on.
    pub track: Option<String>,
    /// Severity in words.
    pub severity: String,
    /// When it was decided.
    pub decided: Option<String>,
    /// What its alert says.
    pub alert: Option<String>,
    /// Why.
    pub because: String,
    /// What it asks for.
    pub requirement: String,
    /// What it rests on.
    pub basis: Option<String>,
}

/// The panel of rules; none where the loop has none.
pub(super) fn rules(view: &InstanceView, lang: Lang, all: bool) -> Option<Rules> {
    let mut list: Vec<&RuleView> = view.rules.iter().collect();
    if list.is_empty() {
        return None;
    }
    let rank = |v: Verdict| match v {
        Verdict::Violated => 0,
        Verdict::NoData => 1,
        Verdict::Undecided => 2,
        Verdict::Holds => 3,
        Verdict::NotApplicable => 4,
    };
    let grave = |s: &str| match s {
        "critical" => 0,
        "high" => 1,
        "medium" => 2,
        _ => 3,
    };
    list.sort_by_key(|r| (rank(r.state), grave(r.severity)));
    let open = |r: &&RuleView| matches!(r.state, Verdict::Violated | Verdict::NoData);
    let (shown, rest): (Vec<&RuleView>, Vec<&RuleView>) = list.into_iter().partition(open);
    let n = |v: Verdict| rest.iter().filter(|r| r.state == v).count();
    let (undecided, holds, not) = (n(Verdict::Undecided), n(Verdict::Holds), n(Verdict::NotApplicable));
    Some(Rules {
        rest_title: match lang {
            Lang::Zh => format!("待定 {undecided} · 符合 {holds} · 不适用 {not}"),
            Lang::En => format!("{undecided} undecided · {holds} hold · {not} not applicable"),
        },
        rest_open: all || shown.is_empty() && rest.len() <= 12,
        shown: shown.into_iter().map(|r| rule(view, r, lang)).collect(),
        rest: rest.into_iter().map(|r| rule(view, r, lang)).collect(),
    })
}

fn rule(view: &InstanceView, r: &RuleView, lang: Lang) -> Rule {
    let track = view.tracks.iter().find(|t| t.key == r.track && t.key.is_some());
    Rule {
        verdict: r.verdict,
        status: verdict_tag(r.state, lang),
        title: r.title.clone(),
        track: track.map(|t| format!("{} {}", t.text.title, t.key.as_deref().unwrap_or_default())),
        severity: r.text.severity.clone(),
        decided: r.text.decided.clone(),
        alert: r.text.alert.clone(),
        because: r.because.clone(),
        requirement: r.requirement.clone(),
        basis: r.basis.clone(),
    }
}
