//! Limits and plans → params, each with what it rests on in a comment.

use super::Found;
use super::limits::{Length, Limit};
use super::names::{Called, Names};
use super::plans::Plan;
use super::variants::Act;
use super::write::{percent, put};
use crate::diagnostic::Lang;
use crate::lexicon;
use std::collections::BTreeMap;

/// The names of params, as nodes write them.
#[derive(Default)]
pub(super) struct Params {
    /// The limit of a node, and from which node it runs.
    pub(super) limits: BTreeMap<Act, (String, Act)>,
    /// The field of a planned time, how much before it and how much after.
    pub(super) plans: BTreeMap<Act, (String, String, String)>,
}

impl Params {
    /// Writes them, with a warning before: none is what should be because it was so.
    pub(super) fn write(found: &Found<'_>, names: &mut Names<'_>, out: &mut String) -> Self {
        let mut params = Self::default();
        let plans = || found.nodes().into_iter().filter_map(|act| found.plans.get(&act).map(|p| (act, p)));
        if found.limits.is_empty() && plans().next().is_none() {
            return params;
        }
        let words = crate::say!(
            "时限与时间窗取自实际做法（P95、P5），向上取整：过去是这样做的，不等于应当这样做。请逐条核对制度与规范，再写明“依据”和“范围”。",
            "Limits and windows are what practice was (P95, P5), rounded up, not what it should be. Hold each against policy, then state its basis and range."
        );
        put(out, format_args!("// {}", words.get(names.lang)));
        for limit in &found.limits {
            put(out, format_args!("// {}", told(limit, names)));
            if let Some(name) = param(limit.to, ("时限", "limit"), limit.length, names, out) {
                params.limits.insert(limit.to, (name, limit.from));
            }
        }
        for (act, plan) in plans() {
            put(out, format_args!("// {}", planned(act, plan, names)));
            let before = param(act, ("可提前", "early"), plan.before, names, out);
            let after = param(act, ("可延后", "late"), plan.after, names, out);
            if let Some((before, after)) = before.zip(after) {
                params.plans.insert(act, (names.field(&plan.field), before, after));
            }
        }
        out.push('\n');
        params
    }
}

/// Writes a param of a node; its name.
fn param(
    act: Act,
    (zh, en): (&str, &str),
    value: Length,
    names: &mut Names<'_>,
    out: &mut String,
) -> Option<String> {
    let of = names.nodes.get(&act).cloned()?;
    let bare = of.name.trim_start_matches('「').trim_end_matches('」');
    let name = match names.lang {
        Lang::Zh => format!("{bare}{zh}"),
        Lang::En if bare.contains(' ') => format!("{bare} {en}"),
        Lang::En => format!("{bare}_{en}"),
    };
    let Called { name, code } = names.call(Some(&name), &format!("{}_{en}", of.code));
    put(out, format_args!("param {name} [{code}] = {}", length(value, names.lang)));
    Some(name)
}

fn told(limit: &Limit, names: &Names<'_>) -> String {
    let (from, to) = (names.node(limit.from), names.node(limit.to));
    let Limit { pairs, backwards, .. } = limit;
    let share = percent(limit.within as u64, *pairs as u64);
    let [p50, p95, p99] = [limit.median, limit.p95, limit.p99].map(|s| seconds(s, names.lang));
    let within = length(limit.length, names.lang);
    let (zh, en) = match backwards {
        0 => (String::new(), String::new()),
        n => (format!("；另有 {n} 对先后颠倒"), format!("; {n} more came the other way round")),
    };
    let words = crate::say!(
        "{from} → {to}：{pairs} 对，P50 {p50}，P95 {p95}，P99 {p99}；{share} 在 {within} 之内{zh}",
        "{from} -> {to}: {pairs} pairs, P50 {p50}, P95 {p95}, P99 {p99}; {share} within {within}{en}"
    );
    words.get(names.lang).to_owned()
}

fn planned(act: Act, plan: &Plan, names: &Names<'_>) -> String {
    let (node, field, n) = (names.node(act), names.field(&plan.field), plan.events);
    let share = percent(plan.within as u64, n as u64);
    let [p5, p50, p95] = [plan.p5, plan.median, plan.p95].map(|s| seconds(s, names.lang));
    let (before, after) = (length(plan.before, names.lang), length(plan.after, names.lang));
    let words = crate::say!(
        "{node} 距 {field}：{n} 次，P5 {p5}，P50 {p50}，P95 {p95}；{share} 在 -{before}..+{after} 之内",
        "{node} after {field}: {n} times, P5 {p5}, P50 {p50}, P95 {p95}; {share} within -{before}..+{after}"
    );
    words.get(names.lang).to_owned()
}

fn length(length: Length, lang: Lang) -> String {
    let unit =
        lexicon::UNITS.get(length.unit).map_or("", |u| if lang == Lang::Zh { u.word.zh } else { u.word.en });
    format!("{}{unit}", length.number)
}

/// So many seconds as people say them: the greatest unit and the next.
fn seconds(n: i64, lang: Lang) -> String {
    if n < 0 {
        return format!("-{}", seconds(n.saturating_neg(), lang));
    }
    let sizes = [86_400, 3_600, 60, 1];
    let at = sizes.iter().position(|size| n >= *size).unwrap_or(3);
    let mut rest = n;
    let mut out = String::new();
    for (i, size) in sizes.iter().enumerate().skip(at).take(2) {
        let (number, unit) = (rest / size, 3 - i);
        rest %= size;
        if number > 0 || i == at {
            out.push_str(&length(Length { number, unit }, lang));
        }
    }
    out
}
