//! Blocks with a frame and a title: branches, optional groups, rounds, endings, tracks.

use super::block::{Block, text};
use super::measure::{bold, cut};
use super::node;
use super::shape::{Rect, Shape};
use crate::explain::Titles;
use crate::graph::{Flow, GuardIx, NodeIx, ScopeIx};

/// Font size of a frame's title.
const TITLE: i32 = 11;
/// The title's row, from the frame's upper edge to what is inside.
const HEAD: i32 = 26;
/// From what is inside to the frame's lower edge.
const FOOT: i32 = 10;
/// From the frame's edge to what is inside.
const SIDE: i32 = 12;
/// The column beside what is inside in which lines go up and down.
const CHANNEL: i32 = 26;
/// Between branches, and between what is inside and what may happen outside the flow.
const APART: i32 = 14;
/// The longest title.
const LONGEST: i32 = 380;

/// All branches, or one of them.
pub(super) fn branches(titles: Titles<'_>, all: &[Flow], choice: bool, room: i32) -> Block {
    let title = if choice {
        titles.lang.pick("择一：走其中一支", "One of these")
    } else {
        titles.lang.pick("并行：次序不限，各支都要走", "All of these, in any order")
    };
    let inside: Vec<Block> = all.iter().map(|flow| Block::of(titles, flow, room - 2 * CHANNEL)).collect();
    if inside.is_empty() {
        return Block::through();
    }
    let widest = inside.iter().map(|b| b.w).max().unwrap_or(0);
    let mut out = Block::default();
    let (left, right) = (CHANNEL / 2, CHANNEL + widest + CHANNEL / 2);
    let mut ends: Vec<(i32, i32)> = Vec::new();
    let mut y = HEAD;
    for block in inside {
        let (way_in, way_out, x) = (y + block.entry, y + block.exit, CHANNEL + block.w);
        out.line(&[(left, way_in), (CHANNEL, way_in)], false);
        out.line(&[(x, way_out), (right, way_out)], false);
        ends.push((way_in, way_out));
        let next = y + block.h + APART;
        out.put(block, CHANNEL, y);
        y = next;
    }
    let (first, last) = (ends.first().copied().unwrap_or_default(), ends.last().copied().unwrap_or_default());
    out.line(&[(left, first.0), (left, last.0)], false);
    out.line(&[(right, first.1), (right, last.1)], false);
    out.line(&[(0, first.0), (left, first.0)], false);
    out.shapes.push(Shape::Fork { at: (left, first.0), choice });
    (out.entry, out.exit, out.w, out.h) = (first.0, first.1, CHANNEL + widest + CHANNEL, y - APART + FOOT);
    framed(out, (right, first.1), title, false, false)
}

/// A group that may be left out.
pub(super) fn optional(titles: Titles<'_>, body: &Flow, room: i32) -> Block {
    let body = Block::of(titles, body, room - 2 * SIDE);
    around(body, titles.lang.pick("可选：整段可以不做", "Optional as a whole"), true, false)
}

/// Expected only when a condition holds.
pub(super) fn when(titles: Titles<'_>, guard: GuardIx, body: &Flow, room: i32) -> Block {
    let title = format!("{} {}", titles.lang.pick("当", "When"), titles.guard(guard));
    around(Block::of(titles, body, room - 2 * SIDE), &title, true, false)
}

/// Once for each value of a field.
pub(super) fn each(titles: Titles<'_>, ix: ScopeIx, room: i32) -> Block {
    let Some(scope) = titles.def.scope(ix) else { return Block::through() };
    let field = titles.field(&scope.field);
    let mut title = match titles.lang {
        crate::words::Lang::Zh => format!("每个 {field} 一条轨迹"),
        crate::words::Lang::En => format!("A track for each {field}"),
    };
    let count = scope.count.as_ref().map(|_| titles.count(scope));
    let more = match (count, scope.until_stop) {
        (Some(Some(n)), _) => format!("{} {n}", titles.lang.pick("，共", ", in all")),
        (Some(None), _) => titles.lang.pick("，数目由医嘱定", ", as many as the order says").to_owned(),
        (None, true) => titles.lang.pick("，直到停止", ", until the stop").to_owned(),
        (None, false) => String::new(),
    };
    title.push_str(&more);
    let body = Block::of(titles, &scope.flow, room - 2 * SIDE - node::BEHIND);
    around(body, &title, false, true)
}

