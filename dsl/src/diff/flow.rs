//! Two flows: how each node stands to the others, what its blocks ask, and how they end or begin anew.

use super::found::{Effect, Found};
use super::say::{Say, both};
use crate::diagnostic::{Lang, Words};
use crate::say;
use medloop_engine::graph::{Definition, Flow, NodeIx, ScopeIx};
use std::collections::{BTreeMap, BTreeSet};

/// How one node stands to another.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    Before,
    After,
    /// In another branch of a choice.
    Instead,
    /// In any order.
    Beside,
}

/// What a flow says of its nodes, by their codes.
#[derive(Default)]
struct Shape {
    /// In flow order.
    order: Vec<String>,
    stands: BTreeMap<(String, String), Stand>,
    /// Which conditions a node stands behind, in both spellings.
    guards: BTreeMap<String, BTreeSet<(String, String)>>,
    /// What each 重来 or 终止 node acts on.
    again: BTreeMap<String, BTreeSet<String>>,
    ends: BTreeMap<String, BTreeSet<String>>,
    /// The nodes of groups that may be left out as a whole.
    groups: BTreeSet<BTreeSet<String>>,
    /// The field of the `每个` in which a node stands.
    each: BTreeMap<String, String>,
}

/// Says what differs between the flows of two definitions.
pub(super) fn compare(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let (was, is) = (shape(old), shape(new));
    let common: Vec<&String> = is.order.iter().filter(|n| was.order.contains(n)).collect();
    let names = |codes: &[&String]| name_all(new, codes);
    moved(found, &was, &is, &common);
    for node in &common {
        let (a, b) = (was.each.get(*node), is.each.get(*node));
        if a != b {
            let name = names(&[node]).zh;
            let field = |f: Option<&String>| {
                f.map_or_else(
                    || ("医嘱".to_owned(), "the order".to_owned()),
                    |f| (format!("每个 {f}"), format!("each {f}")),
                )
            };
            let ((az, ae), (bz, be)) = (field(a), field(b));
            let words = say!("环节 {name}：由“{az}”移到“{bz}”", "the node {name} moves from {ae} to {be}");
            found.node(node, Effect::Changed, words);
        }
    }
    // Nodes whose conditions changed alike are told in one sentence.
    let mut by_guards: BTreeMap<(Words, Words), Vec<&String>> = BTreeMap::new();
    for node in &common {
        let (a, b) = (was.guards.get(*node), is.guards.get(*node));
        if a != b {
            by_guards.entry((conditions(a), conditions(b))).or_default().push(node);
        }
    }
    for ((a, b), nodes) in by_guards {
        let (name, a_zh, a_en, b_zh, b_en) = (names(&nodes).zh, a.zh, a.en, b.zh, b.en);
        let words = say!("{name} 的条件：{a_zh} → {b_zh}", "the condition of {name}: {a_en} → {b_en}");
        let first = nodes.first().map_or("", |n| n.as_str());
        found.node(first, Effect::Changed, words);
    }
    blocks(found, &was.again, &is.again, ("重来", "again"));
    blocks(found, &was.ends, &is.ends, ("终止", "ends"));
    let kept = |groups: &BTreeSet<BTreeSet<String>>| -> BTreeSet<BTreeSet<String>> {
        groups.iter().map(|g| g.iter().filter(|n| common.contains(n)).cloned().collect()).collect()
    };
    let (a, b) = (kept(&was.groups), kept(&is.groups));
    for (group, to) in a.difference(&b).map(|g| (g, false)).chain(b.difference(&a).map(|g| (g, true))) {
        let nodes: Vec<&String> = group.iter().collect();
        let Some(first) = nodes.first() else { continue };
        let name = names(&nodes).zh;
        let words = if to {
            say!("{name} 这一段改为可选", "{name} may be left out as a whole")
        } else {
            say!("{name} 这一段改为必做", "{name} may not be left out any more")
        };
        found.node(first, if to { Effect::Looser } else { Effect::Stricter }, words);
    }
    counts(found);
}

