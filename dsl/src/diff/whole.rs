//! What a loop says as a whole: its head, params, endings, measures, what campuses set, and its tests.

use super::found::{Effect, Found, Side};
use super::node::{effect, length, lengths, triggers};
use super::say::both;
use crate::diagnostic::{Span, Words};
use crate::say;
use crate::tree::{LoopItem, Places as _, Test};
use medloop_engine::graph::{Definition, Ending, EndingKind, Measure, Param};
use medloop_engine::words::Worded as _;
use std::collections::BTreeMap;

/// Says what differs in the head of a loop.
pub(super) fn head(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let none = || "—".to_owned();
    let text = |t: &Option<String>| t.clone().unwrap_or_else(none);
    let number = |n: Option<u8>| n.map_or_else(none, |n| n.to_string());
    let plain = [
        ("名称", "name", old.name.clone(), new.name.clone()),
        ("等级", "grade", number(old.grade), number(new.grade)),
        ("类别", "category", text(&old.category), text(&new.category)),
        ("依据", "basis", text(&old.basis), text(&new.basis)),
        ("主键", "key", old.key.to_string(), new.key.to_string()),
    ];
    for (zh, en, a, b) in plain {
        if a != b {
            found.put(Effect::Changed, say!("{zh}：{a} → {b}", "{en}: {a} → {b}"));
        }
    }
    if old.doc != new.doc {
        found.put(Effect::Changed, say!("闭环的说明改了", "the documentation of the loop is another"));
    }
    let starts = |def: &Definition| {
        both(def, |s| {
            let mut nodes = def.starts.nodes.clone();
            nodes.sort_by_key(|n| s.node(*n));
            let guard = def.starts.guard.as_ref();
            let guard =
                guard.map_or_else(String::new, |e| format!(" {} `{}`", s.pick("当", "when"), s.expr(e)));
            format!("{}{guard}", s.nodes(&nodes))
        })
    };
    changed(found, Effect::Changed, ("起于", "opened by"), starts(old), starts(new));
    let interrupt = |def: &Definition| {
        both(def, |s| def.interrupt.map_or_else(|| s.pick("无", "none").to_owned(), |l| length(s, l)))
    };
    let how = match (old.interrupt, new.interrupt) {
        (Some(a), Some(b)) => effect(lengths(old, a, new, b)),
        (None, Some(_)) => Effect::Stricter,
        (Some(_), None) => Effect::Looser,
        (None, None) => Effect::Changed,
    };
    changed(found, how, ("中断 超过", "interrupted after"), interrupt(old), interrupt(new));
    let seal = |def: &Definition| {
        both(def, |s| def.seal.map_or_else(|| s.pick("无", "none").to_owned(), |l| length(s, l)))
    };
    changed(found, Effect::Changed, ("封存", "sealed after"), seal(old), seal(new));
    let late = |def: &Definition| {
        both(def, |s| {
            let value = def.backfill_after.map(medloop_engine::value::Value::Span);
            value.map_or_else(|| s.pick("无", "none").to_owned(), |v| s.value(&v))
        })
    };
    changed(found, Effect::Changed, ("补录自", "late documentation after"), late(old), late(new));
}

fn changed(found: &mut Found<'_>, effect: Effect, (zh, en): (&str, &str), a: Words, b: Words) {
    if a != b {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.put(effect, say!("{zh}：{az} → {bz}", "{en}: {ae} → {be}"));
    }
}

/// Says what differs between params and what campuses set of them.
pub(super) fn params(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    for (i, param) in new.params.iter().enumerate() {
        let (name, code) = (&param.name, param.code.as_str());
        match old.params.iter().position(|p| p.code == param.code) {
            Some(j) => {
                if let Some(was) = old.params.get(j) {
                    one_param(found, (j, was), (i, param));
                }
            }
            None => {
                let value = both(new, |s| s.value(&param.value));
                let (zh, en) = (value.zh, value.en);
                found.param(code, Effect::Added, say!("参数 {name} = {zh}", "the param {name} = {en}"));
            }
        }
    }
    for param in old.params.iter().filter(|p| new.params.iter().all(|n| n.code != p.code)) {
        let name = &param.name;
        found.param(param.code.as_str(), Effect::Removed, say!("参数 {name}", "the param {name}"));
    }
}

