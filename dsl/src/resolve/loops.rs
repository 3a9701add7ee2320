//! A loop with its names resolved, and the order in which that is done.

use super::bound::Bound;
use super::order::Order;
use super::symbols::Symbols;
use super::{Cx, clauses, endings, flow, nodes};
use crate::diagnostic::Span as Place;
use crate::say;
use crate::tree::{self, File, LoopItem, Spanned};
use medloop_engine::graph::{self, EndingKind, Flow, Limit, NodeIx, ScopeIx, Severity, Stage};
use medloop_engine::name::{
    EventType, FieldCode, LoopCode, MeasureCode, NodeCode, ParamCode, RoleCode, RuleCode, SystemCode,
    TableCode,
};
use medloop_engine::value::Value;

/// A loop.
#[derive(Debug)]
pub(crate) struct Loop<'a> {
    pub(crate) file: &'a File,
    pub(crate) tree: &'a tree::Loop,
    pub(crate) symbols: Symbols<'a>,
    /// Whether its flow could not be read, so that little can be said of what depends on it.
    pub(crate) flow_lost: bool,
    /// What comes before what.
    pub(crate) order: Order,
    pub(crate) code: Option<LoopCode>,
    pub(crate) grade: Option<u8>,
    pub(crate) category: Option<&'a str>,
    pub(crate) basis: Option<&'a str>,
    pub(crate) key: Option<FieldCode>,
    pub(crate) starts: Starts,
    pub(crate) flow: Flow,
    pub(crate) scopes: Vec<Scope<'a>>,
    pub(crate) guards: Vec<Guard<'a>>,
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) params: Vec<Param<'a>>,
    pub(crate) endings: Vec<Ending<'a>>,
    pub(crate) interrupt: Option<graph::Length>,
    pub(crate) seal: Option<graph::Length>,
    pub(crate) rules: Vec<Rule<'a>>,
    pub(crate) measures: Vec<Measure<'a>>,
}

/// 起于.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    pub(crate) nodes: Vec<NodeIx>,
    pub(crate) guard: Option<Bound>,
}

/// 当 in a flow.
#[derive(Debug)]
pub(crate) struct Guard<'a> {
    pub(crate) tree: &'a tree::Expr,
    pub(crate) bound: Option<Bound>,
}

/// A 每个 block.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) field: FieldCode,
    pub(crate) span: Place,
    pub(crate) flow: Flow,
    pub(crate) count_tree: Option<&'a tree::Expr>,
    pub(crate) count: Option<Bound>,
    pub(crate) until_stop: bool,
}

/// A field of a node.
#[derive(Debug)]
pub(crate) struct NodeField {
    pub(crate) field: FieldCode,
    pub(crate) required: bool,
    pub(crate) link: bool,
    pub(crate) span: Place,
}

/// An event type that completes a node or ends an order.
#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) event: EventType,
    pub(crate) systems: Vec<SystemCode>,
    pub(crate) guard: Option<Bound>,
    pub(crate) span: Place,
}

/// 计划, its lengths known.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) node: NodeIx,
    pub(crate) field: FieldCode,
    pub(crate) from: graph::Length,
    pub(crate) to: graph::Length,
    pub(crate) missed: Option<graph::Length>,
    pub(crate) by: Option<Keyed>,
}

/// Where the row of a named table is read.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    pub(crate) table: TableCode,
    pub(crate) keys: Vec<(NodeIx, FieldCode)>,
}

/// 环节.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) tree: &'a tree::Node,
    pub(crate) name: &'a str,
    pub(crate) code: Option<NodeCode>,
    pub(crate) scope: ScopeIx,
    pub(crate) optional: bool,
    pub(crate) repeated: bool,
    pub(crate) negative: bool,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) roles: Vec<RoleCode>,
    pub(crate) stage: Option<Stage>,
    pub(crate) icon: &'a str,
    pub(crate) fields: Vec<NodeField>,
    pub(crate) limit_by: Option<Keyed>,
    pub(crate) limit: Option<Limit>,
    pub(crate) plan: Option<Plan>,
}

/// 参数.
#[derive(Debug)]
pub(crate) struct Param<'a> {
    pub(crate) tree: &'a tree::Param,
    pub(crate) code: Option<ParamCode>,
    pub(crate) value: Option<Value>,
    pub(crate) range: Option<(Value, Value)>,
}

/// 取消, 停止, 换单, 豁免.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub(crate) kind: EndingKind,
    pub(crate) tree: &'a tree::Ending,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) before: Option<NodeIx>,
    pub(crate) effective: Option<FieldCode>,
    pub(crate) resume: Vec<Trigger>,
    pub(crate) successor: Option<FieldCode>,
    /// The field in which its event states a reason, where it carries that.
    pub(crate) reason: Option<FieldCode>,
}

/// 规则.
#[derive(Debug)]
pub(crate) struct Rule<'a> {
    pub(crate) tree: &'a tree::Rule,
    pub(crate) code: Option<RuleCode>,
    pub(crate) scope: ScopeIx,
    pub(crate) severity: Option<Severity>,
    pub(crate) applies: Option<Bound>,
    pub(crate) check: Option<Bound>,
    pub(crate) text: &'a str,
    pub(crate) missing_violates: bool,
    pub(crate) ties: Option<bool>,
    pub(crate) alert: Option<Vec<AlertPart<'a>>>,
    pub(crate) escalate: Vec<(graph::Length, RoleCode)>,
    pub(crate) basis: Option<&'a str>,
}

/// A piece of an alert.
#[derive(Debug)]
pub(crate) enum AlertPart<'a> {
    Text(&'a str),
    Value(Bound),
    /// The field of 主键.
    Key,
}

