//! Nodes of two definitions: those that came and went, and what the others ask now.

use super::found::{Effect, Found};
use super::say::{Say, both, shorter};
use super::strength::Strength;
use crate::diagnostic::Words;
use crate::say;
use medloop_engine::graph::{CampusSettings, Definition, Length, Node, NodeField, Trigger};
use medloop_engine::words::Worded as _;

/// Says what differs between the nodes of two definitions.
pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    for node in &new.nodes {
        match old.nodes.iter().find(|n| n.code == node.code) {
            Some(was) => one(found, was, node),
            None => added(found, node),
        }
    }
    for node in old.nodes.iter().filter(|n| new.nodes.iter().all(|m| m.code != n.code)) {
        // Told with the new code where only that changed.
        if new.nodes.iter().all(|m| m.name != node.name) {
            let name = &node.name;
            found.node(node.code.as_str(), Effect::Removed, say!("环节 {name}", "the node {name}"));
        }
    }
}

fn added(found: &mut Found<'_>, node: &Node) {
    let (name, code) = (&node.name, &node.code);
    let renamed = found.old.def.nodes.iter().find(|n| n.name == node.name);
    let words = match renamed {
        Some(was) => {
            let was = &was.code;
            say!(
                "环节 {name} 的代码 {was} 改为 {code}：以前的记录按旧代码，与今后不可比",
                "the code of the node {name} is {code} instead of {was}: earlier records keep the old one and do not compare"
            )
        }
        None if node.optional || node.negative => {
            say!("可选环节 {name}", "the optional node {name}")
        }
        None => say!("必做环节 {name}", "the mandatory node {name}"),
    };
    found.node(code.as_str(), if renamed.is_some() { Effect::Changed } else { Effect::Added }, words);
}

fn one(found: &mut Found<'_>, was: &Node, is: &Node) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let (old, new) = (found.old.def, found.new.def);
    if was.name != is.name {
        let before = &was.name;
        found.node(
            code,
            Effect::Changed,
            say!("环节 {before} 改名为 {name}", "the node {before} is called {name}"),
        );
    }
    if was.optional != is.optional {
        let (effect, words) = if is.optional {
            (
                Effect::Looser,
                say!("环节 {name}：必做改为可选", "the node {name} is optional instead of mandatory"),
            )
        } else {
            (
                Effect::Stricter,
                say!("环节 {name}：可选改为必做", "the node {name} is mandatory instead of optional"),
            )
        };
        found.node(code, effect, words);
    }
    if was.repeated != is.repeated {
        let words = if is.repeated {
            say!("环节 {name}：可以多次", "the node {name} may happen several times")
        } else {
            say!("环节 {name}：只算一次", "the node {name} counts once only")
        };
        found.node(code, Effect::Changed, words);
    }
    let (a, b) = (triggers(old, &was.triggers), triggers(new, &is.triggers));
    if a != b {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.node(
            code,
            Effect::Changed,
            say!("环节 {name} 的事件：{az} → {bz}", "the events of the node {name}: {ae} → {be}"),
        );
    }
    if was.roles != is.roles {
        let roles = |def: &Definition, node: &Node| {
            let name = |r| def.roles.get(r).map_or_else(String::new, |role| role.name.name.clone());
            let all: Vec<String> = node.roles.iter().map(name).collect();
            if all.is_empty() { "—".to_owned() } else { all.join("、") }
        };
        let (a, b) = (roles(old, was), roles(new, is));
        found.node(
            code,
            Effect::Changed,
            say!("环节 {name} 的角色：{a} → {b}", "who may do the node {name}: {a} → {b}"),
        );
    }
    if was.stage != is.stage {
        let (a, b) = (was.stage.word(), is.stage.word());
        let (az, ae, bz, be) = (a.zh, a.json, b.zh, b.json);
        found.node(
            code,
            Effect::Changed,
            say!("环节 {name} 的阶段：{az} → {bz}", "the stage of the node {name}: {ae} → {be}"),
        );
    }
    if was.icon != is.icon {
        let (a, b) = (&was.icon, &is.icon);
        let words = say!("环节 {name} 的图标：{a} → {b}", "the icon of the node {name}: {a} → {b}");
        found.node(code, Effect::Changed, words);
    }
    if was.doc != is.doc {
        let words = say!("环节 {name} 的说明改了", "the documentation of the node {name} is another");
        found.node(code, Effect::Changed, words);
    }
    fields(found, was, is);
    limit(found, was, is);
    plan(found, was, is);
}

