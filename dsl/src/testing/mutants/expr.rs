//! Changed conditions: comparisons turned, their bounds moved, parts left out.

use super::Change;
use super::length::quantities;
use crate::diagnostic::Words;
use crate::say;
use crate::tree::{CompareOp, Expr, ExprKind, LogicOp, QuantifierKind};

/// Every change of a condition.
pub(super) fn conditions(old: &Expr) -> Vec<Change<Expr>> {
    let put = |kind: ExprKind| Expr { kind, span: old.span };
    let mut all: Vec<Change<Expr>> = Vec::new();
    match &old.kind {
        ExprKind::Compare(op, a, b) => {
            for &new in turned(*op) {
                let (from, to) = (sign(*op), sign(new));
                let what = say!("{from} 改为 {to}", "{from} becomes {to}");
                let kind = ExprKind::Compare(new, a.clone(), b.clone());
                all.push(Change::new(old.span, what, side(*op, new), put(kind)));
            }
            if matches!(op, CompareOp::In | CompareOp::Matches) {
                let what = say!("条件取反", "the condition is negated");
                let kind = ExprKind::Not(Box::new(old.clone()));
                all.push(Change::new(old.span, what, both(), put(kind)));
            }
            let (op, a, b) = (*op, a, b);
            let left = conditions(a).into_iter();
            all.extend(left.map(|c| c.within(|new| put(ExprKind::Compare(op, Box::new(new), b.clone())))));
            let right = conditions(b).into_iter();
            all.extend(right.map(|c| c.within(|new| put(ExprKind::Compare(op, a.clone(), Box::new(new))))));
        }
        ExprKind::Logic(op, parts) => logic(old, *op, parts, &mut all),
        ExprKind::Not(inner) => {
            let what = say!("去掉“非”", "`not` is left out");
            all.push(Change::new(old.span, what, both(), (**inner).clone()));
            all.extend(conditions(inner).into_iter().map(|c| c.within(|e| put(ExprKind::Not(Box::new(e))))));
        }
        ExprKind::Negative(inner) => {
            all.extend(
                conditions(inner).into_iter().map(|c| c.within(|e| put(ExprKind::Negative(Box::new(e))))),
            );
        }
        ExprKind::Number(quantity) => {
            all.extend(quantities(quantity).into_iter().map(|c| c.within(|q| put(ExprKind::Number(q)))));
        }
        ExprKind::List(parts) if parts.len() > 1 => {
            for (i, part) in parts.iter().enumerate() {
                let what = say!("列表去掉这一项", "the list lacks this");
                let test = say!("写一个值正是这一项的测试", "write a test in which the value is this one");
                all.push(Change::new(part.span, what, test, put(ExprKind::List(without(parts, i)))));
            }
        }
        ExprKind::Sum(first, rest) => {
            all.extend(
                conditions(first)
                    .into_iter()
                    .map(|c| c.within(|e| put(ExprKind::Sum(Box::new(e), rest.clone())))),
            );
            for (i, (_, part)) in rest.iter().enumerate() {
                all.extend(conditions(part).into_iter().map(|c| {
                    c.within(|e| {
                        let mut rest = rest.clone();
                        rest.iter_mut().skip(i).take(1).for_each(|(_, slot)| slot.clone_from(&e));
                        put(ExprKind::Sum(first.clone(), rest))
                    })
                }));
            }
        }
        ExprKind::Quantified(kind, name, body) => {
            use QuantifierKind::{Any, Each, Every};
            let others: &[QuantifierKind] = if *kind == Any { &[Every, Each] } else { &[Any] };
            for other in others {
                let what = if *kind == Any {
                    say!("任一改为全部", "`any` becomes all")
                } else {
                    say!("全部改为任一", "all becomes `any`")
                };
                let test = say!(
                    "写一个有的满足、有的不满足的测试",
                    "write a test in which it is so for one and not for another"
                );
                let kind = ExprKind::Quantified(*other, name.clone(), body.clone());
                all.push(Change::new(old.span, what, test, put(kind)));
            }
            all.extend(
                conditions(body)
                    .into_iter()
                    .map(|c| c.within(|e| put(ExprKind::Quantified(*kind, name.clone(), Box::new(e))))),
            );
        }
        _ => {}
    }
    all
}

fn logic(old: &Expr, op: LogicOp, parts: &[Expr], all: &mut Vec<Change<Expr>>) {
    let put = |parts: Vec<Expr>, op| Expr { kind: ExprKind::Logic(op, parts), span: old.span };
    for (i, part) in parts.iter().enumerate() {
        let what = say!("去掉条件中的这一项", "this part of the condition is left out");
        let test = if op == LogicOp::And {
            say!("写一个只有这一项不成立的测试", "write a test in which this alone is not so")
        } else {
            say!("写一个只有这一项成立的测试", "write a test in which this alone is so")
        };
        let rest = without(parts, i);
        let new = match <[Expr; 1]>::try_from(rest) {
            Ok([one]) => one,
            Err(rest) => put(rest, op),
        };
        all.push(Change::new(part.span, what, test, new));
        all.extend(conditions(part).into_iter().map(|c| {
            c.within(|e| {
                let mut parts = parts.to_vec();
                parts.iter_mut().skip(i).take(1).for_each(|slot| slot.clone_from(&e));
                put(parts, op)
            })
        }));
    }
    let (other, what) = if op == LogicOp::And {
        (LogicOp::Or, say!("“且”改为“或”", "`and` becomes `or`"))
    } else {
        (LogicOp::And, say!("“或”改为“且”", "`or` becomes `and`"))
    };
    let test = say!(
        "写一个有的项成立、有的项不成立的测试",
        "write a test in which one part is so and another is not"
    );
    all.push(Change::new(old.span, what, test, put(parts.to_vec(), other)));
}

fn without<T: Clone>(all: &[T], one: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(i, _)| *i != one).map(|(_, x)| x.clone()).collect()
}

/// Over the boundary, and the other way round.
const fn turned(op: CompareOp) -> &'static [CompareOp] {
    use CompareOp::{Eq, Ge, Gt, In, Le, Lt, Matches, Ne};
    match op {
        Eq => &[Ne],
        Ne => &[Eq],
        Lt => &[Le, Ge],
        Le => &[Lt, Gt],
        Gt => &[Ge, Le],
        Ge => &[Gt, Lt],
        In | Matches => &[],
    }
}

const fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::In => "属于",
        CompareOp::Matches => "匹配",
    }
}

/// What shows the difference of two comparisons.
fn side(old: CompareOp, new: CompareOp) -> Words {
    use CompareOp::{Ge, Gt, Le, Lt};
    match (old, new) {
        (Lt, Le) | (Le, Lt) | (Gt, Ge) | (Ge, Gt) => {
            say!("写一个两边恰好相等的测试", "write a test in which both sides are equal")
        }
        _ => both(),
    }
}

fn both() -> Words {
    say!(
        "写一个使它成立、一个使它不成立的测试，并断言结论",
        "write a test in which it is so and one in which it is not, and expect the verdicts"
    )
}
