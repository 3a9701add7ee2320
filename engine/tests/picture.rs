//! Pictures of random definitions: nothing lies over anything else, no line runs through a box or a text, all is shown.

use medloop_engine::graph::{Definition, Flow, ScopeIx};
use medloop_engine::picture::{Line, Picture, Rect, Shape, picture, svg};
use medloop_engine::testing::sample;
use medloop_engine::words::Lang;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// A long name, a wide one, one that is markup: no definition may break its picture.
fn odd_names(def: &mut Definition) {
    let names = [
        "输血前核对",
        "a rather long name of a node in English words",
        "<b>&\"'",
        "血".repeat(80).leak(),
        "i",
        "W".repeat(70).leak(),
    ];
    for (n, node) in def.nodes.iter_mut().enumerate() {
        node.name = format!("{}{n}", names.iter().cycle().nth(n).copied().unwrap_or_default());
    }
}

fn check(def: &Definition, picture: &Picture) -> Result<(), String> {
    let page = Rect { x: 0, y: 0, w: picture.width, h: picture.height };
    let (mut boxes, mut frames, mut labels, mut lines) = (vec![], vec![], vec![], vec![]);
    for shape in &picture.shapes {
        match shape {
            Shape::Box { rect, texts, .. } => {
                boxes.push(*rect);
                for text in texts {
                    if !rect.holds(&text.rect) {
                        return Err(format!("{:?} sticks out of its box {rect:?}", text));
                    }
                }
                pairs(&texts.iter().map(|t| t.rect).collect::<Vec<_>>(), "texts of a box")?;
            }
            Shape::Frame { rect, .. } => frames.push(*rect),
            Shape::Label(text) => labels.push(text.rect),
            Shape::Line(line) => lines.push(line),
            Shape::Fork { at, .. } => labels.push(Rect { x: at.0 - 3, y: at.1 - 3, w: 6, h: 6 }),
        }
    }
    let solid: Vec<Rect> = boxes.iter().chain(&labels).copied().collect();
    if let Some(out) = solid.iter().chain(&frames).find(|r| !page.holds(r)) {
        return Err(format!("{out:?} is outside of {page:?}"));
    }
    pairs(&solid, "boxes and texts")?;
    for (n, a) in frames.iter().enumerate() {
        for b in frames.iter().skip(n + 1).filter(|b| a.overlaps(b)) {
            if !a.holds(b) && !b.holds(a) {
                return Err(format!("frames cross: {a:?} and {b:?}"));
            }
        }
        if let Some(b) = solid.iter().find(|b| a.overlaps(b) && !a.holds(b)) {
            return Err(format!("a frame's edge {a:?} runs through {b:?}"));
        }
    }
    // The little squares of forks lie on lines on purpose.
    let texts: Vec<Rect> = labels.iter().filter(|r| (r.w, r.h) != (6, 6)).chain(&boxes).copied().collect();
    for line in lines {
        if let Some(r) = texts.iter().find(|r| crosses(line, r)) {
            return Err(format!("{line:?} runs through {r:?}"));
        }
    }
    let nodes = def.nodes.iter().enumerate().filter(|(n, _)| shown(def, *n)).count();
    let drawn =
        picture.shapes.iter().filter(|s| matches!(s, Shape::Box { hint, .. } if !hint.is_empty())).count();
    if nodes != drawn {
        return Err(format!("{nodes} nodes and {drawn} boxes"));
    }
    Ok(())
}

fn pairs(all: &[Rect], what: &str) -> Result<(), String> {
    for (n, a) in all.iter().enumerate() {
        if let Some(b) = all.iter().skip(n + 1).find(|b| a.overlaps(b)) {
            return Err(format!("{what} overlap: {a:?} and {b:?}"));
        }
    }
    Ok(())
}

/// Whether a piece of the line lies inside the rectangle; touching its edge is arriving there.
fn crosses(line: &Line, rect: &Rect) -> bool {
    line.points.windows(2).any(|pair| {
        let [(a, b), (c, d)] = pair else { return false };
        let (left, right, up, down) = (*a.min(c), *a.max(c), *b.min(d), *b.max(d));
        left < rect.x + rect.w && right > rect.x && up < rect.y + rect.h && down > rect.y
    })
}

/// Whether the flow, its tracks included, names the node.
fn shown(def: &Definition, n: usize) -> bool {
    fn names(def: &Definition, flow: &Flow, n: usize) -> bool {
        let is = |ix: &medloop_engine::graph::NodeIx| usize::from(ix.0) == n;
        match flow {
            Flow::Node(ix) => is(ix),
            Flow::Seq(all) | Flow::Par(all) | Flow::Choice(all) => all.iter().any(|f| names(def, f, n)),
            Flow::Opt(body) | Flow::When { body, .. } => names(def, body, n),
            Flow::Again { body, node } => is(node) || names(def, body, n),
            Flow::Ends { body, nodes } => nodes.iter().any(is) || names(def, body, n),
            Flow::Each(scope) => names(def, def.flow_of(*scope), n),
        }
    }
    names(def, def.flow_of(ScopeIx::ORDER), n)
}

#[test]
fn nothing_lies_over_anything_else() {
    let asked = std::env::var("MEDLOOP_CASES").ok().and_then(|c| c.parse().ok());
    let config = Config { cases: asked.unwrap_or(400), failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&(vec(any::<u32>(), 0..700), any::<bool>()), |(tape, odd)| {
        let mut def = sample(&tape, &[], &[]).def;
        if odd {
            odd_names(&mut def);
        }
        for lang in [Lang::Zh, Lang::En] {
            check(&def, &picture(&def, lang)).map_err(TestCaseError::fail)?;
            let text = svg(&def, lang);
            let whole = text.starts_with("<svg ") && text.ends_with("</svg>\n") && !text.contains("<b>");
            if !whole {
                return Err(TestCaseError::fail(text));
            }
        }
        Ok(())
    });
    if let Err(TestError::Fail(why, (tape, odd))) = outcome {
        let mut def = sample(&tape, &[], &[]).def;
        if odd {
            odd_names(&mut def);
        }
        panic!("{why}\n{:#?}\n{}", def.flow, svg(&def, Lang::Zh));
    }
}
