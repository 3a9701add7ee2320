//! The sentence behind a verdict.

use super::pause::Pause;
use super::scene::Scene;
use super::what;
use crate::facts::TrackId;
use crate::graph::{Attr, Expr, Rule};
use crate::patient;
use crate::state::{Because, RuleState, Seen, Verdict, What};
use crate::time::{Instant, Moment};
use crate::value::Value;
use crate::words::Worded as _;

pub(super) fn sentence(scene: &Scene<'_>, track: &TrackId, verdict: &RuleState) -> Option<String> {
    let rule = scene.rule_of(verdict)?;
    let pause = Pause::find(scene, &rule.check, &verdict.because);
    let said = match &verdict.because {
        Because::Compared(seen) => match pause.and_then(|p| followed(scene, p, seen, verdict.verdict)) {
            Some(text) => text,
            None => compared(scene, rule, seen, verdict.verdict)?,
        },
        Because::NotHappened(node, deadline) => {
            let name = scene.title(*node);
            match pause.and_then(|p| waited(scene, track, p, verdict.verdict)) {
                Some(text) => text,
                None => absent(scene, &name, *deadline, verdict.verdict),
            }
        }
        Because::FieldMissing(node, field) => {
            let (n, f) = (scene.title(*node), scene.field_title(field));
            by_lang(scene, format!("因为 {n} 没有记录 {f}"), format!("because {n} did not record {f}"))
        }
        Because::PersonUnknown(node) => {
            let n = scene.title(*node);
            by_lang(
                scene,
                format!("因为 {n} 的人员没有工号，不能断定是否同一人"),
                format!("because a person of {n} has no staff id and cannot be told from another"),
            )
        }
        Because::PatientUnknown(of) => {
            let (zh, en) = what::patient(*of);
            by_lang(
                scene,
                format!("因为到那时为止没有记录写明{zh}"),
                format!("because nothing had stated the {en} by then"),
            )
        }
        Because::TooCoarse(node) => {
            let n = scene.title(*node);
            by_lang(
                scene,
                format!("因为 {n} 的时间不够精确，不能与这个时限比较"),
                format!("because the time of {n} is too coarse for this limit"),
            )
        }
        Because::NodeNotApplicable(node, reason) => {
            let n = scene.title(*node);
            match reason {
                Some(reason) => {
                    let why = super::node::reason(scene, *node, reason);
                    by_lang(scene, format!("{n} 不适用：{why}"), format!("{n} does not apply: {why}"))
                }
                None => {
                    by_lang(scene, format!("{n} 可选，没有做"), format!("{n} is optional and was skipped"))
                }
            }
        }
        Because::NoEnding(kind) => {
            let word = kind.word().text(scene.lang);
            by_lang(scene, format!("没有 {word}"), format!("not {}", word.to_lowercase()))
        }
        Because::OnTrack(id, because) => {
            let inner = RuleState { because: (**because).clone(), ..verdict.clone() };
            let said = sentence(scene, id, &inner)?;
            let field = scene.def.scope(id.scope).map_or_else(String::new, |s| scene.field_title(&s.field));
            let value = &id.value;
            by_lang(scene, format!("{field} {value}：{said}"), format!("{field} {value}: {said}"))
        }
        Because::NoTrack(scope) => {
            let field = scene.def.scope(*scope).map_or_else(String::new, |s| scene.field_title(&s.field));
            by_lang(scene, format!("没有可以判断的{field}"), format!("no {field} to judge"))
        }
        Because::NoReason(kind) => {
            let word = kind.word();
            by_lang(
                scene,
                format!("{} 没有写明原因", word.zh),
                format!("{} states no reason", word.en.to_lowercase()),
            )
        }
        Because::DoesNotApply => scene.pick("不满足适用条件", "its condition is not met").to_owned(),
        Because::NothingHappened(node) => {
            let n = scene.title(*node);
            by_lang(scene, format!("没有可以判断的 {n}"), format!("no {n} to judge"))
        }
        Because::Nothing => return None,
    };
    Some(said)
}

fn by_lang(scene: &Scene<'_>, zh: String, en: String) -> String {
    match scene.lang {
        crate::words::Lang::Zh => zh,
        crate::words::Lang::En => en,
    }
}