/// `事件 TYPE 来自 SYSTEM 当 EXPR` of each.
pub(super) fn triggers(def: &Definition, all: &[Trigger]) -> Words {
    both(def, |say| {
        let one = |t: &Trigger| {
            let mut text = format!("`{}`", t.event);
            if !t.systems.is_empty() {
                let systems = say.list(t.systems.iter().map(ToString::to_string));
                text.push_str(&format!(" {} {systems}", say.pick("来自", "from")));
            }
            if let Some(guard) = &t.guard {
                text.push_str(&format!(" {} `{}`", say.pick("当", "when"), say.expr(guard)));
            }
            text
        };
        if all.is_empty() { "—".to_owned() } else { say.list(all.iter().map(one)) }
    })
}

fn fields(found: &mut Found<'_>, was: &Node, is: &Node) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let title = |def: &Definition, f: &NodeField| {
        def.fields.get(&f.field).map_or_else(|| f.field.to_string(), |d| d.name.name.clone())
    };
    for field in &is.fields {
        let f = title(found.new.def, field);
        let Some(before) = was.fields.iter().find(|b| b.field == field.field) else {
            let (effect, words) = if field.required {
                (Effect::Stricter, say!("环节 {name} 增加必填 {f}", "the node {name} requires {f} as well"))
            } else {
                (Effect::Added, say!("环节 {name} 增加可填 {f}", "the node {name} may record {f} as well"))
            };
            found.node(code, effect, words);
            continue;
        };
        if before.required != field.required {
            let (effect, words) = if field.required {
                (
                    Effect::Stricter,
                    say!(
                        "环节 {name} 的 {f} 由可填改为必填",
                        "the node {name} requires {f}, which was optional"
                    ),
                )
            } else {
                (
                    Effect::Looser,
                    say!(
                        "环节 {name} 的 {f} 由必填改为可填",
                        "{f} of the node {name} is optional, it was required"
                    ),
                )
            };
            found.node(code, effect, words);
        }
        if before.link != field.link {
            let words = if field.link {
                say!(
                    "环节 {name} 的 {f} 改为关联：它的值引来别的事件",
                    "{f} of the node {name} leads other events to the order"
                )
            } else {
                say!(
                    "环节 {name} 的 {f} 不再关联",
                    "{f} of the node {name} leads other events to the order no more"
                )
            };
            found.node(code, Effect::Changed, words);
        }
    }
    for field in was.fields.iter().filter(|f| is.fields.iter().all(|g| g.field != f.field)) {
        let f = title(found.old.def, field);
        let (effect, words) = if field.required {
            (
                Effect::Looser,
                say!("环节 {name} 不再要求 {f}", "the node {name} does not require {f} any more"),
            )
        } else {
            (
                Effect::Removed,
                say!("环节 {name} 不再可填 {f}", "the node {name} does not record {f} any more"),
            )
        };
        found.node(code, effect, words);
    }
}

/// A length with the value of its param.
pub(super) fn length(say: Say<'_>, length: Length) -> String {
    let text = say.length(length);
    match length.param().and_then(|ix| say.def.param(ix)) {
        Some(param) => {
            let value = say.value(&param.value);
            format!(
                "{text}{}",
                if say.pick("zh", "en") == "zh" { format!("（{value}）") } else { format!(" ({value})") }
            )
        }
        None => text,
    }
}

/// How a length changed, at every campus; a shorter one is stricter.
pub(super) fn lengths(old: &Definition, was: Length, new: &Definition, is: Length) -> Strength {
    let campuses = new.campuses.keys().filter(|c| old.campuses.contains_key(c));
    let each = campuses.map(|campus| {
        let (a, b) =
            (CampusSettings::of(old, campus).stretch(was), CampusSettings::of(new, campus).stretch(is));
        one_length(a, b)
    });
    let group = one_length(old.stretch(was), new.stretch(is));
    each.fold(group, Strength::and)
}

