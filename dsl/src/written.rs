//! Where what a definition holds was written: in its loop, or in the fragment that it came from.

use crate::diagnostic::Span;
use crate::tree::{self, File, Loop, LoopItem, Name, NodeClause};
use medloop_engine::graph::{Definition, Node};

/// A statement.
pub(crate) struct Written<'f, T> {
    pub(crate) file: &'f str,
    pub(crate) found: T,
    /// Whether it stands in a fragment, which other loops may use as well.
    pub(crate) fragment: bool,
}

/// The first statement that `fits`, in the loop itself before fragments.
pub(crate) fn statement<'f, T>(
    files: &'f [File],
    of: &Definition,
    fits: impl Fn(&'f LoopItem) -> Option<T>,
) -> Option<Written<'f, T>> {
    let loops = || files.iter().flat_map(|f| f.loops.iter().map(move |l| (f.name.as_str(), l)));
    let inside = |(file, l): (&'f str, &'f Loop)| {
        l.items.iter().find_map(&fits).map(|found| Written { file, found, fragment: l.fragment })
    };
    let own = |l: &Loop| !l.fragment && l.name.text == of.name;
    let mine = loops().filter(|(_, l)| own(l)).find_map(inside);
    mine.or_else(|| loops().filter(|(_, l)| l.fragment).find_map(inside))
}

/// The node's own statement.
pub(crate) fn node<'f>(
    files: &'f [File],
    of: &Definition,
    node: &Node,
) -> Option<Written<'f, &'f tree::Node>> {
    statement(files, of, |item| match item {
        LoopItem::Node(n) if called(&n.name, n.code.as_ref(), (node.code.as_str(), &node.name)) => Some(n),
        _ => None,
    })
}

/// Where a node says its plan; else its name.
pub(crate) fn plan(node: &tree::Node) -> Span {
    let due = node.clauses.iter().find_map(|c| match c {
        NodeClause::Due { span, .. } => Some(*span),
        _ => None,
    });
    due.unwrap_or(node.name.span)
}

/// Whether a statement with this name and code is the one that goes by them.
pub(crate) fn called(name: &Name, code: Option<&Name>, (its_code, its_name): (&str, &str)) -> bool {
    name.text == its_name || code.is_some_and(|c| c.text == its_code)
}
