//! The lines of ways: straight along an axis, otherwise with right angles that keep clear of what stands between.

use super::{Kind, Net, Way};

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
