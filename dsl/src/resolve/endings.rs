//! 取消, 停止, 换单, 豁免: what ends an order from outside its flow.

use super::loops::{Ending, Loop};
use super::{Cx, nodes};
use crate::lexicon;
use crate::say;
use crate::tree::{self, LoopItem};
use medloop_engine::name::FieldCode;
use medloop_engine::value::Type;

/// Notes which endings there are, for expressions that name them.
pub(super) fn kinds(of: &mut Loop<'_>) {
    for item in &of.tree.items {
        let LoopItem::Ending(tree) = item else { continue };
        of.endings.push(Ending {
            kind: tree.kind.compiled(),
            tree,
            triggers: Vec::new(),
            before: None,
            effective: None,
            resume: Vec::new(),
            successor: None,
            reason: None,
        });
    }
}

/// Fills in what they say.
pub(super) fn fill<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>) {
    for i in 0..of.endings.len() {
        let Some(tree) = of.endings.get(i).map(|e| e.tree) else { continue };
        let triggers = nodes::triggers(cx, of, &tree.on);
        let reason = reason(cx, &tree.on);
        let before = tree.before.as_ref().and_then(|n| of.symbols.node(cx, n));
        let effective = tree.effective.as_ref().and_then(|name| {
            let field = cx.field(name)?;
            if field.kind != Type::Moment {
                let word = &name.text;
                let message = say!("字段“{word}”不是时间", "the field `{word}` is no time");
                cx.push(cx.error("E0303", name.span, message));
            }
            carried(cx, &tree.on, name, &field.code);
            Some(field.code.clone())
        });
        let successor = tree.successor.as_ref().and_then(|name| {
            let field = cx.field(name)?;
            carried(cx, &tree.on, name, &field.code);
            Some(field.code.clone())
        });
        let resume: Vec<_> = tree.resume.iter().flat_map(|on| nodes::triggers(cx, of, on)).collect();
        if tree.kind == tree::EndingKind::Supersede && successor.is_none() && tree.successor.is_none() {
            let message = say!(
                "换单须写“新单 字段”",
                "`supersede` names the field of the new order: `successor FIELD`"
            );
            cx.push(cx.error("E0414", tree.span, message));
        }
        if let Some(ending) = of.endings.get_mut(i) {
            (ending.triggers, ending.before, ending.effective) = (triggers, before, effective);
            (ending.resume, ending.successor, ending.reason) = (resume, successor, reason);
        }
    }
}

/// The field in which the events of an ending state their reason.
fn reason(cx: &Cx<'_>, on: &tree::On) -> Option<FieldCode> {
    let field = FieldCode::parse(lexicon::REASON.en).ok()?;
    let carries = |t| cx.names.catalogue.events.get(&t).is_some_and(|d| d.fields.contains(&field));
    nodes::types(cx, on).into_iter().any(carries).then_some(field)
}

fn carried(cx: &mut Cx<'_>, on: &tree::On, name: &tree::Name, field: &FieldCode) {
    let types = nodes::types(cx, on);
    let defs = types.iter().filter_map(|t| cx.names.catalogue.events.get(t).map(|d| (t, d)));
    let lacking: Vec<_> = defs.filter(|(_, d)| !d.fields.contains(field)).map(|(t, _)| t.clone()).collect();
    if let Some(event) = lacking.first() {
        let word = &name.text;
        let message =
            say!("事件 {event} 不带字段“{word}”", "the event {event} does not carry the field `{word}`");
        cx.push(cx.error("E0213", name.span, message));
    }
}
