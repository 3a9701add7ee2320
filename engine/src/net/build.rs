//! Flow → net: each block is a piece with one way in and one way out, put beside or below others.

use super::place::{Run, label, line, room};
use super::{Item, Kind, Net, Way};
use crate::explain::Titles;
use crate::graph::{Definition, Flow, NodeIx, ScopeIx};
use crate::picture::Rect;
use crate::words::Lang;

/// Sizes in pixels, as tools for BPMN have them.
const TASK: (i32, i32) = (110, 80);
const GATEWAY: (i32, i32) = (50, 50);
const EVENT: (i32, i32) = (36, 36);
/// Between neighbours, and between branches.
const APART: (i32, i32) = (50, 40);
/// From the edge of a sub-process to what is inside.
const EDGE: i32 = 40;
/// Between events at the edge of a sub-process: wide enough for the way of one to pass the task of the other.
const EVENTS: i32 = 75;

/// A block that is laid out, its upper left corner at the origin.
struct Piece {
    /// Every thing in it that stands in no sub-process of its own.
    items: Vec<usize>,
    first: usize,
    last: usize,
    w: i32,
    h: i32,
    /// The height of the line on which the flow comes in and goes out.
    axis: i32,
    /// How wide the words are that stand at the way into it.
    words: i32,
}

struct Builder<'a> {
    titles: Titles<'a>,
    net: Net,
    within: Option<usize>,
    /// How each way runs.
    runs: Vec<Run>,
}

pub(super) fn build(def: &Definition, lang: Lang) -> Net {
    let mut builder =
        Builder { titles: Titles { def, lang }, net: Net::default(), within: None, runs: Vec::new() };
    let start = builder.item("begins", lang.pick("开始", "Start").to_owned(), Kind::Start, EVENT);
    let body = builder.piece(&def.flow);
    let end = builder.item("ends", lang.pick("结束", "End").to_owned(), Kind::End, EVENT);
    builder.chain(vec![start, body, end]);
    let mut net = builder.net;
    let ways = net.ways.iter().zip(&builder.runs);
    let lines: Vec<Vec<(i32, i32)>> = ways.map(|(way, run)| line(&net, way, *run)).collect();
    let labels: Vec<Option<Rect>> = net.ways.iter().map(|way| label(&net, way)).collect();
    for (way, (line, label)) in net.ways.iter_mut().zip(lines.into_iter().zip(labels)) {
        (way.line, way.label) = (line, label);
    }
    net
}

