//! Params, 起于, 共, rules, measures.

use super::Cx;
use super::expr::Site;
use super::loops::{AlertPart, Loop, Measure, Param, Rule};
use crate::diagnostic::nearest;
use crate::lexicon::{self, Word};
use crate::say;
use crate::tree::{self, AlertPiece, Expr, ExprKind, LoopItem, Name, RuleClause, ValueKind};
use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{Flow, NodeIx, ScopeIx, Severity};
use medloop_engine::name::{MeasureCode, ParamCode, RuleCode};
use medloop_engine::value::Value;

const SEVERITIES: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

/// The values of the params; they name nothing else.
pub(super) fn params<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for item in &of.tree.items {
        let LoopItem::Param(tree) = item else { continue };
        let mut value = value(cx, &tree.value).filter(|_| !of.file.is_hurt(tree.span));
        let range = tree.range.as_ref().and_then(|(a, b)| value_pair(cx, a, b));
        if let (Some(v), Some((low, high)), Some((from, to))) = (&value, &range, &tree.range)
            && !(v.alike(low) && v.alike(high))
        {
            let word = &tree.name.text;
            let message = say!(
                "参数“{word}”的值与范围不是一类：都写单位，或都不写",
                "the value and the range of `{word}` are of two kinds: all with a unit, or none"
            );
            let bare = matches!(v, Value::Number(_));
            let place = if bare { tree.value.span } else { from.span.to(to.span) };
            cx.push(cx.error("E0304", place, message));
            // Of which kind it was meant is not known.
            value = None;
        }
        of.params.push(Param {
            tree,
            code: tree.code.as_ref().and_then(|c| ParamCode::parse(&c.text).ok()),
            value,
            range,
        });
    }
}

fn value_pair(cx: &mut Cx<'_>, a: &tree::Value, b: &tree::Value) -> Option<(Value, Value)> {
    let (a, b) = (value(cx, a), value(cx, b));
    a.zip(b)
}

fn value(cx: &mut Cx<'_>, value: &tree::Value) -> Option<Value> {
    match &value.kind {
        ValueKind::Number(quantity) if quantity.unit.is_some() => {
            cx.stretch(quantity).map(|stretch| match stretch {
                Stretch::Clock(span) => Value::Span(span),
                Stretch::Work(work) => Value::Work(work),
            })
        }
        ValueKind::Number(quantity) => Some(Value::Number(quantity.number)),
        _ => {
            let message =
                say!("参数的值是数字，或带单位的时长", "a param is a number, or a duration with its unit");
            let help = say!(
                "数字用阿拉伯数字，如 30分钟、0.5小时",
                "numbers are written in digits, such as 30min, 0.5h"
            );
            cx.push(cx.error("E0304", value.span, message).help(help));
            None
        }
    }
}

/// 起于; the flow's first nodes unless said.
pub(super) fn starts<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>, tree: Option<&'a tree::Starts>) {
    let all = |of: &Loop<'_>| {
        let nodes = of.nodes.iter().enumerate().filter(|(_, n)| !n.negative);
        nodes.filter_map(|(i, _)| u16::try_from(i).ok().map(NodeIx)).collect::<Vec<_>>()
    };
    of.starts.nodes = match tree {
        Some(tree) if tree.any => all(of),
        Some(tree) => tree.nodes.iter().filter_map(|n| of.symbols.node(cx, n)).collect(),
        None => {
            let mut first = Vec::new();
            firsts(of, &of.flow, &mut first);
            first
        }
    };
    let Some(guard) = tree.and_then(|t| t.guard.as_ref()) else { return };
    let nodes = of.starts.nodes.iter().filter_map(|n| of.nodes.get(usize::from(n.0)));
    let types = nodes.flat_map(|n| n.triggers.iter().map(|t| t.event.clone())).collect();
    of.starts.guard = Some(cx.bind(of, Site::Opening(types), guard));
}