fn one_param(found: &mut Found<'_>, (j, was): (usize, &Param), (i, is): (usize, &Param)) {
    let (old, new) = (found.old.def, found.new.def);
    let (name, code) = (&is.name, is.code.as_str());
    if was.name != is.name {
        let before = &was.name;
        found.param(
            code,
            Effect::Changed,
            say!("参数 {before} 改名为 {name}", "the param {before} is called {name}"),
        );
    }
    let say = |def, value: &medloop_engine::value::Value| both(def, |s| s.value(value));
    if was.value != is.value {
        let (a, b) = (say(old, &was.value), say(new, &is.value));
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.param(code, Effect::Changed, say!("参数 {name}：{az} → {bz}", "the param {name}: {ae} → {be}"));
    }
    for (campus, settings) in &new.campuses {
        let before = old.campuses.get(campus).and_then(|s| s.params.get(j));
        let Some((a, b)) = before.zip(settings.params.get(i)) else { continue };
        // What merely follows the group is told with it.
        if a != b && !(*a == was.value && *b == is.value) {
            let (a, b) = (say(old, a), say(new, b));
            let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
            let words =
                say!("参数 {name} 在院区 {campus}：{az} → {bz}", "the param {name} at {campus}: {ae} → {be}");
            found.param(code, Effect::Changed, words);
        }
    }
    if was.range != is.range {
        let range = |def, param: &Param| match &param.range {
            Some((low, high)) => both(def, |s| format!("{}..{}", s.value(low), s.value(high))),
            None => Words::new("不限", "any"),
        };
        let (a, b) = (range(old, was), range(new, is));
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.param(
            code,
            Effect::Changed,
            say!("参数 {name} 的范围：{az} → {bz}", "the range of the param {name}: {ae} → {be}"),
        );
    }
    if was.basis != is.basis {
        let none = "—".to_owned();
        let (a, b) = (was.basis.as_ref().unwrap_or(&none), is.basis.as_ref().unwrap_or(&none));
        found.param(
            code,
            Effect::Changed,
            say!("参数 {name} 的依据：{a} → {b}", "the basis of the param {name}: {a} → {b}"),
        );
    }
}

/// Says which endings came and went; where one of a kind went and one came it is the same with other words.
pub(super) fn endings(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let all = |def: &Definition| -> Vec<(EndingKind, Words)> {
        def.endings.iter().map(|e| (e.kind, ending(def, e))).collect()
    };
    let (was, is) = (all(old), all(new));
    for kind in EndingKind::ALL {
        let only = |all: &[(EndingKind, Words)], other: &[(EndingKind, Words)]| -> Vec<Words> {
            all.iter().filter(|e| e.0 == *kind && !other.contains(e)).map(|e| e.1.clone()).collect()
        };
        let (gone, came) = (only(&was, &is), only(&is, &was));
        let place = |side: &Side<'_>| {
            side.tree.items.iter().find_map(|item| match item {
                LoopItem::Ending(e) if e.kind.compiled() == *kind => Some(side.place(e.span)),
                _ => None,
            })
        };
        let home = place(&found.new).unwrap_or_else(|| found.new.home());
        if let ([a], [b]) = (&gone[..], &came[..]) {
            let (az, ae, bz, be) = (&a.zh, &a.en, &b.zh, &b.en);
            found.at(Effect::Changed, home, say!("{az} → {bz}", "{ae} → {be}"));
            continue;
        }
        for words in gone {
            let there = place(&found.old).unwrap_or_else(|| found.old.home());
            found.at(Effect::Removed, there, words);
        }
        for words in came {
            found.at(Effect::Added, home.clone(), words);
        }
    }
}

fn ending(def: &Definition, ending: &Ending) -> Words {
    let on = triggers(def, &ending.triggers);
    let resume = triggers(def, &ending.resume);
    both(def, |s| {
        let word = ending.kind.word();
        let mut text = format!("{} {}", s.pick(word.zh, word.json), s.pick(&on.zh, &on.en));
        if let Some(node) = ending.before {
            text.push_str(&format!(" {} {}", s.pick("之前", "before"), s.node(node)));
        }
        if let Some(field) = &ending.effective {
            text.push_str(&format!(" {} {}", s.pick("生效", "effective"), s.field(field)));
        }
        if !ending.resume.is_empty() {
            text.push_str(&format!(" {} {}", s.pick("恢复", "resume"), s.pick(&resume.zh, &resume.en)));
        }
        if let Some(field) = &ending.successor {
            text.push_str(&format!(" {} {}", s.pick("新单", "successor"), s.field(field)));
        }
        text
    })
}

