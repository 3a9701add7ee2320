//! What nodes say: events, roles, stages, fields, limits, plans.

use super::Cx;
use super::expr::Site;
use super::loops::{Keyed, Loop, NodeField, Plan, Trigger};
use crate::diagnostic::{Span as Place, nearest};
use crate::lexicon;
use crate::say;
use crate::tree::{self, Length, LengthKind, Name, NodeClause, On};
use medloop_engine::calendar::Work;
use medloop_engine::graph::{self, Limit, NodeIx, Stage};
use medloop_engine::name::EventType;

const STAGES: [Stage; 4] = [Stage::Order, Stage::Review, Stage::Execute, Stage::Feedback];

/// Fills in every node: fields first, for others name them.
pub(super) fn fill<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for i in 0..of.nodes.len() {
        let Some(tree) = of.nodes.get(i).map(|n| n.tree) else { continue };
        let fields = fields(cx, tree);
        if let Some(node) = of.nodes.get_mut(i) {
            node.fields = fields;
        }
    }
    for i in 0..of.nodes.len() {
        let Some(tree) = of.nodes.get(i).map(|n| n.tree) else { continue };
        let ix = NodeIx(u16::try_from(i).unwrap_or(u16::MAX));
        once(cx, tree);
        for clause in &tree.clauses {
            match clause {
                NodeClause::On(on) => {
                    let triggers = triggers(cx, of, on);
                    edit(of, i, |n| n.triggers.extend(triggers));
                }
                NodeClause::By(names) => {
                    let roles: Vec<_> = names.iter().filter_map(|n| cx.role(n)).collect();
                    edit(of, i, |n| n.roles = roles);
                }
                NodeClause::Stage(name) => {
                    let stage = stage(cx, name);
                    edit(of, i, |n| n.stage = stage);
                }
                NodeClause::Icon(name) => {
                    if let Some(warning) = crate::icons::unknown(cx.file, name) {
                        cx.push(warning);
                    }
                    edit(of, i, |n| n.icon = &name.text);
                }
                NodeClause::Within { length, of: from, span } => {
                    let (limit, by) = limit(cx, of, ix, length, from.as_ref(), *span).unzip();
                    edit(of, i, |n| (n.limit, n.limit_by) = (limit, by.flatten()));
                }
                NodeClause::Due { field, from, to, miss, span } => {
                    let plan = plan(cx, of, ix, field, (from, to.as_ref(), miss.as_ref()), *span);
                    edit(of, i, |n| n.plan = plan);
                }
                NodeClause::Fields { .. } | NodeClause::Basis(_) => {}
            }
        }
        missing(cx, of, tree);
    }
}

fn edit<'a>(of: &mut Loop<'a>, i: usize, change: impl FnOnce(&mut super::Node<'a>)) {
    if let Some(node) = of.nodes.get_mut(i) {
        change(node);
    }
}

/// Clauses that stand once.
fn once(cx: &mut Cx<'_>, tree: &tree::Node) {
    let mut seen: Vec<&str> = Vec::new();
    for clause in &tree.clauses {
        let (zh, en, place) = match clause {
            NodeClause::By(names) => ("角色", "by", names.first().map_or(tree.name.span, |n| n.span)),
            NodeClause::Stage(name) => ("阶段", "stage", name.span),
            NodeClause::Icon(name) => ("图标", "icon", name.span),
            NodeClause::Within { span, .. } => ("时限", "within", *span),
            NodeClause::Due { span, .. } => ("计划", "due", *span),
            _ => continue,
        };
        if seen.contains(&en) {
            cx.push(cx.error("E0416", place, say!("“{zh}”写了两次", "`{en}` stands here twice")));
        }
        seen.push(en);
    }
}