/// The nodes with which a flow may begin.
fn firsts(of: &Loop<'_>, flow: &Flow, into: &mut Vec<NodeIx>) {
    match flow {
        Flow::Node(ix) => into.push(*ix),
        Flow::Seq(parts) => {
            if let Some(first) = parts.first() {
                firsts(of, first, into);
            }
        }
        Flow::Par(parts) | Flow::Choice(parts) => parts.iter().for_each(|p| firsts(of, p, into)),
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            firsts(of, body, into)
        }
        Flow::Each(ix) => {
            if let Some(scope) = of.scopes.get(usize::from(ix.0).wrapping_sub(1)) {
                firsts(of, &scope.flow, into);
            }
        }
    }
}

/// 当 of the flow: over the fields of the opening event. Where any event may be the first, that of the flow's first nodes is meant.
pub(super) fn guards<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    if of.guards.is_empty() {
        return;
    }
    let any = of.tree.items.iter().any(|i| matches!(i, LoopItem::Starts(s) if s.any));
    let mut first = Vec::new();
    if any {
        firsts(of, &of.flow, &mut first);
    } else {
        first.clone_from(&of.starts.nodes);
    }
    let nodes = first.iter().filter_map(|n| of.nodes.get(usize::from(n.0)));
    let types: Vec<_> = nodes.flat_map(|n| n.triggers.iter().map(|t| t.event.clone())).collect();
    for i in 0..of.guards.len() {
        let Some(tree) = of.guards.get(i).map(|g| g.tree) else { continue };
        let bound = cx.bind(of, Site::Opening(types.clone()), tree);
        if let Some(guard) = of.guards.get_mut(i) {
            guard.bound = Some(bound);
        }
    }
}

/// 共 of every 每个.
pub(super) fn counts<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for i in 0..of.scopes.len() {
        let Some(tree) = of.scopes.get(i).and_then(|s| s.count_tree) else { continue };
        let count = cx.bind(of, Site::Rule, tree);
        if let Some(scope) = of.scopes.get_mut(i) {
            scope.count = Some(count);
        }
    }
}

/// 规则.
pub(super) fn rules<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for item in &of.tree.items {
        let LoopItem::Rule(tree) = item else { continue };
        let rule = rule(cx, of, tree);
        of.rules.push(rule);
    }
}

fn rule<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, tree: &'a tree::Rule) -> Rule<'a> {
    let mut rule = Rule {
        tree,
        code: tree.code.as_ref().and_then(|c| RuleCode::parse(&c.text).ok()),
        scope: ScopeIx::ORDER,
        severity: None,
        applies: None,
        check: None,
        text: "",
        missing_violates: false,
        ties: None,
        alert: None,
        escalate: Vec::new(),
        basis: None,
    };
    let mut seen: Vec<&str> = Vec::new();
    for clause in &tree.clauses {
        let (zh, en, place) = match clause {
            RuleClause::Severity(name) => {
                let found = contextual(cx, lexicon::SEVERITIES, name, ("级别", "severity"));
                rule.severity = found.and_then(|i| SEVERITIES.get(i)).copied();
                ("级别", "severity", name.span)
            }
            RuleClause::Check(expr, text) => {
                (rule.check, rule.text) = (Some(cx.bind(of, Site::Rule, expr)), text);
                ("要求", "check", expr.span)
            }
            RuleClause::Applies(expr) => {
                rule.applies = Some(cx.bind(of, Site::Rule, expr));
                ("适用", "applies", expr.span)
            }
            RuleClause::Missing(name) => {
                rule.missing_violates = contextual(cx, lexicon::MISSING, name, ("缺值", "missing")).is_some();
                ("缺值", "missing", name.span)
            }
            RuleClause::Ties(name) => {
                rule.ties = contextual(cx, lexicon::TIES, name, ("并列", "ties")).map(|i| i == 0);
                ("并列", "ties", name.span)
            }
            RuleClause::Alert(text, pieces) => {
                rule.alert = Some(pieces.iter().map(|p| piece(cx, of, p)).collect());
                ("提示", "alert", text.span)
            }
            RuleClause::Escalate(length, roles) => {
                let length = cx.by_the_clock(&of.symbols, &of.params, length);
                let roles: Vec<_> = roles.iter().filter_map(|r| cx.role(r)).collect();
                if let Some(length) = length {
                    rule.escalate.extend(roles.into_iter().map(|r| (length, r)));
                }
                continue;
            }
            RuleClause::Basis(text) => {
                rule.basis = Some(&text.value);
                ("依据", "basis", text.span)
            }
        };
        if seen.contains(&en) {
            cx.push(cx.error("E0416", place, say!("“{zh}”写了两次", "`{en}` stands here twice")));
        }
        seen.push(en);
    }
    let word = &tree.name.text;
    for (zh, en) in [("级别", "severity"), ("要求", "check")] {
        if !seen.contains(&en) && !of.file.broken {
            let message = say!("规则“{word}”没有“{zh}”", "the rule `{word}` has no `{en}`");
            let expected = match en {
                "severity" => {
                    say!("级别 低、中、高 或 危急", "`severity low`, `medium`, `high` or `critical`")
                }
                _ => say!("要求 条件，如 要求 审核.完成", "`check CONDITION`, such as `check review.done`"),
            };
            cx.push(cx.error("E0501", tree.name.span, message).expected(expected));
        }
    }
    rule
}

