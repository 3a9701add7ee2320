//! The text of a violated rule's alert: `提示` with its placeholders filled in from the facts.

use super::scene::Scene;
use crate::calendar::{Stretch, Work};
use crate::catalogue::FieldDef;
use crate::facts::{Fact, TrackFacts, TrackId};
use crate::graph::{AlertPart, Attr, Expr, GatherIx, NodeIx, Pick, Rule};
use crate::patient;
use crate::state::{Status, TrackState};
use crate::time::{Moment, Precision, Span};
use crate::value::Value;
use std::sync::Arc;

/// What the alert of `rule` says on `track`; the rule's name where it has no 提示.
#[must_use]
pub fn alert(scene: &Scene<'_>, rule: &Rule, track: &TrackId) -> String {
    let Some(parts) = &rule.alert else {
        return scene.coded(&rule.name, rule.code.as_str());
    };
    parts
        .iter()
        .map(|part| match part {
            AlertPart::Text(text) => text.clone(),
            AlertPart::Value(e) => shown(scene, track, e).unwrap_or_else(|| "—".to_owned()),
        })
        .collect()
}

fn shown(scene: &Scene<'_>, track: &TrackId, e: &Expr) -> Option<String> {
    let field: Option<&FieldDef> = match e {
        Expr::Field(_, _, code) => scene.field(code),
        Expr::TrackKey => scene.def.scope(track.scope).and_then(|s| scene.field(&s.field)),
        _ => None,
    };
    let value = eval(scene, track, e)?;
    if let (Value::Text(text), Expr::Attr(_, _, attr)) = (&value, e) {
        match attr {
            Attr::Role => return Some(scene.role_title(text)),
            Attr::Dept => return Some(scene.department_title(text)),
            _ => {}
        }
    }
    if let (Value::Text(text), Expr::Patient(patient::Of::Dept | patient::Of::Ward, _)) = (&value, e) {
        return Some(scene.department_title(text));
    }
    Some(scene.value(field, &value))
}

