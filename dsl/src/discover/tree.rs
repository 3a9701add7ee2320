//! Process trees: blocks within blocks, which is what a miner finds and nearly what the language says.

use super::variants::Act;

/// A process tree. Every act stands in it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    /// Nothing.
    Skip,
    /// One act, once.
    Leaf(Act),
    /// May be left out.
    Opt(Box<Tree>),
    /// One after the other.
    Seq(Vec<Tree>),
    /// One of them.
    Choice(Vec<Tree>),
    /// All, in any order.
    Par(Vec<Tree>),
    /// The first, then any number of times one of the others (or nothing, when there are none) and the first again.
    Loop(Box<Tree>, Vec<Tree>),
}