fn piece<'a>(cx: &mut Cx<'a>, of: &Loop<'a>, piece: &'a AlertPiece) -> AlertPart<'a> {
    match piece {
        AlertPiece::Text(text) => AlertPart::Text(text),
        AlertPiece::Value(expr) if is_key(cx, of, expr) => AlertPart::Key,
        AlertPiece::Value(expr) => AlertPart::Value(cx.bind(of, Site::Rule, expr)),
    }
}

/// Whether a placeholder is the field of 主键 alone.
fn is_key(cx: &Cx<'_>, of: &Loop<'_>, expr: &Expr) -> bool {
    let ExprKind::Path(path) = &expr.kind else { return false };
    let [name] = path.as_slice() else { return false };
    let field = cx.names.field(&name.text).map(|f| &f.code);
    let tracks = of.scopes.iter().any(|s| Some(&s.field) == field);
    field.is_some() && field == of.key.as_ref() && !tracks && of.symbols.get(&name.text).is_none()
}

/// The place of a word in its table.
fn contextual(cx: &mut Cx<'_>, table: &'static [Word], name: &Name, (zh, en): (&str, &str)) -> Option<usize> {
    let found = lexicon::position(table, &name.text);
    if found.is_none() {
        let word = &name.text;
        let (all_zh, all_en): (Vec<&str>, Vec<&str>) = table.iter().map(|w| (w.zh, w.en)).unzip();
        let (all_zh, all_en) = (all_zh.join("、"), all_en.join(", "));
        let message = say!("“{zh}”之后不能写“{word}”", "`{en}` does not take `{word}`");
        let near = nearest(word, lexicon::spellings(table));
        cx.push(cx.error("E0217", name.span, message).expected(say!("{all_zh}", "{all_en}")).nearest(near));
    }
    found
}

/// 指标.
pub(super) fn measures<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for item in &of.tree.items {
        let LoopItem::Measure(tree) = item else { continue };
        let (from, to) = (of.symbols.node(cx, &tree.from), of.symbols.node(cx, &tree.to));
        let target = tree.target.as_ref().and_then(|t| cx.forward(&of.symbols, &of.params, t));
        let code = tree.code.as_ref().and_then(|c| MeasureCode::parse(&c.text).ok());
        of.measures.push(Measure { tree, code, from, to, target });
    }
}
