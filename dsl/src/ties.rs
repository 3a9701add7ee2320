//! What two definitions have in common although they are written differently, where that can be proved.

use medloop_engine::graph::{Attr, Compare, Definition, Expr};
use medloop_engine::value::{Type, Value};

/// The definition without its conditions as written, and with `<=` for `<` and `>=` for `>` between times where a tie satisfies both.
pub(crate) fn plain(def: &Definition) -> Definition {
    let mut plain = def.clone();
    for rule in &mut plain.rules {
        rule.text.clear();
        if rule.ties != Some(false) {
            rule.ties = None;
            tied(def, &mut rule.check);
            rule.applies.iter_mut().for_each(|e| tied(def, e));
        }
    }
    for ask in plain.asks.iter_mut().filter(|a| a.ties) {
        tied(def, &mut ask.body);
    }
    plain
}

/// Writes `<=` for `<` and `>=` for `>` between times.
fn tied(def: &Definition, expr: &mut Expr) {
    match expr {
        Expr::Compare(op, a, b) if is_moment(def, a) || is_moment(def, b) => match op {
            Compare::Lt => *op = Compare::Le,
            Compare::Gt => *op = Compare::Ge,
            _ => {}
        },
        Expr::And(all) | Expr::Or(all) => all.iter_mut().for_each(|e| tied(def, e)),
        Expr::Not(e) | Expr::EveryOf(_, e) | Expr::SomeOf(_, e) => tied(def, e),
        _ => {}
    }
}

fn is_moment(def: &Definition, expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value) => matches!(value, Value::Moment(_)),
        Expr::Attr(_, _, attr) => matches!(attr, Attr::At | Attr::Began | Attr::Recorded | Attr::Arrived),
        Expr::EndingAt(_) => true,
        Expr::Field(_, _, field) => def.fields.get(field).is_some_and(|f| f.kind == Type::Moment),
        Expr::Add(a, _) => is_moment(def, a),
        Expr::Sub(a, b) => is_moment(def, a) && !is_moment(def, b),
        _ => false,
    }
}
