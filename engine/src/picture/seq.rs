//! One after the other: from left to right, in a new row where the page is full.

use super::block::Block;
use crate::explain::Titles;
use crate::graph::Flow;

/// Between two blocks of a row: room for the line to step down to the next one's height.
const GAP: i32 = 12;
/// Beside rows: the line from the end of one to the beginning of the next.
const MARGIN: i32 = 14;
/// Between rows: the same line on its way back.
const BETWEEN: i32 = 28;

/// The blocks of a sequence.
pub(super) fn seq(titles: Titles<'_>, parts: &[Flow], room: i32) -> Block {
    let mut flat = Vec::new();
    flatten(parts, &mut flat);
    let blocks = flat.into_iter().map(|part| Block::of(titles, part, room - 2 * MARGIN)).collect();
    rows(blocks, room, true)
}

/// Blocks in rows that nothing leads to or from.
pub(super) fn alone(blocks: Vec<Block>, room: i32) -> Block {
    rows(blocks, room, false)
}

/// Blocks in rows no wider than `room` where that can be.
fn rows(blocks: Vec<Block>, room: i32, inside: bool) -> Block {
    let mut rows: Vec<Vec<Block>> = Vec::new();
    let mut wide = 0;
    for block in blocks {
        let more = wide + GAP + block.w;
        match rows.last_mut() {
            Some(row) if more <= room - 2 * MARGIN => {
                wide = more;
                row.push(block);
            }
            _ => {
                wide = block.w;
                rows.push(vec![block]);
            }
        }
    }
    let mut rows: Vec<Block> = rows.into_iter().map(row).collect();
    match rows.len() {
        0 => Block::through(),
        1 => rows.pop().unwrap_or_default(),
        _ => stack(rows, inside),
    }
}

fn flatten<'f>(parts: &'f [Flow], out: &mut Vec<&'f Flow>) {
    for part in parts {
        match part {
            Flow::Seq(inner) => flatten(inner, out),
            other => out.push(other),
        }
    }
}

/// Blocks beside one another, their ways in at one height.
fn row(blocks: Vec<Block>) -> Block {
    let entry = blocks.iter().map(|b| b.entry).max().unwrap_or(0);
    let mut out = Block { entry, exit: entry, ..Block::default() };
    for (n, block) in blocks.into_iter().enumerate() {
        let y = entry - block.entry;
        if n > 0 {
            let middle = out.w + GAP / 2;
            out.line(&[(out.w, out.exit), (middle, out.exit), (middle, entry), (out.w + GAP, entry)], false);
            out.w += GAP;
        }
        let x = out.w;
        out.exit = y + block.exit;
        out.w += block.w;
        out.h = out.h.max(y + block.h);
        out.put(block, x, y);
    }
    out
}

/// Rows below one another, the line going back from the end of one to the beginning of the next; `inside` others, lines lead to
/// the first and from the last.
fn stack(rows: Vec<Block>, inside: bool) -> Block {
    let w = rows.iter().map(|r| r.w).max().unwrap_or(0) + 2 * MARGIN;
    let mut out = Block { w, ..Block::default() };
    let last = rows.len().saturating_sub(1);
    for (n, row) in rows.into_iter().enumerate() {
        let y = out.h;
        if n == 0 {
            out.entry = row.entry;
            if inside {
                out.line(&[(0, row.entry), (MARGIN, row.entry)], false);
            }
        }
        let end = (MARGIN + row.w, y + row.exit);
        if n > 0 {
            // The turn before this row was drawn up to here.
            out.line(
                &[(MARGIN / 2, y - BETWEEN / 2), (MARGIN / 2, y + row.entry), (MARGIN, y + row.entry)],
                false,
            );
        }
        if n < last {
            let turn = y + row.h + BETWEEN / 2;
            out.line(&[end, (w - MARGIN / 2, end.1), (w - MARGIN / 2, turn), (MARGIN / 2, turn)], false);
            out.h = y + row.h + BETWEEN;
        } else {
            out.exit = end.1;
            if inside {
                out.line(&[end, (w, end.1)], false);
            }
            out.h = y + row.h;
        }
        out.put(row, MARGIN, y);
    }
    out
}
