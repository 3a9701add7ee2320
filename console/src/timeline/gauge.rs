//! How long a node took against its standard, or where it fell around its planned window, as a bar.

use medloop_engine::view::{Lang, NodeView};
use serde::Serialize;

/// A bar 100 wide, with its text.
#[derive(Clone, Debug, Serialize)]
pub struct Gauge {
    /// Colour class of what happened.
    pub tone: &'static str,
    /// From where and how wide time has been used.
    pub fill: Option<(f64, f64)>,
    /// From where and how wide the window is.
    pub window: Option<(f64, f64)>,
    /// Where the standard or the planned time is.
    pub marks: Vec<f64>,
    /// When it happened.
    pub dot: Option<f64>,
    /// The same in words.
    pub label: String,
}

/// The bar of a node; none where nothing is judged.
pub(super) fn gauge(node: &NodeView, lang: Lang) -> Option<Gauge> {
    if let (Some((from, to)), Some(planned)) = (node.window_s, &node.text.planned) {
        return Some(window(node, from, to, planned, lang));
    }
    let (elapsed, standard) = (node.elapsed_s?, node.standard_s?);
    let scale = to_f64(elapsed.max(standard).max(1)) * 1.04;
    let at = |s: i64| round(to_f64(s.max(0)) / scale * 100.0);
    let (took, limit) = (node.text.elapsed.as_deref()?, node.text.standard.as_deref()?);
    Some(Gauge {
        tone: node.status,
        fill: Some((0.0, at(elapsed))),
        window: None,
        marks: vec![at(standard)],
        dot: None,
        label: match lang {
            Lang::Zh => format!("{took} / 标准 {limit}"),
            Lang::En => format!("{took} of {limit}"),
        },
    })
}

fn window(node: &NodeView, from: i64, to: i64, planned: &str, lang: Lang) -> Gauge {
    let happened = node.record.at.is_some();
    // What is known of the time relative to the plan is enough to place it: beyond the edges by late or early.
    let off = match (node.late_by_s, node.early_by_s) {
        (late, _) if late > 0 => Some(to.saturating_add(late)),
        (_, early) if early > 0 => Some(from.saturating_sub(early)),
        _ => None,
    };
    let (low, high) = (off.map_or(from, |o| o.min(from)), off.map_or(to, |o| o.max(to)));
    let (low, span) = (to_f64(low), to_f64(high.saturating_sub(low).max(1)));
    let (low, span) = (low - span * 0.04, span * 1.08);
    let at = |s: i64| round((to_f64(s) - low) / span * 100.0);
    Gauge {
        tone: node.status,
        fill: None,
        window: Some((at(from), round(at(to) - at(from)))),
        marks: vec![at(0)],
        dot: off.filter(|_| happened).map(at),
        label: match lang {
            Lang::Zh => format!("计划 {planned}，窗 {} 至 {}", minutes(from), minutes(to)),
            Lang::En => format!("planned {planned}, window {} to {}", minutes(from), minutes(to)),
        },
    }
}

fn minutes(seconds: i64) -> String {
    let sign = if seconds < 0 { "−" } else { "+" };
    let n = seconds.unsigned_abs();
    if n.is_multiple_of(3600) && n > 0 {
        format!("{sign}{} h", n / 3600)
    } else {
        format!("{sign}{} min", n / 60)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar is a hundred units wide")]
fn to_f64(n: i64) -> f64 {
    n as f64
}

fn round(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}