/// How the nodes stand to one another: the node that moved most is told first, until nothing is left.
fn moved(found: &mut Found<'_>, was: &Shape, is: &Shape, common: &[&String]) {
    let mut pairs: BTreeSet<(&String, &String)> = BTreeSet::new();
    for a in common {
        for b in common {
            let key = ((*a).clone(), (*b).clone());
            if a < b && was.stands.get(&key) != is.stands.get(&key) {
                pairs.insert((a, b));
            }
        }
    }
    while !pairs.is_empty() {
        let count = |n: &&&String| pairs.iter().filter(|(a, b)| a == *n || b == *n).count();
        // Of several the first of the new flow.
        let Some(node) = common.iter().rev().max_by_key(count) else { return };
        let mut groups: BTreeMap<(Option<Stand>, Option<Stand>), Vec<&String>> = BTreeMap::new();
        for other in common.iter().filter(|o| pairs.contains(&((*node).min(*o), (*node).max(*o)))) {
            let key = ((*node).clone(), (*other).clone());
            let stands = (was.stands.get(&key).copied(), is.stands.get(&key).copied());
            groups.entry(stands).or_default().push(other);
        }
        for ((a, b), others) in groups {
            let name = name_all(found.new.def, &[node]).zh;
            let others = name_all(found.new.def, &others).zh;
            let ((a_zh, a_en), (b_zh, b_en)) = (stand(a), stand(b));
            let words = say!(
                "环节 {name}：原{a_zh}“{others}”，现{b_zh}",
                "the node {name} stood {a_en} {others} and stands {b_en} now"
            );
            found.node(node, Effect::Changed, words);
        }
        pairs.retain(|(a, b)| a != node && b != node);
    }
}

const fn stand(stand: Option<Stand>) -> (&'static str, &'static str) {
    match stand {
        Some(Stand::Before) => ("先于", "before"),
        Some(Stand::After) => ("后于", "after"),
        Some(Stand::Instead) => ("替代", "instead of"),
        Some(Stand::Beside) => ("并行于", "beside"),
        None => ("无关于", "apart from"),
    }
}

/// What a 重来 or 终止 acts on.
fn blocks(
    found: &mut Found<'_>,
    was: &BTreeMap<String, BTreeSet<String>>,
    is: &BTreeMap<String, BTreeSet<String>>,
    (zh, en): (&str, &str),
) {
    let (old, new) = (found.old.def, found.new.def);
    let all: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for node in all {
        let name = name_all(if is.contains_key(node) { new } else { old }, &[node]).zh;
        match (was.get(node), is.get(node)) {
            (Some(a), Some(b)) if a != b => {
                // Nodes that came or went are told by themselves.
                let (known, there) = (known(old), known(new));
                let added: Vec<&String> = b.difference(a).filter(|n| known.contains(n.as_str())).collect();
                let gone: Vec<&String> = a.difference(b).filter(|n| there.contains(n.as_str())).collect();
                for (nodes, word_zh, word_en) in [(added, "增加", "also"), (gone, "不再包括", "no longer")]
                {
                    if !nodes.is_empty() {
                        let names = name_all(new, &nodes).zh;
                        let words = say!(
                            "{zh} {name} 的范围：{word_zh} {names}",
                            "`{en} {name}` {word_en} acts on {names}"
                        );
                        found.node(node, Effect::Changed, words);
                    }
                }
            }
            (None, Some(b)) => {
                let names = name_all(new, &b.iter().collect::<Vec<_>>()).zh;
                let words = say!("{names} 在 {name} 之后{zh}", "{names} `{en} {name}`");
                found.node(node, Effect::Added, words);
            }
            (Some(a), None) => {
                let names = name_all(old, &a.iter().collect::<Vec<_>>()).zh;
                let words = say!("{names} 在 {name} 之后{zh}", "{names} `{en} {name}`");
                found.node(node, Effect::Removed, words);
            }
            _ => {}
        }
    }
}