/// The value of what a placeholder may name, where it is known. This only shows values; it judges nothing.
fn eval(scene: &Scene<'_>, track: &TrackId, e: &Expr) -> Option<Value> {
    match e {
        Expr::Literal(v) => Some(v.clone()),
        Expr::Param(ix) => scene.param(*ix).cloned(),
        Expr::TrackKey if !track.is_order() => Some(Value::Text(track.value.clone())),
        Expr::Field(node, pick, code) => picked(scene, track, *node, *pick)?.fields.get(code).cloned(),
        Expr::Attr(node, pick, attr) => attribute(picked(scene, track, *node, *pick)?, *attr),
        Expr::Count(node) => {
            let n = scene.states(track, *node).last().map_or(0, |(_, s)| s.hits.len());
            Some(Value::Number(f64::from(u32::try_from(n).unwrap_or(u32::MAX))))
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of tracks is far below 2^52")]
        Expr::Tracks(scope) => {
            let standing = |t: &&TrackState| t.id.scope == *scope && t.status != Status::Replaced;
            Some(Value::Number(scene.state.tracks.iter().filter(standing).count() as f64))
        }
        Expr::Total(ix) => {
            let numbers = gathered(scene, track, *ix).into_iter();
            Some(Value::Number(
                numbers.map(|v| if let Value::Number(n) = v { n } else { 0.0 }).sum::<f64>() + 0.0,
            ))
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of values is far below 2^52")]
        Expr::Distinct(ix) => {
            let mut all: Vec<Value> = Vec::new();
            for value in gathered(scene, track, *ix) {
                let same = |v: &Value| match (v, &value) {
                    (Value::Person(a), Value::Person(b)) => a.id == b.id,
                    (a, b) => a == b,
                };
                if !all.iter().any(same) {
                    all.push(value);
                }
            }
            Some(Value::Number(all.len() as f64))
        }
        Expr::Done(node) => Some(Value::Bool(scene.happened(track, *node).is_some())),
        Expr::EndingAt(kind) => {
            scene.state.ended_by.as_ref().filter(|e| e.kind == *kind).map(|e| Value::Moment(e.at))
        }
        Expr::EndingDone(kind) => {
            Some(Value::Bool(scene.state.ended_by.as_ref().is_some_and(|e| e.kind == *kind)))
        }
        Expr::Patient(of, at) => {
            let by = match at {
                Some(at) => match eval(scene, track, at)? {
                    Value::Moment(m) => m,
                    _ => return None,
                },
                None => Moment { at: scene.state.opened_at?, precision: Precision::Milli },
            };
            let own = scene.track_facts(track).filter(|_| !track.is_order());
            let facts = scene.facts.order.iter().chain(own.into_iter().flat_map(TrackFacts::iter));
            patient::known(facts, *of, by, scene.zone())
        }
        Expr::Lookup(table, key) => {
            let Value::Text(key) = eval(scene, track, key)? else { return None };
            let to = scene.def.tables.get(table)?.maps.get(&key)?;
            Some(Value::List(to.iter().cloned().map(Value::Text).collect()))
        }
        Expr::Length(table, keys) => {
            let values: Vec<Option<Value>> = keys.iter().map(|k| eval(scene, track, k)).collect();
            let values: Vec<Option<&Value>> = values.iter().map(Option::as_ref).collect();
            let cell = scene.def.lengths.get(usize::from(table.0))?.cell(&values);
            Some(match scene.settings.stretch(cell.to)? {
                Stretch::Clock(span) => Value::Span(span),
                Stretch::Work(work) => Value::Work(work),
            })
        }
        Expr::List(items) => {
            items.iter().map(|i| eval(scene, track, i)).collect::<Option<Vec<_>>>().map(Value::List)
        }
        Expr::Add(a, b) => match (eval(scene, track, a)?, eval(scene, track, b)?) {
            (Value::Number(a), Value::Number(b)) => Some(Value::Number(a + b)),
            (Value::Span(a), Value::Span(b)) => Some(Value::Span(a.plus(b))),
            (Value::Moment(mut m), Value::Span(s)) | (Value::Span(s), Value::Moment(mut m)) => {
                m.at = m.at.plus(s);
                Some(Value::Moment(m))
            }
            (Value::Moment(m), Value::Work(w)) => worked(scene, m, w),
            _ => None,
        },
        Expr::Sub(a, b) => match (eval(scene, track, a)?, eval(scene, track, b)?) {
            (Value::Number(a), Value::Number(b)) => Some(Value::Number(a - b)),
            (Value::Span(a), Value::Span(b)) => Some(Value::Span(Span(a.0.saturating_sub(b.0)))),
            (Value::Moment(a), Value::Moment(b)) => Some(Value::Span(scene.difference(a, b))),
            (Value::Moment(mut m), Value::Span(s)) => {
                m.at = m.at.plus(s.negated());
                Some(Value::Moment(m))
            }
            (Value::Moment(m), Value::Work(w)) => worked(scene, m, w.negated()),
            _ => None,
        },
        _ => None,
    }
}

fn worked(scene: &Scene<'_>, m: Moment, work: Work) -> Option<Value> {
    let at = scene.settings.after(scene.zone().truncate(m.at, m.precision), Stretch::Work(work))?;
    Some(Value::Moment(Moment { at, ..m }))
}

/// What every occurrence records, of the last round: on this track, or for the order on all of them.
fn gathered(scene: &Scene<'_>, track: &TrackId, ix: GatherIx) -> Vec<Value> {
    let Some(gather) = scene.def.gathers.get(usize::from(ix.0)) else { return Vec::new() };
    let mut out = Vec::new();
    for state in scene.state.tracks.iter().filter(|t| track.is_order() || t.id == *track || t.id.is_order()) {
        let last = state.nodes.iter().filter(|n| n.node == gather.node).max_by_key(|n| n.round);
        let facts = scene.track_facts(&state.id).map(|f| f.facts.as_slice()).unwrap_or_default();
        for fact in last.into_iter().flat_map(|n| &n.hits).filter_map(|i| facts.get(*i)) {
            out.extend(match &gather.of {
                Expr::Field(_, _, code) => fact.fields.get(code).cloned(),
                Expr::Attr(_, _, attr) => attribute(fact, *attr),
                _ => None,
            });
        }
    }
    out
}

fn picked<'a>(scene: &Scene<'a>, track: &TrackId, node: NodeIx, pick: Pick) -> Option<&'a Fact> {
    if pick == Pick::Counting {
        return scene.happened(track, node);
    }
    let states = scene.states(track, node);
    let all = states.iter().filter_map(|(id, n)| scene.track_facts(id).map(|f| (f, n)));
    let facts = all.flat_map(|(f, n)| n.hits.iter().filter_map(|i| f.get(*i)));
    if pick == Pick::First {
        facts.min_by(|a, b| a.order().cmp(&b.order()))
    } else {
        facts.max_by(|a, b| a.order().cmp(&b.order()))
    }
}

fn attribute(fact: &Fact, attr: Attr) -> Option<Value> {
    let text = |t: &Arc<str>| Value::Text(t.clone());
    let actor = fact.actor.as_ref();
    match attr {
        Attr::At => Some(Value::Moment(fact.at)),
        Attr::Began => Some(Value::Moment(fact.began.unwrap_or(fact.at))),
        Attr::Recorded => fact.recorded.map(Value::Moment),
        Attr::Arrived => Some(Value::Moment(crate::time::Moment {
            at: fact.arrived,
            precision: crate::time::Precision::Milli,
        })),
        Attr::By => actor.and_then(|a| a.person.clone()).map(Value::Person),
        Attr::Role => actor.and_then(|a| a.role.as_ref()).map(text),
        Attr::Dept => actor.and_then(|a| a.dept.as_ref()).map(text),
        Attr::Title => actor.and_then(|a| a.title.as_ref()).map(text),
        Attr::Terminal => fact.terminal.as_ref().map(text),
        Attr::Capture => fact.capture.as_ref().map(text),
        Attr::System => Some(Value::Text(Arc::from(fact.system.as_str()))),
        Attr::Campus => Some(Value::Text(Arc::from(fact.campus.as_str()))),
    }
}