impl AlertPart<'_> {
    /// The expression, when it is one.
    pub(crate) fn value(&self) -> Option<&Bound> {
        if let Self::Value(e) = self { Some(e) } else { None }
    }
    pub(crate) fn value_mut(&mut self) -> Option<&mut Bound> {
        if let Self::Value(e) = self { Some(e) } else { None }
    }
}

/// 指标.
#[derive(Debug)]
pub(crate) struct Measure<'a> {
    pub(crate) tree: &'a tree::Measure,
    pub(crate) code: Option<MeasureCode>,
    pub(crate) from: Option<NodeIx>,
    pub(crate) to: Option<NodeIx>,
    pub(crate) target: Option<graph::Length>,
}

/// Resolves one loop: its namespace, params and endings' kinds first, then the flow, then what names nodes.
pub(super) fn resolve<'a>(cx: &mut Cx<'a>, file: &'a File, item: &'a tree::Loop) -> Option<Loop<'a>> {
    let symbols = Symbols::new(cx, item);
    let mut of = Loop {
        file,
        tree: item,
        symbols,
        flow_lost: !item.items.iter().any(|i| matches!(i, LoopItem::Flow(f) if !file.is_hurt(f.span))),
        order: Order::default(),
        code: item.code.as_ref().and_then(|c| LoopCode::parse(&c.text).ok()),
        grade: None,
        category: None,
        basis: None,
        key: None,
        starts: Starts::default(),
        flow: Flow::Seq(Vec::new()),
        scopes: Vec::new(),
        guards: Vec::new(),
        nodes: Vec::new(),
        params: Vec::new(),
        endings: Vec::new(),
        interrupt: None,
        seal: None,
        rules: Vec::new(),
        measures: Vec::new(),
    };
    if item.code.is_none() {
        let word = &item.name.text;
        let message = say!("闭环“{word}”缺少稳定的代码", "the loop `{word}` has no stable code");
        let help = say!(
            "在名称后写 [代码]；发布之后不可更改",
            "write a [code] behind the name; it never changes once published"
        );
        cx.push(cx.error("E0203", item.name.span, message).help(help));
    }
    let heads = head(cx, &mut of);
    clauses::params(cx, &mut of);
    of.interrupt = heads.interrupt.and_then(|length| cx.forward(&of.symbols, &of.params, length));
    of.seal = heads.seal.and_then(|length| cx.forward(&of.symbols, &of.params, length));
    flow::resolve(cx, &mut of, heads.flow);
    of.order = Order::of(&of);
    endings::kinds(&mut of);
    nodes::fill(cx, &mut of);
    endings::fill(cx, &mut of);
    clauses::starts(cx, &mut of, heads.starts);
    clauses::guards(cx, &mut of);
    clauses::counts(cx, &mut of);
    clauses::rules(cx, &mut of);
    clauses::measures(cx, &mut of);
    Some(of)
}

/// The statements that stand once, by their kind.
#[derive(Default)]
struct Heads<'a> {
    flow: Option<&'a Spanned<Box<tree::Flow>>>,
    starts: Option<&'a tree::Starts>,
    interrupt: Option<&'a tree::Length>,
    seal: Option<&'a tree::Length>,
}

fn head<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) -> Heads<'a> {
    let mut heads = Heads::default();
    let mut seen: Vec<(&str, &str, Place)> = Vec::new();
    for statement in &of.tree.items {
        let (zh, en, place) = match statement {
            LoopItem::Grade(grade) => {
                of.grade = grade_of(cx, grade);
                ("等级", "grade", grade.span)
            }
            LoopItem::Category(name) => {
                of.category = Some(&name.text);
                ("类别", "category", name.span)
            }
            LoopItem::Basis(text) => {
                of.basis = Some(&text.value);
                ("依据", "basis", text.span)
            }
            LoopItem::Key(name) => {
                of.key = cx.field_code(name);
                ("主键", "key", name.span)
            }
            LoopItem::Starts(starts) => {
                heads.starts = Some(starts);
                ("起于", "starts", starts.span)
            }
            LoopItem::Flow(flow) => {
                // Of two the first counts: the other is told.
                heads.flow = heads.flow.or(Some(flow));
                ("流程", "flow", flow.span)
            }
            LoopItem::Interrupt(length) => {
                heads.interrupt = Some(&length.value);
                ("中断", "interrupt", length.span)
            }
            LoopItem::Seal(length) => {
                heads.seal = Some(&length.value);
                ("封存", "seal", length.span)
            }
            LoopItem::Refer(refer) => {
                cx.not_yet("E0912", refer.span, "引用", "`refer`");
                continue;
            }
            _ => continue,
        };
        match seen.iter().find(|(word, ..)| *word == en) {
            Some((_, _, first)) => {
                let message = say!("“{zh}”写了两次", "`{en}` stands here twice");
                cx.push(cx.error("E0416", place, message).label(*first, say!("第一次", "the first")));
            }
            None => seen.push((en, zh, place)),
        }
    }
    let name = of.tree.name.span;
    for (zh, en) in [("主键", "key"), ("流程", "flow")] {
        if !seen.iter().any(|(word, ..)| *word == en) && !of.file.broken {
            let message = say!("闭环缺“{zh}”", "the loop has no `{en}`");
            cx.push(cx.error("E0415", name, message));
        }
    }
    heads
}

fn grade_of(cx: &mut Cx<'_>, grade: &Spanned<f64>) -> Option<u8> {
    let value = (0..=8u8).find(|n| (f64::from(*n) - grade.value).abs() < f64::EPSILON);
    if value.is_none() {
        cx.push(cx.error(
            "E0308",
            grade.span,
            say!("等级是 0 到 8 的整数", "a grade is a whole number from 0 to 8"),
        ));
    }
    value
}
