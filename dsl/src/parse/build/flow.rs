//! Flows: one operator per level of parentheses; where two are mixed both readings are shown.

use super::Builder;
use crate::diagnostic::Span;
use crate::parse::Rule;
use crate::say;
use crate::tree::{Flow, FlowKind, FlowOp, Suffix};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn flow(&mut self, pair: Pair<'_, Rule>) -> Option<Flow> {
        let span = self.span(&pair);
        let (mut items, mut ops): (Vec<Flow>, Vec<(FlowOp, Span)>) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            if part.as_rule() == Rule::flow_op {
                let at = self.span(&part);
                let op = match part.as_str().trim() {
                    "|" => FlowOp::Choice,
                    "&" => FlowOp::Par,
                    "," => {
                        self.comma(at);
                        FlowOp::Seq
                    }
                    _ => FlowOp::Seq,
                };
                ops.push((op, at));
            } else if let Some(item) = self.flow_item(part) {
                items.push(item);
            }
        }
        let Some((op, _)) = ops.first().copied() else {
            return items.pop();
        };
        if ops.len() + 1 != items.len() {
            return None;
        }
        if let Some((other, at)) = ops.iter().find(|(o, _)| *o != op).copied() {
            self.mixed(&items, &ops, op, other, at);
            return Some(regroup(items, &ops, span));
        }
        Some(block(FlowKind::Many(op, items), span))
    }

    fn comma(&mut self, at: Span) {
        let written = self.source.get(at.start..at.end).unwrap_or("、").to_owned();
        let message = say!("流程中不能用“{written}”", "a flow has no `{written}`");
        let help = say!("先后写“→”，不分先后写“&”", "one after the other is `→`, in any order `&`");
        self.sink.push(self.sink.error("E0401", at, message).help(help));
    }

    fn mixed(&mut self, items: &[Flow], ops: &[(FlowOp, Span)], a: FlowOp, b: FlowOp, at: Span) {
        let text = |s: Span| {
            self.source.get(s.start..s.end).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let parts: Vec<String> = items.iter().map(|i| text(i.span)).collect();
        let ops: Vec<FlowOp> = ops.iter().map(|o| o.0).collect();
        let (one, two) = (reading(&parts, &ops, a), reading(&parts, &ops, b));
        let (x, y) = (sign(a), sign(b));
        let message = say!(
            "同一层括号里只能用一种连接：这里混用了“{x}”与“{y}”",
            "one operator per level of parentheses: here are `{x}` and `{y}`"
        );
        let diagnostic = self.sink.error("E0402", at, message);
        self.sink.push(
            diagnostic
                .help(say!("可读作 {one}", "it may mean {one}"))
                .help(say!("也可读作 {two}", "or {two}")),
        );
    }

    fn flow_item(&mut self, pair: Pair<'_, Rule>) -> Option<Flow> {
        let span = self.span(&pair);
        let mut flow: Option<Flow> = None;
        let (mut suffix, mut again, mut ends, mut guard) = (None, None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => flow = Some(block(FlowKind::Name(self.name(&part)), span)),
                Rule::flow_group => {
                    let inner = part.into_inner().find(|p| p.as_rule() == Rule::flow)?;
                    flow = Some(block(FlowKind::Group(Box::new(self.flow(inner)?)), span));
                }
                Rule::each => flow = self.each(part, span),
                Rule::suffix => {
                    suffix = Some(match part.as_str().trim() {
                        "?" => Suffix::Optional,
                        "*" => Suffix::Any,
                        _ => Suffix::Repeated,
                    });
                }
                Rule::again => again = self.inner_name(part),
                Rule::ends => {
                    let inner = part.into_inner().find(|p| p.as_rule() == Rule::names);
                    ends = inner.map(|n| self.names(n)).unwrap_or_default();
                }
                Rule::guard => guard = self.inner_expr(part),
                _ => {}
            }
        }
        let mut flow = flow?;
        if let (Some(Suffix::Any | Suffix::Repeated), FlowKind::Group(_) | FlowKind::Each { .. }) =
            (suffix, &flow.kind)
        {
            let message = say!(
                "“*”和“+”只能写在环节之后，不能写在一组之后",
                "`*` and `+` stand behind a node, not behind a group"
            );
            let help = say!(
                "一组反复执行用“每个 字段 ( … )”或“( … ) 重来 环节”",
                "repeat a group with `each FIELD ( … )` or `( … ) again NODE`"
            );
            self.sink.push(self.sink.error("E0403", span, message).help(help));
            suffix = None;
        }
        (flow.suffix, flow.again, flow.ends, flow.guard) = (suffix, again, ends, guard);
        Some(flow)
    }

    fn each(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Flow> {
        let (mut field, mut count, mut until_stop, mut body) = (None, None, false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => field = Some(self.name(&part)),
                Rule::count => count = self.inner_expr(part),
                Rule::until => until_stop = true,
                Rule::flow => body = self.flow(part),
                _ => {}
            }
        }
        Some(block(FlowKind::Each { field: field?, count, until_stop, body: Box::new(body?) }, span))
    }
}

fn block(kind: FlowKind, span: Span) -> Flow {
    Flow { kind, suffix: None, again: None, ends: Vec::new(), guard: None, span }
}

fn sign(op: FlowOp) -> &'static str {
    match op {
        FlowOp::Seq => "→",
        FlowOp::Choice => "|",
        FlowOp::Par => "&",
    }
}

/// An operator and its place.
type Op = (FlowOp, Span);

/// A tree to go on with: `→` binds tightest, then `&`, then `|`.
fn regroup(items: Vec<Flow>, ops: &[(FlowOp, Span)], span: Span) -> Flow {
    let loosest = [FlowOp::Choice, FlowOp::Par]
        .into_iter()
        .find(|op| ops.iter().any(|(o, _)| o == op))
        .unwrap_or(FlowOp::Seq);
    let mut groups: Vec<(Vec<Flow>, Vec<Op>)> = vec![(Vec::new(), Vec::new())];
    let mut before = std::iter::once(None).chain(ops.iter().copied().map(Some));
    for item in items {
        let op = before.next().flatten();
        if op.is_some_and(|(o, _)| o == loosest) {
            groups.push((Vec::new(), Vec::new()));
        }
        if let Some((items, inner)) = groups.last_mut() {
            inner.extend(op.filter(|(o, _)| *o != loosest));
            items.push(item);
        }
    }
    let mut parts: Vec<Flow> = Vec::new();
    for (mut items, inner) in groups {
        if items.len() > 1 && loosest != FlowOp::Seq {
            parts.push(regroup(items, &inner, span));
        } else if let Some(only) = items.pop() {
            parts.push(only);
        }
    }
    block(FlowKind::Many(loosest, parts), span)
}

/// The text with parentheses around what `tight` binds.
fn reading(parts: &[String], ops: &[FlowOp], tight: FlowOp) -> String {
    let mut out = String::new();
    let mut inside = false;
    for (i, part) in parts.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| ops.get(i)).copied();
        let after = ops.get(i).copied();
        if inside && before != Some(tight) {
            out.push(')');
            inside = false;
        }
        if let Some(op) = before {
            out.push_str(&format!(" {} ", sign(op)));
        }
        if !inside && after == Some(tight) {
            out.push('(');
            inside = true;
        }
        out.push_str(part);
    }
    if inside {
        out.push(')');
    }
    out
}
