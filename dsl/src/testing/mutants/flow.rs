//! Changed flows: neighbours swapped, what is optional made mandatory and the other way round, conditions left out.

use super::Change;
use super::expr::conditions;
use crate::diagnostic::Words;
use crate::say;
use crate::tree::{Flow, FlowKind, FlowOp, Suffix};

/// Every change of a flow.
pub(super) fn flows(old: &Flow) -> Vec<Change<Flow>> {
    let put = |kind: FlowKind| Flow { kind, ..old.clone() };
    let mut all: Vec<Change<Flow>> = Vec::new();
    let title = title(old);
    if old.suffix == Some(Suffix::Optional) {
        let what = say!("“{title}”由可选改为必做", "`{title}` is mandatory instead of optional");
        let new = Flow { suffix: None, ..old.clone() };
        all.push(Change::new(old.span, what, left_out(&title), new));
    } else if old.suffix.is_none() && old.guard.is_none() && matches!(old.kind, FlowKind::Name(_)) {
        let what = say!("“{title}”由必做改为可选", "`{title}` is optional instead of mandatory");
        let new = Flow { suffix: Some(Suffix::Optional), ..old.clone() };
        all.push(Change::new(old.span, what, left_out(&title), new));
    }
    if let Some(guard) = &old.guard {
        let what = say!("去掉“{title}”的条件", "the condition of `{title}` is left out");
        let test = say!("写一个这个条件不成立的测试", "write a test in which the condition is not so");
        all.push(Change::new(guard.span, what, test, Flow { guard: None, ..old.clone() }));
        all.extend(
            conditions(guard)
                .into_iter()
                .map(|c| c.within(|guard| Flow { guard: Some(guard), ..old.clone() })),
        );
    }
    match &old.kind {
        FlowKind::Name(_) => {}
        FlowKind::Many(op, parts) => {
            if *op == FlowOp::Seq {
                swapped(old, parts, &mut all);
            }
            for (i, part) in parts.iter().enumerate() {
                all.extend(flows(part).into_iter().map(|c| {
                    c.within(|new| {
                        let mut parts = parts.clone();
                        parts.iter_mut().skip(i).take(1).for_each(|slot| slot.clone_from(&new));
                        put(FlowKind::Many(*op, parts))
                    })
                }));
            }
        }
        FlowKind::Group(inner) => {
            all.extend(flows(inner).into_iter().map(|c| c.within(|f| put(FlowKind::Group(Box::new(f))))));
        }
        FlowKind::Each { field, count, until_stop, body } => {
            let each = |count: Option<crate::tree::Expr>, until_stop: bool, body: Flow| {
                put(FlowKind::Each { field: field.clone(), count, until_stop, body: Box::new(body) })
            };
            if let Some(expr) = count {
                let what = say!("去掉“共”", "`count` is left out");
                let test = say!("写一个少一条轨迹的测试", "write a test that lacks one of them");
                all.push(Change::new(expr.span, what, test, each(None, *until_stop, (**body).clone())));
                all.extend(
                    conditions(expr)
                        .into_iter()
                        .map(|c| c.within(|e| each(Some(e), *until_stop, (**body).clone()))),
                );
            }
            if *until_stop {
                let what = say!("去掉“直到 停止”", "`until stop` is left out");
                let test = say!("写一个没有停止的测试", "write a test without a stop");
                all.push(Change::new(field.span, what, test, each(count.clone(), false, (**body).clone())));
            }
            all.extend(flows(body).into_iter().map(|c| c.within(|f| each(count.clone(), *until_stop, f))));
        }
    }
    all
}

fn swapped(old: &Flow, parts: &[Flow], all: &mut Vec<Change<Flow>>) {
    for (i, pair) in parts.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let mut parts = parts.to_vec();
        parts.swap(i, i + 1);
        let (a_title, b_title) = (title(a), title(b));
        let what = say!("“{a_title}”与“{b_title}”互换先后", "`{a_title}` and `{b_title}` change places");
        let test = say!(
            "写一个在“{a_title}”之后、“{b_title}”之前查看环节状态的测试",
            "write a test that looks at a node's status after `{a_title}` and before `{b_title}`"
        );
        let new = Flow { kind: FlowKind::Many(FlowOp::Seq, parts), ..old.clone() };
        all.push(Change::new(a.span.to(b.span), what, test, new));
    }
}

fn left_out(title: &str) -> Words {
    say!(
        "写一个没有“{title}”的测试，断言它的状态或闭环的结局",
        "write a test without `{title}` and expect its status or how the loop ends"
    )
}

/// The first nodes of a block.
fn title(flow: &Flow) -> String {
    match &flow.kind {
        FlowKind::Name(name) => name.text.clone(),
        FlowKind::Many(_, parts) => match parts.first() {
            Some(first) => format!("{} …", title(first)),
            None => String::new(),
        },
        FlowKind::Group(inner) => title(inner),
        FlowKind::Each { field, .. } => field.text.clone(),
    }
}
