//! A node: its box, and the line that leads to it with its limit beside it.

use super::block::{Block, text};
use super::measure::{bold, width, wrap};
use super::shape::{Look, Rect, Shape, Text};
use crate::explain::Titles;
use crate::graph::{Node, NodeIx};
use crate::words::Worded as _;

/// Font sizes.
const TITLE: i32 = 13;
const SMALL: i32 = 11;
/// The widest that a line of a box's text may be.
const WIDEST: i32 = 152;
/// The line before a box that has nothing to say.
const LEAD: i32 = 24;
/// From a box's edge to its text: at the left the stage's band comes first.
const LEFT: i32 = 14;
const RIGHT: i32 = 9;
/// The edge behind the box of a node that may happen several times.
pub(super) const BEHIND: i32 = 4;

/// A node of the normal flow with the line that leads to it.
pub(super) fn step(titles: Titles<'_>, ix: NodeIx) -> Block {
    let Some(node) = titles.def.node(ix) else { return Block::through() };
    let lead = limit(titles, node);
    let said = lead.iter().map(|t| width(t, SMALL)).max().unwrap_or(0);
    let before = if said == 0 { LEAD } else { said + 18 };
    let (inner, w, h) = face(titles, node, ix);
    let entry = h / 2;
    let mut block = Block { w: before + w, h, entry, exit: entry, shapes: Vec::new() };
    block.line(&[(0, entry), (before, entry)], true);
    for (n, line) in lead.into_iter().enumerate() {
        let y = if n == 0 { entry - SMALL - 6 } else { entry + 2 };
        block.shapes.push(Shape::Label(text(line, SMALL, false, 4, y)));
    }
    block.shapes.push(inner.moved(before, 0));
    block
}

/// The box alone: for nodes outside the normal flow. Box, width, height.
pub(super) fn face(titles: Titles<'_>, node: &Node, ix: NodeIx) -> (Shape, i32, i32) {
    let mut lines: Vec<(String, i32, bool)> = Vec::new();
    let mut say = |text: &str, size: i32, heavy: bool, most: usize| {
        lines.extend(wrap(text, size, WIDEST, most).into_iter().map(|l| (l, size, heavy)));
    };
    say(&titles.node(ix), TITLE, true, 3);
    let stage = node.stage.word().text(titles.lang);
    let roles = titles.roles(node);
    say(&if roles.is_empty() { stage.to_owned() } else { format!("{stage} · {roles}") }, SMALL, false, 2);
    say(&marks(titles, node, ix), SMALL, false, 2);
    if node.negative {
        say(&limit(titles, node).join(" "), SMALL, false, 2);
    }
    let wide = |(t, size, heavy): &(String, i32, bool)| if *heavy { bold(t, *size) } else { width(t, *size) };
    let widest = lines.iter().map(wide).max().unwrap_or(0);
    let behind = if node.repeated { BEHIND } else { 0 };
    let w = LEFT + widest.max(48) + RIGHT + behind;
    let mut y = 6;
    let mut texts: Vec<Text> = Vec::new();
    for (line, size, heavy) in lines {
        let one = text(line, size, heavy, LEFT, y);
        y += one.rect.h + 1;
        texts.push(one);
    }
    let h = (y + 5).max(42) + behind;
    let look = if node.negative { Look::Negative } else { Look::Stage(node.stage) };
    let (optional, repeated) = (node.optional, node.repeated);
    let rect = Rect { x: 0, y: 0, w, h };
    (Shape::Box { rect, look, optional, repeated, hint: hint(titles, node, ix), texts }, w, h)
}

/// Optional, repeated, opens the loop, outside the flow.
fn marks(titles: Titles<'_>, node: &Node, ix: NodeIx) -> String {
    let opens = titles.def.starts.nodes.contains(&ix);
    let marks = [
        (node.negative, "异常环节", "exceptional"),
        (opens, "起点", "opens the loop"),
        (node.optional, "可选", "optional"),
        (node.repeated, "可多次", "repeatable"),
    ];
    let said = marks.into_iter().filter(|(is, ..)| *is).map(|(_, zh, en)| titles.lang.pick(zh, en));
    said.collect::<Vec<_>>().join(" · ")
}

/// Its limit or plan in at most two lines.
fn limit(titles: Titles<'_>, node: &Node) -> Vec<String> {
    let pick = |zh, en| titles.lang.pick(zh, en);
    let lines = if let Some(plan) = &node.plan {
        let (word, field) = (pick("计划", "planned"), titles.field(&plan.field));
        // `计划时间` says it already.
        let said = if field.to_lowercase().contains(word) { field } else { format!("{word} {field}") };
        let by = plan.by.as_ref().and_then(|by| titles.table(by)).map(|t| titles.lengths(t));
        vec![said, by.unwrap_or_else(|| titles.window(plan.from, plan.to))]
    } else if let Some(limit) = &node.limit {
        let from = limit.from.map(|ix| format!("{} {}", pick("自", "from"), titles.node(ix)));
        let by = limit.by.as_ref().and_then(|by| titles.table(by)).map(|t| titles.lengths(t));
        std::iter::once(format!("≤ {}", by.unwrap_or_else(|| titles.length(limit.length))))
            .chain(from)
            .collect()
    } else {
        Vec::new()
    };
    lines.iter().map(|l| super::measure::cut(l, SMALL, WIDEST)).collect()
}

/// Everything that the box itself may have had to leave out.
fn hint(titles: Titles<'_>, node: &Node, ix: NodeIx) -> String {
    let mut parts = vec![format!("{} [{}]", titles.node(ix), node.code)];
    let roles = titles.roles(node);
    let stage = node.stage.word().text(titles.lang);
    parts.push(if roles.is_empty() { stage.to_owned() } else { format!("{stage} · {roles}") });
    parts.extend([marks(titles, node, ix), node.doc.clone()]);
    parts.extend(limit(titles, node));
    let param = node.limit.as_ref().and_then(|l| titles.param_at(l.length)).map(|p| titles.param(p));
    parts.extend(param);
    parts.retain(|p| !p.is_empty());
    parts.join("\n")
}
