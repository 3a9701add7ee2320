//! `GET /loops` and `/loops/{loop}`: what each published loop says, as data.

use medloop_engine::calendar::Stretch;
use medloop_engine::graph::{Definition, Length, Limit, Node, Plan, ScopeIx, Trigger};
use medloop_engine::keyed::{Cell, Keyed, Row};
use medloop_engine::time::Zone;
use medloop_engine::view::field_json;
use medloop_engine::words::{Lang, Worded as _};
use serde_json::{Value, json};

/// One line of the list.
pub(crate) fn summary(def: &Definition, hash: &str, lang: Lang) -> Value {
    json!({
        "loop": def.code,
        "title": titled(&def.name, def.code.as_str(), lang),
        "name": def.name,
        "doc": def.doc,
        "grade": def.grade,
        "category": def.category,
        "basis": def.basis,
        "key": def.key,
        "version": hash,
        "nodes": def.nodes.len(),
        "rules": def.rules.len(),
    })
}

/// One loop, whole.
pub(crate) fn whole(def: &Definition, hash: &str, lang: Lang) -> Value {
    let mut all = summary(def, hash, lang);
    let node = |ix: medloop_engine::graph::NodeIx| def.node(ix).map(|n| n.code.as_str());
    let details = json!({
        "nodes": def.nodes.iter().map(|n| self::node(def, n, lang)).collect::<Vec<_>>(),
        "starts": def.starts.nodes.iter().filter_map(|n| node(*n)).collect::<Vec<_>>(),
        "tracks": def.scopes.iter().map(|s| json!({ "field": s.field, "until_stop": s.until_stop })).collect::<Vec<_>>(),
        "params": params(def, lang),
        "endings": def.endings.iter().map(|e| json!({
            "kind": e.kind.word().json,
            "events": triggers(&e.triggers),
            "before": e.before.and_then(node),
            "effective": e.effective,
            "resumed_by": triggers(&e.resume),
            "successor": e.successor,
        })).collect::<Vec<_>>(),
        "interrupt_after_s": def.interrupt.and_then(|l| seconds(def, l)),
        "interrupt_after": def.interrupt.and_then(|l| written(def, l)),
        "rules": def.rules.iter().map(|r| json!({
            "rule": r.code,
            "title": titled(&r.name, r.code.as_str(), lang),
            "doc": r.doc,
            "track": field(def, r.scope),
            "severity": r.severity.word().json,
            "check": r.text,
            "missing_violates": r.missing_violates,
            "escalate": r.escalate.iter().map(|(after, role)| json!({ "after_s": seconds(def, *after), "after": written(def, *after), "role": role })).collect::<Vec<_>>(),
            "basis": r.basis,
        })).collect::<Vec<_>>(),
        "measures": def.measures.iter().map(|m| json!({
            "measure": m.code,
            "title": titled(&m.name, m.code.as_str(), lang),
            "from": node(m.from),
            "to": node(m.to),
            "target_s": m.target.and_then(|t| seconds(def, t)),
        })).collect::<Vec<_>>(),
        "fields": def.fields.values().map(super::dictionary::field).collect::<Vec<_>>(),
    });
    if let (Some(all), Value::Object(details)) = (all.as_object_mut(), details) {
        all.extend(details);
    }
    all
}

fn node(def: &Definition, node: &Node, lang: Lang) -> Value {
    json!({
        "node": node.code,
        "title": titled(&node.name, node.code.as_str(), lang),
        "doc": node.doc,
        "track": field(def, node.scope),
        "optional": node.optional,
        "repeated": node.repeated,
        "negative": node.negative,
        "events": triggers(&node.triggers),
        "roles": node.roles,
        "stage": node.stage.word().json,
        "icon": node.icon,
        "fields": node.fields.iter().map(|f| json!({ "field": f.field, "required": f.required, "link": f.link })).collect::<Vec<_>>(),
        "limit": node.limit.as_ref().map(|l| limit(def, l)),
        "plan": node.plan.as_ref().map(|p| plan(def, p)),
    })
}