fn missing(cx: &mut Cx<'_>, of: &Loop<'_>, tree: &tree::Node) {
    let word = &tree.name.text;
    if of.file.broken {
        return;
    }
    if !tree.clauses.iter().any(|c| matches!(c, NodeClause::On(_))) {
        let message = say!(
            "环节“{word}”没有“事件”，永远不会发生",
            "the node `{word}` has no `on`: it can never happen"
        );
        cx.push(cx.error("E0412", tree.name.span, message));
    }
    if !tree.clauses.iter().any(|c| matches!(c, NodeClause::Stage(_))) {
        let message = say!("环节“{word}”没有“阶段”", "the node `{word}` has no `stage`");
        cx.push(cx.error("E0413", tree.name.span, message).expected(stages()));
    }
}

fn stages() -> crate::diagnostic::Words {
    say!("开立、审核、执行、反馈", "`order`, `review`, `execute`, `feedback`")
}

fn stage(cx: &mut Cx<'_>, name: &Name) -> Option<Stage> {
    let found = lexicon::position(lexicon::STAGES, &name.text).and_then(|i| STAGES.get(i)).copied();
    if found.is_none() {
        let word = &name.text;
        let near = nearest(word, lexicon::spellings(lexicon::STAGES));
        let message = say!("没有阶段“{word}”", "there is no stage `{word}`");
        cx.push(cx.error("E0217", name.span, message).expected(stages()).nearest(near));
    }
    found
}

fn fields(cx: &mut Cx<'_>, tree: &tree::Node) -> Vec<NodeField> {
    let mut all: Vec<NodeField> = Vec::new();
    for clause in &tree.clauses {
        let NodeClause::Fields { required, fields, .. } = clause else { continue };
        for (name, link) in fields {
            let Some(field) = cx.field_code(name) else { continue };
            match all.iter().find(|f| f.field == field) {
                Some(first) => {
                    let word = &name.text;
                    let message = say!("字段“{word}”写了两次", "the field `{word}` stands here twice");
                    cx.push(
                        cx.error("E0416", name.span, message).label(first.span, say!("第一次", "the first")),
                    );
                }
                None => all.push(NodeField { field, required: *required, link: *link, span: name.span }),
            }
        }
    }
    all
}

/// 事件 … as one trigger a type.
pub(super) fn triggers<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, on: &tree::On) -> Vec<Trigger> {
    let types: Vec<(EventType, Place)> =
        on.types.iter().filter_map(|t| cx.event(t).map(|(e, _)| (e.clone(), t.span))).collect();
    let mut systems = Vec::new();
    for name in &on.systems {
        let Some(system) = cx.system(name) else { continue };
        senders(cx, &types, &system, name);
        systems.push(system);
    }
    let site = Site::Event(types.iter().map(|t| t.0.clone()).collect());
    let guard = on.guard.as_ref().map(|g| cx.bind(of, site, g));
    types
        .into_iter()
        .map(|(event, span)| Trigger { event, systems: systems.clone(), guard: guard.clone(), span })
        .collect()
}

/// An event that no source sends would never come.
fn senders(
    cx: &mut Cx<'_>,
    types: &[(EventType, Place)],
    system: &medloop_engine::name::SystemCode,
    name: &Name,
) {
    let defs = types.iter().filter_map(|(t, _)| cx.names.catalogue.events.get(t).map(|d| (t, d)));
    let silent: Vec<_> = defs.filter(|(_, d)| !d.systems.is_empty() && !d.systems.contains(system)).collect();
    if silent.len() == types.len() && !types.is_empty() {
        let (word, event) = (&name.text, silent.first().map_or(String::new(), |(t, _)| t.to_string()));
        let titles: Vec<&str> = silent
            .iter()
            .flat_map(|(_, d)| &d.systems)
            .filter_map(|s| cx.names.catalogue.systems.get(s).map(|n| n.name.as_str()))
            .collect();
        let senders = titles.join("、");
        let message = say!(
            "事件目录说系统“{word}”不发送 {event}",
            "the catalogue says that `{word}` does not send {event}"
        );
        cx.push(cx.error("E0218", name.span, message).expected(say!("{senders}", "{senders}")));
    }
}

