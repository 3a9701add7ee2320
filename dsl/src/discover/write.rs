//! What was found → the text of a loop, with what it rests on in comments.

use super::Found;
use super::ending::Ending;
use super::flow::{Block, Times};
use super::guards::Decided;
use super::names::{Called, Names};
use super::params::Params;
use super::variants::Act;
use crate::diagnostic::Lang;
use crate::lexicon;
use crate::tree::FlowOp;

/// From which share of a node's events on a field is proposed as required.
const REQUIRED: f64 = 0.98;
/// Below which share of a node's events a role is taken for an exception.
const RARE: f64 = 0.02;

/// The loop, in English keywords and not yet laid out.
pub(super) fn text(found: &Found<'_>, names: &mut Names<'_>) -> String {
    let lang = names.lang;
    let mut out = String::new();
    for line in found.doc.iter().map(|w| w.get(lang)) {
        put(&mut out, format_args!("/// {line}"));
    }
    let Called { name, code } = &found.called;
    put(&mut out, format_args!("loop {name} [{code}] {{"));
    put(&mut out, format_args!("key {}", names.field(&found.key)));
    if !matches!(found.flow.first(), Some(Block::Node(act, Times::Once | Times::Some)) if !found.inner.contains_key(act))
    {
        put(&mut out, format_args!("starts any"));
    }
    out.push('\n');
    for decided in &found.guards {
        put(&mut out, format_args!("// {}", told(decided, names)));
    }
    put(&mut out, format_args!("flow {}\n", flow(found, names)));
    let params = Params::write(found, names, &mut out);
    for act in found.nodes() {
        node(found, names, &params, act, &mut out);
    }
    if !found.endings.is_empty() {
        out.push('\n');
    }
    for Ending { keyword, event, successor } in &found.endings {
        let successor =
            successor.as_ref().map(|f| format!(" successor {}", names.field(f))).unwrap_or_default();
        put(&mut out, format_args!("{keyword} on {event}{successor}"));
    }
    put(&mut out, format_args!("}}"));
    out
}

pub(super) fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    out.push_str(&format!("{line}\n"));
}

fn flow(found: &Found<'_>, names: &Names<'_>) -> String {
    match found.flow {
        Block::Ends(body, acts) => ended(steps(found, names, body), acts, names),
        other => steps(found, names, other),
    }
}

fn ended(body: String, acts: &[Act], names: &Names<'_>) -> String {
    let acts: Vec<&str> = acts.iter().map(|a| names.node(*a)).collect();
    format!("( {body} ) ends {}", acts.join(", "))
}

/// A flow in one line each for what stands before, in and behind a `每个`.
fn steps(found: &Found<'_>, names: &Names<'_>, of: &Block) -> String {
    let several = !found.inner.is_empty();
    match of {
        Block::Many(FlowOp::Seq, parts) => {
            let mut out = String::new();
            for (i, part) in parts.iter().enumerate() {
                let each = part.acts().iter().any(|a| found.inner.contains_key(a));
                let break_ = if several && each { "\n" } else { " " };
                if i > 0 {
                    out.push_str(break_);
                    out.push_str("-> ");
                }
                out.push_str(&block(found, names, part, true));
            }
            out
        }
        other => block(found, names, other, false),
    }
}

fn block(found: &Found<'_>, names: &Names<'_>, of: &Block, inside: bool) -> String {
    let sub = |b: &Block| block(found, names, b, true);
    match of {
        Block::Node(act, times) => {
            let suffix = match times {
                Times::Once => "",
                Times::Maybe => "?",
                Times::Some => "+",
                Times::Any => "*",
            };
            match found.inner.get(act) {
                None => format!("{}{suffix}", names.node(*act)),
                Some((field, body)) => {
                    let each =
                        format!("each {} (\n{}\n)", names.field(field), block(found, names, body, false));
                    if times.must() { each } else { format!("( {each} )?") }
                }
            }
        }
        Block::Many(op, parts) => {
            let sign = match op {
                FlowOp::Seq => " -> ",
                FlowOp::Choice => " | ",
                FlowOp::Par => " & ",
            };
            let all: Vec<String> = parts.iter().map(|part| sub(part) + &guard(found, names, part)).collect();
            let all = all.join(sign);
            if inside { format!("( {all} )") } else { all }
        }
        Block::Opt(body) => match &**body {
            Block::Many(..) => format!("{}?", sub(body)),
            other => format!("( {} )?", block(found, names, other, false)),
        },
        Block::Ends(body, acts) => ended(block(found, names, body, false), acts, names),
        Block::Again(body, act) => {
            let written = sub(body);
            let written = if matches!(**body, Block::Many(..)) { written } else { format!("( {written} )") };
            format!("{written} again {}", names.node(*act))
        }
    }
}