fn known(def: &Definition) -> BTreeSet<&str> {
    def.nodes.iter().map(|n| n.code.as_str()).collect()
}

/// 共 and 直到 of the blocks that both have; blocks that came or went.
fn counts(found: &mut Found<'_>) {
    let (old, new) = (found.old.def, found.new.def);
    let title = |def: &Definition, f: &medloop_engine::name::FieldCode| {
        def.fields.get(f).map_or_else(|| f.to_string(), |d| d.name.name.clone())
    };
    for scope in &new.scopes {
        let name = title(new, &scope.field);
        let Some(was) = old.scopes.iter().find(|s| s.field == scope.field) else {
            found.put(Effect::Added, say!("“每个 {name}”", "each {name}"));
            continue;
        };
        let count = |def, scope: &medloop_engine::graph::Scope| {
            let expr = scope.count.clone();
            both(def, |s| {
                expr.as_ref().map_or_else(|| s.pick("不定", "any number").to_owned(), |e| s.expr(e))
            })
        };
        let (a, b) = (count(old, was), count(new, scope));
        if a != b {
            let (az, ae, bz, be) = (a.zh, a.en, b.zh, b.en);
            found.put(
                Effect::Changed,
                say!("每个 {name} 的数目：{az} → {bz}", "the number of {name}: {ae} → {be}"),
            );
        }
        if was.until_stop != scope.until_stop {
            let words = if scope.until_stop {
                say!("每个 {name}：改为直到停止才算完", "each {name} is complete only when the stop came")
            } else {
                say!("每个 {name}：不再等停止", "each {name} does not wait for the stop any more")
            };
            found.put(Effect::Changed, words);
        }
    }
    for scope in old.scopes.iter().filter(|s| new.scopes.iter().all(|n| n.field != s.field)) {
        let name = title(old, &scope.field);
        found.put(Effect::Removed, say!("“每个 {name}”", "each {name}"));
    }
}

fn conditions(all: Option<&BTreeSet<(String, String)>>) -> Words {
    match all {
        None => Words::new("无", "none"),
        Some(all) => {
            let join = |of: fn(&(String, String)) -> &String, word: &str| {
                all.iter().map(|g| format!("`{}`", of(g))).collect::<Vec<_>>().join(word)
            };
            Words::new(join(|g| &g.0, " 且 "), join(|g| &g.1, " and "))
        }
    }
}

fn name_all(def: &Definition, codes: &[&String]) -> Words {
    let name = |code: &str| {
        let node = def.nodes.iter().find(|n| n.code.as_str() == code);
        node.map_or_else(|| code.to_owned(), |n| n.name.clone())
    };
    let all: Vec<String> = codes.iter().map(|c| name(c)).collect();
    Words::new(all.join("、"), all.join(", "))
}

fn shape(def: &Definition) -> Shape {
    let mut shape = Shape::default();
    walk(def, &def.flow, &mut shape);
    shape
}

