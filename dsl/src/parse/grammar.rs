//! The parser that pest makes of `loop.pest`.

use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "loop.pest"]
pub(super) struct LoopParser;