/// The guard of a branch, if it has one.
fn guard(found: &Found<'_>, names: &Names<'_>, branch: &Block) -> String {
    let acts = branch.acts();
    let of = |d: &'_ Decided| d.branches.iter().find(|(own, _)| *own == acts).map(|(_, v)| v.clone());
    let Some((decided, values)) = found.guards.iter().find_map(|d| Some((d, of(d)?))) else {
        return String::new();
    };
    let quoted = |v: &String| format!("\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\""));
    let (field, all) = (names.field(&decided.field), values.iter().map(quoted).collect::<Vec<_>>());
    match all.as_slice() {
        [] => String::new(),
        [only] => format!(" when {field} == {only}"),
        several => format!(" when {field} in ({})", several.join(", ")),
    }
}

/// What a guard rests on.
fn told(decided: &Decided, names: &Names<'_>) -> String {
    let field = names.field(&decided.field);
    let (orders, share) = (decided.orders, percent(decided.right, decided.orders));
    let words = crate::say!(
        "走哪一支由 {field} 分出：{orders} 份医嘱中 {share} 如此；没有写“当”的一支是其余的",
        "{field} tells the branch: of {orders} orders {share} took it so; the branch without `when` is for the rest"
    );
    words.get(names.lang).to_owned()
}

fn node(found: &Found<'_>, names: &Names<'_>, params: &Params, act: Act, out: &mut String) {
    let Some(seen) = found.seen.get(&act) else { return };
    let Some(called) = names.nodes.get(&act) else { return };
    let lang = names.lang;
    let comma = |all: Vec<String>| all.join(", ");
    let (mut required, mut optional, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for (field, n) in &seen.fields {
        let link = if found.links.contains(field) { " link" } else { "" };
        let name = names.field(field);
        if *n < seen.events {
            shares.push(format!("{name} {}", percent(*n, seen.events)));
        }
        let must = *n as f64 >= REQUIRED * seen.events as f64;
        if must { &mut required } else { &mut optional }.push(format!("{name}{link}"));
    }
    let (n, zh, en) = (seen.events, shares.join("、"), shares.join(", "));
    let words = if shares.is_empty() {
        crate::say!("{n} 次；所列字段每次都有", "{n} times, each with the fields below")
    } else {
        crate::say!("{n} 次；并非每次都有：{zh}", "{n} times; not always there: {en}")
    };
    let words = if seen.fields.is_empty() { crate::say!("{n} 次", "{n} times") } else { words };
    put(out, format_args!("// {}", words.get(lang)));
    put(out, format_args!("node {} [{}] {{", called.name, called.code));
    let mut systems: Vec<_> = seen.systems.iter().collect();
    systems.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    let from = comma(systems.into_iter().map(|(s, _)| names.system(s)).collect());
    let from = if from.is_empty() { from } else { format!(" from {from}") };
    put(out, format_args!("on {}{from}", seen.event));
    let mut roles: Vec<_> =
        seen.roles.iter().filter(|(_, n)| **n as f64 >= RARE * seen.events as f64).collect();
    roles.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    let by = comma(roles.into_iter().map(|(r, _)| names.role(r)).collect());
    if !by.is_empty() {
        put(out, format_args!("by {by}"));
    }
    let stage =
        lexicon::STAGES.get(seen.stage).map_or("execute", |w| if lang == Lang::Zh { w.zh } else { w.en });
    put(out, format_args!("stage {stage}"));
    if !required.is_empty() {
        put(out, format_args!("required {}", comma(required)));
    }
    if !optional.is_empty() {
        put(out, format_args!("optional {}", comma(optional)));
    }
    if let Some((param, from)) = params.limits.get(&act) {
        put(out, format_args!("within {param} of {}", names.node(*from)));
    }
    if let Some((field, before, after)) = params.plans.get(&act) {
        put(out, format_args!("due {field} -{before}..+{after}"));
    }
    put(out, format_args!("}}"));
}

/// A share in words, never rounded up to all.
pub(super) fn percent(n: u64, of: u64) -> String {
    let tenths = n.saturating_mul(1000) / of.max(1);
    if tenths.is_multiple_of(10) {
        format!("{}%", tenths / 10)
    } else {
        format!("{}.{}%", tenths / 10, tenths % 10)
    }
}