/// Says what differs between measures.
pub(super) fn measures(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let text = |def: &Definition, m: &Measure| {
        both(def, |s| {
            let target = m
                .target
                .map_or_else(String::new, |l| format!(" {} {}", s.pick("目标", "target"), length(s, l)));
            format!("{} → {}{target}", s.node(m.from), s.node(m.to))
        })
    };
    for measure in &new.measures {
        let (name, code) = (&measure.name, measure.code.as_str());
        let b = text(new, measure);
        match old.measures.iter().find(|m| m.code == measure.code) {
            None => {
                let (zh, en) = (b.zh, b.en);
                found.measure(code, Effect::Added, say!("指标 {name}：{zh}", "the measure {name}: {en}"));
            }
            Some(was) => {
                if was.name != measure.name {
                    let before = &was.name;
                    found.measure(
                        code,
                        Effect::Changed,
                        say!("指标 {before} 改名为 {name}", "the measure {before} is called {name}"),
                    );
                }
                let a = text(old, was);
                if a != b {
                    let ends = |def: &Definition, m: &Measure| {
                        [m.from, m.to].map(|n| def.node(n).map(|n| n.code.clone()))
                    };
                    let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
                    let words = if ends(old, was) == ends(new, measure) {
                        say!("指标 {name}：{az} → {bz}", "the measure {name}: {ae} → {be}")
                    } else {
                        say!(
                            "指标 {name}：{az} → {bz}；与以前的数字不可比",
                            "the measure {name}: {ae} → {be}; it does not compare with earlier figures"
                        )
                    };
                    found.measure(code, Effect::Changed, words);
                }
            }
        }
    }
    for measure in old.measures.iter().filter(|m| new.measures.iter().all(|n| n.code != m.code)) {
        let name = &measure.name;
        found.measure(measure.code.as_str(), Effect::Removed, say!("指标 {name}", "the measure {name}"));
    }
}

/// Says which nodes campuses have switched off, or cannot provide, otherwise than before.
pub(super) fn campuses(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    for (campus, is) in &new.campuses {
        let Some(was) = old.campuses.get(campus) else { continue };
        for (before, after, zh, en) in [
            (&was.off, &is.off, "不做", "is off"),
            (&was.unavailable, &is.unavailable, "无法提供", "is unavailable"),
        ] {
            let named = |def: &Definition, all: &BTreeMap<_, String>| -> BTreeMap<String, (String, String)> {
                let one = |(ix, reason): (&medloop_engine::graph::NodeIx, &String)| {
                    def.node(*ix).map(|n| (n.code.to_string(), (n.name.clone(), reason.clone())))
                };
                all.iter().filter_map(one).collect()
            };
            let (before, after) = (named(old, before), named(new, after));
            for (code, (name, reason)) in &after {
                if before.get(code).is_none_or(|(_, r)| r != reason) {
                    let words =
                        say!("院区 {campus} {zh} {name}：{reason}", "{name} {en} at {campus}: {reason}");
                    found.node(code, Effect::Looser, words);
                }
            }
            for (code, (name, _)) in before.iter().filter(|(code, _)| !after.contains_key(*code)) {
                let words = say!("院区 {campus} 不再{zh} {name}", "{name} {en} at {campus} no more");
                found.node(code, Effect::Stricter, words);
            }
        }
    }
}

/// Says which tests came, went, and say something else.
pub(super) fn tests(found: &mut Found<'_>) {
    let (was, is) = (titled(&found.old), titled(&found.new));
    for (title, (test, span)) in &is {
        let place = found.new.place(*span);
        match was.get(title) {
            None => found.at(Effect::Added, place, say!("测试“{title}”", "the test “{title}”")),
            Some((before, _)) if before != test => {
                found.at(
                    Effect::Changed,
                    place,
                    say!("测试“{title}”改了", "the test “{title}” says something else"),
                );
            }
            Some(_) => {}
        }
    }
    for (title, (_, span)) in was.iter().filter(|(title, _)| !is.contains_key(*title)) {
        let place = found.old.place(*span);
        found.at(Effect::Removed, place, say!("测试“{title}”", "the test “{title}”"));
    }
}

/// The tests of a loop by their titles, without their places, and where they stand.
fn titled(side: &Side<'_>) -> BTreeMap<String, (Test, Span)> {
    let test = |item: &LoopItem| {
        let LoopItem::Test(test) = item else { return None };
        let (mut bare, span) = (test.clone(), test.title.span);
        bare.places(&mut |span| *span = Span::default());
        Some((test.title.value.clone(), (bare, span)))
    };
    side.tree.items.iter().filter_map(test).collect()
}
