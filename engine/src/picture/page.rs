//! The whole picture: what it shows, the flow from its beginning to its end, what ends it from outside, what the colours mean.

use super::block::{Block, text};
use super::measure::{bold, wrap};
use super::seq;
use super::shape::{Look, Picture, Rect, Shape};
use crate::explain::Titles;
use crate::graph::{Definition, Ending, Flow, Stage};
use crate::words::{Lang, Worded as _};

/// The width that a sequence fills before it goes on in a new row: what is readable on A4.
const ROOM: i32 = 900;
const MARGIN: i32 = 16;
const SMALL: i32 = 11;

/// Lays a definition out.
pub(super) fn page(def: &Definition, lang: Lang) -> Picture {
    let titles = Titles { def, lang };
    let mut blocks = vec![terminal(lang.pick("开始", "Start"), 0)];
    match &def.flow {
        Flow::Seq(parts) => blocks.extend(parts.iter().map(|part| Block::of(titles, part, ROOM))),
        other => blocks.push(Block::of(titles, other, ROOM)),
    }
    blocks.push(terminal(lang.pick("结束", "End"), 22));
    let flow = seq::alone(blocks, ROOM);
    let name = titles.whole();
    let mut all = Block::default();
    let heading = match lang {
        Lang::Zh => format!("{name}  {}", def.code),
        // The English name is the code's words.
        Lang::En => name.clone(),
    };
    let heading = text(heading, 16, true, MARGIN, MARGIN);
    let mut wide = heading.rect.w.max(flow.w);
    let mut y = MARGIN + heading.rect.h + 10;
    all.shapes.push(Shape::Label(heading));
    let h = flow.h;
    all.put(flow, MARGIN, y);
    y += h + 18;
    for note in notes(titles) {
        for line in wrap(&note, SMALL, wide.max(ROOM / 2), 3) {
            let line = text(line, SMALL, false, MARGIN, y);
            wide = wide.max(line.rect.w);
            y += line.rect.h + 2;
            all.shapes.push(Shape::Label(line));
        }
    }
    y += 6;
    let legend = legend(lang, wide);
    wide = wide.max(legend.w);
    y += legend.h;
    let at = y - legend.h;
    all.put(legend, MARGIN, at);
    Picture {
        width: wide + 2 * MARGIN,
        height: y + MARGIN,
        title: match lang {
            Lang::Zh => format!("{name}的状态图"),
            Lang::En => format!("State graph of {name}"),
        },
        description: titles.list(def.nodes.iter().map(|n| titles.coded(&n.name, n.code.as_str()))),
        shapes: all.shapes,
    }
}

/// The beginning or the end.
fn terminal(word: &str, lead: i32) -> Block {
    let (w, h) = (bold(word, 12) + 24, 26);
    let label = text(word.to_owned(), 12, true, 12, 5);
    let mut block = Block { w: w + lead, h, entry: h / 2, exit: h / 2, shapes: Vec::new() };
    block.line(&[(0, h / 2), (lead, h / 2)], true);
    let face = Shape::Box {
        rect: Rect { x: 0, y: 0, w, h },
        look: Look::Terminal,
        optional: false,
        repeated: false,
        hint: String::new(),
        texts: vec![label],
    };
    block.shapes.push(face.moved(lead, 0));
    block
}

/// What ends the order from outside its flow, and when it counts as broken off.
fn notes(titles: Titles<'_>) -> Vec<String> {
    let lang = titles.lang;
    let sep = lang.pick("：", ": ");
    let ending = |e: &Ending| {
        let events = titles.list(e.triggers.iter().map(|t| t.event.to_string()));
        let mut said = format!("{}{sep}{events}", e.kind.word().text(lang));
        if let Some(before) = e.before {
            let node = titles.node(before);
            said.push_str(&match lang {
                Lang::Zh => format!("，须在 {node} 之前"),
                Lang::En => format!(", before {node}"),
            });
        }
        if !e.resume.is_empty() {
            let events = titles.list(e.resume.iter().map(|t| t.event.to_string()));
            said.push_str(&match lang {
                Lang::Zh => format!("；恢复：{events}"),
                Lang::En => format!("; resumed by {events}"),
            });
        }
        said
    };
    let broken = titles.def.interrupt.map(|length| {
        let length = titles.length(length);
        match lang {
            Lang::Zh => format!("中断：环节超时 {length} 后"),
            Lang::En => format!("Interrupted: a node overdue for {length}"),
        }
    });
    titles.def.endings.iter().map(ending).chain(broken).collect()
}

/// What the colours and lines mean.
fn legend(lang: Lang, room: i32) -> Block {
    let stages = Stage::ALL.iter().map(|s| (Look::Stage(*s), false, s.word().text(lang).to_owned()));
    let more = [
        (Look::Stage(Stage::Execute), true, lang.pick("虚线：可选", "dashed: optional").to_owned()),
        (Look::Negative, false, lang.pick("异常环节", "exceptional").to_owned()),
    ];
    let mut out = Block::default();
    let (mut x, mut y) = (0, 0);
    for (look, optional, word) in stages.chain(more) {
        let label = text(word, SMALL, false, 26, 1);
        let w = 26 + label.rect.w + 16;
        if x > 0 && x + w > room {
            (x, y) = (0, y + 20);
        }
        let rect = Rect { x: 0, y: 2, w: 20, h: 13 };
        let swatch =
            Shape::Box { rect, look, optional, repeated: false, hint: String::new(), texts: Vec::new() };
        out.shapes.push(swatch.moved(x, y));
        out.shapes.push(Shape::Label(label).moved(x, y));
        x += w;
        out.w = out.w.max(x);
    }
    out.h = y + 18;
    out
}