/// A new round after a node.
pub(super) fn again(titles: Titles<'_>, body: &Flow, ix: NodeIx, room: i32) -> Block {
    let name = titles.node(ix);
    let title = match titles.lang {
        crate::words::Lang::Zh => format!("重来：{name} 之后再来一轮"),
        crate::words::Lang::En => format!("Again: a new round after {name}"),
    };
    let (mut out, lane) = aside(titles, body, &[ix], room);
    if let Some(first) = lane.first() {
        let (y, right) = (first.y + first.h / 2, out.w - CHANNEL / 2);
        let end = out.exit;
        out.shapes.push(Shape::Fork { at: (right, end), choice: false });
        out.detour(&[(right, end), (right, y), (first.x + first.w, y)]);
        out.detour(&[(first.x, y), (CHANNEL / 2, y), (CHANNEL / 2, out.entry)]);
    }
    let end = (out.w, out.exit);
    framed(out, end, &title, false, false)
}

/// Over after any of some nodes.
pub(super) fn ends(titles: Titles<'_>, body: &Flow, nodes: &[NodeIx], room: i32) -> Block {
    let names = titles.nodes(nodes);
    let title = match titles.lang {
        crate::words::Lang::Zh => format!("终止：{names} 之后本段结束"),
        crate::words::Lang::En => format!("Over after {names}"),
    };
    let (mut out, lane) = aside(titles, body, nodes, room);
    let (left, right) = (CHANNEL / 2, out.w - CHANNEL / 2);
    if !lane.is_empty() {
        out.shapes.push(Shape::Fork { at: (left, out.entry), choice: false });
    }
    for place in &lane {
        let y = place.y + place.h / 2;
        out.detour(&[(left, out.entry), (left, y), (place.x, y)]);
        out.detour(&[(place.x + place.w, y), (right, y), (right, out.exit)]);
    }
    let end = (out.w, out.exit);
    framed(out, end, &title, false, false)
}

/// A body between two columns, and below it what may happen outside the flow; where those boxes are.
fn aside(titles: Titles<'_>, body: &Flow, nodes: &[NodeIx], room: i32) -> (Block, Vec<Rect>) {
    let body = Block::of(titles, body, room - 2 * CHANNEL);
    let boxes: Vec<(Shape, i32, i32)> =
        nodes.iter().filter_map(|ix| titles.def.node(*ix).map(|n| node::face(titles, n, *ix))).collect();
    let widest = boxes.iter().map(|(_, w, _)| *w).fold(body.w, i32::max);
    let (way_in, way_out) = (HEAD + body.entry, HEAD + body.exit);
    let mut out = Block { entry: way_in, exit: way_out, w: widest + 2 * CHANNEL, ..Block::default() };
    out.line(&[(0, way_in), (CHANNEL, way_in)], false);
    out.line(&[(CHANNEL + body.w, way_out), (out.w, way_out)], false);
    let mut y = HEAD + body.h + APART;
    out.put(body, CHANNEL, HEAD);
    let mut places = Vec::new();
    for (shape, w, h) in boxes {
        let x = CHANNEL + (widest - w) / 2;
        places.push(Rect { x, y, w, h });
        out.shapes.push(shape.moved(x, y));
        y += h + APART;
    }
    out.h = y - APART + FOOT;
    (out, places)
}

/// A body with nothing beside it.
fn around(body: Block, title: &str, optional: bool, repeated: bool) -> Block {
    let (way_in, way_out) = (HEAD + body.entry, HEAD + body.exit);
    let mut out = Block { entry: way_in, exit: way_out, ..Block::default() };
    out.line(&[(0, way_in), (SIDE, way_in)], false);
    let end = (SIDE + body.w, way_out);
    (out.w, out.h) = (body.w + 2 * SIDE, HEAD + body.h + FOOT);
    out.put(body, SIDE, HEAD);
    framed(out, end, title, optional, repeated)
}

/// Puts the frame behind a block and its title into the uppermost row; the way out is lengthened from `end` to the edge.
fn framed(mut block: Block, end: (i32, i32), title: &str, optional: bool, repeated: bool) -> Block {
    let title = cut(title, TITLE, LONGEST);
    block.w = block.w.max(bold(&title, TITLE) + 20);
    let rect = Rect { x: 0, y: 0, w: block.w, h: block.h };
    let mut out = Block { entry: block.entry, exit: block.exit, ..Block::default() };
    out.shapes.push(Shape::Frame { rect, optional, repeated });
    out.shapes.push(Shape::Label(text(title, TITLE, true, 9, 5)));
    let edge = if repeated { node::BEHIND } else { 0 };
    (out.w, out.h) = (block.w + edge, block.h + edge);
    out.put(block, 0, 0);
    out.line(&[end, (out.w, end.1)], false);
    led(out)
}

/// A frame with the arrow that leads to it.
fn led(block: Block) -> Block {
    const LEAD: i32 = 18;
    let mut out =
        Block { w: block.w + LEAD, h: block.h, entry: block.entry, exit: block.exit, shapes: Vec::new() };
    out.line(&[(0, block.entry), (LEAD, block.entry)], true);
    out.put(block, LEAD, 0);
    out
}