/// Returns the nodes of the block.
fn walk(def: &Definition, flow: &Flow, shape: &mut Shape) -> Vec<String> {
    let code = |ix: NodeIx| def.node(ix).map(|n| n.code.to_string());
    match flow {
        Flow::Node(ix) => {
            let nodes: Vec<String> = code(*ix).into_iter().collect();
            shape.order.extend(nodes.iter().cloned());
            nodes
        }
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
            let all: Vec<Vec<String>> = parts.iter().map(|p| walk(def, p, shape)).collect();
            let (first, second) = match flow {
                Flow::Seq(_) => (Stand::Before, Stand::After),
                Flow::Par(_) => (Stand::Beside, Stand::Beside),
                _ => (Stand::Instead, Stand::Instead),
            };
            for (i, left) in all.iter().enumerate() {
                for right in all.iter().skip(i + 1) {
                    for (a, b) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
                        shape.stands.insert((a.clone(), b.clone()), first);
                        shape.stands.insert((b.clone(), a.clone()), second);
                    }
                }
            }
            all.concat()
        }
        Flow::When { guard, body } => {
            let nodes = walk(def, body, shape);
            if let Some(expr) = def.guards.get(usize::from(guard.0)) {
                let say = |lang| Say { def, lang, params: None, scope: ScopeIx::ORDER }.expr(expr);
                for node in &nodes {
                    shape.guards.entry(node.clone()).or_default().insert((say(Lang::Zh), say(Lang::En)));
                }
            }
            nodes
        }
        Flow::Opt(body) => {
            let nodes = walk(def, body, shape);
            shape.groups.insert(nodes.iter().cloned().collect());
            nodes
        }
        Flow::Again { body, node } => {
            let nodes = walk(def, body, shape);
            shape.again.entry(code(*node).unwrap_or_default()).or_default().extend(nodes.iter().cloned());
            nodes
        }
        Flow::Ends { body, nodes: by } => {
            let nodes = walk(def, body, shape);
            for node in by {
                shape.ends.entry(code(*node).unwrap_or_default()).or_default().extend(nodes.iter().cloned());
            }
            nodes
        }
        Flow::Each(ix) => {
            let Some(scope) = def.scope(*ix) else { return Vec::new() };
            let nodes = walk(def, &scope.flow, shape);
            let name = def.fields.get(&scope.field).map_or(scope.field.as_str(), |f| f.name.name.as_str());
            shape.each.extend(nodes.iter().map(|n| (n.clone(), name.to_owned())));
            nodes
        }
    }
}

/// The flow as the language writes it.
pub(super) fn written(say: Say<'_>, flow: &Flow) -> String {
    let all =
        |parts: &[Flow], sign: &str| parts.iter().map(|p| inside(say, p)).collect::<Vec<_>>().join(sign);
    match flow {
        Flow::Node(ix) => {
            let suffix = say.def.node(*ix).map_or("", |n| match (n.optional, n.repeated) {
                (true, true) => "*",
                (true, false) => "?",
                (false, true) => "+",
                (false, false) => "",
            });
            format!("{}{suffix}", say.node(*ix))
        }
        Flow::Seq(parts) => all(parts, " → "),
        Flow::Par(parts) => all(parts, " & "),
        Flow::Choice(parts) => all(parts, " | "),
        Flow::When { guard, body } => {
            let guard = say.def.guards.get(usize::from(guard.0)).map_or_else(String::new, |e| say.expr(e));
            format!("{} {} {guard}", inside(say, body), say.pick("当", "when"))
        }
        Flow::Opt(body) => format!("( {} )?", written(say, body)),
        Flow::Again { body, node } => {
            format!("{} {} {}", inside(say, body), say.pick("重来", "again"), say.node(*node))
        }
        Flow::Ends { body, nodes } => {
            format!("{} {} {}", inside(say, body), say.pick("终止", "ends"), say.nodes(nodes))
        }
        Flow::Each(ix) => {
            let Some(scope) = say.def.scope(*ix) else { return String::new() };
            let count = scope
                .count
                .as_ref()
                .map_or_else(String::new, |e| format!(" {} {}", say.pick("共", "count"), say.expr(e)));
            let until = if scope.until_stop { say.pick(" 直到 停止", " until stop") } else { "" };
            let (each, field) = (say.pick("每个", "each"), say.field(&scope.field));
            format!("{each} {field}{count}{until} ( {} )", written(say, &scope.flow))
        }
    }
}

/// A block within another.
fn inside(say: Say<'_>, flow: &Flow) -> String {
    match flow {
        Flow::Node(_) | Flow::Opt(_) | Flow::Each(_) => written(say, flow),
        Flow::Seq(_) | Flow::Par(_) | Flow::Choice(_) => format!("( {} )", written(say, flow)),
        Flow::When { .. } | Flow::Again { .. } | Flow::Ends { .. } => written(say, flow),
    }
}