/// Both nodes of a bound happened.
fn followed(scene: &Scene<'_>, pause: Pause, seen: &[Seen], verdict: Verdict) -> Option<String> {
    let moment = |node| {
        seen.iter().find(|s| s.node == Some(node)).and_then(|s| match s.value {
            Value::Moment(m) => Some(m),
            _ => None,
        })
    };
    let (from, to): (Moment, Moment) = (moment(pause.from)?, moment(pause.to)?);
    let took = scene.difference(to, from);
    let (a, b) = (scene.title(pause.from), scene.title(pause.to));
    let (at, took_text, limit) = (scene.clock(from), scene.duration(took), scene.duration(pause.limit));
    if took.0 < 0 {
        let (at, bt) = (scene.clock_fine(from), scene.clock_fine(to));
        return Some(by_lang(
            scene,
            format!("{bt} {b} 早于 {at} {a}"),
            format!("{b} ({bt}) came before {a} ({at})"),
        ));
    }
    Some(match verdict {
        Verdict::Violated => by_lang(
            scene,
            format!("因为 {at} {a} 之后 {took_text}才有 {b}，标准 {limit}内"),
            format!("because {b} followed {a} ({at}) only after {took_text}, the standard is {limit}"),
        ),
        _ => by_lang(
            scene,
            format!("{at} {a} 之后 {took_text} {b}，标准 {limit}内"),
            format!("{b} followed {a} ({at}) after {took_text}, the standard is {limit}"),
        ),
    })
}

/// The second node of a bound has not happened.
fn waited(scene: &Scene<'_>, track: &TrackId, pause: Pause, verdict: Verdict) -> Option<String> {
    let from = scene.happened(track, pause.from)?.at;
    let (a, b) = (scene.title(pause.from), scene.title(pause.to));
    let (at, limit) = (scene.clock(from), scene.duration(pause.limit));
    match verdict {
        Verdict::Violated => Some(by_lang(
            scene,
            format!("因为 {at} {a} 之后 {limit}内没有 {b}"),
            format!("because {b} did not follow {a} ({at}) within {limit}"),
        )),
        Verdict::Undecided => {
            let last = scene.clock(Moment {
                at: scene.zone().truncate(from.at, from.precision).plus(pause.limit),
                precision: from.precision,
            });
            Some(by_lang(
                scene,
                format!("{at} {a} 之后等待 {b}，最迟 {last}"),
                format!("waiting for {b} after {a} ({at}), at the latest {last}"),
            ))
        }
        _ => None,
    }
}

fn absent(scene: &Scene<'_>, name: &str, deadline: Option<Instant>, verdict: Verdict) -> String {
    match (verdict, deadline.map(|d| scene.clock_at(d))) {
        (Verdict::Violated, Some(d)) => {
            by_lang(scene, format!("因为到 {d} 仍没有 {name}"), format!("because there was no {name} by {d}"))
        }
        (Verdict::Violated, None) => {
            by_lang(scene, format!("因为没有 {name}"), format!("because {name} did not happen"))
        }
        (Verdict::Undecided, Some(d)) => by_lang(
            scene,
            format!("还没有 {name}，最迟 {d}"),
            format!("{name} has not happened yet, at the latest {d}"),
        ),
        (Verdict::Undecided, None) => {
            by_lang(scene, format!("还没有 {name}"), format!("{name} has not happened yet"))
        }
        _ => by_lang(
            scene,
            format!("没有 {name} 的记录，无法判断"),
            format!("{name} was never recorded, so it cannot be judged"),
        ),
    }
}

fn compared(scene: &Scene<'_>, rule: &Rule, seen: &[Seen], verdict: Verdict) -> Option<String> {
    let list = match longest_pause(scene, &rule.check, seen).or_else(|| same(scene, seen)) {
        Some(text) => text,
        None => listed(scene, seen)?,
    };
    Some(match verdict {
        Verdict::Violated => by_lang(scene, format!("因为 {list}"), format!("because {list}")),
        _ => list,
    })
}

