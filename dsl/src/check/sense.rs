//! Conditions that cannot be meant: always true, or always false.

use super::asks::{self, Asked, Asks};
use super::range::range;
use super::{Checker, twins};
use crate::diagnostic::{Span as Place, Words};
use crate::resolve::{Bound, BoundKind, Loop};
use crate::say;
use crate::tree::CompareOp;
use medloop_engine::value::Type;
use std::collections::{BTreeMap, BTreeSet};

/// So many comparisons of one operand are held against each other; more are hardly written by hand.
const MOST: usize = 32;

impl Checker<'_, '_> {
    pub(super) fn sense(&mut self, of: &Loop<'_>) {
        let triggers = of.nodes.iter().flat_map(|n| &n.triggers);
        let endings = of.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
        let guards = triggers.chain(endings).filter_map(|t| t.guard.as_ref());
        let flow = of.guards.iter().filter_map(|g| g.bound.as_ref());
        let all: Vec<&Bound> = guards.chain(flow).chain(&of.starts.guard).collect();
        // What has a mistake in it may mean something else.
        let wrong: BTreeSet<usize> =
            self.found.iter().filter(|d| d.is_error()).map(|d| d.span.start).collect();
        let sound = |e: &Bound| wrong.range(e.span.start..e.span.end.max(e.span.start)).next().is_none();
        for e in all {
            if sound(e) {
                self.condition(of, e);
            }
        }
        for rule in &of.rules {
            let word = rule.tree.name.text.as_str();
            let (applies, check) = (rule.applies.as_ref(), rule.check.as_ref());
            let (applies, check) = (applies.filter(|e| sound(e)), check.filter(|e| sound(e)));
            let before = self.found.len();
            let given = applies.and_then(|e| self.condition(of, e));
            self.silent(before, word, given == Some(false));
            let before = self.found.len();
            let mut wanted = check.and_then(|e| self.condition(of, e));
            if let (Some(applies), Some(check)) = (applies, check) {
                wanted = self.under(applies, check).or(wanted);
            }
            // What is missing breaks such a rule all the same.
            self.silent(before, word, wanted == Some(true) && !rule.missing_violates);
        }
    }

    /// The first of what was told from `before` on leaves a rule nothing to alert of: that is what is wrong with it.
    fn silent(&mut self, before: usize, word: &str, silent: bool) {
        let first = self.found.iter_mut().skip(before).find(|d| d.code == "E0510");
        let Some(told) = first.filter(|_| silent) else { return };
        let Words { zh, en } = &told.message;
        told.message = say!("{zh}，规则“{word}”永远不会告警", "{en}, so the rule `{word}` never alerts");
        told.code = "E0517";
    }

    /// Tells what is always so within a condition, and gives what the whole of it then always is.
    fn condition(&mut self, of: &Loop<'_>, e: &Bound) -> Option<bool> {
        let told = match &e.kind {
            BoundKind::Compare(op, a, b) => self.comparison(of, (*op, a, b), e),
            BoundKind::And(_) => self.together(e),
            BoundKind::Or(parts) => self.either(of, parts),
            _ => None,
        };
        // The parts of 且 have been held against each other, however deep they stand.
        let children = if matches!(e.kind, BoundKind::And(_)) { asks::parts(e) } else { e.children() };
        let parts: Vec<Option<bool>> = children.into_iter().map(|child| self.condition(of, child)).collect();
        let all = |is: bool| parts.iter().all(|p| *p == Some(is)).then_some(is);
        let any = |is: bool| parts.contains(&Some(is)).then_some(is);
        told.or_else(|| match &e.kind {
            BoundKind::And(_) => any(false).or_else(|| all(true)),
            BoundKind::Or(_) => any(true).or_else(|| all(false)),
            BoundKind::Not(_) => parts.first().copied().flatten().map(|is| !is),
            _ => None,
        })
    }

    fn always(&mut self, always: bool, place: Place, why: &Words) -> Option<bool> {
        let (zh, en) =
            if always { ("总是成立", "always true") } else { ("总不成立", "always false") };
        let (why_zh, why_en) = (&why.zh, &why.en);
        let message = say!("{why_zh}：{zh}", "{why_en}: {en}");
        let warning = self.warning("E0510", place, message);
        self.push(warning);
        Some(always)
    }