impl Builder<'_> {
    fn item(&mut self, id: &str, title: String, kind: Kind, (w, h): (i32, i32)) -> Piece {
        let at = self.net.items.len();
        let id = match kind {
            Kind::Choice | Kind::Fork | Kind::Edge { .. } => format!("{id}_{at}"),
            _ => id.to_owned(),
        };
        let rect = Rect { x: 0, y: 0, w, h };
        self.net.items.push(Item { id, title, kind, within: self.within, rect, axis: h / 2 });
        Piece { items: vec![at], first: at, last: at, w, h, axis: h / 2, words: 0 }
    }

    fn gateway(&mut self, kind: Kind, title: &str) -> Piece {
        self.item("gateway", title.to_owned(), kind, GATEWAY)
    }

    fn way(&mut self, from: usize, to: usize, title: String, otherwise: bool) {
        self.net.ways.push(Way { from, to, title, otherwise, line: Vec::new(), label: None });
        self.runs.push(Run::On);
    }

    /// Says how the last way runs.
    fn runs(&mut self, run: Run) {
        if let Some(last) = self.runs.last_mut() {
            *last = run;
        }
    }

    fn task(&mut self, ix: NodeIx) -> Piece {
        let code = self.titles.def.node(ix).map_or("", |n| n.code.as_str());
        let id = format!("node_{code}");
        let title = self.titles.node(ix);
        self.item(&id, title, Kind::Task(ix), TASK)
    }

    /// Moves what stands at these positions, and what is within it.
    fn shift(&mut self, items: &[usize], dx: i32, dy: i32) {
        let mut moved: Vec<usize> = items.to_vec();
        let mut done = 0;
        while let Some(at) = moved.get(done).copied() {
            done += 1;
            let inside = self.net.items.iter().enumerate().filter(|(_, i)| i.within == Some(at));
            let inside: Vec<usize> = inside.map(|(i, _)| i).filter(|i| !moved.contains(i)).collect();
            moved.extend(inside);
            if let Some(item) = self.net.items.get_mut(at) {
                item.rect.x += dx;
                item.rect.y += dy;
            }
        }
    }

    /// One after the other, on one axis.
    fn chain(&mut self, pieces: Vec<Piece>) -> Piece {
        let axis = pieces.iter().map(|p| p.axis).max().unwrap_or(0);
        let mut out = Piece { items: Vec::new(), first: 0, last: 0, w: 0, h: 0, axis, words: 0 };
        for (i, piece) in pieces.into_iter().enumerate() {
            let x = if i == 0 { 0 } else { out.w + APART.0.max(piece.words) };
            self.shift(&piece.items, x, axis - piece.axis);
            if i == 0 {
                out.first = piece.first;
            } else {
                self.way(out.last, piece.first, String::new(), false);
            }
            out.last = piece.last;
            out.w = x + piece.w;
            out.h = out.h.max(axis - piece.axis + piece.h);
            out.items.extend(piece.items);
        }
        out
    }

    fn piece(&mut self, flow: &Flow) -> Piece {
        match flow {
            Flow::Node(ix) => {
                let optional = self.titles.def.node(*ix).is_some_and(|n| n.optional);
                if optional { self.around(String::new(), |b| b.task(*ix)) } else { self.task(*ix) }
            }
            Flow::Seq(parts) => {
                let pieces = parts.iter().map(|p| self.piece(p)).collect();
                self.chain(pieces)
            }
            Flow::Par(parts) => self.branches(parts, Kind::Fork),
            Flow::Choice(parts) => self.branches(parts, Kind::Choice),
            Flow::When { guard, body } => {
                let title = self.titles.guard(*guard);
                self.around(title, |b| b.piece(body))
            }
            Flow::Opt(body) => self.around(String::new(), |b| b.piece(body)),
            Flow::Again { body, node } => self.interrupted(body, std::slice::from_ref(node), true),
            Flow::Ends { body, nodes } => self.interrupted(body, nodes, false),
            Flow::Each(ix) => self.each(*ix),
        }
    }

    /// A way through, and one around it.
    fn around(&mut self, condition: String, body: impl FnOnce(&mut Self) -> Piece) -> Piece {
        let opens = self.gateway(Kind::Choice, "");
        let (open, mut body) = (opens.first, body(self));
        body.words = room(&condition).0;
        let joins = self.gateway(Kind::Choice, "");
        let join = joins.first;
        let first = self.net.ways.len();
        let mut out = self.chain(vec![opens, body, joins]);
        if let Some(way) = self.net.ways.get_mut(first) {
            way.title = condition;
        }
        self.way(open, join, String::new(), true);
        // The way around runs below all of it.
        let top = out.axis - GATEWAY.1 / 2;
        self.runs(Run::Around(out.h + APART.1 / 2 - top));
        out.h += APART.1;
        out
    }

    fn branches(&mut self, parts: &[Flow], kind: Kind) -> Piece {
        let title = if kind == Kind::Choice { self.titles.lang.pick("择一", "One of") } else { "" };
        let opens = self.gateway(kind, title);
        let mut out =
            Piece { items: opens.items, first: opens.first, last: 0, w: 0, h: 0, axis: 0, words: 0 };
        let (mut ends, mut axes) = (Vec::new(), Vec::new());
        let parts: Vec<(String, &Flow)> = parts
            .iter()
            .map(|part| match part {
                Flow::When { guard, body } if kind == Kind::Choice => (self.titles.guard(*guard), &**body),
                part => (String::new(), part),
            })
            .collect();
        let apart = parts.iter().map(|(condition, _)| room(condition).0).fold(APART.0, i32::max);
        for (condition, part) in parts {
            let piece = self.piece(part);
            let y = if ends.is_empty() { 0 } else { out.h + APART.1 };
            self.shift(&piece.items, GATEWAY.0 + apart, y);
            self.way(out.first, piece.first, condition, false);
            self.runs(Run::Out);
            ends.push(piece.last);
            axes.push(y + piece.axis);
            out.h = y + piece.h;
            out.w = out.w.max(GATEWAY.0 + apart + piece.w);
            out.items.extend(piece.items);
        }
        let joins = self.gateway(kind, "");
        for end in ends {
            self.way(end, joins.first, String::new(), false);
        }
        // Both gateways stand on the first branch's axis.
        out.axis = axes.first().copied().unwrap_or(GATEWAY.1 / 2);
        self.shift(&[out.first], 0, out.axis - GATEWAY.1 / 2);
        self.shift(&joins.items, out.w + APART.0, out.axis - GATEWAY.1 / 2);
        out.w += APART.0 + GATEWAY.0;
        out.last = joins.first;
        out.items.extend(joins.items);
        out
    }

    /// A block as a part of its own, at least so wide.
    fn sub(&mut self, id: &str, title: String, many: bool, body: &Flow, least: i32) -> Piece {
        let mut piece = self.item(id, title, Kind::Sub { many }, (0, 0));
        let around = self.within.replace(piece.first);
        let begins = self.item(&format!("{id}_begins"), String::new(), Kind::Start, EVENT);
        let inside = self.piece(body);
        let ends = self.item(&format!("{id}_ends"), String::new(), Kind::End, EVENT);
        let inside = self.chain(vec![begins, inside, ends]);
        self.within = around;
        self.shift(&inside.items, EDGE, EDGE);
        (piece.w, piece.h) = ((inside.w + 2 * EDGE).max(least), inside.h + 2 * EDGE);
        piece.axis = EDGE + inside.axis;
        if let Some(item) = self.net.items.get_mut(piece.first) {
            (item.rect.w, item.rect.h, item.axis) = (piece.w, piece.h, piece.axis);
        }
        piece
    }

    fn each(&mut self, ix: ScopeIx) -> Piece {
        let Some(scope) = self.titles.def.scope(ix) else { return self.gateway(Kind::Choice, "") };
        let lang = self.titles.lang;
        let mut title = format!("{} {}", lang.pick("每个", "Each"), self.titles.field(&scope.field));
        if let Some(count) = self.titles.count(scope) {
            title.push_str(&format!(" {} {count}", lang.pick("共", "count")));
        }
        if scope.until_stop {
            title.push_str(lang.pick(" 直到停止", " until stop"));
        }
        self.sub(&format!("each_{}", scope.field), title, true, &scope.flow, 0)
    }

    /// A part that events at its lower edge interrupt: after each its node, then the part again, or what comes after the part.
    fn interrupted(&mut self, body: &Flow, nodes: &[NodeIx], again: bool) -> Piece {
        let before = again.then(|| self.gateway(Kind::Choice, ""));
        let lang = self.titles.lang;
        let title = if again {
            lang.pick("可重来", "May begin again")
        } else {
            lang.pick("可终止", "May be ended")
        };
        let name = nodes.first().and_then(|n| self.titles.def.node(*n)).map_or("", |n| n.code.as_str());
        let others = i32::try_from(nodes.len().saturating_sub(1)).unwrap_or(0);
        let least = EVENT.0 + EDGE + TASK.0 / 2 + others * EVENTS;
        let sub = self.sub(&format!("part_{name}"), title.to_owned(), false, body, least);
        let (part, w, h, axis) = (sub.first, sub.w, sub.h, sub.axis);
        let after = (!again).then(|| self.gateway(Kind::Choice, ""));
        let (back, on) = (before.as_ref().map(|p| p.first), after.as_ref().map(|p| p.first));
        let left = before.as_ref().map_or(0, |p| p.w + APART.0);
        let mut out = self.chain(before.into_iter().chain([sub]).chain(after).collect());
        let top = out.axis - axis + h;
        for (i, node) in nodes.iter().enumerate() {
            let i = i32::try_from(i).unwrap_or(0);
            let title = self.titles.node(*node);
            let edge = self.item("edge", title, Kind::Edge { of: part }, EVENT);
            let task = self.task(*node);
            // From right to left, each lower than the one before, so that their ways do not cross a task.
            let middle = left + w - EDGE - TASK.0 / 2 - i * EVENTS;
            let y = top + APART.1 + EVENT.1 / 2 + i * (TASK.1 + APART.1);
            self.shift(&edge.items, middle - EVENT.0 / 2, top - EVENT.1 / 2);
            self.shift(&task.items, middle - TASK.0 / 2, y);
            self.way(edge.first, task.first, String::new(), false);
            if let Some(to) = back.or(on) {
                self.way(task.first, to, String::new(), false);
            }
            out.h = out.h.max(y + TASK.1);
            out.w = out.w.max(middle + TASK.0 / 2);
            out.items.extend(edge.items.into_iter().chain(task.items));
        }
        out
    }
}