fn limit<'a>(
    cx: &mut Cx<'a>,
    of: &Loop<'a>,
    ix: NodeIx,
    length: &Length,
    from: Option<&Name>,
    span: Place,
) -> Option<(Limit, Option<Keyed>)> {
    cx.not_negative(length.negative, span);
    let (length, by) = match &length.kind {
        LengthKind::Name(name)
            if of.symbols.get(&name.text).is_none() && cx.names.lengths(&name.text).is_some() =>
        {
            let (table, by) = cx.keyed(of, ix, name, false)?;
            (Some(table.default.to), Some(by))
        }
        _ => (cx.length(&of.symbols, &of.params, length), None),
    };
    let from = match from {
        Some(name) => Some(earlier(cx, of, ix, name)?),
        None => None,
    };
    Some((Limit { length: length?, from, by: None }, by))
}

/// A node from which a limit of another may run.
fn earlier<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, ix: NodeIx, name: &Name) -> Option<NodeIx> {
    let from = reachable(cx, of, ix, name)?;
    if of.order.compare(from, ix) == Some(std::cmp::Ordering::Greater) && !of.flow_lost {
        let word = &name.text;
        let here = of.nodes.get(usize::from(ix.0)).map_or("", |n| n.name);
        let message = say!(
            "流程中“{word}”在“{here}”之后，时限不能自它起算",
            "in the flow `{word}` comes behind `{here}`: the limit cannot run from it"
        );
        let help = say!(
            "写前面的环节，或把这条时限写到“{word}”里",
            "name an earlier node, or put the limit into `{word}`"
        );
        cx.push(cx.error("E0507", name.span, message).help(help));
    }
    Some(from)
}

/// A node that is seen from another's track: of the same, or of the order.
fn reachable<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, ix: NodeIx, name: &Name) -> Option<NodeIx> {
    let other = of.symbols.node(cx, name)?;
    let (here, there) = (of.nodes.get(usize::from(ix.0))?, of.nodes.get(usize::from(other.0))?);
    let word = &name.text;
    if other == ix {
        let message = say!("时限不能自本环节起算", "a limit cannot run from the node itself");
        cx.push(cx.error("E0507", name.span, message));
        return None;
    }
    if there.scope != here.scope && there.scope != graph::ScopeIx::ORDER {
        let message = say!(
            "环节“{word}”在另一个“每个”里，这里看不到是哪一条",
            "the node `{word}` is within another `each`: which of its tracks?"
        );
        cx.push(cx.error("E0507", name.span, message));
        return None;
    }
    Some(other)
}

type Window<'a> = (&'a Length, Option<&'a Length>, Option<&'a Length>);