fn one_length(
    was: Option<medloop_engine::calendar::Stretch>,
    is: Option<medloop_engine::calendar::Stretch>,
) -> Strength {
    match was.zip(is) {
        Some((a, b)) if a == b => Strength::Same,
        Some((a, b)) => match shorter(b, a) {
            Some(true) => Strength::Stricter,
            Some(false) => Strength::Looser,
            None => Strength::Other,
        },
        None => Strength::Other,
    }
}

pub(super) const fn effect(strength: Strength) -> Effect {
    match strength {
        Strength::Stricter => Effect::Stricter,
        Strength::Looser => Effect::Looser,
        Strength::Same | Strength::Other => Effect::Changed,
    }
}

fn limit(found: &mut Found<'_>, was: &Node, is: &Node) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let (old, new) = (found.old.def, found.new.def);
    let text = |def, node: &Node| {
        let limit = node.limit.clone();
        both(def, |s| match &limit {
            None => s.pick("无", "none").to_owned(),
            Some(l) => {
                let table = l.by.as_ref().and_then(|by| s.def.lengths.get(usize::from(by.table.0)));
                let how_long = match table {
                    Some(t) => s.pick(&t.name.name, t.code.as_str()).to_owned(),
                    None => length(s, l.length),
                };
                let from =
                    l.from.map_or_else(String::new, |n| format!(" {} {}", s.pick("自", "of"), s.node(n)));
                format!("{how_long}{from}")
            }
        })
    };
    let strength = match (&was.limit, &is.limit) {
        (None, None) => return,
        (None, Some(_)) => Strength::Stricter,
        (Some(_), None) => Strength::Looser,
        (Some(a), Some(b)) => {
            let from = |def: &Definition, l: &medloop_engine::graph::Limit| {
                l.from.and_then(|n| def.node(n)).map(|n| n.code.clone())
            };
            let same_base = from(old, a) == from(new, b) && a.by.is_none() && b.by.is_none();
            if same_base { lengths(old, a.length, new, b.length) } else { Strength::Other }
        }
    };
    let (a, b) = (text(old, was), text(new, is));
    // The same words with another value of a param at some campus are the param's to tell, and what it does is told here.
    if a != b || matches!(strength, Strength::Stricter | Strength::Looser) {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        let words = if az == bz {
            say!(
                "环节 {name} 的时限 {az} 在某些院区变了",
                "the limit of the node {name}, {ae}, is another at some campus"
            )
        } else {
            say!("环节 {name} 的时限：{az} → {bz}", "the limit of the node {name}: {ae} → {be}")
        };
        found.node(code, effect(strength), words);
    }
}

fn plan(found: &mut Found<'_>, was: &Node, is: &Node) {
    let (code, name) = (is.code.as_str(), is.name.as_str());
    let (old, new) = (found.old.def, found.new.def);
    let text = |def, node: &Node| {
        let plan = node.plan.clone();
        both(def, |s| match &plan {
            None => s.pick("无", "none").to_owned(),
            Some(p) => {
                let table = p.by.as_ref().and_then(|by| s.def.lengths.get(usize::from(by.table.0)));
                let window = match table {
                    Some(t) => s.pick(&t.name.name, t.code.as_str()).to_owned(),
                    None => format!("{}..{}", length(s, p.from), length(s, p.to)),
                };
                let missed = p
                    .missed
                    .map_or_else(String::new, |m| format!(" {} {}", s.pick("漏", "miss"), length(s, m)));
                format!("{}.{} {window}{missed}", s.node(p.node), s.field(&p.field))
            }
        })
    };
    let (a, b) = (text(old, was), text(new, is));
    if a != b {
        let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
        found.node(
            code,
            Effect::Changed,
            say!("环节 {name} 的计划：{az} → {bz}", "the plan of the node {name}: {ae} → {be}"),
        );
    }
}
