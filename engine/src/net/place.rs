//! The lines of ways: straight along an axis, otherwise with right angles that keep clear of what stands between.

use super::{Kind, Net, Way};
use crate::picture::{Rect, width};

/// Of the words at a way: the size of a font in pixels, and of a line.
const WORDS: (i32, i32) = (12, 14);
/// How wide words run before they are broken; longer ones wider, so that they never take many lines and fit between branches.
const WIDEST: i32 = 150;
const LINES: i32 = 2;

/// How a way runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Out on the right, and where the other stands higher or lower, into that from below or above.
    On,
    /// Where the other stands higher or lower, out above or below, and into that on the left.
    Out,
    /// Around a block: so far below the upper edge of where it begins.
    Around(i32),
}

/// How much room words need: none where there are none.
pub(super) fn room(words: &str) -> (i32, i32) {
    let all = width(words, WORDS.0);
    if all == 0 {
        return (0, 0);
    }
    let widest = WIDEST.max(all / LINES);
    // Where words are broken a line is not filled to its end.
    let lines = if all <= widest { 1 } else { all / widest + 2 };
    (all.min(widest) + 16, lines * WORDS.1)
}

/// Where the words of a way stand: above the piece of its line that comes to the next thing from the left.
pub(super) fn label(net: &Net, way: &Way) -> Option<Rect> {
    let (w, h) = room(&way.title);
    let (from, to) = (net.items.get(way.from)?, net.items.get(way.to)?);
    let y = to.rect.y + to.axis - h - 4;
    (w > 0).then_some(Rect { x: to.rect.x - w, y, w, h }).filter(|r| r.x >= from.rect.x + from.rect.w)
}

/// The corners of a way's line.
pub(super) fn line(net: &Net, way: &Way, run: Run) -> Vec<(i32, i32)> {
    let (Some(from), Some(to)) = (net.items.get(way.from), net.items.get(way.to)) else { return Vec::new() };
    let (a, b) = (from.rect, to.rect);
    let ((ax, ay), (bx, by)) = ((a.x + a.w / 2, a.y + from.axis), (b.x + b.w / 2, b.y + to.axis));
    if matches!(from.kind, Kind::Edge { .. }) {
        return vec![(ax, a.y + a.h), (bx, b.y)];
    }
    if b.x < a.x {
        // Back to where a part begins.
        return vec![(a.x, ay), (bx, ay), (bx, b.y + b.h)];
    }
    match run {
        Run::Around(below) => {
            let y = a.y + below;
            vec![(ax, a.y + a.h), (ax, y), (bx, y), (bx, b.y + b.h)]
        }
        _ if ay == by => vec![(a.x + a.w, ay), (b.x, by)],
        Run::Out => {
            let edge = if by > ay { a.y + a.h } else { a.y };
            vec![(ax, edge), (ax, by), (b.x, by)]
        }
        Run::On => {
            let edge = if ay > by { b.y + b.h } else { b.y };
            vec![(a.x + a.w, ay), (bx, ay), (bx, edge)]
        }
    }
}