fn params(def: &Definition, lang: Lang) -> Vec<Value> {
    let utc = Zone::fixed("UTC", 0);
    let params = def.params.iter().enumerate();
    let one = |(i, p): (usize, &medloop_engine::graph::Param)| {
        let at = |c: &medloop_engine::graph::CampusSettings| c.params.get(i).map(|v| field_json(&utc, v));
        let campuses: serde_json::Map<String, Value> = def
            .campuses
            .iter()
            .filter_map(|(code, settings)| Some((code.to_string(), at(settings)?)))
            .collect();
        json!({
            "param": p.code,
            "title": titled(&p.name, p.code.as_str(), lang),
            "value": field_json(&utc, &p.value),
            "range": p.range.as_ref().map(|(a, b)| [field_json(&utc, a), field_json(&utc, b)]),
            "unit": if matches!(p.value, medloop_engine::value::Value::Span(_)) { Some("s") } else { None },
            "campuses": campuses,
            "basis": p.basis,
        })
    };
    params.map(one).collect()
}

fn triggers(all: &[Trigger]) -> Vec<Value> {
    all.iter()
        .map(|t| json!({ "type": t.event, "systems": t.systems, "guarded": t.guard.is_some() }))
        .collect()
}

fn limit(def: &Definition, limit: &Limit) -> Value {
    json!({
        "length_s": seconds(def, limit.length),
        "length": written(def, limit.length),
        "param": param(def, limit.length),
        "from": limit.from.and_then(|n| def.node(n)).map(|n| &n.code),
        "table": limit.by.as_ref().map(|by| table(def, by)),
    })
}

fn plan(def: &Definition, plan: &Plan) -> Value {
    json!({
        "node": def.node(plan.node).map(|n| &n.code),
        "field": plan.field,
        "from_s": seconds(def, plan.from),
        "to_s": seconds(def, plan.to),
        "missed_after_s": plan.missed.and_then(|m| seconds(def, m)),
        "table": plan.by.as_ref().map(|by| table(def, by)),
    })
}

/// A named window or duration: its rows, what chooses them, and what holds where none fits.
fn table(def: &Definition, by: &Keyed) -> Option<Value> {
    let table = def.lengths.get(usize::from(by.table.0))?;
    let cell = |cell: &Cell| {
        json!({
            "from_s": cell.from.and_then(|l| seconds(def, l)),
            "to_s": seconds(def, cell.to),
            "to": written(def, cell.to),
            "missed_after_s": cell.missed.and_then(|l| seconds(def, l)),
        })
    };
    let utc = Zone::fixed("UTC", 0);
    let when = |row: &Row| {
        let stated = table.keys.iter().zip(&row.when);
        let stated = stated.filter_map(|(k, v)| Some((k.to_string(), field_json(&utc, v.as_ref()?))));
        stated.collect::<serde_json::Map<_, _>>()
    };
    let rows: Vec<Value> =
        table.rows.iter().map(|r| json!({ "when": when(r), "length": cell(&r.cell) })).collect();
    Some(
        json!({ "code": table.code, "title": table.name.name, "rows": rows, "default": cell(&table.default) }),
    )
}

/// A length in seconds; null in working time, which has none of its own.
fn seconds(def: &Definition, length: Length) -> Option<i64> {
    match def.stretch(length)? {
        Stretch::Clock(span) => Some(span.whole_seconds()),
        Stretch::Work(_) => None,
    }
}

/// A length as the language writes it, with the group's params.
fn written(def: &Definition, length: Length) -> Option<String> {
    Some(medloop_dsl::yaml::spell(&match def.stretch(length)? {
        Stretch::Clock(span) => medloop_engine::value::Value::Span(span),
        Stretch::Work(work) => medloop_engine::value::Value::Work(work),
    }))
}

fn param(def: &Definition, length: Length) -> Option<&str> {
    def.param(length.param()?).map(|p| p.code.as_str())
}

fn field(def: &Definition, scope: ScopeIx) -> Option<&str> {
    def.scope(scope).map(|s| s.field.as_str())
}

fn titled(name: &str, code: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => name.to_owned(),
        Lang::En => Definition::english(code),
    }
}
