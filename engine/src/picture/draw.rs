//! Writes a picture as SVG: attributes only, since a page's policy allows no styles of its own inside.

use super::node::BEHIND;
use super::shape::{Line, Look, Picture, Rect, Shape, Text};
use crate::graph::Stage;
use crate::words::Lang;
use std::fmt::Write as _;

const INK: &str = "#17222d";
const SOFT: &str = "#4d5a67";
const LINE: &str = "#66727e";
const BAD: &str = "#b3211b";
const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', 'Microsoft YaHei UI', 'Microsoft YaHei', 'PingFang SC', \
     'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', sans-serif";

/// The document.
pub(super) fn svg(picture: &Picture, lang: Lang) -> String {
    let (w, h) = (picture.width, picture.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         aria-label=\"{}\" lang=\"{}\" font-family=\"{FONTS}\" fill=\"none\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>\n",
        escape(&picture.title),
        lang.pick("zh-CN", "en"),
        escape(&picture.title),
        escape(&picture.description),
    );
    for shape in &picture.shapes {
        match shape {
            Shape::Frame { rect, optional, repeated } => frame(&mut out, *rect, *optional, *repeated),
            Shape::Line(line) => self::line(&mut out, line),
            Shape::Fork { at, choice } => fork(&mut out, *at, *choice),
            Shape::Label(text) => label(&mut out, text, if text.bold { INK } else { SOFT }),
            Shape::Box { .. } => face(&mut out, shape),
        }
        out.push('\n');
    }
    out.push_str("</svg>\n");
    out
}

fn frame(out: &mut String, rect: Rect, optional: bool, repeated: bool) {
    let dash = if optional { " stroke-dasharray=\"5 3\"" } else { "" };
    if repeated {
        let Rect { x, y, w, h } = rect;
        put(
            out,
            format_args!(
                "<rect x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"#fff\" stroke=\"#b6c0c9\"/>",
                x + BEHIND,
                y + BEHIND
            ),
        );
    }
    let Rect { x, y, w, h } = rect;
    put(
        out,
        format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"#f6f8fa\" stroke=\"#b6c0c9\"{dash}/>"
        ),
    );
}

fn line(out: &mut String, line: &Line) {
    let colour = if line.negative { BAD } else { LINE };
    let mut path = String::new();
    for (n, (x, y)) in line.points.iter().enumerate() {
        put(&mut path, format_args!("{}{x} {y}", if n == 0 { "M" } else { "L" }));
    }
    let dash = if line.negative { " stroke-dasharray=\"4 3\"" } else { "" };
    put(out, format_args!("<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"1.5\"{dash}/>"));
    let mut back = line.points.iter().rev();
    if let (true, Some((x, y)), Some((from, above))) = (line.arrow, back.next(), back.next()) {
        let (dx, dy) = ((x - from).signum(), (y - above).signum());
        // From the tip back along the line, and to both sides of it.
        let (a, b) = ((x - 7 * dx - 4 * dy, y - 7 * dy - 4 * dx), (x - 7 * dx + 4 * dy, y - 7 * dy + 4 * dx));
        put(out, format_args!("<path d=\"M{x} {y}L{} {}L{} {}Z\" fill=\"{colour}\"/>", a.0, a.1, b.0, b.1));
    }
}

fn fork(out: &mut String, (x, y): (i32, i32), choice: bool) {
    if choice {
        let d = format!("M{} {y}L{x} {}L{} {y}L{x} {}Z", x - 7, y - 7, x + 7, y + 7);
        put(out, format_args!("<path d=\"{d}\" fill=\"#fff\" stroke=\"{SOFT}\" stroke-width=\"1.5\"/>"));
    } else {
        put(out, format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\" fill=\"{SOFT}\"/>"));
    }
}

fn face(out: &mut String, shape: &Shape) {
    let Shape::Box { rect, look, optional, repeated, hint, texts } = shape else { return };
    let (band, wash) = colours(*look);
    let behind = if *repeated { BEHIND } else { 0 };
    let Rect { x, y, w, h } = Rect { w: rect.w - behind, h: rect.h - behind, ..*rect };
    let dash = if *optional { " stroke-dasharray=\"5 3\"" } else { "" };
    out.push_str("<g>");
    if !hint.is_empty() {
        put(out, format_args!("<title>{}</title>", escape(hint)));
    }
    if *repeated {
        put(
            out,
            format_args!(
                "<rect x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"4\" fill=\"#fff\" stroke=\"{band}\"{dash}/>",
                x + behind,
                y + behind
            ),
        );
    }
    let round = if *look == Look::Terminal { h / 2 } else { 4 };
    put(
        out,
        format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{round}\" fill=\"{wash}\" stroke=\"{band}\"{dash}/>"
        ),
    );
    if *look != Look::Terminal {
        put(
            out,
            format_args!(
                "<path d=\"M{} {}V{}\" stroke=\"{band}\" stroke-width=\"4\"/>",
                x + 4,
                y + 4,
                y + h - 4
            ),
        );
    }
    for text in texts {
        label(out, text, INK);
    }
    out.push_str("</g>");
}

fn label(out: &mut String, text: &Text, colour: &str) {
    let weight = if text.bold { " font-weight=\"600\"" } else { "" };
    let (x, y, size) = (text.rect.x, text.rect.y + text.size, text.size);
    put(
        out,
        format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight} fill=\"{colour}\">{}</text>",
            escape(&text.text)
        ),
    );
}

/// Edge and ground.
fn colours(look: Look) -> (&'static str, &'static str) {
    match look {
        Look::Stage(Stage::Order) => ("#4d5a67", "#eef1f4"),
        Look::Stage(Stage::Review) => ("#6b3fa0", "#f2edf8"),
        Look::Stage(Stage::Execute) => ("#1d5fb8", "#e9f0fa"),
        Look::Stage(Stage::Feedback) => ("#0b6b4a", "#e4f2ec"),
        Look::Negative => (BAD, "#fdebea"),
        Look::Terminal => (SOFT, "#fff"),
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A text takes whatever is written to it.
    let _ = out.write_fmt(text);
}

/// As text or attribute of XML; characters that XML has no form for are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            _ if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(c),
        }
    }
    out
}