/// The longest pause of an `间隔`: from when to when, and how long.
fn longest_pause(scene: &Scene<'_>, check: &Expr, seen: &[Seen]) -> Option<String> {
    let Expr::Compare(_, left, right) = check else { return None };
    let limit = match (&**left, &**right) {
        (Expr::Gap(_), limit) | (limit, Expr::Gap(_)) => Pause::span(scene, limit)?,
        _ => return None,
    };
    let moments = seen.iter().filter_map(|s| match (s.node, &s.value) {
        (Some(_), Value::Moment(m)) => Some(*m),
        _ => None,
    });
    let mut moments: Vec<Moment> = moments.collect();
    moments.sort_by_key(|m| m.at);
    let (from, to) = (*moments.first()?, *moments.last().filter(|_| moments.len() == 2)?);
    let (a, b) = (scene.clock(from), scene.clock(to));
    let (took, limit) = (scene.duration(scene.difference(to, from)), scene.duration(limit));
    Some(by_lang(
        scene,
        format!("最长间隔 {took}（{a} 至 {b}），标准 {limit}内"),
        format!("the longest pause was {took} ({a} to {b}), the standard is {limit}"),
    ))
}

/// Two values that are the same.
fn same(scene: &Scene<'_>, seen: &[Seen]) -> Option<String> {
    let [a, b] = seen else { return None };
    let equal = match (&a.value, &b.value) {
        (Value::Person(a), Value::Person(b)) => a.id.is_some() && a.id == b.id,
        (a, b) => a == b,
    };
    if !equal || matches!(a.value, Value::Moment(_)) {
        return None;
    }
    let (node_a, node_b) = (a.node?, b.node?);
    let value = shown(scene, a);
    let (what_a, what_b) = (what::words(scene, &a.what), what::words(scene, &b.what));
    let (name_a, name_b) = (scene.title(node_a), scene.title(node_b));
    Some(if node_a == node_b {
        by_lang(
            scene,
            format!("{name_a} 的{what_a}与{what_b}都是 {value}"),
            format!("{what_a} and {what_b} of {name_a} are both {value}"),
        )
    } else {
        by_lang(
            scene,
            format!("{name_a} 的{what_a}与 {name_b} 的{what_b}都是 {value}"),
            format!("{what_a} of {name_a} and {what_b} of {name_b} are both {value}"),
        )
    })
}

fn listed(scene: &Scene<'_>, seen: &[Seen]) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    let mut before = None;
    for s in seen {
        let (what, value) = (what::words(scene, &s.what), shown(scene, s));
        let text = match s.node {
            Some(node) if matches!(s.value, Value::Bool(_)) => truth(scene, node, s),
            // A literal without a name is in the rule's own text; repeating it says nothing new.
            None if what.is_empty() || matches!(s.value, Value::Bool(_)) => continue,
            Some(node) if before != Some(node) => {
                let name = scene.title(node);
                by_lang(scene, format!("{name} 的{what}是 {value}"), format!("{what} of {name} is {value}"))
            }
            _ => by_lang(scene, format!("{what}是 {value}"), format!("{what} is {value}")),
        };
        before = s.node;
        told.push(text);
    }
    (!told.is_empty()).then(|| told.join(scene.pick("，", ", ")))
}

/// `.完成` and `已填(…)`: whether a node happened, or recorded a field.
fn truth(scene: &Scene<'_>, node: crate::graph::NodeIx, s: &Seen) -> String {
    let (name, what) = (scene.title(node), what::words(scene, &s.what));
    let yes = s.value == Value::Bool(true);
    let boolean = |d: &crate::catalogue::FieldDef| d.kind == crate::value::Type::Bool;
    match &s.what {
        What::Field(code) if scene.field(code).is_some_and(boolean) => {
            let value = shown(scene, s);
            by_lang(scene, format!("{name} 的{what}是 {value}"), format!("{what} of {name} is {value}"))
        }
        What::Field(_) if yes => {
            by_lang(scene, format!("{name} 已填{what}"), format!("{name} recorded {what}"))
        }
        What::Field(_) => {
            by_lang(scene, format!("{name} 没有填{what}"), format!("{name} did not record {what}"))
        }
        _ if yes => by_lang(scene, format!("已有 {name}"), format!("{name} happened")),
        _ => by_lang(scene, format!("没有 {name}"), format!("{name} did not happen")),
    }
}

fn shown(scene: &Scene<'_>, s: &Seen) -> String {
    let field = match (&s.what, &s.value) {
        (What::Field(code), _) => scene.field(code),
        (
            What::Attr(Attr::Dept) | What::Patient(patient::Of::Dept | patient::Of::Ward),
            Value::Text(code),
        ) => return scene.department_title(code),
        _ => None,
    };
    scene.value(field, &s.value)
}
