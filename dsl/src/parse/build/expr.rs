//! Expressions: one operator per level where two would puzzle a reader.

use super::Builder;
use crate::diagnostic::Span;
use crate::parse::Rule;
use crate::say;
use crate::tree::{CompareOp, Expr, ExprKind, LogicOp, Name, QuantifierKind};
use pest::iterators::Pair;

/// The most operands at one level, and the most 非 or quantifiers in a row.
const MOST: usize = 64;

impl Builder<'_> {
    /// The expression inside a clause such as 当 or 要求.
    pub(super) fn inner_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let inner = pair.into_inner().find(|p| p.as_rule() == Rule::expr)?;
        self.expr(inner)
    }

    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut quantifiers, mut body) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::quantifier => quantifiers.push((self.span(&part), part)),
                _ => body = self.logic(part),
            }
        }
        if quantifiers.len() > MOST {
            return self.too_many(span);
        }
        let mut body = body?;
        for (start, quantifier) in quantifiers.into_iter().rev() {
            let (mut kind, mut name): (_, Option<Name>) = (QuantifierKind::Every, None);
            for part in quantifier.into_inner() {
                match part.as_rule() {
                    Rule::k_each => kind = QuantifierKind::Each,
                    Rule::k_any => kind = QuantifierKind::Any,
                    Rule::name => name = Some(self.name(&part)),
                    _ => {}
                }
            }
            body = Expr { kind: ExprKind::Quantified(kind, name?, Box::new(body)), span: start.to(span) };
        }
        Some(body)
    }

    fn too_many(&mut self, span: Span) -> Option<Expr> {
        let message =
            say!("一处表达式超过 {MOST} 个运算", "more than {MOST} operations at one place of an expression");
        self.sink.push(self.sink.error("E0103", span, message));
        None
    }

    fn logic(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut operands, mut ops) = (Vec::new(), Vec::new());
        let mut whole = true;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::logic_op {
                let op = if part.as_str().trim() == "@and" { LogicOp::And } else { LogicOp::Or };
                ops.push((op, self.span(&part)));
            } else {
                match self.operand(part) {
                    Some(operand) => operands.push(operand),
                    None => whole = false,
                }
            }
        }
        if operands.len() > MOST {
            return self.too_many(span);
        }
        let Some((op, _)) = ops.first().copied() else {
            return operands.pop();
        };
        if let Some((_, other)) = ops.iter().find(|(o, _)| *o != op) {
            let text = |span: Span| self.source.get(span.start..span.end).unwrap_or("").trim().to_owned();
            let parts: Vec<String> = operands.iter().map(|o| text(o.span)).collect();
            let ops: Vec<LogicOp> = ops.iter().map(|o| o.0).collect();
            let both =
                |tight| (reading(&parts, &ops, tight, "且", "或"), reading(&parts, &ops, tight, "and", "or"));
            let ((a, a_en), (b, b_en)) = (both(LogicOp::And), both(LogicOp::Or));
            let message = say!("“且”与“或”混用须加括号", "`and` and `or` together need parentheses");
            let mut diagnostic = self.sink.error("E0119", *other, message);
            if whole {
                diagnostic = diagnostic
                    .help(say!("可读作 {a}", "it may mean {a_en}"))
                    .help(say!("也可读作 {b}", "or {b_en}"));
            }
            self.sink.push(diagnostic);
            return None;
        }
        whole.then_some(Expr { kind: ExprKind::Logic(op, operands), span })
    }

    fn operand(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut nots, mut inner) = (0, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::negation => nots += 1,
                _ => inner = self.comparison(part),
            }
        }
        if nots > MOST {
            return self.too_many(span);
        }
        (0..nots).fold(inner, |e, _| e.map(|e| Expr { kind: ExprKind::Not(Box::new(e)), span }))
    }

    fn comparison(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut sides, mut ops) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            if part.as_rule() == Rule::compare_op {
                ops.push((compare_op(part.as_str().trim()), self.span(&part)));
            } else {
                sides.push(self.sum(part));
            }
        }
        if let Some((_, second)) = ops.get(1) {
            let message = say!("比较不能连写", "comparisons do not chain");
            let help = say!("写成两个比较，中间用“且”", "write two comparisons with `and` between them");
            self.sink.push(self.sink.error("E0122", *second, message).help(help));
            return None;
        }
        let mut sides = sides.into_iter();
        let left = sides.next()??;
        let Some((op, _)) = ops.first().copied() else {
            return Some(left);
        };
        let right = sides.next()??;
        Some(Expr { kind: ExprKind::Compare(op, Box::new(left), Box::new(right)), span })
    }

    fn sum(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut first, mut rest, mut plus) = (None, Vec::new(), true);
        for part in pair.into_inner() {
            if part.as_rule() == Rule::sum_op {
                plus = part.as_str().trim() == "+";
            } else if first.is_none() {
                first = Some(self.term(part)?);
            } else {
                rest.push((plus, self.term(part)?));
            }
        }
        if rest.len() > MOST {
            return self.too_many(span);
        }
        let first = first?;
        if rest.is_empty() {
            Some(first)
        } else {
            Some(Expr { kind: ExprKind::Sum(Box::new(first), rest), span })
        }
    }

    fn term(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let (mut negative, mut inner) = (false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::sign => negative = part.as_str().trim() == "-",
                _ => inner = self.primary(part),
            }
        }
        let inner = inner?;
        Some(match (negative, inner.kind) {
            (true, ExprKind::Number(mut quantity)) => {
                quantity.number = -quantity.number;
                Expr { kind: ExprKind::Number(quantity), span }
            }
            (true, kind) => {
                Expr { kind: ExprKind::Negative(Box::new(Expr { kind, span: inner.span })), span }
            }
            (false, kind) => Expr { kind, span },
        })
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::string => ExprKind::Text(self.text(&pair).value),
            Rule::moment => ExprKind::Moment(self.moment(&pair)?),
            Rule::clock => ExprKind::Clock(self.clock(&pair)?),
            Rule::measured => ExprKind::Number(self.quantity(pair)),
            Rule::k_true => ExprKind::Bool(true),
            Rule::k_false => ExprKind::Bool(false),
            Rule::paren => {
                let mut parts = self.exprs(pair)?;
                if parts.len() == 1 {
                    let inner = parts.pop()?;
                    return Some(Expr { kind: inner.kind, span });
                }
                ExprKind::List(parts)
            }
            Rule::list => ExprKind::List(self.exprs(pair)?),
            Rule::reference => {
                let mut inner = pair.into_inner();
                let path = inner.next().map(|p| self.path(p))?;
                let Some(arguments) = inner.next() else {
                    return Some(Expr { kind: ExprKind::Path(path), span });
                };
                let at = self.span(&arguments);
                let call = ExprKind::Call(path, self.exprs(arguments)?);
                match inner.next() {
                    Some(members) => {
                        let called = Expr { kind: call, span: Span::new(span.start, at.end) };
                        ExprKind::Member(Box::new(called), self.path(members))
                    }
                    None => call,
                }
            }
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    /// All of them, or nothing when one of them is wrong.
    fn exprs(&mut self, pair: Pair<'_, Rule>) -> Option<Vec<Expr>> {
        let parts: Vec<_> =
            pair.into_inner().filter(|p| p.as_rule() == Rule::expr).map(|p| self.expr(p)).collect();
        parts.into_iter().collect()
    }
}

fn compare_op(text: &str) -> CompareOp {
    match text {
        "==" => CompareOp::Eq,
        "!=" => CompareOp::Ne,
        "<" => CompareOp::Lt,
        "<=" => CompareOp::Le,
        ">" => CompareOp::Gt,
        ">=" => CompareOp::Ge,
        "@in" => CompareOp::In,
        _ => CompareOp::Matches,
    }
}

/// The text with parentheses around what `tight` binds.
fn reading(parts: &[String], ops: &[LogicOp], tight: LogicOp, and: &str, or: &str) -> String {
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let bound = i.checked_sub(1).and_then(|i| ops.get(i)).is_some_and(|op| *op == tight);
        match groups.last_mut().filter(|_| bound) {
            Some(group) => group.push(part),
            None => groups.push(vec![part]),
        }
    }
    let (inner, outer) = if tight == LogicOp::And { (and, or) } else { (or, and) };
    let shown =
        |g: &Vec<&str>| if g.len() > 1 { format!("({})", g.join(&format!(" {inner} "))) } else { g.concat() };
    groups.iter().map(shown).collect::<Vec<_>>().join(&format!(" {outer} "))
}