    fn comparison(
        &mut self,
        of: &Loop<'_>,
        (op, a, b): (CompareOp, &Bound, &Bound),
        e: &Bound,
    ) -> Option<bool> {
        if twins::same(a, b) && !matches!(a.kind, BoundKind::Wrong) {
            let always = matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge);
            return self.always(always, e.span, &say!("两边相同", "both sides are the same"));
        }
        if let Some(asked) = asks::one(e)
            && let Asks::Among(values) = &asked.asks
            && self.whole_table(of, asked.operand, values)
        {
            return self.always(
                true,
                e.span,
                &say!("清单里是代码表的全部", "the list holds the whole code table"),
            );
        }
        let ((low, high), (least, most)) = (range(of, a)?, range(of, b)?);
        let known = match op {
            CompareOp::Lt => decided(high < least, low >= most),
            CompareOp::Le => decided(high <= least, low > most),
            CompareOp::Gt => decided(low > most, high <= least),
            CompareOp::Ge => decided(low >= most, high < least),
            CompareOp::Eq => decided(false, high < least || low > most),
            CompareOp::Ne => decided(high < least || low > most, false),
            CompareOp::In | CompareOp::Matches => None,
        };
        let why = || say!("两边在各自的范围内已有大小", "the ranges of both sides decide it");
        known.and_then(|always| self.always(always, e.span, &why()))
    }

    /// Two parts of a 且 that no value fits.
    fn together(&mut self, e: &Bound) -> Option<bool> {
        let mut told = None;
        for group in by_operand(asks::all(e)) {
            for (i, two) in group.iter().enumerate() {
                if let Some(one) = group.iter().take(i).find(|one| asks::exclude(&one.asks, &two.asks)) {
                    told = self.pair(
                        one.span,
                        two.span,
                        &say!("与另一个条件不会同时成立", "never true together with the other"),
                        false,
                    );
                    break;
                }
            }
        }
        told
    }

    /// Parts of a 或 of which one is true whatever the value.
    fn either(&mut self, of: &Loop<'_>, parts: &[Bound]) -> Option<bool> {
        let mut told = None;
        for group in by_operand(parts.iter().filter_map(asks::one).collect()) {
            for (i, two) in group.iter().enumerate() {
                let covers =
                    |one: &&Asked<'_>| asks::exclude(&asks::opposite(&one.asks), &asks::opposite(&two.asks));
                if let Some(one) = group.iter().take(i).find(covers) {
                    told = self.pair(
                        one.span,
                        two.span,
                        &say!("与另一个条件总有一个成立", "this or the other is true"),
                        true,
                    );
                    break;
                }
            }
            let mut values: Vec<&BoundKind> = Vec::new();
            for asked in &group {
                if let Asks::Among(all) = &asked.asks {
                    values.extend(all);
                }
            }
            if let (Some(first), Some(last)) = (group.first(), group.last())
                && group.len() > 1
                && self.whole_table(of, first.operand, &values)
            {
                told = self.pair(
                    first.span,
                    last.span,
                    &say!("这些值是代码表的全部", "these values are the whole code table"),
                    true,
                );
            }
        }
        told
    }

    fn pair(&mut self, one: Place, two: Place, why: &Words, always: bool) -> Option<bool> {
        let before = self.found.len();
        let told = self.always(always, two, why);
        if let Some(warning) = self.found.get_mut(before) {
            *warning = warning.clone().label(one, say!("另一个条件", "the other"));
        }
        told
    }

    /// 适用 and 要求 that leave nothing to find, or nothing that holds.
    fn under(&mut self, applies: &Bound, check: &Bound) -> Option<bool> {
        let (given, wanted) = (asks::all(applies), asks::all(check));
        let alone = asks::one(check).is_some();
        for two in &wanted {
            let like = |one: &&Asked<'_>| twins::same(one.operand, two.operand);
            if let Some(one) = given.iter().filter(like).find(|one| asks::exclude(&one.asks, &two.asks)) {
                return self.pair(
                    one.span,
                    two.span,
                    &say!("与“适用”不会同时成立", "never true where the rule applies"),
                    false,
                );
            }
            let implied = |one: &&Asked<'_>| asks::exclude(&one.asks, &asks::opposite(&two.asks));
            if let Some(one) = given.iter().filter(like).find(implied).filter(|_| alone) {
                return self.pair(
                    one.span,
                    two.span,
                    &say!("“适用”已经包括它", "where the rule applies this is given"),
                    true,
                );
            }
        }
        None
    }

    /// Whether values are all that a field's code table holds.
    fn whole_table(&self, of: &Loop<'_>, operand: &Bound, values: &[&BoundKind]) -> bool {
        let field = match &operand.kind {
            BoundKind::Field(_, _, field) | BoundKind::EventField(field) => field,
            _ => return false,
        };
        let Some(Type::Code(table)) = self.names.catalogue.fields.get(field).map(|f| &f.kind) else {
            return false;
        };
        let Some((_, table)) = self.names.table(table) else { return false };
        // A field that nobody has to fill in says something by being there.
        let required =
            |n: &crate::resolve::Node<'_>| n.fields.iter().any(|f| f.field == *field && f.required);
        let filled = match &operand.kind {
            BoundKind::Field(node, ..) => of.nodes.get(usize::from(node.0)).is_some_and(required),
            _ => true,
        };
        let listed =
            |code: &str| values.iter().any(|v| matches!(v, BoundKind::Text(text) if &**text == code));
        filled && !table.codes.is_empty() && table.codes.keys().all(|code| listed(code))
    }
}

fn decided(always: bool, never: bool) -> Option<bool> {
    match (always, never) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Comparisons of one operand, together.
fn by_operand(all: Vec<Asked<'_>>) -> Vec<Vec<Asked<'_>>> {
    let mut groups: BTreeMap<String, Vec<Asked<'_>>> = BTreeMap::new();
    for asked in all {
        let group = groups.entry(twins::key(asked.operand)).or_default();
        if group.len() < MOST {
            group.push(asked);
        }
    }
    groups.into_values().filter(|g| g.len() > 1).collect()
}