fn plan<'a>(
    cx: &mut Cx<'a>,
    of: &Loop<'a>,
    ix: NodeIx,
    path: &[Name],
    (from, to, miss): Window<'_>,
    span: Place,
) -> Option<Plan> {
    let (node, field) = match path {
        [field] => (None, field),
        [node, field] => (Some(reachable_or_self(cx, of, ix, node)?), field),
        _ => {
            let message = say!("计划写 字段 或 环节.字段", "a plan names FIELD or NODE.FIELD");
            cx.push(cx.error("E0306", span, message));
            return None;
        }
    };
    let def = cx.field(field)?;
    if def.kind != medloop_engine::value::Type::Moment {
        let word = &field.text;
        let message = say!(
            "字段“{word}”不是时间，不能作计划",
            "the field `{word}` is no time and cannot be planned by"
        );
        cx.push(cx.error("E0303", field.span, message));
        return None;
    }
    let records = |i: NodeIx| {
        of.nodes.get(usize::from(i.0)).is_some_and(|n| n.fields.iter().any(|f| f.field == def.code))
    };
    let node = match node {
        Some(node) => node,
        None if records(ix) => ix,
        None => only_holder(cx, of, ix, field, &def.code)?,
    };
    if !records(node) {
        let (word, of) = (&field.text, of.nodes.get(usize::from(node.0)).map_or("", |n| n.name));
        let message =
            say!("环节“{of}”没有记录字段“{word}”", "the node `{of}` does not record a field `{word}`");
        cx.push(cx.error("E0214", field.span, message));
        return None;
    }
    let Some(to) = to else {
        match &from.kind {
            LengthKind::Name(name) => {
                let missed = match miss {
                    Some(miss) => Some(cx.forward(&of.symbols, &of.params, miss)?),
                    None => None,
                };
                let (table, by) = cx.keyed(of, ix, name, true)?;
                let (from, to) = (table.default.from?, table.default.to);
                return Some(Plan { node, field: def.code.clone(), from, to, missed, by: Some(by) });
            }
            LengthKind::Quantity(quantity) => {
                let unit = quantity.unit.as_ref().map_or("", |u| u.text.as_str());
                let length = format!("{}{unit}", quantity.number.abs());
                let help = say!("如 计划 … -{length}..+{length}", "such as `due … -{length}..+{length}`");
                let message =
                    say!("窗有两端，如 -30分钟..+60分钟", "a window has two ends, such as -30min..+60min");
                cx.push(cx.error("E0309", from.span, message).help(help));
            }
        }
        return None;
    };
    let missed = miss.and_then(|m| cx.forward(&of.symbols, &of.params, m));
    let (from_length, to_length) =
        (cx.length(&of.symbols, &of.params, from), cx.length(&of.symbols, &of.params, to));
    let (from_length, to_length) = (from_length?, to_length?);
    if ends_before(from_length, to_length) {
        let message = say!("窗的起点在终点之后", "the window begins after its end");
        cx.push(cx.error("E0310", from.span.to(to.span), message));
    }
    Some(Plan { node, field: def.code.clone(), from: from_length, to: to_length, missed, by: None })
}

/// Whether a window ends before it begins, as far as both are written out in one measure.
pub(crate) fn ends_before(from: graph::Length, to: graph::Length) -> bool {
    use graph::Length;
    match (from, to) {
        (Length::Span(a), Length::Span(b)) => a > b,
        (Length::Work(Work::Days(a)), Length::Work(Work::Days(b))) => a > b,
        (Length::Work(Work::Hours(a)), Length::Work(Work::Hours(b))) => a > b,
        _ => false,
    }
}

fn reachable_or_self<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, ix: NodeIx, name: &Name) -> Option<NodeIx> {
    if of.symbols.node_quiet(&name.text) == Some(ix) { Some(ix) } else { reachable(cx, of, ix, name) }
}

/// The only node of this scope that records the field.
fn only_holder(
    cx: &mut Cx<'_>,
    of: &Loop<'_>,
    ix: NodeIx,
    name: &Name,
    field: &medloop_engine::name::FieldCode,
) -> Option<NodeIx> {
    let scope = of.nodes.get(usize::from(ix.0))?.scope;
    let holders: Vec<usize> = (0..of.nodes.len())
        .filter(|i| {
            of.nodes.get(*i).is_some_and(|n| n.scope == scope && n.fields.iter().any(|f| f.field == *field))
        })
        .collect();
    if let [only] = holders.as_slice() {
        return u16::try_from(*only).ok().map(NodeIx);
    }
    let word = &name.text;
    let message = if holders.is_empty() {
        say!("没有环节记录计划字段“{word}”", "no node records the planned time `{word}`")
    } else {
        say!("不止一个环节记录“{word}”，请写 环节.{word}", "several nodes record `{word}`: write NODE.{word}")
    };
    let diagnostic = cx.error("E0214", name.span, message);
    cx.push(if holders.is_empty() {
        diagnostic.help(say!("在本环节写 必填 {word}", "write `required {word}` in this node"))
    } else {
        diagnostic
    });
    None
}

/// The types of a clause, for guards elsewhere.
pub(super) fn types(cx: &Cx<'_>, on: &On) -> Vec<EventType> {
    on.types.iter().filter_map(|t| cx.names.event(&t.text).map(|(e, _)| e.clone())).collect()
}
